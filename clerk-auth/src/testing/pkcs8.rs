//! Extracts the RSA key from PKCS#8, because jsonwebtoken signs with the inner key.

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The RSAPrivateKey in a PrivateKeyInfo (RFC 5208, section 5): a sequence of the version, the algorithm and
/// the key. `None` if it is malformed.
pub(super) fn private_key(der: &[u8]) -> Option<&[u8]> {
    let (info, _) = element(der, SEQUENCE)?;
    let (_version, rest) = element(info, INTEGER)?;
    let (_algorithm, rest) = element(rest, SEQUENCE)?;
    let (key, _attributes) = element(rest, OCTET_STRING)?;
    Some(key)
}

/// The content of the first element, if it is of that kind, and the rest.
fn element(der: &[u8], kind: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if first != kind {
        return None;
    }
    // Up to 127 it is the length; above, the number of bytes of the length.
    if length < 0x80 {
        return rest.split_at_checked(usize::from(length));
    }
    let (length, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
    if length.len() > 4 {
        return None;
    }
    let length = length
        .iter()
        .fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_content_of_the_octet_string() {
        let info = [
            0x30, 0x0a, 0x02, 0x01, 0x00, 0x30, 0x00, 0x04, 0x03, 7, 8, 9,
        ];
        assert_eq!(private_key(&info), Some(&[7, 8, 9][..]));
    }

    #[test]
    fn lengths_may_have_bytes_of_their_own() {
        let mut info = vec![0x30, 0x82, 0x01, 0x0a, 0x02, 0x01, 0x00, 0x30, 0x00];
        info.extend([0x04, 0x82, 0x01, 0x01]);
        info.extend([5; 257]);
        assert_eq!(private_key(&info), Some(&[5; 257][..]));
    }

    #[test]
    fn anything_else_is_none() {
        let info = [
            0x30, 0x0a, 0x02, 0x01, 0x00, 0x30, 0x00, 0x04, 0x03, 7, 8, 9,
        ];
        for end in 0..info.len() {
            assert_eq!(private_key(&info[..end]), None, "{end}");
        }
        // An RSAPrivateKey itself: a number where the algorithm would be.
        assert_eq!(private_key(&[0x30, 0x06, 2, 1, 0, 2, 1, 5]), None);
        assert_eq!(private_key(&[0x30, 0xff, 1]), None);
        assert_eq!(private_key(&[0x30, 0x85, 1, 1, 1, 1, 1]), None);
    }
}
