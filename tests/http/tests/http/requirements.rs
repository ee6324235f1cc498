//! Fields that depend on each other: a call without a field that it needs fails before anything is sent.

use clerk_api::models::{DirectoryGroupRoleAssignmentInput, OnBehalfOfInput};
use clerk_api::{Clerk, Error};
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::client;

/// Calls that are sent and rejected by the server, or not sent at all.
struct Outcome {
    server: Server,
    clerk: Clerk,
}

impl Outcome {
    fn start() -> Self {
        let server = Server::answering(|_| Reply::empty(418));
        let clerk = client(&server);
        Self { server, clerk }
    }

    #[track_caller]
    fn refused<T>(&self, result: Result<T, Error>, message: &str) {
        let Err(error) = result else {
            panic!("{message}: the call succeeded");
        };
        assert!(error.is_request(), "{error}");
        assert!(error.to_string().ends_with(message), "{error}");
        assert_eq!(error.attempts(), 0);
        assert!(self.server.requests().is_empty(), "{message}");
    }

    #[track_caller]
    fn sent<T>(&self, result: Result<T, Error>, calls: usize) {
        let Err(error) = result else {
            panic!("418 was expected");
        };
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(418),
            "{error}"
        );
        assert_eq!(self.server.requests().len(), calls);
    }
}

#[tokio::test]
async fn one_of_several_fields_is_required() {
    let outcome = Outcome::start();
    let saml = outcome.clerk.saml_connections();
    #[allow(deprecated)]
    let create = || {
        saml.create(
            "Acme",
            clerk_api::models::SamlConnectionProvider::SamlCustom,
        )
    };
    let message = "`domains` or `domain` is required; set one of them";
    outcome.refused(create().send().await, message);
    let verify = || outcome.clerk.oauth_access_tokens().verify();
    let message = "`access_token` or `secret` is required; set one of them";
    outcome.refused(verify().send().await, message);
    let mapping = || {
        outcome
            .clerk
            .directories()
            .create_group_role_mapping("dir_1", "role_1")
    };
    let message = "`directory_group_id` or `scim_group_id` is required; set one of them";
    outcome.refused(mapping().send().await, message);

    #[allow(deprecated, reason = "either will do")]
    let by_one = create().domain("example.com");
    outcome.sent(by_one.send().await, 1);
    outcome.sent(create().domains(["example.com"]).send().await, 2);
    outcome.sent(verify().access_token("oat_1").send().await, 3);
    outcome.sent(mapping().scim_group_id("g").send().await, 4);
    outcome.sent(
        mapping()
            .scim_group_id("g")
            .directory_group_id("g")
            .send()
            .await,
        5,
    );
}

#[tokio::test]
async fn nested_objects_have_requirements_of_their_own() {
    let outcome = Outcome::start();
    let directories = outcome.clerk.directories();
    let assign = |first: DirectoryGroupRoleAssignmentInput, second| {
        directories.replace_group_role_mappings("dir_1", [first, second])
    };
    let role = DirectoryGroupRoleAssignmentInput::new;
    let message =
        "in `mappings[1]`, `directory_group_id` or `scim_group_id` is required; set one of them";
    let call = assign(role("role_1").directory_group_id("g"), role("role_2"));
    outcome.refused(call.send().await, message);

    let tasks = outcome.clerk.agent_tasks();
    let task =
        |user: OnBehalfOfInput| tasks.create(user, "*", "agent", "task", "https://example.com/");
    let message = "in `on_behalf_of`, `user_id` or `identifier` is required; set one of them";
    outcome.refused(task(OnBehalfOfInput::new()).send().await, message);
    let both = OnBehalfOfInput::new()
        .user_id("user_1")
        .identifier("ada@example.com");
    let message = "in `on_behalf_of`, `user_id` and `identifier` are mutually exclusive; set only one of them";
    outcome.refused(task(both).send().await, message);

    let call = assign(
        role("role_1").directory_group_id("g"),
        role("role_2").scim_group_id("h"),
    );
    outcome.sent(call.send().await, 1);
    outcome.sent(
        directories
            .replace_group_role_mappings("dir_1", [])
            .send()
            .await,
        2,
    );
    outcome.sent(
        task(OnBehalfOfInput::new().identifier("ada@example.com"))
            .send()
            .await,
        3,
    );
}

#[tokio::test]
async fn a_field_can_require_others() {
    let outcome = Outcome::start();
    let templates = outcome.clerk.jwt_templates();
    let create = || templates.create("name", json!({}));
    let message = "`custom_signing_key` needs `signing_algorithm` and `signing_key`; set that too";
    outcome.refused(create().custom_signing_key(true).send().await, message);
    let message = "`custom_signing_key` needs `signing_key`; set that too";
    let call = create().custom_signing_key(true).signing_algorithm("HS256");
    outcome.refused(call.send().await, message);
    let users = outcome.clerk.users();
    let message = "`provider` needs `provider_user_id`; set that too";
    outcome.refused(users.list().provider("oauth_google").send().await, message);
    outcome.refused(users.count().provider("oauth_google").send().await, message);
    let mut stream = users.list().provider("oauth_google").stream();
    outcome.refused(stream.try_next().await, message);
    let message = "`provider_user_id` needs `provider`; set that too";
    outcome.refused(users.list().provider_user_id(["1"]).send().await, message);
    let message = "`password_digest` needs `password_hasher`; set that too";
    outcome.refused(
        users.create().password_digest("$2a$10$").send().await,
        message,
    );
    let message = "`skip_password_checks` needs `password`; set that too";
    let update = users.update("user_1").skip_password_checks(true);
    outcome.refused(update.send().await, message);

    outcome.sent(create().custom_signing_key(false).send().await, 1);
    let call = create()
        .custom_signing_key(true)
        .signing_algorithm("HS256")
        .signing_key("k");
    outcome.sent(call.send().await, 2);
    let call = users
        .list()
        .provider("oauth_google")
        .provider_user_id(["1"]);
    outcome.sent(call.send().await, 3);
    let none: [&str; 0] = [];
    outcome.sent(users.list().provider_user_id(none).send().await, 4);
    let update = users
        .update("user_1")
        .skip_password_checks(None)
        .password_digest("d");
    outcome.sent(update.password_hasher("bcrypt").send().await, 5);
}
