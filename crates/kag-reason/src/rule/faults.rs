//! Rows that could not be computed.

use std::sync::Arc;

use super::{
    RowFault, RuleError,
    base::body::{Asked, Body},
    engine::Engine,
    scope::Scope,
};
use crate::{EvalError, EvalErrorKind};

impl Engine<'_> {
    /// Reports what was gathered while a clause was computed.
    pub(super) fn settle_faults(
        &mut self,
        body: &Body,
        asked: &Asked,
        faults: Faults,
        error: Option<kag_core::Error>,
    ) -> Result<(), RuleError> {
        if let Some(error) = error {
            return Err(error.into());
        }
        if let Some((error, bindings)) = faults.first {
            let key = (Arc::clone(&body.rule), Arc::clone(&asked.text));
            let fault = self.faults.entry(key).or_insert_with(|| RowFault {
                rule: Arc::clone(&body.rule),
                clause: Arc::clone(&asked.text),
                rows: 0,
                error,
                bindings,
            });
            fault.rows += faults.rows;
        }
        Ok(())
    }
}

/// Names and what they stood for, in words.
type Bindings = Vec<(Arc<str>, String)>;

/// The rows that could not be computed.
#[derive(Default)]
pub(super) struct Faults {
    rows: u64,
    /// Why the first could not be, and what its names stood for.
    first: Option<(String, Bindings)>,
}

impl Faults {
    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub(super) fn add(&mut self, scope: &Scope<'_, '_>, asked: &Asked, error: EvalError) -> Result<(), RuleError> {
        if error.is_undecided() || matches!(error.kind, EvalErrorKind::Empty { .. }) {
            return Ok(());
        }
        if let EvalErrorKind::UnknownFunction { name } = &error.kind {
            let (rule, function) = (Arc::clone(&scope.body.rule), name.as_str().into());
            return Err(RuleError::UnknownFunction { rule, function });
        }
        if !is_of_data(&error.kind) {
            return Err(RuleError::Evaluation {
                rule: Arc::clone(&scope.body.rule),
                clause: asked.text.to_string(),
                bindings: scope.bindings(),
                source: Box::new(error),
            });
        }
        self.rows += 1;
        if self.first.is_none() {
            self.first = Some((error.to_string(), scope.bindings()));
        }
        Ok(())
    }
}

/// Whether it depends on the data that an expression cannot be computed, and not on how it
/// is written.
fn is_of_data(kind: &EvalErrorKind) -> bool {
    matches!(
        kind,
        EvalErrorKind::Operand { .. }
            | EvalErrorKind::Operands { .. }
            | EvalErrorKind::Several { .. }
            | EvalErrorKind::Compare(_)
            | EvalErrorKind::Dimensions { .. }
            | EvalErrorKind::DivisionByZero
            | EvalErrorKind::Overflow
            | EvalErrorKind::NoNumber
            | EvalErrorKind::DateStep { .. }
            | EvalErrorKind::Unreadable { .. }
            | EvalErrorKind::NotByFormat { .. }
            | EvalErrorKind::Lengths { .. }
    )
}
