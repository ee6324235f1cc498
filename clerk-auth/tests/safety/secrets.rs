//! Canaries in all secrets: they may go to Clerk, to the handler and to the browser that they belong to, and
//! nowhere else.

use std::fmt::{Debug, Write as _};

use clerk_auth::testing::TestKey;
use clerk_auth::webhook::WebhookVerifier;
use clerk_auth::{
    Accepts, Auth, Authenticator, AuthenticatorBuilder, Clock, RequestState, Secret, TokenVerifier,
};
use http::HeaderMap;
use serde_json::json;
use test_support::{Log, Recorded, Reply, Server};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::{DEVELOPMENT, LIVE, Signer, page, with_token};

const SECRET_KEY: &str = "sk_live_CANARY_secret_key";
const DEVELOPMENT_SECRET_KEY: &str = "sk_test_CANARY_secret_key";
const MACHINE_KEY: &str = "ak_CANARY_machine_key";
/// `CANARY of the webhook` in base64.
const WEBHOOK_SECRET: &str = "whsec_Q0FOQVJZIG9mIHRoZSB3ZWJob29r";
const OPAQUE: [&str; 3] = ["ak_CANARY_token", "mt_CANARY_token", "oat_CANARY_token"];
const NONCE: &str = "CANARY_nonce";
const DEV_BROWSER: &str = "CANARY_dev_browser";
const REFRESH: &str = "CANARY_refresh";
const CLIENT: &str = "__client=CANARY_client; Path=/";

/// Captures everything that is traced in the process, also by the HTTP client. Only one test per process may
/// call it.
fn traces() -> Log {
    let log = Log::default();
    log.subscriber(LevelFilter::TRACE).init();
    log
}

fn printed(thing: &dyn Debug) -> String {
    format!("{thing:?}\n{thing:#?}\n")
}

fn printed_error(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error}\n{}", printed(&error));
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, "{cause}\n{cause:?}\n");
        next = cause.source();
    }
    text
}

fn printed_state(state: &RequestState) -> String {
    let mut text = printed(state) + state.message();
    text += &printed(&state.reason());
    for (name, value) in state.headers() {
        // These two belong to the browser.
        if name != "location" && name != "set-cookie" {
            let _ = write!(text, "{name}: {value:?}\n{:?}\n", value.to_str());
        }
    }
    match state.auth() {
        Auth::Session(session) => text += &(printed(session) + &printed(session.token())),
        Auth::Machine(machine) => text += &(printed(machine) + &printed(machine.token())),
        other => text += &printed(other),
    }
    text
}

fn is_clean(text: &str, secrets: &[String]) {
    for secret in secrets {
        let place = text.find(secret.as_str()).unwrap_or_default();
        let near: String = text[..place].chars().rev().take(300).collect();
        let near: String = near.chars().rev().collect();
        assert!(
            !text.contains(secret.as_str()),
            "{secret} stands behind: {near}"
        );
    }
}

/// All encodings of the secrets.
fn secrets(tokens: &[String]) -> Vec<String> {
    let mut secrets = vec![
        "CANARY".to_owned(),
        WEBHOOK_SECRET["whsec_".len()..].to_owned(),
    ];
    for token in tokens {
        secrets.push(token.rsplit_once('.').unwrap().1.to_owned());
        secrets.push(token.split('.').nth(1).unwrap().to_owned());
    }
    secrets
}

/// Repeats the whole request in an error.
fn echo(status: u16) -> Server {
    Server::answering(move |request: &Recorded| {
        let said = format!(
            "{} {} {}",
            request.header("authorization").unwrap_or_default(),
            request.query_value("nonce").unwrap_or_default(),
            String::from_utf8_lossy(&request.body),
        );
        let code = if status == 401 {
            "clerk_key_invalid"
        } else {
            "other"
        };
        let error = json!({ "code": code, "message": said, "long_message": said });
        Reply::json(
            status,
            json!({ "errors": [error], "clerk_trace_id": "trace" }),
        )
    })
}

