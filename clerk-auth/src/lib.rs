//! Authenticates HTTP requests for [Clerk](https://clerk.com): session tokens, handshakes, API keys, OAuth access
//! tokens, M2M tokens and webhooks. The core works on the types of the [`http`] crate; adapters make it a layer, a
//! middleware or a fairing with typed extractors for axum, actix-web, rocket, poem and anything built on tower.
//!
#![cfg_attr(feature = "axum", doc = "```no_run")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::{Router, routing::get};
//! use clerk_auth::axum::AuthLayer;
//! use clerk_auth::{Authenticator, Check, SessionAuth};
//!
//! // The extractor rejects unauthenticated requests with 401.
//! async fn account(session: SessionAuth) -> String {
//!     format!("hello, {}", session.user_id())
//! }
//!
//! async fn report() -> &'static str {
//!     "for admins only"
//! }
//!
//! fn app() -> Result<Router, clerk_auth::Error> {
//!     // Reads CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY. With CLERK_JWT_KEY, no keys are fetched.
//!     let authenticator = Authenticator::from_env()?
//!         .authorized_parties(["https://app.example.com"])
//!         // Behind a proxy that terminates TLS; or `.trust_forwarded_headers(true)`.
//!         .public_origin("https://app.example.com")
//!         .build()?;
//!     let auth = AuthLayer::new(authenticator);
//!     let admin = Router::new()
//!         .route("/report", get(report))
//!         .layer(auth.clone().require(Check::role("org:admin")));
//!     Ok(Router::new()
//!         .route("/account", get(account))
//!         .nest_service("/admin", admin)
//!         .layer(auth))
//! }
//! ```
//!
//! # Features
//!
//! No feature is on by default.
//!
//! | feature | what it adds |
//! |---|---|
//! | `tower` | the module `tower`: a layer for anything that works on `http` types, such as hyper and tonic |
//! | `axum` | the module `axum`: extractors for axum 0.8; includes `tower` |
//! | `actix-web` | the module `actix_web`: a middleware and extractors for actix-web 4 |
//! | `rocket` | the module `rocket`: a fairing and request guards for rocket 0.5 |
//! | `poem` | the module `poem`: a middleware and extractors for poem 3 |
//! | `testing` | the module `testing`: tokens and webhooks signed with local keys, for your tests |
//!
//! # Where do I find …
//!
//! | task | item |
//! |---|---|
//! | configure it | [`Authenticator::from_env`], [`Authenticator::builder`], [`AuthenticatorBuilder`] |
//! | protect routes | `AuthLayer::require` (tower, axum), `AuthMiddleware::require` (actix-web, poem), guards (rocket) |
//! | the current user in a handler | [`SessionAuth`] or [`Auth`] as an extractor |
//! | a handler for signed-in and signed-out users | `OptionalAuth`, `Optional<Auth>` in the module of the framework |
//! | check a role, permission, feature or plan | [`SessionAuth::has`], [`SessionAuth::check`], [`Check`]; `Require<R>` in a signature |
//! | ask for a recent verification (step-up) | [`Check::reverified`], [`Reverification`] |
//! | accept API keys, OAuth tokens or M2M tokens | [`AuthenticatorBuilder::accepts`], [`Accepts`], [`MachineAuth`] |
//! | read claims, also your own | [`SessionAuth::claims`], [`SessionClaims::custom`] |
//! | see who acts for the user (impersonation) | [`SessionClaims::actor`] |
//! | verify a token without a request | [`TokenVerifier`], [`Authenticator::verify_token`] |
//! | verify without any network | [`AuthenticatorBuilder::jwt_key`], [`TokenVerifierBuilder::jwt_key`] |
//! | receive webhooks | [`webhook::WebhookVerifier`], `VerifiedEvent` as an extractor |
//! | change the response to rejected requests | `respond_with` of the layer, middleware or fairing |
//! | run behind a proxy or load balancer | [`AuthenticatorBuilder::public_origin`], [below](#behind-a-proxy) |
//! | serve a satellite domain | [`AuthenticatorBuilder::satellite`] |
//! | proxy Clerk's Frontend API | [`AuthenticatorBuilder::proxy_url`] |
//! | activate the organization that a URL names | [`AuthenticatorBuilder::organization_patterns`] |
//! | write an adapter | [`Authenticator::authenticate`], [`RequestState`] |
//! | test handlers | the module `testing` (feature `testing`) |
//!
//! # Frameworks
//!
//! Each module begins with an example and lists which paths a layer protects and which stay open. All adapters
//! behave alike:
//!
//! - a rejected request gets a JSON body and the status 401, 403, 500 or 503, or the response of `respond_with`;
//! - a browser that must go to Clerk and come back (a handshake) gets a redirect before any handler runs;
//! - the headers of the [`RequestState`], such as refreshed cookies, are appended to every response.
//!
//! Without an adapter, [`Authenticator::authenticate`] takes the head of a request and returns a [`RequestState`].
//!
//! # Tokens
//!
//! By default, only session tokens are accepted, from the `Authorization` header or from Clerk's cookies.
//! [`AuthenticatorBuilder::accepts`] adds machine tokens, which are read from the header only. Session tokens and
//! JWTs are verified locally, with the key of [`jwt_key`](AuthenticatorBuilder::jwt_key) or with keys that are
//! fetched once and cached ([`KeyCacheOptions`]). Opaque machine tokens are verified by Clerk, with one call for
//! requests that carry the same token ([`CallLimits`]).
//!
//! Set [`authorized_parties`](AuthenticatorBuilder::authorized_parties): without it, a token that another site of
//! the same root domain obtained is accepted.
//!
//! # Behind a proxy
//!
//! Behind something that terminates TLS, a service sees `http`, and often an internal host. Clerk would then send
//! browsers back to the wrong URL, unless [`AuthenticatorBuilder::public_origin`] states the right one, or
//! [`AuthenticatorBuilder::trust_forwarded_headers`] takes it from the proxy. Neither is the default, because anyone
//! can send such headers; a warning is logged once if one of them seems to be missing. Until one is set, the scheme
//! counts as unknown: a navigation from `https` to a service that sees `http` on the same host is not treated as
//! cross-origin.
//!
//! A service that is mounted under a path needs the URI from before the path was stripped; see [`OriginalUri`].
//!
//! # Errors
//!
//! | type | when |
//! |---|---|
//! | [`Error`] | the configuration is invalid; returned when the authenticator is built, rarely later |
//! | [`Reason`], in a [`RequestState`] | a request is unauthenticated; this is not an error |
//! | `adapter::Rejection` | a request is rejected by an adapter; it has the status and the response |
//! | [`FailedCheck`] | a session or a machine token fails a check |
//! | [`TokenError`] | a token passed to [`TokenVerifier::verify`] or [`Authenticator::verify_token`] is rejected |
//! | [`webhook::WebhookError`] | a webhook cannot be verified or read |
//!
//! If Clerk cannot be reached and the result depends on it, the request is neither accepted nor unauthenticated:
//! [`RequestState::is_unavailable`] is true, and adapters respond with 503 and `Retry-After`.
//!
//! Secrets, tokens and cookies are never part of an error, a log event or `Debug` output.
//!
//! # Runtime
//!
//! Fetching keys, verifying machine tokens, exchanging handshake nonces and refreshing sessions need a Tokio runtime
//! with timers and I/O (`enable_all`); without one they return an error. A [`TokenVerifier`] with a PEM key needs
//! none. Clones of an authenticator share keys and calls across runtimes; if a runtime with a call under way
//! stalls, the others make a call of their own after half a second. Connections are kept per runtime, unless you
//! provide your own client.
//!
//! # Compatibility with Clerk's JavaScript backend
//!
//! Statuses, reasons, redirects and cookies are those of `@clerk/backend`, so a Rust service can replace a Node
//! one behind the same front end. The exceptions are listed, with reasons, in [`differences`].
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod accepts;
#[cfg(feature = "actix-web")]
pub mod actix_web;
#[cfg(any(
    feature = "tower",
    feature = "actix-web",
    feature = "rocket",
    feature = "poem"
))]
pub mod adapter;
mod addresses;
mod auth;
mod authenticate;
#[cfg(feature = "axum")]
pub mod axum;
pub mod backend;
mod calls;
mod claims;
mod clock;
mod cookies;
pub mod differences;
mod error;
mod frontend_api;
mod handshake_url;
mod keys;
mod machine;
mod organization_patterns;
mod original_uri;
#[cfg(feature = "poem")]
pub mod poem;
mod public_url;
mod publishable_key;
mod reason;
mod redirect_target;
mod referrer;
mod request_state;
#[cfg(feature = "rocket")]
pub mod rocket;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
#[cfg(feature = "tower")]
pub mod tower;
mod verified_tokens;
mod verifier;
pub mod webhook;

