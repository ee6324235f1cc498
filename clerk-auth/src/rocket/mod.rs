//! Fairing and request guards for [rocket].
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
//! In Rocket, a fairing can change a request but not respond to it. So the guards authenticate, once per
//! request however many there are, and the fairing writes the response to requests that they reject. A
//! handler that takes an `Option<Auth>` or a `Result<Auth, _>` responds itself, except to a handshake, which
//! the fairing always responds to. With `Option<Auth>`, Rocket turns every rejection into `None`, also if
//! Clerk is unavailable (503). Use [`Optional<Auth>`](Optional), which is `None` only for unauthenticated
//! requests.
//!
//! # Which paths are protected
//!
//! Only routes with a guard: a route without one is open, and so are catchers, a mounted `FileServer`, and
//! other methods of the same path. Give each route a guard. A request that a guard rejects is not forwarded
//! to another route.
//!
//! A rocket has one authenticator, because guards find it by its type. Attaching the same fairing twice has
//! no effect; two different ones fail the launch. For several types of tokens, attach one whose authenticator
//! accepts them all ([`Accepts::any`](crate::Accepts::any)), and select the type with guards:
//! [`SessionAuth`](crate::SessionAuth), [`MachineAuth`](crate::MachineAuth) or [`Require`].
//!
//! # Rejections
//!
//! Catchers do not see rejections; change the response with [`AuthFairing::respond_with`]. If a guard has
//! rejected a request, any response with the status of the rejection is replaced, whatever created it.
//!
//! Rocket drops a header whose value is not valid UTF-8 before guards see it, so a `Cookie` header with such
//! a cookie does not authenticate. Its own log contains whole requests at the level `debug`, including
//! tokens, and URLs at `normal`, including the nonces of handshakes: use `critical` in production.
//!
//! # Testing
//!
//! To test guards without Clerk, create the fairing from
//! [`testing::authenticator`](crate::testing::authenticator) and send tokens of its key.

mod convert;
mod guard;

use std::fmt;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Build, Request, Response, Rocket};

pub use guard::{Optional, OptionalAuth, Require};

use crate::adapter::{Guard, Rejection};
use crate::authenticate::Authenticator;
use guard::Outcome;

/// Fairing that provides guards with an authenticator, and writes the response to requests that they reject.
#[derive(Clone)]
#[must_use = "has no effect until it is added to the rocket"]
#[doc(alias("middleware", "clerkMiddleware", "requireAuth", "protect"))]
pub struct AuthFairing {
    guard: Guard,
}

impl AuthFairing {
    /// Creates a fairing with an authenticator for the guards.
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            guard: Guard::new(authenticator),
        }
    }

    /// Sets the response to rejected requests. Default: JSON. The last call wins. Return
    /// [`Rejection::response`] for rejections that should keep the default, such as a missing reverification,
    /// whose response Clerk's front end reads.
    #[doc(alias("unauthorized", "onError", "custom error response"))]
    pub fn respond_with(
        mut self,
        respond: impl Fn(&Rejection) -> http::Response<String> + Send + Sync + 'static,
    ) -> Self {
        self.guard.respond_with(respond);
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
        match rocket.state::<Guard>() {
            None => Ok(rocket.manage(self.guard.clone())),
            Some(first) if first.is_same(&self.guard) => Ok(rocket),
            Some(_) => {
                rocket::error!(
                    "two different AuthFairings are attached, and guards can use only one; attach one \
                     with an authenticator that accepts all types of tokens, and select the type \
                     with guards: SessionAuth, MachineAuth or Require<R>"
                );
                Err(rocket)
            }
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        match Outcome::of_request(request, response.status()) {
            Outcome::None => {}
            Outcome::Answered(answer) => convert::answer(response, answer),
            Outcome::Passed(headers) => convert::append(response, headers),
        }
    }
}
