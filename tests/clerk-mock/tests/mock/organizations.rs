//! Organizations, their members and invitations.

use clerk_api::{Clerk, Error, models};
use clerk_mock::ClerkMock;
use serde_json::{Map, Value, json};

#[track_caller]
fn has_code<T: std::fmt::Debug>(result: Result<T, Error>, code: &str) {
    let error = result.unwrap_err();
    assert!(error.has_code(code), "{error}");
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

async fn user(clerk: &Clerk, name: &str) -> String {
    let address = format!("{name}@example.com");
    clerk
        .users()
        .create()
        .email_address([address])
        .first_name(name)
        .send()
        .await
        .unwrap()
        .id
}

#[tokio::test]
async fn an_organization_is_kept_and_found_by_id_and_slug() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let creator = user(&clerk, "ada").await;
    let created = clerk
        .organizations()
        .create("Acme Inc")
        .created_by(&*creator)
        .slug("acme")
        .public_metadata(object(json!({ "a": { "b": 1, "c": 2 } })))
        .send()
        .await
        .unwrap();
    assert_eq!((created.members_count, &*created.slug), (Some(1), "acme"));
    assert_eq!(
        clerk.organizations().get(&created.id).send().await.unwrap(),
        created
    );
    assert_eq!(
        clerk.organizations().get("acme").send().await.unwrap().id,
        created.id
    );
    has_code(
        clerk
            .organizations()
            .create("Other")
            .slug("acme")
            .send()
            .await,
        "form_identifier_exists",
    );

    let other = clerk.organizations().create("Other").send().await.unwrap();
    let of_creator = clerk
        .organizations()
        .list()
        .user_id([&creator])
        .send()
        .await
        .unwrap();
    assert_eq!(
        of_creator
            .data
            .iter()
            .map(|found| &found.id)
            .collect::<Vec<_>>(),
        [&created.id]
    );
    let all = clerk
        .organizations()
        .list()
        .order_by("name")
        .send()
        .await
        .unwrap();
    assert_eq!(all.total_count, Some(2));
    assert_eq!(all.data[1].id, other.id);

    let merged = clerk
        .organizations()
        .merge_metadata(&created.id)
        .public_metadata(json!({ "a": { "b": null }, "d": 4 }))
        .send()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        json!(merged.public_metadata),
        json!({ "a": { "c": 2 }, "d": 4 })
    );
    let changed = clerk
        .organizations()
        .update(&created.id)
        .name("Acme")
        .send()
        .await
        .unwrap();
    assert_eq!((&*changed.name, &*changed.slug), ("Acme", "acme"));

    clerk
        .organizations()
        .delete(&created.id)
        .send()
        .await
        .unwrap();
    assert!(
        clerk
            .organizations()
            .get("acme")
            .send()
            .await
            .unwrap_err()
            .is_not_found()
    );
    let memberships = clerk
        .users()
        .get_organization_memberships(&creator)
        .send()
        .await
        .unwrap();
    assert!(memberships.is_empty());
}

#[tokio::test]
async fn members_are_added_changed_and_removed() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let (ada, bob) = (user(&clerk, "ada").await, user(&clerk, "bob").await);
    let id = clerk
        .organizations()
        .create("Acme")
        .created_by(&*ada)
        .send()
        .await
        .unwrap()
        .id;
    let members = || clerk.organization_memberships();
    let added = members()
        .create(&id, &bob, "org:member")
        .send()
        .await
        .unwrap();
    assert_eq!(added.organization.id, id);
    assert_eq!(added.public_user_data.unwrap().user_id, bob);
    let again = members().create(&id, &bob, "org:member").send().await;
    has_code(again, "already_a_member_in_organization");

    let admins = members()
        .list(&id)
        .role(["org:admin"])
        .send()
        .await
        .unwrap();
    assert_eq!(admins.total_count, Some(1));
    let named = members()
        .list(&id)
        .email_address(["bob@example.com"])
        .send()
        .await
        .unwrap();
    assert_eq!(named.data[0].id, added.id);
    assert_eq!(
        clerk
            .organizations()
            .get(&id)
            .send()
            .await
            .unwrap()
            .members_count,
        Some(2)
    );
    let everywhere = clerk
        .users()
        .get_instance_organization_memberships()
        .send()
        .await
        .unwrap();
    assert_eq!(everywhere.total_count, Some(2));

    let promoted = members()
        .update(&id, &bob, "org:admin")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (&*promoted.role, promoted.role_name.as_deref()),
        ("org:admin", Some("Admin"))
    );
    let of_bob = clerk
        .users()
        .get_organization_memberships(&bob)
        .send()
        .await
        .unwrap();
    assert_eq!(of_bob.data[0].role, "org:admin");
    let removed = members().delete(&id, &bob).send().await.unwrap();
    assert_eq!(removed.map(|membership| membership.id), Some(added.id));
    has_code(
        members().delete(&id, &bob).send().await,
        "resource_not_found",
    );
}

