//! What every stage uses: errors, names by convention, pointers, and files that are written only if
//! they differ.

pub mod error;
pub mod line;
pub mod naming;
pub mod output;
pub mod panics;
pub mod pointer;
