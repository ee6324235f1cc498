// generated
//! [`Loans`] and the builders of its calls.

use serde_json::{Map, Value};
use crate::{Clerk, models};
use crate::page::Page;
use crate::request::Handle;

/// Books that readers have taken home.
#[derive(Clone, Debug)]
#[must_use = "a resource does nothing until an operation is called"]
pub struct Loans<C = Clerk> {
    client: C,
}

impl<C: Handle> Loans<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client }
    }
    /// Lists the loans.
    ///
    /// `GET /loans`
    ///
    /// Returns one page of at most 100 items; [`List::stream`] returns the items of all pages.
    #[doc(alias("ListLoans", "list loans"))]
    pub fn list(&self) -> List<C> {
        List::new(&self.client)
    }
    /// Counts the loans.
    ///
    /// `GET /loans/count`
    #[doc(alias("CountLoans", "loans loan"))]
    pub fn loans(&self) -> LoansCall<C> {
        LoansCall::new(&self.client)
    }
    /// Lists the loans of machines.
    ///
    /// `GET /loans/machines`
    ///
    /// Returns one page of at most 20 items; [`PageCall::stream`] returns the items of all pages.
    #[doc(alias("ListMachineLoans", "page loan"))]
    pub fn page(&self) -> PageCall<C> {
        PageCall::new(&self.client)
    }
}

crate::operation! {
    /// Builder of a call of [`Loans::list`].
    pub struct List -> Page<models::Loan> {
        id: "ListLoans",
        name: "loans.list",
        method: GET,
        path: "/loans",
        page: { items: None, max_limit: 100, switch: Some("paginated"), id: id },
    }
}

impl<C> List<C> {
    /// The paginated.
    pub fn paginated(mut self, value: bool) -> Self {
        self.request.query("paginated", value);
        self
    }
    /// The limit.
    pub fn limit(mut self, value: impl Into<i64>) -> Self {
        self.request.query("limit", value.into());
        self
    }
}

crate::operation! {
    /// Builder of a call of [`Loans::loans`].
    pub struct LoansCall -> Map<String, Value> {
        id: "CountLoans",
        name: "loans.loans",
        method: GET,
        path: "/loans/count",
        authentication: None,
    }
}

crate::operation! {
    /// Builder of a call of [`Loans::page`].
    pub struct PageCall -> Page<models::Loan> {
        id: "ListMachineLoans",
        name: "loans.page",
        method: GET,
        path: "/loans/machines",
        authentication: MachineSecretKey,
        page: { items: Some("m2m_tokens"), max_limit: 20, switch: None },
    }
}
