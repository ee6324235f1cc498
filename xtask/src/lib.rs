//! The toolchain: from a description of Clerk's Backend API to the crate that calls it.
//!
//! The folders are in the order of the walk, which [`pipeline`] makes; ARCHITECTURE.md describes
//! them.

pub mod support;

pub mod input;

pub mod correct;

pub mod normalise;

pub mod ir;

pub mod emit;

pub mod record;

pub mod review;

pub mod pipeline;

pub mod stub;

pub mod follow;
pub mod measure;

pub mod cli;
