//! Users with their email addresses and phone numbers.

use clerk_api::{Clerk, Error, models};
use clerk_mock::ClerkMock;
use serde_json::json;

async fn ada(clerk: &Clerk) -> models::User {
    let create = clerk
        .users()
        .create()
        .email_address(["ada@example.com", "lovelace@example.com"])
        .phone_number(["+12015550101"])
        .first_name("Ada")
        .username("ada")
        .external_id("1")
        .public_metadata(json!({ "plan": "free", "limits": { "seats": 1, "files": 2 } }));
    create.password("correct horse").send().await.unwrap()
}

#[track_caller]
fn has_code<T: std::fmt::Debug>(result: Result<T, Error>, code: &str) {
    let error = result.unwrap_err();
    assert!(error.has_code(code), "{error}");
}

#[tokio::test]
async fn users_are_created_read_listed_changed_and_deleted() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let created = ada(&clerk).await;
    assert!(created.id.starts_with("user_"));
    assert_eq!(created.email_addresses.len(), 2);
    assert_eq!(
        created.primary_email_address_id,
        created.email_addresses[0].id
    );
    assert_eq!(created.phone_numbers[0].phone_number, "+12015550101");
    assert!(created.password_enabled && !created.banned && !created.two_factor_enabled);
    assert_eq!(created.last_name, None);
    assert_eq!(
        clerk.users().get(&created.id).send().await.unwrap(),
        created
    );
    assert_eq!(
        clerk.users().list().send().await.unwrap().data,
        std::slice::from_ref(&created)
    );

    let changed = clerk
        .users()
        .update(&created.id)
        .last_name("Lovelace")
        .username(None)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (changed.first_name.as_deref(), changed.last_name.as_deref()),
        (Some("Ada"), Some("Lovelace"))
    );
    assert_eq!(changed.username, None);
    assert_eq!(
        clerk.users().get(&created.id).send().await.unwrap(),
        changed
    );

    let deleted = clerk.users().delete(&created.id).send().await.unwrap();
    let deleted = deleted.expect("the mock returns what it deleted");
    assert_eq!(
        (deleted.id.as_deref(), deleted.deleted),
        (Some(&*created.id), true)
    );
    assert_eq!(deleted.external_id.as_deref(), Some("1"));
    let gone = clerk.users().get(&created.id).send().await.unwrap_err();
    assert!(
        gone.is_not_found() && gone.has_code("resource_not_found"),
        "{gone}"
    );
    assert!(clerk.users().list().send().await.unwrap().is_empty());
    let address = created.email_addresses[0].id.clone().unwrap();
    assert!(
        clerk
            .email_addresses()
            .get(address)
            .send()
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn taken_names_are_rejected() {
    let clerk = ClerkMock::start().await;
    let (mock, clerk) = (&clerk, clerk.client());
    ada(&clerk).await;
    has_code(
        clerk.users().create().username("ada").send().await,
        "form_identifier_exists",
    );
    let address = clerk
        .users()
        .create()
        .email_address(["ada@example.com"])
        .send()
        .await;
    has_code(address, "form_identifier_exists");
    assert_eq!(mock.requests().len(), 3);
    assert_eq!(clerk.users().count().send().await.unwrap().total_count, 1);
}

#[tokio::test]
async fn lists_are_filtered_ordered_and_paged() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    for name in ["ada", "bob", "cyd", "dee", "eve"] {
        let address = format!("{name}@example.com");
        clerk
            .users()
            .create()
            .username(name)
            .email_address([address])
            .send()
            .await
            .unwrap();
    }
    let names = |users: Vec<models::User>| -> Vec<String> {
        users.into_iter().filter_map(|user| user.username).collect()
    };
    let list = || clerk.users().list();
    let page = list().limit(2).offset(1).send().await.unwrap();
    assert_eq!(names(page.data), ["dee", "cyd"]);
    let page = list().order_by("+username").limit(2).send().await.unwrap();
    assert_eq!(names(page.data), ["ada", "bob"]);
    let page = list()
        .email_address(["bob@example.com", "eve@example.com"])
        .send()
        .await
        .unwrap();
    assert_eq!(names(page.data), ["eve", "bob"]);
    let page = list().query("CY").send().await.unwrap();
    assert_eq!(names(page.data), ["cyd"]);
    let count = clerk
        .users()
        .count()
        .username(["ada", "bob"])
        .send()
        .await
        .unwrap();
    assert_eq!(count.total_count, 2);

    let mut all = Vec::new();
    let mut users = list().limit(2).stream();
    while let Some(user) = users.try_next().await.unwrap() {
        all.push(user);
    }
    assert_eq!(names(all), ["eve", "dee", "cyd", "bob", "ada"]);
}

