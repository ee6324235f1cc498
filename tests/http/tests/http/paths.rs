//! Ids and paths cannot lead to other resources.

use clerk_api::Method;
use test_support::{Reply, Server};

use crate::support::{client, people};

#[tokio::test]
async fn ids_that_would_change_the_path_are_rejected_before_anything_is_sent() {
    let server = Server::script([]);
    let people = people(&server);
    for id in [
        "",
        ".",
        "..",
        "../x",
        "x/..",
        "x/../y",
        "./x",
        "%2e",
        "%2E",
        "%2e%2e",
        ".%2e",
        "%2e.",
        "%252e%252e",
        "%25252e%25252e",
        "..%2fx",
        "x%2f..",
        "x%2F%2e%2e%2Fy",
        "..\\x",
        "x\\..",
        "%5c..",
        "..%5cx",
        "..%00",
        "%2e%09%2e",
        "..;x=1",
    ] {
        let error = people.delete(id).send().await.expect_err(id);
        assert!(error.is_request(), "{id:?}: {error}");
        let text = format!("{error} {error:?}");
        assert!(text.contains("person_id"), "it names the parameter: {text}");
        assert!(
            id.len() < 4 || !text.contains(id),
            "it does not print the id: {text}"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn any_other_id_is_one_segment() {
    for (id, sent) in [
        ("user_1", "user_1"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("role_set:standard", "role_set:standard"),
        ("a!$&'()*+,;=:@b", "a!$&'()*+,;=:@b"),
        ("a[b]|^`\"<>{}", "a%5Bb%5D%7C%5E%60%22%3C%3E%7B%7D"),
        ("?x=1#f", "%3Fx=1%23f"),
        ("100%", "100%25"),
        ("%41", "%2541"),
        ("é", "%C3%A9"),
        ("...", "..."),
        ("a..b", "a..b"),
        ("a.b-c_d~e", "a.b-c_d~e"),
        ("a\\b", "a%5Cb"),
        ("a\r\nb", "a%0D%0Ab"),
        ("http://evil.example/", "http:%2F%2Fevil.example%2F"),
    ] {
        let server = Server::script([Reply::empty(204)]);
        people(&server).delete(id).send().await.expect(id);
        assert_eq!(server.request().path, format!("/people/{sent}"), "{id:?}");
        assert_eq!(server.request().query, "");
    }
}

#[tokio::test]
async fn generated_operations_reject_them_too() {
    let server = Server::script([]);
    let error = client(&server)
        .users()
        .delete("..")
        .send()
        .await
        .expect_err("refused");
    assert!(error.is_request());
    assert_eq!(error.operation(), Some("users.delete"));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn custom_paths_stay_below_the_base() {
    let server = Server::script([]);
    let clerk = client(&server);
    for path in [
        "",
        "users",
        "//evil.example",
        "https://evil.example",
        "/users/..",
        "/users/../x",
        "/./x",
        "/users//x",
        "/users/",
        "/x?y=1",
        "/x#y",
        "/%2e%2e/x",
        "/x\\..\\y",
        "/users/{user_id}",
    ] {
        let error = clerk
            .request(Method::GET, path)
            .send_bytes()
            .await
            .expect_err(path);
        assert!(error.is_request(), "{path:?}: {error}");
    }
    let error = clerk
        .request(Method::GET, "/users/{id}")
        .path("id", "..")
        .send_bytes()
        .await
        .expect_err("refused");
    assert!(error.is_request());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_error_of_a_custom_call_does_not_print_its_ids() {
    let server = Server::script([Reply::empty(404)]);
    let error = client(&server)
        .request(Method::GET, "/users/user_2abcDEF/ban")
        .query("q", "user_2abcDEF")
        .send_bytes()
        .await
        .expect_err("not found");
    assert_eq!(error.path_template(), Some("/users/{}/ban"));
    assert!(!format!("{error} {error:?}").contains("user_2abcDEF"));
}
