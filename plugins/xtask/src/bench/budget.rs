//! What was measured beside what it may be.

use serde::Serialize;

/// One line of the results.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub what: String,
    pub measured: f64,
    pub unit: &'static str,
    /// The most that it may be; none for what only explains other rows.
    pub budget: Option<f64>,
    /// The least that it may be.
    pub at_least: Option<f64>,
    /// How it was measured, in a few words.
    pub how: String,
}

impl Row {
    pub fn new(what: impl Into<String>, measured: f64, unit: &'static str, how: impl Into<String>) -> Self {
        Self { what: what.into(), measured, unit, budget: None, at_least: None, how: how.into() }
    }

    pub fn budget(mut self, budget: f64) -> Self {
        self.budget = Some(budget);
        self
    }

    pub fn at_least(mut self, least: f64) -> Self {
        self.at_least = Some(least);
        self
    }

    /// Whether it is more, or less, than it may be. What is not a number is.
    pub fn is_over(&self) -> bool {
        let is_more = self.budget.is_some_and(|budget| self.measured.is_nan() || self.measured > budget);
        is_more || self.at_least.is_some_and(|least| self.measured.is_nan() || self.measured < least)
    }
}

/// The rows as a Markdown table, which a terminal shows as well.
pub fn table(rows: &[Row]) -> String {
    let mut lines = vec![["what", "measured", "budget", "", "how"].map(str::to_owned)];
    for row in rows {
        let number = |number: f64| format!("{} {}", shown(number), row.unit).trim_end().to_owned();
        let verdict = match (row.budget.or(row.at_least), row.is_over()) {
            (None, _) => "",
            (_, false) => "within",
            (_, true) => "OVER",
        };
        let most = row.budget.map(|budget| format!("≤ {}", number(budget)));
        let budget = most.or_else(|| row.at_least.map(|least| format!("≥ {}", number(least)))).unwrap_or_default();
        lines.push([row.what.clone(), number(row.measured), budget, verdict.to_owned(), row.how.clone()]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    lines.insert(1, widths.map(|width| "-".repeat(width)));
    let line = |line: &[String; 5]| {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!(" {cell:<width$} "));
        format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
    };
    lines.iter().map(line).collect()
}

/// Three digits say all that a measurement of this kind knows.
fn shown(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_whether_they_are_within_their_budget() {
        let rows = [
            Row::new("a", 1.5, "×", "x").budget(1.5),
            Row::new("b", 1234.5, "ms", "y").budget(10.0),
            Row::new("c", 12.34, "", "z"),
        ];
        assert_eq!(
            table(&rows),
            "| what | measured | budget    |        | how |\n\
             | ---- | -------- | --------- | ------ | --- |\n\
             | a    | 1.50 ×   | ≤ 1.50 ×  | within | x   |\n\
             | b    | 1234 ms  | ≤ 10.0 ms | OVER   | y   |\n\
             | c    | 12.3     |           |        | z   |\n"
        );
        assert!(!rows[0].is_over() && rows[1].is_over() && !rows[2].is_over());
        assert!(Row::new("d", f64::NAN, "", "").budget(1.0).is_over());
        let least = |measured| Row::new("e", measured, "×", "").at_least(1000.0);
        assert!(least(999.0).is_over() && least(f64::NAN).is_over() && !least(1000.0).is_over());
        assert!(table(&[least(999.0)]).contains("| 999 ×    | ≥ 1000 × | OVER |"));
    }
}
