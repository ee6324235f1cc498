//! A fairing and request guards for [rocket].
//!
//! ```no_run
//! use clerk_auth::adapter::{Required, Requirement};
//! use clerk_auth::rocket::{AuthFairing, OptionalAuth, Require};
//! use clerk_auth::{Auth, Authenticator, Check};
//! use rocket::{Build, Rocket, get, routes};
//!
//! struct Admin;
//!
//! impl Required for Admin {
//!     fn requirement() -> Requirement {
//!         Check::role("org:admin").into()
//!     }
//! }
//!
//! #[get("/account")]
//! fn signed_in(auth: Auth) -> String {
//!     format!("hello, {}", auth.user_id().unwrap_or("machine"))
//! }
//!
//! #[get("/admin")]
//! fn admins(_admin: Require<Admin>) -> &'static str {
//!     "hello, admin"
//! }
//!
//! # fn build(authenticator: Authenticator) -> Rocket<Build> {
//! rocket::build()
//!     .attach(AuthFairing::new(authenticator))
//!     .mount("/", routes![signed_in, admins])
//! # }
//! ```
//!
//! Rocket lets a fairing change a request but not answer it. So it is the guards that authenticate,
//! once for each request however many there are; and the fairing that writes the response of what
//! they reject, with every header. A route without a guard is open to everybody and does not
//! authenticate.

mod convert;
mod guard;

use std::fmt;
use std::sync::Arc;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Build, Request, Response, Rocket};

pub use guard::{OptionalAuth, Require};

use crate::adapter::{Guard, Rejection};
use crate::authenticate::Authenticator;
use guard::Outcome;

/// Gives guards an authenticator, and their rejections a response.
#[derive(Clone)]
pub struct AuthFairing {
    guard: Guard,
}

impl AuthFairing {
    /// A fairing with an authenticator for the guards.
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            guard: Guard::new(authenticator),
        }
    }

    /// Answers rejections in another way than as JSON.
    pub fn respond_with(
        mut self,
        respond: impl Fn(&Rejection) -> http::Response<String> + Send + Sync + 'static,
    ) -> Self {
        self.guard.respond(Arc::new(respond));
        self
    }
}

impl fmt::Debug for AuthFairing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthFairing")
            .finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl Fairing for AuthFairing {
    fn info(&self) -> Info {
        Info {
            name: "Clerk authentication",
            kind: Kind::Ignite | Kind::Response,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> rocket::fairing::Result {
        Ok(rocket.manage(self.guard.clone()))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        match Outcome::of_request(request) {
            Outcome::None => {}
            Outcome::Answered(answer) => *response = convert::response(answer),
            Outcome::LetIn(headers) => convert::append(response, headers),
        }
    }
}
