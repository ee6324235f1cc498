//! Generates values from the schemas of the description: valid, and the same for the same seed.

mod generator;
mod positions;
mod request;

use std::fmt;

use serde_json::Value;

use crate::description::{Description, Operation, description};
use crate::samples::random::{Random, hash};

pub(crate) use generator::{Generator, identifier, machine_identifier, token};
pub(crate) use positions::enums as enum_positions;
pub use request::GeneratedRequest;

/// How much of what a schema allows a generated value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Only what is required. Nullable values are null, and lists are as short as possible.
    Minimal,
    /// Everything, and nothing is null.
    Full,
    /// Some optional members, and some nulls.
    Varied,
}

/// Generates valid values for the schemas and operations of the API description, for tests of code that
/// decodes or sends them.
///
/// ```
/// use clerk_mock::{Instances, Mode, validate};
///
/// let instances = Instances::new();
/// let user = instances.response("GetUser", Mode::Full, 42);
/// assert!(user["id"].as_str().unwrap().starts_with("user_"));
/// assert_eq!(user, instances.response("GetUser", Mode::Full, 42));
///
/// let schema = instances.schema("User").unwrap();
/// assert!(validate(schema, &user).is_ok());
/// ```
#[derive(Clone, Copy)]
#[doc(alias = "fixture")]
#[doc(alias = "factory")]
#[doc(alias = "sample")]
#[doc(alias = "example")]
pub struct Instances {
    description: &'static Description,
}

impl Instances {
    /// Generates from the description that `clerk_api` is generated from.
    pub fn new() -> Self {
        Self {
            description: description(),
        }
    }

    /// The version of the API: `2026-05-12`.
    pub fn version(&self) -> &'static str {
        self.description.version()
    }

    /// All operations, in the order of the description.
    pub fn operations(&self) -> &'static [Operation] {
        self.description.operations()
    }

    /// The operation with this id, such as `GetUser`.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.description.operation(id)
    }

    /// The names of all schemas, such as `User`.
    pub fn schema_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.description.schema_names()
    }

    /// The schema with this name (`User`), or at this JSON pointer in the description
    /// (`/components/schemas/User/properties/scim`).
    pub fn schema(&self, name_or_pointer: &str) -> Option<&'static Value> {
        if name_or_pointer.starts_with(['/', '#']) {
            self.description.at(name_or_pointer)
        } else {
            self.description.schema(name_or_pointer)
        }
    }

    /// A value of the schema that [`schema`](Self::schema) returns for this name, or a response body of the
    /// operation with this id. `None` if there is neither.
    pub fn instance(&self, name: &str, mode: Mode, seed: u64) -> Option<Value> {
        let schema = match self.description.operation(name) {
            Some(operation) => operation.response_schema(),
            None => self.schema(name),
        };
        schema.map(|schema| self.value(schema, mode, seed))
    }

    /// A value of this schema.
    ///
    /// # Panics
    ///
    /// If no value satisfies the schema, or its pattern, format or type is not supported.
    #[track_caller]
    pub fn value(&self, schema: &Value, mode: Mode, seed: u64) -> Value {
        Generator::new(self.description, mode).value(schema, Random::new(seed))
    }

    /// A response body for the success of an operation. Null if it has no body.
    ///
    /// # Panics
    ///
    /// If the description has no operation with this id.
    #[track_caller]
    pub fn response(&self, operation_id: &str, mode: Mode, seed: u64) -> Value {
        match self.expected(operation_id).response_schema() {
            Some(schema) => self.value(schema, mode, seed ^ hash(operation_id.as_bytes())),
            None => Value::Null,
        }
    }

    /// A valid request of an operation.
    ///
    /// # Panics
    ///
    /// If the description has no operation with this id.
    #[track_caller]
    pub fn request(&self, operation_id: &str, mode: Mode, seed: u64) -> GeneratedRequest {
        let operation = self.expected(operation_id);
        let seed = seed ^ hash(operation_id.as_bytes());
        GeneratedRequest::new(self.description, operation, mode, seed)
    }

    /// The JSON pointers of all values of enums with more than one value, in a value of this schema. Tags of
    /// unions are not included.
    pub fn enum_positions(&self, schema: &Value, value: &Value) -> Vec<String> {
        positions::enums(self.description, schema, value)
    }

    #[track_caller]
    fn expected(&self, id: &str) -> &'static Operation {
        match self.description.operation(id) {
            Some(operation) => operation,
            None => panic!("the API description has no operation {id:?}"),
        }
    }
}

impl Default for Instances {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Instances {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Instances({})", self.description.version())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate;

    const MODES: [Mode; 3] = [Mode::Minimal, Mode::Full, Mode::Varied];

    #[test]
    fn every_schema_has_valid_instances() {
        let instances = Instances::new();
        for name in instances.schema_names() {
            for mode in MODES {
                for seed in 0..8 {
                    let value = instances.instance(name, mode, seed).unwrap();
                    let checked = validate(instances.schema(name).unwrap(), &value);
                    assert_eq!(checked, Ok(()), "{name}, {mode:?}, seed {seed}: {value}");
                }
            }
        }
    }

    #[test]
    fn every_response_has_valid_instances() {
        let instances = Instances::new();
        assert_eq!(instances.operations().len(), 252);
        for operation in instances.operations() {
            for mode in MODES {
                let value = instances.response(&operation.id, mode, 1);
                match operation.response_schema() {
                    Some(schema) => {
                        assert_eq!(validate(schema, &value), Ok(()), "{operation:?}: {value}");
                    }
                    None => assert_eq!(value, Value::Null),
                }
            }
        }
    }

    #[test]
    fn every_described_member_is_in_a_full_instance() {
        let user = Instances::new().instance("User", Mode::Full, 3).unwrap();
        for name in [
            "scim",
            "locale",
            "profile_image_url",
            "organization_memberships",
        ] {
            assert!(!user[name].is_null(), "{name} is missing in {user}");
        }
        assert!(user["email_addresses"][0]["verification"]["object"].is_string());
    }

    #[test]
    fn a_minimal_instance_has_only_required_members() {
        let deleted = Instances::new()
            .instance("DeletedObject", Mode::Minimal, 3)
            .unwrap();
        // Whether members keep their order depends on features that other crates enable.
        let mut names: Vec<&String> = deleted.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["deleted", "object"]);
    }

    #[test]
    fn enum_positions_leave_out_tags_and_constants() {
        let instances = Instances::new();
        let schema = instances.schema("Session").unwrap();
        let session = instances.value(schema, Mode::Minimal, 1);
        assert_eq!(instances.enum_positions(schema, &session), ["/status"]);
    }

    #[test]
    #[should_panic(expected = "no operation \"GetUzer\"")]
    fn a_misspelt_operation_id_panics() {
        Instances::new().response("GetUzer", Mode::Full, 1);
    }
}
