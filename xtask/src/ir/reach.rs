//! Which operations reach which types: whether a type is decoded or built, and for which resources.

use std::collections::BTreeMap;

use super::{Api, Body, Definition, Operation, Response, Type};

/// Marks every type with the ways in which operations use it.
pub(super) fn mark(api: &mut Api) {
    let mut uses = Vec::new();
    for (module, resource) in &api.resources {
        for operation in &resource.operations {
            let received = received(operation).into_iter().map(|name| (name, true));
            let sent = sent(operation).map(|name| (name, false));
            for (name, in_response) in received.chain(sent) {
                let reached = closure(api, name).into_keys().map(str::to_owned);
                uses.push((reached.collect::<Vec<_>>(), module.clone(), in_response));
            }
        }
    }
    for (names, module, in_response) in uses {
        for name in names {
            let Some(definition) = api.types.get_mut(&name) else {
                continue;
            };
            definition.resources.insert(module.clone());
            definition.in_response |= in_response;
            definition.in_request |= !in_response;
        }
    }
}

fn received(operation: &Operation) -> Option<&str> {
    match &operation.response {
        Response::Json { ty } => ty.name(),
        Response::Empty => None,
    }
}

fn sent(operation: &Operation) -> impl Iterator<Item = &str> {
    let (fields, item) = match &operation.body {
        Body::None => (&[][..], None),
        Body::Json { fields, .. } | Body::Multipart { fields, .. } => (fields.as_slice(), None),
        Body::JsonList { item, .. } => (&[][..], Some(item)),
    };
    let path = operation.path_parameters.iter();
    let parameters = path.chain(&operation.query_parameters).chain(fields);
    let types = parameters.map(|parameter| &parameter.ty).chain(item);
    types.filter_map(Type::name)
}

/// A type and all types that it contains.
fn closure<'a>(api: &'a Api, name: &'a str) -> BTreeMap<&'a str, &'a Definition> {
    let mut reached = BTreeMap::new();
    let mut waiting = vec![name];
    while let Some(name) = waiting.pop() {
        if let Some(definition) = api.types.get(name)
            && reached.insert(name, definition).is_none()
        {
            waiting.extend(definition.mentions());
        }
    }
    reached
}

/// Whether a value of the type may hold a fraction, which does not equal itself where it is not a number.
pub(crate) fn holds_fractions(api: &Api, name: &str) -> bool {
    closure(api, name)
        .values()
        .flat_map(|definition| definition.fields())
        .any(|field| *field.ty.innermost() == Type::NUMBER)
}
