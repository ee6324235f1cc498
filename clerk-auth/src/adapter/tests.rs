//! What requirements ask for, and which failed check is reported.

use serde_json::{Value, json};

use super::{Rejection, RejectionKind, Requirement};
use crate::testing::{self, TestKey, TestToken};
use crate::{Auth, Check, FactorLevel, FailedCheck, MachineToken, MachineTokenKind};
use crate::{Reverification, TokenType};

fn member() -> TestToken<'static> {
    let user = TestKey::shared().session_token("user_1");
    user.organization("org_1").role("org:member")
}

fn machine(scopes: &[&str]) -> Auth {
    let mut token = MachineToken::new(MachineTokenKind::ApiKey, "ak_1", "user_1");
    token.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    testing::machine(token)
}

fn judged(requirement: &Requirement, auth: &Auth) -> Result<(), Rejection> {
    requirement.judge_auth(auth, None)
}

#[track_caller]
fn fails(requirement: &Requirement, auth: &Auth, check: FailedCheck) {
    let rejection = judged(requirement, auth).expect_err("a rejection");
    assert_eq!(rejection.kind(), RejectionKind::Forbidden);
    assert_eq!(rejection.failed_check(), Some(&check));
}

#[test]
fn all_or_any_of_several_scopes_can_be_required() {
    let scope = |name: &str| FailedCheck::Scope(name.to_owned());
    let all = Requirement::all_scopes(["admin", "email"]);
    let both = Requirement::scope("admin").and(Requirement::scope("email"));
    for all in [all, both] {
        judged(&all, &machine(&["email", "other", "admin"])).unwrap();
        fails(&all, &machine(&["email"]), scope("admin"));
        fails(&all, &machine(&["admin"]), scope("email"));
        fails(&all, &machine(&[]), scope("admin"));
    }
    let any = Requirement::any_scope(["admin", "email"]);
    let either = Requirement::scope("admin").or(Requirement::scope("email"));
    for any in [any, either] {
        judged(&any, &machine(&["email"])).unwrap();
        judged(&any, &machine(&["other", "admin"])).unwrap();
        fails(&any, &machine(&["other"]), scope("admin"));
    }
    let nested = Requirement::any_scope(["a", "b"]).and(Requirement::all_scopes(["c", "d"]));
    judged(&nested, &machine(&["b", "c", "d"])).unwrap();
    fails(&nested, &machine(&["c", "d"]), scope("a"));
    fails(&nested, &machine(&["a", "b", "c"]), scope("d"));
}

#[test]
fn empty_lists_and_empty_scopes_are_never_met() {
    let none: [&str; 0] = [];
    for empty in [Requirement::all_scopes(none), Requirement::any_scope(none)] {
        fails(&empty, &machine(&["admin"]), FailedCheck::NothingAsked);
        let with_more = Requirement::machine().and(empty.clone());
        fails(&with_more, &machine(&["admin"]), FailedCheck::NothingAsked);
        judged(&empty.or(Requirement::scope("admin")), &machine(&["admin"])).unwrap();
    }
    let empty = FailedCheck::Scope(String::new());
    fails(&Requirement::scope(""), &machine(&["", "admin"]), empty);
}

#[test]
fn sessions_have_no_scopes_and_machines_pass_no_checks() {
    let session = FailedCheck::TokenType(TokenType::SessionToken);
    let api_key = FailedCheck::TokenType(TokenType::ApiKey);
    let (user, job) = (member().auth(), machine(&["read"]));
    fails(&Requirement::scope("read"), &user, session.clone());
    fails(&Requirement::machine(), &user, session);
    let members = Requirement::from(Check::role("member"));
    fails(&members, &job, api_key.clone());
    fails(&Requirement::session(), &job, api_key.clone());
    judged(&Requirement::authenticated(), &job).unwrap();
    judged(&Requirement::authenticated(), &user).unwrap();

    let either = members.clone().or(Requirement::scope("read"));
    judged(&either, &user).unwrap();
    judged(&either, &job).unwrap();
    // The reported check is one about tokens of the type that was sent.
    fails(
        &either,
        &machine(&[]),
        FailedCheck::Scope("read".to_owned()),
    );
    let admins = Requirement::scope("read").or(Check::role("admin"));
    fails(&admins, &user, FailedCheck::Role("admin".to_owned()));

    let both = members.and(Requirement::scope("read"));
    fails(&both, &job, api_key);
}

#[test]
fn the_unauthenticated_meet_no_requirement() {
    for requirement in [
        Requirement::default(),
        Requirement::session().or(Requirement::machine()),
        Requirement::any_scope(["a"]),
    ] {
        let rejection = judged(&requirement, &testing::signed_out()).unwrap_err();
        assert_eq!(rejection.kind(), RejectionKind::Unauthenticated);
        assert_eq!(rejection.failed_check(), None);
    }
}

