//! Types that requests and responses share: timestamps, secrets, nullable fields, JSON objects.

mod nullable;
mod object;
mod open_enum;
mod secret;
mod secret_object;
mod tagged_union;
mod timestamp;
mod timestamp_conversions;

pub use crate::request::QueryValue;
#[doc(alias("null", "unset", "Option", "clear field"))]
pub use nullable::Nullable;
pub use object::{IntoObject, Object};
pub use open_enum::UnknownValue;
#[doc(hidden)]
pub use open_enum::{OpenEnum, deserialize as deserialize_open_enum};
#[doc(alias("SecretString", "password", "redacted"))]
pub use secret::Secret;
pub(crate) use secret::{collect_secrets, collected_secrets};
pub use secret_object::SecretObject;
pub use tagged_union::UnknownVariant;
#[doc(hidden)]
pub use tagged_union::{TaggedUnion, deserialize as deserialize_tagged_union};
pub use timestamp::OutOfRange;
#[doc(alias("date", "datetime", "DateTime", "created_at"))]
pub use timestamp::Timestamp;
