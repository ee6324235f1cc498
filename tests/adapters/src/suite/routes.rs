//! Protected routes, as determined by the framework's router.

use super::is_refused;
use crate::Framework;
use crate::application::{ORIGIN, SECRET};
use crate::clerk::{self, admin, authenticator, cookies, member};
use crate::wire::{get, request};

pub async fn a_group_is_protected_by_the_router<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    for path in ["/team/secret", "/team/members/7", "/team/secret?x=/public"] {
        is_refused(&server.answer(get(path)).await, 401, "unauthenticated");
        let answer = server.answer(get(path).bearer(&member().mint())).await;
        is_refused(&answer, 403, "forbidden");
        let answer = server.answer(get(path).bearer(&admin().mint())).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.text(), SECRET);
    }
    // Nothing outside the group is.
    assert_eq!(server.answer(get("/public")).await.status, 200);
    for path in ["/teams", "/tea", "/no/such/page"] {
        assert_eq!(server.answer(get(path)).await.status, 404, "{path}");
    }
}

pub async fn no_spelling_of_a_path_opens_a_route<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let host = format!("http://{}/team/secret", server.address);
    for path in [
        "/team/secret/",
        "//team/secret",
        "/team//secret",
        "/team/./secret",
        "/public/../team/secret",
        "/public/%2e%2e/team/secret",
        "/team%2Fsecret",
        "/team%2fsecret",
        "/%74eam/secret",
        "/team/%73ecret",
        "/TEAM/secret",
        "/team/secret;public",
        "/team/secret%00",
        "/team/secret%20",
        "/team\\secret",
        "/team/members/7/",
        "/team/members//7",
        "/team/members/%2F",
        "/team/members/..%2fpublic",
        host.as_str(),
    ] {
        let other_key = get(path);
        let some = get(path).bearer(&member().mint());
        let by_cookie = get(path).cookie(&cookies(&member().mint()));
        for request in [other_key, some, by_cookie] {
            let answer = server.answer(request).await;
            assert!(!answer.text().contains(SECRET), "{path}");
            assert!(answer.status >= 300, "{path}: {}", answer.status);
        }
    }
    for method in ["HEAD", "POST", "PUT", "DELETE", "PATCH", "get", "TRACE"] {
        let answer = server.answer(request(method, "/team/secret")).await;
        assert!(answer.status >= 400, "{method}: {}", answer.status);
        assert!(!answer.text().contains(SECRET), "{method}");
    }
    let answer = server
        .answer(get("/team/secret").bearer(&admin().mint()))
        .await;
    assert_eq!(answer.text(), SECRET);
}

pub async fn preflight_requests_pass_outside_the_layer<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let preflight = request("OPTIONS", "/team/secret")
        .header("origin", ORIGIN)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    let answer = server.answer(preflight).await;
    assert!((200..300).contains(&answer.status), "{}", answer.status);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let allowed = answer.header("access-control-allow-headers").expect("some");
    assert_eq!(allowed.to_ascii_lowercase(), "authorization");
    // The request that follows still needs authentication.
    let answer = server
        .answer(get("/team/secret").header("origin", ORIGIN))
        .await;
    is_refused(&answer, 401, "unauthenticated");
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
}

pub async fn path_parameters_come_through<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    for (path, id) in [("/admin/7", "7"), ("/admin/a%20b", "a b")] {
        let answer = server.answer(get(path).bearer(&admin().mint())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["id"], id);
        assert_eq!(answer.json()["user"], "user_1");
    }
}
