//! What becomes of a knowledge base when its schema changes.
//!
//! [`Schema::diff`] compares two schemas and lists what differs, each with what it takes:
//! nothing, building indexes or records again, or something that is refused because stored
//! records would change their meaning.

mod compare;
mod print;

use kag_core::{Predicate, TypeName};

use crate::{Constraint, Hypernym, IndexKind, PropertyKind, Schema, SemanticGroup, Spread, TypeKind};

/// How one schema becomes another.
///
/// Displayed it is a line for each change, refused ones first.
///
/// ```
/// use kag_schema::Schema;
///
/// let old = Schema::parse("namespace F\n\nClub(俱乐部): EntityType\n    properties:\n        founded(成立): Text\n").0;
/// let new = Schema::parse("namespace F\n\nClub(俱乐部): EventType\n    properties:\n        founded(成立): Date\n").0;
/// let plan = Schema::diff(&old, &new);
/// assert!(plan.is_refused());
/// assert_eq!(
///     plan.to_string(),
///     "\
/// refused: Club: kind changed from EntityType to EventType (its nodes were made as EntityType; remove the type and declare it anew)
/// needs reindex: Club.founded: objects changed from Text to Date (stored facts are read again as the new types)
/// "
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaDiff {
    /// What differs: types in the order of the new schema, then those that are gone in the
    /// order of the old one; in each type itself before its properties.
    pub changes: Vec<SchemaChange>,
}

/// One difference between two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaChange {
    /// The type; `None` where the namespace differs.
    pub type_name: Option<TypeName>,
    /// The property of the type, if it is about one.
    pub property: Option<Predicate>,
    /// The sub-property of the property, if it is about one.
    pub qualifier: Option<Predicate>,
    /// What differs.
    pub kind: ChangeKind,
    /// What it takes.
    pub effect: Effect,
}

/// What a change of the schema takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It cannot be done with the records there are: why, and what to do instead.
    Refused(&'static str),
    /// Indexes or facts are built again: which, and why.
    NeedsReindex(&'static str),
    /// Nothing stored changes.
    Safe(&'static str),
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// The namespace.
    Namespace {
        /// The old one.
        from: String,
        /// The new one.
        to: String,
    },
    /// There is a new type.
    TypeAdded(TypeKind),
    /// A type is gone.
    TypeRemoved(TypeKind),
    /// The kind of a type.
    Kind {
        /// The old one.
        from: TypeKind,
        /// The new one.
        to: TypeKind,
    },
    /// What a type inherits from.
    Parent {
        /// The old parent.
        from: Option<TypeName>,
        /// The new one.
        to: Option<TypeName>,
    },
    /// How the concepts of a type are ordered.
    Hypernym {
        /// The old predicate.
        from: Hypernym,
        /// The new one.
        to: Hypernym,
    },
    /// Whether the values of a standard type are nodes.
    Spread {
        /// Whether they were.
        from: Spread,
        /// Whether they are.
        to: Spread,
    },
    /// What the values of a standard type match.
    Pattern {
        /// The old expression.
        from: Option<String>,
        /// The new one.
        to: Option<String>,
    },
    /// Whether a type is abstract.
    Instances,
    /// Which concepts are related without being declared.
    AutoRelate,
    /// Labels, aliases or the description.
    Labels,
    /// The rules of a type, or the rule of a property.
    Rule,
    /// There is a new property or sub-property.
    PropertyAdded,
    /// A property or sub-property is gone.
    PropertyRemoved,
    /// Whether it is a property or a relation.
    PropertyKind {
        /// What it was.
        from: PropertyKind,
        /// What it is.
        to: PropertyKind,
    },
    /// The types of the objects.
    Objects {
        /// The old ones.
        from: Vec<TypeName>,
        /// The new ones.
        to: Vec<TypeName>,
    },
    /// A constraint that did not hold before.
    ConstraintAdded(Constraint),
    /// A constraint that need not hold any more.
    ConstraintRemoved(Constraint),
    /// How text is found.
    Index {
        /// The old index.
        from: Option<IndexKind>,
        /// The new one.
        to: Option<IndexKind>,
    },
    /// The semantic group.
    Group {
        /// The old group.
        from: Option<SemanticGroup>,
        /// The new one.
        to: Option<SemanticGroup>,
    },
}

impl Schema {
    /// How `old` becomes `new`; empty where they are equal but for order.
    ///
    /// What would change the meaning of stored records is refused: another kind, parent,
    /// hypernym predicate or spread of a type, any property of a type that others inherit
    /// from, and the loss of an event's subject. What only has to be read or derived again
    /// needs a reindex. Everything else is safe.
    ///
    /// Properties are compared where they are declared; a type that changes because its
    /// parent does is not listed again.
    #[must_use]
    pub fn diff(old: &Self, new: &Self) -> SchemaDiff {
        SchemaDiff { changes: compare::compare(old, new) }
    }
}

impl SchemaDiff {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether any change is refused, so that the new schema cannot take the place of the
    /// old one.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refused().next().is_some()
    }

    /// Whether something has to be built again.
    #[must_use]
    pub fn needs_reindex(&self) -> bool {
        self.changes.iter().any(|change| matches!(change.effect, Effect::NeedsReindex(_)))
    }

    /// The changes that are refused.
    pub fn refused(&self) -> impl Iterator<Item = &SchemaChange> {
        self.changes.iter().filter(|change| matches!(change.effect, Effect::Refused(_)))
    }
}

impl Effect {
    /// Why it is so.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Refused(reason) | Self::NeedsReindex(reason) | Self::Safe(reason) => reason,
        }
    }
}
