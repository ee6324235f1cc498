//! Configurations that could only fail later are rejected when they are built.

use std::time::Duration;

use clerk_auth::webhook::WebhookVerifier;
use clerk_auth::{
    Accepts, Authenticator, AuthenticatorBuilder, KeyCacheOptions, TokenType, TokenVerifier,
};

use crate::support::{DEVELOPMENT, DEVELOPMENT_SECRET_KEY, LIVE, SECRET_KEY, Signer};

const MACHINE_KEY: &str = "ak_of_the_machine";

fn refusal(builder: AuthenticatorBuilder) -> String {
    let error = builder.build().expect_err("refused");
    assert!(error.is_configuration());
    error.to_string()
}

/// An authenticator must have the keys for all accepted tokens, also with `accepting`.
#[test]
fn what_can_never_be_verified_is_never_accepted() {
    let pem = || Signer::own().key.public_key_pem();
    let machines = || Authenticator::builder().accepts(TokenType::M2mToken);
    let refused = refusal(machines().machine_secret_key(MACHINE_KEY));
    assert!(
        refused.contains("`jwt_key`") && refused.contains("`secret_key`"),
        "{refused}"
    );
    refusal(machines().machine_secret_key(MACHINE_KEY).jwt_key(" "));
    refusal(machines().machine_secret_key(MACHINE_KEY).secret_key(""));
    refusal(machines().jwt_key(pem()));
    refusal(machines());
    machines().secret_key(SECRET_KEY).build().unwrap();
    let authenticator = machines().machine_secret_key(MACHINE_KEY).jwt_key(pem());
    let authenticator = authenticator.build().unwrap();
    for accepts in [
        TokenType::ApiKey.into(),
        TokenType::SessionToken.into(),
        TokenType::OauthToken.into(),
        Accepts::any(),
        Accepts::one_of([TokenType::M2mToken]),
    ] {
        let error = authenticator.accepting(accepts).expect_err("refused");
        assert!(error.is_configuration(), "{error}");
    }
    authenticator.accepting(TokenType::M2mToken).unwrap();
    for accepts in [
        TokenType::ApiKey,
        TokenType::SessionToken,
        TokenType::OauthToken,
    ] {
        let builder = Authenticator::builder().accepts(accepts);
        let builder = builder
            .publishable_key(LIVE)
            .machine_secret_key(MACHINE_KEY);
        let refused = refusal(builder.jwt_key(pem()));
        assert!(refused.contains("Missing Clerk Secret Key."), "{refused}");
    }
}

#[test]
fn a_client_without_a_secret_key_cannot_serve_sessions() {
    let of_machine = || clerk_api::Clerk::builder().machine_secret_key(MACHINE_KEY);
    let client = || of_machine().build().unwrap();
    let sessions = Authenticator::builder()
        .publishable_key(LIVE)
        .client(client());
    assert!(refusal(sessions).contains("Missing Clerk Secret Key."));
    let machines = || {
        Authenticator::builder()
            .accepts(TokenType::M2mToken)
            .client(client())
    };
    assert!(refusal(machines()).contains("`jwt_key`"));
    let pem = Signer::own().key.public_key_pem();
    machines().jwt_key(pem).build().unwrap();
    // Its environment counts as well.
    let client = clerk_api::Clerk::new(DEVELOPMENT_SECRET_KEY).unwrap();
    let mixed = Authenticator::builder()
        .publishable_key(LIVE)
        .client(client);
    assert!(refusal(mixed).contains("the same instance"));
}

#[test]
fn keys_of_two_environments_are_refused() {
    let builder = |secret: &str, publishable: &str| {
        let builder = Authenticator::builder().secret_key(secret.to_owned());
        builder.publishable_key(publishable.to_owned())
    };
    for (secret, publishable) in [
        (SECRET_KEY, DEVELOPMENT),
        (DEVELOPMENT_SECRET_KEY, LIVE),
        ("live_old", DEVELOPMENT),
        ("test_old", LIVE),
    ] {
        let refused = refusal(builder(secret, publishable));
        assert!(refused.contains("the same instance"), "{refused}");
        for named in ["a production instance", "a development instance"] {
            assert!(refused.contains(named), "{refused}");
        }
    }
    for (secret, publishable) in [
        (SECRET_KEY, LIVE),
        (DEVELOPMENT_SECRET_KEY, DEVELOPMENT),
        ("live_old", LIVE),
        ("test_old", DEVELOPMENT),
    ] {
        builder(secret, publishable).build().unwrap();
    }
    // Nothing is compared without browsers.
    let keys = builder(SECRET_KEY, DEVELOPMENT).accepts(TokenType::ApiKey);
    keys.build().unwrap();
}

