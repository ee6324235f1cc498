//! [`Timestamp`] to and from the types of `time`, `chrono` and `jiff`.

#![allow(unused_imports, reason = "each feature uses some of them")]

use super::{OutOfRange, Timestamp};

#[cfg(feature = "time")]
impl From<time::OffsetDateTime> for Timestamp {
    fn from(moment: time::OffsetDateTime) -> Self {
        let milliseconds = moment.unix_timestamp_nanos().div_euclid(1_000_000);
        // The type ends in the year 9999 (or 999999), well within an `i64`.
        Self::from_milliseconds(i64::try_from(milliseconds).unwrap_or(i64::MAX))
    }
}

#[cfg(feature = "time")]
impl TryFrom<Timestamp> for time::OffsetDateTime {
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        let nanoseconds = i128::from(timestamp.as_milliseconds()) * 1_000_000;
        Self::from_unix_timestamp_nanos(nanoseconds).map_err(|_| OutOfRange)
    }
}

#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> From<chrono::DateTime<Z>> for Timestamp {
    fn from(moment: chrono::DateTime<Z>) -> Self {
        Self::from_milliseconds(moment.timestamp_millis())
    }
}

#[cfg(feature = "chrono")]
impl TryFrom<Timestamp> for chrono::DateTime<chrono::Utc> {
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        Self::from_timestamp_millis(timestamp.as_milliseconds()).ok_or(OutOfRange)
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(moment: jiff::Timestamp) -> Self {
        Self::from_milliseconds(moment.as_millisecond())
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<Timestamp> for jiff::Timestamp {
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        Self::from_millisecond(timestamp.as_milliseconds()).map_err(|_| OutOfRange)
    }
}
