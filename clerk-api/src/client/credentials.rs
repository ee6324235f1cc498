//! The kinds of keys that Clerk issues. The client and `clerk-auth` check the form of a key when it is
//! set, so that a wrong one is reported there and not by a 401 later.
//!
//! No message repeats a key. It describes its form, what was expected, and where to find it.

/// A kind of key that an application is configured with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The secret key of an instance.
    SecretKey,
    /// The secret key of a machine.
    MachineSecretKey,
    /// The publishable key of an instance.
    PublishableKey,
    /// The signing secret of a webhook endpoint.
    WebhookSecret,
}

/// The environment of an instance, as its keys state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A development instance.
    Development,
    /// A production instance.
    Production,
}

/// Values that are mistaken for a key, by their prefix. The first match counts.
const KINDS: [(&str, &str); 15] = [
    ("pk_", "a publishable key (pk_…)"),
    ("sk_test_", "the secret key of an instance (sk_…)"),
    ("sk_live_", "the secret key of an instance (sk_…)"),
    ("test_", "the secret key of an instance"),
    ("live_", "the secret key of an instance"),
    ("whsec_", "a webhook signing secret (whsec_…)"),
    ("ak_", "the secret key of a machine, or an API key (ak_…)"),
    ("mt_", "an M2M token (mt_…)"),
    ("oat_", "an OAuth access token (oat_…)"),
    ("mch_", "the id of a machine (mch_…)"),
    ("ins_", "the id of an instance (ins_…)"),
    ("eyJhbGciOi", "a JWT"),
    ("-----BEGIN", "a PEM"),
    ("http://", "a URL"),
    ("https://", "a URL"),
];

impl Credential {
    /// Checks the form of a key.
    ///
    /// # Errors
    ///
    /// A message with what is wrong, what was expected and where to find it. It does not contain the key.
    pub fn check(self, key: &str) -> Result<(), String> {
        match self.fault(key) {
            None => Ok(()),
            Some(fault) => Err(format!("{} {fault}; {}", self.name(), self.expected())),
        }
    }

    /// What is wrong with a key, as the predicate of a sentence about it.
    pub fn fault(self, key: &str) -> Option<String> {
        if key.is_empty() {
            return Some(EMPTY.to_owned());
        }
        if let Some(fault) = text_fault(key) {
            return Some(fault);
        }
        let own = |prefix: &&&str| key.starts_with(**prefix);
        if let Some(prefix) = self.prefixes().iter().find(own) {
            let rest = &key[prefix.len()..];
            return if rest.is_empty() {
                Some(CUT_OFF.to_owned())
            } else {
                foreign_character(rest)
            };
        }
        if self.prefixes().iter().any(|prefix| prefix.starts_with(key)) {
            return Some(CUT_OFF.to_owned());
        }
        if let Some((_, kind)) = KINDS.iter().find(|(prefix, _)| key.starts_with(prefix)) {
            return Some(format!("is {kind}"));
        }
        if key.starts_with("CLERK_") {
            return Some("includes the name of the variable; set only its value".to_owned());
        }
        // Older signing secrets have no prefix.
        if self == Self::WebhookSecret {
            return foreign_character(key);
        }
        Some(format!(
            "does not begin with {}",
            match self {
                Self::SecretKey => "sk_test_ or sk_live_",
                Self::MachineSecretKey => "ak_",
                Self::PublishableKey => "pk_test_ or pk_live_",
                Self::WebhookSecret => "whsec_",
            }
        ))
    }

    /// What a key of this kind looks like, and where to find it.
    pub fn expected(self) -> &'static str {
        match self {
            Self::SecretKey => {
                "expected the secret key, which begins with sk_test_ or sk_live_ (Clerk Dashboard, API keys)"
            }
            Self::MachineSecretKey => {
                "expected the secret key of the machine, which begins with ak_ (Clerk Dashboard, Machines)"
            }
            Self::PublishableKey => {
                "expected the publishable key, which begins with pk_test_ or pk_live_ (Clerk Dashboard, API keys)"
            }
            Self::WebhookSecret => {
                "expected whsec_ followed by base64 (Clerk Dashboard, Webhooks, the endpoint, Signing Secret)"
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SecretKey => "the secret key (`secret_key`, CLERK_SECRET_KEY)",
            Self::MachineSecretKey => {
                "the machine's secret key (`machine_secret_key`, CLERK_MACHINE_SECRET_KEY)"
            }
            Self::PublishableKey => {
                "the publishable key (`publishable_key`, CLERK_PUBLISHABLE_KEY)"
            }
            Self::WebhookSecret => "the webhook signing secret (CLERK_WEBHOOK_SIGNING_SECRET)",
        }
    }

