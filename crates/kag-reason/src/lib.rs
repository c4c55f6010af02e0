//! Deterministic reasoning over knowledge graph values: the computing of typed expressions.
//!
//! An expression ([`kag_schema::Expr`]) says what to compute, an [`Environment`] what its
//! names stand for, and [`evaluate`] computes it: exact decimals, dates known to a year,
//! quantities with units, sets and aggregates. No model takes part, nothing is guessed, and
//! the same input gives the same value or the same error.
//!
//! ```
//! use std::collections::BTreeMap;
//! use kag_core::Value;
//! use kag_reason::{Binding, evaluate};
//! use kag_schema::Expr;
//!
//! // The founding years of two clubs, and how old the older one was in 2011.
//! let environment = BTreeMap::from([
//!     ("founded".to_owned(), Binding::column([Value::read("1902年"), Value::read("1899年")])),
//! ]);
//! let (expr, _) = Expr::parse("2011年 - min(founded)");
//!
//! let age = evaluate(&expr.unwrap(), &environment)?;
//! assert_eq!(age.map(|age| age.to_string()), Some("112 years".into()));
//! # Ok::<(), kag_reason::EvalError>(())
//! ```
//!
#![doc = include_str!("../README.md")]

mod concept;
mod expr;
mod rule;

pub use concept::{ConceptGraph, ConceptPath, ConceptRelations, ConceptStep, Reach};
pub use expr::{Binding, Environment, EvalError, EvalErrorKind, HostError, Prepared, aggregate, evaluate, holds};
pub use rule::{
    Bound, CreatedNode, Inference, InferredFact, Limits, Matching, Materialised, Member, Proof, ProofBinding,
    ProofClause, ProofId, ProofStep, Reason, RowFault, RuleBase, RuleBaseBuilder, RuleDeriver, RuleError,
    RuleFunctions, RuleProblem, RuleRow, RuleStep, RuleTable,
};

/// The code of the guide to proofs, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/read-a-proof.md")]
struct ReadAProofGuide;
