//! The cost of child processes: CPU time if the system reports it, otherwise elapsed time.

use std::time::Instant;

use crate::support::error::Result;

/// The cost of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    pub(super) seconds: f64,
    pub(super) clock: Clock,
}

/// The unit of a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// User and system time of the children.
    Cpu,
    /// Elapsed time.
    Wall,
}

impl Cost {
    /// Runs `work`, which starts processes and waits for them.
    pub(super) fn of(work: impl FnOnce() -> Result<()>) -> Result<Self> {
        let before = children();
        let start = Instant::now();
        work()?;
        let passed = start.elapsed().as_secs_f64();
        Ok(match (before, children()) {
            (Some(before), Some(after)) => Self {
                seconds: after - before,
                clock: Clock::Cpu,
            },
            _ => Self {
                seconds: passed,
                clock: Clock::Wall,
            },
        })
    }
}

/// The median of several costs; of an even number, the higher of the two middle ones.
pub(super) fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|left, right| left.seconds.total_cmp(&right.seconds));
    let none = Cost {
        seconds: 0.0,
        clock: Clock::Wall,
    };
    costs.get(costs.len() / 2).copied().unwrap_or(none)
}

/// CPU seconds of all children that were waited for, including theirs. Linux only.
fn children() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    parse(&text)
}

fn parse(stat: &str) -> Option<f64> {
    // The program's name is in parentheses and may contain anything; the numbers follow it.
    let (_, numbers) = stat.rsplit_once(')')?;
    let mut numbers = numbers.split_whitespace().skip(13);
    let user: f64 = numbers.next()?.parse().ok()?;
    let system: f64 = numbers.next()?.parse().ok()?;
    // Linux reports these in hundredths of a second, whatever its own tick rate is.
    Some((user + system) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_after_a_program_name_with_spaces() {
        let stat = "42 (a) b (c) S 1 42 42 0 -1 4194560 1000 2000 0 0 11 12 250 50 20 0 1 0 99";
        assert_eq!(parse(stat), Some(3.0));
    }

    #[test]
    fn malformed_text_has_no_time() {
        assert_eq!(parse("42 (a) S 1 2"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn the_median_ignores_one_slow_round() {
        let cost = |seconds| Cost {
            seconds,
            clock: Clock::Cpu,
        };
        let median = median(vec![cost(9.0), cost(1.0), cost(2.0)]);
        assert_eq!(median.seconds, 2.0);
    }
}
