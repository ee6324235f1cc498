//! Names that emitted code cannot give to something else, because the code around it uses them.
//!
//! They mirror the sources of `clerk-api`, which tests compare with them.

/// Methods of every call; a setter of the same name would be the second, or shadow one.
pub const CALL_METHODS: [&str; 10] = [
    "attempt_timeout",
    "bearer",
    "header",
    "new",
    "retry",
    "send",
    "send_ignoring_body",
    "send_raw",
    "stream",
    "timeout",
];

/// Methods of every resource.
pub const RESOURCE_METHODS: [&str; 2] = ["clone", "new"];

/// Methods of a client, async or blocking, besides the accessors of its resources.
pub const CLIENT_METHODS: [&str; 14] = [
    "builder",
    "clone",
    "environment",
    "from_env",
    "inner",
    "new",
    "request",
    "retry_policy",
    "send",
    "send_ignoring_body",
    "send_raw",
    "stream",
    "wait",
    "with",
];

/// Features of the crate that do not belong to a resource.
#[rustfmt::skip]
pub const FEATURES: [&str; 7] = [
    "blocking", "chrono", "default", "description", "jiff", "reqwest-middleware", "time",
];

/// Names of the prelude that emitted files use, directly or in the runtime's macros.
#[rustfmt::skip]
pub const PRELUDE: [&str; 19] = [
    "Box", "Clone", "Debug", "Default", "Drop", "Err", "From", "Into", "IntoIterator", "Iterator", "None", "Ok",
    "Option", "PartialEq", "Result", "Send", "Some", "String", "Vec",
];

/// What files of models import.
pub const OF_MODELS: (&str, [&str; 2]) = ("crate::decode", ["Shape", "Shaped"]);
