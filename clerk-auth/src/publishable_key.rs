//! The publishable key, and the facts about the instance in it.

use std::fmt;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use clerk_api::credentials::Credential;

use crate::addresses::is_host;
use crate::error::Error;

/// A publishable key, `pk_live_…` or `pk_test_…`. It is not a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublishableKey {
    text: String,
    frontend_api: String,
    cookie_suffix: String,
}

const PRODUCTION: &str = "pk_live_";
const DEVELOPMENT: &str = "pk_test_";

/// Base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl PublishableKey {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::configuration(
                "Publishable key is missing. Set `publishable_key` (or CLERK_PUBLISHABLE_KEY, with `from_env`) to the key that begins with pk_test_ or pk_live_ (Clerk Dashboard, API keys).",
            ));
        }
        let frontend_api = frontend_api(text).ok_or_else(|| {
            let fault = Credential::PublishableKey.fault(text);
            let fault = fault.unwrap_or_else(|| {
                "contains no valid host name, so part of it may be missing".to_owned()
            });
            let expected = Credential::PublishableKey.expected();
            Error::configuration(format!(
                "Publishable key not valid. It {fault}; {expected}."
            ))
        })?;
        Ok(Self {
            cookie_suffix: cookie_suffix(text),
            text: text.to_owned(),
            frontend_api,
        })
    }

    /// The host of the instance's Frontend API.
    pub(crate) fn frontend_api(&self) -> &str {
        &self.frontend_api
    }

    pub(crate) fn is_production(&self) -> bool {
        self.text.starts_with(PRODUCTION)
    }

    /// The suffix of the instance's cookies, after an underscore.
    pub(crate) fn cookie_suffix(&self) -> &str {
        &self.cookie_suffix
    }
}

fn frontend_api(text: &str) -> Option<String> {
    let encoded = text
        .strip_prefix(PRODUCTION)
        .or_else(|| text.strip_prefix(DEVELOPMENT))
        .filter(|encoded| !encoded.is_empty() && !encoded.contains('_'))?;
    let decoded = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let host = decoded.strip_suffix('$')?;
    (!host.contains('$') && host.contains('.') && is_host(host)).then(|| host.to_owned())
}

/// The first characters of the hash of the key as written, including padding.
fn cookie_suffix(text: &str) -> String {
    const LENGTH: usize = 8;
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let mut suffix = URL_SAFE_NO_PAD.encode(hash.as_ref());
    suffix.truncate(LENGTH);
    suffix
}

impl fmt::Debug for PublishableKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublishableKey({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::PublishableKey;

    #[test]
    fn the_cookie_suffix_is_that_of_the_key_as_written() {
        for (key, suffix) in [
            ("pk_live_Y2xlcmsuY2xlcmsuZGV2JA", "1Z8AzTQD"),
            ("pk_test_Y2xlcmsuY2xlcmsuZGV2JA", "QvfNY2dr"),
            (
                "pk_test_ZW5vdWdoLWFscGFjYS04Mi5jbGVyay5hY2NvdW50cy5sY2xjbGVyay5jb20k",
                "jtYvyt_H",
            ),
            (
                "pk_test_eHh4eHh4LXhhYWFhYS1hYS5jbGVyay5hY2NvdW50cy5sY2xjbGVyay5jb20k",
                "tZJdb-5s",
            ),
            (
                "pk_live_ZmFrZS1jbGVyay10ZXN0LmNsZXJrLmFjY291bnRzLmRldiQ=",
                "qReyu04C",
            ),
            (
                "pk_live_Y2xlcmsuaW5zcGlyZWQucHVtYS03NC5sY2wuZGV2JA",
                "MqCvchyS",
            ),
            (
                "pk_test_Y2xlcmsuaW5zcGlyZWQucHVtYS03NC5sY2wuZGV2JA",
                "vWCgMp3A",
            ),
            ("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k", "naoXFJnI"),
            (
                "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk",
                "nx2hSE6I",
            ),
        ] {
            let key = PublishableKey::parse(key).expect("the key is sound");
            assert_eq!(key.cookie_suffix(), suffix);
        }
    }

    #[test]
    fn a_key_names_its_instance() {
        let key = PublishableKey::parse("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k").expect("sound");
        assert_eq!(key.frontend_api(), "clerk.example.com");
        assert!(key.is_production());
        let key = PublishableKey::parse("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk");
        let key = key.expect("sound");
        assert_eq!(key.frontend_api(), "foo-bar-13.clerk.accounts.dev");
        assert!(!key.is_production());
    }

    #[test]
    fn a_malformed_key_is_rejected() {
        let missing = PublishableKey::parse("").expect_err("missing").to_string();
        assert!(
            missing.starts_with("Publishable key is missing."),
            "{missing}"
        );
        for wrong in [
            "sk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
            "pk_test_",
            "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k_x",
            "pk_test_!!!!",
            "pk_test_Y2xlcmsuZXhhbXBsZS5jb20",    // no dollar
            "pk_test_Y2xlcmsuZXhhbXBsZS5jb20kJA", // two of them
            "pk_test_bG9jYWxob3N0JA",             // no dot
            "pk_test__w",
            // https://clerk.example.com, clerk.example.com/x, user@clerk.example.com
            "pk_test_aHR0cHM6Ly9jbGVyay5leGFtcGxlLmNvbSQ",
            "pk_test_Y2xlcmsuZXhhbXBsZS5jb20veCQ",
            "pk_test_dXNlckBjbGVyay5leGFtcGxlLmNvbSQ",
            "\"pk_test_Y2xlcmsuZXhhbXBsZS5jb20k\"",
            "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k\n",
            "\u{feff}pk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
            "whsec_Y2xlcmsuZXhhbXBsZS5jb20k",
        ] {
            let error = PublishableKey::parse(wrong).expect_err(wrong).to_string();
            assert!(error.starts_with("Publishable key not valid."), "{error}");
            assert!(error.contains("Clerk Dashboard"), "{error}");
        }
    }
}
