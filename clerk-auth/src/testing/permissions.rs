//! Packs permissions as version 2 of the claims does.

/// The features, the names of permissions (`o.per`), and a mask of names for each feature
/// (`o.fpm`) whose lowest bit is the first name.
pub(super) struct Packed<'a> {
    pub(super) features: Vec<&'a str>,
    names: Vec<&'a str>,
    masks: Vec<u128>,
}

impl<'a> Packed<'a> {
    /// Packs permissions of the form `org:<feature>:<name>`; others cannot be packed and are left
    /// out, as are those of a 129th name.
    pub(super) fn new(permissions: &'a [String]) -> Self {
        let mut packed = Self {
            features: Vec::new(),
            names: Vec::new(),
            masks: Vec::new(),
        };
        for permission in permissions {
            let permission = permission.strip_prefix("org:").unwrap_or(permission);
            if let Some((feature, name)) = permission.split_once(':') {
                packed.grant(feature, name);
            }
        }
        packed
    }

    fn grant(&mut self, feature: &'a str, name: &'a str) {
        let feature = position(&mut self.features, feature);
        let name = position(&mut self.names, name);
        self.masks.resize(self.features.len(), 0);
        self.masks[feature] |= u32::try_from(name)
            .ok()
            .and_then(|name| 1_u128.checked_shl(name))
            .unwrap_or(0);
    }

    pub(super) fn names(&self) -> String {
        self.names.join(",")
    }

    /// The masks, and empty ones for as many more features.
    pub(super) fn masks(&self, more: usize) -> String {
        let masks = self.masks.iter().copied();
        let masks = masks.chain(std::iter::repeat_n(0, more));
        masks
            .map(|mask| mask.to_string())
            .collect::<Vec<_>>()
            .join(",")
    }
}

fn position<'a>(list: &mut Vec<&'a str>, item: &'a str) -> usize {
    list.iter()
        .position(|present| *present == item)
        .unwrap_or_else(|| {
            list.push(item);
            list.len() - 1
        })
}
