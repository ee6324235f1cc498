//! The claims of session tokens of version 2.

use serde_json::{Map, Value, json};

/// The category of a token in its protected header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Session,
    Template,
    M2m,
}

impl Category {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Session => "cl_B7d4PD111AAA",
            Self::Template => "cl_B7d4PD222AAA",
            Self::M2m => "cl_B7d4PD333AAA",
        }
    }
}

pub(crate) struct SessionClaims {
    pub(crate) issuer: String,
    pub(crate) user_id: String,
    pub(crate) session_id: String,
    pub(crate) status: String,
    pub(crate) token_id: String,
    pub(crate) issued_at: u64,
    pub(crate) lifetime: u64,
    pub(crate) authorized_party: Option<String>,
    pub(crate) organization: Option<Organization>,
    /// Further claims, which take precedence.
    pub(crate) other: Map<String, Value>,
}

/// The active organization.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) slug: String,
    /// `org:admin`
    pub(crate) role: String,
    /// `org:invoices:create`
    pub(crate) permissions: Vec<String>,
}

impl SessionClaims {
    pub(crate) fn json(&self) -> Value {
        let mut claims = json!({
            "v": 2,
            "iss": self.issuer,
            "sub": self.user_id,
            "sid": self.session_id,
            "jti": self.token_id,
            "sts": self.status,
            "fva": [0, -1],
            "iat": self.issued_at,
            "nbf": self.issued_at.saturating_sub(10),
            "exp": self.issued_at.saturating_add(self.lifetime),
        });
        if let Some(party) = &self.authorized_party {
            claims["azp"] = party.as_str().into();
        }
        if let Some(organization) = &self.organization {
            organization.write(&mut claims);
        }
        for (name, value) in &self.other {
            claims[name] = value.clone();
        }
        claims
    }
}

impl Organization {
    /// Permissions are packed: the features in `fea`, the names of permissions in `o.per`, and for
    /// each feature a number in `o.fpm` whose bits say which of the names it has, the first name
    /// being the least significant bit.
    fn write(&self, claims: &mut Value) {
        let mut features: Vec<&str> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        let mut granted: Vec<(usize, usize)> = Vec::new();
        for permission in &self.permissions {
            let permission = permission.strip_prefix("org:").unwrap_or(permission);
            let Some((feature, name)) = permission.split_once(':') else {
                continue;
            };
            granted.push((position(&mut features, feature), position(&mut names, name)));
        }
        let role = self.role.strip_prefix("org:").unwrap_or(&self.role);
        let mut organization = json!({ "id": self.id, "slg": self.slug, "rol": role });
        if !features.is_empty() {
            let masks: Vec<String> = (0..features.len())
                .map(|feature| {
                    let own = granted.iter().filter(|(of, _)| *of == feature);
                    let mask = own.fold(0_u128, |mask, (_, name)| mask | 1 << (*name).min(127));
                    mask.to_string()
                })
                .collect();
            organization["per"] = names.join(",").into();
            organization["fpm"] = masks.join(",").into();
            let features: Vec<String> = features.iter().map(|name| format!("o:{name}")).collect();
            claims["fea"] = features.join(",").into();
        }
        claims["o"] = organization;
    }
}

fn position<'a>(list: &mut Vec<&'a str>, item: &'a str) -> usize {
    list.iter()
        .position(|present| *present == item)
        .unwrap_or_else(|| {
            list.push(item);
            list.len() - 1
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(permissions: &[&str]) -> Value {
        SessionClaims {
            issuer: "https://example.com".to_owned(),
            user_id: "user_1".to_owned(),
            session_id: "sess_1".to_owned(),
            status: "active".to_owned(),
            token_id: "1".to_owned(),
            issued_at: 1000,
            lifetime: 60,
            authorized_party: Some("https://app.example.com".to_owned()),
            organization: Some(Organization {
                id: "org_1".to_owned(),
                slug: "acme".to_owned(),
                role: "org:admin".to_owned(),
                permissions: permissions.iter().map(|text| (*text).to_owned()).collect(),
            }),
            other: Map::new(),
        }
        .json()
    }

    #[test]
    fn permissions_are_packed_as_in_version_2() {
        let claims = claims(&[
            "org:dashboard:manage",
            "org:dashboard:read",
            "org:teams:read",
        ]);
        assert_eq!(claims["fea"], "o:dashboard,o:teams");
        assert_eq!(claims["o"]["per"], "manage,read");
        assert_eq!(claims["o"]["fpm"], "3,2");
        assert_eq!(claims["o"]["rol"], "admin");
    }

    #[test]
    fn times_are_seconds_relative_to_the_issue() {
        let claims = claims(&[]);
        assert_eq!(claims["nbf"], 990);
        assert_eq!(claims["exp"], 1060);
        assert_eq!(claims["azp"], "https://app.example.com");
        assert!(claims.get("fea").is_none());
    }
}
