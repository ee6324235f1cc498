use serde_json::{Value, json};

use super::*;

fn read(payload: Value) -> SessionClaims {
    let json = payload.to_string();
    let payload: Payload<'_> = serde_json::from_str(&json).unwrap();
    let claims = SessionClaims::read(&payload);
    claims.with_json(json.clone())
}

/// A token of version 2 with these claims beside those that every token has.
fn version_2(more: Value) -> SessionClaims {
    let mut payload = json!({
        "v": 2, "sub": "user_1", "sid": "sess_1", "iss": "https://clerk.example.com",
        "azp": "https://app.example.com", "exp": 160, "nbf": 90, "iat": 100,
    });
    let (Some(payload_map), Value::Object(more)) = (payload.as_object_mut(), more) else {
        panic!("both are objects");
    };
    payload_map.extend(more);
    read(payload)
}

fn in_organization() -> SessionClaims {
    version_2(json!({
        "fea": "o:dashboard,o:teams", "pla": "u:free,o:business",
        "o": { "id": "org_1", "slg": "acme", "rol": "admin", "per": "manage,read", "fpm": "3,2" },
    }))
}

#[test]
fn claims_of_every_token_are_read() {
    let claims = version_2(json!({}));
    assert_eq!(claims.user_id(), "user_1");
    assert_eq!(claims.session_id(), Some("sess_1"));
    assert_eq!(claims.issuer(), Some("https://clerk.example.com"));
    assert_eq!(claims.authorized_party(), Some("https://app.example.com"));
    assert_eq!(claims.expires_at(), 160);
    assert_eq!(claims.not_before(), Some(90));
    assert_eq!(claims.issued_at(), Some(100));
    assert_eq!(claims.version(), 2);
    assert_eq!(claims.status(), SessionStatus::Active);
    assert_eq!(claims.factor_verification_age(), None);
    assert_eq!(claims.actor(), None);
    assert_eq!(claims.organization(), None);
}

#[test]
fn version_2_unpacks_the_organization() {
    let organization = in_organization().organization().cloned().unwrap();
    assert_eq!(organization.id, "org_1");
    assert_eq!(organization.slug.as_deref(), Some("acme"));
    assert_eq!(organization.role.as_deref(), Some("org:admin"));
    assert_eq!(
        organization.permissions,
        [
            "org:dashboard:manage",
            "org:dashboard:read",
            "org:teams:read"
        ]
    );
}

#[test]
fn an_empty_role_of_version_2_is_none() {
    for organization in [
        json!({ "id": "org_1" }),
        json!({ "id": "org_1", "rol": "" }),
    ] {
        let claims = version_2(json!({ "o": organization }));
        let organization = claims.organization().unwrap();
        assert_eq!(organization.role, None);
        assert_eq!(organization.permissions, [""; 0]);
    }
}

#[test]
fn version_2_ignores_the_organization_claims_of_version_1() {
    let claims = version_2(json!({
        "org_id": "org_1", "org_role": "org:admin", "org_permissions": ["org:a:read"],
    }));
    assert_eq!(claims.organization(), None);
}

#[test]
fn version_1_has_the_organization_in_claims_of_its_own() {
    let claims = read(json!({
        "sub": "user_1", "org_id": "org_1", "org_slug": "acme", "org_role": "org:admin",
        "org_permissions": ["org:dashboard:manage", 1, null, ["x"], "org:te\u{f6}ms:read"],
        "o": { "id": "org_2" },
    }));
    assert_eq!(claims.version(), 1);
    let organization = claims.organization().unwrap();
    assert_eq!(organization.id, "org_1");
    assert_eq!(organization.slug.as_deref(), Some("acme"));
    assert_eq!(organization.role.as_deref(), Some("org:admin"));
    assert_eq!(
        organization.permissions,
        ["org:dashboard:manage", "org:te\u{f6}ms:read"]
    );
    assert_eq!(organization.permissions.capacity(), 2);
}

#[test]
fn version_1_without_permissions_has_none() {
    for permissions in [
        json!(null),
        json!("org:a:read"),
        json!({}),
        json!([]),
        json!([1]),
    ] {
        let claims = read(json!({
            "sub": "user_1", "org_id": "org_1", "org_permissions": permissions,
        }));
        let organization = claims.organization().unwrap();
        assert_eq!(organization.permissions, [""; 0], "{permissions}");
    }
}

#[test]
fn only_the_number_2_is_version_2() {
    for (version, expected) in [
        (json!(2), 2),
        (json!(2.0), 2),
        (json!("2"), 1),
        (json!(3), 1),
    ] {
        let claims = read(json!({ "sub": "user_1", "v": version }));
        assert_eq!(claims.version(), expected, "{version}");
    }
}