#[tokio::test]
async fn metadata_is_merged_or_replaced() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let id = ada(&clerk).await.id;
    let merged = clerk
        .users()
        .update_metadata(&id)
        .public_metadata(json!({ "plan": null, "limits": { "seats": 5 }, "beta": true }))
        .private_metadata(json!({ "note": "x" }))
        .send()
        .await
        .unwrap()
        .unwrap();
    let expected = json!({ "limits": { "seats": 5, "files": 2 }, "beta": true });
    assert_eq!(json!(merged.public_metadata), expected);
    assert_eq!(json!(merged.private_metadata), json!({ "note": "x" }));
    let replaced = clerk
        .users()
        .replace_metadata(&id)
        .public_metadata(json!({ "only": 1 }))
        .send()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(json!(replaced.public_metadata), json!({ "only": 1 }));
    assert_eq!(json!(replaced.private_metadata), json!({ "note": "x" }));
}

#[tokio::test]
async fn bans_and_locks_change_the_user_and_its_sessions() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let id = ada(&clerk).await.id;
    let session = clerk.sessions().create(&id).send().await.unwrap();
    assert!(clerk.users().ban(&id).send().await.unwrap().unwrap().banned);
    let session = clerk.sessions().get(session.id).send().await.unwrap();
    assert_eq!(session.status, models::SessionStatus::Revoked);
    assert!(
        clerk
            .users()
            .list()
            .banned(false)
            .send()
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        !clerk
            .users()
            .unban(&id)
            .send()
            .await
            .unwrap()
            .unwrap()
            .banned
    );

    let locked = clerk.users().lock(&id).send().await.unwrap().unwrap();
    assert!(locked.locked && locked.lockout_expires_in_seconds.is_some());
    assert!(
        !clerk
            .users()
            .unlock(&id)
            .send()
            .await
            .unwrap()
            .unwrap()
            .locked
    );

    let banned = clerk.users().bulk_ban([&id]).send().await.unwrap().unwrap();
    assert!(banned[0].banned);
    has_code(
        clerk.users().bulk_ban([&*id, "user_none"]).send().await,
        "resource_not_found",
    );
}

#[tokio::test]
async fn passwords_are_verified() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let id = ada(&clerk).await.id;
    let right = clerk
        .users()
        .verify_password(&id, "correct horse")
        .send()
        .await
        .unwrap();
    assert_eq!(right.verified, Some(true));
    has_code(
        clerk.users().verify_password(&id, "wrong").send().await,
        "incorrect_password",
    );
    assert!(
        !clerk
            .users()
            .remove_password(&id)
            .send()
            .await
            .unwrap()
            .unwrap()
            .password_enabled
    );
}

