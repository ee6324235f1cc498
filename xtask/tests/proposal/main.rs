//! Following upstream automatically: `cargo xtask follow`, and the scripts around it with a remote
//! repository of their own and a stand-in for `gh`.
#![cfg(unix)]

mod base;
mod clone;
mod follow;
mod propose;
#[path = "../support/mod.rs"]
mod support;
mod write;
