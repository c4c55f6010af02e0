//! What a domain consists of, and whether what is said of it makes sense.
//!
//! - A [`Schema`] is the LLMFriSPG schema of a domain (KAG §2.1): types of entities, events
//!   and concepts, what can be said of their instances, and what must hold. It is built of
//!   [`TypeDef`]s and [`PropertyDef`]s, which have names in two languages; [`Schema::check`]
//!   holds records against it, [`Schema::to_text`] and [`Schema::extraction_schema`] show it
//!   to a model.
//! - An [`Expr`] is an expression of the language that Math steps, constraints and rules
//!   share: read, printed, and checked with [`check_expr`] before anyone computes it.
//! - [`Schema::parse`] reads the schema language of OpenSPG, and a schema displayed is text in
//!   it; [`SchemaDocument`] keeps comments too, [`ConceptRules`] are the rule files beside it.
//!   [`Schema::diff`] is the plan of a change.
//! - A [`Diagnostic`] is a mistake in a text, with its place.
//!
//! ```
//! use kag_core::{Fact, NameKey, NodeId, TypeName};
//! use kag_schema::{PropertyDef, Schema, TextOptions, TypeDef};
//!
//! let schema = Schema::builder("Football")
//!     .with_type(
//!         TypeDef::entity("Club")
//!             .with_zh("俱乐部")
//!             .with_property(PropertyDef::property("founded", "Date").with_zh("成立时间")),
//!     )
//!     .with_type(
//!         TypeDef::entity("Person").with_zh("人物").with_property(
//!             PropertyDef::relation("playsFor", ["Club"])
//!                 .with_zh("效力于")
//!                 .many()
//!                 .with_qualifier(PropertyDef::property("from", "Date").with_zh("加盟时间")),
//!         ),
//!     )
//!     .build()
//!     .map_err(|problems| format!("{problems:?}"))?;
//!
//! // What people say is found in either language.
//! let club = schema.resolve_type("俱乐部").ok_or("no such type")?;
//! assert_eq!(schema.resolve_predicate(club.name.as_str(), "成立时间").map(|p| p.name.as_str()), Some("founded"));
//!
//! // Records are checked, each mistake with its place.
//! let (person, club) = (TypeName::new("Person"), TypeName::new("Club"));
//! let ronaldo = NodeId::named(&person, &NameKey::of("C罗"));
//! let madrid = NodeId::named(&club, &NameKey::of("Real Madrid"));
//! let fact = Fact::new(ronaldo, "playFor", madrid);
//! let wrong = schema.check([(ronaldo, &person), (madrid, &club)], [&fact]);
//! assert!(wrong[0].to_string().ends_with("unknown predicate, did you mean `playsFor`?"));
//!
//! // A model is shown what there is.
//! let shown = schema.to_text(&TextOptions::default());
//! assert!(shown.text.contains("  playsFor (效力于): Club, several {from (加盟时间): Date}\n"));
//! # Ok::<(), String>(())
//! ```
//!
//! Everything is synchronous and without I/O. What expressions and rules *mean* is computed
//! elsewhere; nothing here knows stores or models.

mod check;
mod diagnostic;
mod diff;
mod expr;
mod language;
mod model;
mod render;
mod rule;

pub use check::{Broken, CastProblem, Violation};
pub use diagnostic::{Diagnostic, LineColumn, Severity, nearest};
pub use diff::{ChangeKind, Effect, SchemaChange, SchemaDiff};
pub use expr::{
    Aggregate, BinaryOp, Dialect, Expr, ExprKind, ExprScope, ExprType, Form, Functions, ListMethod, Parameter, Repeat,
    ResultType, Signature, UnaryOp, check_expr,
};
pub use language::{
    Comment, CommentPlace, ConceptRuleHead, ConceptRuleText, ConceptRules, ConceptRulesReading, SchemaDocument,
    SchemaReading,
};
pub use model::{
    AutoRelate, Basic, Constraint, Hypernym, IndexKind, Instances, LabelLanguage, Labels, Link, LinkDirection,
    PropertyDef, PropertyKind, RuleText, Schema, SchemaBuilder, SchemaProblem, SchemaScope, SemanticGroup,
    SemanticPredicate, Spread, THING, TypeDef, TypeKind, UnknownName,
};
pub use render::{ExtractionForm, SchemaText, TextOptions};
pub use rule::{
    Assignment, Clause, ConceptHead, ConceptName, ConceptPriority, ConceptRule, Define, EdgeDirection, EdgePattern,
    EdgeTarget, Hops, Label, NodePattern, PathPattern, Production, ReturnItem, RuleDefinitions, RuleHead, RuleProgram,
    RuleQuery, ShownAggregate, SourceSpan, Statement, check_query, check_rules,
};

/// The code of the guide to writing schemas, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/write-a-schema.md")]
struct WriteASchemaGuide;

/// The code of the guide to rules, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/write-a-rule.md")]
struct WriteARuleGuide;
