//! Every operation is sent and decoded, with all that the description gives it.

mod binary;
mod bodies;
mod coverage;
mod described;
mod fake;