#[test]
fn a_verifier_is_as_strict() {
    let pem = Signer::own().key.public_key_pem();
    let verifier = || TokenVerifier::builder().jwt_key(pem);
    for (name, builder) in [
        ("secret_key", verifier().secret_key("\"sk_live_abc\"")),
        (
            "secret_key",
            TokenVerifier::builder().secret_key("whsec_abc"),
        ),
        ("secret_key", TokenVerifier::builder().secret_key("")),
        ("jwt_key", TokenVerifier::builder()),
        ("jwt_key", TokenVerifier::builder().jwt_key(SECRET_KEY)),
        (
            "jwt_key",
            TokenVerifier::builder().jwt_key("{\"kty\":\"RSA\"}"),
        ),
        (
            "jwt_key",
            TokenVerifier::builder()
                .jwt_key("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
        ),
        ("authorized_parties", verifier().authorized_parties([""])),
        (
            "authorized_parties",
            verifier().authorized_parties(["https://app.example.com/"]),
        ),
        ("issuers", verifier().issuers(["clerk.example.com"])),
        ("audience", verifier().audience(["api", ""])),
        ("audience", verifier().audience([" "])),
        (
            "clock_skew",
            verifier().clock_skew(Duration::from_secs(5000)),
        ),
        ("clock_skew", verifier().clock_skew(Duration::MAX)),
        (
            "ttl",
            verifier().key_cache(KeyCacheOptions::new().ttl(Duration::ZERO)),
        ),
        (
            "timeout",
            verifier().key_cache(KeyCacheOptions::new().timeout(Duration::ZERO)),
        ),
        (
            "cool_down",
            verifier().key_cache(KeyCacheOptions::new().cool_down(Duration::MAX)),
        ),
    ] {
        let error = builder.build().expect_err(name);
        assert!(error.is_configuration());
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    }
    let longest = Duration::from_secs(3600);
    verifier().clock_skew(longest).build().unwrap();
    verifier().clock_skew(Duration::ZERO).build().unwrap();
}

#[test]
fn the_error_for_an_origin_shows_how_browsers_send_it() {
    let authenticator = || Signer::own().authenticator();
    for (written, right) in [
        ("https://app.example.com/", "https://app.example.com"),
        ("https://app.example.com/a?b#c", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("http://app.example.com:80", "http://app.example.com"),
        ("https://APP.example.com", "https://app.example.com"),
        ("app.example.com", "https://app.example.com"),
        ("app.example.com:8443", "https://app.example.com:8443"),
        ("https://müller.example", "https://xn--mller-kva.example"),
    ] {
        let right = format!("write {right}");
        for builder in [
            authenticator().authorized_parties([written]),
            authenticator().public_origin(written),
        ] {
            let refused = refusal(builder);
            assert!(refused.ends_with(&right), "{refused}");
        }
    }
    let issuer = refusal(authenticator().issuers(["https://clerk.example.com/"]));
    assert!(
        issuer.ends_with("write https://clerk.example.com"),
        "{issuer}"
    );
}

#[test]
fn a_list_in_one_text_is_not_a_host() {
    let authenticator = || Signer::own().authenticator();
    for host in [
        "a.example,b.example",
        "a.example;b.example",
        "${host}",
        "(a.example)",
        "a.example=b",
    ] {
        let origin = format!("https://{host}");
        for builder in [
            authenticator().authorized_parties([&origin]),
            authenticator().issuers([&origin]),
            authenticator().public_origin(&origin),
            authenticator().proxy_url(format!("{origin}/__clerk")),
            authenticator().sign_in_url(format!("{origin}/sign-in")),
            authenticator().satellite(true).domain(host),
        ] {
            let refused = refusal(builder);
            assert!(
                refused.contains("takes") || refused.contains("lists"),
                "{refused}"
            );
            assert!(!refused.contains("write "), "{refused}");
        }
    }
}

#[test]
fn a_satellite_signs_in_elsewhere() {
    let satellite = || {
        let builder = Signer::own().authenticator().satellite(true);
        builder
            .domain("satellite.example")
            .public_origin("https://satellite.example")
    };
    for (url, wrong) in [
        ("/sign-in", "absolute"),
        ("https://satellite.example/sign-in", "different origin"),
        ("https://user:password@app.example.com/", "`sign_in_url`"),
        ("https://app.example.com:0/sign-in", "`sign_in_url`"),
        ("ftp://app.example.com/sign-in", "`sign_in_url`"),
        ("//app.example.com/sign-in", "`sign_in_url`"),
        ("sign-in", "`sign_in_url`"),
    ] {
        let refused = refusal(satellite().sign_in_url(url));
        assert!(refused.contains(wrong), "{url}: {refused}");
    }
    // On a laptop, both have a port.
    let local = || {
        let builder = Signer::own().development().satellite(true);
        builder.domain("localhost:3001")
    };
    let refused = refusal(local().sign_in_url("http://localhost:3001/sign-in"));
    assert!(refused.contains("different origin"), "{refused}");
    let primary = local().sign_in_url("http://localhost:3000/sign-in");
    primary.build().unwrap();
    let elsewhere = satellite().sign_in_url("https://app.example.com/sign-in?x=y");
    elsewhere.build().unwrap();
}

#[test]
fn api_urls_are_validated_when_built() {
    for address in [
        "http://api.example.com",
        "https://api.clerk.com:0",
        "https://api.clerk.com:",
        "https://user:password@api.clerk.com",
        "https://api.clerk.com?x=1",
        "api.clerk.com",
        "\u{feff}https://api.clerk.com",
        "\"https://api.clerk.com\"",
    ] {
        let refused = refusal(Signer::own().authenticator().api_url(address));
        assert!(refused.contains("URL"), "{address}: {refused}");
    }
}

#[test]
fn other_keys_are_rejected_as_webhook_secrets() {
    for (secret, seen) in [
        ("sk_live_CANARY", "secret key"),
        ("pk_live_CANARY", "publishable key"),
        ("ak_CANARY", "machine"),
        ("\"whsec_YSBzaWduaW5nIHNlY3JldA==\"", "quotes"),
        ("whsec_", "cut off"),
        ("whsec_YSBzaWduaW5nIHNlY3JldA", "base64"),
        ("whsec_YSBzaWdu\u{200b}aW5nIHNlY3JldA==", "U+200B"),
        ("https://app.example.com/webhooks", "URL"),
        ("", "Missing webhook signing secret."),
    ] {
        let error = WebhookVerifier::new(secret).expect_err(secret);
        assert!(error.is_configuration());
        let error = error.to_string();
        assert!(error.contains(seen), "{secret}: {error}");
        assert!(
            error.contains("Clerk Dashboard") && !error.contains("CANARY"),
            "{error}"
        );
    }
    for secret in ["whsec_YSBzaWduaW5nIHNlY3JldA==", "YSBzaWduaW5nIHNlY3JldA=="] {
        WebhookVerifier::new(secret).unwrap();
    }
}

/// Mistakes of a first configuration, with the fix that each message must contain.
#[test]
fn messages_contain_the_fix() {
    let builder = || {
        Authenticator::builder()
            .secret_key(SECRET_KEY)
            .publishable_key(LIVE)
    };
    let pem = Signer::own().key.public_key_pem();
    let parties = |party: &str| builder().authorized_parties([party]);
    let origin = |origin: &str| builder().public_origin(origin);
    for (builder, expected) in [
        (Authenticator::builder(), "CLERK_PUBLISHABLE_KEY"),
        (
            Authenticator::builder().publishable_key(LIVE),
            "CLERK_SECRET_KEY",
        ),
        (parties("localhost:3000"), "write http://localhost:3000"),
        (parties("127.0.0.1:3000"), "write http://127.0.0.1:3000"),
        (parties("app.example.com"), "write https://app.example.com"),
        (
            parties("https://a.example,https://b.example"),
            "a value of `authorized_parties` contains a comma",
        ),
        (origin("localhost:3000"), "write http://localhost:3000"),
        (origin("a.example, b.example"), "`public_origin` contains "),
        (origin("https://*.example.com"), "wildcard"),
        (
            builder().jwt_key(format!("\"{pem}\"")),
            "`jwt_key` (CLERK_JWT_KEY) is invalid: it is in quotes; remove them",
        ),
        (
            builder().api_url("api.clerk.com"),
            "`api_url` (CLERK_API_URL) is not a URL",
        ),
        (
            builder().api_url("http://api.clerk.com"),
            "`api_url` (CLERK_API_URL) uses HTTP without TLS",
        ),
    ] {
        let refused = refusal(builder);
        assert!(refused.contains(expected), "{refused}");
    }
    assert!(refusal(origin("app.example.com")).starts_with("`public_origin` "));
}
