//! How recently the user must have proven who they are.

/// How recently, and by which factor, the user must have proven who they are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reverification {
    /// Both factors within 10 minutes.
    StrictMfa,
    /// The second factor within 10 minutes.
    Strict,
    /// The second factor within an hour.
    Moderate,
    /// The second factor within a day.
    Lax,
}
