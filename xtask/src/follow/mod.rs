//! Upstream's documents: importing one, following the newest, replaying several.

pub mod checkout;
pub mod import;
pub mod replay;
mod report;
pub mod scratch;
pub mod upstream;
