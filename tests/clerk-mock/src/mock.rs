//! The handle of a mock, and its builder.

use std::fmt;
use std::io;
use std::sync::Arc;

use clerk_api::types::Secret;
use clerk_api::{Clerk, ClerkBuilder, Error};
use serde_json::Value;

use crate::check::Keys;
use crate::clock::Clock;
use crate::faults::{Fault, When};
use crate::instances::Mode;
use crate::recorded::RecordedRequest;
use crate::server::Server;
use crate::shared::{Settings, Shared};
use crate::tokens::{Overrides, SessionToken};

/// The default key of clients of a mock.
const SECRET_KEY: &str = "sk_test_clerk_mock";
const FRONTEND_API: &str = "mock.clerk.accounts.dev";

/// A fake Clerk on loopback, which runs until it is dropped.
///
/// ```
/// use clerk_mock::ClerkMock;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), clerk_api::Error> {
/// let mock = ClerkMock::start().await;
/// let clerk = mock.client();
/// let user = clerk.users().create().email_address(["ada@example.com"]).send().await?;
/// assert_eq!(clerk.users().get(&user.id).send().await?, user);
/// # Ok(()) }
/// ```
#[doc(alias = "mock server")]
#[doc(alias = "test server")]
#[doc(alias = "fake")]
#[doc(alias = "stub")]
#[doc(alias = "emulator")]
#[doc(alias = "simulator")]
#[doc(alias = "wiremock")]
#[doc(alias = "httpmock")]
#[doc(alias = "mockito")]
#[doc(alias = "MockServer")]
pub struct ClerkMock {
    shared: Arc<Shared>,
    server: Server,
}

impl ClerkMock {
    /// Starts a mock with the defaults, on a free port.
    ///
    /// # Panics
    ///
    /// If the system has no free socket or thread. [`ClerkMockBuilder::start`] returns this as an error.
    pub async fn start() -> Self {
        Self::start_blocking()
    }

    /// [`start`](Self::start) without async. The mock runs on a thread of its own and needs no runtime.
    ///
    /// # Panics
    ///
    /// If the system has no free socket or thread. [`ClerkMockBuilder::start_blocking`] returns this as an
    /// error.
    pub fn start_blocking() -> Self {
        match Self::builder().start_blocking() {
            Ok(mock) => mock,
            Err(error) => panic!("cannot start clerk-mock: {error}"),
        }
    }

    /// Returns a builder, to change the defaults.
    ///
    /// ```
    /// use clerk_mock::ClerkMock;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mock = ClerkMock::builder().secret_key("sk_test_only").seed(7).start().await?;
    /// assert_eq!(mock.secret_key(), "sk_test_only");
    /// # Ok(()) }
    /// ```
    pub fn builder() -> ClerkMockBuilder {
        ClerkMockBuilder {
            port: 0,
            seed: 0,
            secret_key: None,
            clock: Clock::system(),
            mode: Mode::Varied,
            unknown_ids: UnknownIds::NotFound,
            has_rules: true,
            frontend_api: FRONTEND_API.to_owned(),
        }
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/v1`.
    #[doc(alias = "uri")]
    #[doc(alias = "endpoint")]
    pub fn base_url(&self) -> String {
        format!("{}{}", self.origin(), self.shared.base_path())
    }

    /// The base URL without the version: `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// A secret key that the mock accepts. Its clients have it.
    pub fn secret_key(&self) -> &str {
        self.shared
            .settings
            .keys
            .secret_key
            .as_deref()
            .unwrap_or(SECRET_KEY)
    }

    /// The publishable key of the instance. It contains the frontend API that issues the tokens, which the mock
    /// does not serve.
    pub fn publishable_key(&self) -> String {
        self.shared.publishable_key()
    }

    /// The issuer (`iss`) of session tokens.
    pub fn issuer(&self) -> &str {
        self.shared.signer.issuer()
    }

    /// The public key of session tokens as PEM, for verification without network.
    pub fn public_key_pem(&self) -> &str {
        self.shared.signer.public_key_pem()
    }

    /// The public key of session tokens as a JSON Web Key Set, which `GET /jwks` returns.
    pub fn jwks(&self) -> Value {
        self.shared.signer.jwks()
    }

    /// The clock of this mock, to advance its time.
    pub fn clock(&self) -> &Clock {
        &self.shared.settings.clock
    }

    /// Returns a client that calls this mock.
    ///
    /// # Panics
    ///
    /// If the HTTP client cannot be set up.
    pub fn client(&self) -> Clerk {
        ready(self.client_builder().build())
    }

    /// [`client`](Self::client) without async.
    ///
    /// # Panics
    ///
    /// If the HTTP client or its thread cannot be set up.
    #[cfg(feature = "blocking")]
    pub fn blocking_client(&self) -> clerk_api::blocking::Clerk {
        ready(self.client_builder().build_blocking())
    }

    /// Returns a builder for a client that calls this mock, for example to change its timeouts or retries.
    pub fn client_builder(&self) -> ClerkBuilder {
        Clerk::builder()
            .base_url(self.base_url())
            .secret_key(self.secret_key())
    }

    /// Creates a session token of a user, signed with the key of this mock.
    ///
    /// It is valid for one minute, and belongs to the newest active session of the user, or to a new one.
    #[doc(alias = "testing token")]
    #[doc(alias = "jwt")]
    #[doc(alias = "sign")]
    #[doc(alias("mint session token", "session token", "test token"))]
    pub fn mint_session_token(&self, user_id: impl Into<String>) -> String {
        self.session_token(user_id).mint()
    }

    /// Returns a builder for a session token, to set its organization, permissions or other claims.
    ///
    /// ```
    /// # use clerk_mock::ClerkMock;
    /// # let mock = ClerkMock::start_blocking();
    /// let token = mock
    ///     .session_token("user_2abc")
    ///     .authorized_party("https://app.example.com")
    ///     .claim("plan", "pro")
    ///     .mint();
    /// ```
    pub fn session_token(&self, user_id: impl Into<String>) -> SessionToken<'_> {
        SessionToken::new(self, user_id.into())
    }

