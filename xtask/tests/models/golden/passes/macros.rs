crate::open_enum! {
    /// Whether it can be had.
    pub enum BookStatus {
        Lent = "lent",
        InStock = "in stock",
    }
}

crate::open_enum! {
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub enum Language {
        English = "en",
        French = "fr",
    }
}

crate::tagged_union! {
    /// What the words are on.
    #[derive(Eq)]
    pub enum Medium by "object" {
        Disc(Disc) = "disc",
        Paper(Paper) = "paper",
    }
}
