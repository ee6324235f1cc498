//! The address that a handshake sends a browser to.

use url::Url;

use crate::error::Error;
use crate::organization_patterns::Target;
use crate::public_url::without_parameters;

/// What a handshake tells Clerk.
pub(crate) struct HandshakeRequest<'a> {
    /// The Frontend API: a host, or an address.
    pub(crate) frontend_api: &'a str,
    /// Where the browser is to come back to.
    pub(crate) public_url: &'a Url,
    pub(crate) reason: &'a str,
    pub(crate) suffixed_cookies: bool,
    pub(crate) session_token: Option<&'a str>,
    /// In development only.
    pub(crate) dev_browser: Option<&'a str>,
    /// The organization that the address asks for.
    pub(crate) organization: Option<&'a Target>,
}

/// What must not come back: the development token, under its name of today and of old.
const DEV_BROWSER_PARAMETERS: [&str; 2] = ["__clerk_db_jwt", "__dev_session"];

pub(crate) fn handshake_url(request: &HandshakeRequest<'_>) -> Result<Url, Error> {
    let base = request.frontend_api.trim_end_matches('/');
    let scheme = if base.starts_with("http") {
        ""
    } else {
        "https://"
    };
    let mut url = Url::parse(&format!("{scheme}{base}/v1/client/handshake"))
        .map_err(|_| Error::configuration("the Frontend API has no address; see `proxy_url`"))?;
    let back = without_parameters(request.public_url, &DEV_BROWSER_PARAMETERS);
    let mut query = url.query_pairs_mut();
    query
        .append_pair("redirect_url", back.as_str())
        .append_pair("__clerk_api_version", clerk_api::API_VERSION)
        .append_pair(
            "suffixed_cookies",
            if request.suffixed_cookies {
                "true"
            } else {
                "false"
            },
        )
        .append_pair("__clerk_hs_reason", request.reason)
        .append_pair("format", "nonce");
    if let Some(token) = request.session_token {
        query.append_pair("__session", token);
    }
    if let Some(token) = request.dev_browser {
        query.append_pair("__clerk_db_jwt", token);
    }
    if let Some(target) = request.organization {
        query.append_pair("organization_id", target.id_or_slug());
    }
    drop(query);
    Ok(url)
}
