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

/// Sends a call of an operation whose result nobody needs.
pub fn send_ignoring_body(client: Clerk, request: Request) -> Sending<()> {
    Sending::new(client, request.ignoring_body(), raw::decoded)
}

/// Sends a call of an operation and keeps the answer's status and headers.
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

/// Makes a generated struct with the fields `client` and `request` an operation.
#[doc(hidden)]
#[macro_export]
macro_rules! operation {
    ($name:ident -> $($page:ident)::+ < $item:ty >, page { items: $items:literal, $($rule:tt)* }) => {
        $crate::operation!($name -> $($page)::+<$item>, page { items: Some($items), $($rule)* });
    };
    ($name:ident -> $($page:ident)::+ < $item:ty >, page {
        items: $items:expr, max_limit: $max_limit:literal, switch: $switch:expr
        $(, id: $id:ident $(, cursor: $cursor:literal, orders: $orders:tt)?)? $(,)?
    }) => {
        $crate::operation!($name -> $($page)::+<$item>);

        const _: () = assert!($crate::page::is_known($items), "the runtime cannot read this page");

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
            /// Sends the call. Where an `Option` is returned, `None` is a success whose response had no
            /// body.
            pub fn send(self) -> $crate::Sending<$answer> {
                $crate::operation::send(self.client, self.request)
            }

            /// Sends the call and does not look at the body of the response: any 2xx is a success,
            /// whether or not it came with what is described, and whether or not its body ends.
            pub fn send_ignoring_body(self) -> $crate::Sending<()> {
                $crate::operation::send_ignoring_body(self.client, self.request)
            }

            /// Sends the call, and keeps the status, the headers and the body of the response.
            pub fn send_raw(self) -> $crate::Sending<$crate::RawResponse<$answer>> {
                $crate::operation::send_raw(self.client, self.request)
            }
        }

        $crate::operation_blocking!($name sends $answer);
    };
}

/// The cursor of a list, where it has one.
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

/// What tells the items of a list apart, where they have it.
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

/// How a list is walked, and what that promises.
#[doc(hidden)]
#[macro_export]
macro_rules! walk_docs {
    ($max_limit:literal) => {
        concat!(
            "Returns every item of every page.\n\n",
            "The list has no cursor: its pages are asked for by `offset`, so what is added or removed ",
            "meanwhile moves them.\n\n",
            "- If the total shrinks, items may have been passed over, and the walk ends with an error ",
            "of kind [`Pagination`](crate::ErrorKind::Pagination). So collect the items before you ",
            "remove any.\n",
            "- An item that moves to the next page because others were added is not yielded again, ",
            "as long as they are fewer than a page and the items have an `id`.\n",
            "- A change that leaves the total as it is goes unnoticed, as does an item that moves ",
            "because the value changes by which the list is ordered.\n\n",
            "`limit` is the size of a page (default and largest: ", $max_limit, "), and `offset` how many ",
            "items are passed over. `paginated` is always sent where there is such a parameter.",
        )
    };
    ($max_limit:literal $cursor:literal [$($order:literal),*]) => {
        concat!(
            "Returns every item of every page.\n\n",
            "The list is walked by cursor: each page begins after the last item of the one before. ",
            "Each item that is there from the beginning to the end is yielded once, whatever is added ",
            "or removed meanwhile, and you can delete the items as you get them. To make that safe, ",
            "the last item of a page is yielded when the next page has arrived. Items that are added ",
            "during the walk are yielded only where the order puts them last.\n\n",
            "- `limit` is the size of a page. Default and largest: ", $max_limit, ".\n",
            "- `", $cursor, "` is the item after which the walk begins.\n",
            "- `offset` is how many items are passed over before the first page. Together with `",
            $cursor, "` it is an error of kind [`Request`](crate::ErrorKind::Request).\n",
            "- `order_by` can be ", $("`", $order, "`, ",)*
            "with or without a sign. Any other order is an error of that kind, because no walk by it is ",
            "safe: its values change, and the API refuses a cursor. Nothing is sent then.",
        )
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
            /// Sends the call and waits for its response. Where an `Option` is returned, `None` is a
            /// success whose response had no body.
            pub fn send(self) -> ::core::result::Result<$answer, $crate::Error> {
                self.client.send(self.request)
            }

            /// Sends the call, waits, and does not look at the body of the response: any 2xx is a
            /// success, whether or not it came with what is described, and whether or not its body
            /// ends.
            pub fn send_ignoring_body(self) -> ::core::result::Result<(), $crate::Error> {
                self.client.send_ignoring_body(self.request)
            }

            /// Sends the call, waits, and keeps the status, the headers and the body of the response.
            pub fn send_raw(
                self,
            ) -> ::core::result::Result<$crate::RawResponse<$answer>, $crate::Error> {
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

/// Nothing: the feature `blocking` is off.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($($any:tt)*) => {};
}
