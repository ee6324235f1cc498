//! Uploads of files and streams.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use clerk_api::{RetryPolicy, Upload};
use futures_core::Stream;
use http_tests::People;
use test_support::{Part, Recorded, Reply, Server, multipart};

use crate::support::{builder, client, people};

/// A stream of what a function returns.
struct Chunks<F>(F);

impl<F, B> Stream for Chunks<F>
where
    F: FnMut(&mut Context<'_>) -> Poll<Option<io::Result<B>>> + Unpin,
{
    type Item = io::Result<B>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<B>>> {
        (self.get_mut().0)(context)
    }
}

fn chunks(
    chunks: &'static [&'static str],
) -> impl Stream<Item = io::Result<&'static [u8]>> + Send + 'static {
    let mut chunks = chunks.iter();
    Chunks(move |_: &mut Context<'_>| Poll::Ready(chunks.next().map(|chunk| Ok(chunk.as_bytes()))))
}

pub(crate) async fn uploaded(upload: Upload) -> Recorded {
    let server = Server::script([Reply::empty(204)]);
    people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect("set");
    server.request()
}

pub(crate) fn one_part(request: &Recorded) -> Part {
    let mut parts = multipart(request);
    assert_eq!(parts.len(), 1);
    parts.remove(0)
}

#[tokio::test]
async fn bytes_are_sent_as_a_form_with_a_length() {
    let content: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let request = uploaded(Upload::bytes("me.png", content.clone())).await;
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("PUT", "/people/person_1/portrait")
    );
    assert_eq!(
        request.header("content-length"),
        Some(request.body.len().to_string().as_str())
    );
    assert_eq!(request.header("transfer-encoding"), None);
    assert_eq!(
        one_part(&request),
        Part {
            name: "file".to_owned(),
            file_name: Some("me.png".to_owned()),
            content_type: Some("image/png".to_owned()),
            content,
        }
    );
}

#[tokio::test]
async fn texts_are_sent_beside_the_file() {
    let server = Server::script([Reply::empty(204)]);
    people(&server)
        .set_portrait("person_1", Upload::bytes("a", "x"))
        .caption("old")
        .caption("Ada — \"1\"\r\nnext")
        .send()
        .await
        .expect("set");
    let parts = multipart(&server.request());
    assert_eq!(parts.len(), 2);
    assert_eq!(
        parts[0].content_type.as_deref(),
        Some("application/octet-stream")
    );
    assert_eq!(parts[1].name, "caption");
    assert_eq!(
        (&parts[1].file_name, &parts[1].content_type),
        (&None, &None)
    );
    assert_eq!(parts[1].content, "Ada — \"1\"\r\nnext".as_bytes());
}

