//! The API without async: the same resources, operations and setters, whose `send` waits.
//!
//! ```no_run
//! # fn main() -> Result<(), clerk_api::Error> {
//! use clerk_api::{Method, blocking::Clerk};
//!
//! let clerk = Clerk::new("sk_test_…")?;
//! let user: serde_json::Value = clerk.request(Method::GET, "/users/user_2abc").send()?;
//! # let _ = user;
//! # Ok(()) }
//! ```
//!
//! A client runs its connections on one thread of its own; any number of threads can call at once.
//! Inside of async code a call is refused, because it would hold up everything else there: use
//! [`crate::Clerk`], or move the work to `tokio::task::spawn_blocking`, where it is allowed.
//!
//! The thread does not survive `fork`: make the client in the process that uses it.

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

/// Calls Clerk's Backend API and waits for the answers. It is cheap to clone, and clones share
/// their connections.
#[derive(Clone)]
pub struct Clerk {
    client: crate::Clerk,
    runtime: Arc<Runtime>,
}

impl Clerk {
    /// As [`crate::Clerk::new`].
    pub fn new(secret_key: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder().secret_key(secret_key).build_blocking()
    }

    /// As [`crate::Clerk::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        ClerkBuilder::from_env()?.build_blocking()
    }

    /// Sets what is different from the defaults; end with
    /// [`build_blocking`](ClerkBuilder::build_blocking).
    pub fn builder() -> ClerkBuilder {
        crate::Clerk::builder()
    }

    /// As [`crate::Clerk::request`].
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

/// Every item of a list, from all its pages; see [`crate::Items`].
#[must_use = "nothing is sent until the items are asked for"]
pub struct Items<T> {
    items: page::Items<T>,
    runtime: Arc<Runtime>,
}

impl<T: Shaped + DeserializeOwned> Items<T> {
    /// The next item; `None` after the last.
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

/// A runtime whose timers and sockets are served by a thread of its own, while calls run on the
/// threads that make them.
struct Runtime {
    handle: RuntimeHandle,
    /// Dropped with the last client, which ends the thread.
    _alive: tokio::sync::oneshot::Sender<()>,
}

impl Runtime {
    fn start() -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::configuration("the client's thread cannot be started").caused_by(error)
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
                // Either way of ending means that the last client is gone.
                let _ = runtime.block_on(dropped);
            })
            .map_err(failed)?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }

    /// Runs a call on this thread. Not by Tokio's `block_on`, which panics in async code: what
    /// [`refuse_async_context`] cannot see must not.
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

/// Wakes the thread that waits for a call.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Fails inside of an async task, which would hold up all others of its thread.
fn refuse_async_context() -> Result<(), Error> {
    if RuntimeHandle::try_current().is_ok() && (has_a_budget() || has_a_scheduler()) {
        return Err(Error::configuration(
            "the blocking client was called inside of async code; use `clerk_api::Clerk` there, or `tokio::task::spawn_blocking`",
        ));
    }
    Ok(())
}

/// Tokio gives each task a budget of steps, after which `consume_budget` makes it wait; threads
/// outside of it, and those of `spawn_blocking`, have none. So whoever can use a budget up is inside
/// of a task. That costs the task no more than one turn of the others.
fn has_a_budget() -> bool {
    const MORE_THAN_ANY_BUDGET: usize = 1024;

    let mut context = Context::from_waker(Waker::noop());
    (0..MORE_THAN_ANY_BUDGET).any(|_| {
        let step = pin!(tokio::task::consume_budget());
        step.poll(&mut context).is_pending()
    })
}

/// A task in `tokio::task::unconstrained` has no budget. But a task that yields is woken by the
/// scheduler of its thread, later, and where there is none at once.
///
/// One case is left: what `Runtime::block_on` of a runtime with several threads runs unconstrained
/// looks like any thread. A call waits there as it does on one.
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
