//! The API as an authenticator that is built from keys calls it: with a client per runtime.
//!
//! An idle connection belongs to the runtime that opened it. Used from another runtime, a request would wait
//! for as long as the first one stalls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clerk_api::types::Secret;
use clerk_api::{Clerk, RetryPolicy};
use tokio::runtime::{Handle, Id};

use super::clerk::keys;
use super::{Backend, BackendError, BackendFuture, PublicKey, Refresh};
use crate::error::Error;
use crate::machine::{MachineToken, MachineTokenError, MachineTokenKind};
use crate::reason::Reason;
use crate::token::TokenError;

pub(crate) struct Api {
    settings: Settings,
    clients: Mutex<Clients>,
}

/// The client of each runtime. The first client is created before any runtime is known, and goes to the first
/// one that calls.
struct Clients(Vec<(Option<Id>, Clerk)>);

/// The settings of clients.
struct Settings {
    secret_key: Option<Secret>,
    machine_secret_key: Option<Secret>,
    /// The base URL.
    address: String,
}

/// Requests wait for these calls, so they are short: at most two attempts of four seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(4);
const CALL_TIMEOUT: Duration = Duration::from_secs(9);
const ATTEMPTS: u32 = 2;
/// Responses to these calls have a few KiB.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Servers have at most one runtime per core. Beyond this number, the oldest client is dropped.
const MOST_CLIENTS: usize = 256;

impl Api {
    pub(crate) fn new(
        secret_key: Option<&Secret>,
        machine_secret_key: Option<&Secret>,
        api_url: Option<&str>,
    ) -> Result<Self, Error> {
        let filled = |key: &&Secret| !key.expose().is_empty();
        let settings = Settings {
            secret_key: secret_key.filter(filled).cloned(),
            machine_secret_key: machine_secret_key.filter(filled).cloned(),
            address: match api_url.filter(|url| !url.is_empty()) {
                Some(url) => format!("{}/v1", url.trim_end_matches('/').trim_end_matches("/v1")),
                None => clerk_api::BASE_URL.to_owned(),
            },
        };
        let first = settings.client()?;
        Ok(Self {
            settings,
            clients: Mutex::new(Clients(vec![(None, first)])),
        })
    }

    /// The client of this runtime.
    fn client(&self) -> Result<Clerk, Error> {
        let here = Handle::try_current().ok().map(|runtime| runtime.id());
        if let Some(client) = self.clients().of(here) {
            return Ok(client);
        }
        // Outside the lock, because creating a client reads certificates.
        let client = self.settings.client()?;
        Ok(self.clients().keep(here, client))
    }

    fn clients(&self) -> MutexGuard<'_, Clients> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clients {
    fn of(&mut self, here: Option<Id>) -> Option<Clerk> {
        let mut all = self.0.iter_mut();
        let own = all.find(|(id, _)| id.is_none() || *id == here)?;
        own.0 = here;
        Some(own.1.clone())
    }

    /// Stores a client, unless the runtime has one in the meantime.
    fn keep(&mut self, here: Option<Id>, client: Clerk) -> Clerk {
        if let Some(own) = self.of(here) {
            return own;
        }
        if self.0.len() >= MOST_CLIENTS {
            self.0.remove(0);
        }
        self.0.push((here, client.clone()));
        client
    }
}

impl Settings {
    fn client(&self) -> Result<Clerk, Error> {
        let mut builder = Clerk::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .attempt_timeout(ATTEMPT_TIMEOUT)
            .call_timeout(CALL_TIMEOUT)
            .retry(RetryPolicy::default().max_attempts(ATTEMPTS))
            .max_response_bytes(MOST_BYTES)
            .user_agent_suffix(concat!("clerk-auth/", env!("CARGO_PKG_VERSION")))
            .base_url(self.address.clone());
        if let Some(key) = &self.secret_key {
            builder = builder.secret_key(key);
        }
        if let Some(key) = &self.machine_secret_key {
            builder = builder.machine_secret_key(key);
        }
        builder
            .build()
            .map_err(|error| Error::configuration(message(&error)).caused_by(error))
    }
}

/// The client has another name for the option.
fn message(error: &clerk_api::Error) -> String {
    let message = error.to_string();
    match message.strip_prefix("the base URL ") {
        Some(fault) => format!("`api_url` (CLERK_API_URL) {fault}"),
        None => message,
    }
}

impl Backend for Api {
    fn keys(&self) -> BackendFuture<'_, Result<Vec<PublicKey>, TokenError>> {
        Box::pin(async {
            let client = self.client().map_err(|error| {
                TokenError::new(Reason::JWK_REMOTE_FAILED_TO_LOAD, error.to_string())
                    .caused_by(error)
            })?;
            keys(&client, &self.settings.address).await
        })
    }

    fn verify_machine_token<'a>(
        &'a self,
        kind: MachineTokenKind,
        token: &'a Secret,
    ) -> BackendFuture<'a, Result<MachineToken, MachineTokenError>> {
        Box::pin(async move {
            let client = self.client().map_err(|error| {
                MachineTokenError::unexpected(error.to_string(), None).caused_by(error)
            })?;
            client.verify_machine_token(kind, token).await
        })
    }

    fn exchange_handshake_nonce<'a>(
        &'a self,
        nonce: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async move {
            let client = self
                .client()
                .map_err(|error| BackendError::failed(error.to_string()).caused_by(error))?;
            client.exchange_handshake_nonce(nonce).await
        })
    }

    fn refresh_session<'a>(
        &'a self,
        refresh: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async move {
            let client = self
                .client()
                .map_err(|error| BackendError::failed(error.to_string()).caused_by(error))?;
            client.refresh_session(refresh).await
        })
    }
}
