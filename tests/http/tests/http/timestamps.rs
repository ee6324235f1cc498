//! Timestamps, and their conversions to and from the types of other crates.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clerk_api::types::Timestamp;

const MOMENT: i64 = 1_716_883_200_250;

#[test]
fn a_timestamp_is_printed_in_utc() {
    for (milliseconds, printed) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (MOMENT, "2024-05-28T08:00:00.250Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ] {
        assert_eq!(Timestamp::from(milliseconds).to_string(), printed);
    }
    let _ = format!(
        "{:?} {}",
        Timestamp::from(i64::MIN),
        Timestamp::from(i64::MAX)
    );
}

#[test]
fn a_timestamp_is_a_number_in_json() {
    let moment = Timestamp::from(MOMENT);
    assert_eq!(
        serde_json::to_string(&moment).expect("JSON"),
        "1716883200250"
    );
    assert_eq!(
        serde_json::from_str::<Timestamp>("1716883200250").expect("a moment"),
        moment
    );
    assert_eq!(i64::from(moment), MOMENT);
    assert!(Timestamp::from(1) < Timestamp::from(2));
}

#[test]
fn system_time_converts_both_ways() {
    for milliseconds in [0, MOMENT, -5_000] {
        let moment = Timestamp::from(milliseconds);
        let time = SystemTime::try_from(moment).expect("in range");
        assert_eq!(Timestamp::from(time), moment);
    }
    let fraction = UNIX_EPOCH + Duration::from_nanos(1_999_999);
    assert_eq!(Timestamp::from(fraction), Timestamp::from(1));
    let years: Timestamp = Timestamp::now();
    assert!(years > Timestamp::from(MOMENT));
}

#[test]
fn the_types_of_other_crates_convert_both_ways() {
    for milliseconds in [0, MOMENT, -1, -62_135_596_800_000] {
        let moment = Timestamp::from(milliseconds);
        let time = time::OffsetDateTime::try_from(moment).expect("in range");
        assert_eq!(
            time.unix_timestamp_nanos(),
            i128::from(milliseconds) * 1_000_000
        );
        assert_eq!(Timestamp::from(time), moment);
        let chrono = chrono::DateTime::<chrono::Utc>::try_from(moment).expect("in range");
        assert_eq!(chrono.timestamp_millis(), milliseconds);
        assert_eq!(Timestamp::from(chrono), moment);
        let jiff = jiff::Timestamp::try_from(moment).expect("in range");
        assert_eq!(jiff.as_millisecond(), milliseconds);
        assert_eq!(Timestamp::from(jiff), moment);
    }
    let beyond = Timestamp::from(i64::MAX);
    assert!(time::OffsetDateTime::try_from(beyond).is_err());
    assert!(chrono::DateTime::<chrono::Utc>::try_from(beyond).is_err());
    assert!(jiff::Timestamp::try_from(beyond).is_err());
}
