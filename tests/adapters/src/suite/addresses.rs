//! The URL of a request is the one that the client requested, however deeply the adapter is nested, without
//! an outer adapter.

use clerk_auth::AuthenticatorBuilder;

use crate::Framework;
use crate::application::ORIGIN;
use crate::clerk::{self, DEVELOPMENT, builder, cookies, key, member, user};
use crate::wire::{Answer, page};

const DEVELOPMENT_SECRET_KEY: &str = "sk_test_of_the_suite";

fn development() -> AuthenticatorBuilder {
    let builder = builder().publishable_key(DEVELOPMENT);
    builder.secret_key(DEVELOPMENT_SECRET_KEY)
}

/// Each path of the nested application, and the response to a browser that requests it with a query and
/// cookies.
async fn ask<F: Framework>(
    builder: AuthenticatorBuilder,
    query: &str,
    cookies: &str,
) -> Vec<(&'static str, Answer)> {
    let authenticator = builder.build().expect("good options");
    let server = F::start_nested(authenticator).await;
    let mut answers = Vec::new();
    for &path in F::NESTED {
        let request = page(&format!("{path}{query}")).cookie(cookies);
        answers.push((path, server.answer(request).await));
    }
    assert!(!answers.is_empty());
    answers
}

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 307, "{}", answer.text());
    answer.header("location").expect("a location")
}

/// Encoded for a query.
fn encoded(text: &str) -> String {
    let text = text.replace('%', "%25").replace(':', "%3A");
    let text = text.replace('/', "%2F").replace('?', "%3F");
    text.replace('=', "%3D").replace('&', "%26")
}

pub async fn a_handshake_returns_to_the_requested_url<F: Framework>() {
    for (path, answer) in ask::<F>(builder(), "?y=1&z=%2F", "__client_uat=1").await {
        let back = encoded(&format!("{ORIGIN}{path}?y=1&z=%2F"));
        let expected = format!("?redirect_url={back}&");
        let location = location(&answer);
        assert!(location.contains(&expected), "{path}: {location}");
    }
}

pub async fn in_development_the_requested_url_is_cleaned<F: Framework>() {
    let brought = key().handshake_token([format!("__session={}", member().mint())]);
    let query = format!("?a=b&__clerk_handshake={}", brought.mint());
    for (path, answer) in ask::<F>(development(), &query, "__client_uat=1").await {
        assert_eq!(location(&answer), format!("{ORIGIN}{path}?a=b"));
    }
}

pub async fn organizations_are_read_from_the_requested_url<F: Framework>() {
    let patterns = F::NESTED
        .iter()
        .map(|path| path.replace("acme", ":slug"))
        .collect::<Vec<_>>();
    let builder = builder().organization_patterns(patterns);
    for (path, answer) in ask::<F>(builder, "", &cookies(&user().mint())).await {
        let location = location(&answer);
        let reason = answer.header("x-clerk-auth-reason");
        assert_eq!(reason, Some("active-organization-mismatch"), "{path}");
        assert!(location.ends_with("&organization_id=acme"), "{location}");
    }
    // And not from the path that a router leaves.
    let builder = clerk::builder().organization_patterns(["/orgs/:slug", "/x/orgs/:slug"]);
    for (path, answer) in ask::<F>(builder, "", &cookies(&user().mint())).await {
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

pub async fn a_satellite_returns_to_the_requested_url<F: Framework>() {
    let satellite = development()
        .satellite(true)
        .domain("app.example.com")
        .satellite_auto_sync(true)
        .sign_in_url("https://primary.example.com/sign-in");
    for (path, answer) in ask::<F>(satellite, "?y=1", "").await {
        let back = encoded(&format!("{ORIGIN}{path}?y=1"));
        let start = "https://primary.example.com/sign-in?__clerk_redirect_url=";
        assert_eq!(location(&answer), format!("{start}{back}"));
    }
}
