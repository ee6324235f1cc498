//! Names that clash: with the runtime's methods, with a module's imports, with each other.
//!
//! The names are chosen when the intermediate representation is built; here they are only separated
//! from the names in the code around them, always in the same way. A clash that this does not
//! resolve is an error.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::members::{Location, Member};
use crate::emit::reserved::{CALL_METHODS, CLIENT_METHODS, FEATURES, PRELUDE, RESOURCE_METHODS};
use crate::input::vocabulary::plain::Plain;
use crate::ir::{self, Operation, Resource};
use crate::support::error::{Error, Result};

/// The names that a resource's module imports if it uses them, by module.
pub(super) fn imports() -> Vec<(&'static str, Vec<&'static str>)> {
    const TYPES: &str = "crate::types";
    let mut types = vec!["IntoObject", "Nullable"];
    types.extend(Plain::types_in(TYPES));
    types.sort_unstable();
    vec![
        ("std::collections", vec!["BTreeMap"]),
        ("serde_json", vec!["Map", "Value"]),
        ("crate", vec!["Clerk", "Upload", "models"]),
        ("crate::page", vec!["Page"]),
        ("crate::request", vec!["Handle"]),
        (TYPES, types),
    ]
}

/// Whether a resource's module uses a type of this name without a path. Its structs have a parameter `C`.
fn is_used(name: &str) -> bool {
    name == "C"
        || PRELUDE.contains(&name)
        || imports().iter().any(|(_, names)| names.contains(&name))
}

/// A name as a Rust identifier.
pub(crate) fn identifier(name: &str, location: &str) -> Result<Ident> {
    syn::parse_str(name).map_err(|_| {
        Error::new(
            location,
            format!("`{name}` is not a Rust identifier"),
            "give it another name in an overlay",
        )
    })
}

/// The location of an operation, for errors.
pub(crate) fn location(resource: &Resource, operation: &Operation) -> String {
    format!(
        "operation {} ({}.{})",
        operation.operation_id, resource.module, operation.name
    )
}

/// The builder's type: the operation's name, with `Call` appended if the module uses that name.
pub(crate) fn builder(resource: &Resource, operation: &Operation) -> String {
    let name = &operation.type_name;
    let taken = *name == resource.type_name || is_used(name);
    if taken {
        format!("{}Call", name.trim_end_matches('_'))
    } else {
        name.clone()
    }
}

/// Fails if two operations of a resource, or an operation and the resource, share a name.
pub(super) fn check_resource(resource: &Resource) -> Result<()> {
    let (module, name) = (resource.module.as_str(), resource.type_name.as_str());
    let taken = if CLIENT_METHODS.contains(&module) {
        Some(format!("the client already has a method named `{module}`"))
    } else if FEATURES.contains(&ir::feature(module).as_str()) {
        Some(format!(
            "the crate already has a feature for something else named `{}`",
            ir::feature(module)
        ))
    } else if is_used(name) {
        Some(format!(
            "the generated code uses the name `{name}` for something else"
        ))
    } else {
        None
    };
    if let Some(message) = taken {
        let help = "give the resource another name in an overlay";
        return Err(Error::new(
            format!("resource {}", resource.wire_name),
            message,
            help,
        ));
    }
    let mut builders = BTreeSet::from([resource.type_name.clone()]);
    let mut methods: BTreeSet<&str> = RESOURCE_METHODS.into();
    for operation in &resource.operations {
        let builder = builder(resource, operation);
        if !methods.insert(&operation.name) || !builders.insert(builder.clone()) {
            return Err(Error::new(
                location(resource, operation),
                format!(
                    "`{}`, or its builder `{builder}`, already exists in `{}`",
                    operation.name, resource.module
                ),
                "give the operation another method name in an overlay",
            ));
        }
    }
    Ok(())
}

/// Gives each argument a distinct name: `user_id` in the body beside `user_id` in the path becomes
/// `body_user_id`.
pub(super) fn settle_arguments(members: &mut [Member], location: &str) -> Result<()> {
    settle(members, &mut BTreeSet::new(), location)
}

/// The same for setters, which must also differ from the methods of every call: `timeout` becomes
/// `with_timeout`.
pub(super) fn settle_setters(members: &mut [Member], location: &str) -> Result<()> {
    for member in members.iter_mut() {
        if CALL_METHODS.contains(&member.field.name.as_str()) {
            member.field.name = format!("with_{}", member.field.name);
        }
    }
    settle(
        members,
        &mut CALL_METHODS.into_iter().map(str::to_owned).collect(),
        location,
    )
}

fn settle(members: &mut [Member], taken: &mut BTreeSet<String>, location: &str) -> Result<()> {
    for member in members {
        if taken.contains(&member.field.name) {
            member.field.name = format!("{}_{}", prefix(member.location), member.field.name);
        }
        if !taken.insert(member.field.name.clone()) {
            return Err(Error::new(
                location,
                format!(
                    "`{}` would be the second `{}`",
                    member.field.wire_name, member.field.name
                ),
                "rename one of the two in an overlay",
            ));
        }
    }
    Ok(())
}

fn prefix(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Field | Location::Items | Location::Text | Location::File => "body",
    }
}
