//! A proof as indented text.

use std::fmt;

use super::{Proof, ProofClause, ProofStep, Reason, RuleStep};

impl fmt::Display for Proof {
    /// One line a thing said, two spaces a level.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        step(f, &self.conclusion, 0)?;
        if self.left_out > 0 {
            writeln!(f, "({} more facts are not shown)", self.left_out)?;
        }
        Ok(())
    }
}

fn step(f: &mut fmt::Formatter<'_>, shown: &ProofStep, level: usize) -> fmt::Result {
    let indent = "  ".repeat(level);
    match &shown.reason {
        Reason::Stored { evidence } if evidence.is_empty() => writeln!(f, "{indent}{} [stored]", shown.statement),
        Reason::Stored { evidence } => {
            writeln!(f, "{indent}{} [stored; evidence in {} places]", shown.statement, evidence.len())
        }
        Reason::Seen => writeln!(f, "{indent}{} [shown above]", shown.statement),
        Reason::Cut => writeln!(f, "{indent}{} [not shown]", shown.statement),
        Reason::Rule(rule) => {
            writeln!(f, "{indent}{}", shown.statement)?;
            rule_step(f, rule, level + 1)
        }
    }
}

fn rule_step(f: &mut fmt::Formatter<'_>, rule: &RuleStep, level: usize) -> fmt::Result {
    let indent = "  ".repeat(level);
    if !rule.rule.is_empty() {
        write!(f, "{indent}by {}", rule.rule)?;
        if let Some(description) = &rule.description {
            write!(f, ": {description}")?;
        }
        writeln!(f)?;
    }
    if !rule.bindings.is_empty() {
        let bindings: Vec<String> = rule.bindings.iter().map(|b| format!("{} = {}", b.name, b.value)).collect();
        writeln!(f, "{indent}where {}", bindings.join(", "))?;
    }
    for shown in &rule.clauses {
        writeln!(f, "{indent}{}", clause(shown))?;
    }
    if !rule.premises.is_empty() {
        writeln!(f, "{indent}because")?;
    }
    rule.premises.iter().try_for_each(|premise| step(f, premise, level + 1))
}

fn clause(shown: &ProofClause) -> String {
    let mut text = match (&shown.name, &shown.explanation) {
        (None, None) => shown.text.clone(),
        (Some(name), None) => format!("{name}: {}", shown.text),
        (None, Some(explanation)) => format!("({explanation}): {}", shown.text),
        (Some(name), Some(explanation)) => format!("{name} ({explanation}): {}", shown.text),
    };
    let saw: Vec<String> =
        shown.saw.iter().map(|(part, value)| format!("{part} = {}", value.as_deref().unwrap_or("missing"))).collect();
    if !saw.is_empty() {
        text.push_str(&format!(" [{}]", saw.join(", ")));
    }
    if let Some(result) = &shown.result {
        text.push_str(&format!(" => {result}"));
    }
    text
}
