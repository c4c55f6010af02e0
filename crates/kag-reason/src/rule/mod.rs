//! Running rules and queries over a graph, with proofs.

mod answer;
mod ask;
mod base;
mod concept;
mod derive;
mod engine;
mod error;
mod eval;
mod group;
mod host;
mod inference;
mod join;
mod limits;
mod paths;
mod proof;
mod scope;
mod table;
mod world;

pub use answer::{CreatedNode, InferredFact, Materialised, Member, ProofId, RowFault, RuleRow, RuleTable};
pub use base::{RuleBase, RuleBaseBuilder};
pub use engine::Matching;
pub use error::{Bound, RuleError, RuleProblem};
pub use host::RuleFunctions;
pub use inference::Inference;
pub use limits::Limits;
pub use proof::{Proof, ProofBinding, ProofClause, ProofStep, Reason, RuleStep};
