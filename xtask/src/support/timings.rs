//! Where the time of a command goes, for `cargo xtask regenerate --timings`.
//!
//! A stage is timed where it is called. Its time is elapsed time: all stages run in one thread.

use std::cell::RefCell;
use std::time::{Duration, Instant};

thread_local! {
    /// The stages so far, in the order of their first calls; `None` unless they are timed.
    static STAGES: RefCell<Option<Vec<(&'static str, Duration)>>> = const { RefCell::new(None) };
}

/// Runs a stage. Its name may occur again: the API and webhooks pass the same stages.
pub fn stage<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let passed = start.elapsed();
    STAGES.with_borrow_mut(|stages| {
        let Some(stages) = stages else { return };
        match stages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, time)) => *time += passed,
            None => stages.push((name, passed)),
        }
    });
    result
}

/// Runs `work` and returns its stages as a table: milliseconds, and the share of the whole.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, String) {
    STAGES.set(Some(Vec::new()));
    let start = Instant::now();
    let result = work();
    let total = start.elapsed();
    (result, table(&STAGES.take().unwrap_or_default(), total))
}

fn table(stages: &[(&'static str, Duration)], total: Duration) -> String {
    let staged = stages.iter().map(|(_, time)| *time).sum();
    let rest = [("others", total.saturating_sub(staged)), ("total", total)];
    let rows = stages.iter().chain(&rest).map(|(name, time)| {
        let milliseconds = time.as_secs_f64() * 1_000.0;
        let share = 100.0 * time.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
        format!("{name:<12}{milliseconds:>9.1} ms{share:>7.1} %\n")
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_listed_once_in_their_order_with_what_is_outside_of_them() {
        let stages = [
            ("read", Duration::from_millis(250)),
            ("print", Duration::from_micros(62_500)),
        ];
        let expected = "\
read            250.0 ms   50.0 %
print            62.5 ms   12.5 %
others          187.5 ms   37.5 %
total           500.0 ms  100.0 %
";
        assert_eq!(table(&stages, Duration::from_millis(500)), expected);

        let (result, text) = measured(|| stage("b", || 1) + stage("a", || 2) + stage("b", || 3));
        let names = text.lines().filter_map(|line| line.split(' ').next());
        assert_eq!(result, 6);
        assert_eq!(names.collect::<Vec<_>>(), ["b", "a", "others", "total"]);
    }
}