/// Expected: what `reverificationErrorResponse()` of `@clerk/shared` 4.41.0 sends.
#[test]
fn a_missing_reverification_has_the_response_that_clerks_front_end_reads() {
    let custom = |level| Reverification::custom(level, 15);
    for (asked, sent) in [
        (Reverification::StrictMfa, json!("strict_mfa")),
        (Reverification::Strict, json!("strict")),
        (Reverification::Moderate, json!("moderate")),
        (Reverification::Lax, json!("lax")),
        (
            custom(FactorLevel::FirstFactor),
            json!({ "level": "first_factor", "afterMinutes": 15 }),
        ),
        (
            custom(FactorLevel::SecondFactor),
            json!({ "level": "second_factor", "afterMinutes": 15 }),
        ),
        (
            custom(FactorLevel::MultiFactor),
            json!({ "level": "multi_factor", "afterMinutes": 15 }),
        ),
    ] {
        let stale = member().factor_verification_age(2000, 2000).auth();
        let rejection = judged(&Check::reverified(asked).into(), &stale).unwrap_err();
        assert_eq!(rejection.reverification(), Some(asked));
        let response = rejection.response();
        assert_eq!(response.status(), 403);
        assert_eq!(response.headers()["content-type"], "application/json");
        let body: Value = serde_json::from_str(response.body()).unwrap();
        let expected = json!({ "clerk_error": {
            "type": "forbidden",
            "reason": "reverification-error",
            "metadata": { "reverification": sent },
        } });
        assert_eq!(body, expected);
        assert_eq!(asked.error_response().body(), response.body());
    }
}

#[test]
fn a_reverification_is_reported_only_if_it_helps() {
    let strict = || Check::reverified(Reverification::Strict);
    let stale = member().factor_verification_age(100, 100);
    let asked = |check: Check| {
        let rejection = judged(&check.into(), &stale.clone().auth()).unwrap_err();
        let json: Value = serde_json::from_str(rejection.response().body()).unwrap();
        assert_eq!(
            json.get("clerk_error").is_some(),
            rejection.reverification().is_some()
        );
        rejection.reverification()
    };
    let (role, other) = (|| Check::role("member"), || Check::role("admin"));
    let helps = Some(Reverification::Strict);
    assert_eq!(asked(strict()), helps);
    assert_eq!(asked(strict().and(role())), helps);
    assert_eq!(asked(role().and(strict())), helps);
    assert_eq!(asked(strict().and(other())), None);
    assert_eq!(asked(other().and(strict())), None);
    // One way in is enough, and one of them is open after a reverification.
    assert_eq!(asked(other().or(role().and(strict()))), helps);
    assert_eq!(asked(other().or(strict())), helps);
    assert_eq!(asked(other().and(strict()).or(Check::plan("pro"))), None);
    assert_eq!(asked(other().or(role()).and(strict())), helps);
    // Both must be fresh enough afterwards.
    let first = Check::reverified(Reverification::custom(FactorLevel::FirstFactor, 5));
    let both = Reverification::custom(FactorLevel::MultiFactor, 5);
    assert_eq!(asked(strict().and(first)), Some(both));
    // No verification is ever less than 0 minutes old.
    let never = Check::reverified(Reverification::custom(FactorLevel::FirstFactor, 0));
    assert_eq!(asked(never.clone()), None);
    assert_eq!(asked(strict().and(never)), None);
    // A layer asks for both at once, too.
    let requirement = Requirement::from(strict()).and(other());
    fails(
        &requirement,
        &stale.auth(),
        FailedCheck::Role("admin".to_owned()),
    );
}

#[test]
fn a_rejection_names_the_failed_check_and_does_not_send_it() {
    let user = member().auth();
    for (check, failed) in [
        (
            Check::role("org:CANARY"),
            FailedCheck::Role("org:CANARY".to_owned()),
        ),
        (
            Check::permission("org:CANARY:read"),
            FailedCheck::Permission("org:CANARY:read".to_owned()),
        ),
        (
            Check::feature("CANARY"),
            FailedCheck::Feature("CANARY".to_owned()),
        ),
        (
            Check::plan("org:CANARY"),
            FailedCheck::Plan("org:CANARY".to_owned()),
        ),
        (Check::default(), FailedCheck::NothingAsked),
    ] {
        let rejection = judged(&check.clone().into(), &user).unwrap_err();
        assert_eq!(rejection.failed_check(), Some(&failed));
        assert!(!rejection.response().body().contains("CANARY"));
        assert!(rejection.response().body().contains("\"forbidden\""));
        let session = user.session().unwrap();
        assert_eq!(session.check(&check), Err(failed.clone()));
        assert_eq!(Rejection::from(failed), rejection);
    }
}