fn builder(url: String) -> AuthenticatorBuilder {
    Authenticator::builder()
        .secret_key(SECRET_KEY)
        .machine_secret_key(MACHINE_KEY)
        .publishable_key(LIVE)
        .api_url(url)
        .accepts(Accepts::any())
}

#[tokio::test]
async fn no_secret_is_printed_or_traced_by_requests() {
    let log = traces();
    let own = Signer::own();
    let session = own.key.session_token("user_1").claim("own", "CANARY_claim");
    let (good, expired) = (session.mint(), session.clone().expired().mint());
    let wrong = session.clone().tampered().mint();
    let handshake = own
        .key
        .handshake_token([format!("__session={good}"), CLIENT.to_owned()])
        .mint();
    let tokens = [
        good.clone(),
        expired.clone(),
        wrong.clone(),
        handshake.clone(),
    ];
    let mut text = String::new();

    let cookies = [
        format!("__session={good}; __client_uat=1"),
        format!("__session={good}; __client_uat=9999999999"),
        format!("__session={wrong}; __client_uat=1"),
        format!("__session={expired}; __client_uat=1; __refresh_naoXFJnI={REFRESH}"),
        format!("__session={expired}; __client_uat=1; __refresh_nx2hSE6I={REFRESH}"),
        format!("__clerk_handshake_nonce={NONCE}; __client_uat=1"),
        format!("__clerk_handshake={handshake}; __client_uat=1"),
        format!("__clerk_db_jwt={DEV_BROWSER}; __client_uat=1"),
    ];
    let requests = cookies.iter().map(|cookies| {
        let cookies = [("cookie", cookies.as_str()), ("host", "app.example.com")];
        page("https://app.example.com/", &cookies)
    });
    let requests = requests
        .chain(tokens.iter().map(|token| with_token(token)))
        .chain(OPAQUE.map(with_token))
        .chain([page(
            &format!("https://app.example.com/?__clerk_db_jwt={DEV_BROWSER}&__clerk_handshake_nonce={NONCE}"),
            &[],
        )]);
    let requests: Vec<_> = requests.collect();

    let answers = json!({ "directives": [format!("__session={good}"), CLIENT], "object": "cookies",
        "cookies": [format!("__session={good}"), CLIENT], "id": "id_1", "subject": "user_1", "scopes": [] });
    let mut servers: Vec<Server> = [400, 401, 403, 404, 422, 500].map(echo).into();
    servers.push(Server::answering(move |_| {
        Reply::json(200, answers.clone())
    }));
    servers.push(Server::answering(|_| Reply::reset()));
    for server in servers {
        for (key, secret) in [(LIVE, SECRET_KEY), (DEVELOPMENT, DEVELOPMENT_SECRET_KEY)] {
            let with_pem = own.key.public_key_pem();
            let builder = builder(server.url()).publishable_key(key);
            let builder = builder.secret_key(secret).token_cache_size(10);
            for builder in [builder.clone().jwt_key(with_pem), builder] {
                text += &printed(&builder);
                let authenticator = builder.build().unwrap();
                text += &printed(&authenticator);
                for request in &requests {
                    match authenticator.authenticate(request).await {
                        Ok(state) => text += &printed_state(&state),
                        Err(error) => text += &printed_error(&error),
                    }
                }
                for token in &tokens {
                    if let Err(error) = authenticator.verify_token(token).await {
                        text += &printed_error(&error);
                    }
                }
            }
        }
    }
    assert!(text.contains("SignedIn") && text.contains("Handshake") && text.contains("[redacted]"));
    is_clean(&text, &secrets(&tokens));
    let traced = log.text();
    for expected in ["TRACE", "DEBUG", "clerk.request", "could not be fetched"] {
        assert!(traced.contains(expected), "{expected} is not written down");
    }
    is_clean(&traced, &secrets(&tokens));
}

