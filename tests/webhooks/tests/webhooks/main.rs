//! Webhooks as they arrive, and every kind of event that is described.

mod described;
mod events;
mod secrets;
mod signatures;
mod signing;
mod upstream;