/// A machine token is not signed in, so the messages say whether a request is authenticated.
#[test]
fn messages_fit_sessions_and_machine_tokens() {
    let admins = Requirement::from(Check::role("org:admin"));
    for (auth, expected) in [
        (testing::signed_out(), "The request is unauthenticated."),
        (
            machine(&["email"]),
            "The request is authenticated, but not permitted.",
        ),
        (
            member().auth(),
            "The request is authenticated, but not permitted.",
        ),
    ] {
        let rejection = judged(&admins, &auth).expect_err("a rejection");
        assert_eq!(rejection.message(), expected);
        let body: Value = serde_json::from_str(rejection.response().body()).expect("JSON");
        assert_eq!(body["errors"][0]["message"], expected);
    }
    let stale = FailedCheck::Reverification(Reverification::Strict).to_string();
    assert!(stale.contains("in the last 10 minutes"), "{stale}");
}

#[cfg(any(
    feature = "axum",
    feature = "actix-web",
    feature = "rocket",
    feature = "poem"
))]
#[test]
fn a_missing_layer_is_logged_with_the_way_to_add_it() {
    let log = test_support::Log::default();
    let guard = log.start();
    let rejection = super::extract::used_without("some::Layer", "add it after the route");
    drop(guard);
    assert_eq!(rejection.kind(), RejectionKind::Internal);
    let expected = "extractor used without some::Layer; add it after the route";
    assert!(log.text().contains(expected), "{}", log.text());
}

#[cfg(any(feature = "tower", feature = "actix-web", feature = "poem"))]
#[tokio::test]
async fn a_second_requirement_of_a_layer_weakens_nothing() {
    let guard = |requirements: [Requirement; 2]| {
        let mut guard = super::Guard::new(testing::authenticator(TestKey::shared()));
        for requirement in requirements {
            guard.require(requirement);
        }
        guard
    };
    let role = |role: &str| Requirement::from(Check::role(role));
    let bearer = format!("Bearer {}", member().mint());
    let request = http::Request::get("/").header("authorization", bearer);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    for (requirements, passes) in [
        ([role("admin"), Requirement::authenticated()], false),
        ([Requirement::authenticated(), role("admin")], false),
        ([role("admin"), role("member")], false),
        ([role("member"), Requirement::session()], true),
        ([role("member"), Requirement::machine()], false),
    ] {
        let decision = guard(requirements.clone()).decide(&parts).await;
        let continues = matches!(decision, super::Decision::Continue(_));
        assert_eq!(continues, passes, "{requirements:?}");
    }
}

#[test]
fn a_rejection_emits_one_event_when_it_becomes_a_response() {
    let log = test_support::Log::default();
    let guard = log.start();
    let events = || {
        let log = log.text();
        log.lines()
            .filter(|line| line.contains("DEBUG"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let admins = Requirement::from(Check::role("org:admin"));
    let rejection = judged(&admins, &member().auth()).expect_err("a rejection");
    // A handler may pass it over.
    assert_eq!(events(), [""; 0]);
    rejection.answer();
    rejection.clone().answer();
    rejection.answer();
    assert_eq!(events().len(), 1, "{:?}", events());
    for part in ["status=403", "forbidden", "org:admin"] {
        assert!(events()[0].contains(part), "{:?}", events());
    }
    // Another request is another matter.
    let rejection = judged(&admins, &testing::signed_out()).expect_err("a rejection");
    rejection.answer();
    assert_eq!(events().len(), 2, "{:?}", events());
    drop(guard);
}

#[cfg(any(feature = "tower", feature = "actix-web", feature = "poem"))]
#[tokio::test]
async fn an_inner_layer_responds_like_the_outer_one_unless_set() {
    let mut outer = super::Guard::new(testing::authenticator(TestKey::shared()));
    let mut inner = outer.clone();
    inner.require(Check::role("admin").into());
    outer.respond_with(|_| http::Response::new("own".to_owned()));
    let bearer = format!("Bearer {}", member().mint());
    let request = http::Request::get("/").header("authorization", bearer);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let super::Decision::Continue(state) = outer.decide(&parts).await else {
        panic!("the outer layer asks for nothing");
    };
    let left = outer.outer(&state);
    let judged = inner.behind(Some(&left), outer.respond()).unwrap();
    assert_eq!(judged.unwrap_err().answer().body, "own");
    inner.respond_with(|_| http::Response::new("nearer".to_owned()));
    let judged = inner.behind(Some(&left), inner.respond()).unwrap();
    assert_eq!(judged.unwrap_err().answer().body, "nearer");
}
