//! Lists: one page of an answer, and the walk over all of them.

mod items;
mod rule;
mod walk;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use items::Items;
#[doc(hidden)]
pub use rule::{Cursor, Rule};

/// The keys under which the API's envelopes hold their list.
pub(crate) const ITEMS_KEYS: &[&str] = &["data", "m2m_tokens"];
/// The key under which they say how many there are in all.
pub(crate) const TOTAL_KEY: &str = "total_count";

/// Whether a page with this key can be read; asked when the crate is compiled.
#[doc(hidden)]
pub const fn is_known(items: Option<&str>) -> bool {
    let Some(items) = items else { return true };
    let mut index = 0;
    while index < ITEMS_KEYS.len() {
        if equal(items.as_bytes(), ITEMS_KEYS[index].as_bytes()) {
            return true;
        }
        index += 1;
    }
    false
}

const fn equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// How much memory the items of a page may take, not counting what they point to: `{}` can be a model
/// of a kilobyte.
const MOST_MEMORY: usize = 16 * 1024 * 1024;
pub(crate) const TOO_MANY_ITEMS: &str = "the page has more items than any page of the API";

fn most_items<T>() -> usize {
    MOST_MEMORY / size_of::<T>().max(1)
}

/// One page of a list. It is a slice of its items, and a loop over it yields them.
///
/// The API answers lists in two ways, as an array and as an object with the array and a total; both
/// are read into this.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub data: Vec<T>,
    /// How many items there are on all pages, where the server says.
    pub total_count: Option<i64>,
}

// Not derived, which would ask a default of the items.
impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            data: Vec::new(),
            total_count: None,
        }
    }
}

impl<T> Deref for Page<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.data
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<T>);

#[derive(Deserialize)]
#[serde(field_identifier)]
enum Member {
    #[serde(rename = "data", alias = "m2m_tokens")]
    Items,
    #[serde(rename = "total_count")]
    Total,
    #[serde(other)]
    Other,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list or an object with one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<Page<T>, A::Error> {
        Ok(Page {
            data: Data::of(sequence)?.0,
            total_count: None,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let mut data = None;
        let mut total_count = None;
        while let Some(member) = map.next_key()? {
            match member {
                Member::Items => data = Some(map.next_value::<Data<T>>()?.0),
                Member::Total => total_count = map.next_value()?,
                Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Page {
            data: data.ok_or_else(|| A::Error::missing_field("data"))?,
            total_count,
        })
    }
}

/// The items of a page, bounded.
struct Data<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Data<T> {
    fn of<A: SeqAccess<'de>>(mut sequence: A) -> Result<Self, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            if items.len() >= most_items::<T>() {
                return Err(A::Error::custom(TOO_MANY_ITEMS));
            }
            items.push(item);
        }
        Ok(Self(items))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Data<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(DataVisitor(PhantomData))
    }
}

struct DataVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for DataVisitor<T> {
    type Value = Data<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<Data<T>, A::Error> {
        Data::of(sequence)
    }
}
