//! A trace as a graph in the DOT language.

use std::fmt::{self, Write};

use super::{Round, StepTrace, Trace};

impl Trace {
    /// The plans of all rounds as a graph in the DOT language, as Graphviz draws: a cluster a
    /// round, a box a step with its rows and the layers that answered it, an arrow for what a
    /// step needs of another, a dotted one from round to round.
    ///
    /// Text from documents, plans and models stands in quotes, which it cannot end.
    ///
    /// ```
    /// use kag_solver::trace::Trace;
    ///
    /// assert_eq!(Trace::default().to_dot(), "digraph trace {\n  node [shape=box];\n}\n");
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = "digraph trace {\n  node [shape=box];\n".to_owned();
        for (number, round) in (1..).zip(&self.rounds) {
            // Writing to a string cannot fail.
            let _ = write_round(&mut out, number, round);
        }
        let last = |round: &Round| round.steps.iter().map(|step| step.step).max();
        for (number, pair) in (1..).zip(self.rounds.windows(2)) {
            if let [before, after] = pair
                && let (Some(from), Some(_)) = (last(before), last(after))
            {
                let _ = writeln!(out, "  r{number}s{from} -> r{}s1 [style=dotted];", number + 1);
            }
        }
        out.push_str("}\n");
        out
    }
}

fn write_round(out: &mut String, number: usize, round: &Round) -> fmt::Result {
    writeln!(out, "  subgraph cluster_{number} {{\n    label={};", Quoted(&round.question))?;
    for step in &round.steps {
        writeln!(out, "    r{number}s{} [label={}];", step.step, Quoted(&label(step)))?;
    }
    let needs = round.plan.dependencies();
    for step in &round.steps {
        for needed in needs.of(step.step - 1) {
            writeln!(out, "    r{number}s{} -> r{number}s{};", needed + 1, step.step)?;
        }
    }
    writeln!(out, "  }}")
}

fn label(step: &StepTrace) -> String {
    let answered: Vec<String> =
        step.answers.iter().filter(|answer| answer.is_answer()).map(ToString::to_string).collect();
    let by = if answered.is_empty() { String::new() } else { format!("\n{}", answered.join("; ")) };
    format!("{}. {}\n{} rows{by}", step.step, step.text, step.table.len())
}

/// A string of the language: in quotes, with line breaks as `\n`.
struct Quoted<'t>(&'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                other if other.is_control() => f.write_char(' ')?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_in_its_quotes() {
        assert_eq!(Quoted("a\"];\nevil\\").to_string(), r#""a\"];\nevil\\""#);
    }
}
