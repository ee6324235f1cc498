//! How the pages of an operation are asked for; what generated code says of it.

use std::fmt;

/// How the list of `T` that an operation returns is walked.
#[doc(hidden)]
pub struct Rule<T> {
    /// The largest page that the API gives.
    pub max_limit: u32,
    /// The parameter of the query that makes the API state the total, where there is one.
    pub switch: Option<&'static str>,
    /// The parameter of the query that continues a list after an item, where there is one.
    pub cursor: Option<Cursor>,
    /// What tells items apart, and is the cursor; where they have it.
    pub id: Option<fn(&T) -> &str>,
}

/// A parameter that continues a list after the item with an id.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// `starting_after`
    pub parameter: &'static str,
    /// The values of `order_by` that it works with, without a sign.
    pub orders: &'static [&'static str],
}

impl Cursor {
    /// Whether it works with this value of `order_by`.
    pub(super) fn follows(&self, order: Option<&str>) -> bool {
        order.is_none_or(|order| {
            let key = order.strip_prefix(['+', '-']).unwrap_or(order);
            self.orders.contains(&key)
        })
    }
}

impl<T> Clone for Rule<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Rule<T> {}

impl<T> fmt::Debug for Rule<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rule")
            .field("max_limit", &self.max_limit)
            .field("switch", &self.switch)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_follows_its_orders_in_either_direction() {
        let cursor = Cursor {
            parameter: "starting_after",
            orders: &["created_at"],
        };
        for order in [
            None,
            Some("created_at"),
            Some("+created_at"),
            Some("-created_at"),
        ] {
            assert!(cursor.follows(order), "{order:?}");
        }
        for order in [
            "",
            "-",
            "updated_at",
            "-updated_at",
            "--created_at",
            "created_at,username",
        ] {
            assert!(!cursor.follows(Some(order)), "{order:?}");
        }
    }
}
