//! Running rules and queries over a graph, with proofs.

mod answer;
mod base;
mod engine;
mod error;
mod host;
mod inference;
mod limits;
mod proof;

pub use answer::{
    CreatedNode, DerivedNode, InferenceStep, InferredFact, Materialised, Member, ProofId, RowFault, RuleRow, RuleTable,
};
pub use base::{RuleBase, RuleBaseBuilder};
pub use error::{Bound, RuleError, RuleProblem};
pub use host::RuleFunctions;
pub use inference::Inference;
pub use limits::Limits;
pub use proof::{Proof, ProofBinding, ProofClause, ProofStep, Reason, RuleStep};
