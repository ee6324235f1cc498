//! The fuzz targets as plain functions: each accepts any bytes and panics if a guarantee is broken.
//!
//! `fuzz/` runs them under libFuzzer; the tests of this package run them on the saved corpus in
//! `corpus/<target>/` and on mutations of it, see [`mutation`].

pub mod authentication;
mod canary;
pub mod mutation;
pub mod responses;
pub mod signed;
pub mod toolchain;

/// A function that the fuzzer runs.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its folder in `corpus/` and its program in `fuzz/`.
    pub name: &'static str,
    pub run: fn(&[u8]),
}

/// An upstream document, imported as a description.
pub const IMPORT: Target = Target {
    name: "import",
    run: toolchain::import,
};

/// A document and an overlay for it, separated by a line `---`.
pub const OVERLAY: Target = Target {
    name: "overlay",
    run: toolchain::overlay,
};

/// A document, or choices of what to break in a valid one, through the whole pipeline.
pub const NORMALISE: Target = Target {
    name: "normalise",
    run: toolchain::normalise,
};

/// The body of a success, decoded as several models.
pub const RESPONSE_DECODING: Target = Target {
    name: "response_decoding",
    run: responses::response_decoding,
};

/// A line of status and `Retry-After`, then the body of a response.
pub const ERROR_BODIES: Target = Target {
    name: "error_bodies",
    run: responses::error_bodies,
};

/// A text as a session token.
pub const TOKENS: Target = Target {
    name: "tokens",
    run: authentication::tokens,
};

/// The header and the claims of a token, which is then signed.
pub const SIGNED_TOKENS: Target = Target {
    name: "signed_tokens",
    run: signed::signed_tokens,
};

/// The headers and the body of a webhook, signed or not.
pub const WEBHOOKS: Target = Target {
    name: "webhooks",
    run: signed::webhooks,
};

/// A text as a publishable key.
pub const PUBLISHABLE_KEYS: Target = Target {
    name: "publishable_keys",
    run: authentication::publishable_keys,
};

/// Bytes as a `Cookie` header.
pub const COOKIES: Target = Target {
    name: "cookies",
    run: authentication::cookies,
};

/// Options, a request, and Clerk's response to an authenticator.
pub const REQUESTS: Target = Target {
    name: "requests",
    run: authentication::requests,
};

/// All of them.
pub const TARGETS: [Target; 11] = [
    IMPORT,
    OVERLAY,
    NORMALISE,
    RESPONSE_DECODING,
    ERROR_BODIES,
    TOKENS,
    SIGNED_TOKENS,
    WEBHOOKS,
    PUBLISHABLE_KEYS,
    COOKIES,
    REQUESTS,
];
