//! Checks that a configuration is complete and consistent, so that one that cannot work is rejected when it
//! is built.

use clerk_api::credentials::{Credential, Environment};
use clerk_api::types::Secret;
use url::Url;

use super::builder::AuthenticatorBuilder;
use super::publishable_key_is_needed;
use crate::accepts::{Accepted, Accepts, TokenType};
use crate::addresses::{check_domain, check_page, origin, web_address};
use crate::error::Error;

/// What calls the API, if not a client that is created from the keys.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asking {
    /// Not set.
    Keys,
    /// A client or backend with all the keys it needs.
    Backend,
    /// A client; `None` if it has only the secret key of a machine.
    Client(Option<Environment>),
}

/// The keys for verifying tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means {
    pub(super) secret_key: bool,
    pub(super) machine_secret_key: bool,
    pub(super) jwt_key: bool,
    /// Whether there is a publishable key, which sessions need.
    pub(super) browser: bool,
}

impl Means {
    /// Rejects kinds of tokens that could never be verified.
    ///
    /// | tokens | verified with |
    /// |---|---|
    /// | sessions, API keys, OAuth tokens | the secret key |
    /// | opaque M2M tokens | the machine secret key, or the secret key |
    /// | JWTs of machines | the PEM, or the secret key |
    pub(super) fn suffice_for(self, accepts: &Accepts) -> Result<(), Error> {
        if accepts.needs_browser() && !self.browser {
            return Err(publishable_key_is_needed());
        }
        let missing = if self.secret_key {
            return Ok(());
        } else if accepts.0 != Accepted::One(TokenType::M2mToken) {
            "Missing Clerk Secret Key. Set `secret_key` (or CLERK_SECRET_KEY, with `from_env`) to the key that begins with sk_test_ or sk_live_ (Clerk Dashboard, API keys)."
        } else if !self.machine_secret_key {
            "Machine token authentication requires either a Machine secret key or a Clerk secret key. Set `machine_secret_key` (ak_…; Clerk Dashboard, Machines) or `secret_key` (sk_…; Clerk Dashboard, API keys)."
        } else if !self.jwt_key {
            "M2M tokens that are JWTs cannot be verified with `machine_secret_key` alone. Set `jwt_key` (Clerk Dashboard, API keys, JWKS public key) as well, or `secret_key` (sk_…; same page)."
        } else {
            return Ok(());
        };
        Err(Error::configuration(missing))
    }
}

impl AuthenticatorBuilder {
    pub(super) fn means(&self, browser: bool) -> Means {
        let is_set =
            |key: &Option<Secret>| key.as_ref().is_some_and(|key| !key.expose().is_empty());
        let (secret_key, machine_secret_key) = match self.asking {
            Asking::Keys => (
                is_set(&self.verifier.secret_key),
                is_set(&self.machine_secret_key),
            ),
            Asking::Backend => (true, true),
            Asking::Client(environment) => (environment.is_some(), true),
        };
        let jwt_key = self.verifier.jwt_key.as_ref();
        Means {
            secret_key,
            machine_secret_key,
            jwt_key: jwt_key.is_some_and(|pem| !pem.trim().is_empty()),
            browser,
        }
    }

    /// The environment of the key for the API, if known.
    fn environment(&self) -> Option<Environment> {
        match self.asking {
            Asking::Keys => Environment::of_key(self.verifier.secret_key.as_ref()?.expose()),
            Asking::Backend => None,
            Asking::Client(environment) => environment,
        }
    }

    /// Rejects keys of two instances: browsers would be sent to one, and the other would be asked about them.
    pub(super) fn check_environments(&self) -> Result<(), Error> {
        if self.are_test_keys {
            return Ok(());
        }
        let (secret, publishable) = match (
            self.environment(),
            Environment::of_key(&self.publishable_key),
        ) {
            (Some(Environment::Production), Some(Environment::Development)) => (
                "production instance (sk_live_…)",
                "development instance (pk_test_…)",
            ),
            (Some(Environment::Development), Some(Environment::Production)) => (
                "development instance (sk_test_…)",
                "production instance (pk_live_…)",
            ),
            _ => return Ok(()),
        };
        Err(Error::configuration(format!(
            "the secret key belongs to a {secret}, but the publishable key to a {publishable}; copy both from the same instance (Clerk Dashboard, API keys)"
        )))
    }

    /// Checks the keys that no client is created from, which would check them.
    pub(super) fn check_key_forms(&self) -> Result<(), Error> {
        for (credential, key) in [
            (Credential::SecretKey, &self.verifier.secret_key),
            (Credential::MachineSecretKey, &self.machine_secret_key),
        ] {
            if let Some(key) = key.as_ref().filter(|key| !key.expose().is_empty()) {
                let checked = credential.check(key.expose());
                checked.map_err(Error::configuration)?;
            }
        }
        Ok(())
    }

    /// The sign-in page of a satellite, if any.
    pub(super) fn check_satellite(&self) -> Result<Option<Url>, Error> {
        if !self.is_satellite {
            return Ok(None);
        }
        let is_development = [
            self.environment(),
            Environment::of_key(&self.publishable_key),
        ]
        .contains(&Some(Environment::Development));
        if is_development && self.sign_in_url.is_empty() {
            return Err(Error::configuration(
                "Missing signInUrl. Pass a signInUrl for dev instances if an app is satellite: set `sign_in_url` to the sign-in page of the primary domain.",
            ));
        }
        if self.proxy_url.is_empty() && self.domain.is_empty() {
            return Err(Error::configuration(
                "Missing domain and proxyUrl. A satellite application needs to specify a domain or a proxyUrl: set `domain` or `proxy_url`.",
            ));
        }
        if !self.domain.is_empty() {
            check_domain(&self.domain, is_development)?;
        }
        if self.sign_in_url.is_empty() {
            return Ok(None);
        }
        let sign_in_url = web_address(&self.sign_in_url).ok_or_else(|| {
            Error::configuration(
                "The signInUrl needs to have a absolute url format. Set `sign_in_url` to the sign-in page of the primary domain, such as https://app.example.com/sign-in.",
            )
        })?;
        if self.is_own_origin(&sign_in_url) {
            return Err(Error::configuration(
                "The signInUrl needs to be on a different origin than your satellite application. Set `sign_in_url` to the sign-in page of the primary domain.",
            ));
        }
        Ok(Some(sign_in_url))
    }

    /// Whether a URL is on the satellite itself, according to the options.
    fn is_own_origin(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.public_origin.as_ref() == Some(&origin)
            // The domain has a port only in development.
            || origin.split_once("://").is_some_and(|(_, host)| host == self.domain)
    }

    /// Checks the URLs that are not checked elsewhere.
    pub(super) fn check_addresses(&self) -> Result<(), Error> {
        if !self.sign_in_url.is_empty() {
            check_page("sign_in_url", &self.sign_in_url)?;
        }
        if let Some(public_origin) = &self.public_origin {
            origin("public_origin", public_origin)?;
        }
        Ok(())
    }
}
