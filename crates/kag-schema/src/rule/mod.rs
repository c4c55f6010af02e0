//! The rule language (KGDSL): what a rule or query says.
//!
//! A [`RuleProgram`] is the text of one file or of one `[[ ]]` of a schema: definitions of
//! derived predicates and concept members ([`Define`]), rules on concepts ([`ConceptRule`]),
//! their order ([`ConceptPriority`]), and queries ([`RuleQuery`]). All of them match
//! [`PathPattern`]s and compute with [`Expr`](crate::Expr).

mod aggregate;
mod check;
mod parameters;
mod parse;
mod pattern;
mod print;
mod program;
mod source;
mod source_span;

pub use aggregate::ShownAggregate;
pub use check::{RuleDefinitions, check_query, check_rules};
pub use parse::RuleHead;
pub use pattern::{ConceptName, EdgeDirection, EdgePattern, EdgeTarget, Hops, Label, NodePattern, PathPattern};
pub use program::{
    Assignment, Clause, ConceptHead, ConceptPriority, ConceptRule, Define, Production, ReturnItem, RuleProgram,
    RuleQuery, Statement,
};
pub use source_span::SourceSpan;
