//! A backend in memory that counts calls, in total and at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clerk_auth::backend::{Backend, BackendError, BackendFuture, PublicKey, Refresh};
use clerk_auth::{
    MachineToken, MachineTokenError, MachineTokenKind, Secret, StatusCode, TokenError,
};

type Judge = dyn Fn(&str) -> Result<(), MachineTokenError> + Send + Sync;

/// Keys, machine tokens and nonces, accepted by a function of their text.
pub(crate) struct InMemory {
    judge: Box<Judge>,
    delay: Duration,
    calls: AtomicUsize,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl InMemory {
    pub(crate) fn new(
        delay: Duration,
        judge: impl Fn(&str) -> Result<(), MachineTokenError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            judge: Box::new(judge),
            delay,
            calls: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        })
    }

    /// Accepts the tokens that contain `good`.
    pub(crate) fn knowing_good_ones(delay: Duration) -> Arc<Self> {
        Self::new(delay, |token| {
            if token.contains("good") {
                Ok(())
            } else {
                Err(MachineTokenError::invalid(
                    "not found",
                    Some(StatusCode::NOT_FOUND),
                ))
            }
        })
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The maximum number of calls under way at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    async fn judge(&self, token: &str) -> Result<(), MachineTokenError> {
        struct Leaves<'a>(&'a AtomicUsize);
        impl Drop for Leaves<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.calls.fetch_add(1, Ordering::SeqCst);
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        let _leaves = Leaves(&self.under_way);
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(self.delay).await;
        (self.judge)(token)
    }
}

impl Backend for InMemory {
    fn keys(&self) -> BackendFuture<'_, Result<Vec<PublicKey>, TokenError>> {
        Box::pin(std::future::pending())
    }

    fn verify_machine_token<'a>(
        &'a self,
        kind: MachineTokenKind,
        token: &'a Secret,
    ) -> BackendFuture<'a, Result<MachineToken, MachineTokenError>> {
        Box::pin(async move {
            self.judge(token.expose()).await?;
            Ok(MachineToken::new(kind, "id_1", "user_1"))
        })
    }

    fn exchange_handshake_nonce<'a>(
        &'a self,
        nonce: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async move {
            let judged = self.judge(nonce.expose()).await;
            judged.map_err(|_| BackendError::rejected("invalid_nonce"))?;
            Ok(vec![Secret::from("__client=1; Path=/")])
        })
    }

    fn refresh_session<'a>(
        &'a self,
        refresh: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async move {
            let judged = self.judge(refresh.refresh_token.expose()).await;
            judged.map_err(|_| BackendError::rejected("invalid_refresh"))?;
            Ok(vec![Secret::from("__client=1; Path=/")])
        })
    }
}
