//! A scripted HTTP/1.1 server on loopback, on bare sockets, so that it can do what a well-behaved
//! server cannot: close early, reset, state a wrong length, and stall.
//!
//! It deliberately shares no code with the client under test: what it reads is what was on the wire.
//! [`Log`] records traces.

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
