//! The URL at which browsers reach Clerk's Frontend API.

use url::Url;

use crate::addresses::check_proxy;
use crate::error::Error;
use crate::publishable_key::PublishableKey;

/// The Frontend API of an instance: where browsers are sent, and who issues its tokens.
#[derive(Clone, Debug)]
pub(crate) struct FrontendApi {
    address: Address,
    issuing_host: String,
}

#[derive(Clone, Debug)]
enum Address {
    /// A host, or a URL with a scheme.
    Fixed(String),
    /// A path of this service.
    Path(String),
}

impl FrontendApi {
    pub(crate) fn new(
        key: &PublishableKey,
        proxy_url: &str,
        domain: &str,
        is_satellite: bool,
    ) -> Result<Self, Error> {
        let issuing_host = if key.is_production() && is_satellite && !domain.is_empty() {
            format!("clerk.{domain}")
        } else {
            key.frontend_api().to_owned()
        };
        let address = if proxy_url.is_empty() {
            Address::Fixed(issuing_host.clone())
        } else {
            check_proxy(proxy_url)?;
            if proxy_url.starts_with('/') {
                Address::Path(proxy_url.to_owned())
            } else {
                Address::Fixed(proxy_url.to_owned())
            }
        };
        Ok(Self {
            address,
            issuing_host,
        })
    }

    /// The host or URL at which a browser that requested `public_url` reaches it.
    pub(crate) fn address(&self, public_url: &Url) -> String {
        match &self.address {
            Address::Fixed(address) => address.clone(),
            Address::Path(path) => {
                format!("{}{path}", public_url.origin().ascii_serialization())
            }
        }
    }

    /// The host that tokens of the instance name as their issuer, with or without a proxy.
    pub(crate) fn issuing_host(&self) -> &str {
        &self.issuing_host
    }
}
