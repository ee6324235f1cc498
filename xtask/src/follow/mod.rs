//! Upstream's documents: importing one, following the newest, replaying several.

pub mod import;
pub mod replay;
pub mod scratch;
pub mod upstream;
