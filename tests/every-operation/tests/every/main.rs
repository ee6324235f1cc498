//! Every operation is sent and decoded, with everything that the description defines for it.

mod binary;
mod bodies;
mod coverage;
mod described;
mod fake;
