// generated
//! [`Loans`] and the builders of its calls.

use serde_json::{Map, Value};
use crate::{Clerk, Method, models};
use crate::page::Page;
use crate::request::{Authentication, BodyKind, Handle, Operation, Request};

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
        let request = Request::new(&LIST);
        List {
            client: self.client.clone(),
            request,
        }
    }
    /// Counts the loans.
    ///
    /// `GET /loans/count`
    #[doc(alias("CountLoans", "loans loan"))]
    pub fn loans(&self) -> LoansCall<C> {
        let request = Request::new(&LOANS);
        LoansCall {
            client: self.client.clone(),
            request,
        }
    }
    /// Lists the loans of machines.
    ///
    /// `GET /loans/machines`
    ///
    /// Returns one page of at most 20 items; [`PageCall::stream`] returns the items of all pages.
    #[doc(alias("ListMachineLoans", "page loan"))]
    pub fn page(&self) -> PageCall<C> {
        let request = Request::new(&PAGE);
        PageCall {
            client: self.client.clone(),
            request,
        }
    }
}

static LIST: Operation = Operation {
    id: "ListLoans",
    name: "loans.list",
    method: Method::GET,
    path: "/loans",
    authentication: Authentication::SecretKey,
    idempotent: true,
    body: BodyKind::None,
};

/// Builder of a call of [`Loans::list`].
#[must_use = "a call does nothing until it is sent"]
pub struct List<C = Clerk> {
    client: C,
    request: Request,
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
    List -> Page<models::Loan>,
    page { items: None, max_limit: 100, switch: Some("paginated"), id: id }
}

static LOANS: Operation = Operation {
    id: "CountLoans",
    name: "loans.loans",
    method: Method::GET,
    path: "/loans/count",
    authentication: Authentication::None,
    idempotent: true,
    body: BodyKind::None,
};

/// Builder of a call of [`Loans::loans`].
#[must_use = "a call does nothing until it is sent"]
pub struct LoansCall<C = Clerk> {
    client: C,
    request: Request,
}

crate::operation! { LoansCall -> Map<String, Value> }

static PAGE: Operation = Operation {
    id: "ListMachineLoans",
    name: "loans.page",
    method: Method::GET,
    path: "/loans/machines",
    authentication: Authentication::MachineSecretKey,
    idempotent: true,
    body: BodyKind::None,
};

/// Builder of a call of [`Loans::page`].
#[must_use = "a call does nothing until it is sent"]
pub struct PageCall<C = Clerk> {
    client: C,
    request: Request,
}

crate::operation! {
    PageCall -> Page<models::Loan>,
    page { items: Some("m2m_tokens"), max_limit: 20, switch: None }
}
