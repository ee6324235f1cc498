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
//! they reject, with every header. A handler that takes an `Option<Auth>` or a `Result<Auth, _>`
//! answers what it likes instead; but not to a handshake, which is answered whatever a handler takes.
//! `Option<Auth>` is Rocket's: `None` for every rejection, also where Clerk cannot be asked (503). Take
//! [`Optional<Auth>`](Optional), which is `None` for unauthenticated requests only.
//!
//! # Which paths are protected
//!
//! Routes with a guard, and nothing else: a route without one is open and does not authenticate, and so
//! are catchers, a mounted `FileServer`, and other methods of the same path. Give each route a guard. A
//! guard that rejects a request passes it to no other route.
//!
//! A rocket has one authenticator, because guards find it by its type. Attaching the same fairing twice
//! does what attaching it once does; two different ones are an error of the launch. For tokens of several
//! types, attach one whose authenticator accepts them all ([`Accepts::any`](crate::Accepts::any)), and
//! let guards ask for a type: [`SessionAuth`](crate::SessionAuth), [`MachineAuth`](crate::MachineAuth) or
//! [`Require`].
//!
//! # Rejections
//!
//! Catchers are not asked about rejections: [`AuthFairing::respond_with`] is the way to answer them
//! differently. Where a guard has rejected a request, a response of the rejection's status counts as
//! the rejection's, whoever made it.
//!
//! Rocket drops a header whose value is no UTF-8 before guards see it: a line of cookies with such a
//! cookie in it signs nobody in. And its own log has whole requests at the level `debug`, with the
//! tokens in them, and addresses at `normal`, with the nonces of handshakes: keep production at
//! `critical`.
//!
//! # Tests of an application
//!
//! Guards are tested without Clerk by a fairing of
//! [`testing::authenticator`](crate::testing::authenticator), and tokens of its key.

mod convert;
mod guard;

use std::fmt;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Build, Request, Response, Rocket};

pub use guard::{Optional, OptionalAuth, Require};

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

    /// Answers rejections in another way than as JSON. Replaces what an earlier call has set.
    /// [`Rejection::response`] is the response of a rejection that is to stay as it is: Clerk's front end
    /// reads that of a missing reverification.
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
                    "two different AuthFairings are attached, and guards can ask only one; attach one, \
                     with an authenticator that accepts all types of tokens, and let guards ask for a \
                     type: SessionAuth, MachineAuth or Require<R>"
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
