//! The mock over real sockets: through the client, and with handwritten requests that no client would send.

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
mod rejections;
mod rules;
mod sessions;
mod support;
mod users;
