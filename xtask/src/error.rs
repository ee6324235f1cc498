//! What goes wrong, and how it is said: the place, the rule that does not hold there, the mend.
//!
//! Stages that stop at the first fault return [`Error`]; stages that report all they find return
//! [`Findings`]. Where the text goes and which exit code follows is the business of
//! [`crate::cli`].

use std::fmt;

/// The result of a stage.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One fault of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Error {
    /// The file, the JSON pointer or the operation.
    pub place: String,
    /// What does not hold there.
    pub rule: String,
    /// What to do about it.
    pub mend: String,
    /// See [`Self::is_defect`].
    defect: bool,
}

impl Error {
    pub fn new(place: impl Into<String>, rule: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            rule: rule.into(),
            mend: mend.into(),
            defect: false,
        }
    }

    /// An error whose cause is the toolchain or a library, not the input.
    pub fn defect(
        place: impl Into<String>,
        rule: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            defect: true,
            ..Self::new(place, rule, mend)
        }
    }

    /// Whether the toolchain or a library is at fault: the input may be valid.
    pub fn is_defect(&self) -> bool {
        self.defect
    }

    /// The same fault, with `outer` (a file, a stage) named before its place.
    #[must_use]
    pub fn within(self, outer: impl fmt::Display) -> Self {
        let place = match self.place.as_str() {
            "" | "#" => outer.to_string(),
            pointer if pointer.starts_with('#') => format!("{outer}{pointer}"),
            place => format!("{outer}: {place}"),
        };
        Self { place, ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: {}\n  mend: {}",
            self.place, self.rule, self.mend
        )
    }
}

impl std::error::Error for Error {}

/// All faults that a stage found, in the order in which it met them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(Vec<Error>);

impl Findings {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Notes a fault; see [`Error::new`].
    pub fn report(
        &mut self,
        place: impl Into<String>,
        rule: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.push(Error::new(place, rule, mend));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        self.0.iter()
    }

    /// `Err` if anything was found.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// See [`Error::within`].
    #[must_use]
    pub fn within(self, outer: impl fmt::Display) -> Self {
        Self(
            self.0
                .into_iter()
                .map(|error| error.within(&outer))
                .collect(),
        )
    }
}

impl From<Error> for Findings {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl Extend<Error> for Findings {
    fn extend<T: IntoIterator<Item = Error>>(&mut self, errors: T) {
        self.0.extend(errors);
    }
}

impl IntoIterator for Findings {
    type Item = Error;
    type IntoIter = std::vec::IntoIter<Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}
