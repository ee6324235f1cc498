//! What must come of requests, whatever the framework is.
//!
//! `behaves!(Framework)` makes a test of each function here.

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
                a_stranger_is_nobody_where_that_is_allowed,
                a_body_reaches_a_handler_and_comes_back,
                many_requests_at_once_keep_apart,
            }
            rejections {
                a_stranger_is_asked_to_authenticate,
                a_bad_token_is_told_to_be_one,
                what_is_missing_is_forbidden,
                kinds_of_tokens_are_told_apart,
                no_content_type_makes_a_rejection_look_like_a_success,
                a_missing_reverification_is_answered_for_clerks_front_end,
                an_application_answers_in_its_own_way,
            }
            handshakes {
                a_browser_is_sent_to_clerk_with_every_header,
                in_production_the_handler_answers_with_all_cookies,
                in_development_the_address_is_cleaned_first,
                a_refused_browser_still_gets_its_cookies,
                a_nonce_is_exchanged_once_for_a_group_in_a_group,
            }
            addresses {
                a_handshake_comes_back_to_the_address_that_was_asked_for,
                in_development_the_address_that_was_asked_for_is_cleaned,
                organizations_are_read_of_the_address_that_was_asked_for,
                a_satellite_comes_back_to_the_address_that_was_asked_for,
            }
            keys {
                keys_are_fetched_once_for_all_requests,
                keys_that_cannot_be_had_are_no_fault_of_the_sender,
                a_machine_token_that_cannot_be_checked_is_no_bad_token,
                a_machine_token_is_shown_to_clerk_once_for_all_requests,
                a_rate_limit_is_answered_at_once,
            }
            machines {
                a_machine_token_is_shown_to_clerk,
                scopes_are_asked_for,
                all_scopes_are_asked_for_or_any,
                a_revoked_machine_token_is_refused,
            }
            secrets {
                no_secret_is_logged_or_answered,
            }
            routes {
                a_group_is_protected_by_the_router,
                no_spelling_of_a_path_opens_a_route,
                preflight_requests_are_answered_outside,
                path_parameters_come_through,
            }
            traces {
                a_refused_request_leaves_one_event,
            }
            hostile {
                a_header_that_is_no_text_is_survived,
                an_oversized_token_is_refused,
                what_a_sender_writes_makes_no_header,
                odd_cookies_are_survived,
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

/// The answer with which a request is refused: status, code, content type; nothing of the handler.
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
