//! The builder for tokens in tests.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::key::TestKey;
use super::permissions::Packed;
use crate::auth::{Auth, MachineAuth, SessionAuth, SignedOut};
use crate::claims::{SessionClaims, SessionStatus};
use crate::clock::Clock;
use crate::machine::machine_token;
use crate::token::{Payload, class_of, peek};

/// Builder for a token, created by [`TestKey`].
///
/// By default, it is issued now and expires after a minute. [`header`](Self::header) and
/// [`claim`](Self::claim) override everything else. Permissions, features, plans and scopes add up; calling
/// any other setter again replaces the previous value.
#[derive(Clone, Debug)]
#[must_use = "call `mint` to get a token"]
#[doc(alias("mock jwt", "fake token", "test token"))]
pub struct TestToken<'k> {
    key: &'k TestKey,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    organization: Option<TestOrganization>,
    features: Vec<String>,
    is_version_1: bool,
    /// The lifetime in seconds; `None` for a token without `exp`.
    lifetime: Option<i64>,
    /// The name of the claim with the scopes.
    scopes: &'static str,
    header_changes: Vec<(String, Option<Value>)>,
    claim_changes: Vec<(String, Option<Value>)>,
    tampered: bool,
}

#[derive(Clone, Debug, Default)]
struct TestOrganization {
    id: String,
    slug: Option<String>,
    role: Option<String>,
    permissions: Vec<String>,
}

const SESSION: &str = "cl_B7d4PD111AAA";
const M2M: &str = "cl_B7d4PD333AAA";
const ISSUER: &str = "https://clerk.example.com";

impl<'k> TestToken<'k> {
    pub(super) fn session(key: &'k TestKey, user_id: String) -> Self {
        let claims = json!({
            "v": 2, "iss": ISSUER, "sub": user_id, "sid": "sess_test", "jti": "test",
            "sts": "active", "fva": [0, -1],
        });
        Self::new(key, json!({ "typ": "JWT", "cat": SESSION }), claims).lifetime(MINUTE)
    }

    pub(super) fn m2m(key: &'k TestKey, machine_id: String) -> Self {
        let claims = json!({ "iss": ISSUER, "sub": machine_id, "jti": "mt_test" });
        let token = Self::new(key, json!({ "typ": "JWT", "cat": M2M }), claims).lifetime(MINUTE);
        Self {
            scopes: "scopes",
            ..token
        }
    }

    pub(super) fn oauth(key: &'k TestKey, user_id: String, client_id: String) -> Self {
        let claims = json!({
            "iss": ISSUER, "sub": user_id, "client_id": client_id, "jti": "oat_test",
        });
        Self::new(key, json!({ "typ": "at+jwt" }), claims).lifetime(MINUTE)
    }

    pub(super) fn handshake(key: &'k TestKey, cookies: Vec<String>) -> Self {
        let header = json!({ "typ": "JWT", "cat": SESSION });
        Self::new(key, header, json!({ "handshake": cookies }))
    }

    fn new(key: &'k TestKey, header: Value, claims: Value) -> Self {
        let mut token = Self {
            key,
            header: object(header),
            claims: object(claims),
            organization: None,
            features: Vec::new(),
            is_version_1: false,
            lifetime: None,
            scopes: "scope",
            header_changes: Vec::new(),
            claim_changes: Vec::new(),
            tampered: false,
        };
        token.header.insert("alg".to_owned(), "RS256".into());
        token.header.insert("kid".to_owned(), key.key_id().into());
        token.issued_at(Clock::system().now().div_euclid(1000))
    }

    /// Sets the id of the session. Default: `sess_test`.
    pub fn session_id(self, session_id: impl Into<String>) -> Self {
        self.with("sid", session_id.into())
    }

