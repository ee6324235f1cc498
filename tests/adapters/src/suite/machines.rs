//! Machine tokens, which Clerk verifies.

use test_support::Server;

use super::is_refused;
use crate::Framework;
use crate::clerk::{self, API_KEY, admin, api_key, asking, member};
use crate::wire::get;

pub async fn a_machine_token_is_verified_by_clerk<F: Framework>() {
    let clerk = Server::answering(|_| api_key(&["read"], "expired", false));
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    for path in ["/me", "/maybe", "/option", "/optional", "/machine"] {
        let answer = server.answer(get(path).bearer(API_KEY)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.json()["kind"], "machine", "{path}");
        assert_eq!(answer.json()["user"], "user_7", "{path}");
    }
    let asked = clerk.requests();
    assert_eq!(asked.len(), 5);
    for request in asked {
        assert_eq!(request.path, "/v1/api_keys/verify");
        assert_eq!(request.json()["secret"], API_KEY);
    }
    let answer = server.answer(get("/machine")).await;
    is_refused(&answer, 401, "unauthenticated");
    // It is not a session, and not unauthenticated either.
    let answer = server.answer(get("/optional/session").bearer(API_KEY));
    is_refused(&answer.await, 403, "forbidden");
}

pub async fn scopes_are_required<F: Framework>() {
    for (scopes, expected) in [(&["read", "write"][..], 200), (&["read"], 403), (&[], 403)] {
        let clerk = Server::answering(move |_| api_key(scopes, "expired", false));
        let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
        let answer = server.answer(get("/write").bearer(API_KEY)).await;
        assert_eq!(answer.status, expected, "{scopes:?}: {}", answer.text());
    }
}

pub async fn all_scopes_or_any_are_required<F: Framework>() {
    for (scopes, both, either) in [
        (&["write", "read"][..], 200, 200),
        (&["read"], 403, 200),
        (&["write"], 403, 200),
        (&["other"], 403, 403),
        (&[], 403, 403),
    ] {
        let clerk = Server::answering(move |_| api_key(scopes, "expired", false));
        let builder = asking(&clerk).jwt_key(clerk::key().public_key_pem());
        let server = clerk::serve::<F>(builder.build().expect("good options")).await;
        for (path, expected) in [("/both", both), ("/either", either)] {
            let answer = server.answer(get(path).bearer(API_KEY)).await;
            assert_eq!(
                answer.status,
                expected,
                "{path} {scopes:?}: {}",
                answer.text()
            );
        }
        // A session has no scopes, but can meet a requirement with an alternative check.
        let answer = server.answer(get("/both").bearer(&admin().mint())).await;
        is_refused(&answer, 403, "forbidden");
        let answer = server.answer(get("/either").bearer(&admin().mint())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = server.answer(get("/either").bearer(&member().mint())).await;
        is_refused(&answer, 403, "forbidden");
    }
}

pub async fn a_revoked_machine_token_is_rejected<F: Framework>() {
    for member in ["revoked", "expired"] {
        let clerk = Server::answering(move |_| api_key(&["write"], member, true));
        let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
        for path in ["/me", "/machine", "/write"] {
            let answer = server.answer(get(path).bearer(API_KEY)).await;
            is_refused(&answer, 401, "unauthenticated");
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge, Some("Bearer error=\"invalid_token\""));
        }
        let answer = server.answer(get("/maybe").bearer(API_KEY)).await;
        assert_eq!(answer.json()["kind"], "unauthenticated");
    }
}
