//! Warnings about a proxy that the configuration does not account for.

use std::collections::HashMap;

use clerk_auth::{Accepts, Authenticator, AuthenticatorBuilder};
use test_support::Log;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use crate::support::{DEVELOPMENT, DEVELOPMENT_SECRET_KEY, Signer, page, state};

/// A browser that needs a handshake.
const COOKIE: (&str, &str) = ("cookie", "__client_uat=1700000000");
const HOST: (&str, &str) = ("host", "10.0.0.3:8080");
const FORWARDED_PROTO: (&str, &str) = ("x-forwarded-proto", "https");
const FORWARDED_HOST: (&str, &str) = ("x-forwarded-host", "app.example.com");

fn production() -> AuthenticatorBuilder {
    Signer::own().authenticator()
}

/// The return URL of a handshake at `/p`, and the warnings meanwhile.
async fn ask(authenticators: &[Authenticator], headers: &[(&str, &str)]) -> (String, Vec<String>) {
    let log = Log::default();
    let subscriber = tracing::subscriber::set_default(log.subscriber(LevelFilter::WARN));
    let mut back = String::new();
    for authenticator in authenticators {
        let state = state(authenticator, &page("/p", headers)).await;
        let location = state.location().expect("a location").to_str().unwrap();
        let location = Url::parse(location).unwrap();
        let pairs: HashMap<_, _> = location.query_pairs().into_owned().collect();
        back.clone_from(&pairs["redirect_url"]);
    }
    drop(subscriber);
    let log = log.text();
    let lines = log.lines().filter(|line| line.contains(" WARN "));
    (back, lines.map(str::to_owned).collect())
}

/// Clones of one authenticator.
fn clones(builder: AuthenticatorBuilder) -> [Authenticator; 3] {
    let authenticator = builder.build().unwrap();
    let other_kinds = authenticator.accepting(Accepts::any()).unwrap();
    [authenticator.clone(), authenticator, other_kinds]
}

#[tokio::test]
async fn ignored_forwarded_headers_cause_one_warning() {
    for forwarded in [
        &[FORWARDED_PROTO, FORWARDED_HOST][..],
        &[FORWARDED_PROTO],
        &[FORWARDED_HOST],
    ] {
        let headers = [&[HOST, COOKIE], forwarded].concat();
        let authenticators = clones(production());
        let (back, warnings) = ask(&authenticators, &headers).await;
        assert_eq!(back, "http://10.0.0.3:8080/p");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        for option in ["trust_forwarded_headers", "public_origin"] {
            assert!(warnings[0].contains(option), "{warnings:?}");
        }
        let (_, warnings) = ask(&authenticators, &headers).await;
        assert_eq!(warnings, [""; 0]);
        // Another authenticator has another configuration.
        let (_, warnings) = ask(&clones(production()), &headers).await;
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }
}

#[tokio::test]
async fn a_plain_http_return_url_in_production_causes_one_warning() {
    let authenticators = clones(production());
    let (back, warnings) = ask(&authenticators, &[HOST, COOKIE]).await;
    assert_eq!(back, "http://10.0.0.3:8080/p");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for option in ["trust_forwarded_headers", "public_origin"] {
        assert!(warnings[0].contains(option), "{warnings:?}");
    }
    let (_, warnings) = ask(&authenticators, &[HOST, COOKIE]).await;
    assert_eq!(warnings, [""; 0]);
}

#[tokio::test]
async fn each_option_ends_the_warnings() {
    let forwarded = [HOST, COOKIE, FORWARDED_PROTO, FORWARDED_HOST];
    for builder in [
        production().trust_forwarded_headers(true),
        production().public_origin("https://app.example.com"),
    ] {
        let (back, warnings) = ask(&clones(builder), &forwarded).await;
        assert_eq!(back, "https://app.example.com/p");
        assert_eq!(warnings, [""; 0]);
    }
    let configured = production().public_origin("https://app.example.com");
    let (_, warnings) = ask(&clones(configured), &[HOST, COOKIE]).await;
    assert_eq!(warnings, [""; 0]);
    // In development there is no TLS.
    let development = production()
        .publishable_key(DEVELOPMENT)
        .secret_key(DEVELOPMENT_SECRET_KEY);
    let (_, warnings) = ask(&clones(development), &[HOST, COOKIE]).await;
    assert_eq!(warnings, [""; 0]);
}
