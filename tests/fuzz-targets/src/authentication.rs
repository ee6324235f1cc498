//! Request authentication on any input, with an in-memory Clerk whose responses come from the
//! input.

use std::future::Future;
use std::sync::{Arc, LazyLock};

use clerk_auth::backend::{Backend, BackendError, BackendFuture, PublicKey, Refresh};
use clerk_auth::{
    Accepts, Authenticator, AuthenticatorBuilder, Clock, MachineToken, MachineTokenError,
    MachineTokenKind, Reason, RequestState, Secret, Status, TokenError, TokenVerifier,
};
use http::header::{AUTHORIZATION, COOKIE, HOST};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use url::Url;

use crate::canary;

/// A public key whose private key was deleted: nothing that the fuzzer generates is signed by it.
const PUBLIC_KEY: &str = include_str!("public_key.pem");
/// The publishable key for `clerk.fuzz.example`.
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_Y2xlcmsuZnV6ei5leGFtcGxlJA";
/// Where a handshake may redirect a browser.
const FRONTEND_API: &str = "clerk.fuzz.example";

/// Any text as a session token: it is rejected, and the error does not show it.
pub fn tokens(bytes: &[u8]) {
    static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
        let builder = TokenVerifier::builder().jwt_key(PUBLIC_KEY);
        builder.build().expect("the key is valid")
    });
    let token = String::from_utf8_lossy(bytes);
    rejected(&VERIFIER, &token);
    // The same with a secret appended to each part that a message must not repeat.
    let canary = canary::of(bytes);
    for token in [format!("{token}{canary}"), format!("{canary}{token}")] {
        let error = rejected(&VERIFIER, &token);
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains(&canary),
            "the error shows the token: {shown}"
        );
    }
}

fn rejected(verifier: &TokenVerifier, token: &str) -> TokenError {
    let error = match run(verifier.verify(token)) {
        Ok(claims) => panic!("an unsigned token was accepted: {claims:?}"),
        Err(error) => error,
    };
    // The key is local and the signature is wrong, so nothing after it is read.
    let reasons = [
        Reason::TOKEN_INVALID,
        Reason::TOKEN_INVALID_ALGORITHM,
        Reason::TOKEN_INVALID_SIGNATURE,
        Reason::TOKEN_TYPE_MISMATCH,
    ];
    assert!(reasons.contains(error.reason()), "{error}");
    assert!(!error.is_keys_unavailable(), "{error}");
    error
}

/// Any text as a publishable key: it is accepted, or rejected with a fix.
pub fn publishable_keys(bytes: &[u8]) {
    let canary = canary::of(bytes);
    let key = String::from_utf8_lossy(bytes);
    let builder = browser(&canary)
        .backend(Arc::new(Memory(Vec::new())))
        .publishable_key(key);
    match builder.build() {
        Ok(authenticator) => conceals(&format!("{authenticator:?}"), &canary),
        Err(error) => {
            assert!(error.is_configuration());
            assert!(error.to_string().starts_with("Publishable key"), "{error}");
        }
    }
}

/// Any bytes as the `Cookie` header of a browser that loads a page.
pub fn cookies(bytes: &[u8]) {
    let Ok(cookies) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let mut request = page("https://app.fuzz.example/path?query=1");
    request.headers.insert(COOKIE, cookies);
    answered(&request, "", &[], &canary::of(bytes));
}

/// A line of options, a line of method and address, lines of headers, and after an empty line
/// Clerk's response: cookies of a handshake or a refresh.
pub fn requests(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (head, answer) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let options = lines.next().unwrap_or_default();
    let (method, address) = lines
        .next()
        .and_then(|line| line.split_once(' '))
        .unwrap_or(("GET", "/"));
    let Ok(request) = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap_or_default())
        .uri(address)
        .body(())
    else {
        return;
    };
    let (mut request, ()) = request.into_parts();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            request.headers.append(name, value);
        }
    }
    let directives: Vec<&str> = answer.lines().collect();
    answered(&request, options, &directives, &canary::of(bytes));
}

/// Each letter of the first line enables an option.
fn with_options(options: &str, canary: &str) -> AuthenticatorBuilder {
    let mut builder = browser(canary);
    for option in options.chars() {
        builder = match option {
            'f' => builder.trust_forwarded_headers(true),
            'h' => builder.handshakes(false),
            's' => builder
                .satellite(true)
                .satellite_auto_sync(true)
                .domain("satellite.fuzz.example")
                .sign_in_url("https://app.fuzz.example/sign-in"),
            'p' => builder.proxy_url("/__clerk"),
            'o' => builder.organization_patterns(["/orgs/:slug", "/orgs/:id/(.*)"]),
            'm' => builder.personal_account_patterns(["/me", "/me/(.*)"]),
            'a' => builder.accepts(Accepts::any()),
            'l' => builder.publishable_key("pk_live_Y2xlcmsuZnV6ei5leGFtcGxlJA"),
            _ => builder,
        };
    }
    builder
}

