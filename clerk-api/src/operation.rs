//! What all operations share: how they are sent, and the options of a single call. The macros expand to
//! one-line delegations, because there are hundreds of operations.

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

/// Sends a call of an operation and ignores the body of the response.
pub fn send_ignoring_body(client: Clerk, request: Request) -> Sending<()> {
    Sending::new(client, request.ignoring_body(), raw::decoded)
}

/// Sends a call of an operation and keeps the status and headers of the response.
pub fn send_raw<T: Shaped + DeserializeOwned>(
    client: Clerk,
    request: Request,
) -> Sending<RawResponse<T>> {
    Sending::new(client, request, raw::decoded_raw)
}

/// Walks the pages of a list.
pub fn stream<T>(client: Clerk, request: Request, rule: Rule<T>) -> Items<T> {
    Items::new(client, request, rule)
}

/// Defines an operation: the struct that builds a call of it, its facts, and how a call is sent.
///
/// Facts that most operations have in common can be left out: `authentication` (by default
/// `SecretKey`), `body` (`None`), and `page` (the response is not a list in pages).
#[doc(hidden)]
#[macro_export]
macro_rules! operation {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident -> $($page:ident)::+ < $item:ty > {
            id: $id_of_operation:literal,
            name: $label:literal,
            method: $method:ident,
            path: $path:literal,
            $(authentication: $authentication:ident,)?
            $(body: $body:ident $({ $($property:tt)* })?,)?
            page: {
                items: $items:expr, max_limit: $max_limit:literal, switch: $switch:expr
                $(, id: $id:ident $(, cursor: $cursor:literal, orders: $orders:tt)?)? $(,)?
            } $(,)?
        }
    ) => {
        $crate::operation! {
            $(#[$attribute])*
            $visibility struct $name -> $($page)::+<$item> {
                id: $id_of_operation,
                name: $label,
                method: $method,
                path: $path,
                $(authentication: $authentication,)?
                $(body: $body $({ $($property)* })?,)?
            }
        }

        const _: () = assert!($crate::page::is_known($items), "this crate cannot read such a page");

        impl<C> $name<C> {
            const RULE: $crate::page::Rule<$item> = $crate::page::Rule {
                max_limit: $max_limit,
                switch: $switch,
                cursor: $crate::page_cursor!($($($cursor $orders)?)?),
                id: $crate::page_id!($item $(, $id)?),
            };
        }

        impl $name<$crate::Clerk> {
            #[doc = $crate::walk_docs!($max_limit $($($cursor $orders)?)?)]
            pub fn stream(self) -> $crate::Items<$item> {
                $crate::operation::stream(self.client, self.request, Self::RULE)
            }
        }

        $crate::operation_blocking!($name streams $item, $max_limit $($($cursor $orders)?)?);
    };
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident -> $response:ty {
            id: $id:literal,
            name: $label:literal,
            method: $method:ident,
            path: $path:literal,
            $(authentication: $authentication:ident,)?
            $(body: $body:ident $({ $($property:tt)* })?,)?
        }
    ) => {
        $(#[$attribute])*
        #[must_use = "a call does nothing until it is sent"]
        $visibility struct $name<C = $crate::Clerk> {
            client: C,
            request: $crate::request::Request,
        }

        impl<C: $crate::request::Handle> $name<C> {
            fn new(client: &C) -> Self {
                static OPERATION: $crate::request::Operation = $crate::request::Operation {
                    id: $id,
                    name: $label,
                    method: $crate::Method::$method,
                    path: $path,
                    authentication: $crate::operation_fact!(
                        Authentication::SecretKey $(, $authentication)?
                    ),
                    body: $crate::operation_fact!(
                        BodyKind::None $(, $body $({ $($property)* })?)?
                    ),
                };
                Self {
                    client: client.clone(),
                    request: $crate::request::Request::new(&OPERATION),
                }
            }
        }

        impl<C> ::core::fmt::Debug for $name<C> {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.request.describe(stringify!($name), formatter)
            }
        }

        impl<C> $name<C> {
            $crate::call_options!();
        }

        impl $name<$crate::Clerk> {
            /// Sends the call. If it returns an `Option`, `None` is a success whose response has no body.
            pub fn send(self) -> $crate::Sending<$response> {
                $crate::operation::send(self.client, self.request)
            }

            /// Sends the call and ignores the body of the response: any 2xx is a success, even if its
            /// body is malformed or incomplete.
            pub fn send_ignoring_body(self) -> $crate::Sending<()> {
                $crate::operation::send_ignoring_body(self.client, self.request)
            }

            /// Sends the call and also returns the status, the headers and the body of the response.
            pub fn send_raw(self) -> $crate::Sending<$crate::RawResponse<$response>> {
                $crate::operation::send_raw(self.client, self.request)
            }
        }

        $crate::operation_blocking!($name sends $response);
    };
}

/// A fact of an operation: the default, or what is stated.
#[doc(hidden)]
#[macro_export]
macro_rules! operation_fact {
    ($kind:ident::$default:ident) => {
        $crate::request::$kind::$default
    };
    ($kind:ident::$default:ident, $($stated:tt)+) => {
        $crate::request::$kind::$($stated)+
    };
}

/// The cursor of a list, if it has one.
#[doc(hidden)]
#[macro_export]
macro_rules! page_cursor {
    () => {
        None
    };
    ($parameter:literal [$($order:literal),*]) => {
        Some($crate::page::Cursor {
            parameter: $parameter,
            orders: &[$($order),*],
        })
    };
}

