//! Uploads of files from disk.

use std::time::Duration;

use clerk_api::Upload;
use test_support::{Reply, Server};

use crate::support::people;
use crate::uploads::{one_part, uploaded};

#[tokio::test]
async fn a_file_is_read_from_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("me.webp");
    let content: Vec<u8> = (0..=250).cycle().take(300_000).collect();
    std::fs::write(&path, &content).expect("written");
    let request = uploaded(Upload::file(&path).await.expect("a file")).await;
    assert_eq!(
        request.header("content-length"),
        Some(request.body.len().to_string().as_str())
    );
    let part = one_part(&request);
    assert_eq!(part.file_name.as_deref(), Some("me.webp"));
    assert_eq!(part.content_type.as_deref(), Some("image/webp"));
    assert_eq!(part.content, content);
}

#[tokio::test]
async fn what_is_not_a_regular_file_is_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    for path in [folder.path().join("missing.png"), folder.path().to_owned()] {
        let error = Upload::file(&path).await.expect_err("no file");
        assert!(error.is_request(), "{error}");
        let error = Upload::file_blocking(&path).expect_err("no file");
        assert!(error.is_request(), "{error}");
    }
    let path = folder.path().join("gone.png");
    std::fs::write(&path, "x").expect("written");
    let upload = Upload::file(&path).await.expect("a file");
    std::fs::remove_file(&path).expect("removed");
    let server = Server::script([]);
    let error = people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect_err("gone");
    assert!(error.is_request(), "{error:?}");
    assert!(server.requests().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_replaced_by_a_pipe_is_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("me.png");
    std::fs::write(&path, "x").expect("written");
    let upload = Upload::file(&path).await.expect("a file");
    std::fs::remove_file(&path).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("mkfifo").success());
    let server = Server::script([]);
    let error = people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect_err("a pipe");
    // If something waits for a writer after all, the test must still end.
    let ends_waits = std::fs::File::options().read(true).write(true).open(&path);
    drop(ends_waits);
    assert!(error.is_request(), "{error:?}");
    assert!(error.to_string().contains("me.png is not a regular file"));
    assert!(server.requests().is_empty());
    let error = Upload::file_blocking(&path).expect_err("a pipe");
    assert!(error.is_request(), "{error:?}");
}

/// The error for a file that changes after the first attempt, and how many whole requests arrived.
async fn changed(
    change: impl Fn(&std::path::Path) + Send + Sync + 'static,
) -> (clerk_api::Error, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("me.png");
    std::fs::write(&path, vec![7; 300_000]).expect("written");
    let upload = Upload::file(&path).await.expect("a file");
    let named = path.display().to_string();
    let server = Server::answering(move |_| {
        change(&path);
        Reply::empty(503)
    });
    let error = people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect_err("it changed");
    assert!(error.is_request(), "{error:?}");
    assert!(error.to_string().contains(&named), "{error}");
    (error, server.requests().len())
}

#[tokio::test]
async fn a_file_that_changed_between_attempts_is_not_retried() {
    let (error, requests) =
        changed(|path| std::fs::write(path, vec![7; 10_000]).expect("written")).await;
    assert!(error.to_string().contains("300000"), "{error}");
    assert_eq!(requests, 1);
    let (_, requests) =
        changed(|path| std::fs::write(path, vec![7; 400_000]).expect("written")).await;
    assert_eq!(requests, 1);
    let (error, requests) = changed(|path| {
        let file = std::fs::File::options()
            .write(true)
            .open(path)
            .expect("a file");
        let before = std::time::SystemTime::now() - Duration::from_secs(3600);
        file.set_modified(before).expect("a time");
    })
    .await;
    assert!(error.to_string().contains("modified"), "{error}");
    assert_eq!(requests, 1);
    let (error, requests) = changed(|path| std::fs::remove_file(path).expect("removed")).await;
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_file_that_changed_before_the_call_is_sent_as_it_is_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("me.png");
    std::fs::write(&path, "before").expect("written");
    let upload = Upload::file(&path).await.expect("a file");
    std::fs::write(&path, "now").expect("written");
    let request = uploaded(upload).await;
    assert_eq!(one_part(&request).content, b"now");
}
