//! How recently the user must have verified their identity.

use std::fmt;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::json;

/// How recently, and with which factors, the user must have verified their identity.
///
/// For a user without a second factor, the first one counts instead.
///
/// ```
/// use clerk_auth::{FactorLevel, Reverification};
///
/// let preset = Reverification::Strict;
/// let own = Reverification::custom(FactorLevel::FirstFactor, 5);
/// # let _ = (preset, own);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[must_use = "has no effect until passed to `Check::reverified`"]
#[doc(alias("step-up", "sudo mode", "useReverification"))]
pub enum Reverification {
    /// Both factors within 10 minutes.
    StrictMfa,
    /// The second factor within 10 minutes.
    Strict,
    /// The second factor within an hour.
    Moderate,
    /// The second factor within a day.
    Lax,
    /// A factor and a time of your own.
    Custom {
        /// The factor.
        level: FactorLevel,
        /// The verification must be less than this many minutes old. No verification is recent enough for 0.
        after_minutes: u32,
    },
}

/// Which factors a user must have verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FactorLevel {
    /// The first, such as a password.
    FirstFactor,
    /// The second, such as a code of an authenticator app.
    SecondFactor,
    /// Both.
    MultiFactor,
}

/// The age of a factor that the user does not have.
const NOT_ENROLLED: f64 = -1.0;

impl Reverification {
    /// Requires a verification of this factor less than this many minutes ago.
    pub fn custom(level: FactorLevel, after_minutes: u32) -> Self {
        Self::Custom {
            level,
            after_minutes,
        }
    }

    /// Returns the required factor.
    pub fn level(self) -> FactorLevel {
        match self {
            Self::StrictMfa => FactorLevel::MultiFactor,
            Self::Strict | Self::Moderate | Self::Lax => FactorLevel::SecondFactor,
            Self::Custom { level, .. } => level,
        }
    }

    /// Returns the age that the verification must be below, in minutes.
    pub fn after_minutes(self) -> u32 {
        match self {
            Self::StrictMfa | Self::Strict => 10,
            Self::Moderate => 60,
            Self::Lax => 1440,
            Self::Custom { after_minutes, .. } => after_minutes,
        }
    }

    /// Returns the response that makes Clerk's `useReverification()` prompt the user to verify again and
    /// repeat the request: 403 with a JSON body. Adapters send it if only a reverification is missing; a
    /// handler that checks a session itself can return it.
    #[doc(alias("reverificationErrorResponse", "reverificationError"))]
    pub fn error_response(self) -> Response<String> {
        let body = json!({
            "clerk_error": {
                "type": "forbidden",
                "reason": "reverification-error",
                "metadata": { "reverification": self },
            },
        });
        let mut response = Response::new(body.to_string());
        *response.status_mut() = StatusCode::FORBIDDEN;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }

    /// Whether any session can satisfy it.
    pub(super) fn can_be_satisfied(self) -> bool {
        self.after_minutes() > 0
    }

    /// The reverification that satisfies both.
    pub(super) fn and(self, other: Self) -> Self {
        let covers = |one: Self, other: Self| {
            one.after_minutes() <= other.after_minutes()
                && (one.level() == other.level() || one.level() == FactorLevel::MultiFactor)
        };
        if covers(self, other) {
            return self;
        }
        if covers(other, self) {
            return other;
        }
        let level = if self.level() == other.level() {
            self.level()
        } else {
            FactorLevel::MultiFactor
        };
        Self::custom(level, self.after_minutes().min(other.after_minutes()))
    }

    /// Whether both factors were verified recently enough, according to `fva`.
    pub(super) fn is_satisfied(self, ages: (f64, f64)) -> bool {
        let is_age = |age: f64| age == NOT_ENROLLED || (age.is_finite() && age >= 0.0);
        let is_fresh = |age: f64| age != NOT_ENROLLED && age < f64::from(self.after_minutes());
        let (first, second) = ages;
        if !is_age(first) || !is_age(second) {
            return false;
        }
        match self.level() {
            FactorLevel::FirstFactor => is_fresh(first),
            // This also covers a user without any factor.
            _ if second == NOT_ENROLLED => is_fresh(first),
            FactorLevel::SecondFactor => is_fresh(second),
            FactorLevel::MultiFactor => is_fresh(first) && is_fresh(second),
        }
    }
}