#[test]
fn no_secret_is_printed_by_a_rejected_configuration() {
    let key = TestKey::generate();
    let private = "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----";
    let base = || builder("http://127.0.0.1:9".into());
    let mut text = String::new();
    for builder in [
        base().publishable_key(SECRET_KEY),
        base().publishable_key(""),
        base().jwt_key(private),
        base().jwt_key(SECRET_KEY),
        base().secret_key("CANARY\n"),
        base().secret_key("pk_test_CANARY"),
        base().machine_secret_key("CANARY\r\nkey"),
        base().api_url("CANARY-is-no-url"),
        base().api_url("http://user:CANARY@"),
        base().proxy_url("CANARY"),
        base().public_origin("CANARY"),
        base().public_origin("https://user:CANARY@app.example.com"),
        base().proxy_url("https://CANARY@app.example.com"),
        base().sign_in_url("CANARY"),
        base().satellite(true).domain("CANARY"),
        base().authorized_parties([SECRET_KEY]),
        base().authorized_parties(["https://user:CANARY@app.example.com"]),
        base().issuers([SECRET_KEY]),
        base().secret_key("\"sk_live_CANARY\""),
        base().secret_key("whsec_CANARY"),
        base().secret_key(DEVELOPMENT_SECRET_KEY),
        base().machine_secret_key(SECRET_KEY),
        base().publishable_key("CANARY"),
        base().organization_patterns([SECRET_KEY, "/:"]),
    ] {
        text += &printed(&builder);
        match builder.build() {
            Ok(authenticator) => text += &printed(&authenticator),
            Err(error) => text += &printed_error(&error),
        }
    }
    let verifier = TokenVerifier::builder()
        .secret_key(SECRET_KEY)
        .jwt_key(key.public_key_pem());
    text += &printed(&verifier);
    text += &printed(&verifier.build().unwrap());
    text += &(printed(&key) + &printed(&Secret::from(SECRET_KEY)));
    for secret in ["whsec_CANARY*", "CANARY=", "whsec_ CANARY"] {
        text += &printed_error(&WebhookVerifier::new(secret).unwrap_err());
    }
    is_clean(&text, &secrets(&[]));
}

#[test]
fn no_secret_of_a_webhook_is_printed() {
    use aws_lc_rs::hmac;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let verifier = WebhookVerifier::new(WEBHOOK_SECRET)
        .unwrap()
        .clock(Clock::fixed(1_000_000));
    let verifier = verifier.also_accept(WEBHOOK_SECRET).unwrap();
    let mut text = printed(&verifier);
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"CANARY of the webhook");
    let sign = |id: &str, timestamp: &str, body: &str| {
        let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
        STANDARD.encode(tag.as_ref())
    };
    let body =
        json!({ "type": "user.created", "object": "event", "data": { "id": 5 } }).to_string();
    let mut signatures = Vec::new();
    for (timestamp, body) in [
        ("1000", body.as_str()),
        ("1000", "CANARY"),
        ("1", "{}"),
        ("9999", "{}"),
        ("x", "{}"),
    ] {
        let signature = sign("msg_1", timestamp, body);
        for sent in [
            format!("v1,{signature}"),
            format!("v2,{signature}"),
            format!("v1,x{signature}"),
            signature.clone(),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("svix-id", "msg_1"),
                ("svix-timestamp", timestamp),
                ("svix-signature", &sent),
            ] {
                headers.insert(name, value.parse().unwrap());
            }
            match verifier.verify(&headers, body.as_bytes()) {
                Ok(event) => text += &printed(&event.kind),
                Err(error) => text += &printed_error(&error),
            }
        }
        signatures.push(signature);
    }
    assert!(text.contains("No matching signature found") && text.contains("too old"));
    let mut secrets = secrets(&[]);
    secrets.extend(signatures);
    is_clean(&text, &secrets);
}