#[test]
fn a_malformed_organization_is_none() {
    for organization in [
        json!(null),
        json!("org_1"),
        json!(["org_1"]),
        json!(1),
        json!(true),
    ] {
        assert_eq!(version_2(json!({ "o": organization })).organization(), None);
    }
    for id in [json!(null), json!(""), json!(7)] {
        assert_eq!(version_2(json!({ "o": { "id": id } })).organization(), None);
        assert_eq!(
            read(json!({ "sub": "user_1", "org_id": id })).organization(),
            None
        );
    }
}

#[test]
fn claims_of_wrong_types_contribute_nothing() {
    for wrong in [
        json!(null),
        json!(1),
        json!(["o:a"]),
        json!({ "a": 1 }),
        json!(true),
    ] {
        let claims = version_2(json!({
            "fea": wrong, "pla": wrong, "sts": wrong, "act": wrong,
            "o": { "id": "org_1", "slg": wrong, "rol": wrong, "per": wrong, "fpm": wrong },
        }));
        let organization = claims.organization().unwrap();
        assert_eq!(organization.slug, None, "{wrong}");
        assert_eq!(organization.role, None, "{wrong}");
        assert_eq!(organization.permissions, [""; 0], "{wrong}");
        assert_eq!(claims.organization_features().count(), 0, "{wrong}");
        assert_eq!(claims.user_plans().count(), 0, "{wrong}");
        assert_eq!(claims.actor(), None, "{wrong}");
        assert_eq!(claims.status(), SessionStatus::Active, "{wrong}");
    }
}

#[test]
fn a_session_with_tasks_left_is_pending() {
    let claims = version_2(json!({ "sts": "pending" }));
    assert_eq!(claims.status(), SessionStatus::Pending);
}

#[test]
fn an_actor_is_read_and_stays_in_the_raw_claims() {
    let claims = version_2(json!({ "act": { "sub": "user_2", "iss": "https://x.example" } }));
    let actor = claims.actor().unwrap();
    assert_eq!((&*actor.subject, &actor.kind), ("user_2", &None));
    assert_eq!(
        claims.claim("act"),
        Some(json!({ "sub": "user_2", "iss": "https://x.example" }))
    );
    let claims = version_2(json!({ "act": { "sub": "agent_1", "type": "agent" } }));
    assert_eq!(claims.actor().unwrap().kind.as_deref(), Some("agent"));
    for nobody in [
        json!({}),
        json!({ "sub": "" }),
        json!({ "sub": 1 }),
        json!(["user_2"]),
    ] {
        assert_eq!(version_2(json!({ "act": nobody })).actor(), None);
    }
}

#[test]
fn features_and_plans_are_separated_by_scope() {
    let claims = version_2(json!({ "fea": "o:a,u:b,uo:c", "pla": "u:free,o:business" }));
    let collected = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(" ");
    assert_eq!(collected(&mut claims.organization_features()), "a c");
    assert_eq!(collected(&mut claims.user_features()), "b c");
    assert_eq!(collected(&mut claims.organization_plans()), "business");
    assert_eq!(collected(&mut claims.user_plans()), "free");
}

#[test]
fn custom_claims_are_read_by_type() {
    #[derive(serde::Deserialize)]
    struct Custom {
        department: String,
        sub: String,
    }
    let claims = version_2(json!({ "department": "sales", "nothing": null }));
    let custom: Custom = claims.custom().unwrap();
    assert_eq!((&*custom.department, &*custom.sub), ("sales", "user_1"));
    assert!(claims.custom::<Vec<String>>().is_err());
    assert_eq!(claims.claim("department"), Some(json!("sales")));
    assert_eq!(claims.claim("nothing"), None);
    assert_eq!(claims.claim("missing"), None);
}

#[test]
fn roles_and_permissions_are_compared_with_one_prefix() {
    let claims = in_organization();
    for role in ["org:admin", "admin", "org:org:admin"] {
        assert!(claims.has(&Check::role(role)), "{role}");
    }
    for role in [
        "",
        "org:",
        "member",
        "org:admi",
        "org:administrator",
        "ADMIN",
    ] {
        assert!(!claims.has(&Check::role(role)), "{role}");
    }
    for permission in ["org:teams:read", "teams:read", "org:org:teams:read"] {
        assert!(claims.has(&Check::permission(permission)), "{permission}");
    }
    for permission in ["", "org:", "org:teams:manage", "read", "teams"] {
        assert!(!claims.has(&Check::permission(permission)), "{permission}");
    }
}

