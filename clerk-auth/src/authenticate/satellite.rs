//! Synchronises satellites: domains that share the sessions of a primary domain but none of its
//! cookies.

use url::Url;

use super::Inner;
use super::context::{Context, DEV_BROWSER};
use super::cookie::signed_out;
use crate::reason::Reason;
use crate::redirect_target::redirect_target;
use crate::request_state::RequestState;

const SYNCED: &str = "__clerk_synced";
const REDIRECT_URL: &str = "__clerk_redirect_url";

impl Inner {
    /// On a satellite: sends the browser to the primary domain to find out whether it is signed in.
    pub(super) fn satellite_sync(&self, context: &Context<'_>) -> Option<RequestState> {
        let browser = context.browser;
        let synced = context.parameter(SYNCED);
        if !browser.is_satellite
            || !context.is_document()
            || !context.is_get()
            || synced.as_deref() == Some("true")
        {
            return None;
        }
        let needs_sync = synced.as_deref() == Some("false");
        let has_cookies = context.session_cookie.is_some() || context.client_uat != 0;
        if !browser.satellite_auto_sync && !has_cookies && !needs_sync {
            return Some(signed_out(Reason::SESSION_TOKEN_AND_UAT_MISSING));
        }
        if has_cookies && !needs_sync {
            return None;
        }
        let location = if browser.is_development() {
            sign_in_location(context)
        } else {
            None
        };
        let reason = Reason::SATELLITE_NEEDS_SYNCING;
        Some(self.handshake(context, reason, "", location))
    }

    /// On the primary domain, in development: sends a browser back to the satellite that it came from, with
    /// the development token.
    pub(super) fn answer_to_satellite(&self, context: &Context<'_>) -> Option<RequestState> {
        let browser = context.browser;
        if !browser.is_development() || browser.is_satellite {
            return None;
        }
        let target = context
            .parameter(REDIRECT_URL)
            .filter(|target| !target.is_empty())?;
        let Some(mut location) = redirect_target(&target) else {
            // The redirect would only come back here.
            return Some(signed_out(Reason::PRIMARY_RESPONDS_TO_SYNCING));
        };
        if let Some(dev_browser) = &context.dev_browser {
            location
                .query_pairs_mut()
                .append_pair(DEV_BROWSER, dev_browser);
        }
        set_parameter(&mut location, SYNCED, "true");
        let reason = Reason::PRIMARY_RESPONDS_TO_SYNCING;
        Some(self.handshake(context, reason, "", Some(location)))
    }
}

/// The sign-in page of the primary domain, where a satellite in development sends browsers.
fn sign_in_location(context: &Context<'_>) -> Option<Url> {
    let mut location = context.browser.satellite_sign_in_url.clone()?;
    let back = context.stated_url().ok()?;
    location
        .query_pairs_mut()
        .append_pair(REDIRECT_URL, back.as_str());
    Some(location)
}

/// Sets a parameter at the position of its first occurrence, as `URLSearchParams.set` does.
fn set_parameter(url: &mut Url, name: &str, value: &str) {
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let first = pairs.iter().position(|pair| pair.0 == name);
    match first {
        None => {
            url.query_pairs_mut().append_pair(name, value);
        }
        Some(first) => {
            value.clone_into(&mut pairs[first].1);
            let mut index = 0;
            pairs.retain(|pair| {
                index += 1;
                pair.0 != name || index == first + 1
            });
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
    }
}