/// The id of the items of a list, if they have one.
#[doc(hidden)]
#[macro_export]
macro_rules! page_id {
    ($item:ty) => {
        None
    };
    ($item:ty, $id:ident) => {{
        fn id(item: &$item) -> &str {
            &item.$id
        }
        Some(id)
    }};
}

/// The documentation of `stream`.
#[doc(hidden)]
#[macro_export]
macro_rules! walk_docs {
    ($max_limit:literal) => {
        concat!(
            "Returns every item of every page.\n\n",
            "The API has no cursor for this list. Its pages are requested by `offset`, so items that are ",
            "added or removed during the walk shift the pages:\n\n",
            "- If the total shrinks, items may have been skipped, and the stream ends with an error of ",
            "kind [`Pagination`](crate::ErrorKind::Pagination). Collect the items before you remove ",
            "any.\n",
            "- An item that moves to the next page because others were added is not returned twice, as ",
            "long as items have an `id` and fewer items were added than fit on a page.\n",
            "- A change that leaves the total the same is not detected, nor is an item that moves ",
            "because the value by which the list is ordered changes.\n\n",
            "`limit` is the size of a page. Default and maximum: ", $max_limit, ". `offset` is how many ",
            "items are skipped first. `paginated` is always sent if the operation has it.",
        )
    };
    ($max_limit:literal $cursor:literal [$($order:literal),*]) => {
        concat!(
            "Returns every item of every page.\n\n",
            "The list is walked by cursor: each page begins after the last item of the previous one. ",
            "Every item that exists during the whole walk is returned exactly once, even if others are ",
            "added or removed meanwhile, and you can delete items as you receive them. For that reason the ",
            "last item of a page is returned only once the next page has arrived. Items that are added ",
            "during the walk are returned only if the order puts them last.\n\n",
            "- `limit` is the size of a page. Default and maximum: ", $max_limit, ".\n",
            "- `", $cursor, "` is the id of the item after which the walk begins.\n",
            "- `offset` is how many items are skipped before the first page. Setting both `offset` and `",
            $cursor, "` is an error of kind [`Request`](crate::ErrorKind::Request).\n",
            "- `order_by` can be ", $("`", $order, "`, ",)*
            "with or without a sign. Any other order is an error of the same kind, before anything is ",
            "sent: its values change, and the API does not accept a cursor with it.",
        )
    };
}

/// The options of a single call.
#[doc(hidden)]
#[macro_export]
macro_rules! call_options {
    () => {
        /// Sets the time limit of this call, including retries. A limit longer than that of the client
        /// also removes the limit of a single attempt.
        pub fn timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.request.set_timeout(timeout);
            self
        }

        /// Sets the time limit of each attempt of this call.
        pub fn attempt_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.request.set_attempt_timeout(timeout);
            self
        }

        /// Sets the retry policy of this call instead of that of the client.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.request.set_retry(policy);
            self
        }

        /// Sets the key of this call instead of that of the client.
        pub fn bearer(mut self, bearer: impl Into<$crate::types::Secret>) -> Self {
            self.request.set_bearer(bearer.into());
            self
        }

        /// Sets a header of this call, replacing one that the client sets. Only the headers that describe
        /// the body, such as `Content-Type`, cannot be replaced.
        pub fn header(mut self, name: $crate::HeaderName, value: $crate::HeaderValue) -> Self {
            self.request.set_header(name, value);
            self
        }
    };
}

/// The blocking half of [`operation!`](crate::operation), which is empty without the feature. It is a
/// separate macro because a `cfg` inside an exported macro is evaluated in the crate that uses it.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($name:ident sends $response:ty) => {
        impl $name<$crate::blocking::Clerk> {
            /// Sends the call and waits for the response. If it returns an `Option`, `None` is a success
            /// whose response has no body.
            ///
            /// # Errors
            ///
            /// If the call cannot be sent, the API returns an error, or the response cannot be decoded;
            /// see [`Error`](crate::Error).
            pub fn send(self) -> ::core::result::Result<$response, $crate::Error> {
                self.client.send(self.request)
            }

            /// Sends the call, waits for the response and ignores its body: any 2xx is a success, even if
            /// its body is malformed or incomplete.
            ///
            /// # Errors
            ///
            /// If the call cannot be sent or the API returns an error; see [`Error`](crate::Error).
            pub fn send_ignoring_body(self) -> ::core::result::Result<(), $crate::Error> {
                self.client.send_ignoring_body(self.request)
            }

            /// Sends the call, waits for the response and also returns its status, headers and body.
            ///
            /// # Errors
            ///
            /// As for [`send`](Self::send).
            pub fn send_raw(
                self,
            ) -> ::core::result::Result<$crate::RawResponse<$response>, $crate::Error> {
                self.client.send_raw(self.request)
            }
        }
    };
    ($name:ident streams $item:ty, $($rule:tt)*) => {
        impl $name<$crate::blocking::Clerk> {
            #[doc = $crate::walk_docs!($($rule)*)]
            pub fn stream(self) -> $crate::blocking::Items<$item> {
                self.client.stream(self.request, Self::RULE)
            }
        }
    };
}

/// Empty: the feature `blocking` is off.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($($any:tt)*) => {};
}
