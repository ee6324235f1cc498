//! What must hold whatever anybody sends, and however Clerk answers.

mod fetches;
mod key_sets;
mod support;
mod unknown_keys;
