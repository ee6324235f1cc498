//! The handle that tests hold.

use std::fmt;
use std::io;
use std::sync::Arc;

use clerk_api::{Clerk, ClerkBuilder, Error};
use serde_json::Value;

use crate::check::Keys;
use crate::clock::Clock;
use crate::faults::{Fault, When};
use crate::instances::Mode;
use crate::recorded::RecordedRequest;
use crate::server::Server;
use crate::shared::{Settings, Shared};
use crate::tokens::{SessionToken, Wishes};

/// The key that the clients of a mock have, unless it was started with another.
const SECRET_KEY: &str = "sk_test_clerk_mock";
const FRONTEND_API: &str = "mock.clerk.accounts.dev";

/// A fake Clerk, reachable on loopback until it is dropped.
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
pub struct ClerkMock {
    shared: Arc<Shared>,
    server: Server,
}

impl ClerkMock {
    /// Starts a mock on a free port.
    ///
    /// # Panics
    ///
    /// If the system has no socket or thread left; [`ClerkMockBuilder::start`] returns the error.
    pub async fn start() -> Self {
        Self::start_blocking()
    }

    /// As [`start`](Self::start), outside of async code. The mock runs on a thread of its own and
    /// needs no runtime.
    ///
    /// # Panics
    ///
    /// If the system has no socket or thread left.
    pub fn start_blocking() -> Self {
        match Self::builder().start_blocking() {
            Ok(mock) => mock,
            Err(error) => panic!("clerk-mock cannot be started: {error}"),
        }
    }

    /// Sets what is different from the defaults.
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

    /// Where it is: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("{}{}", self.origin(), self.shared.base_path())
    }

    /// Where it is without the version: `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// A secret key that it lets in.
    pub fn secret_key(&self) -> &str {
        self.shared
            .settings
            .keys
            .secret_key
            .as_deref()
            .unwrap_or(SECRET_KEY)
    }

    /// The publishable key of the instance that it stands for. It names the frontend API that
    /// issues its tokens, which is not served.
    pub fn publishable_key(&self) -> String {
        self.shared.publishable_key()
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        self.shared.signer.issuer()
    }

    /// The public key of its tokens, for a verifier without network.
    pub fn public_key_pem(&self) -> &str {
        self.shared.signer.public_key_pem()
    }

    /// The public key of its tokens as `GET /jwks` answers it.
    pub fn jwks(&self) -> Value {
        self.shared.signer.jwks()
    }

    /// What time it is for this mock.
    pub fn clock(&self) -> &Clock {
        &self.shared.settings.clock
    }

    /// A client that calls this mock.
    ///
    /// # Panics
    ///
    /// If the HTTP client cannot be set up.
    pub fn client(&self) -> Clerk {
        ready(self.client_builder().build())
    }

    /// As [`client`](Self::client), without async.
    ///
    /// # Panics
    ///
    /// If the HTTP client or its thread cannot be set up.
    #[cfg(feature = "blocking")]
    pub fn blocking_client(&self) -> clerk_api::blocking::Clerk {
        ready(self.client_builder().build_blocking())
    }

    /// A client that is about to be built, to change its timeouts or retries.
    pub fn client_builder(&self) -> ClerkBuilder {
        Clerk::builder()
            .base_url(self.base_url())
            .secret_key(self.secret_key())
    }

    /// A session token of a user, signed with the key of this mock: with a minute to live, for the
    /// user's newest active session, or one that is made for it.
    pub fn mint_session_token(&self, user_id: impl Into<String>) -> String {
        self.session_token(user_id).mint()
    }

    /// As [`mint_session_token`](Self::mint_session_token), to say more about the token.
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

    pub(crate) fn mint(&self, user_id: &str, wishes: &Wishes) -> String {
        self.shared.mint(user_id, wishes)
    }

    /// Lets the next request go wrong. Called again, the one after it.
    pub fn fail_next(&self, fault: Fault) {
        self.fault(When::any().times(1), fault);
    }

    /// Lets some requests go wrong, until [`clear_faults`](Self::clear_faults) or as often as
    /// [`When::times`] says.
    pub fn fault(&self, when: When, fault: Fault) {
        self.shared.faults().add(when, fault);
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// The requests that came in, in order: the newest 10,000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests().all()
    }

    /// Forgets the requests that came in.
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
        Err(error) => panic!("a client of clerk-mock cannot be set up: {error}"),
    }
}

/// What is answered about users, organizations and whatever else is kept, if there is none with the
/// id that a request names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownIds {
    /// 404, as Clerk answers.
    #[default]
    NotFound,
    /// It is made up, with that id, and kept. So every operation can be called in any order.
    MakeUp,
}

/// Sets up a [`ClerkMock`].
#[derive(Clone, Debug)]
#[must_use = "a mock is started by `start`"]
pub struct ClerkMockBuilder {
    port: u16,
    seed: u64,
    secret_key: Option<String>,
    clock: Clock,
    mode: Mode,
    unknown_ids: UnknownIds,
    has_rules: bool,
    frontend_api: String,
}

impl ClerkMockBuilder {
    /// The port, on loopback; any that is free unless set.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What generated values depend on: the same seed and the same requests give the same answers,
    /// but for keys and signatures, and for times unless the [clock](Self::clock) is fixed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The one secret key that is let in. Unless set, every key of a development instance
    /// (`sk_test_…`) is.
    pub fn secret_key(mut self, key: impl Into<String>) -> Self {
        self.secret_key = Some(key.into());
        self
    }

    /// The clock: the system's unless set.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How full generated answers are: [`Mode::Varied`] unless set.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// What is answered about ids that do not exist: [`UnknownIds::NotFound`] unless set.
    pub fn unknown_ids(mut self, answer: UnknownIds) -> Self {
        self.unknown_ids = answer;
        self
    }

    /// Whether requests must also keep the rules of Clerk that its schemas do not express: what can be
    /// combined, what needs something else, how texts look. Default: `true`. Without them, every
    /// request that fits the schemas is accepted.
    pub fn rules(mut self, enforced: bool) -> Self {
        self.has_rules = enforced;
        self
    }

    /// The frontend API that tokens are issued by and that the publishable key names:
    /// `mock.clerk.accounts.dev` unless set.
    pub fn frontend_api(mut self, host: impl Into<String>) -> Self {
        self.frontend_api = host.into();
        self
    }

    /// Starts it. The error is that of the socket or the thread.
    pub async fn start(self) -> io::Result<ClerkMock> {
        self.start_blocking()
    }

    /// As [`start`](Self::start), outside of async code.
    pub fn start_blocking(self) -> io::Result<ClerkMock> {
        let shared = Arc::new(Shared::new(Settings {
            seed: self.seed,
            keys: Keys {
                secret_key: self.secret_key,
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
