//! Adapters behind real servers, asked over sockets.

mod axum;
mod socket;
