//! What each step of a solve cost and gave, as a table.

use std::{fmt::Write as _, time::Duration};

use super::{ModelUse, Note, StepTrace, Trace};

impl Trace {
    /// One line a step: the rows it left, the layers that answered, how often a model was
    /// asked, the tokens of request and reply, and how long it took; the groups of steps that
    /// ran at the same time; what was rewritten; and the sums.
    ///
    /// ```
    /// use kag_solver::trace::Trace;
    ///
    /// assert_eq!(Trace::default().explain_analyze(), "0 steps; calls 0, tokens 0 + 0; 0 µs\n");
    /// ```
    #[must_use]
    pub fn explain_analyze(&self) -> String {
        let mut out = String::new();
        let (mut steps, mut model, mut time) = (0, ModelUse::default(), Duration::ZERO);
        for (number, round) in (1..).zip(&self.rounds) {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "round {number}: {}", round.question);
            for (number, level) in (1..).zip(round.plan.levels()) {
                let _ = writeln!(out, "together {number}");
                for step in round.steps.iter().filter(|step| level.contains(&(step.step - 1))) {
                    out.push_str(&line(step));
                    steps += 1;
                    model += step.model;
                    time += step.elapsed;
                }
            }
            for rewriting in &round.rewritings {
                let _ = writeln!(out, "{rewriting}");
            }
        }
        let _ = writeln!(out, "{steps} steps; {model}; {} µs", time.as_micros());
        out
    }
}

fn line(step: &StepTrace) -> String {
    let mut line = format!(
        "  {}. {}\n     rows {}; layers: {}; {}; {} µs\n",
        step.step,
        step.text,
        step.table.len(),
        step.layers,
        step.model,
        step.elapsed.as_micros()
    );
    step.answers.iter().for_each(|answer| {
        let _ = writeln!(line, "     {answer}");
    });
    let why: Vec<&Note> = step.notes.iter().filter(|note| is_loss(note)).collect();
    for note in why {
        let _ = writeln!(line, "     {note}");
    }
    line
}

/// Whether a note tells why there are fewer rows than there might be.
fn is_loss(note: &Note) -> bool {
    matches!(
        note,
        Note::Untimed { .. }
            | Note::Undecided { .. }
            | Note::RowsUndecided { .. }
            | Note::Unmatched { .. }
            | Note::FailedEarly { .. }
            | Note::Tied { .. }
            | Note::Truncated { .. }
            | Note::NotRead { .. }
            | Note::NothingToCompute { .. }
    )
}
