//! What changed between the request bodies of two operations.

use serde_json::{Value, json};

use super::change::{Change, Class, Impact};
use super::description::{Description, Operation, is, members};
use super::operations::change;
use super::rust;
use super::schema::Schema;
use super::walk::{At, Found, Role, Spot, Walk};
use crate::normalise::Location;
use crate::support::pointer;

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data";

/// A body as it is sent: its pointer, its media type and that media type's schema.
struct Body<'a> {
    pointer: String,
    node: &'a Value,
    media_type: &'a str,
    schema: Value,
}

fn body_of<'a>(side: &'a Description, operation: &Operation<'a>) -> Option<Body<'a>> {
    let declared = operation.node.get("requestBody")?;
    let (node, _) = side.resolve(declared);
    let content = members(node, "content")?;
    // If there are several, the one that the crate would send.
    let (media_type, media) = content
        .get_key_value(JSON)
        .or_else(|| content.get_key_value(FORM))
        .or_else(|| content.iter().next())?;
    let location = pointer::child(&operation.pointer, "requestBody");
    Some(Body {
        pointer: pointer::child(&pointer::child(&location, "content"), media_type),
        node,
        media_type,
        schema: media.get("schema").cloned().unwrap_or_default(),
    })
}

/// Compares the request bodies of two operations.
pub(super) fn compare(
    walk: &mut Walk<'_>,
    old: &Operation<'_>,
    new: &Operation<'_>,
    found: &mut Found,
) {
    let (before, after) = (body_of(walk.old, old), body_of(walk.new, new));
    let empty = json!({ "type": "object" });
    let required =
        |body: &Option<Body<'_>>| body.as_ref().is_some_and(|body| is(body.node, "required"));
    match (&before, &after) {
        (None, None) => return,
        (Some(one), Some(other)) => media_types(new, one, other, found),
        (None, Some(_)) => found.changes.push(change(
            new,
            "request-body-added",
            "the operation now takes a body".to_owned(),
            if required(&after) {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        )),
        (Some(_), None) => found.changes.push(change(
            new,
            "request-body-removed",
            "the operation no longer takes a body".to_owned(),
            Class::BreakingForRequests,
            Impact::Nothing,
        )),
    }
    if before.is_some() && required(&before) != required(&after) && after.is_some() {
        found.changes.push(change(
            new,
            "request-body-required-changed",
            if required(&after) {
                "the body is now required".to_owned()
            } else {
                "the body is now optional".to_owned()
            },
            if required(&after) {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        ));
    }
    let at = |body: &Option<Body<'_>>, operation: &Operation<'_>, side: &Description| {
        let pointer = match body {
            Some(body) => pointer::child(&body.pointer, "schema"),
            None => pointer::child(&operation.pointer, "requestBody"),
        };
        let location = Location::body(&operation.id());
        let schema = body.as_ref().map_or(&empty, |body| &body.schema);
        At::new(pointer, rust::within(&Schema::of(side, schema), &location))
    };
    let media_type = after
        .as_ref()
        .or(before.as_ref())
        .map_or(JSON, |body| body.media_type);
    let spot = Spot {
        role: if media_type == FORM {
            Role::Form
        } else {
            Role::Body
        },
        old: at(&before, old, walk.old),
        new: at(&after, new, walk.new),
        component: None,
    };
    let schema = |body: &Option<Body<'_>>| {
        body.as_ref()
            .map_or(empty.clone(), |body| body.schema.clone())
    };
    walk.unnamed(&schema(&before), &schema(&after), &spot, found);
}

fn media_types(new: &Operation<'_>, old_body: &Body<'_>, new_body: &Body<'_>, found: &mut Found) {
    let names = |body: &Body<'_>| -> Vec<String> {
        let content = members(body.node, "content");
        content
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let (before, after) = (names(old_body), names(new_body));
    let location = || pointer::child(&new.pointer, "requestBody");
    // The crate sends one of them.
    let impact = |name: &str| {
        if name == old_body.media_type && old_body.media_type != new_body.media_type {
            Impact::Breaking
        } else {
            Impact::Nothing
        }
    };
    for name in after.iter().filter(|name| !before.contains(name)) {
        found.changes.push(Change {
            pointer: pointer::child(&pointer::child(&location(), "content"), name),
            note: Some("the crate sends one content type; an overlay selects it".to_owned()),
            ..change(
                new,
                "request-content-type-added",
                format!("the body can now be sent as `{name}`"),
                Class::Compatible,
                Impact::Nothing,
            )
        });
    }
    for name in before.iter().filter(|name| !after.contains(name)) {
        found.changes.push(Change {
            pointer: pointer::child(&pointer::child(&location(), "content"), name),
            ..change(
                new,
                "request-content-type-removed",
                format!("the body can no longer be sent as `{name}`"),
                Class::BreakingForRequests,
                impact(name),
            )
        });
    }
}
