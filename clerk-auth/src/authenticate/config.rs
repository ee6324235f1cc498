//! The checked configuration of an authenticator.

use url::Url;

use super::checks::Means;
use super::proxy_warnings::ProxyWarnings;
use crate::cookies::CookieNames;
use crate::frontend_api::FrontendApi;
use crate::organization_patterns::OrganizationPatterns;
use crate::publishable_key::PublishableKey;

#[derive(Debug)]
pub(super) struct Config {
    /// `None` if only machine tokens are accepted, which never come from browsers.
    pub(super) browser: Option<Browser>,
    pub(super) pending_is_signed_out: bool,
    pub(super) means: Means,
}

/// The configuration for sessions in browsers.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) publishable_key: PublishableKey,
    pub(super) cookie_names: CookieNames,
    pub(super) frontend_api: FrontendApi,
    pub(super) is_satellite: bool,
    pub(super) satellite_auto_sync: bool,
    /// The sign-in page on the primary domain, only for satellites.
    pub(super) satellite_sign_in_url: Option<Url>,
    pub(super) patterns: OrganizationPatterns,
    pub(super) trust_forwarded_headers: bool,
    pub(super) public_origin: Option<Url>,
    pub(super) handshakes: bool,
    pub(super) proxy_warnings: ProxyWarnings,
}

impl Browser {
    pub(super) fn is_development(&self) -> bool {
        !self.publishable_key.is_production()
    }
}