#[tokio::test]
async fn the_media_type_is_guessed_or_set() {
    for (name, media_type) in [
        ("a.png", "image/png"),
        ("A.JPG", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("a.svg", "image/svg+xml"),
        ("a.b.exe", "application/octet-stream"),
        ("png", "application/octet-stream"),
    ] {
        let part = one_part(&uploaded(Upload::bytes(name, "x")).await);
        assert_eq!(part.content_type.as_deref(), Some(media_type), "{name}");
    }
    let part = one_part(
        &uploaded(
            Upload::bytes("a.png", "x")
                .content_type("image/avif")
                .file_name("b"),
        )
        .await,
    );
    assert_eq!(part.content_type.as_deref(), Some("image/avif"));
    assert_eq!(part.file_name.as_deref(), Some("b"));

    let server = Server::script([]);
    let upload = Upload::bytes("a", "x").content_type("image/png\r\nx: y");
    let error = people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect_err("no header");
    assert!(error.is_request());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn names_are_quoted_safely() {
    let upload = Upload::bytes("a\"; name=\"other\"\r\nX: y\\é.png", "x");
    let part = one_part(&uploaded(upload).await);
    assert_eq!(part.name, "file");
    assert_eq!(
        part.file_name.as_deref(),
        Some("a%22; name=%22other%22%0D%0AX: y\\é.png")
    );
}

#[tokio::test]
async fn a_stream_is_sent_in_chunks_or_with_its_length() {
    let request = uploaded(Upload::stream("a.png", chunks(&["abc", "", "def"]), None)).await;
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    assert_eq!(one_part(&request).content, b"abcdef");

    let request = uploaded(Upload::stream(
        "a.png",
        chunks(&["abc", "", "def"]),
        Some(6),
    ))
    .await;
    assert_eq!(request.header("transfer-encoding"), None);
    assert_eq!(
        request.header("content-length"),
        Some(request.body.len().to_string().as_str())
    );
    assert_eq!(one_part(&request).content, b"abcdef");
}

#[tokio::test]
async fn a_stream_of_another_length_than_stated_fails() {
    for length in [5, 7] {
        let server = Server::script([]);
        let upload = Upload::stream("a.png", chunks(&["abc", "def"]), Some(length));
        let error = people(&server)
            .set_portrait("person_1", upload)
            .send()
            .await
            .expect_err("wrong");
        assert!(error.is_request() && !error.is_retryable(), "{error:?}");
        assert_eq!(error.attempts(), 1);
        assert!(
            error.to_string().contains("than its stated length"),
            "{error:?}"
        );
        assert!(server.requests().is_empty(), "no whole request arrived");
    }
}

#[tokio::test]
async fn the_cause_of_a_failing_stream_is_reported() {
    let mut left = 2;
    let stream = Chunks(move |_: &mut Context<'_>| {
        left -= 1;
        Poll::Ready(Some(if left > 0 {
            Ok("abc")
        } else {
            Err(io::Error::other("the disk is on fire"))
        }))
    });
    let server = Server::script([]);
    let upload = Upload::stream("a.png", stream, None);
    let error = people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect_err("it fails");
    assert!(
        format!("{error:?}").contains("the disk is on fire"),
        "{error:?}"
    );
    assert!(error.is_request() && !error.is_retryable(), "{error:?}");
    assert_eq!(error.attempts(), 1);
    let cause = std::error::Error::source(&error).expect("a cause");
    assert_eq!(cause.to_string(), "the disk is on fire");
}

#[tokio::test]
async fn a_stream_longer_than_stated_fails_immediately() {
    type Next = fn() -> Poll<Option<io::Result<&'static str>>>;
    let ways: [(&str, Next); 3] = [
        ("did not end", || Poll::Pending),
        ("did not end", || Poll::Ready(Some(Ok("")))),
        ("longer", || Poll::Ready(Some(Ok("more")))),
    ];
    for (said, next) in ways {
        let mut first = true;
        let stream = Chunks(move |_: &mut Context<'_>| {
            if std::mem::take(&mut first) {
                Poll::Ready(Some(Ok("abc")))
            } else {
                next()
            }
        });
        let server = Server::answering(|_| Reply::empty(204));
        let began = std::time::Instant::now();
        let error = people(&server)
            .set_portrait("person_1", Upload::stream("a.png", stream, Some(3)))
            .send()
            .await
            .expect_err("no end");
        assert!(
            error.is_request() && error.to_string().contains(said),
            "{error:?}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{:?}",
            began.elapsed()
        );
    }
}

#[tokio::test]
async fn a_stream_that_ends_a_little_late_is_sent() {
    let mut chunks = 0;
    let mut wait = Box::pin(tokio::time::sleep(Duration::from_millis(50)));
    let stream = Chunks(move |context: &mut Context<'_>| {
        chunks += 1;
        match chunks {
            1 => Poll::Ready(Some(Ok("abc"))),
            _ => wait.as_mut().poll(context).map(|()| None),
        }
    });
    let request = uploaded(Upload::stream("a.png", stream, Some(3))).await;
    assert_eq!(one_part(&request).content, b"abc");
}