/// The canary is part of the secret key.
fn browser(canary: &str) -> AuthenticatorBuilder {
    Authenticator::builder()
        .secret_key(format!("sk_test_{canary}"))
        .publishable_key(PUBLISHABLE_KEY)
        .jwt_key(PUBLIC_KEY)
        .clock(Clock::fixed(1_750_000_000_000))
}

fn page(address: &str) -> Parts {
    let mut request = Request::new(());
    *request.uri_mut() = address.parse().expect("the address is valid");
    let (mut parts, ()) = request.into_parts();
    parts
        .headers
        .insert("sec-fetch-dest", HeaderValue::from_static("document"));
    parts
}

/// Authenticates the request and checks what must hold for any request, then repeats it with the
/// canary in each of its secrets.
fn answered(request: &Parts, options: &str, directives: &[&str], canary: &str) {
    let directives = directives.iter().map(|line| Secret::from(*line)).collect();
    let builder = with_options(options, canary).backend(Arc::new(Memory(directives)));
    let Ok(authenticator) = builder.build() else {
        panic!("the options are valid");
    };
    let mut marked = request.clone();
    mark(&mut marked, canary);
    for request in [request, &marked] {
        match run(authenticator.authenticate(request)) {
            Ok(state) => {
                conceals(&format!("{state:?}"), canary);
                sound(request, &state);
            }
            Err(error) => conceals(&format!("{error} {error:?}"), canary),
        }
    }
}

/// Appends the canary to every token and every cookie of a request.
fn mark(request: &mut Parts, canary: &str) {
    for (name, value) in &mut request.headers {
        if *name != AUTHORIZATION && *name != COOKIE {
            continue;
        }
        let parts = value.as_bytes().split(|byte| *byte == b';');
        let marked: Vec<_> = parts
            .map(|part| [part, canary.as_bytes()].concat())
            .collect();
        *value = HeaderValue::from_bytes(&marked.join(&b';'))
            .expect("letters and digits are valid in a header");
    }
}

fn sound(request: &Parts, state: &RequestState) {
    assert_ne!(
        state.status(),
        Status::SignedIn,
        "an unsigned request is signed in: {state:?}"
    );
    let Some(location) = state.location() else {
        assert_ne!(
            state.status(),
            Status::Handshake,
            "a handshake has no redirect"
        );
        return;
    };
    let location =
        Url::parse(location.to_str().expect("an address is text")).expect("an address is absolute");
    assert!(["http", "https"].contains(&location.scheme()), "{location}");
    if location.path().ends_with("/v1/client/handshake") {
        handshake_is_sound(request, &location);
    }
}

/// The browser returns to where it was, whatever its address looks like.
fn handshake_is_sound(request: &Parts, location: &Url) {
    let back = location
        .query_pairs()
        .find(|pair| pair.0 == "redirect_url")
        .map(|pair| Url::parse(&pair.1).expect("the return URL is absolute"))
        .expect("there is a return URL");
    // Without a proxy, the `Host` header states where the browser was.
    let stated = request
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    // If it is more than a host and a port, it is ignored.
    let stated = stated.filter(|host| !host.contains(['/', '\\', '?', '#', '@']));
    let stated = stated.and_then(|host| Url::parse(&format!("http://{host}/")).ok());
    let mut forwarding = ["x-forwarded-host", "x-forwarded-proto"].iter();
    let forwarded = forwarding.any(|name| request.headers.contains_key(*name));
    if let (false, Some(stated)) = (forwarded, stated) {
        assert_eq!(back.host_str(), stated.host_str(), "{location}");
    }
    let own = location.host_str() == Some(FRONTEND_API) || location.path().contains("__clerk");
    assert!(
        own || location.host_str() == Some("clerk.satellite.fuzz.example"),
        "{location}"
    );
}

fn conceals(shown: &str, canary: &str) {
    assert!(!shown.contains(canary), "a secret is shown: {shown}");
}

/// Returns the cookies of the input, and knows no machine.
struct Memory(Vec<Secret>);

impl Backend for Memory {
    fn keys(&self) -> BackendFuture<'_, Result<Vec<PublicKey>, TokenError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn verify_machine_token<'a>(
        &'a self,
        _: MachineTokenKind,
        _: &'a Secret,
    ) -> BackendFuture<'a, Result<MachineToken, MachineTokenError>> {
        Box::pin(async {
            Err(MachineTokenError::invalid(
                "unknown",
                Some(StatusCode::NOT_FOUND),
            ))
        })
    }

    fn exchange_handshake_nonce<'a>(
        &'a self,
        _: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn refresh_session<'a>(
        &'a self,
        _: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime starts")
    });
    RUNTIME.block_on(future)
}