#[test]
fn a_role_of_version_1_may_lack_the_prefix() {
    let claims = read(json!({ "sub": "user_1", "org_id": "org_1", "org_role": "admin" }));
    assert!(claims.has(&Check::role("org:admin")));
    assert!(claims.has(&Check::role("admin")));
}

#[test]
fn an_empty_role_matches_no_check() {
    let claims = read(json!({ "sub": "user_1", "org_id": "org_1", "org_role": "org:" }));
    for role in ["", "org:"] {
        assert!(!claims.has(&Check::role(role)), "{role:?}");
    }
}

#[test]
fn roles_and_permissions_need_an_organization() {
    let claims = read(json!({
        "sub": "user_1", "org_role": "org:admin", "org_permissions": ["org:a:read"],
    }));
    assert!(!claims.has(&Check::role("org:admin")));
    assert!(!claims.has(&Check::permission("org:a:read")));
}

#[test]
fn features_and_plans_need_no_organization() {
    let claims = version_2(json!({ "fea": "u:dash,o:teams", "pla": "u:pro" }));
    assert!(claims.has(&Check::feature("dash")));
    assert!(claims.has(&Check::feature("user:dash")));
    assert!(claims.has(&Check::feature("org:teams")));
    assert!(!claims.has(&Check::feature("org:dash")));
    assert!(claims.has(&Check::plan("pro")));
    assert!(!claims.has(&Check::plan("dash")));
}

#[test]
fn all_checks_must_hold_and_there_must_be_one() {
    let claims = in_organization();
    let role = || Check::role("admin");
    assert!(claims.has(&role().and(Check::plan("org:business"))));
    assert!(!claims.has(&role().and(Check::plan("org:pro"))));
    assert!(!claims.has(&Check::plan("org:pro").and(role())));
    assert!(!claims.has(&role().and(Check::role("member"))));
    assert!(!claims.has(&Check::default()));
    assert!(claims.has(&role().and(Check::default())));
}

#[test]
fn one_of_several_is_enough_with_or() {
    let claims = in_organization();
    let (yes, no) = (|| Check::role("admin"), || Check::plan("org:pro"));
    assert!(claims.has(&yes().or(no())));
    assert!(claims.has(&no().or(yes())));
    assert!(claims.has(&no().or(no()).or(yes())));
    assert!(!claims.has(&no().or(no())));
    // `and` and `or` apply to all that comes before them.
    assert!(!claims.has(&yes().or(yes()).and(no())));
    assert!(claims.has(&no().and(no()).or(yes())));
    assert!(!claims.has(&yes().or(no().and(yes())).and(no())));
    assert!(claims.has(&yes().and(no().or(yes()))));
    assert!(!claims.has(&yes().and(no().or(no()))));
    // What asks for nothing adds nothing, and does not pass alone.
    assert!(!claims.has(&Check::default().or(Check::default())));
    assert!(!claims.has(&Check::default().and(Check::default())));
    assert!(!claims.has(&Check::default().or(no())));
    assert!(!claims.has(&no().or(Check::default())));
    assert!(claims.has(&[no(), yes()].into_iter().fold(Check::default(), Check::or)));
    assert!(!claims.has(&[yes(), no()].into_iter().fold(Check::default(), Check::and)));
}

#[test]
fn a_session_without_a_user_passes_no_check() {
    let claims = read(json!({ "sub": "", "org_id": "org_1", "org_role": "org:admin" }));
    assert!(!claims.has(&Check::role("admin")));
    assert!(!claims.has(&Check::role("admin").or(Check::default())));
    let failed = claims.check(&Check::reverified(Reverification::Strict));
    assert_eq!(failed, Err(FailedCheck::NoUser));
}

#[test]
fn verification_ages_must_be_two_numbers() {
    let fresh = Check::reverified(Reverification::Lax);
    let passes = |ages: Value| version_2(json!({ "fva": ages })).has(&fresh);
    assert!(passes(json!([0, 0])));
    assert!(passes(json!([1439, -1])));
    assert!(passes(json!([-1, 1439.5])));
    for ages in [
        json!(null),
        json!([]),
        json!([0]),
        json!([0, 0, 0]),
        json!(["0", 0]),
        json!([0, null]),
        json!([0, -2]),
        json!([-1, -1]),
        json!([1440, -1]),
        json!({ "0": 0, "1": 0 }),
        json!("0,0"),
    ] {
        assert!(!passes(ages.clone()), "{ages}");
    }
    assert!(!version_2(json!({})).has(&fresh));
}

#[test]
fn debug_shows_no_claim_of_the_application() {
    let claims = version_2(json!({ "secret": "canary" }));
    assert!(!format!("{claims:?}").contains("canary"));
}
