//! Running rules and queries over a graph, with proofs.
//!
//! A [`RuleBase`] is the rules of a schema and of rule files, compiled and checked against
//! each other; an [`Inference`] runs them over one graph and keeps what it derives. What the
//! language leaves open means this:
//!
//! - **Matches.** Different edges of a pattern are different facts ([`Matching`]); one name is
//!   one node. A label is met by nodes of the type and of those that inherit from it; a
//!   concept by what belongs to it or to a concept below it. Where a pattern says what
//!   something *belongs to* or *is a kind of*, the label is met by the concept itself.
//! - **Facts.** A derived predicate has stored facts too, and both count. A property is a fact
//!   with a literal; several values are a list. `id` and `name` are what facts state, else
//!   the name of the node. A path passes no fact twice.
//! - **Conditions.** One that is undecided, or reads what is missing, does not hold. One that
//!   later clauses mention by name is a definition and keeps no row out. Where the data do
//!   not fit an expression (a text where a number is needed) the row does not match and is
//!   reported as a [`RowFault`]; what no data could make computable is an error.
//! - **What may be missing.** `OPTIONAL` and `?` keep the row. Conditions on what may be missing
//!   alone say what it must be, not whether the row stands; `exists(x)` asks whether it is
//!   there. A firm edge from something missing matches only where it may be no edge at all.
//! - **Repeated edges.** A condition within one is asked of each edge it passes.
//! - **Order.** Conditions before the first aggregate are asked while matching; after it,
//!   clauses run in their order, and an aggregate is of the rows that are left.
//! - **Groups.** Each different thing that the aggregated expression speaks of counts once
//!   in its group; one that speaks of several things is taken for every row. Choices
//!   (`desc(x).limit(n)`, `top(x, n)`) choose so many different things, ties by id.
//! - **Heads.** With a literal object: a property. With a node: a relation, `p.x = ..` being
//!   qualifiers. With a concept: membership. A rule from one concept on another with an
//!   action says nothing but what its action creates, `s` ranging over the members.
//! - **Actions** fire once a match. What is created is classified and matched again, until
//!   nothing new follows or a [`Limits`] is exceeded.
//! - **Recursion.** Rules that need each other run to a fixed point; through a negation, an
//!   aggregate, a limit or something that may be missing they are refused.
//! - **Short form.** A rule on a concept is a definition for each of its alternatives, of the
//!   things that the schema lets belong to the concept. Where concepts have an order, rules
//!   that conclude one of them ask moreover that none before it holds.

mod answer;
mod ask;
mod base;
mod choose;
mod concept;
mod derive;
mod deriver;
mod engine;
mod error;
mod eval;
mod faults;
mod group;
mod host;
mod inference;
mod join;
mod limits;
mod partition;
mod paths;
mod proof;
mod scope;
mod table;
mod unknown;
mod value_numbers;
mod world;

pub use answer::{CreatedNode, InferredFact, Materialised, Member, ProofId, RowFault, RuleRow, RuleTable};
pub use base::{RuleBase, RuleBaseBuilder};
pub use deriver::RuleDeriver;
pub use engine::Matching;
pub use error::{Bound, RuleError, RuleProblem};
pub use host::RuleFunctions;
pub use inference::Inference;
pub use limits::Limits;
pub use proof::{Proof, ProofBinding, ProofClause, ProofStep, Reason, RuleStep};
