//! The toolchain: from a description of Clerk's Backend API to the crate that calls it.
//!
//! [`pipeline`] runs the stages in order; ARCHITECTURE.md describes them.

pub mod calls;
pub mod canonical;
pub mod changes;
pub mod cli;
pub mod diff;
pub mod docs;
pub mod documentation;
pub mod error;
pub mod follow;
pub mod import;
pub mod ir;
pub mod line;
pub mod lint;
pub mod load;
pub mod lock;
pub mod measure;
pub mod models;
pub mod names;
pub mod naming;
pub mod normalise;
pub mod operations;
pub mod output;
pub mod overlay;
pub mod package;
pub mod panics;
pub mod pipeline;
pub mod pointer;
pub mod print;
pub mod record;
pub mod replay;
pub mod requirements;
pub mod response_models;
pub mod revision;
pub mod samples;
pub mod scratch;
pub mod stock;
pub mod surface;
pub mod vocabulary;
pub mod webhooks;
