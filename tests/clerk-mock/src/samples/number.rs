//! Numbers within their bounds.

use super::generate::Fault;
use super::place::Place;
use super::random::Random;
use super::schema::View;

/// How far above its lower bound a number without an upper one may be.
const SPAN: i64 = 1000;
/// Beyond this, not every integer can be represented in JSON.
const FARTHEST: f64 = 9_007_199_254_740_992.0;

pub(super) fn is_within(number: f64, view: &View<'_>) -> bool {
    let above = bound(view, "minimum").is_none_or(|minimum| {
        number > minimum || (number == minimum && !view.is_set("exclusiveMinimum"))
    });
    let below = bound(view, "maximum").is_none_or(|maximum| {
        number < maximum || (number == maximum && !view.is_set("exclusiveMaximum"))
    });
    let step = view.number("multipleOf");
    above && below && step.is_none_or(|step| number % step == 0.0)
}

/// A whole number within the bounds; the least one without a source of random numbers.
pub(super) fn whole(name: &str, view: &View<'_>, random: Option<Random>) -> Result<i64, Fault> {
    let span = if name.ends_with("_percent") {
        100
    } else {
        SPAN
    };
    let step = view.number("multipleOf").unwrap_or(1.0).max(1.0) as i64;
    let lowest = bound(view, "minimum").map(|minimum| {
        let lowest = minimum.ceil() as i64;
        lowest + i64::from(view.is_set("exclusiveMinimum") && lowest as f64 == minimum)
    });
    let highest = bound(view, "maximum").map(|maximum| {
        let highest = maximum.floor() as i64;
        highest - i64::from(view.is_set("exclusiveMaximum") && highest as f64 == maximum)
    });
    let (low, high) = match (lowest, highest) {
        (Some(low), Some(high)) => (low, high.min(low.saturating_add(span))),
        (Some(low), None) => (low, low.saturating_add(span)),
        (None, Some(high)) => (high.min(0).max(high.saturating_sub(span)), high),
        (None, None) => (0, span),
    };
    let first = low.div_euclid(step) + i64::from(low.rem_euclid(step) != 0);
    let count = high.div_euclid(step) - first + 1;
    let Ok(count @ 1..) = u64::try_from(count) else {
        return Err(Fault::new(
            "no number is within the bounds",
            "correct `minimum`, `maximum` or `multipleOf` in an overlay",
        ));
    };
    let chosen = random.map_or(0, |mut random| random.below(count));
    Ok((first + chosen as i64) * step)
}

/// A point in time between 2023-11 and 2025-06, so that what has expired has and nothing is in the future; in
/// an example, the beginning of a day.
pub(super) fn moment(format: Option<&str>, mut place: Place<'_>) -> Option<i64> {
    const DAY: i64 = 86_400;
    let seconds = 1_700_000_000 + place.random.below(50_000_000) as i64;
    let seconds = match place.in_example {
        true => seconds / DAY * DAY,
        false => seconds,
    };
    match format? {
        "unix-milliseconds" => Some(seconds * 1000),
        "unix" | "unix-seconds" => Some(seconds),
        _ => None,
    }
}

fn bound(view: &View<'_>, keyword: &str) -> Option<f64> {
    Some(view.number(keyword)?.clamp(-FARTHEST, FARTHEST))
}
