//! What is known about something without a text, for whoever writes it.

use super::{Api, Body, Definition, Field, Kind, Operation, Resource, Response, Type};

/// How many values or fields are named.
const MOST: usize = 24;

/// Facts about the resource, operation, parameter, model or field with a key of [`crate::input::docs`].
pub fn of(api: &Api, key: &str) -> Vec<String> {
    let (owner, member) = key.split_once('.').unwrap_or((key, ""));
    if let Some(resource) = api.resources.get(owner) {
        let (operation, parameter) = member.split_once('.').unwrap_or((member, ""));
        let mut operations = resource.operations.iter();
        return match operations.find(|it| it.name == operation) {
            None => of_resource(resource),
            Some(operation) if parameter.is_empty() => of_operation(operation),
            Some(operation) => of_parameter(api, operation, parameter),
        };
    }
    let Some(definition) = api.types.get(owner) else {
        return Vec::new();
    };
    let mut fields = definition.fields().iter();
    match fields.find(|field| field.wire_name == member) {
        Some(field) => of_field(api, field),
        None => of_model(api, definition),
    }
}

fn of_resource(resource: &Resource) -> Vec<String> {
    let operations = resource.operations.iter();
    listed(
        "operations",
        operations.map(|it| format!("{} {}", it.method, it.path)),
    )
}

fn of_operation(operation: &Operation) -> Vec<String> {
    let mut facts = vec![format!("{} {}", operation.method, operation.path)];
    let all = parameters(operation);
    facts.extend(listed(
        "parameters",
        all.map(|(_, it)| it.wire_name.clone()),
    ));
    if let Body::JsonList { item, .. } = &operation.body {
        facts.push(format!("body: list of {}", item.words()));
    }
    facts.push(match &operation.response {
        Response::Empty => "returns nothing".to_owned(),
        Response::Json { ty } => format!("returns {}", ty.words()),
    });
    if operation.deprecated {
        facts.push("deprecated".to_owned());
    }
    facts
}

fn of_parameter(api: &Api, operation: &Operation, name: &str) -> Vec<String> {
    let mut facts = vec![format!("{} {}", operation.method, operation.path)];
    let found = parameters(operation).find(|(_, parameter)| parameter.wire_name == name);
    if let Some((place, parameter)) = found {
        let need = if parameter.required {
            "required"
        } else {
            "optional"
        };
        facts.push(format!(
            "{place}: {}, {need}",
            with_null(&parameter.ty, parameter.nullable)
        ));
        facts.extend(values(api, &parameter.ty));
    }
    facts
}

fn of_model(api: &Api, definition: &Definition) -> Vec<String> {
    let place = match (definition.in_request, definition.in_response) {
        (true, true) => "requests and responses",
        (true, false) => "requests",
        _ => "responses",
    };
    let resources: Vec<&str> = definition.resources.iter().map(String::as_str).collect();
    let mut facts = vec![format!("in {place} of {}", resources.join(", "))];
    facts.extend(match &definition.kind {
        Kind::Struct { fields, .. } => {
            listed("fields", fields.iter().map(|field| field.wire_name.clone()))
        }
        Kind::Enum { .. } => values(api, &Type::Named(definition.name.clone())),
        Kind::Union { tag, variants } => {
            let variants = variants
                .iter()
                .map(|it| format!("{} ({})", it.definition, it.wire_value));
            listed(&format!("by `{tag}`"), variants)
        }
    });
    facts
}

fn of_field(api: &Api, field: &Field) -> Vec<String> {
    let need = if field.required {
        "always there"
    } else {
        "may be absent"
    };
    let mut facts = vec![format!("{}, {need}", with_null(&field.ty, field.nullable))];
    facts.extend(values(api, &field.ty));
    facts
}

fn parameters(operation: &Operation) -> impl Iterator<Item = (&'static str, &Field)> {
    let (file, fields) = match &operation.body {
        Body::Json { fields, .. } => (None, fields.as_slice()),
        Body::Multipart { file, fields } => (Some(file), fields.as_slice()),
        Body::None | Body::JsonList { .. } => (None, &[][..]),
    };
    let path = operation.path_parameters.iter().map(|it| ("path", it));
    let query = operation.query_parameters.iter().map(|it| ("query", it));
    let body = file.into_iter().chain(fields).map(|it| ("body", it));
    path.chain(query).chain(body)
}

fn with_null(ty: &Type, nullable: bool) -> String {
    let or_null = if nullable { " or null" } else { "" };
    format!("{}{or_null}", ty.words())
}

/// The values of an enum.
fn values(api: &Api, ty: &Type) -> Vec<String> {
    let definition = ty.name().and_then(|name| api.types.get(name));
    match definition.map(|definition| &definition.kind) {
        // Quoted, so that no value can leave its comment.
        Some(Kind::Enum { variants }) => listed(
            "values",
            variants.iter().map(|it| format!("{:?}", it.wire_value)),
        ),
        _ => Vec::new(),
    }
}

fn listed(title: &str, all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = all.collect();
    if all.is_empty() {
        return Vec::new();
    }
    let more = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    vec![format!("{title}: {}", all.join(", "))]
}
