//! The application that each framework serves.
//!
//! | route | requires | returns |
//! | --- | --- | --- |
//! | `/public` | nothing, without any extractor | [`PUBLIC`] |
//! | `/maybe`, `/option` | nothing: `OptionalAuth`, `Option<Auth>` | [`said`] |
//! | `/optional`, `/optional/session` | nothing: `Optional<Auth>`, `Optional<SessionAuth>` | [`said`] |
//! | `/cookies` | nothing | [`said`], and sets [`OWN_COOKIES`] |
//! | `/me` | authentication; a `POST` returns its body | [`said`] |
//! | `/session`, `/machine` | a session, a machine token | [`said`] |
//! | `/admin/{id}` | [`Admin`] | [`said_of`] |
//! | `/invoices` | [`Invoices`] | [`said`] |
//! | `/write` | [`Writers`] | [`said`] |
//! | `/both`, `/either` | [`BothScopes`], [`EitherScope`] | [`said`] |
//! | `/fresh`, `/fresh/admin` | [`Fresh`], [`FreshAdmin`] | [`said`] |
//! | `/team/secret`, `/team/members/{id}` | [`Admin`], required by the group | [`SECRET`] |

use clerk_auth::adapter::{Rejection, Required, Requirement};
use clerk_auth::{Auth, Authenticator, Check, FactorLevel, Reverification};
use http::Response;
use serde_json::{Value, json};

/// The options of an application.
#[derive(Debug)]
pub struct Application {
    /// The authenticator.
    pub authenticator: Authenticator,
    /// The response to rejections, if not the default.
    pub respond: Option<fn(&Rejection) -> Response<String>>,
}

/// The origin of the application's pages and API.
pub const ORIGIN: &str = "https://app.example.com";
/// The public page.
pub const PUBLIC: &str = "the public page";
/// The page for admins.
pub const SECRET: &str = "the secret page";
/// The cookies that a handler sets.
pub const OWN_COOKIES: [&str; 2] = ["theme=dark; Path=/", "seen=1; Path=/"];

/// Admins of the active organization.
#[derive(Debug)]
pub struct Admin;

impl Required for Admin {
    fn requirement() -> Requirement {
        Check::role("org:admin").into()
    }
}

/// Users who may delete invoices.
#[derive(Debug)]
pub struct Invoices;

impl Required for Invoices {
    fn requirement() -> Requirement {
        Check::permission("org:invoices:delete").into()
    }
}

/// Machine tokens with the scope for writing.
#[derive(Debug)]
pub struct Writers;

impl Required for Writers {
    fn requirement() -> Requirement {
        Requirement::scope("write")
    }
}

/// Machine tokens with the scopes for reading and writing.
#[derive(Debug)]
pub struct BothScopes;

impl Required for BothScopes {
    fn requirement() -> Requirement {
        Requirement::all_scopes(["read", "write"])
    }
}

/// Machine tokens with the scope for reading or writing, and admins.
#[derive(Debug)]
pub struct EitherScope;

impl Required for EitherScope {
    fn requirement() -> Requirement {
        Requirement::any_scope(["read", "write"]).or(Check::role("org:admin"))
    }
}

/// Users who verified their identity recently.
#[derive(Debug)]
pub struct Fresh;

impl Required for Fresh {
    fn requirement() -> Requirement {
        Check::reverified(Reverification::Strict).into()
    }
}

/// Admins who verified their identity within five minutes.
#[derive(Debug)]
pub struct FreshAdmin;

impl Required for FreshAdmin {
    fn requirement() -> Requirement {
        let fresh = Check::reverified(Reverification::custom(FactorLevel::FirstFactor, 5));
        fresh.and(Check::role("org:admin")).into()
    }
}

/// The authentication of a request, as a handler sees it.
pub fn said(auth: &Auth) -> Value {
    let kind = match auth {
        Auth::Session(_) => "session",
        Auth::Machine(_) => "machine",
        _ => "unauthenticated",
    };
    let mut said = json!({ "kind": kind });
    for (name, id) in [
        ("user", auth.user_id()),
        ("organization", auth.organization_id()),
    ] {
        if let Some(id) = id {
            said[name] = id.into();
        }
    }
    let claims = auth.session().map(|session| session.claims());
    if let Some(team) =
        claims.and_then(|claims| claims.custom::<Value>().ok()?.get("team").cloned())
    {
        said["team"] = team;
    }
    said
}

/// The same, with the parameter of the path.
pub fn said_of(auth: &Auth, id: &str) -> Value {
    let mut said = said(auth);
    said["id"] = id.into();
    said
}
