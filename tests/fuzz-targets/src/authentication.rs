//! Request authentication on any input, with a Clerk in memory that says what the input says.

use std::future::Future;
use std::sync::{Arc, LazyLock};

use clerk_auth::backend::{Backend, BackendFuture, NonceError, PublicKey, Refresh, RefreshError};
use clerk_auth::{
    Accepts, Authenticator, AuthenticatorBuilder, Clock, MachineToken, MachineTokenError,
    MachineTokenKind, RequestState, Secret, Status, TokenError, TokenVerifier,
};
use http::header::{AUTHORIZATION, COOKIE, HOST};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request};
use url::Url;

/// A public key whose private half is gone: nothing that the fuzzer makes is signed by it.
const PUBLIC_KEY: &str = include_str!("public_key.pem");
/// Of `clerk.fuzz.example`.
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_Y2xlcmsuZnV6ei5leGFtcGxlJA";
/// No outcome may show it.
pub(crate) const SECRET_KEY: &str = "sk_test_0123456789abcdefghijklmnopqrstuvwxyz";
/// Where a handshake may send a browser.
const FRONTEND_API: &str = "clerk.fuzz.example";

/// Any text as a session token: it is refused, and the refusal does not repeat it.
pub fn tokens(bytes: &[u8]) {
    static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
        let builder = TokenVerifier::builder().jwt_key(PUBLIC_KEY);
        builder.build().expect("the key is sound")
    });
    let token = String::from_utf8_lossy(bytes);
    match run(VERIFIER.verify(&token)) {
        Ok(claims) => panic!("an unsigned token was accepted: {claims:?}"),
        Err(error) => {
            let shown = format!("{error} {error:?}");
            let signature = token.rsplit('.').next().unwrap_or_default();
            // A short text may stand in a message by chance.
            assert!(
                signature.len() < 40 || !shown.contains(signature),
                "the error shows the token: {shown}"
            );
        }
    }
}

/// Any text as a publishable key: it is taken or refused with a mend.
pub fn publishable_keys(bytes: &[u8]) {
    let key = String::from_utf8_lossy(bytes);
    let builder = Authenticator::builder()
        .secret_key(SECRET_KEY)
        .jwt_key(PUBLIC_KEY)
        .backend(Arc::new(Memory(Vec::new())))
        .publishable_key(key);
    match builder.build() {
        Ok(authenticator) => conceals(&format!("{authenticator:?}")),
        Err(error) => {
            assert!(error.is_configuration());
            assert!(error.to_string().starts_with("Publishable key"), "{error}");
        }
    }
}

/// Any bytes as a `Cookie` header of a browser that loads a page.
pub fn cookies(bytes: &[u8]) {
    let Ok(cookies) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let mut request = page("https://app.fuzz.example/path?query=1");
    request.headers.insert(COOKIE, cookies);
    answered(&request, browser(), &[]);
}

/// A line of options, a line of method and address, lines of headers, and after an empty line what
/// Clerk answers with: cookies of a handshake or a refresh.
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
    answered(&request, with_options(options), &directives);
}

/// Each letter of the first line switches something on.
fn with_options(options: &str) -> AuthenticatorBuilder {
    let mut builder = browser();
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

fn browser() -> AuthenticatorBuilder {
    Authenticator::builder()
        .secret_key(SECRET_KEY)
        .publishable_key(PUBLISHABLE_KEY)
        .jwt_key(PUBLIC_KEY)
        .clock(Clock::fixed(1_750_000_000_000))
}

fn page(address: &str) -> Parts {
    let mut request = Request::new(());
    *request.uri_mut() = address.parse().expect("the address is sound");
    let (mut parts, ()) = request.into_parts();
    parts
        .headers
        .insert("sec-fetch-dest", HeaderValue::from_static("document"));
    parts
}

/// Authenticates the request and checks what must hold for any.
fn answered(request: &Parts, builder: AuthenticatorBuilder, directives: &[&str]) {
    let backend = Memory(directives.iter().map(|line| Secret::from(*line)).collect());
    let Ok(authenticator) = builder.backend(Arc::new(backend)).build() else {
        panic!("the options are sound");
    };
    match run(authenticator.authenticate(request)) {
        Ok(state) => sound(request, &state),
        Err(error) => conceals(&format!("{error} {error:?}")),
    }
}

fn sound(request: &Parts, state: &RequestState) {
    assert_ne!(
        state.status(),
        Status::SignedIn,
        "nobody has signed anything: {state:?}"
    );
    let shown = format!("{state:?}");
    conceals(&shown);
    for name in [AUTHORIZATION, COOKIE] {
        for value in request.headers.get_all(name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            assert!(
                value.len() < 60 || !shown.contains(&*value),
                "a secret is shown: {shown}"
            );
        }
    }
    let Some(location) = state.location() else {
        assert_ne!(
            state.status(),
            Status::Handshake,
            "a handshake leads nowhere"
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

/// The browser comes back to where it was, whatever its address looks like.
fn handshake_is_sound(request: &Parts, location: &Url) {
    let back = location
        .query_pairs()
        .find(|pair| pair.0 == "redirect_url")
        .map(|pair| Url::parse(&pair.1).expect("the way back is absolute"))
        .expect("there is a way back");
    // Where nobody forwards, the `Host` header says where the browser was.
    let stated = request
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    // One that is more than a host and a port is none.
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

fn conceals(shown: &str) {
    assert!(!shown.contains(SECRET_KEY), "a key is shown: {shown}");
}

/// Answers with the cookies of the input, and knows no machine.
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
        Box::pin(async { Err(MachineTokenError::invalid("unknown", Some(404))) })
    }

    fn exchange_handshake_nonce<'a>(
        &'a self,
        _: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, NonceError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn refresh_session<'a>(
        &'a self,
        _: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, RefreshError>> {
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