#[tokio::test]
async fn a_call_that_sends_a_stream_is_sent_once() {
    for failure in [
        Reply::empty(503),
        Reply::empty(429).header("retry-after", "0"),
        Reply::reset(),
    ] {
        let server = Server::script([failure, Reply::empty(204)]);
        let upload = Upload::stream("a.png", chunks(&["abc"]), None);
        people(&server)
            .set_portrait("person_1", upload)
            .send()
            .await
            .expect_err("not again");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn the_server_receives_while_the_caller_still_produces() {
    const CHUNK: usize = 1024 * 1024;
    const COUNT: usize = 64;
    /// What the sockets on both sides may buffer.
    const IN_FLIGHT: usize = 24 * CHUNK;

    let server = Server::script([Reply::empty(204)]);
    let received = server.received_counter();
    let chunk = Bytes::from(vec![b'x'; CHUNK]);
    let mut produced = 0;
    let mut wait: Option<Pin<Box<tokio::time::Sleep>>> = None;
    let stream = Chunks(move |context: &mut Context<'_>| {
        loop {
            if produced == COUNT {
                return Poll::Ready(None);
            }
            // The caller continues only once the server has received nearly everything before: a client
            // that buffered the whole body first would wait here without end.
            if produced * CHUNK <= received() + IN_FLIGHT {
                produced += 1;
                return Poll::Ready(Some(Ok::<_, io::Error>(chunk.clone())));
            }
            let sleep =
                wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_millis(1))));
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            wait = None;
        }
    });
    let clerk = builder(&server)
        .attempt_timeout(Duration::from_secs(120))
        .call_timeout(Duration::from_secs(120))
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let upload = Upload::stream("big.png", stream, Some((COUNT * CHUNK) as u64));
    People::new(clerk)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect("set");
    let request = server.request();
    let content = request.body.iter().filter(|byte| **byte == b'x').count();
    assert!(content >= COUNT * CHUNK && request.body.len() < COUNT * CHUNK + 1024);
}

#[tokio::test]
async fn generated_uploads_are_sent() {
    let server = Server::script([
        Reply::json(
            200,
            serde_json::json!({ "id": "user_1", "created_at": 1, "updated_at": 1 }),
        ),
        Reply::json(
            200,
            serde_json::json!({ "id": "org_1", "created_at": 1, "updated_at": 1 }),
        ),
    ]);
    let clerk = client(&server);
    let upload = Upload::bytes("me.png", "abc");
    clerk
        .users()
        .set_profile_image("user_1", upload)
        .send()
        .await
        .expect("set");
    let upload = Upload::bytes("logo.svg", "<svg/>");
    clerk
        .organizations()
        .upload_logo("org_1", upload)
        .uploader_user_id("user_1")
        .send()
        .await
        .expect("set");
    let requests = server.requests();
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", "/users/user_1/profile_image")
    );
    assert_eq!(one_part(&requests[0]).content, b"abc");
    assert_eq!(
        (requests[1].method.as_str(), requests[1].path.as_str()),
        ("PUT", "/organizations/org_1/logo")
    );
    let parts = multipart(&requests[1]);
    assert_eq!(parts[0].content, b"<svg/>");
    assert_eq!(
        (parts[1].name.as_str(), parts[1].content.as_slice()),
        ("uploader_user_id", b"user_1".as_slice())
    );
}

#[tokio::test]
async fn lengths_that_no_request_can_have_are_rejected() {
    let server = Server::script([]);
    for length in [u64::MAX, u64::MAX - 100] {
        let upload = Upload::stream("a.png", chunks(&["abc"]), Some(length));
        let error = people(&server)
            .set_portrait("person_1", upload)
            .send()
            .await;
        let error = error.expect_err("nothing is as long");
        assert!(error.is_request(), "{error:?}");
    }
    assert!(server.requests().is_empty());
}
