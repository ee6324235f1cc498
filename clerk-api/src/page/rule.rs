//! How the pages of a list are requested, as stated by generated code.

use std::fmt;

/// How the list of `T` that an operation returns is walked.
#[doc(hidden)]
pub struct Rule<T> {
    /// The largest page of the API.
    pub max_limit: u32,
    /// The query parameter that makes the API state the total, if there is one.
    pub switch: Option<&'static str>,
    /// The query parameter that continues a list after an item, if there is one.
    pub cursor: Option<Cursor>,
    /// The id of an item, which is also the cursor, if items have one.
    pub id: Option<fn(&T) -> &str>,
}

/// A query parameter that continues a list after the item with an id.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// `starting_after`
    pub parameter: &'static str,
    /// The values of `order_by` with which it works, without a sign.
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
