//! Names in Rust's conventions, derived from the names of the description.
//!
//! Acronyms count as one word (`getJWKS` is `get_jwks`, `SAMLConnection` is `SamlConnection`).
//! [`crate::input::names`] decides which names are replaced.

/// Words that are spelled with capitals inside and would otherwise be split.
const MIXED_CASE_WORDS: [(&str, &str); 2] = [("OAuth", "Oauth"), ("M2M", "M2m")];

/// `OrganizationMemberships` and `organizationMemberships` become `organization_memberships`.
pub fn snake_case(name: &str) -> String {
    words(name).join("_")
}

/// `organizationMemberships` becomes `OrganizationMemberships`.
pub fn upper_camel_case(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// A field, argument, method or module: snake case. Empty if the name has no ASCII letter or digit.
pub fn identifier(name: &str) -> String {
    escaped(snake_case(name))
}

/// A type or a variant: upper camel case. Not an identifier if [`is_identifier`] is false; it needs a pin then.
pub fn type_name(name: &str) -> String {
    let camel = upper_camel_case(name);
    if is_keyword(&camel) {
        return format!("{camel}_");
    }
    camel
}

/// Whether generated code can use the name for an item.
pub fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    let begins = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    letters.next().is_some_and(begins)
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name != "_"
        && !is_keyword(name)
}

/// With `_` before a digit, and after a keyword.
fn escaped(name: String) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else if is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// The name of one element of a list with this name: `roles` becomes `role`.
pub fn singular(name: &str) -> String {
    let unchanged = ["address", "status", "alias", "canvas"];
    let lower = name.to_ascii_lowercase();
    if unchanged.iter().any(|ending| lower.ends_with(ending)) {
        return name.to_owned();
    }
    for (plural, one) in [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", "")] {
        if let Some(stem) = name.strip_suffix(plural) {
            return format!("{stem}{one}");
        }
    }
    name.to_owned()
}

/// `first_name` as a phrase: `first name`.
pub fn phrase(name: &str) -> String {
    words(name).join(" ")
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut name = name.to_owned();
    for (mixed, plain) in MIXED_CASE_WORDS {
        name = name.replace(mixed, plain);
    }
    let letters: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            finish(&mut word, &mut words);
            continue;
        }
        let previous = index.checked_sub(1).and_then(|before| letters.get(before));
        let next = letters.get(index + 1);
        if letter.is_ascii_uppercase() && starts_word(previous, next) {
            finish(&mut word, &mut words);
        }
        word.push(letter.to_ascii_lowercase());
    }
    finish(&mut word, &mut words);
    words
}

/// Whether a capital between these two letters begins a word.
fn starts_word(previous: Option<&char>, next: Option<&char>) -> bool {
    let after_small = previous.is_some_and(|letter| !letter.is_ascii_uppercase());
    let before_small = next.is_some_and(char::is_ascii_lowercase);
    // `IDs` is one word: after a lone plural `s`, the capital does not begin a word.
    after_small || before_small
}

fn finish(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The strict and reserved keywords of every edition up to 2024, sorted. The weak ones (`union`, `raw`, `safe`,
/// `macro_rules`) are valid identifiers.
#[rustfmt::skip]
const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where",
    "while", "yield", "_",
];

fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_one_word() {
        for (name, expected) in [
            ("getJWKS", "get_jwks"),
            ("getOAuthAccessToken", "get_oauth_access_token"),
            ("emailSMSTemplates", "email_sms_templates"),
            ("deleteTOTP", "delete_totp"),
            ("generateSvixAuthURL", "generate_svix_auth_url"),
            ("getM2MTokens", "get_m2m_tokens"),
            ("apiKeyID", "api_key_id"),
            ("x5t#S256", "x5t_s256"),
            ("deleteWeb3Wallet", "delete_web3_wallet"),
            ("organizationMemberships", "organization_memberships"),
        ] {
            assert_eq!(snake_case(name), expected, "{name}");
        }
    }

    #[test]
    fn type_names_are_upper_camel_case() {
        for (name, expected) in [
            ("SAMLConnection", "SamlConnection"),
            ("verification_otp", "VerificationOtp"),
            ("OAuthApplicationWithSecret", "OauthApplicationWithSecret"),
            ("CommercePlan-2", "CommercePlan2"),
            ("m2m", "M2m"),
        ] {
            assert_eq!(upper_camel_case(name), expected, "{name}");
        }
    }

    #[test]
    fn keywords_get_an_underscore() {
        for keyword in KEYWORDS {
            assert!(!is_identifier(keyword), "{keyword}");
        }
        // syn knows the keywords up to edition 2021.
        for name in KEYWORDS.iter().filter(|name| **name != "gen") {
            assert!(syn::parse_str::<syn::Ident>(name).is_err(), "{name}");
        }
        assert_eq!(identifier("gen"), "gen_");
        assert_eq!(identifier("Gen"), "gen_");
        assert_eq!(identifier("union"), "union");
        assert_eq!(type_name("self"), "Self_");
        assert_eq!(type_name("gen"), "Gen");
        assert_eq!(identifier("日本"), "");
        assert_eq!(identifier("type"), "type_");
        assert_eq!(identifier("self"), "self_");
        assert_eq!(identifier("typed"), "typed");
        assert_eq!(identifier("2fa"), "_2fa");
    }

    #[test]
    fn singular_forms() {
        for (name, expected) in [
            ("roles", "role"),
            ("directories", "directory"),
            ("email_address", "email_address"),
            ("IdentificationStatus", "IdentificationStatus"),
            ("email_addresses", "email_address"),
            ("group_role_mappings", "group_role_mapping"),
        ] {
            assert_eq!(singular(name), expected, "{name}");
        }
    }
}
