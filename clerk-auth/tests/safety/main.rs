//! What must hold for any request and any response of Clerk.

mod algorithms;
mod calls;
mod causes;
mod clerk_in_memory;
mod configuration;
mod fetches;
mod flights;
mod key_sets;
mod logs;
mod machines;
mod pending;
mod proxies;
mod redirects;
mod requests;
mod secrets;
mod support;
mod tokens;
mod unknown_keys;
