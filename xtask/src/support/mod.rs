//! What every stage uses: errors, names by convention, pointers, Markdown, and files that are written
//! only if they differ, and where the time goes.

pub mod edit;
pub mod error;
pub mod line;
pub mod markdown;
pub mod naming;
pub mod output;
pub mod panics;
pub mod pointer;
pub mod timings;
