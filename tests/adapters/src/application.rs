//! The application that each framework serves.
//!
//! | route | asks for | says |
//! | --- | --- | --- |
//! | `/public` | nothing, without any extractor | [`PUBLIC`] |
//! | `/maybe`, `/option` | nobody in particular: `OptionalAuth`, `Option<Auth>` | [`said`] |
//! | `/optional`, `/optional/session` | nobody in particular: `Optional<Auth>`, `Optional<SessionAuth>` | [`said`] |
//! | `/cookies` | nobody in particular | [`said`], and sets [`OWN_COOKIES`] |
//! | `/me` | somebody; a `POST` gets its body back | [`said`] |
//! | `/session`, `/machine` | a session, a machine token | [`said`] |
//! | `/admin/{id}` | [`Admin`] | [`said_of`] |
//! | `/invoices` | [`Invoices`] | [`said`] |
//! | `/write` | [`Writers`] | [`said`] |
//! | `/both`, `/either` | [`BothScopes`], [`EitherScope`] | [`said`] |
//! | `/fresh`, `/fresh/admin` | [`Fresh`], [`FreshAdmin`] | [`said`] |
//! | `/team/secret`, `/team/members/{id}` | [`Admin`], asked of the group | [`SECRET`] |

use clerk_auth::adapter::{Rejection, Required, Requirement};
use clerk_auth::{Auth, Authenticator, Check, FactorLevel, Reverification};
use http::Response;
use serde_json::{Value, json};

/// The options of an application.
#[derive(Debug)]
pub struct Application {
    /// Who says who makes a request.
    pub authenticator: Authenticator,
    /// How rejections are answered, if not as JSON.
    pub respond: Option<fn(&Rejection) -> Response<String>>,
}

/// Where the pages of the application are, of which the same host serves the API.
pub const ORIGIN: &str = "https://app.example.com";
/// What everybody may read.
pub const PUBLIC: &str = "the public page";
/// What only admins may read.
pub const SECRET: &str = "the secret page";
/// What a handler sets by itself.
pub const OWN_COOKIES: [&str; 2] = ["theme=dark; Path=/", "seen=1; Path=/"];

/// Admins of the active organization.
#[derive(Debug)]
pub struct Admin;

impl Required for Admin {
    fn requirement() -> Requirement {
        Check::role("org:admin").into()
    }
}

/// Who may delete invoices.
#[derive(Debug)]
pub struct Invoices;

impl Required for Invoices {
    fn requirement() -> Requirement {
        Check::permission("org:invoices:delete").into()
    }
}

/// Machine tokens that may write.
#[derive(Debug)]
pub struct Writers;

impl Required for Writers {
    fn requirement() -> Requirement {
        Requirement::scope("write")
    }
}

/// Machine tokens that may read and write.
#[derive(Debug)]
pub struct BothScopes;

impl Required for BothScopes {
    fn requirement() -> Requirement {
        Requirement::all_scopes(["read", "write"])
    }
}

/// Machine tokens that may read or write, and admins.
#[derive(Debug)]
pub struct EitherScope;

impl Required for EitherScope {
    fn requirement() -> Requirement {
        Requirement::any_scope(["read", "write"]).or(Check::role("org:admin"))
    }
}

/// Users who have proven recently who they are.
#[derive(Debug)]
pub struct Fresh;

impl Required for Fresh {
    fn requirement() -> Requirement {
        Check::reverified(Reverification::Strict).into()
    }
}

/// Admins who have proven within five minutes who they are.
#[derive(Debug)]
pub struct FreshAdmin;

impl Required for FreshAdmin {
    fn requirement() -> Requirement {
        let fresh = Check::reverified(Reverification::custom(FactorLevel::FirstFactor, 5));
        fresh.and(Check::role("org:admin")).into()
    }
}

/// Who it is that makes a request, as a handler sees it.
pub fn said(auth: &Auth) -> Value {
    let kind = match auth {
        Auth::Session(_) => "session",
        Auth::Machine(_) => "machine",
        _ => "nobody",
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

/// The same, and the parameter of the path.
pub fn said_of(auth: &Auth, id: &str) -> Value {
    let mut said = said(auth);
    said["id"] = id.into();
    said
}
