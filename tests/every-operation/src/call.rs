//! One call, ready to be made with an async or a blocking client.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use clerk_api::{Clerk, Error, RawResponse, Sending, blocking};
use http::StatusCode;

/// The status of a decoded success, or the error.
pub type Answer = Result<StatusCode, Error>;

type Asynchronous = fn(&Clerk) -> Pin<Box<dyn Future<Output = Answer> + Send>>;
type Blocking = fn(&blocking::Clerk) -> Answer;

/// How much of an operation a call uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// Only what is required.
    Required,
    /// Every optional parameter and body field too.
    All,
}

impl Variant {
    /// `required` or `all`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A call of an operation.
#[derive(Debug)]
pub struct Call {
    /// As in the description: `GetUserList`.
    pub operation_id: &'static str,
    /// How much of the operation it uses.
    pub variant: Variant,
    asynchronous: Asynchronous,
    blocking: Blocking,
}

impl Call {
    pub(crate) const fn new(
        operation_id: &'static str,
        variant: Variant,
        asynchronous: Asynchronous,
        blocking: Blocking,
    ) -> Self {
        Self {
            operation_id,
            variant,
            asynchronous,
            blocking,
        }
    }

    /// Makes the call.
    pub async fn run(&self, clerk: &Clerk) -> Answer {
        (self.asynchronous)(clerk).await
    }

    /// Makes the call and waits for its response.
    pub fn run_blocking(&self, clerk: &blocking::Clerk) -> Answer {
        (self.blocking)(clerk)
    }
}

/// An entry of the table of calls: `call!("GetUserList", All, users, list_all)`.
macro_rules! call {
    ($operation_id:literal, $variant:ident, $resource:ident, $make:ident) => {
        $crate::call::Call::new(
            $operation_id,
            $crate::call::Variant::$variant,
            |clerk| $crate::call::awaited($make(&clerk.$resource()).send_raw()),
            |clerk| $crate::call::answered($make(&clerk.$resource()).send_raw()),
        )
    };
}

// One function per response type, not per call: there are hundreds of calls.
pub(crate) fn awaited<T: 'static>(
    sending: Sending<RawResponse<T>>,
) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
    Box::pin(async move { answered(sending.await) })
}

pub(crate) fn answered<T>(answer: Result<RawResponse<T>, Error>) -> Answer {
    answer.map(|answer| answer.status())
}
