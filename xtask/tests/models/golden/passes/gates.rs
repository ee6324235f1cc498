/// A printed work.
#[cfg(any(feature = "books", feature = "shops"))]
#[non_exhaustive]
pub struct Book {
    pub title: String,
}

#[cfg(any(feature = "books", feature = "shops"))]
impl Book {
    pub fn new() -> Self {
        todo!()
    }
}

#[cfg(any(feature = "books", feature = "shops"))]
crate::open_enum! {
    pub enum Side {
        Left = "left",
    }
}
