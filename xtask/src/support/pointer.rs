//! JSON pointers (RFC 6901) as used in errors: `#/paths/~1users/get`.

/// The pointer to `key` below `base`.
pub fn child(base: &str, key: &str) -> String {
    let mut pointer = String::with_capacity(base.len() + key.len() + 1);
    pointer.push_str(base);
    push(&mut pointer, key);
    pointer
}

/// Continues a pointer to `key`.
pub fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    for part in key.split_inclusive(['~', '/']) {
        if let Some(before) = part.strip_suffix('~') {
            pointer.extend([before, "~0"]);
        } else if let Some(before) = part.strip_suffix('/') {
            pointer.extend([before, "~1"]);
        } else {
            pointer.push_str(part);
        }
    }
}

/// The pointer to an item of the list at `base`.
pub fn item(base: &str, index: usize) -> String {
    format!("{base}/{index}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_tildes_of_keys_are_escaped() {
        assert_eq!(child("#/paths", "/a~b/{c}"), "#/paths/~1a~0b~1{c}");
        assert_eq!(item("#/tags", 3), "#/tags/3");
    }
}
