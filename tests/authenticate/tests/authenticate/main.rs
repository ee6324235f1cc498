//! The driver, and the vectors of `vectors/`, which it must answer as they say.

mod clerk;
mod compare;
mod driver;
mod keys;
mod process;
mod template;
mod tokens;
mod vector;
mod vectors;
