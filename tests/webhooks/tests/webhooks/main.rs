//! Signatures of webhooks, and every kind of event in the description.

mod described;
mod events;
mod secrets;
mod signatures;
mod signing;
mod upstream;
