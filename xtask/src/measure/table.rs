//! The measurements as a table.

use std::io::Write;

use super::cost::{Clock, Cost};

/// One measurement.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    ours: String,
    stock: String,
    /// Ours divided by stock's.
    ratio: f64,
    limit: Limit,
}

#[derive(Clone, Copy, Debug)]
enum Limit {
    Ratio(f64),
    Count { is: usize, most: usize },
}

impl Row {
    /// A cost with a limit on its ratio.
    pub(super) fn ratio(name: &str, ours: Cost, stock: Cost, limit: f64) -> Self {
        let unit = match ours.clock {
            Clock::Cpu => "CPU s",
            Clock::Wall => "s",
        };
        Self {
            name: format!("{name}, {unit}"),
            ours: format!("{:.2}", ours.seconds),
            stock: format!("{:.2}", stock.seconds),
            ratio: ours.seconds / stock.seconds,
            limit: Limit::Ratio(limit),
        }
    }

    /// A number with a limit of its own.
    pub(super) fn count(name: &str, ours: usize, stock: usize, most: usize) -> Self {
        Self {
            name: name.to_owned(),
            ours: ours.to_string(),
            stock: stock.to_string(),
            ratio: ours as f64 / stock as f64,
            limit: Limit::Count { is: ours, most },
        }
    }

    pub(super) fn is_exceeded(&self) -> bool {
        match self.limit {
            // NaN is not within any limit.
            Limit::Ratio(limit) => !matches!(
                self.ratio.partial_cmp(&limit),
                Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal)
            ),
            Limit::Count { is, most } => is > most,
        }
    }

    fn cells(&self) -> [String; 6] {
        [
            self.name.clone(),
            self.ours.clone(),
            self.stock.clone(),
            format!("{:.3}", self.ratio),
            match self.limit {
                Limit::Ratio(limit) => format!("{limit:.3}"),
                Limit::Count { most, .. } => most.to_string(),
            },
            if self.is_exceeded() { "over" } else { "ok" }.to_owned(),
        ]
    }
}

/// Prints the rows to standard output.
pub(super) fn print(rows: &[Row]) {
    // A closed pipe is not an error; the exit code has the result too.
    let _ = std::io::stdout().write_all(render(rows).as_bytes());
}

fn render(rows: &[Row]) -> String {
    let head = ["measured", "ours", "stock", "ratio", "limit", "verdict"].map(str::to_owned);
    let table: Vec<[String; 6]> = std::iter::once(head)
        .chain(rows.iter().map(Row::cells))
        .collect();
    let mut text = String::new();
    for cells in &table {
        for (column, cell) in cells.iter().enumerate() {
            let width = table.iter().map(|row| row[column].len()).max().unwrap_or(0);
            text.push_str(&match column {
                0 => format!("{cell:<width$}"),
                5 => format!("  {cell}"),
                _ => format!("  {cell:>width$}"),
            });
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(seconds: f64) -> Cost {
        Cost {
            seconds,
            clock: Clock::Cpu,
        }
    }

    #[test]
    fn a_table_is_aligned_and_marks_what_exceeds_its_limit() {
        let rows = [
            Row::ratio("check", cost(5.0), cost(10.0), 0.4),
            Row::count("lines", 30_000, 90_000, 35_000),
        ];
        let expected = "\
measured       ours  stock  ratio  limit  verdict
check, CPU s   5.00  10.00  0.500  0.400  over
lines         30000  90000  0.333  35000  ok
";
        assert_eq!(render(&rows), expected);
    }

    #[test]
    fn a_ratio_to_nothing_exceeds_its_limit() {
        assert!(Row::ratio("check", cost(0.0), cost(0.0), 0.4).is_exceeded());
    }

    #[test]
    fn a_ratio_equal_to_its_limit_does_not_exceed_it() {
        assert!(!Row::ratio("check", cost(4.0), cost(10.0), 0.4).is_exceeded());
    }
}
