//! From what was extracted to a contribution.

use std::sync::Arc;

use kag_core::Contribution;
use kag_schema::Schema;

use super::{
    OnViolation,
    plan::{Work, describe},
    verify::verify,
    with_causes,
};
use crate::{ChunkProblem, DocumentReport, Extraction, OfficialNames, Outcome, Passage, Result, assemble::assemble};

/// All that contributions are made with, shared with the threads that make them.
pub(super) struct Finisher {
    pub(super) names: OfficialNames,
    pub(super) schema: Option<(Arc<Schema>, OnViolation)>,
    /// The version of the extractor.
    pub(super) by: String,
}

/// A document that went through extraction, or needed none.
pub(super) struct Ready {
    pub(super) report: DocumentReport,
    /// What to commit.
    pub(super) contribution: Option<Contribution>,
    /// What it contributes in the knowledge base now.
    pub(super) existing: Option<Arc<Contribution>>,
}

impl Ready {
    /// There is only something to report.
    pub(super) fn nothing(report: DocumentReport) -> Self {
        Self { report, contribution: None, existing: None }
    }
}

impl Finisher {
    pub(super) fn finish(&self, mut work: Work, results: Vec<Result<Extraction, Arc<str>>>) -> Ready {
        let mut report = work.report;
        report.extracted = work.todo.len();
        let document = work.draft.document.clone();
        for (chunk, result) in work.todo.iter().zip(results) {
            let ordinal = chunk.id.ordinal();
            match result {
                Ok(extraction) => {
                    let passage = Passage::new(&document, chunk);
                    let extraction = self.names.apply(extraction);
                    report.count(ordinal, assemble(&mut work.draft, &passage, extraction, &self.by));
                }
                Err(reason) => {
                    work.draft.add_failure(chunk.id, Arc::clone(&reason));
                    report.failures.push(ChunkProblem { chunk: ordinal, reason });
                }
            }
        }
        if let Some((schema, on_violation)) = &self.schema {
            verify(schema, *on_violation, &mut work.draft, &mut report);
        }
        let contribution = match work.draft.seal() {
            Ok(contribution) => {
                describe(&mut report, &contribution);
                Some(contribution)
            }
            Err(error) => {
                report.outcome = Outcome::Failed { stage: "seal".into(), reason: with_causes(&error) };
                None
            }
        };
        Ready { report, contribution, existing: work.existing }
    }
}