    pub(crate) fn mint(&self, user_id: &str, overrides: &Overrides) -> String {
        self.shared.mint(user_id, overrides)
    }

    /// Makes the next request fail. Each further call makes one more request fail.
    ///
    /// ```
    /// use clerk_mock::{ClerkMock, Fault, StatusCode};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mock = ClerkMock::start().await;
    /// mock.fail_next(Fault::Status(StatusCode::FORBIDDEN));
    /// let error = mock.client().users().list().send().await.unwrap_err();
    /// assert!(error.is_forbidden());
    /// # }
    /// ```
    #[doc(alias("fail next", "inject fault", "simulate error"))]
    pub fn fail_next(&self, fault: Fault) {
        self.fault(When::any().times(1), fault);
    }

    /// Makes matching requests fail, until [`clear_faults`](Self::clear_faults) or for as many requests as
    /// [`When::times`] sets.
    #[doc(alias = "fault injection")]
    #[doc(alias = "mount")]
    pub fn fault(&self, when: When, fault: Fault) {
        self.shared.faults().add(when, fault);
    }

    /// Removes all faults.
    #[doc(alias = "reset")]
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// The requests that the mock received, oldest first. It keeps the newest 10,000.
    #[doc(alias = "received_requests")]
    #[doc(alias = "recorded")]
    #[doc(alias = "spy")]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests().all()
    }

    /// Removes all recorded [requests](Self::requests).
    #[doc(alias = "reset")]
    pub fn clear_requests(&self) {
        self.shared.requests().clear();
    }
}

impl fmt::Debug for ClerkMock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ClerkMock({})", self.base_url())
    }
}

#[track_caller]
fn ready<T>(client: Result<T, Error>) -> T {
    match client {
        Ok(client) => client,
        Err(error) => panic!("cannot build a client of clerk-mock: {error}"),
    }
}

/// How the mock responds to ids that do not exist, of users, organizations and everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnknownIds {
    /// Returns 404, as Clerk does.
    #[default]
    NotFound,
    /// Makes up an object with that id and keeps it, so that every operation can be called in any order.
    MakeUp,
}

/// A builder for a [`ClerkMock`], from [`ClerkMock::builder`].
#[derive(Clone, Debug)]
#[must_use = "call `start` to start the mock"]
pub struct ClerkMockBuilder {
    port: u16,
    seed: u64,
    secret_key: Option<Secret>,
    clock: Clock,
    mode: Mode,
    unknown_ids: UnknownIds,
    has_rules: bool,
    frontend_api: String,
}

impl ClerkMockBuilder {
    /// Sets the port, on loopback. Default: 0, which is any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the seed of generated values. Default: 0.
    ///
    /// With the same seed, the same requests get the same responses, except for keys and signatures, and for
    /// times unless the [clock](Self::clock) is fixed.
    #[doc(alias = "random")]
    #[doc(alias = "deterministic")]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the only secret key that is accepted. Default: every key of a development instance
    /// (`sk_test_…`).
    pub fn secret_key(mut self, key: impl Into<String>) -> Self {
        self.secret_key = Some(Secret::from(key.into()));
        self
    }

    /// Sets the clock. Default: [`Clock::system`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets how full generated responses are. Default: [`Mode::Varied`].
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the response to ids that do not exist. Default: [`UnknownIds::NotFound`].
    pub fn unknown_ids(mut self, unknown_ids: UnknownIds) -> Self {
        self.unknown_ids = unknown_ids;
        self
    }

    /// Sets whether the rules of Clerk that its schemas do not express are enforced, such as parameters that
    /// exclude or require each other. Default: `true`. Without them, every request that fits the schemas is
    /// accepted.
    pub fn rules(mut self, enforced: bool) -> Self {
        self.has_rules = enforced;
        self
    }

    /// Sets the host of the frontend API, which issues the tokens and is in the publishable key. Default:
    /// `mock.clerk.accounts.dev`.
    pub fn frontend_api(mut self, host: impl Into<String>) -> Self {
        self.frontend_api = host.into();
        self
    }

    /// Starts the mock.
    ///
    /// # Errors
    ///
    /// If the mock cannot listen on the port, or if its thread cannot be created.
    pub async fn start(self) -> io::Result<ClerkMock> {
        self.start_blocking()
    }

    /// [`start`](Self::start) without async.
    ///
    /// # Errors
    ///
    /// If the mock cannot listen on the port, or if its thread cannot be created.
    pub fn start_blocking(self) -> io::Result<ClerkMock> {
        let shared = Arc::new(Shared::new(Settings {
            seed: self.seed,
            keys: Keys {
                secret_key: self.secret_key.map(|key| key.expose().to_owned()),
            },
            clock: self.clock,
            mode: self.mode,
            unknown_ids: self.unknown_ids,
            has_rules: self.has_rules,
            frontend_api: self.frontend_api,
        }));
        let server = Server::start(self.port, shared.clone())?;
        Ok(ClerkMock { shared, server })
    }
}