#[tokio::test]
async fn email_addresses_belong_to_their_user() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = ada(&clerk).await;
    let created = clerk
        .email_addresses()
        .create(&user.id, "third@example.com")
        .verified(true)
        .primary(true)
        .send()
        .await
        .unwrap();
    let id = created.id.clone().unwrap();
    let after = clerk.users().get(&user.id).send().await.unwrap();
    assert_eq!(after.email_addresses.len(), 3);
    assert_eq!(after.primary_email_address_id.as_ref(), Some(&id));
    assert_eq!(
        clerk.email_addresses().get(&id).send().await.unwrap(),
        created
    );

    clerk.email_addresses().delete(&id).send().await.unwrap();
    let after = clerk.users().get(&user.id).send().await.unwrap();
    assert_eq!(after.email_addresses.len(), 2);
    assert_eq!(
        after.primary_email_address_id,
        user.primary_email_address_id
    );

    clerk
        .email_addresses()
        .replace_for_user(&user.id, "new@example.com")
        .send()
        .await
        .unwrap();
    let after = clerk.users().get(&user.id).send().await.unwrap();
    assert_eq!(after.email_addresses.len(), 1);
    assert_eq!(after.email_addresses[0].email_address, "new@example.com");
    assert_eq!(after.primary_email_address_id, after.email_addresses[0].id);

    let none = clerk
        .email_addresses()
        .create("user_none", "a@example.com")
        .send()
        .await;
    has_code(none, "resource_not_found");
}

#[tokio::test]
async fn phone_numbers_are_verified_by_code() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = ada(&clerk).await;
    let number = clerk
        .phone_numbers()
        .create(&user.id, "+12015550102")
        .send()
        .await
        .unwrap();
    let is_verified = |number: &models::PhoneNumber| {
        matches!(
            number.verification,
            Some(models::PhoneNumberVerification::Admin(_))
        )
    };
    assert!(!is_verified(&number));
    let id = number.id.unwrap();
    let prepared = clerk
        .phone_numbers()
        .prepare_verification(&id)
        .send()
        .await
        .unwrap();
    let verification = prepared.id.unwrap();
    let attempt = |code: &str| {
        clerk
            .phone_numbers()
            .attempt_verification(&id, &verification, code)
            .send()
    };
    let wrong = attempt("000000").await.unwrap();
    assert_eq!(wrong.status.as_deref(), Some("unverified"));
    let unknown = clerk
        .phone_numbers()
        .attempt_verification(&id, "ver_none", "424242")
        .send()
        .await;
    has_code(unknown, "resource_not_found");
    assert_eq!(
        attempt("424242").await.unwrap().status.as_deref(),
        Some("verified")
    );
    has_code(attempt("424242").await, "verification_already_verified");
    assert!(is_verified(
        &clerk.phone_numbers().get(&id).send().await.unwrap()
    ));
}

#[tokio::test]
async fn the_primary_address_must_be_the_users_own() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = ada(&clerk).await;
    let second = user.email_addresses[1].id.clone().unwrap();
    let changed = clerk
        .users()
        .update(&user.id)
        .primary_email_address_id(&*second)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.primary_email_address_id, Some(second.clone()));
    let other = clerk
        .users()
        .create()
        .username("user-1")
        .send()
        .await
        .unwrap();
    let stolen = clerk
        .users()
        .update(&other.id)
        .primary_email_address_id(&*second)
        .send()
        .await;
    has_code(stolen, "form_resource_not_found");
}

#[tokio::test]
async fn items_of_a_user_need_the_user() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let none = clerk
        .users()
        .get_billing_subscription("user_none")
        .send()
        .await;
    has_code(none, "resource_not_found");
    let id = ada(&clerk).await.id;
    clerk
        .users()
        .get_billing_subscription(&id)
        .send()
        .await
        .unwrap();
}

#[test]
fn the_blocking_client_is_served_too() {
    let mock = ClerkMock::start_blocking();
    let clerk = mock.client_builder().build_blocking().unwrap();
    let user = clerk
        .users()
        .create()
        .username("ada")
        .first_name("Ada")
        .send()
        .unwrap();
    assert_eq!(
        clerk
            .users()
            .get(user.id)
            .send()
            .unwrap()
            .first_name
            .as_deref(),
        Some("Ada")
    );
}
