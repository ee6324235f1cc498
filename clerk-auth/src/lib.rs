//! Authenticates requests for [Clerk](https://clerk.com): session tokens, handshakes, machine
//! tokens and webhooks.
//!
//! ```no_run
//! use clerk_auth::{Authenticator, Check, Status};
//!
//! # async fn run(request: http::request::Parts) -> Result<(), clerk_auth::Error> {
//! let authenticator = Authenticator::builder()
//!     .secret_key("sk_test_…")
//!     .publishable_key("pk_test_…")
//!     .authorized_parties(["https://app.example.com"])
//!     // Behind anything that terminates TLS; or `.trust_forwarded_headers(true)`.
//!     .public_origin("https://app.example.com")
//!     .build()?;
//!
//! let state = authenticator.authenticate(&request).await?;
//! match state.status() {
//!     Status::SignedIn if state.auth().has(&Check::role("org:admin")) => { /* let it in */ }
//!     Status::SignedIn => { /* 403 */ }
//!     Status::SignedOut => { /* 401 */ }
//!     Status::Handshake => { /* 307, with `state.headers()` */ }
//! }
//! # Ok(()) }
//! ```
//!
//! - [`Authenticator`] reads a request as `http` types have it and answers with a
//!   [`RequestState`]: whether it is let in, who makes it ([`Auth`]), why not ([`Reason`]), and
//!   which headers the response must carry.
//! - [`TokenVerifier`] verifies session tokens that come some other way; with a PEM key nothing
//!   goes over the network.
//! - [`Check`] asks a session for roles, permissions, features, plans and recent verification;
//!   [`FailedCheck`] says which of them it lacks. Where only a reverification is missing, adapters send
//!   what Clerk's `useReverification()` reads ([`Reverification::error_response`]).
//! - [`Accepts`] says which kinds of tokens are let in: sessions, API keys, OAuth access tokens,
//!   M2M tokens.
//! - [`webhook`] proves that a webhook is Clerk's and reads its event.
//! - One module for each framework does the rest: `tower`, `axum`, `actix_web`, `rocket` and
//!   `poem`, each behind the feature of its name.
//! - `testing` (feature `testing`) mints tokens with a local key, for the tests of an application.
//!
//! # Behind a proxy
//!
//! A service behind something that terminates TLS sees `http`, and often an internal host. Browsers then
//! come back from Clerk to a wrong URL, unless [`AuthenticatorBuilder::public_origin`] states the right
//! one, or [`AuthenticatorBuilder::trust_forwarded_headers`] takes it from the proxy. Neither is on by
//! default, because anyone can send such headers; where one of them seems to be missing, a warning is
//! logged once. Until then, the scheme counts as unknown: a navigation from `https` to a service that
//! sees `http` at the same host is not a cross-origin one.
//!
//! A service that is mounted under a path needs the URI as it was before; see [`OriginalUri`].
//!
//! # The same answers as Clerk's JavaScript backend, and where they differ
//!
//! Statuses, reasons, redirects and cookies are those of `@clerk/backend`, so that a Rust service
//! can take the place of a Node one behind the same front end. Where that is unsafe, this crate is
//! not, on purpose:
//!
//! | here | there | because |
//! |---|---|---|
//! | keys are cached for one authenticator | for the process, by API address and key | a token of another instance must never meet its keys |
//! | unknown key ids cause one fetch in a while | one fetch each | anybody can make up key ids |
//! | requests that need the same call share it, a refusal is remembered for 5 s, and calls under way and refused calls are limited ([`CallLimits`]) | each request makes its own call | tokens and nonces are chosen by whoever sends the request, who could use up the rate limit of the instance |
//! | while Clerk asks for a pause (`Retry-After`) or does not respond, machine tokens are answered as unavailable at once | 401 | a caller whose token is valid should try again, and a request must not be held until then |
//! | a set of keys without one that can be used is a failed fetch, and known keys serve on | the keys are gone | one wrong response must not sign everybody out |
//! | opaque machine tokens that cannot be bearer tokens (RFC 6750) are refused unseen | shown to Clerk | no token of Clerk's has such a form |
//! | a call to Clerk has a time limit | none | a server that hangs must not hang requests |
//! | a machine token that is revoked, expired or inactive is refused | let in | Clerk answers 200 for them |
//! | `aud` that is neither text nor a list of texts is refused where an audience is configured | passes | it cannot be the one that is expected |
//! | tokens of JWT templates, of machines and of unknown categories are never sessions of a request, whatever brings them | mostly | they were not issued for sessions |
//! | [`TokenVerifier::verify`] and [`Authenticator::verify_token`] refuse sessions without a user or with another status than active and pending | pass | whoever verifies a token takes it for a signed-in user |
//! | [`TokenVerifier::verify`] and [`Authenticator::verify_token`] refuse them as well, and pending sessions, unless [`TokenVerifierBuilder::accept_jwt_templates`] and [`TokenVerifierBuilder::accept_pending_sessions`] say otherwise | only the category of M2M tokens is refused | whoever verifies a token takes it for a signed-in user |
//! | the token of a machine is no handshake | only its category is checked | machines have claims of their own, which could be a handshake's |
//! | a key that states its algorithm (`alg`) verifies no other, and one for something other than signatures (`use`) none | RS256, RS384 and RS512 | RFC 7517, sections 4.2 and 4.4 |
//! | M2M JWTs of the category for instances that state none ("ignore") are accepted, as session tokens of it are | refused | the same instance issues both |
//! | a machine token that could not be checked is told apart: adapters answer 503 | 401 | a caller whose token is good should try again, and not drop it |
//! | keys that Clerk no longer lists are gone with the next fetch | they stay until they expire | somebody took them away |
//! | RSA keys have 2048 to 8192 bits | 2048 | shorter ones can be broken |
//! | three handshakes or more in a row end in signed out | exactly three | a counter that a browser sends can be any number |
//! | a path that begins with `//` stays a path | can become a host | the browser would be sent there |
//! | a satellite's return address must be `http` or `https`, without credentials | anything | it ends in a `location` header |
//! | a scheme that is only seen, and that neither the configuration nor a trusted header states, does not make a navigation a cross-origin one | what is seen counts | behind something that terminates TLS, every navigation would be sent to Clerk |
//! | the sign-in page of a satellite is checked when the authenticator is built | with each request, against its `Origin` header | anyone can send that header, and would get an error 500 |
//! | forwarded headers count where [`AuthenticatorBuilder::trust_forwarded_headers`] says so | always | anybody can send them |
//! | handshakes can be switched off ([`AuthenticatorBuilder::handshakes`]) | not yet | a service that answers only API calls has no use for them |
//! | the nonce of a handshake is exchanged only where a page is loaded | with every request | a cookie that was left behind would cause a call each time |
//! | an exchange of a nonce that fails says so in the message of the state | only in the log | nothing else tells it from a browser that is signed out |
//! | the query of the address to come back to stays byte for byte | written anew | a signature over it would break |
//! | permissions are unpacked by the rule that the number of masks fits, or not at all | by one rule | Clerk's backends disagree, and a wrong guess grants too much |
//! | a feature without a scope grants nothing, and the others still count | an error | a token that Clerk signed must not fail a request |
//! | a cookie line that a header cannot hold is left out | an error | the others still count |
//! | tokens of more than 16 KiB are refused unread, and so are headers of more than 2 KiB and signatures of more than 1 KiB | read | no token of Clerk's is so long |
//! | tokens whose header demands extensions (`crit`), that name a parameter or a claim of Clerk's twice, or hold half a character in one, are refused | read | RFC 7515 wants it so, and readers would disagree |
//! | a machine token that stands for nobody is refused | let in | there is nobody to let in |
//! | keys, tokens, cookies and nonces are never printed | some are | logs are read by many |
//! | what a configuration cannot work with is an error when it is built: keys of another kind or of two instances, parties and issuers that no token names, addresses that lead nowhere, a satellite's relative sign-in page | with some request, or never | a deployment should fail, and not its users |
//! | M2M tokens alone need `jwt_key` besides `machine_secret_key`, or `secret_key` | `machine_secret_key` is enough | it verifies no JWT |
//! | the clock skew is at most an hour | anything | a longer one makes expired tokens valid |
//! | base64url whose last bits are not zero is refused | read | one token would have several spellings |
//! | opaque machine tokens of more than 1 KiB are refused without a call | asked about | no token of Clerk's is so long |
//! | machine tokens are verified under `/v1` | without the version | the description of the API has it |
//! | keys are fetched in two attempts, and serve up to an hour longer while that fails ([`KeyCache`]) | in five attempts, and not longer | requests wait for it, and an outage of the API should not sign users out |
//! | a satellite counts as one in development by its secret key or, where that is not known, its publishable key | by its secret key | a client or backend can be given instead of the key |
//! | groups of organization patterns have no look-around and no back-references | JavaScript's expressions | a path is matched in linear time |
//! | the address of the API and a proxy are as configured | some packages derive them from the publishable key and from Vercel's variables | what is not configured cannot be wrong unnoticed |
//! | a refresh forwards the headers that are text, and its reason repeats an error code only if that is a word | everything | the reason ends in a header |
//! | a message that is not ASCII is left out of `x-clerk-auth-message` | Latin-1 is sent | readers disagree on it (RFC 9110, section 5.5) |
//! | forwarded headers are trimmed where they count | not | a space after a comma would make them useless |
//! | several spaces between scopes count as one | each makes an empty scope | nothing is granted by it |
//!
//! # Runtime
//!
//! A Tokio runtime with timers and I/O is needed where keys are fetched, machine tokens are checked,
//! handshake nonces are exchanged or sessions are refreshed; elsewhere those return an error that
//! says so. A [`TokenVerifier`] with a PEM key needs none. Calls and keys are shared by all runtimes
//! that use clones of an authenticator: where one of them stands still, the others make a call of
//! their own after half a second. Connections are kept for each runtime apart, unless you bring your
//! own client.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
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

pub use accepts::{Accepts, TokenType};
pub use auth::{Auth, MachineAuth, SessionAuth, SignedOut};
pub use authenticate::{Authenticator, AuthenticatorBuilder};
pub use calls::CallLimits;
pub use claims::{
    Actor, Check, FactorLevel, FailedCheck, Organization, Reverification, SessionClaims,
    SessionStatus,
};
pub use clerk_api::types::Secret;
pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use keys::KeyCache;
pub use machine::{MachineToken, MachineTokenError, MachineTokenKind};
pub use original_uri::OriginalUri;
pub use reason::Reason;
pub use request_state::{RequestState, Status};
pub use token::{InvalidKey, TokenError, VerifyingKey};
pub use verifier::{TokenVerifier, TokenVerifierBuilder};
