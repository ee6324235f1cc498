//! The pipeline on every dated version of the description and on typical changes of the newest one,
//! and whether the same input always gives the same bytes.

mod determinism;
mod hostile;
mod typical_changes;
mod versions;
mod ways;
