//! The part of an operation that is the same for all of them: how it is sent, and what can be set
//! for one call. The expansions are one-line delegations, for there are hundreds of operations.

use serde::de::DeserializeOwned;

use crate::call::Sending;
use crate::client::Clerk;
use crate::decode::Shaped;
use crate::page::{Items, Rule};
use crate::raw::{self, RawResponse};
use crate::request::Request;

/// Sends a call of an operation.
pub fn send<T: Shaped + DeserializeOwned>(client: Clerk, request: Request) -> Sending<T> {
    Sending::new(client, request, raw::decoded)
}

/// Sends a call of an operation and keeps the answer's status and headers.
pub fn send_raw<T: Shaped + DeserializeOwned>(
    client: Clerk,
    request: Request,
) -> Sending<RawResponse<T>> {
    Sending::new(client, request, raw::decoded_raw)
}

/// Walks the pages of a list.
pub fn stream<T>(client: Clerk, request: Request, rule: Rule) -> Items<T> {
    Items::new(client, request, rule)
}

/// Makes a generated struct with the fields `client` and `request` an operation.
#[doc(hidden)]
#[macro_export]
macro_rules! operation {
    ($name:ident -> $($page:ident)::+ < $item:ty >, page {
        items: $items:literal, max_limit: $max_limit:expr, switch: $switch:expr $(,)?
    }) => {
        $crate::operation!($name -> $($page)::+<$item>, page {
            items: Some($items), max_limit: $max_limit, switch: $switch
        });
    };
    ($name:ident -> $($page:ident)::+ < $item:ty >, page {
        items: $items:expr, max_limit: $max_limit:expr, switch: $switch:expr $(,)?
    }) => {
        $crate::operation!($name -> $($page)::+<$item>);

        const _: () = assert!($crate::page::is_known($items), "the runtime cannot read this page");

        impl $name<$crate::Clerk> {
            /// Every item of every page, from the offset that was set. A limit that was set is the
            /// size of a page.
            pub fn stream(self) -> $crate::Items<$item> {
                $crate::operation::stream(
                    self.client,
                    self.request,
                    $crate::page::Rule { max_limit: $max_limit, switch: $switch },
                )
            }
        }

        $crate::operation_blocking!($name streams $item, $max_limit, $switch);
    };
    ($name:ident -> $answer:ty $(,)?) => {
        impl<C> ::core::fmt::Debug for $name<C> {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.request.describe(stringify!($name), formatter)
            }
        }

        impl<C> $name<C> {
            $crate::call_options!();
        }

        impl $name<$crate::Clerk> {
            /// Sends the call.
            pub fn send(self) -> $crate::Sending<$answer> {
                $crate::operation::send(self.client, self.request)
            }

            /// Sends the call, and keeps the status and the headers of the answer.
            pub fn send_raw(self) -> $crate::Sending<$crate::RawResponse<$answer>> {
                $crate::operation::send_raw(self.client, self.request)
            }
        }

        $crate::operation_blocking!($name sends $answer);
    };
}

/// The setters of what holds for one call alone.
#[doc(hidden)]
#[macro_export]
macro_rules! call_options {
    () => {
        /// Limits how long the call may take, retries included. More than the client's limit also
        /// lifts the limit of a single attempt.
        pub fn timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.request.set_timeout(timeout);
            self
        }

        /// Limits how long each attempt may take.
        pub fn attempt_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.request.set_attempt_timeout(timeout);
            self
        }

        /// Replaces the client's retry policy.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.request.set_retry(policy);
            self
        }

        /// Replaces the client's key.
        pub fn bearer(mut self, bearer: impl Into<$crate::types::Secret>) -> Self {
            self.request.set_bearer(bearer.into());
            self
        }

        /// Sets a header, also one that the client sets by itself.
        pub fn header(
            mut self,
            name: $crate::request::HeaderName,
            value: $crate::request::HeaderValue,
        ) -> Self {
            self.request.set_header(name, value);
            self
        }
    };
}

/// The blocking half of [`operation!`](crate::operation): nothing without the feature. It is a macro
/// of its own because a `cfg` in an exported macro asks for the features of who calls it.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($name:ident sends $answer:ty) => {
        impl $name<$crate::blocking::Clerk> {
            /// Sends the call and waits for its answer.
            pub fn send(self) -> ::core::result::Result<$answer, $crate::Error> {
                self.client.send(self.request)
            }

            /// Sends the call, waits, and keeps the status and the headers of the answer.
            pub fn send_raw(
                self,
            ) -> ::core::result::Result<$crate::RawResponse<$answer>, $crate::Error> {
                self.client.send_raw(self.request)
            }
        }
    };
    ($name:ident streams $item:ty, $max_limit:expr, $switch:expr) => {
        impl $name<$crate::blocking::Clerk> {
            /// Every item of every page, from the offset that was set. A limit that was set is the
            /// size of a page.
            pub fn stream(self) -> $crate::blocking::Items<$item> {
                self.client.stream(
                    self.request,
                    $crate::page::Rule {
                        max_limit: $max_limit,
                        switch: $switch,
                    },
                )
            }
        }
    };
}

/// Nothing: the feature `blocking` is off.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($($any:tt)*) => {};
}
