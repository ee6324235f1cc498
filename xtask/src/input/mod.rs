//! Reading: YAML, the canonical form of a description, pins, texts and the lock.

pub mod canonical;
pub mod docs;
pub mod load;
pub mod lock;
pub mod names;
pub mod vocabulary;
