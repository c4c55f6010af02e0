//! What a solve came to.

use std::{fmt, sync::Arc};

use kag_schema::Diagnostic;
use serde::Serialize;

use crate::{
    BindingTable, Citation, Sentence,
    trace::{LayerSummary, ModelUse, Trace},
};

/// What a solve came to, and how.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// What it came to.
    pub outcome: Outcome,
    /// How many steps were answered by what.
    pub layers: LayerSummary,
    /// What the steps asked of the solver's model.
    pub model: ModelUse,
    /// How.
    pub trace: Trace,
}

impl Answer {
    pub(crate) fn new(outcome: Outcome, trace: Trace) -> Self {
        Self { outcome, layers: trace.layers(), model: trace.model(), trace }
    }
}

/// What a solve came to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
#[non_exhaustive]
pub enum Outcome {
    /// The question was answered.
    Answered {
        /// The answer in words.
        sentences: Vec<Sentence>,
        /// The answer as values: the parts that the last plan named.
        values: BindingTable,
        /// The sources, number 1 first.
        citations: Vec<Citation>,
    },
    /// What is known does not answer it.
    Insufficient {
        /// What is missing, in words; at least one.
        missing: Vec<String>,
        /// What is known.
        known: BindingTable,
        /// The sources of what is known, number 1 first.
        citations: Vec<Citation>,
    },
    /// A model was asked for a plan, and what it wrote is none, though it was told why.
    Unplanned {
        /// What it wrote last.
        text: Arc<str>,
        /// What is wrong with that.
        diagnostics: Vec<Diagnostic>,
        /// What was known by then.
        known: BindingTable,
        /// The sources of what was known, number 1 first.
        citations: Vec<Citation>,
    },
    /// A budget was spent before it was answered.
    BudgetSpent {
        /// What was known by then.
        known: BindingTable,
        /// The sources of what was known, number 1 first.
        citations: Vec<Citation>,
    },
}

impl Outcome {
    /// The sources, number 1 first.
    #[must_use]
    pub fn citations(&self) -> &[Citation] {
        match self {
            Self::Answered { citations, .. }
            | Self::Insufficient { citations, .. }
            | Self::Unplanned { citations, .. }
            | Self::BudgetSpent { citations, .. } => citations,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { sentences, .. } => sentences.iter().try_for_each(|sentence| writeln!(f, "{sentence}"))?,
            Self::Insufficient { missing, known, .. } => {
                writeln!(f, "Not answered; missing: {}", missing.join("; "))?;
                write!(f, "{}", known.render(20))?;
            }
            Self::Unplanned { text, diagnostics, known, .. } => {
                writeln!(f, "No plan was written:")?;
                diagnostics.iter().try_for_each(|one| writeln!(f, "{}", one.render("plan", text).trim_end()))?;
                write!(f, "{}", known.render(20))?;
            }
            Self::BudgetSpent { known, .. } => {
                writeln!(f, "The budget is spent. Known so far:")?;
                write!(f, "{}", known.render(20))?;
            }
        }
        for citation in self.citations() {
            let Citation { number, uri, span, quote, .. } = citation;
            writeln!(f, "  [{number}] {uri} bytes {span}: «{quote}»")?;
        }
        Ok(())
    }
}
