//! The schema of a domain: its types, and what can be said of their instances.
//!
//! LLMFriSPG (KAG §2.1) is M = {T, ρ, C, L}: entity and event types T, the membership ρ of
//! instances in concepts, concepts C, and rules L. Here T and C are [`TypeDef`]s, ρ is the
//! predicate `belongTo` that every type inherits, and L are the [`RuleText`]s of types and
//! properties, kept as written.
//!
//! Definitions are plain data with `with_*` methods; a [`Schema`] is made of them once they
//! are found to fit together, and every mistake is reported at once. Nothing here reads the
//! schema language or checks records.

mod basic;
mod built_in;
mod foreign;
mod inherit;
mod label;
mod lookup;
mod problem;
mod property;
mod schema;
mod scope;
mod semantic;
mod type_def;
mod validate;

pub use basic::Basic;
pub use built_in::THING;
pub use label::{LabelLanguage, Labels};
pub use lookup::{Link, LinkDirection};
pub use problem::SchemaProblem;
pub use property::{Constraint, IndexKind, PropertyDef, PropertyKind, RuleText};
pub use schema::{Schema, SchemaBuilder};
pub use scope::SchemaScope;
pub use semantic::{Hypernym, SemanticGroup, SemanticPredicate, UnknownName};
pub use type_def::{AutoRelate, Instances, Spread, TypeDef, TypeKind};

pub(crate) use foreign::{is_standard, standard_names};
pub(crate) use lookup::find;
