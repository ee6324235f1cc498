//! The repairs of a response, and the warning about them.
//!
//! The warning names locations as in the description: without indices, and with `*` for a key that the
//! server chose, which may be an email address or an id.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many locations are kept. Only a deeply nested response has more.
const MOST_KEPT: usize = 64;
/// How many locations are printed.
const MOST_PRINTED: usize = 16;

/// The repairs of a response. Dropping them reports them.
#[derive(Default)]
pub(super) struct Repairs {
    count: usize,
    by_location: BTreeMap<String, (&'static str, usize)>,
}

impl Repairs {
    /// Adds a repair at a path of the response.
    pub(super) fn add(&mut self, path: &str, what: &'static str) {
        self.count += 1;
        let location = without_indices(path);
        if let Some((_, times)) = self.by_location.get_mut(&location) {
            *times += 1;
        } else if self.by_location.len() < MOST_KEPT {
            self.by_location.insert(location, (what, 1));
        }
    }

    fn locations(&self) -> String {
        let mut text = String::new();
        for (location, (what, times)) in self.by_location.iter().take(MOST_PRINTED) {
            let separator = if text.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}{location} ({what}, {times} times)");
        }
        if self.by_location.len() > MOST_PRINTED {
            text.push_str(", …");
        }
        text
    }
}

impl Drop for Repairs {
    fn drop(&mut self) {
        if self.count > 0 {
            tracing::warn!(
                repairs = self.count,
                locations = self.locations(),
                "repaired a response that does not match its description"
            );
        }
    }
}

/// `$.data[3].tags[0]` as `$.data[].tags[]`.
fn without_indices(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|character| {
            match character {
                '[' => inside = true,
                ']' => inside = false,
                _ => return !inside,
            }
            true
        })
        .collect()
}
