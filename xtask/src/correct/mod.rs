//! Corrections of a description by overlays, and the check of what later stages rely on.

pub mod lint;
pub mod overlay;
pub mod requirements;
pub mod samples;