    fn prefixes(self) -> &'static [&'static str] {
        match self {
            // Keys of older instances have no `sk_`.
            Self::SecretKey => &["sk_test_", "sk_live_", "test_", "live_"],
            Self::MachineSecretKey => &["ak_"],
            Self::PublishableKey => &["pk_test_", "pk_live_"],
            Self::WebhookSecret => &["whsec_"],
        }
    }
}

const EMPTY: &str = "is empty; check the variable or file it comes from";
const CUT_OFF: &str = "is incomplete: the rest was cut off";

impl Environment {
    /// The environment of a secret key or a publishable key; `None` for other texts.
    pub fn of_key(key: &str) -> Option<Self> {
        let key = key
            .strip_prefix("sk_")
            .or_else(|| key.strip_prefix("pk_"))
            .unwrap_or(key);
        if key.starts_with("live_") {
            Some(Self::Production)
        } else if key.starts_with("test_") {
            Some(Self::Development)
        } else {
            None
        }
    }
}

/// What is wrong with a configured value that must be a single word: quotes around it, white space,
/// invisible characters. The value is not repeated.
pub fn text_fault(text: &str) -> Option<String> {
    const QUOTES: [char; 9] = ['"', '\'', '`', '“', '”', '‘', '’', '«', '»'];
    if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
        return Some("is in quotes; remove them".to_owned());
    }
    let scheme = text.split_whitespace().next().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some("begins with `Bearer`; remove that".to_owned());
    }
    if text.chars().any(char::is_whitespace) {
        return Some(
            "contains white space; check for a line break or a space that was copied with it"
                .to_owned(),
        );
    }
    let invisible = text.chars().find(|character| is_invisible(*character))?;
    Some(format!(
        "contains an invisible character (U+{:04X}); type it, or copy it again",
        u32::from(invisible)
    ))
}

/// What is wrong with a bearer token, whoever issued it.
pub(crate) fn bearer_fault(bearer: &str) -> Option<String> {
    if bearer.is_empty() {
        return Some(EMPTY.to_owned());
    }
    text_fault(bearer)
}

/// Finds a character that no key contains: Clerk's keys are letters and digits, and base64 adds a few.
fn foreign_character(key: &str) -> Option<String> {
    let is_known = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '+' | '/' | '=')
    };
    let foreign = key.chars().find(|character| !is_known(*character))?;
    Some(format!(
        "contains a character that no key has (U+{:04X}); check for a placeholder or a masked key",
        u32::from(foreign)
    ))
}

