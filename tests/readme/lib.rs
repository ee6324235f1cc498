//! Includes each README and guide as the documentation of a module, so its examples are compiled.

#[doc = include_str!("../../README.md")]
mod workspace {}

#[doc = include_str!("../../clerk-api/README.md")]
mod client {}

#[doc = include_str!("../../clerk-auth/README.md")]
mod authentication {}

#[doc = include_str!("../clerk-mock/README.md")]
mod mock {}

#[doc = include_str!("../../docs/calling.md")]
mod calling {}

#[doc = include_str!("../../docs/lists.md")]
mod lists {}

#[doc = include_str!("../../docs/uploads.md")]
mod uploads {}

#[doc = include_str!("../../docs/errors-and-retries.md")]
mod errors_and_retries {}

#[doc = include_str!("../../docs/authentication.md")]
mod requests {}

#[doc = include_str!("../../docs/proxies.md")]
mod proxies {}

#[doc = include_str!("../../docs/machine-tokens.md")]
mod machine_tokens {}

#[doc = include_str!("../../docs/webhooks.md")]
mod webhooks {}

#[doc = include_str!("../../docs/testing.md")]
mod testing {}