#[tokio::test]
#[expect(deprecated, reason = "deprecated operations are served too")]
async fn invitations_to_an_organization_are_revoked_once() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let ada = user(&clerk, "ada").await;
    let eve = user(&clerk, "eve").await;
    let id = clerk
        .organizations()
        .create("Acme")
        .created_by(&*eve)
        .send()
        .await
        .unwrap()
        .id;
    let invitations = || clerk.organization_invitations();
    let sent = invitations()
        .create(&id, "ada@example.com", "org:member")
        .inviter_user_id(&*eve)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (sent.status.as_deref(), sent.organization_id.as_deref()),
        (Some("pending"), Some(&*id))
    );
    assert_eq!(sent.public_inviter_data.as_ref().unwrap().user_id, eve);
    assert_eq!(invitations().get(&id, &sent.id).send().await.unwrap(), sent);
    assert_eq!(
        invitations()
            .list_pending(&id)
            .send()
            .await
            .unwrap()
            .total_count,
        Some(1)
    );
    let counted = clerk.organizations().get(&id).send().await.unwrap();
    assert_eq!(counted.pending_invitations_count, Some(1));
    let of_ada = clerk
        .users()
        .get_organization_invitations(&ada)
        .send()
        .await
        .unwrap();
    assert_eq!(
        of_ada.data[0].public_organization_data.as_ref().unwrap().id,
        id
    );

    let revoked = invitations()
        .revoke(&id, &sent.id)
        .send()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revoked.status.as_deref(), Some("revoked"));
    has_code(
        invitations().revoke(&id, &sent.id).send().await,
        "invitation_already_revoked",
    );
    assert!(
        invitations()
            .list_pending(&id)
            .send()
            .await
            .unwrap()
            .is_empty()
    );
    let list = invitations()
        .list(&id)
        .status(models::InvitationStatus::Revoked);
    assert_eq!(list.send().await.unwrap().total_count, Some(1));
    assert_eq!(
        invitations().get_all().send().await.unwrap().total_count,
        Some(1)
    );

    let other = clerk
        .organizations()
        .create("Other")
        .send()
        .await
        .unwrap()
        .id;
    assert!(
        invitations()
            .get(&other, &sent.id)
            .send()
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn invitations_to_the_application() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let sent = clerk
        .invitations()
        .create("ada@example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status, models::InvitationStatus::Pending);
    has_code(
        clerk.invitations().create("ada@example.com").send().await,
        "duplicate_record",
    );
    clerk
        .invitations()
        .create("ada@example.com")
        .ignore_existing(true)
        .send()
        .await
        .unwrap();
    let no_address = clerk.invitations().create("ada").send().await;
    has_code(no_address, "form_param_format_invalid");
    let revoked = clerk
        .invitations()
        .revoke(&sent.id)
        .send()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revoked.id, sent.id);
    let pending = clerk
        .invitations()
        .list()
        .status(models::InvitationStatus::Pending);
    let pending = pending.send().await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_ne!(pending.data[0].id, sent.id);
    has_code(
        clerk.invitations().revoke("inv_none").send().await,
        "resource_not_found",
    );
}
