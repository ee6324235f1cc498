impl Change {
    /// Creates a value from the required fields.
    pub fn new(
        title: impl Into<String>,
        author: impl Into<crate::types::Nullable<String>>,
        notes: impl crate::types::IntoObject,
    ) -> Self {
        Self {
            title: title.into(),
            author: author.into(),
            notes: notes.into_object(),
            is_lent: None,
            past: None,
            pages: None,
        }
    }
    /// Whether it is away.
    pub fn is_lent(mut self, value: bool) -> Self {
        self.is_lent = Some(value);
        self
    }
    /// Sets `past`.
    pub fn past(mut self, value: impl IntoIterator<Item = impl Into<Status>>) -> Self {
        self.past = Some(value.into_iter().map(Into::into).collect());
        self
    }
    /// Sets `pages`.
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub fn pages(mut self, value: impl Into<crate::types::Nullable<i64>>) -> Self {
        self.pages = Some(value.into());
        self
    }
}
