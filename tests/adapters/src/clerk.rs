//! Tokens, and a fake Clerk on loopback that accepts them.

use clerk_auth::testing::{TestKey, TestToken};
use clerk_auth::{Accepts, Authenticator, AuthenticatorBuilder};
use serde_json::json;
use test_support::{Reply, Server};

use crate::application::{Application, ORIGIN};
use crate::{Framework, Running};

/// The publishable key of a development instance, `clerk.example.com`.
pub const DEVELOPMENT: &str = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k";
pub const DEVELOPMENT_SECRET_KEY: &str = "sk_test_CANARY_secret_key";
/// An API key, as a client sends it.
pub const API_KEY: &str = "ak_CANARY_api_key";
/// The key of the service.
pub const SECRET_KEY: &str = "sk_live_CANARY_secret_key";

const LIVE: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";

/// The key of the instance.
pub fn key() -> &'static TestKey {
    TestKey::shared()
}

/// A session of a user without an organization.
pub fn user() -> TestToken<'static> {
    key().session_token("user_1")
}

/// A session of a user in an organization.
pub fn member() -> TestToken<'static> {
    user().organization("org_1").role("org:member")
}

/// A session of a user who may do everything.
pub fn admin() -> TestToken<'static> {
    let admin = user().organization("org_1").role("org:admin");
    admin
        .permissions(["org:invoices:delete"])
        .claim("team", "red")
}

/// The cookies of a signed-in browser.
pub fn cookies(token: &str) -> String {
    format!("__session={token}; __client_uat=1")
}

/// The options of a production instance with a configured key.
pub fn builder() -> AuthenticatorBuilder {
    without_origin().public_origin(ORIGIN)
}

/// The same, for a server that browsers reach at the URL that it sees.
pub fn without_origin() -> AuthenticatorBuilder {
    Authenticator::builder()
        .publishable_key(LIVE)
        .secret_key(SECRET_KEY)
        .jwt_key(key().public_key_pem())
}

/// An authenticator with those options.
pub fn authenticator() -> Authenticator {
    builder().build().expect("good options")
}

/// The options of an authenticator that calls Clerk, also for keys, and accepts any kind of token.
pub fn asking(clerk: &Server) -> AuthenticatorBuilder {
    Authenticator::builder()
        .publishable_key(LIVE)
        .secret_key(SECRET_KEY)
        .public_origin(ORIGIN)
        .api_url(clerk.url())
        .accepts(Accepts::any())
}

/// Clerk's response for an API key of `user_7`, with one member changed.
pub fn api_key(scopes: &[&str], member: &str, value: bool) -> Reply {
    let mut answer = json!({
        "object": "api_key", "id": "ak_1", "subject": "user_7", "type": "api_key", "name": "a key",
        "scopes": scopes, "claims": null, "revoked": false, "revocation_reason": null,
        "expired": false, "expiration": null, "created_by": null, "last_used_at": null,
        "description": null, "created_at": 1, "updated_at": 1,
    });
    answer[member] = value.into();
    Reply::json(200, answer)
}

/// The application of a framework, with an authenticator.
pub async fn serve<F: Framework>(authenticator: Authenticator) -> Running {
    F::start(Application {
        authenticator,
        respond: None,
    })
    .await
}
