//! Comparisons: of two descriptions, of two public surfaces, of a workspace with a revision.

pub mod changes;
pub mod diff;
pub mod revision;
pub mod surface;