    /// Sets the active organization.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.in_organization().id = id.into();
        self
    }

    /// Sets the slug of the active organization.
    pub fn slug(mut self, slug: impl Into<String>) -> Self {
        self.in_organization().slug = Some(slug.into());
        self
    }

    /// Sets the role in the active organization, such as `org:admin`.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.in_organization().role = Some(role.into());
        self
    }

    /// Adds permissions in the active organization, such as `org:invoices:create`.
    pub fn permissions(mut self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let permissions = permissions.into_iter().map(Into::into);
        self.in_organization().permissions.extend(permissions);
        self
    }

    /// Adds features, such as `o:invoices` or `u:dashboard`. Those of the permissions are added
    /// automatically.
    pub fn features(mut self, features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.features.extend(features.into_iter().map(Into::into));
        self
    }

    /// Adds plans, such as `o:business` or `u:pro`.
    pub fn plans(self, plans: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with_more("pla", ",", plans)
    }

    /// Uses version 1 of the claims.
    pub fn version_1(mut self) -> Self {
        self.is_version_1 = true;
        self.claims.remove("v");
        self
    }

    /// Makes the session pending.
    pub fn pending(self) -> Self {
        self.with("sts", "pending")
    }

    /// Sets the minutes since both factors were verified; -1 for a factor that the user does not have.
    /// Default: 0 and -1.
    pub fn factor_verification_age(self, first: i64, second: i64) -> Self {
        self.with("fva", vec![first, second])
    }

    /// Sets the origin that the token is issued to (`azp`).
    pub fn authorized_party(self, origin: impl Into<String>) -> Self {
        self.with("azp", origin.into())
    }

    /// Sets the Frontend API that issues the token (`iss`).
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.with("iss", issuer.into())
    }

    /// Adds scopes of an OAuth or M2M token.
    pub fn scopes(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let claim = self.scopes;
        self.with_more(claim, " ", scopes)
    }

    /// Sets the time of issue, in Unix seconds. The token is valid from ten seconds earlier (`nbf`).
    pub fn issued_at(mut self, seconds: i64) -> Self {
        self.claims.insert("iat".to_owned(), seconds.into());
        self
    }

    /// Sets the lifetime, from the time of issue.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
        self
    }

    /// Sets the time of issue to an hour ago, so that the token is expired unless its lifetime is longer.
    pub fn expired(self) -> Self {
        let now = Clock::system().now().div_euclid(1000);
        self.issued_at(now.saturating_sub(3600))
    }

    /// Sets the key id (`kid`).
    pub fn key_id(self, key_id: impl Into<String>) -> Self {
        self.header("kid", key_id.into())
    }

    /// Sets the category (`cat`).
    pub fn category(self, category: impl Into<String>) -> Self {
        self.header("cat", category.into())
    }

    /// Sets a parameter of the header. `alg` also selects the signature, see [`TestKey::sign`].
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.header_changes.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a parameter of the header.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.header_changes.push((name.into(), None));
        self
    }

    /// Sets a claim.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claim_changes.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a claim.
    pub fn without_claim(mut self, name: impl Into<String>) -> Self {
        self.claim_changes.push((name.into(), None));
        self
    }

    /// Replaces the signature with that of other claims, so that it is invalid.
    pub fn tampered(mut self) -> Self {
        self.tampered = true;
        self
    }

    /// Returns the signed token.
    #[must_use]
    pub fn mint(&self) -> String {
        let mut header = self.header.clone();
        apply(&mut header, &self.header_changes);
        let mut claims = self.all_claims();
        let token = self.key.sign(&header, &claims);
        if !self.tampered {
            return token;
        }
        claims.insert("jti".to_owned(), "tampered".into());
        let other = self.key.sign(&header, &claims);
        let signed = token.rsplit_once('.').map_or("", |(signed, _)| signed);
        let signature = other
            .rsplit_once('.')
            .map_or("", |(_, signature)| signature);
        format!("{signed}.{signature}")
    }

    /// Returns the authentication of a request with this token, without verifying its signature and times. As
    /// with the default options, a pending session is unauthenticated, and so is a token of a category that is
    /// not for sessions.
    ///
    /// ```
    /// use clerk_auth::testing::TestKey;
    ///
    /// let admin = TestKey::shared().session_token("user_1").organization("org_1").role("org:admin");
    /// assert_eq!(admin.auth().organization_id(), Some("org_1"));
    /// ```
    #[must_use]
    pub fn auth(&self) -> Auth {
        let token = self.mint();
        let claims = self.all_claims();
        if let Some(class) = class_of(&token) {
            let machine = Arc::new(machine_token(class.kind(), claims));
            return Auth::Machine(MachineAuth::new(machine, token.into()));
        }
        if peek(&token, "").is_ok_and(|peek| peek.is_no_session) {
            return Auth::SignedOut(SignedOut::default());
        }
        let json = Value::from(claims).to_string();
        let payload = serde_json::from_str::<Payload<'_>>(&json).unwrap_or_default();
        let claims = SessionClaims::read(&payload);
        if claims.status() == SessionStatus::Pending {
            return Auth::SignedOut(SignedOut {
                session_status: Some(SessionStatus::Pending),
            });
        }
        let claims = Arc::new(claims.with_json(json.clone()));
        Auth::Session(SessionAuth::new(claims, token.into()))
    }

    fn all_claims(&self) -> Map<String, Value> {
        let mut claims = self.claims.clone();
        if let (Some(issued_at), Some(lifetime)) =
            (claims.get("iat").and_then(Value::as_i64), self.lifetime)
        {
            claims.insert("nbf".to_owned(), issued_at.saturating_sub(10).into());
            claims.insert("exp".to_owned(), issued_at.saturating_add(lifetime).into());
        }
        self.write_organization(&mut claims);
        apply(&mut claims, &self.claim_changes);
        claims
    }

    fn write_organization(&self, claims: &mut Map<String, Value>) {
        let organization = self.organization.clone().unwrap_or_default();
        let packed = Packed::new(&organization.permissions);
        let mut features: Vec<String> = packed
            .features
            .iter()
            .map(|name| format!("o:{name}"))
            .collect();
        // Every feature of the organization has a mask.
        let mut without_permissions = 0;
        for feature in &self.features {
            if !features.contains(feature) {
                without_permissions += usize::from(!feature.starts_with("u:"));
                features.push(feature.clone());
            }
        }
        if !features.is_empty() {
            claims.insert("fea".to_owned(), features.join(",").into());
        }
        if self.organization.is_none() {
            return;
        }
        if self.is_version_1 {
            claims.insert("org_id".to_owned(), organization.id.into());
            claims.insert("org_slug".to_owned(), organization.slug.into());
            claims.insert("org_role".to_owned(), organization.role.into());
            claims.insert(
                "org_permissions".to_owned(),
                organization.permissions.into(),
            );
            return;
        }
        let role = organization.role.as_deref().unwrap_or_default();
        let mut o = json!({
            "id": organization.id,
            "rol": role.strip_prefix("org:").unwrap_or(role),
        });
        if let Some(slug) = organization.slug {
            o["slg"] = slug.into();
        }
        if !packed.features.is_empty() {
            o["per"] = packed.names().into();
            o["fpm"] = packed.masks(without_permissions).into();
        }
        claims.insert("o".to_owned(), o);
    }

    fn in_organization(&mut self) -> &mut TestOrganization {
        self.organization.get_or_insert_with(|| TestOrganization {
            id: "org_test".to_owned(),
            ..TestOrganization::default()
        })
    }

    /// Adds to a claim that is a list in a single text.
    fn with_more(
        self,
        claim: &str,
        separator: &str,
        more: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let present = self.claims.get(claim).and_then(Value::as_str);
        let present = present.filter(|list| !list.is_empty()).map(str::to_owned);
        let more = more.into_iter().map(Into::into);
        let all: Vec<String> = present.into_iter().chain(more).collect();
        self.with(claim, all.join(separator))
    }

    fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(claim.to_owned(), value.into());
        self
    }
}

const MINUTE: Duration = Duration::from_secs(60);

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn apply(object: &mut Map<String, Value>, changes: &[(String, Option<Value>)]) {
    for (name, value) in changes {
        match value {
            Some(value) => object.insert(name.clone(), value.clone()),
            None => object.remove(name),
        };
    }
}
