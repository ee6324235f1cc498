//! The keys that sign the tokens of vectors.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use clerk_auth::testing::TestKey;

/// The key id of all keys, so that it does not reveal which one signs.
pub(crate) const KEY_ID: &str = "ins_vectors";

/// The key of the instance.
static MAIN: LazyLock<TestKey> = LazyLock::new(|| TestKey::generate().with_key_id(KEY_ID));
/// The key of another instance.
static OTHER: LazyLock<TestKey> = LazyLock::new(|| TestKey::generate().with_key_id(KEY_ID));
/// A key of 3072 bits.
static LARGE: LazyLock<TestKey> = LazyLock::new(|| {
    let pair = KeyPair::generate(KeySize::Rsa3072).expect("the system has random numbers");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("an RSA key has a DER form");
    let key = TestKey::from_der(der.as_ref()).expect("it is an RSA key");
    key.with_key_id(KEY_ID)
});

pub(crate) fn named(name: &str) -> Option<&'static TestKey> {
    match name {
        "main" => Some(&MAIN),
        "other" => Some(&OTHER),
        "large" => Some(&LARGE),
        _ => None,
    }
}
