//! What each step of a solve cost and gave, as a table.

use std::{fmt::Write as _, time::Duration};

use super::{Note, StepTrace, Trace};

impl Trace {
    /// One line a step: the rows it left, the layers that answered, how often a model was
    /// asked and how long it took; the groups of steps that ran at the same time; and the sums.
    ///
    /// ```
    /// use kag_solver::trace::Trace;
    ///
    /// assert_eq!(Trace::default().explain_analyze(), "0 steps, 0 calls of a model, 0 µs\n");
    /// ```
    #[must_use]
    pub fn explain_analyze(&self) -> String {
        let mut out = String::new();
        let (mut steps, mut calls, mut time) = (0, 0, Duration::ZERO);
        for (number, round) in (1..).zip(&self.rounds) {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "round {number}: {}", round.question);
            for (number, level) in (1..).zip(round.plan.levels()) {
                let _ = writeln!(out, "together {number}");
                for step in round.steps.iter().filter(|step| level.contains(&(step.step - 1))) {
                    out.push_str(&line(step));
                    steps += 1;
                    calls += model_calls(step);
                    time += step.elapsed;
                }
            }
        }
        let _ = writeln!(out, "{steps} steps, {calls} calls of a model, {} µs", time.as_micros());
        out
    }
}

fn line(step: &StepTrace) -> String {
    let mut line = format!(
        "  {}. {}\n     rows {}; layers: {}; calls {}; {} µs\n",
        step.step,
        step.text,
        step.table.len(),
        step.layers,
        model_calls(step),
        step.elapsed.as_micros()
    );
    let why: Vec<&Note> = step.notes.iter().filter(|note| is_loss(note)).collect();
    for note in why {
        let _ = writeln!(line, "     {note}");
    }
    line
}

/// How often the step had a model answer.
fn model_calls(step: &StepTrace) -> usize {
    let asked = |note: &&Note| {
        matches!(
            note,
            Note::PassagesRead { .. }
                | Note::ReplyUnusable { .. }
                | Note::ExpressionWritten { .. }
                | Note::Judged { .. }
        )
    };
    step.notes.iter().filter(asked).count()
}

/// Whether a note tells why there are fewer rows than there might be.
fn is_loss(note: &Note) -> bool {
    matches!(
        note,
        Note::Untimed { .. }
            | Note::Undecided { .. }
            | Note::RowsUndecided { .. }
            | Note::Unmatched { .. }
            | Note::Tied { .. }
            | Note::Truncated { .. }
            | Note::NotRead { .. }
            | Note::NothingToCompute { .. }
    )
}
