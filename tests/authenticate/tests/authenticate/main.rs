//! Tests of the driver, and the vectors in `vectors/`.

mod clerk;
mod compare;
mod driver;
mod keys;
mod process;
mod template;
mod tokens;
mod vector;
mod vectors;
