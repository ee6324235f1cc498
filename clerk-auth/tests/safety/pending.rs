//! Sessions that have tasks left.

use clerk_auth::Status;

use crate::support::{Signer, page};

/// Whatever handlers get to see of it, its organization is not chosen yet.
#[tokio::test]
async fn a_pending_session_is_not_sent_to_another_organization() {
    let own = Signer::own();
    for (status, expected) in [("active", Status::Handshake), ("pending", Status::SignedIn)] {
        for hidden in [true, false] {
            let authenticator = own
                .authenticator()
                .organization_patterns(["/orgs/:slug"])
                .pending_is_signed_out(hidden)
                .build()
                .unwrap();
            let token = own.key.session_token("user_1").claim("sts", status).mint();
            let cookies = format!("__session={token}; __client_uat=1");
            let request = page("https://app.example.com/orgs/acme", &[("cookie", &cookies)]);
            let state = authenticator.authenticate(&request).await.unwrap();
            assert_eq!(state.status(), expected, "{status} {hidden}");
        }
    }
}
