//! The claims of Clerk's tokens, as in the payload.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::loose::Loose;

/// The payload of any of Clerk's tokens, read once. Other claims remain in the raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Payload<'a> {
    pub(crate) sub: Loose<'a>,
    pub(crate) sid: Loose<'a>,
    pub(crate) iss: Loose<'a>,
    pub(crate) azp: Loose<'a>,
    pub(crate) aud: Loose<'a>,
    pub(crate) exp: Loose<'a>,
    pub(crate) nbf: Loose<'a>,
    pub(crate) iat: Loose<'a>,
    pub(crate) v: Loose<'a>,
    pub(crate) sts: Loose<'a>,
    // Raw, so that reading a list allocates nothing.
    pub(crate) fva: Option<&'a RawValue>,
    pub(crate) act: Option<&'a RawValue>,
    // Version 1 of the organization claims.
    pub(crate) org_id: Loose<'a>,
    pub(crate) org_slug: Loose<'a>,
    pub(crate) org_role: Loose<'a>,
    pub(crate) org_permissions: Option<&'a RawValue>,
    // Version 2.
    pub(crate) o: OrganizationPayload<'a>,
    pub(crate) fea: Loose<'a>,
    pub(crate) pla: Loose<'a>,
}

/// The claim `o` of version 2: the active organization.
#[derive(Debug, Default)]
pub(crate) struct OrganizationPayload<'a> {
    pub(crate) id: Loose<'a>,
    pub(crate) slg: Loose<'a>,
    pub(crate) rol: Loose<'a>,
    pub(crate) per: Loose<'a>,
    pub(crate) fpm: Loose<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for OrganizationPayload<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrganizationVisitor)
    }
}

/// Anything other than an object counts as no organization.
struct OrganizationVisitor;

impl<'de> Visitor<'de> for OrganizationVisitor {
    type Value = OrganizationPayload<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the active organization")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut organization = OrganizationPayload::default();
        // A key with an escape does not match.
        while let Some(key) = object.next_key::<Loose<'de>>()? {
            let field = match key.text() {
                Some("id") => &mut organization.id,
                Some("slg") => &mut organization.slg,
                Some("rol") => &mut organization.rol,
                Some("per") => &mut organization.per,
                Some("fpm") => &mut organization.fpm,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = object.next_value()?;
        }
        Ok(organization)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(OrganizationPayload::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(OrganizationPayload::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(OrganizationPayload::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(OrganizationPayload::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(OrganizationPayload::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(OrganizationPayload::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(OrganizationPayload::default())
    }
}
