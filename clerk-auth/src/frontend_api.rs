//! Where the browser reaches Clerk's Frontend API.

use url::Url;

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
    /// A host, or an address with a scheme.
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
        } else if proxy_url.starts_with("http://") || proxy_url.starts_with("https://") {
            Url::parse(proxy_url).map_err(|_| invalid_proxy_url())?;
            Address::Fixed(proxy_url.to_owned())
        } else if proxy_url.starts_with('/') && !proxy_url.starts_with("//") {
            Address::Path(proxy_url.to_owned())
        } else {
            return Err(invalid_proxy_url());
        };
        Ok(Self {
            address,
            issuing_host,
        })
    }

    /// Host or address, as a browser that asked for `public_url` reaches it.
    pub(crate) fn address(&self, public_url: &Url) -> String {
        match &self.address {
            Address::Fixed(address) => address.clone(),
            Address::Path(path) => {
                format!("{}{path}", public_url.origin().ascii_serialization())
            }
        }
    }

    /// The host that the instance's tokens name as their issuer; a proxy does not change it.
    pub(crate) fn issuing_host(&self) -> &str {
        &self.issuing_host
    }
}

fn invalid_proxy_url() -> Error {
    Error::configuration(
        "`proxy_url` is neither an http(s) address nor a path that begins with one `/`, such as /__clerk",
    )
}
