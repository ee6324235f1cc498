// generated
//! One module for each resource, each behind a feature of the same name, with `-` for `_`.

#[cfg(feature = "books")]
pub mod books;
#[cfg(feature = "loans")]
pub mod loans;
