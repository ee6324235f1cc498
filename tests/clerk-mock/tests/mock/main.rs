//! The mock over real sockets: by the client, and by hand where a client would not go wrong.

mod determinism;
mod effects;
mod every_operation;
mod faults;
mod javascript;
mod kept;
mod limits;
mod machines;
mod organizations;
mod process;
mod proxies;
mod refusals;
mod rules;
mod sessions;
mod support;
mod users;
