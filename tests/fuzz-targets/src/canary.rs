//! Secrets that no input can contain.
//!
//! A check for a secret in a message must not search for text of the input, because the input may
//! repeat the message. A canary depends on the whole input, so no input contains its own.

use std::hash::{DefaultHasher, Hasher};

/// The canary of an input: `canary` followed by 32 hexadecimal digits.
pub(crate) fn of(input: &[u8]) -> String {
    let [first, second] = [0, 1].map(|round| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(round);
        hasher.write(input);
        hasher.finish()
    });
    format!("canary{first:016x}{second:016x}")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn every_input_has_its_own_canary() {
        let repeated = of(b"a");
        let inputs = [b"".as_slice(), b"a", b"b", repeated.as_bytes()];
        for (index, input) in inputs.iter().enumerate() {
            assert_eq!(of(input), of(input));
            for other in &inputs[..index] {
                assert_ne!(of(input), of(other));
            }
        }
    }
}
