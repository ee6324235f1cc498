//! Rejected requests, and the responses to them.

use clerk_auth::adapter::{Rejection, RejectionKind};
use clerk_auth::{Accepts, FailedCheck};
use http::Response;
use serde_json::{Value, json};
use test_support::Server;

use super::is_refused;
use crate::Framework;
use crate::application::Application;
use crate::clerk::{self, API_KEY, admin, api_key, asking, authenticator, cookies, member, user};
use crate::wire::{get, request};

/// Every route that requires authentication.
pub(super) const PROTECTED: [&str; 12] = [
    "/me",
    "/session",
    "/machine",
    "/admin/7",
    "/invoices",
    "/write",
    "/both",
    "/either",
    "/fresh",
    "/fresh/admin",
    "/team/secret",
    "/team/members/7",
];

pub async fn an_unauthenticated_request_gets_a_challenge<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    for path in PROTECTED {
        let answer = server.answer(get(path)).await;
        is_refused(&answer, 401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
        assert_eq!(answer.header("x-clerk-auth-status"), Some("signed-out"));
        let reason = answer.header("x-clerk-auth-reason");
        assert_eq!(reason, Some("session-token-and-uat-missing"), "{path}");
        assert_eq!(answer.header("location"), None);
    }
}

pub async fn an_invalid_token_is_reported_as_such<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let other_key = clerk_auth::testing::TestKey::generate();
    for token in [
        user().tampered().mint(),
        user().expired().mint(),
        other_key.session_token("user_1").mint(),
        "not.a.token".to_owned(),
    ] {
        for path in PROTECTED {
            let answer = server.answer(get(path).bearer(&token)).await;
            is_refused(&answer, 401, "unauthenticated");
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge, Some("Bearer error=\"invalid_token\""), "{path}");
            assert!(answer.header("x-clerk-auth-reason").is_some());
        }
    }
    let expired = cookies(&user().expired().mint());
    let answer = server.answer(get("/me").cookie(&expired)).await;
    is_refused(&answer, 401, "unauthenticated");
}

pub async fn a_failed_check_is_forbidden<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    for token in [
        user(),
        member(),
        member().permissions(["org:invoices:read"]),
    ] {
        for path in ["/admin/7", "/invoices", "/team/secret", "/team/members/7"] {
            let answer = server.answer(get(path).bearer(&token.mint())).await;
            is_refused(&answer, 403, "forbidden");
            assert_eq!(answer.header("www-authenticate"), None, "{path}");
        }
    }
    let answer = server.answer(get("/admin/7").bearer(&admin().mint())).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

pub async fn kinds_of_tokens_are_distinguished<F: Framework>() {
    let clerk = Server::answering(|_| api_key(&["read"], "expired", false));
    let builder = asking(&clerk).jwt_key(clerk::key().public_key_pem());
    let server = clerk::serve::<F>(builder.build().expect("good options")).await;
    for (path, token) in [
        ("/machine", admin().mint()),
        ("/write", admin().mint()),
        ("/session", API_KEY.to_owned()),
        ("/admin/7", API_KEY.to_owned()),
        ("/team/secret", API_KEY.to_owned()),
    ] {
        let answer = server.answer(get(path).bearer(&token)).await;
        is_refused(&answer, 403, "forbidden");
    }
    // A kind that is not accepted does not authenticate.
    let sessions_only = asking(&clerk).accepts(Accepts::default());
    let server = clerk::serve::<F>(sessions_only.build().expect("good options")).await;
    for path in ["/me", "/machine", "/session"] {
        let answer = server.answer(get(path).bearer(API_KEY)).await;
        is_refused(&answer, 401, "unauthenticated");
    }
}

pub async fn no_content_type_makes_a_rejection_look_like_a_success<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    for media_type in ["application/grpc", "application/grpc+proto"] {
        for path in PROTECTED {
            let answer = server.answer(get(path).header("content-type", media_type));
            is_refused(&answer.await, 401, "unauthenticated");
        }
        let post = request("POST", "/me").header("content-type", media_type);
        let answer = server.answer(post.body("")).await;
        is_refused(&answer, 401, "unauthenticated");
    }
}

/// Expected: what `reverificationErrorResponse()` of `@clerk/shared` 4.41.0 sends.
pub async fn a_missing_reverification_has_the_response_for_clerks_front_end<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let hint = |reverification: Value| {
        json!({ "clerk_error": {
            "type": "forbidden",
            "reason": "reverification-error",
            "metadata": { "reverification": reverification },
        } })
    };
    let own = json!({ "level": "first_factor", "afterMinutes": 5 });
    for (path, token, expected) in [
        (
            "/fresh",
            user().factor_verification_age(1, 600),
            hint(json!("strict")),
        ),
        (
            "/fresh",
            user().factor_verification_age(600, -1),
            hint(json!("strict")),
        ),
        ("/fresh", user().without_claim("fva"), hint(json!("strict"))),
        (
            "/fresh/admin",
            admin().factor_verification_age(5, 0),
            hint(own),
        ),
    ] {
        let bearer = get(path).bearer(&token.clone().mint());
        for request in [bearer, get(path).cookie(&cookies(&token.mint()))] {
            let answer = server.answer(request).await;
            assert_eq!(answer.status, 403, "{}", answer.text());
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.header("www-authenticate"), None);
            assert_eq!(answer.json(), expected);
        }
    }
    // Verifying again would not help if something else is missing too.
    let stale = member().factor_verification_age(600, 600).mint();
    let answer = server.answer(get("/fresh/admin").bearer(&stale)).await;
    is_refused(&answer, 403, "forbidden");
    let answer = server.answer(get("/fresh")).await;
    is_refused(&answer, 401, "unauthenticated");
    for path in ["/fresh", "/fresh/admin"] {
        let fresh = admin().factor_verification_age(1, 1).mint();
        let answer = server.answer(get(path).bearer(&fresh)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

pub async fn an_application_sets_its_own_response<F: Framework>() {
    fn respond(rejection: &Rejection) -> Response<String> {
        let kind = match (rejection.kind(), rejection.failed_check()) {
            (RejectionKind::Unauthenticated, None) => "who are you",
            (RejectionKind::Forbidden, Some(FailedCheck::Role(_))) => "not you",
            (RejectionKind::Forbidden, Some(FailedCheck::Reverification(_))) => "really you",
            _ => "odd",
        };
        Response::builder()
            .status(418)
            .header("content-type", "text/plain")
            .header("x-own", "first")
            .header("x-own", "second")
            .body(format!("{kind}: {}", rejection.status()))
            .expect("a response")
    }
    let server = F::start(Application {
        authenticator: authenticator(),
        respond: Some(respond),
    });
    let server = server.await;
    for (request, expected) in [
        (get("/team/secret"), "who are you: 401 Unauthorized"),
        (get("/me"), "who are you: 401 Unauthorized"),
        (
            get("/team/secret").bearer(&member().mint()),
            "not you: 403 Forbidden",
        ),
        (
            get("/admin/7").bearer(&member().mint()),
            "not you: 403 Forbidden",
        ),
        (
            get("/fresh").bearer(&user().factor_verification_age(9, 10).mint()),
            "really you: 403 Forbidden",
        ),
        (
            get("/session").bearer("no.such.token"),
            "who are you: 401 Unauthorized",
        ),
    ] {
        let answer = server.answer(request.clone()).await;
        assert_eq!(answer.status, 418, "{request:?}");
        assert_eq!(answer.text(), expected);
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        assert_eq!(answer.all("x-own"), ["first", "second"]);
    }
}