impl FactorLevel {
    /// Returns the name in Clerk's SDKs: `first_factor`, `second_factor` or `multi_factor`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstFactor => "first_factor",
            Self::SecondFactor => "second_factor",
            Self::MultiFactor => "multi_factor",
        }
    }
}

impl fmt::Display for FactorLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Serialized as in Clerk's SDKs: a preset by its name, anything else as `{"level":…,"afterMinutes":…}`.
impl Serialize for Reverification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let preset = match self {
            Self::StrictMfa => "strict_mfa",
            Self::Strict => "strict",
            Self::Moderate => "moderate",
            Self::Lax => "lax",
            Self::Custom {
                level,
                after_minutes,
            } => {
                let mut own = serializer.serialize_struct("Reverification", 2)?;
                own.serialize_field("level", level.as_str())?;
                own.serialize_field("afterMinutes", after_minutes)?;
                return own.end();
            }
        };
        serializer.serialize_str(preset)
    }
}

#[cfg(test)]
mod tests {
    use super::FactorLevel::{FirstFactor, MultiFactor, SecondFactor};
    use super::*;

    #[test]
    fn presets_have_their_factor_and_time() {
        let preset = |preset: Reverification| (preset.level(), preset.after_minutes());
        assert_eq!(preset(Reverification::StrictMfa), (MultiFactor, 10));
        assert_eq!(preset(Reverification::Strict), (SecondFactor, 10));
        assert_eq!(preset(Reverification::Moderate), (SecondFactor, 60));
        assert_eq!(preset(Reverification::Lax), (SecondFactor, 1440));
    }

    #[test]
    fn each_level_looks_at_its_factors() {
        let table = [
            // first, second, first factor, second factor, both factors
            ((0.0, 0.0), [true, true, true]),
            ((9.0, 9.0), [true, true, true]),
            ((10.0, 0.0), [false, true, false]),
            ((0.0, 10.0), [true, false, false]),
            ((10.0, 10.0), [false, false, false]),
            ((9.999, 9.999), [true, true, true]),
            // Without a second factor the first counts.
            ((9.0, -1.0), [true, true, true]),
            ((10.0, -1.0), [false, false, false]),
            // Without a first factor only the second can be proven.
            ((-1.0, 9.0), [false, true, false]),
            ((-1.0, 10.0), [false, false, false]),
            ((-1.0, -1.0), [false, false, false]),
        ];
        for (ages, expected) in table {
            let levels = [FirstFactor, SecondFactor, MultiFactor];
            let actual = levels.map(|level| Reverification::custom(level, 10).is_satisfied(ages));
            assert_eq!(actual, expected, "{ages:?}");
        }
    }

    #[test]
    fn invalid_ages_satisfy_nothing() {
        for age in [-2.0, -0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for level in [FirstFactor, SecondFactor, MultiFactor] {
                let asked = Reverification::custom(level, 10);
                assert!(!asked.is_satisfied((0.0, age)), "{age}");
                assert!(!asked.is_satisfied((age, 0.0)), "{age}");
            }
        }
    }

    #[test]
    fn both_are_satisfied_by_what_satisfies_the_stricter_one() {
        let custom = Reverification::custom;
        for (one, other, both) in [
            (
                Reverification::Lax,
                Reverification::Strict,
                Reverification::Strict,
            ),
            (
                Reverification::Strict,
                Reverification::StrictMfa,
                Reverification::StrictMfa,
            ),
            (
                Reverification::Lax,
                custom(SecondFactor, 1),
                custom(SecondFactor, 1),
            ),
            (
                Reverification::StrictMfa,
                custom(FirstFactor, 10),
                Reverification::StrictMfa,
            ),
            // Neither covers the other.
            (
                Reverification::Lax,
                custom(FirstFactor, 5),
                custom(MultiFactor, 5),
            ),
            (
                Reverification::StrictMfa,
                custom(FirstFactor, 5),
                custom(MultiFactor, 5),
            ),
        ] {
            assert_eq!(one.and(other), both);
            assert_eq!(other.and(one), both);
        }
    }

    #[test]
    fn no_minutes_at_all_satisfy_nothing() {
        assert!(!Reverification::custom(FirstFactor, 0).can_be_satisfied());
        assert!(!Reverification::custom(FirstFactor, 0).is_satisfied((0.0, 0.0)));
    }
}
