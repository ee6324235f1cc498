//! The origin that a browser navigated from.

use url::Url;

use crate::public_url::PublicUrl;

/// Whether the referrer has another origin. One that is not a URL counts as the same.
pub(crate) fn is_cross_origin(referrer: &str, public_url: &PublicUrl) -> bool {
    Url::parse(referrer).is_ok_and(|referrer| !public_url.has_origin_of(&referrer))
}

/// Whether the referrer is Clerk: the Frontend API, or the pages that Clerk hosts for the instance.
pub(crate) fn is_known_clerk_referrer(
    referrer: &str,
    frontend_api: &str,
    is_production: bool,
) -> bool {
    let Ok(referrer) = Url::parse(referrer) else {
        return false;
    };
    let host = referrer.host_str().unwrap_or_default();
    let frontend_host = if frontend_api.starts_with("http") {
        Url::parse(frontend_api)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default()
    } else {
        frontend_api.to_owned()
    };
    host == frontend_host
        || (!is_production && is_development_portal(host))
        || referrer.origin().ascii_serialization() == accounts_portal(frontend_api)
}

/// Whether a host is the accounts portal of some instance in development.
fn is_development_portal(host: &str) -> bool {
    const LEGACY: [&str; 3] = [".lcl.dev", ".lclstage.dev", ".lclclerk.com"];
    const CURRENT: [&str; 3] = [
        ".accounts.dev",
        ".accountsstage.dev",
        ".accounts.lclclerk.com",
    ];
    let is_frontend_api = |suffix: &str| {
        host.strip_suffix(suffix)
            .is_some_and(|rest| rest.ends_with(".clerk"))
    };
    let legacy = host.starts_with("accounts.") && LEGACY.iter().any(|end| host.ends_with(end));
    let current = CURRENT
        .iter()
        .any(|end| host.ends_with(end) && !is_frontend_api(end));
    legacy || current
}

/// The origin of the accounts portal that belongs to a Frontend API.
fn accounts_portal(frontend_api: &str) -> String {
    let staging = frontend_api.replacen("clerk.accountsstage.", "accountsstage.", 1);
    let portal = if staging.contains("clerk.accounts.") {
        staging.replacen("clerk.accounts.", "accounts.", 1)
    } else {
        staging.replacen("clerk.", "accounts.", 1)
    };
    format!("https://{portal}")
}
