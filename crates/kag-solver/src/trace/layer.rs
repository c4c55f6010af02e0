//! Which layer answered a step, how well, and why the others did not.

use std::{fmt, sync::Arc};

use kag_core::Score;
use serde::Serialize;

use super::StepTrace;

/// What can answer a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnswerLayer {
    /// Values that are bound already, compared or computed with.
    Values,
    /// Curated facts.
    Knowledge,
    /// Paths in the concept graph.
    Concepts,
    /// What rules of the host derive.
    Rules,
    /// Extracted facts.
    Information,
    /// Passages, read for this question.
    Text,
    /// A model that judges premises.
    Model,
}

/// What one layer said to a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayerAnswer {
    /// The layer.
    pub layer: AnswerLayer,
    /// What it said.
    pub said: Said,
}

/// What a layer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Said {
    /// It answered.
    Answered {
        /// How many facts or values it gave.
        count: usize,
        /// The best score among them.
        score: Score,
    },
    /// It was asked and gave nothing.
    Nothing {
        /// Why.
        why: Why,
    },
    /// It was not asked.
    NotAsked {
        /// Why.
        why: Why,
    },
}

/// Why a layer did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// What the step starts from is bound to nothing.
    NothingBound,
    /// The graph has nothing that is called so.
    NotInGraph {
        /// The name.
        name: Arc<str>,
    },
    /// There is no fact between the ends of the pattern.
    NoFact,
    /// There are facts, which fail a condition or do not decide it.
    Conditions {
        /// How many.
        facts: usize,
    },
    /// The solver has no rules.
    NoRules,
    /// No rule says anything of the predicates.
    NotDefined,
    /// Rules derive no such fact.
    NotDerived,
    /// The graph answered well enough.
    Enough {
        /// Its best score.
        best: Score,
        /// The score that is enough.
        threshold: Score,
    },
    /// No passage was found.
    NoPassage,
    /// There is no model that could be asked.
    NoModel,
    /// The model read passages and found no value in them.
    NothingRead,
    /// What the model said was refused: its quotes are not there, or it is about something else.
    Refused {
        /// How many values.
        values: usize,
    },
    /// The model's reply could not be used.
    Unusable,
    /// The values do not decide it.
    Undecided,
    /// There is no path between them.
    NoPath,
    /// The model concluded that the premises do not decide it.
    Unknown,
}

/// How many steps of a solve were answered by what. Steps that only compute or choose rows are
/// not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LayerSummary {
    /// By the graph: its facts, the concept graph, rules.
    pub graph: usize,
    /// By the graph and, since that was not enough, by passages too.
    pub graph_and_text: usize,
    /// By passages alone.
    pub text: usize,
    /// By comparing values.
    pub values: usize,
    /// By a model that judged premises.
    pub model: usize,
    /// By nothing.
    pub none: usize,
}

impl AnswerLayer {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Knowledge => "knowledge",
            Self::Concepts => "concepts",
            Self::Rules => "rules",
            Self::Information => "information",
            Self::Text => "text",
            Self::Model => "model",
        }
    }
}

impl LayerAnswer {
    pub(crate) fn answered(layer: AnswerLayer, count: usize, score: Score) -> Self {
        Self { layer, said: Said::Answered { count, score } }
    }

    pub(crate) fn nothing(layer: AnswerLayer, why: Why) -> Self {
        Self { layer, said: Said::Nothing { why } }
    }

    pub(crate) fn not_asked(layer: AnswerLayer, why: Why) -> Self {
        Self { layer, said: Said::NotAsked { why } }
    }

    /// Whether it answered.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        matches!(self.said, Said::Answered { .. })
    }
}

impl LayerSummary {
    /// The sum over `steps`.
    #[must_use]
    pub fn of<'s>(steps: impl IntoIterator<Item = &'s StepTrace>) -> Self {
        let mut summary = Self::default();
        for step in steps.into_iter().filter(|step| !step.answers.is_empty()) {
            let by = |layers: &[AnswerLayer]| {
                step.answers.iter().any(|answer| answer.is_answer() && layers.contains(&answer.layer))
            };
            use AnswerLayer::{Concepts, Information, Knowledge, Model, Rules, Text, Values};
            let count = match (by(&[Knowledge, Concepts, Rules, Information]), by(&[Text])) {
                (true, true) => &mut summary.graph_and_text,
                (true, false) => &mut summary.graph,
                (false, true) => &mut summary.text,
                (false, false) if by(&[Values]) => &mut summary.values,
                (false, false) if by(&[Model]) => &mut summary.model,
                (false, false) => &mut summary.none,
            };
            *count += 1;
        }
        summary
    }

    /// Each count with what it is of, those of nothing left out.
    #[must_use]
    pub fn each(&self) -> Vec<(&'static str, usize)> {
        let Self { graph, graph_and_text, text, values, model, none } = *self;
        let all = [
            ("graph", graph),
            ("graph and text", graph_and_text),
            ("text", text),
            ("values", values),
            ("model", model),
            ("nothing", none),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// `graph 3, text 1`.
impl fmt::Display for LayerSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<String> = self.each().into_iter().map(|(name, count)| format!("{name} {count}")).collect();
        f.write_str(if each.is_empty() { "nothing was asked" } else { "" })?;
        f.write_str(&each.join(", "))
    }
}

impl fmt::Display for AnswerLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for LayerAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.layer, self.said)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { count, score } => write!(f, "{count}, best {:.2}", score.get()),
            Self::Nothing { why } => write!(f, "nothing, for {why}"),
            Self::NotAsked { why } => write!(f, "not asked, for {why}"),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingBound => f.write_str("what it starts from is bound to nothing"),
            Self::NotInGraph { name } => write!(f, "{name:?} is not in the graph"),
            Self::NoFact => f.write_str("there is no such fact"),
            Self::Conditions { facts } => write!(f, "{facts} facts fail a condition or do not decide it"),
            Self::NoRules => f.write_str("there are no rules"),
            Self::NotDefined => f.write_str("no rule speaks of it"),
            Self::NotDerived => f.write_str("rules derive no such fact"),
            Self::Enough { best, threshold } => {
                write!(f, "the graph's {:.2} reaches {:.2}", best.get(), threshold.get())
            }
            Self::NoPassage => f.write_str("no passage was found"),
            Self::NoModel => f.write_str("there is no model"),
            Self::NothingRead => f.write_str("the passages do not say"),
            Self::Refused { values } => write!(f, "{values} values were refused"),
            Self::Unusable => f.write_str("the reply could not be used"),
            Self::Undecided => f.write_str("the values do not decide it"),
            Self::NoPath => f.write_str("no path leads there"),
            Self::Unknown => f.write_str("the premises do not decide it"),
        }
    }
}
