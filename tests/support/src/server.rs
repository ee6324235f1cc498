//! The server, on a free port of the loopback interface.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::reply::{Reply, Way};
use crate::request::{Recorded, read};

type Handler = dyn Fn(&Recorded) -> Reply + Send + Sync;

/// A scripted server on a thread of its own. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    state: Arc<State>,
    _alive: oneshot::Sender<()>,
}

struct State {
    script: Mutex<VecDeque<Reply>>,
    handler: Option<Box<Handler>>,
    requests: Mutex<Vec<Recorded>>,
    received: AtomicUsize,
    connections: AtomicUsize,
}

impl Server {
    /// Sends these responses, one for each request, in the order of arrival. Any further request gets
    /// a 418, which is never retried.
    pub fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies.into_iter().collect(), None)
    }

    /// Responds to each request with what the function returns.
    pub fn answering(handler: impl Fn(&Recorded) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(VecDeque::new(), Some(Box::new(handler)))
    }

    fn start(script: VecDeque<Reply>, handler: Option<Box<Handler>>) -> Self {
        let state = Arc::new(State {
            script: Mutex::new(script),
            handler,
            requests: Mutex::default(),
            received: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let (alive, dropped) = oneshot::channel::<()>();
        let shared = state.clone();
        // A thread and not a task, so that blocking clients can be tested from any context.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                tokio::spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        shared.connections.fetch_add(1, Ordering::SeqCst);
                        tokio::spawn(serve(stream, shared.clone()));
                    }
                });
                let _ = dropped.await;
            });
        });
        Self {
            address,
            state,
            _alive: alive,
        }
    }

    /// `http://127.0.0.1:…`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.state.requests).clone()
    }

    /// The only request. Panics if there were none or several.
    pub fn request(&self) -> Recorded {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "one request was expected");
        requests.into_iter().next().expect("there is one")
    }

    /// How many bytes of bodies have arrived, including those of incomplete requests.
    pub fn received(&self) -> usize {
        self.state.received.load(Ordering::SeqCst)
    }

    /// The counter itself, to be read from elsewhere.
    pub fn received_counter(&self) -> impl Fn() -> usize + Send + Sync + 'static + use<> {
        let state = self.state.clone();
        move || state.received.load(Ordering::SeqCst)
    }

    /// How many connections have been accepted.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    let count = |bytes| {
        state.received.fetch_add(bytes, Ordering::SeqCst);
    };
    while let Ok(Some(request)) = read(&mut stream, &count).await {
        let reply = {
            let reply = match &state.handler {
                Some(handler) => handler(&request),
                None => {
                    let next = lock(&state.script).pop_front();
                    next.unwrap_or_else(|| Reply::text(418, "text/plain", "the script has ended"))
                }
            };
            lock(&state.requests).push(request);
            reply
        };
        tokio::time::sleep(reply.delay).await;
        match reply.way {
            Way::Reset => {
                let _ = stream.get_ref().set_zero_linger();
                return;
            }
            Way::Silence => std::future::pending().await,
            _ => {}
        }
        let (bytes, reusable) = reply.encode();
        if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        match reply.way {
            Way::Stall(_) => std::future::pending().await,
            Way::Drip(every) => {
                for byte in &reply.body {
                    tokio::time::sleep(every).await;
                    if stream.write_all(&[*byte]).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                }
            }
            Way::Endless => while stream.write_all(&reply.body).await.is_ok() {},
            _ => {}
        }
        if !reusable {
            let _ = stream.shutdown().await;
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no test panics while it holds the lock")
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
