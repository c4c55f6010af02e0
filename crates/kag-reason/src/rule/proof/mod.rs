//! Why something holds, down to what is stored.

mod build;
mod print;

use std::sync::Arc;

use kag_core::{Evidence, FactId, NodeId};
use serde::Serialize;

/// Why a row or a fact holds: a list of steps, each resting on earlier ones.
///
/// A fact that several steps need is told once and then referred to, so a proof is never
/// larger than the facts it uses. Printed as indented text; serialised as JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Proof {
    /// What is shown.
    pub conclusion: ProofStep,
    /// How many facts were left out, as there were more than a proof may hold.
    pub left_out: usize,
}

/// Something that holds, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProofStep {
    /// What holds, in words.
    pub statement: String,
    /// The fact it is; none for a row of a query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<FactId>,
    /// Why.
    pub reason: Reason,
}

/// Why something holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It is stored, for these reasons.
    Stored {
        /// What documents say for it, sorted.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Evidence>,
    },
    /// It follows by a rule.
    Rule(Box<RuleStep>),
    /// It was shown before in this proof, or is more than the proof may hold.
    Seen,
    /// The proof was cut here, as it may not hold more.
    Cut,
}

/// The use of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RuleStep {
    /// The rule; empty for a query.
    pub rule: Arc<str>,
    /// What it says in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
    /// What its variables stand for.
    pub bindings: Vec<ProofBinding>,
    /// Each clause with what it saw.
    pub clauses: Vec<ProofClause>,
    /// What it rests on.
    pub premises: Vec<ProofStep>,
}

/// What a variable of a rule stands for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProofBinding {
    /// The variable.
    pub name: Arc<str>,
    /// What it is called or says.
    pub value: String,
    /// The node, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The facts, where it is an edge or a path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactId>,
}

/// A clause of a rule with the values it saw.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProofClause {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// What it says in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Arc<str>>,
    /// The clause, as it is printed.
    pub text: String,
    /// The parts of it and what they were.
    pub saw: Vec<(String, Option<String>)>,
    /// What came out: the value of a projection, `true` for a condition that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}