/// Whether a character is a control or formatting character: zero-width, byte order mark,
/// directional, variation selector, tag.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{Credential, Environment};
    use Credential::{MachineSecretKey, PublishableKey, SecretKey, WebhookSecret};

    #[test]
    fn keys_of_the_forms_that_clerk_issues_are_accepted() {
        for (kind, key) in [
            (SecretKey, "sk_test_x"),
            (SecretKey, "sk_live_0123456789abcdefABCDEF"),
            (SecretKey, "test_old"),
            (SecretKey, "live_old"),
            (MachineSecretKey, "ak_0123456789abcdef0123456789abcdef"),
            (PublishableKey, "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k"),
            (PublishableKey, "pk_live_Y2xlcmsuZXhhbXBsZS5jb20kJA=="),
            (WebhookSecret, "whsec_YSBzaWduaW5nIHNlY3JldA=="),
            (WebhookSecret, "YSBzaWduaW5nIHNlY3JldA=="),
        ] {
            assert_eq!(kind.check(key), Ok(()), "{key}");
        }
    }

    #[test]
    fn other_texts_are_named_and_not_repeated() {
        for (kind, key, seen) in [
            (SecretKey, "", "is empty"),
            (SecretKey, "\"sk_test_CANARY\"", "in quotes"),
            (SecretKey, "'sk_test_CANARY'", "in quotes"),
            (SecretKey, "sk_test_CANARY\"", "in quotes"),
            (SecretKey, "“sk_test_CANARY”", "in quotes"),
            (SecretKey, "sk_test_CANARY\n", "white space"),
            (SecretKey, " sk_test_CANARY", "white space"),
            (SecretKey, "sk_test_CAN\u{a0}ARY", "white space"),
            (SecretKey, "Bearer sk_test_CANARY", "`Bearer`"),
            (SecretKey, "\u{feff}sk_test_CANARY", "U+FEFF"),
            (SecretKey, "sk_test_CAN\u{200b}ARY", "U+200B"),
            (SecretKey, "sk_test_CANARY\u{0}", "U+0000"),
            (SecretKey, "sk_test_CAN\u{202e}ARY", "U+202E"),
            (SecretKey, "sk_test_…", "U+2026"),
            (SecretKey, "sk_test_••••••", "U+2022"),
            (SecretKey, "sk_test_<CANARY>", "U+003C"),
            (SecretKey, "sk_test_${CANARY}", "U+0024"),
            (SecretKey, "sk_test_...", "U+002E"),
            // Cyrillic.
            (SecretKey, "sk_test_С", "U+0421"),
            (SecretKey, "sk", "cut off"),
            (SecretKey, "sk_", "cut off"),
            (SecretKey, "sk_te", "cut off"),
            (SecretKey, "sk_test", "cut off"),
            (SecretKey, "sk_live_", "cut off"),
            (SecretKey, "test_", "cut off"),
            (SecretKey, "pk_live_CANARY", "a publishable key"),
            (SecretKey, "whsec_CANARY", "a webhook signing secret"),
            (SecretKey, "ak_CANARY", "the secret key of a machine"),
            (SecretKey, "mt_CANARY", "an M2M token"),
            (SecretKey, "oat_CANARY", "an OAuth access token"),
            (SecretKey, "ins_CANARY", "the id of an instance"),
            (SecretKey, "eyJhbGciOiCANARY", "a JWT"),
            (SecretKey, "-----BEGIN", "a PEM"),
            (SecretKey, "https://CANARY.example", "a URL"),
            (
                SecretKey,
                "CLERK_SECRET_KEY=sk_test_CANARY",
                "the name of the variable",
            ),
            (SecretKey, "sk_CANARY", "sk_test_ or sk_live_"),
            (SecretKey, "SK_TEST_CANARY", "sk_test_ or sk_live_"),
            (SecretKey, "CANARY", "sk_test_ or sk_live_"),
            (
                MachineSecretKey,
                "sk_live_CANARY",
                "the secret key of an instance",
            ),
            (MachineSecretKey, "ak_", "cut off"),
            (MachineSecretKey, "mch_CANARY", "the id of a machine"),
            (MachineSecretKey, "CANARY", "does not begin with ak_"),
            (
                PublishableKey,
                "sk_live_CANARY",
                "the secret key of an instance",
            ),
            (PublishableKey, "pk_live", "cut off"),
            (
                WebhookSecret,
                "sk_live_CANARY",
                "the secret key of an instance",
            ),
            (WebhookSecret, "pk_live_CANARY", "a publishable key"),
            (WebhookSecret, "whsec_", "cut off"),
            (WebhookSecret, "https://CANARY", "a URL"),
        ] {
            let error = kind.check(key).expect_err(key);
            assert!(error.contains(seen), "{key}: {error}");
            assert!(error.contains("Clerk Dashboard"), "{error}");
            assert!(!error.contains("CANARY"), "{error}");
        }
    }

    #[test]
    fn a_key_names_its_environment() {
        for (key, environment) in [
            ("sk_live_x", Some(Environment::Production)),
            ("live_x", Some(Environment::Production)),
            ("sk_test_x", Some(Environment::Development)),
            ("test_x", Some(Environment::Development)),
            ("pk_live_x", Some(Environment::Production)),
            ("pk_test_x", Some(Environment::Development)),
            ("sk_x", None),
        ] {
            assert_eq!(Environment::of_key(key), environment);
        }
    }
}
