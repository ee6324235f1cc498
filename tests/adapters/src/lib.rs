//! One suite of tests for the adapters of `clerk-auth`: each framework serves the same application in a real
//! server, and receives the same requests over real sockets.
//!
//! - [`application`]: the routes of the application.
//! - [`clerk`]: tokens, and a fake Clerk on loopback that accepts them.
//! - [`wire`]: requests byte by byte.
//! - [`suite`]: the expected behaviour.

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
    /// Whether it drops headers that are not valid UTF-8, before the adapter sees them.
    const DROPS_OTHER_THAN_TEXT: bool = false;

    /// Starts the application in a server on a free port of this machine.
    fn start(application: Application) -> impl Future<Output = Running>;

    /// A path for each way in which the framework nests routes. It ends with `/orgs/acme`.
    const NESTED: &'static [&'static str];

    /// Starts an application with those paths, each behind an adapter that is nested as deeply as possible.
    fn start_nested(authenticator: Authenticator) -> impl Future<Output = Running>;
}

/// A server that runs until it is dropped.
pub struct Running {
    /// The address that it listens on.
    pub address: SocketAddr,
    /// Stops it when dropped.
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
