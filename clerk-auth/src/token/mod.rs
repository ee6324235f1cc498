//! Tokens: their form, keys and checks. There is no I/O here, and no check depends on the location of the
//! token.

mod check;
mod class;
mod decode;
mod error;
mod key;
mod loose;
mod payload;
mod verify;

pub(crate) use check::{ACTIVE, PENDING, Rules, is_in_time};
pub(crate) use class::{MachineTokenClass, class_of};
pub(crate) use decode::{Issuer, MAX_LENGTH, Peek, key_id, peek, session_id};
pub use error::TokenError;
pub(crate) use error::{CHECK_KEYS, CONTACT_SUPPORT};
pub use key::{KeyError, VerifyingKey};
pub(crate) use loose::Loose;
pub(crate) use payload::Payload;
pub(crate) use verify::{KeyLookup, Purpose, Refusal, Verified, verify};
