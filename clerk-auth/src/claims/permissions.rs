//! The packed permissions of version 2: `fea` lists the features, `o.per` the names of permissions, and
//! `o.fpm` a number (mask) for each feature, whose bits select the names. The first name is the least
//! significant bit.
//!
//! Clerk's backends disagree about which features have a mask: those of the organization (JavaScript), or
//! all, including those of users (the documentation). The number of masks determines which rule applies. If
//! it matches neither, nothing is granted.

use super::scope::{Element, elements};

/// Most masks fit in this many 64-bit words, without an allocation.
const FEW_WORDS: usize = 2;

/// The permissions, `org:<feature>:<permission>`. Whatever is malformed contributes nothing.
pub(super) fn unpack(features: &str, names: &str, masks: &str) -> Vec<String> {
    let Some(packed) = Packed::new(features, names, masks) else {
        return Vec::new();
    };
    let mut count = 0;
    packed.for_each(|_, _| count += 1);
    let mut permissions = Vec::with_capacity(count);
    packed.for_each(|feature, name| permissions.push(permission(feature, name)));
    permissions
}

fn permission(feature: &str, name: &str) -> String {
    ["org:", feature, ":", name].concat()
}

struct Packed<'a> {
    features: &'a str,
    names: &'a str,
    masks: &'a str,
    /// Whether features of users also have a mask.
    masks_for_all: bool,
}

impl<'a> Packed<'a> {
    fn new(features: &'a str, names: &'a str, masks: &'a str) -> Option<Self> {
        if names.is_empty() || masks.is_empty() {
            return None;
        }
        let of_organization = |element: &Option<Element<'_>>| {
            element.is_some_and(|element| element.is_for_organization())
        };
        let count = masks.split(',').count();
        let masks_for_all = if count == elements(features).filter(of_organization).count() {
            false
        } else if count == elements(features).count() {
            true
        } else {
            return None;
        };
        Some(Self {
            features,
            names,
            masks,
            masks_for_all,
        })
    }

    /// Calls `grant` with the feature and the name of each permission, in order.
    fn for_each(&self, mut grant: impl FnMut(&'a str, &'a str)) {
        let words = self.names.split(',').count().div_ceil(64);
        let mut few = [0; FEW_WORDS];
        let mut many;
        let bits = match few.get_mut(..words) {
            Some(few) => few,
            None => {
                many = vec![0; words];
                &mut many[..]
            }
        };
        let with_mask = elements(self.features).filter(|element| {
            self.masks_for_all || element.is_some_and(|element| element.is_for_organization())
        });
        for (element, mask) in with_mask.zip(self.masks.split(',')) {
            let Some(feature) =
                element.filter(|element| element.is_for_organization() && !element.name.is_empty())
            else {
                continue;
            };
            if !read_bits(mask.trim(), bits) {
                continue;
            }
            for (index, name) in self.names.split(',').map(str::trim).enumerate() {
                if bits[index / 64] >> (index % 64) & 1 == 1 && !name.is_empty() {
                    grant(feature.name, name);
                }
            }
        }
    }
}

