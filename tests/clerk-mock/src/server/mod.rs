//! The HTTP server: sockets, connections and bodies. The responses come from elsewhere.
//!
//! It has a thread and a runtime of its own, so tests can block, and use any runtime or none.

mod connection;
mod reply;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use connection::Connection;
pub(crate) use reply::Reply;

use crate::shared::Shared;

/// The largest body: enough for every described upload.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unread {
    TooLarge,
    /// Its framing is malformed, or it ended early.
    Malformed,
}

/// A server, which runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on loopback. Port 0 means any free port.
    pub(crate) fn start(port: u16, shared: Arc<Shared>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel::<Infallible>();
        let thread = std::thread::Builder::new()
            .name("clerk-mock".to_owned())
            .spawn(move || {
                runtime.spawn(accept(listener, shared));
                // Ends when the sender is dropped; the runtime then drops every connection.
                let _ = runtime.block_on(stopped);
            })?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    loop {
        // An error here concerns one connection, which was closed before it was accepted.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let reset = Arc::new(AtomicBool::new(false));
        let connection = Connection::new(stream, reset.clone());
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| respond(request, &shared, &reset));
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(connection), service)
                .await;
        });
    }
}

/// An error closes the connection without a response.
async fn respond(
    request: Request<Incoming>,
    shared: &Shared,
    reset: &AtomicBool,
) -> Result<http::Response<reply::Body>, io::Error> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::Malformed),
    };
    let (body, unread): (Bytes, _) = match body {
        Ok(body) => (body, None),
        Err(unread) => (Bytes::new(), Some(unread)),
    };
    match shared
        .respond(Request::from_parts(head, body), unread)
        .await
    {
        Some(reply) => Ok(reply.into_response()),
        None => {
            reset.store(true, Ordering::SeqCst);
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
}
