//! Compressed bodies, in a build whose reqwest can decompress because another crate wants it to.

use clerk_api::transport::MiddlewareTransport;
use clerk_api::{ClerkBuilder, Error, ErrorKind, Method};
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{builder, person};

/// A client from the caller that decompresses, as reqwest does by default if it can.
fn decompressing() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy();
    client.build().expect("a client")
}

type Configure = fn(ClerkBuilder) -> ClerkBuilder;

const DECOMPRESSING: [Configure; 2] = [
    |builder| builder.http_client(decompressing()),
    |builder| {
        let client = reqwest_middleware::ClientBuilder::new(decompressing()).build();
        builder.transport(MiddlewareTransport::new(client))
    },
];

/// `bytes` as gzip (RFC 1952), in stored blocks (RFC 1951, section 3.2.4), so not compressed.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a short text");
    let mut gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01".to_vec();
    gzip.extend_from_slice(&length.to_le_bytes());
    gzip.extend_from_slice(&(!length).to_le_bytes());
    gzip.extend_from_slice(bytes);
    gzip.extend_from_slice(&crc32(bytes).to_le_bytes());
    gzip.extend_from_slice(&u32::from(length).to_le_bytes());
    gzip
}

fn crc32(bytes: &[u8]) -> u32 {
    let reduced = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 * (crc & 1))
        })
    };
    !bytes.iter().fold(!0, reduced)
}

/// One megabyte that becomes 160: a blank, then the 258 bytes before each time, in 13 bits of the fixed code of
/// RFC 1951, section 3.2.6. It has no end, because nothing reads that far.
fn bomb(before: &[u8]) -> Vec<u8> {
    // The last block, in the fixed code (1, 1, 0); a blank (0x50); length 258 (0xC5) and distance 1 (0).
    let begins = [1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0];
    let repeats = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    let mut bomb = before.to_vec();
    let bits = begins.into_iter().chain(repeats.into_iter().cycle());
    let (mut byte, mut count) = (0_u8, 0);
    for bit in bits {
        byte |= bit << count;
        count += 1;
        if count == 8 {
            bomb.push(byte);
            (byte, count) = (0, 0);
        }
        if bomb.len() == 1024 * 1024 {
            return bomb;
        }
    }
    unreachable!("the bits do not end")
}

fn gzip_bomb() -> Vec<u8> {
    bomb(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
}

async fn fetched(server: &Server, configure: Configure) -> Result<Vec<u8>, Error> {
    let clerk = configure(builder(server)).build().expect("a client");
    let sent = clerk.request(Method::GET, "/x").send_bytes().await;
    sent.map(|raw| raw.into_inner().to_vec())
}

#[tokio::test]
async fn bodies_that_the_callers_client_decompresses_are_read() {
    let body = person("person_1").to_string();
    let gzip = stored(body.as_bytes());
    for configure in DECOMPRESSING {
        let reply = Reply::bytes(200, &gzip).header("content-encoding", "gzip");
        let server = Server::script([reply]);
        let read = fetched(&server, configure).await.expect("a person");
        assert_eq!(read, body.as_bytes());
        let asked = server.request();
        assert_eq!(asked.header("accept-encoding"), Some("identity"));
    }
    // An error too.
    let error = json!({ "errors": [{ "code": "c", "message": "m" }] }).to_string();
    for configure in DECOMPRESSING {
        let reply = Reply::bytes(422, &stored(error.as_bytes()));
        let server = Server::script([reply.header("content-encoding", "gzip")]);
        let error = fetched(&server, configure).await.expect_err("refused");
        assert!(error.has_code("c"), "{error:?}");
    }
}

#[tokio::test]
async fn the_limit_of_bytes_counts_decompressed_bytes() {
    let zlib_bomb = bomb(b"\x78\x9c");
    for (encoding, bomb) in [("gzip", gzip_bomb()), ("deflate", zlib_bomb)] {
        let reply = Reply::bytes(200, &bomb).header("content-encoding", encoding);
        let server = Server::answering(move |_| reply.clone());
        for configure in DECOMPRESSING {
            let error = fetched(&server, configure).await.expect_err("160 MB");
            assert!(error.is_decode() && !error.is_retryable(), "{error:?}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
            assert!(error.to_string().contains("max_response_bytes"), "{error}");
            assert!(error.body().is_some_and(|body| body.len() <= 8 * 1024));
        }
        let clerk = builder(&server)
            .http_client(decompressing())
            .max_response_bytes(1024 * 1024)
            .build_blocking()
            .expect("a client");
        let blocking = tokio::task::spawn_blocking(move || {
            let walked = clerk.users().list().stream().try_next().map(drop);
            (clerk.users().get("user_1").send().map(drop), walked)
        });
        let (got, walked) = blocking.await.expect("no panic");
        for error in [got.expect_err("160 MB"), walked.expect_err("160 MB")] {
            assert!(error.to_string().contains("1048576"), "{error}");
        }
        assert_eq!(server.requests().len(), 4, "nothing was retried");
    }
}

#[tokio::test]
async fn an_error_that_decompresses_without_end_keeps_its_status() {
    let reply = Reply::bytes(403, &gzip_bomb()).header("content-encoding", "gzip");
    let server = Server::answering(move |_| reply.clone());
    for configure in DECOMPRESSING {
        let error = fetched(&server, configure).await.expect_err("refused");
        assert!(error.is_forbidden(), "{error:?}");
        assert!(error.body().is_some_and(|body| body.len() <= 8 * 1024));
    }
}

#[tokio::test]
async fn our_own_client_does_not_decompress_though_reqwest_can() {
    const OWN: [Configure; 2] = [
        |builder| builder,
        |builder| {
            let settings = reqwest::Client::builder().gzip(true).deflate(true);
            let transport = clerk_api::transport::ReqwestTransport::build(settings);
            builder.transport(transport.expect("a transport"))
        },
    ];
    for (encoding, body, named) in [
        ("gzip", gzip_bomb(), "gzip-compressed"),
        ("deflate", bomb(b"\x78\x9c"), "deflate-compressed"),
    ] {
        for status in [200, 502] {
            let reply = Reply::bytes(status, &body).header("content-encoding", encoding);
            let server = Server::answering(move |_| reply.clone());
            for configure in OWN {
                let clerk = configure(builder(&server)).build().expect("a client");
                let users = clerk.users();
                let error = users.create().username("ada").send().await;
                let error = error.expect_err("compressed").to_string();
                assert!(error.contains(named), "{error}");
                assert!(error.contains("did not request"), "{error}");
            }
            assert_eq!(server.requests().len(), OWN.len());
        }
    }
}

/// The connection was not lost, and another attempt would fail alike.
#[tokio::test]
async fn a_body_that_cannot_be_decompressed_is_not_retried() {
    for body in [
        b"{\"id\":\"person_1\"}".to_vec(),
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x07\xff\xff\xff\xff\xff".to_vec(),
    ] {
        let reply = Reply::bytes(200, &body).header("content-encoding", "gzip");
        let server = Server::answering(move |_| reply.clone());
        for configure in DECOMPRESSING {
            let error = fetched(&server, configure).await.expect_err("not gzip");
            assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
            assert!(std::error::Error::source(&error).is_some());
        }
        assert_eq!(server.requests().len(), 2);
    }
    let gzip = stored(person("person_1").to_string().as_bytes());
    let reply = Reply::bytes(200, &gzip).header("content-encoding", "gzip");
    let lost = reply.clone().half(20);
    for configure in DECOMPRESSING {
        let server = Server::script([lost.clone(), reply.clone()]);
        fetched(&server, configure).await.expect("the second time");
    }
}
