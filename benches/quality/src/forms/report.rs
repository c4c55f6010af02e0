//! What was found, question by question, and in sum.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use serde::Serialize;

use super::run::Rows;

/// How many of the rows of a difference are shown.
const SHOWN: usize = 6;

/// How the answer to one question compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is what the data say.
    Exact,
    /// It is not.
    Differs { missing: Vec<String>, surplus: Vec<String> },
    /// The form could not be run.
    Failed(String),
    /// No logical form says what is asked.
    NotExpressible(String),
    /// The data do not say what the answer is.
    NoGold,
}

impl Verdict {
    /// The difference between what should be found and what was.
    pub(crate) fn differs(gold: &Rows, found: &Rows) -> Self {
        let list = |rows: Vec<&Vec<String>>| rows.iter().take(SHOWN).map(|row| row.join(", ")).collect();
        Self::Differs {
            missing: list(gold.difference(found).collect()),
            surplus: list(found.difference(gold).collect()),
        }
    }
}

/// One question.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) question: String,
    pub(crate) form: String,
    pub(crate) verdict: Verdict,
    pub(crate) micros: Option<u64>,
}

/// All questions of a set.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) name: &'static str,
    /// What a line is about.
    pub(crate) unit: &'static str,
    pub(crate) lines: Vec<Line>,
}

impl Report {
    pub(crate) fn new(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit, lines: Vec::new() }
    }

    pub(crate) fn add(&mut self, question: &str, form: &str, verdict: Verdict, time: Option<Duration>) {
        let micros = time.map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        self.lines.push(Line { question: question.to_owned(), form: form.to_owned(), verdict, micros });
    }

    /// The figures, and every line that is not exact.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut exact, mut asked, mut without_gold) = (0_usize, 0_usize, 0_usize);
        for line in &self.lines {
            match &line.verdict {
                Verdict::Exact => exact += 1,
                Verdict::NotExpressible(why) => *refused.entry(why).or_default() += 1,
                Verdict::NoGold => without_gold += 1,
                Verdict::Failed(why) => drop(writeln!(out, "failed: {}\n{}\n  {why}\n", line.question, line.form)),
                Verdict::Differs { missing, surplus } => {
                    // Writing to a string cannot fail.
                    let _ = writeln!(
                        out,
                        "differs: {}\n{}\n  missing: {}\n  surplus: {}\n",
                        line.question,
                        line.form,
                        missing.join(" | "),
                        surplus.join(" | ")
                    );
                }
            }
            asked += usize::from(!matches!(line.verdict, Verdict::NotExpressible(_) | Verdict::NoGold));
        }
        let share = if asked == 0 { 0.0 } else { 100.0 * exact as f64 / asked as f64 };
        let _ = writeln!(out, "{}: {exact} of {asked} {}s exact ({share:.2} %)", self.name, self.unit);
        let mut micros: Vec<u64> = self.lines.iter().filter_map(|line| line.micros).collect();
        micros.sort_unstable();
        let at = |share: usize| micros.get(micros.len() * share / 100).or(micros.last()).copied().unwrap_or_default();
        let mean = micros.iter().sum::<u64>().checked_div(micros.len() as u64).unwrap_or_default();
        let _ = writeln!(out, "  microseconds a {}: mean {mean}, p50 {}, p95 {}", self.unit, at(50), at(95));
        if without_gold > 0 {
            let _ = writeln!(out, "  without an answer in the data: {without_gold}");
        }
        for (why, count) in refused {
            let _ = writeln!(out, "  not expressible: {count} for {why}");
        }
        out
    }
}
