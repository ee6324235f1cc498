//! Errors: the location, what is wrong there, and how to fix it.
//!
//! A stage takes the [`Findings`] so far, adds its own, and returns what it made of everything that
//! is sound. Inside a stage, the function for one action, schema or text returns [`Result`], and
//! the loop around it passes that to [`Findings::keep`]. [`crate::cli`] prints the findings and
//! picks the exit code.

use std::fmt;

use indexmap::IndexSet;

use crate::support::edit::Edit;

/// How the message about a placeholder ends.
const IS_PLACEHOLDER: &str = "is still a placeholder";

/// The result of a stage.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One fault of an input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    /// A file, a JSON pointer in it, or an operation.
    pub location: String,
    /// What is wrong, and what was expected.
    pub message: String,
    /// How to fix it.
    pub help: String,
    /// The edit that `cargo xtask stub` makes for it.
    pub remedy: Option<Box<Edit>>,
    /// See [`Self::is_defect`].
    defect: bool,
}

impl Error {
    pub fn new(
        location: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            location: location.into(),
            message: message.into(),
            help: help.into(),
            remedy: None,
            defect: false,
        }
    }

    /// A placeholder that a person must replace; `what` it stands for.
    pub fn placeholder(
        location: impl Into<String>,
        what: impl fmt::Display,
        help: impl Into<String>,
    ) -> Self {
        Self::new(location, format!("{what} {IS_PLACEHOLDER}"), help)
    }

    /// Whether it is about a placeholder.
    pub fn is_placeholder(&self) -> bool {
        self.message.ends_with(IS_PLACEHOLDER)
    }

    /// The same fault, with an edit for it.
    #[must_use]
    pub fn with_remedy(self, edit: Edit) -> Self {
        Self {
            remedy: Some(Box::new(edit)),
            ..self
        }
    }

    /// An error in the toolchain or a library, not in the input.
    pub fn defect(
        location: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            defect: true,
            ..Self::new(location, message, help)
        }
    }

    /// Whether the cause is the toolchain or a library; the input may be valid.
    pub fn is_defect(&self) -> bool {
        self.defect
    }

    /// The same fault, with `outer` (a file, a stage) put before its location.
    #[must_use]
    pub fn within(self, outer: impl fmt::Display) -> Self {
        let location = match self.location.as_str() {
            "" | "#" => outer.to_string(),
            pointer if pointer.starts_with('#') => format!("{outer}{pointer}"),
            location => format!("{outer}: {location}"),
        };
        let mut remedy = self.remedy;
        // An edit of the file that the caller knows.
        if let Some(Edit::Yaml { file, .. }) = remedy.as_deref_mut()
            && file.is_empty()
        {
            *file = outer.to_string();
        }
        Self {
            location,
            remedy,
            ..self
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}\n  --> {}\n  help: {}",
            self.message, self.location, self.help
        )
    }
}

impl std::error::Error for Error {}

/// All faults found so far, in order, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(IndexSet<Error>);

impl Findings {
    pub fn new() -> Self {
        Self::default()
    }

    /// What some stages made, or everything that they found.
    pub fn gather<T>(stages: impl FnOnce(&mut Self) -> T) -> Result<T, Self> {
        let mut findings = Self::new();
        let made = stages(&mut findings);
        findings.into_result()?;
        Ok(made)
    }

    pub fn push(&mut self, error: Error) {
        self.0.insert(error);
    }

    /// Adds a fault; see [`Error::new`].
    pub fn report(
        &mut self,
        location: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Error::new(location, message, help));
    }

    /// The value, or `None` after adding why there is none.
    pub fn keep<T>(&mut self, result: Result<T, impl Into<Self>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(found) => {
                self.extend(found.into());
                None
            }
        }
    }

    /// The locations of what was found at a JSON pointer or below it, relative to it.
    pub fn below(&self, pointer: &str) -> impl Iterator<Item = &str> {
        let rests = self
            .iter()
            .filter_map(move |error| error.location.strip_prefix(pointer));
        rests.filter(|rest| rest.is_empty() || rest.starts_with('/'))
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
        Self(IndexSet::from([error]))
    }
}

/// The first that was found, where one is enough.
impl From<Findings> for Error {
    fn from(findings: Findings) -> Self {
        let first = findings.into_iter().next();
        first.unwrap_or_else(|| Self::defect("xtask", "nothing was found", "report this as a bug"))
    }
}

impl Extend<Error> for Findings {
    fn extend<T: IntoIterator<Item = Error>>(&mut self, errors: T) {
        self.0.extend(errors);
    }
}

impl IntoIterator for Findings {
    type Item = Error;
    type IntoIter = indexmap::set::IntoIter<Error>;

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
