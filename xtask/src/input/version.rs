//! The versions of descriptions: dates.

use crate::support::error::{Error, Result};

/// Whether this is a date, as every version is.
pub fn is_version(version: &str) -> bool {
    let mut parts = version.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}

/// It becomes the name of a file and the value of a header.
pub fn check(location: &str, version: &str) -> Result<()> {
    if is_version(version) {
        return Ok(());
    }
    Err(Error::new(
        location,
        format!("`{version}` is not an API version"),
        "use a document whose version is a date, as in `2026-05-12`",
    ))
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn only_days_of_the_calendar_are_versions() {
        for version in ["2026-05-12", "2028-02-29", "2000-02-29", "2031-12-31"] {
            assert!(is_version(version), "{version}");
        }
        for version in [
            "2031-99-99",
            "2031-00-01",
            "2031-13-01",
            "2031-04-31",
            "2031-04-00",
            "2027-02-29",
            "2100-02-29",
            "2031-4-01",
            "2031-04-1 ",
            "2031-04-+1",
            "2031-04-01-01",
            "2031/04/01",
            "",
        ] {
            assert!(!is_version(version), "{version}");
        }
    }
}
