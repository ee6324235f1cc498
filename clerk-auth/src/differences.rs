//! Differences from Clerk's JavaScript backend. This module has no items.
//!
//! Statuses, reasons, redirects and cookies are those of `@clerk/backend`, so a Rust service can replace a Node one
//! behind the same front end. Where that backend is unsafe, this crate deliberately differs. Each table lists what
//! this crate does, what `@clerk/backend` does, and why they differ.
//!
//! # Session tokens and JWTs
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | Tokens of JWT templates, of machines and of unknown categories are never accepted as the session of a request, in a header or a cookie. | Most of them are accepted. | They were not issued for sessions. |
//! | [`TokenVerifier::verify`] and [`Authenticator::verify_token`] reject these tokens as well, and pending sessions, unless [`accept_jwt_templates`](TokenVerifierBuilder::accept_jwt_templates) or [`accept_pending_sessions`](TokenVerifierBuilder::accept_pending_sessions) is set. | Only M2M tokens are rejected. | Callers take a verified token for a signed-in user. |
//! | [`TokenVerifier::verify`] and [`Authenticator::verify_token`] reject sessions without a user, or with a status other than active and pending. | They are accepted. | Callers take a verified token for a signed-in user. |
//! | If an audience is configured, an `aud` that is neither a string nor a list of strings is rejected. | It is accepted. | It cannot be the expected audience. |
//! | Tokens longer than 16 KiB, headers of tokens longer than 2 KiB and signatures longer than 1 KiB are rejected without being decoded. | They are decoded. | Clerk's tokens are never that long. |
//! | Tokens are rejected if their header demands extensions (`crit`), if a parameter or one of Clerk's claims occurs twice, or if one of them contains a lone surrogate. | They are accepted. | RFC 7515 requires it, and readers would disagree about such tokens. |
//! | Base64url whose unused trailing bits are not zero is rejected. | It is accepted. | One token would have several spellings. |
//! | The clock skew is at most an hour. | It is not limited. | A longer one makes expired tokens valid. |
//! | The number of permission masks (`o.fpm`) determines whether they belong to the organization's features or to all features. If it fits neither, no permission is granted. | They belong to the organization's features. | Clerk's SDKs and documentation disagree, and a wrong guess grants too much. |
//! | A feature without a scope (`o:` or `u:`) grants nothing, and the others still count. | It is an error. | A token that Clerk signed must not fail a request. |
//!
//! # Keys
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | Keys are cached per authenticator. | They are cached per process, by API URL and key. | Keys of one instance must never verify tokens of another. |
//! | Unknown key ids cause at most one fetch per cool-down. | Each causes a fetch. | Key ids are chosen by whoever sends the request. |
//! | A key set without a usable key is a failed fetch, and the known keys remain in use. | The keys are dropped. | One wrong response must not sign out every user. |
//! | Keys that Clerk no longer lists are dropped with the next fetch. | They remain until they expire. | They have been revoked. |
//! | Keys are fetched in two attempts, and remain in use for up to an hour longer while fetching fails ([`KeyCacheOptions`]). | Five attempts are made, and keys are not used longer. | Requests wait for the fetch, and an outage of the API should not sign users out. |
//! | A key with an algorithm (`alg`) verifies no other algorithm, and a key for a purpose other than signatures (`use`) verifies nothing. | RS256, RS384 and RS512 are accepted. | RFC 7517, sections 4.2 and 4.4. |
//! | RSA keys have 2048 to 8192 bits, in a PEM as in a key set. | A PEM works only with 2048 bits; the size of other keys is not checked. | Shorter keys can be broken. |
//!
//! # Machine tokens
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | A machine token that is revoked, expired or inactive is rejected. | It is accepted. | Clerk responds with 200 for such tokens. |
//! | A machine token without a subject is rejected. | It is accepted. | There is no subject to authenticate. |
//! | A machine token that could not be verified has a state of its own, and adapters respond with 503. | 401 | A caller with a valid token should retry, not discard it. |
//! | While Clerk asks for a pause (`Retry-After`) or does not respond, machine tokens are reported as unavailable at once. | 401 | A caller with a valid token should retry, and requests must not be held. |
//! | Opaque machine tokens that are not valid bearer tokens (RFC 6750) or are longer than 1 KiB are rejected without a call. | They are sent to Clerk. | Clerk's tokens never have such a form. |
//! | M2M JWTs with the category that Clerk uses on instances without categories are accepted, as session tokens with it are. | They are rejected. | The same instance issues both. |
//! | To accept only M2M tokens, set `machine_secret_key` and `jwt_key`, or `secret_key`. | `machine_secret_key` is enough. | It cannot verify M2M tokens that are JWTs. |
//! | Calls that verify machine tokens have the path prefix `/v1`. | They have no prefix. | The API description has the prefix. |
//! | Several spaces between scopes count as one. | Each makes an empty scope. | An empty scope grants nothing. |
//!
//! # Calls to Clerk
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | Requests that need the same call share it, a rejection is remembered for 5 s, and the numbers of calls under way and of rejected calls are limited ([`CallLimits`]). | Each request makes its own call. | Tokens and nonces are chosen by whoever sends the request, who could use up the rate limit of the instance. |
//! | Every call has a time limit. | There is none. | A server that hangs must not hang requests. |
//! | The URLs of the API and of a proxy come only from the configuration. | Some packages derive them from the publishable key and from Vercel's variables. | A wrong guess would go unnoticed. |
//! | A refresh forwards only headers that are valid text, and its reason repeats an error code only if that is a single word. | Everything is forwarded and repeated. | The reason becomes a header. |
//!
//! # Handshakes, redirects and cookies
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | Handshakes can be turned off ([`AuthenticatorBuilder::handshakes`]). | They cannot. | A service that serves only API calls has no use for them. |
//! | Three or more handshakes in a row end as signed out. | Exactly three do. | The counter comes from the browser and can be any number. |
//! | The token of a machine is never accepted as a handshake. | Only its category is checked. | Machines can have claims of their own, which could be those of a handshake. |
//! | The nonce of a handshake is exchanged only when a page is loaded. | It is exchanged with every request. | A cookie left behind would cause a call each time. |
//! | If the exchange of a nonce fails, the message of the state reports it. | Only the log does. | Otherwise it looks like a browser that is signed out. |
//! | The query of the return URL is kept byte for byte. | It is serialized again. | A signature over it would break. |
//! | A path that begins with `//` remains a path. | It can become a host. | The browser would be sent to that host. |
//! | The return URL of a satellite must be `http` or `https`, without credentials. | Any URL is accepted. | It becomes a `location` header. |
//! | A cookie that is not a valid header value is left out. | It is an error. | The other cookies still count. |
//! | A message that is not ASCII is left out of `x-clerk-auth-message`. | Latin-1 is sent. | Readers disagree on it (RFC 9110, section 5.5). |
//!
//! # Proxies and origins
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | Forwarded headers count only with [`AuthenticatorBuilder::trust_forwarded_headers`]. | They always count. | Anyone can send them. |
//! | White space around the values of forwarded headers is removed. | It is kept. | A space after a comma would make them invalid. |
//! | A scheme that neither the configuration nor a trusted header states never makes a navigation cross-origin. | The scheme that the server sees counts. | Behind something that terminates TLS, every navigation would be sent to Clerk. |
//!
//! # Configuration
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | A configuration that cannot work is an error when it is built: keys of the wrong kind or of two instances, authorized parties and issuers that no token can contain, malformed URLs, a satellite with a relative sign-in URL. | It fails with some request, or never. | A deployment should fail rather than its users. |
//! | The sign-in URL of a satellite is checked when the authenticator is built. | It is checked with each request, against the `Origin` header. | Anyone can send that header and would get an error 500. |
//! | A satellite is in development according to its secret key or, if that is not known, its publishable key. | According to its secret key. | A client or a backend can be given instead of the key. |
//! | Groups of organization patterns support neither look-around nor back-references. | They are JavaScript expressions. | A path is matched in linear time. |
//!
//! # Logs
//!
//! | here | `@clerk/backend` | why |
//! |---|---|---|
//! | Keys, tokens, cookies and nonces are never logged. | Some are. | Logs are read by many. |

#[cfg(doc)]
use crate::{
    Authenticator, AuthenticatorBuilder, CallLimits, KeyCacheOptions, TokenVerifier,
    TokenVerifierBuilder,
};
