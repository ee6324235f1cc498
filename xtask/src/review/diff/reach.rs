//! Which components the responses and requests of a description reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::description::Description;

/// Those reached by successful responses, and those reached by parameters and bodies.
pub(super) fn components(side: &Description) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut received = Reached::default();
    let mut sent = Reached::default();
    for operation in side.operations() {
        let responses = operation.node.get("responses").and_then(Value::as_object);
        for (status, response) in responses.into_iter().flatten() {
            if status.starts_with('2') {
                received.follow(side, response);
            }
        }
        for parameter in &operation.parameters {
            sent.follow(side, parameter.node);
        }
        if let Some(body) = operation.node.get("requestBody") {
            // A body has no type in the crate; only its contents do.
            let (body, _) = side.resolve(body);
            let contents = body.get("content").and_then(Value::as_object);
            for media in contents.into_iter().flatten().map(|(_, media)| media) {
                let (schema, _) = side.resolve(media.get("schema").unwrap_or(&Value::Null));
                sent.follow(side, schema);
            }
        }
    }
    (received.schemas, sent.schemas)
}

#[derive(Default)]
struct Reached {
    seen: BTreeSet<String>,
    schemas: BTreeSet<String>,
}

impl Reached {
    fn follow<'a>(&mut self, side: &'a Description, value: &'a Value) {
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(items) => waiting.extend(items),
                Value::Object(members) => {
                    let target = members.get("$ref").and_then(Value::as_str);
                    if let Some(target) = target.filter(|target| !self.seen.contains(*target)) {
                        self.seen.insert(target.to_owned());
                        if let Some(name) = target.strip_prefix("#/components/schemas/") {
                            self.schemas
                                .insert(name.replace("~1", "/").replace("~0", "~"));
                        }
                        waiting.extend(target.get(1..).and_then(|at| side.document.pointer(at)));
                    }
                    waiting.extend(members.values());
                }
                _ => {}
            }
        }
    }
}
