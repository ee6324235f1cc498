//! Lists: a single page, and the walk over all pages.

mod items;
mod rule;
mod walk;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

#[doc(alias(
    "pagination",
    "paginate",
    "paginator",
    "auto paging",
    "cursor",
    "iterator",
    "all pages",
    "next page",
    "list all"
))]
pub use items::Items;
#[doc(hidden)]
pub use rule::{Cursor, Rule};

/// The keys under which the API's envelopes hold their list.
pub(crate) const ITEMS_KEYS: &[&str] = &["data", "m2m_tokens"];
/// The key under which they state the total.
pub(crate) const TOTAL_KEY: &str = "total_count";

/// Whether a page with this key can be read. It is checked at compile time.
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

/// One page of a list.
///
/// ```no_run
/// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
/// let page = clerk.users().list().limit(50).send().await?;
/// println!("{} of {:?} users", page.len(), page.total_count);
/// for user in page {
///     println!("{}", user.id);
/// }
/// # Ok(()) }
/// ```
///
/// The API returns some lists as an array and others as an object with the array and a total. Both become
/// a `Page`.
#[doc(alias("pagination", "list", "cursor", "offset", "limit", "total"))]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items of this page.
    pub data: Vec<T>,
    /// The number of items on all pages, if the server states it.
    pub total_count: Option<i64>,
}

// Not derived, because that would require `T: Default`.
impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            data: Vec::new(),
            total_count: None,
        }
    }
}

impl<T> Page<T> {
    /// Returns the number of items on this page.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Returns whether this page has no items.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Returns an iterator over the items of this page.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.data.iter()
    }
}

impl<T> AsRef<[T]> for Page<T> {
    fn as_ref(&self) -> &[T] {
        &self.data
    }
}

impl<T> From<Page<T>> for Vec<T> {
    fn from(page: Page<T>) -> Self {
        page.data
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
        formatter.write_str("a list or an object with a list")
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
