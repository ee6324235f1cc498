//! One suite of tests for the adapters of `clerk-auth`: each framework starts the same application in
//! a real server of its own, and is sent the same requests over real sockets.
//!
//! - [`application`]: what the routes of the application are, and what they say.
//! - [`clerk`]: tokens, and a Clerk on loopback that knows them.
//! - [`wire`]: requests byte by byte.
//! - [`suite`]: what must come of them.

pub mod application;
pub mod clerk;
pub mod suite;
pub mod wire;

use std::any::Any;
use std::future::Future;
use std::net::SocketAddr;

use application::Application;
use clerk_auth::Authenticator;

/// A web framework with the adapter for it.
pub trait Framework {
    /// Whether it drops a header whose value is no UTF-8, before the adapter could see it.
    const DROPS_OTHER_THAN_TEXT: bool = false;

    /// Starts the application in a server on a free port of this machine.
    fn start(application: Application) -> impl Future<Output = Running>;

    /// A path for each way in which the framework nests routes, through which the nested application
    /// is reached. It ends with `/orgs/acme`.
    const NESTED: &'static [&'static str];

    /// Starts an application that answers at those paths, each behind an adapter that is as deep in it as
    /// it can be.
    fn start_nested(authenticator: Authenticator) -> impl Future<Output = Running>;
}

/// A server that runs until it is dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What stops it, by being dropped.
    pub stop: Box<dyn Any + Send + Sync>,
}

impl Running {
    /// Sends a request on a connection of its own.
    pub async fn answer(&self, request: wire::Request) -> wire::Answer {
        wire::send(self.address, &request).await
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Running")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
