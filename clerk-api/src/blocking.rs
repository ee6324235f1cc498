//! The API without async: the same resources, operations and setters, but `send` waits.
//!
//! ```no_run
//! # fn main() -> Result<(), clerk_api::Error> {
//! use clerk_api::blocking::Clerk;
//!
//! let clerk = Clerk::from_env()?;
//! let user = clerk.users().get("user_2abc").send()?;
//! for session in clerk.sessions().list().user_id(&user.id).stream() {
//!     println!("{}", session?.id);
//! }
//! # Ok(()) }
//! ```
//!
//! A client drives its connections on a thread of its own. Any number of threads can make calls at the
//! same time. Inside async code a call returns an error, because it would block other tasks: use
//! [`crate::Clerk`] there, or call from `tokio::task::spawn_blocking`.
//!
//! The thread does not survive `fork`: create the client in the process that uses it.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use http::Method;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle as RuntimeHandle;

use crate::call::{self, Reply};
use crate::client::ClerkBuilder;
use crate::decode::Shaped;
use crate::error::Error;
use crate::page::{self, Rule};
use crate::raw::{self, RawRequest, RawResponse};
use crate::request::{Handle, Request, sealed};
use crate::types::Secret;

/// A blocking client for Clerk's Backend API.
///
/// It is cheap to clone. Clones share connections and the pause after a 429 (see
/// [`RetryPolicy`](crate::RetryPolicy)).
#[derive(Clone)]
#[doc(alias("sync", "synchronous", "client"))]
pub struct Clerk {
    client: crate::Clerk,
    runtime: Arc<Runtime>,
}

impl Clerk {
    /// Creates a client with the secret key of the instance (`sk_…`) and default settings.
    ///
    /// # Errors
    ///
    /// As for [`ClerkBuilder::build_blocking`].
    pub fn new(secret_key: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder().secret_key(secret_key).build_blocking()
    }

    /// Creates a client with the settings of the environment; see [`ClerkBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// As for [`ClerkBuilder::from_env`] and [`ClerkBuilder::build_blocking`].
    pub fn from_env() -> Result<Self, Error> {
        ClerkBuilder::from_env()?.build_blocking()
    }

    /// Returns a builder with default settings. Finish it with
    /// [`build_blocking`](ClerkBuilder::build_blocking).
    pub fn builder() -> ClerkBuilder {
        crate::Clerk::builder()
    }

    /// Calls an operation that this crate does not describe; see [`crate::Clerk::request`].
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest<Self> {
        RawRequest::new(self.clone(), method, path.into())
    }

    pub(crate) fn with(client: crate::Clerk) -> Result<Self, Error> {
        Ok(Self {
            client,
            runtime: Arc::new(Runtime::start()?),
        })
    }

    #[doc(hidden)]
    pub fn send<T: Shaped + DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        self.wait(request).and_then(raw::decoded)
    }

    #[doc(hidden)]
    pub fn send_ignoring_body(&self, request: Request) -> Result<(), Error> {
        self.wait(request.ignoring_body()).and_then(raw::decoded)
    }

    #[doc(hidden)]
    pub fn send_raw<T: Shaped + DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<RawResponse<T>, Error> {
        self.wait(request).and_then(raw::decoded_raw)
    }

    #[doc(hidden)]
    pub fn stream<T>(&self, request: Request, rule: Rule<T>) -> Items<T> {
        Items {
            items: page::Items::new(self.client.clone(), request, rule),
            runtime: self.runtime.clone(),
        }
    }

    pub(crate) fn wait(&self, request: Request) -> Result<Reply, Error> {
        refuse_async_context()?;
        let call = Box::pin(call::send(self.client.clone(), request));
        self.runtime.block_on(call)
    }
}

impl sealed::Sealed for Clerk {}
impl Handle for Clerk {}

impl fmt::Debug for Clerk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("blocking")
            .field(&self.client)
            .finish()
    }
}

/// An iterator over every item of a list, across all pages; see [`crate::Items`].
#[must_use = "iterators do nothing unless consumed"]
pub struct Items<T> {
    items: page::Items<T>,
    runtime: Arc<Runtime>,
}

impl<T: Shaped + DeserializeOwned> Items<T> {
    /// Returns the next item, or `None` after the last.
    ///
    /// # Errors
    ///
    /// As for [`crate::Items::try_next`].
    pub fn try_next(&mut self) -> Result<Option<T>, Error> {
        refuse_async_context()?;
        self.runtime.block_on(self.items.try_next())
    }
}

impl<T: Shaped + DeserializeOwned> Iterator for Items<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.try_next().transpose()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(formatter)
    }
}

/// A runtime whose timers and sockets are driven by a thread of its own, while calls run on the threads
/// that make them.
struct Runtime {
    handle: RuntimeHandle,
    /// Dropped with the last client, which ends the thread.
    _alive: tokio::sync::oneshot::Sender<()>,
}

impl Runtime {
    fn start() -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::configuration("the thread of the blocking client cannot be started")
                .caused_by(error)
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (alive, dropped) = tokio::sync::oneshot::channel::<()>();
        thread::Builder::new()
            .name("clerk-api".to_owned())
            .spawn(move || {
                // Ends when the last client is dropped. Nothing is ever sent.
                let _ = runtime.block_on(dropped);
            })
            .map_err(failed)?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }

    /// Runs a call on this thread. Tokio's `block_on` would panic in async code that
    /// [`refuse_async_context`] cannot detect.
    fn block_on<F: Future>(&self, call: F) -> F::Output {
        let _entered = self.handle.enter();
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut call = pin!(call);
        loop {
            match call.as_mut().poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }
}

/// Unparks the thread that waits for a call.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Returns an error inside an async task, where waiting would block the other tasks of the thread.
fn refuse_async_context() -> Result<(), Error> {
    if RuntimeHandle::try_current().is_ok() && (has_a_budget() || has_a_scheduler()) {
        return Err(Error::configuration(
            "the blocking client was called inside async code; use `clerk_api::Clerk` there, or `tokio::task::spawn_blocking`",
        ));
    }
    Ok(())
}

/// Whether the caller is a Tokio task with a cooperative budget. Other threads, and those of
/// `spawn_blocking`, have none, so code that can exhaust a budget runs inside a task. That costs the task
/// at most one turn.
fn has_a_budget() -> bool {
    const MORE_THAN_ANY_BUDGET: usize = 1024;

    let mut context = Context::from_waker(Waker::noop());
    (0..MORE_THAN_ANY_BUDGET).any(|_| {
        let step = pin!(tokio::task::consume_budget());
        step.poll(&mut context).is_pending()
    })
}

/// Whether the caller is a task without a budget (`tokio::task::unconstrained`): a task that yields is
/// woken later by the scheduler of its thread, and at once if there is none.
///
/// This does not detect an unconstrained future in `Runtime::block_on` of a multi-threaded runtime. A
/// call waits there as on any other thread.
fn has_a_scheduler() -> bool {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let step = pin!(tokio::task::yield_now());
    let is_pending = step.poll(&mut Context::from_waker(&waker)).is_pending();
    is_pending && !woken.0.load(Ordering::Relaxed)
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
