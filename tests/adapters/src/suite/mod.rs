//! The behaviour that all frameworks share.
//!
//! `behaves!(Framework)` creates a test for each function here.

pub mod addresses;
pub mod handshakes;
pub mod hostile;
pub mod keys;
pub mod machines;
pub mod rejections;
pub mod routes;
pub mod secrets;
pub mod sessions;
pub mod traces;

use crate::wire::Answer;

/// A test of each behaviour, for a framework.
#[macro_export]
macro_rules! behaves {
    ($framework:ty) => {
        $crate::behaves! { $framework:
            sessions {
                a_session_in_the_header_is_seen_by_handlers,
                a_session_in_a_cookie_is_seen_by_handlers,
                an_unauthenticated_request_passes_where_allowed,
                a_body_reaches_a_handler_and_comes_back,
                concurrent_requests_are_isolated,
            }
            rejections {
                an_unauthenticated_request_gets_a_challenge,
                an_invalid_token_is_reported_as_such,
                a_failed_check_is_forbidden,
                kinds_of_tokens_are_distinguished,
                no_content_type_makes_a_rejection_look_like_a_success,
                a_missing_reverification_has_the_response_for_clerks_front_end,
                an_application_sets_its_own_response,
            }
            handshakes {
                a_handshake_redirect_has_every_header,
                in_production_the_response_has_all_cookies,
                in_development_the_url_is_cleaned_first,
                a_rejected_browser_still_gets_its_cookies,
                a_nonce_is_exchanged_once_for_a_group_in_a_group,
            }
            addresses {
                a_handshake_returns_to_the_requested_url,
                in_development_the_requested_url_is_cleaned,
                organizations_are_read_from_the_requested_url,
                a_satellite_returns_to_the_requested_url,
            }
            keys {
                keys_are_fetched_once_for_all_requests,
                unavailable_keys_are_a_503,
                an_unverifiable_machine_token_is_a_503,
                a_machine_token_is_verified_once_for_all_requests,
                a_rate_limit_is_reported_at_once,
            }
            machines {
                a_machine_token_is_verified_by_clerk,
                scopes_are_required,
                all_scopes_or_any_are_required,
                a_revoked_machine_token_is_rejected,
            }
            secrets {
                no_secret_is_logged_or_returned,
            }
            routes {
                a_group_is_protected_by_the_router,
                no_spelling_of_a_path_opens_a_route,
                preflight_requests_pass_outside_the_layer,
                path_parameters_come_through,
            }
            traces {
                a_rejected_request_emits_one_event,
            }
            hostile {
                a_non_text_header_is_survived,
                an_oversized_token_is_rejected,
                request_contents_never_become_headers,
                malformed_cookies_are_survived,
            }
        }
    };
    ($framework:ty: $($module:ident { $($name:ident,)* })*) => {
        $(mod $module {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $crate::suite::$module::$name::<$framework>().await;
            })*
        })*
    };
}

/// The response to a rejected request: status, code, content type; nothing of the handler.
#[track_caller]
fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let json = answer.json();
    let errors = json["errors"].as_array().expect("a list of errors");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["code"], code);
    assert!(
        errors[0]["message"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
    );
}
