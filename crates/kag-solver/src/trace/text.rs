//! A trace as text.

use std::fmt;

use super::{Note, Round, StepTrace, Trace};

/// Most rows of a table that are printed.
const ROWS: usize = 20;

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Question: {}", self.question)?;
        for (number, round) in (1..).zip(&self.rounds) {
            if self.rounds.len() > 1 {
                writeln!(f, "\nRound {number}: {}", round.question)?;
            }
            write!(f, "{round}")?;
        }
        writeln!(f, "\nLayers: {}", self.layers())
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nPlan:")?;
        for line in self.plan.to_string().lines() {
            writeln!(f, "  {line}")?;
        }
        self.rewritings.iter().try_for_each(|rewriting| writeln!(f, "  ({rewriting})"))?;
        self.steps.iter().try_for_each(|step| write!(f, "\n{step}"))?;
        self.verdict.iter().try_for_each(|verdict| writeln!(f, "\nVerdict: {verdict}"))?;
        self.notes.iter().try_for_each(|note| write_note(f, note))
    }
}

impl fmt::Display for StepTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Step {}: {}", self.step, self.text)?;
        if let Some(subquestion) = &self.subquestion {
            writeln!(f, "  asks: {subquestion}")?;
        }
        if !self.layers.is_empty() {
            writeln!(f, "  answered by: {}", self.layers)?;
        }
        self.answers.iter().try_for_each(|answer| writeln!(f, "    {answer}"))?;
        if self.model.calls > 0 {
            writeln!(f, "  model: {}", self.model)?;
        }
        self.notes.iter().try_for_each(|note| write_note(f, note))?;
        self.table.render(ROWS).lines().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

fn write_note(f: &mut fmt::Formatter<'_>, note: &Note) -> fmt::Result {
    let text = note.to_string();
    let mut lines = text.lines();
    writeln!(f, "  note: {}", lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| writeln!(f, "    {line}"))
}
