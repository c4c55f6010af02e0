//! Plans and their steps.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{LogicalOp, Math, Place, Var, counts_rows};

/// A logical form: steps over named variables.
///
/// The order is that of the text; [`Plan::ordered`] puts a form that was given out of
/// order into one in which every step's inputs come before it. Printed with
/// [`Display`](std::fmt::Display) in the canonical form, which reads back as an equal plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The steps, in the order they were given.
    pub steps: Vec<Step>,
}

/// One operation, the question it answers, and the name of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The question the step answers, in natural language: text retrieval and the trace
    /// use it. `#o1` in it stands for what the variable `o1` is bound to; written by number,
    /// `#1` is read as the result of step 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subquestion: Option<Arc<str>>,
    /// What is done.
    pub op: LogicalOp,
    /// The variable the result is bound to (`->math1`). A retrieval binds the variables of
    /// its pattern and has none; a sort without one narrows what it sorts in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Var>,
    /// Where it was read.
    #[serde(skip)]
    pub place: Place,
}

impl Plan {
    /// The plan of `ops`, in this order.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect() }
    }
}

impl Step {
    /// The step that does `op`.
    #[must_use]
    pub fn new(op: impl Into<LogicalOp>) -> Self {
        Self { subquestion: None, op: op.into(), output: None, place: Place::default() }
    }

    /// The same step with its result bound to `output`.
    #[must_use]
    pub fn with_output(mut self, output: Var) -> Self {
        self.output = Some(output);
        self
    }

    /// The same step, answering `subquestion`.
    #[must_use]
    pub fn with_subquestion(mut self, subquestion: impl Into<Arc<str>>) -> Self {
        self.subquestion = Some(subquestion.into());
        self
    }

    /// Every variable the step gives a meaning to: those of a retrieval's pattern (also
    /// those it only refers to), then the output. In reading order, each once.
    #[must_use]
    pub fn bound(&self) -> Vec<Var> {
        unique(self.op.bound().into_iter().chain(self.output.clone()))
    }

    /// Every variable that must have a meaning before the step runs: bare subjects, what
    /// constraints and computations refer to. In reading order, each once.
    #[must_use]
    pub fn needed(&self) -> Vec<Var> {
        unique(self.op.needed())
    }

    /// Whose rows it reads as a whole, and not only what its variables are bound to: a model
    /// concludes from all that was found of its operands, and a count of rows is of all rows.
    pub(super) fn reads(&self) -> Rows {
        let whole = match &self.op {
            LogicalOp::Deduce(deduce) => !deduce.deduction.is_comparison() && !deduce.deduction.is_conceptual(),
            LogicalOp::Math(Math::Task { .. }) => true,
            LogicalOp::Math(Math::Formula { expr, .. }) => counts_rows(expr),
            LogicalOp::Filter(filter) => counts_rows(&filter.condition),
            _ => false,
        };
        match (whole, self.needed()) {
            (false, _) => Rows::None,
            (true, needed) if needed.is_empty() => Rows::All,
            (true, needed) => Rows::Of(needed),
        }
    }
}

/// Tables that a step reads row by row.
pub(super) enum Rows {
    None,
    /// Those of these variables.
    Of(Vec<Var>),
    All,
}

fn unique(vars: impl IntoIterator<Item = Var>) -> Vec<Var> {
    let mut found = Vec::new();
    for var in vars {
        if !found.contains(&var) {
            found.push(var);
        }
    }
    found
}
