//! Which operations reach which types: whether a type is decoded or built, and for which resources.

use std::collections::BTreeSet;

use super::{Api, Body, Kind, Operation, Response, Type};

/// Marks every type with the ways in which operations use it.
pub(super) fn mark(api: &mut Api) {
    let mut uses = Vec::new();
    for (module, resource) in &api.resources {
        for operation in &resource.operations {
            for name in received(operation) {
                uses.push((closure(api, &name), module.clone(), true));
            }
            for name in sent(operation) {
                uses.push((closure(api, &name), module.clone(), false));
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

fn received(operation: &Operation) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Response::Json { ty } = &operation.response {
        collect(ty, &mut names);
    }
    names
}

fn sent(operation: &Operation) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let fields = match &operation.body {
        Body::None => &[][..],
        Body::Json { fields, .. } | Body::Multipart { fields, .. } => fields,
        Body::JsonList { item, .. } => {
            collect(item, &mut names);
            &[]
        }
    };
    let parameters = operation
        .path_parameters
        .iter()
        .chain(&operation.query_parameters)
        .chain(fields);
    for parameter in parameters {
        collect(&parameter.ty, &mut names);
    }
    names
}

/// A type and all types that it contains.
fn closure(api: &Api, name: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![name.to_owned()];
    while let Some(name) = waiting.pop() {
        let Some(definition) = api.types.get(&name) else {
            continue;
        };
        if !reached.insert(name) {
            continue;
        }
        let mut inside = BTreeSet::new();
        match &definition.kind {
            Kind::Struct { fields, .. } => fields
                .iter()
                .for_each(|field| collect(&field.ty, &mut inside)),
            Kind::Union { variants, .. } => {
                inside.extend(variants.iter().map(|variant| variant.definition.clone()));
            }
            Kind::Enum { .. } => {}
        }
        waiting.extend(inside);
    }
    reached
}

fn collect(ty: &Type, names: &mut BTreeSet<String>) {
    match ty {
        Type::Named(name) => {
            names.insert(name.clone());
        }
        Type::List(inner) | Type::Map(inner) => collect(inner, names),
        _ => {}
    }
}

/// Whether a value of the type may hold a fraction, which does not equal itself where it is not a number.
pub(crate) fn holds_fractions(api: &Api, name: &str) -> bool {
    let reached = closure(api, name);
    let definitions = reached.iter().filter_map(|name| api.types.get(name));
    let mut fields = definitions.flat_map(|definition| match &definition.kind {
        Kind::Struct { fields, .. } => fields.as_slice(),
        Kind::Enum { .. } | Kind::Union { .. } => &[],
    });
    fields.any(|field| is_fraction(&field.ty))
}

fn is_fraction(ty: &Type) -> bool {
    match ty {
        Type::Number => true,
        Type::List(inner) | Type::Map(inner) => is_fraction(inner),
        _ => false,
    }
}
