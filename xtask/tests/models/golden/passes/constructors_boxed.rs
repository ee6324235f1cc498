impl Book {
    /// Creates a value from the required fields.
    #[must_use]
    pub fn new(prequel: impl Into<crate::types::Nullable<Book>>) -> Self {
        Self {
            prequel: prequel.into().into_value().map(Box::new),
            sequel: None,
        }
    }
    /// Sets `sequel`.
    #[must_use]
    pub fn sequel(mut self, value: Book) -> Self {
        self.sequel = Some(Box::new(value));
        self
    }
}
