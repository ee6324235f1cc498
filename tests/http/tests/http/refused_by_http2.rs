//! HTTP/2 servers that refuse requests: only this crate retries.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clerk_api::transport::{MiddlewareTransport, ReqwestTransport};
use clerk_api::{Clerk, ClerkBuilder, Error, Method, RetryPolicy};

use crate::support::{KEY, fast_retries};

#[derive(Clone, Copy, Debug)]
enum Refusal {
    /// `RST_STREAM` with `REFUSED_STREAM`.
    Reset,
    /// `GOAWAY` that states that no stream was processed, then the connection is closed.
    GoAway,
}

/// A server that can only refuse requests, frame by frame (RFC 9113).
struct Refusing {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Refusing {
    fn start(refusal: Refusal) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counted = counted.clone();
                thread::spawn(move || refuse(stream, refusal, &counted));
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const REFUSED_STREAM: u8 = 7;

fn frame(kind: u8, flags: u8, stream: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short frame");
    let mut frame = vec![0, 0, length, kind, flags];
    frame.extend(stream);
    frame.extend(payload);
    frame
}

fn refuse(mut stream: TcpStream, refusal: Refusal, requests: &AtomicUsize) {
    let mut preface = [0; 24];
    if stream.read_exact(&mut preface).is_err() {
        return;
    }
    let _ = stream.write_all(&frame(SETTINGS, 0, [0; 4], &[]));
    let mut head = [0; 9];
    while stream.read_exact(&mut head).is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        if stream.read_exact(&mut payload).is_err() {
            return;
        }
        let id = [head[5], head[6], head[7], head[8]];
        match (head[3], head[4]) {
            (SETTINGS, flags) if flags & ACK == 0 => {
                let _ = stream.write_all(&frame(SETTINGS, ACK, [0; 4], &[]));
            }
            (HEADERS, _) => {
                requests.fetch_add(1, Ordering::SeqCst);
                match refusal {
                    Refusal::Reset => {
                        let code = [0, 0, 0, REFUSED_STREAM];
                        let _ = stream.write_all(&frame(RST_STREAM, 0, id, &code));
                    }
                    Refusal::GoAway => {
                        let _ = stream.write_all(&frame(GOAWAY, 0, [0; 4], &[0; 8]));
                        let _ = stream.shutdown(std::net::Shutdown::Write);
                    }
                }
            }
            _ => {}
        }
    }
}

type Setup = fn(ClerkBuilder) -> ClerkBuilder;

fn http2() -> reqwest::ClientBuilder {
    reqwest::Client::builder().http2_prior_knowledge()
}

/// Each way to send: settings that this crate completes, the caller's client, and middleware.
const WAYS: [Setup; 3] = [
    |builder| builder.transport(ReqwestTransport::build(http2()).expect("a transport")),
    |builder| builder.http_client(http2().build().expect("a client")),
    |builder| {
        let client = http2().build().expect("a client");
        let client = reqwest_middleware::ClientBuilder::new(client).build();
        builder.transport(MiddlewareTransport::new(client))
    },
];

async fn call(server: &Refusing, way: Setup, retry: RetryPolicy, body: bool) -> Error {
    let builder = Clerk::builder()
        .secret_key(KEY)
        .base_url(format!("http://{}", server.address))
        .retry(retry);
    let clerk = way(builder).build().expect("a client");
    let call = clerk.request(Method::POST, "/x");
    let call = if body {
        call.json(serde_json::json!({ "a": 1 }))
    } else {
        call
    };
    call.send_bytes().await.expect_err("refused")
}

#[tokio::test]
async fn a_refused_request_is_sent_once_where_retries_are_off() {
    for refusal in [Refusal::Reset, Refusal::GoAway] {
        for way in WAYS {
            for body in [true, false] {
                let server = Refusing::start(refusal);
                let error = call(&server, way, RetryPolicy::none(), body).await;
                assert_eq!(
                    (server.requests(), error.attempts()),
                    (1, 1),
                    "{refusal:?} {error:?}"
                );
                assert!(error.was_not_processed(), "{refusal:?} {error:?}");
                assert!(error.is_interrupted() && !error.is_connect(), "{error:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_that_was_not_processed_is_retried_whatever_its_method() {
    for refusal in [Refusal::Reset, Refusal::GoAway] {
        for way in WAYS {
            let server = Refusing::start(refusal);
            let error = call(&server, way, fast_retries(), true).await;
            assert_eq!(
                (server.requests(), error.attempts()),
                (3, 3),
                "{refusal:?} {error:?}"
            );
            assert!(!error.follows_lost_response(), "{error:?}");
        }
    }
}
