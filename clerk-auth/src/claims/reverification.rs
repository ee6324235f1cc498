//! How recently the user must have proven who they are.

/// How recently, and by which factor, the user must have proven who they are.
///
/// Of a user who has no second factor, the first one counts in its place.
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
pub enum Reverification {
    /// Both factors within 10 minutes.
    StrictMfa,
    /// The second factor within 10 minutes.
    Strict,
    /// The second factor within an hour.
    Moderate,
    /// The second factor within a day.
    Lax,
    /// What an application decides for itself.
    Custom {
        /// The factor.
        level: FactorLevel,
        /// It was proven less than so many minutes ago. No proof is fresh enough for 0.
        after_minutes: u32,
    },
}

/// Which factors a user must have proven.
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
    /// This factor, less than so many minutes ago.
    pub fn custom(level: FactorLevel, after_minutes: u32) -> Self {
        Self::Custom {
            level,
            after_minutes,
        }
    }

    /// The factor that is asked for.
    pub fn level(self) -> FactorLevel {
        match self {
            Self::StrictMfa => FactorLevel::MultiFactor,
            Self::Strict | Self::Moderate | Self::Lax => FactorLevel::SecondFactor,
            Self::Custom { level, .. } => level,
        }
    }

    /// The minutes that must not have passed since it was proven.
    pub fn after_minutes(self) -> u32 {
        match self {
            Self::StrictMfa | Self::Strict => 10,
            Self::Moderate => 60,
            Self::Lax => 1440,
            Self::Custom { after_minutes, .. } => after_minutes,
        }
    }

    /// Whether the minutes since both factors were proven (`fva`) are few enough.
    pub(super) fn is_satisfied(self, ages: (f64, f64)) -> bool {
        let is_age = |age: f64| age == NOT_ENROLLED || (age.is_finite() && age >= 0.0);
        let is_fresh = |age: f64| age != NOT_ENROLLED && age < f64::from(self.after_minutes());
        let (first, second) = ages;
        if !is_age(first) || !is_age(second) {
            return false;
        }
        match self.level() {
            FactorLevel::FirstFactor => is_fresh(first),
            // Also if there is no factor at all: none is fresh.
            _ if second == NOT_ENROLLED => is_fresh(first),
            FactorLevel::SecondFactor => is_fresh(second),
            FactorLevel::MultiFactor => is_fresh(first) && is_fresh(second),
        }
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
    fn numbers_that_are_no_age_satisfy_nothing() {
        for age in [-2.0, -0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for level in [FirstFactor, SecondFactor, MultiFactor] {
                let asked = Reverification::custom(level, 10);
                assert!(!asked.is_satisfied((0.0, age)), "{age}");
                assert!(!asked.is_satisfied((age, 0.0)), "{age}");
            }
        }
    }

    #[test]
    fn no_minutes_at_all_satisfy_nothing() {
        assert!(!Reverification::custom(FirstFactor, 0).is_satisfied((0.0, 0.0)));
    }
}
