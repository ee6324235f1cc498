// generated
//! The models of the API, and its operations by resource.

#[allow(deprecated)]
pub mod models;
#[allow(deprecated)]
pub mod resources;

/// The version of the API that this crate is generated for, sent in `Clerk-API-Version`.
pub const API_VERSION: &str = "2031-04-05";

/// Default base URL of the API.
pub const BASE_URL: &str = "https://library.example/v1";

impl crate::Clerk {
    /// Books that the library owns.
    #[cfg(feature = "books")]
    pub fn books(&self) -> resources::books::Books {
        resources::books::Books::new(self.clone())
    }
    /// Books that readers have taken home.
    #[cfg(feature = "loans")]
    pub fn loans(&self) -> resources::loans::Loans {
        resources::loans::Loans::new(self.clone())
    }
}

#[cfg(feature = "blocking")]
impl crate::blocking::Clerk {
    /// Books that the library owns.
    #[cfg(feature = "books")]
    pub fn books(&self) -> resources::books::Books<crate::blocking::Clerk> {
        resources::books::Books::new(self.clone())
    }
    /// Books that readers have taken home.
    #[cfg(feature = "loans")]
    pub fn loans(&self) -> resources::loans::Loans<crate::blocking::Clerk> {
        resources::loans::Loans::new(self.clone())
    }
}
