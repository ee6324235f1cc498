//! Machine tokens: API keys, OAuth access tokens and M2M tokens.

mod token;

pub use token::{MachineToken, MachineTokenError, MachineTokenKind};
