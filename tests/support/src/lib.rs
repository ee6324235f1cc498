//! A scripted HTTP/1.1 server on loopback, on bare sockets, so that it can do what a well-behaved
//! server cannot: break off, reset, lie about lengths, and wait.
//!
//! It shares no code with the client under test, on purpose: what it read is what was on the wire.
//! Beside it, a [`Log`] of what is traced.

mod log;
mod multipart;
mod reply;
mod request;
mod server;

pub use log::Log;
pub use multipart::{Part, multipart};
pub use reply::Reply;
pub use request::Recorded;
pub use server::Server;
