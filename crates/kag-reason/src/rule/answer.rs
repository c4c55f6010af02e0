//! What rules answer.

use std::sync::Arc;

use kag_core::{DerivedFact, DerivedNode, Fact, FactId, Node, NodeId, Value};
use kag_schema::Diagnostic;

/// Says which derivation a row or fact has: what [`Inference::proof`](crate::Inference::proof)
/// takes. It holds for the inference that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProofId(pub(super) ProofKey);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ProofKey {
    /// A fact, by its place among those that the inference knows.
    Fact(u32),
    /// A row of matches.
    Row { evaluation: u32, row: u32 },
}

/// What a query gives: columns, and a row for each match.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RuleTable {
    /// The names of the columns.
    pub columns: Vec<Arc<str>>,
    /// The rows, ordered by the ids of the nodes and facts they matched, in the order in
    /// which the pattern names them; of a group, by its first match.
    pub rows: Vec<RuleRow>,
    /// The rows that could not be computed, by clause.
    pub faults: Vec<RowFault>,
    /// What in the query makes sense, though perhaps not as it is meant; a concept that
    /// nothing can belong to among it. Spans are of the text that the query was read from.
    pub warnings: Vec<Diagnostic>,
    /// How the matches were found, a step a line.
    pub steps: Vec<String>,
}

/// One row of a [`RuleTable`].
#[derive(Clone, Debug, PartialEq)]
pub struct RuleRow {
    /// A value for each column; `None` where it is missing.
    pub values: Vec<Option<Value>>,
    /// Why it is there.
    pub proof: ProofId,
}

/// Rows of a rule that the data do not fit. They were left out where something could not be
/// computed: a text where a number is needed, a division by zero. They stand where they give
/// another value to a property that the schema gives one. The first of them serves as an
/// example.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowFault {
    /// The rule; empty for the query itself.
    pub rule: Arc<str>,
    /// The clause, as it is printed; the property that has several values.
    pub clause: Arc<str>,
    /// How many rows.
    pub rows: u64,
    /// What is wrong with the first.
    pub error: String,
    /// What its names stood for.
    pub bindings: Vec<(Arc<str>, String)>,
}

/// A fact that is stored, or follows from rules.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InferredFact {
    /// Its id.
    pub id: FactId,
    /// The fact.
    pub fact: Fact,
    /// The rule that first derived it; `None` for a stored one.
    pub rule: Option<Arc<str>>,
    /// Why it holds.
    pub proof: ProofId,
}

/// A node that belongs to a concept.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// The node.
    pub node: NodeId,
    /// The concept.
    pub concept: NodeId,
    /// The facts that show it: that the node belongs to a concept, then the hypernyms from
    /// there up.
    pub path: Vec<InferredFact>,
}

/// A node that an action created.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreatedNode {
    /// The node.
    pub node: Arc<Node>,
    /// The rule that first created it.
    pub rule: Arc<str>,
    /// How many matches created it: actions fire once for each, and equal records are one
    /// node.
    pub firings: u64,
    /// Why it was created.
    pub proof: ProofId,
}

/// Everything that follows from a graph by rules.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Materialised {
    /// The nodes that the graph does not have, by id: created ones, those that created
    /// records name, and concepts with members.
    pub nodes: Vec<DerivedNode>,
    /// The facts that the graph does not have, by id, each with what it was first derived
    /// from. Where a group was aggregated, that is all facts of the group.
    pub facts: Vec<DerivedFact>,
    /// The rows that could not be computed, by rule and clause.
    pub faults: Vec<RowFault>,
}
