//! The active organization of a session, in both versions of the claims.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::permissions;
use crate::token::{Loose, Payload};

/// The active organization of a session, with the user's role and permissions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Organization {
    /// The id, `org_…`.
    pub id: String,
    /// The slug, where the instance has slugs.
    pub slug: Option<String>,
    /// The role, with its prefix: `org:admin`.
    pub role: Option<String>,
    /// The permissions, with their prefix: `org:<feature>:<permission>`.
    pub permissions: Vec<String>,
}

/// The claims `org_id`, `org_slug`, `org_role` and `org_permissions`.
pub(super) fn version_1(payload: &Payload<'_>) -> Option<Organization> {
    Some(Organization {
        id: stated(&payload.org_id)?.to_owned(),
        slug: stated(&payload.org_slug).map(str::to_owned),
        role: stated(&payload.org_role).map(str::to_owned),
        permissions: payload.org_permissions.map(texts).unwrap_or_default(),
    })
}

/// The claim `o`, with its packed permissions.
pub(super) fn version_2(payload: &Payload<'_>) -> Option<Organization> {
    let claim = &payload.o;
    let packed = |part| stated(part).unwrap_or_default();
    Some(Organization {
        id: stated(&claim.id)?.to_owned(),
        slug: stated(&claim.slg).map(str::to_owned),
        role: stated(&claim.rol).map(|role| ["org:", role].concat()),
        permissions: permissions::unpack(
            packed(&payload.fea),
            packed(&claim.per),
            packed(&claim.fpm),
        ),
    })
}

/// The text of a claim, unless it is empty.
fn stated<'a>(claim: &'a Loose<'_>) -> Option<&'a str> {
    claim.text().filter(|text| !text.is_empty())
}

/// The texts of a list. It is read twice, so that the vector has no spare capacity.
fn texts(list: &RawValue) -> Vec<String> {
    let mut count = 0;
    let mut texts = Vec::new();
    if for_each_text(list, |_| count += 1) {
        texts.reserve_exact(count);
        for_each_text(list, |text| texts.push(text.to_owned()));
    }
    texts
}

/// Passes each text of a list to `take`, and returns whether it is a list.
fn for_each_text(list: &RawValue, take: impl FnMut(&str)) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(list.get());
    Texts(take).deserialize(&mut deserializer).is_ok()
}

struct Texts<F>(F);

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for Texts<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for Texts<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<Loose<'de>>()? {
            if let Some(text) = element.text() {
                (self.0)(text);
            }
        }
        Ok(())
    }
}
