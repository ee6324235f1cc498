//! What a response costs in memory. It is measured for the whole process, so this file has one test.
#![cfg(target_os = "linux")]

use clerk_api::{Clerk, Method};
use test_support::{Reply, Server};

/// The most memory that the process had since [`forget_peak`], in MiB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.expect("a peak").parse::<usize>().expect("a number") / 1024
}

/// Whether the peak could be set to what is used now.
fn forget_peak() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

#[tokio::test]
async fn a_bad_response_costs_a_few_times_its_size() {
    if !forget_peak() {
        return;
    }
    let ones = format!("[{}]", vec!["1"; 100_000].join(","));
    let empty = format!("[{}]", vec!["{}"; 100_000].join(","));
    // Small maps are what takes the most memory for its text.
    let maps = vec!["{\"a\":1}"; 1_500_000].join(",");
    let object = format!("{{\"object\":1,\"x\":[{maps}]}}");
    let lenient = format!("[{}]", vec!["{}"; 350_000].join(","));
    let server = Server::answering(move |request| {
        if request.path == "/allowlist_identifiers" {
            return Reply::text(200, "application/json", &lenient);
        }
        if request.path == "/users/user_1" {
            return Reply::text(200, "application/json", &object);
        }
        let body = match request.query_value("query") {
            Some(_) => &ones,
            None => &empty,
        };
        Reply::text(200, "application/json", body)
    });
    let clerk = Clerk::builder()
        .secret_key("sk_test_0123456789")
        .base_url(server.url())
        .build()
        .expect("a client");
    // What connections, runtimes and buffers cost once.
    clerk
        .request(Method::GET, "/x")
        .send_bytes()
        .await
        .expect("bytes");

    forget_peak();
    let before = peak();
    let mut users = clerk.users().list().query("ones").limit(500).stream();
    let mut errors = 0;
    while let Some(item) = users.try_next().await.transpose() {
        match item {
            Err(error) if error.is_decode() => {
                assert_eq!(error.body(), Some("1"));
                errors += 1;
            }
            Err(_) => break,
            Ok(user) => panic!("1 became {user:?}"),
        }
    }
    assert_eq!(errors, 100_000);
    let grown = peak() - before;
    assert!(grown < 24, "reading a list of numbers took {grown} MiB");

    // These fit their model, which has no required field, but no page of the API has as many.
    forget_peak();
    let before = peak();
    let listed = clerk.allowlist_identifiers().list().send().await.map(drop);
    let grown = peak() - before;
    let error = listed.expect_err("far more than a page");
    assert!(error.to_string().contains("more items"), "{error}");
    assert!(
        grown < 64,
        "reading a page of empty models took {grown} MiB"
    );

    forget_peak();
    let before = peak();
    let got = clerk.users().get("user_1").send().await;
    got.expect_err("there is no id");
    let grown = peak() - before;
    assert!(grown < 96, "reading a large object took {grown} MiB");

    forget_peak();
    let before = peak();
    clerk
        .users()
        .list()
        .send()
        .await
        .expect_err("nothing in it");
    let grown = peak() - before;
    assert!(
        grown < 48,
        "reading a list of empty objects took {grown} MiB"
    );
}
