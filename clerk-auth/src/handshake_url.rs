//! The URL of a handshake.

use url::Url;

use crate::error::Error;
use crate::organization_patterns::Target;
use crate::public_url::without_parameters;

/// The parameters of a handshake.
pub(crate) struct HandshakeRequest<'a> {
    /// The Frontend API: a host or a URL.
    pub(crate) frontend_api: &'a str,
    /// The return URL.
    pub(crate) public_url: &'a Url,
    pub(crate) reason: &'a str,
    pub(crate) suffixed_cookies: bool,
    pub(crate) session_token: Option<&'a str>,
    /// Only in development.
    pub(crate) dev_browser: Option<&'a str>,
    /// The organization that the URL names.
    pub(crate) organization: Option<&'a Target>,
}

/// The development token, under its current and its former name, which the return URL must not have.
const DEV_BROWSER_PARAMETERS: [&str; 2] = ["__clerk_db_jwt", "__dev_session"];

pub(crate) fn handshake_url(request: &HandshakeRequest<'_>) -> Result<Url, Error> {
    let base = request.frontend_api.trim_end_matches('/');
    let scheme = if base.starts_with("http") {
        ""
    } else {
        "https://"
    };
    let mut url = Url::parse(&format!("{scheme}{base}/v1/client/handshake")).map_err(|_| {
        Error::configuration("the URL of the Frontend API is invalid; check `proxy_url`")
    })?;
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