// What generated code expects at the root of its crate.
use clerk_api::{decodable, decode, open_enum, tagged_union, types};

#[doc(alias("acceptsToken", "machine token", "api key", "m2m token", "oauth token"))]
pub use accepts::Accepts;
pub use accepts::TokenType;
#[doc(alias("current user", "getAuth", "signed in user", "user id"))]
pub use auth::Auth;
pub use auth::{MachineAuth, SessionAuth, SignedOut};
pub use authenticate::{Authenticator, AuthenticatorBuilder};
pub use calls::CallLimits;
#[doc(alias("has role", "has permission", "check permission", "authorization"))]
pub use claims::Check;
pub use claims::{
    Actor, FactorLevel, FailedCheck, Organization, Reverification, SessionClaims, SessionStatus,
};
pub use clerk_api::types::{Secret, SecretObject, Timestamp};
pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use keys::KeyCacheOptions;
pub use machine::{MachineToken, MachineTokenError, MachineTokenKind};
pub use original_uri::OriginalUri;
pub use reason::Reason;
pub use request_state::{RequestState, Status};
pub use token::{KeyError, TokenError, VerifyingKey};
#[doc(alias("verify token", "verify jwt", "verify session token", "session token"))]
pub use verifier::TokenVerifier;
pub use verifier::TokenVerifierBuilder;