/// Reads the lowest bits of a decimal number of any size into `bits`, the least significant word first.
/// Returns whether it is a number.
fn read_bits(decimal: &str, bits: &mut [u64]) -> bool {
    bits.fill(0);
    for digit in decimal.bytes() {
        if !digit.is_ascii_digit() {
            return false;
        }
        let mut carry = u128::from(digit - b'0');
        for word in &mut *bits {
            let product = u128::from(*word) * 10 + carry;
            *word = product as u64;
            carry = product >> 64;
        }
    }
    !decimal.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_is_the_least_significant_bit() {
        assert_eq!(
            unpack("o:dashboard,o:teams", "manage,read", "3,2"),
            [
                "org:dashboard:manage",
                "org:dashboard:read",
                "org:teams:read"
            ]
        );
    }

    #[test]
    fn as_many_masks_as_organization_features_count_over_those() {
        assert_eq!(
            unpack("u:dash,o:a,o:b", "read,manage", "1,2"),
            ["org:a:read", "org:b:manage"]
        );
        assert_eq!(
            unpack(
                "o:reservations,u:dashboard,uo:support-chat",
                "read,manage",
                "2,3"
            ),
            [
                "org:reservations:manage",
                "org:support-chat:read",
                "org:support-chat:manage"
            ]
        );
    }

    #[test]
    fn as_many_masks_as_features_count_over_all() {
        assert_eq!(
            unpack("u:dash,o:a,o:b", "read,manage", "0,1,2"),
            ["org:a:read", "org:b:manage"]
        );
        // The mask of a user's feature grants nothing.
        assert_eq!(unpack("u:dash,ou:a", "read", "1,1"), ["org:a:read"]);
    }

    #[test]
    fn any_other_number_of_masks_grants_nothing() {
        for masks in ["1", "1,2,3,1", "1,2,,", ""] {
            let permissions = unpack("u:dash,o:a,o:b", "read,manage", masks);
            assert_eq!(permissions, [""; 0], "{masks:?}");
        }
        assert_eq!(unpack("", "read", "1"), [""; 0]);
        assert_eq!(unpack("o:a", "", "1"), [""; 0]);
    }

    #[test]
    fn white_space_around_elements_is_ignored() {
        assert_eq!(
            unpack(" o:a , o:b ", " read , manage ", " 1 , 2 "),
            ["org:a:read", "org:b:manage"]
        );
    }

    #[test]
    fn a_malformed_mask_grants_nothing_and_leaves_the_others() {
        for mask in ["", "-1", "+1", "1.0", "1e1", "0x1", "١", "1 1"] {
            assert_eq!(
                unpack("o:a,o:b", "read,manage", &format!("{mask},3")),
                ["org:b:read", "org:b:manage"],
                "{mask:?}"
            );
        }
    }

    #[test]
    fn an_element_without_colon_keeps_its_place_and_grants_nothing() {
        assert_eq!(
            unpack("o:a,broken,o:b", "read", "1,1,1"),
            ["org:a:read", "org:b:read"]
        );
        assert_eq!(unpack("o:a,broken,o:b", "read", "0,1"), ["org:b:read"]);
        assert_eq!(unpack("broken", "read", "1"), [""; 0]);
        assert_eq!(unpack(",", "read,", "3,3"), [""; 0]);
    }

    #[test]
    fn nothing_is_granted_without_a_name() {
        assert_eq!(
            unpack("o:,o:b", "read,,manage", "7,7"),
            ["org:b:read", "org:b:manage"]
        );
    }

    #[test]
    fn bits_beyond_the_names_are_ignored() {
        assert_eq!(unpack("o:a", "read", "7"), ["org:a:read"]);
        // 2^200 + 1, and 2^200.
        let two_to_the_200 = "1606938044258990275541962092341162602522202993782792835301376";
        let one_more = "1606938044258990275541962092341162602522202993782792835301377";
        assert_eq!(unpack("o:a", "read", one_more), ["org:a:read"]);
        assert_eq!(unpack("o:a", "read", two_to_the_200), [""; 0]);
    }

    #[test]
    fn masks_may_have_more_bits_than_any_integer_type() {
        let names: Vec<String> = (0..201).map(|index| format!("p{index}")).collect();
        let two_to_the_200 = "1606938044258990275541962092341162602522202993782792835301376";
        assert_eq!(
            unpack("o:a", &names.join(","), two_to_the_200),
            ["org:a:p200"]
        );
        // 2^64, whose bit is the first of the second word.
        assert_eq!(
            unpack("o:a", &names[..65].join(","), "18446744073709551616"),
            ["org:a:p64"]
        );
    }

    #[test]
    fn a_mask_of_many_digits_ends() {
        let mask = "9".repeat(12_000);
        // 10^12000 - 1 is odd, and of its lowest bits all are set: 10^12000 is a multiple of 2^12000.
        assert_eq!(unpack("o:a", "read,manage", &mask).len(), 2);
    }

    #[test]
    fn permissions_take_no_more_room_than_they_need() {
        let permissions = unpack("o:a,o:b", "read,manage", "3,3");
        assert_eq!(permissions.capacity(), permissions.len());
        assert!(permissions.iter().all(|one| one.capacity() == one.len()));
    }
}
