// generated
//! One module for each resource, each behind the feature of its name.

#[cfg(feature = "books")]
pub mod books;
#[cfg(feature = "loans")]
pub mod loans;
