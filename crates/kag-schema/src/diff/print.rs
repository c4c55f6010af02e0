//! The plan as a person reads it.

use std::fmt::{self, Display};

use kag_core::TypeName;

use super::{ChangeKind, Effect, SchemaChange, SchemaDiff};
use crate::{PropertyKind, Spread};

impl Display for SchemaDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "nothing changed");
        }
        let rank = |change: &&SchemaChange| match change.effect {
            Effect::Refused(_) => 0,
            Effect::NeedsReindex(_) => 1,
            Effect::Safe(_) => 2,
        };
        let mut changes: Vec<&SchemaChange> = self.changes.iter().collect();
        changes.sort_by_key(rank);
        changes.into_iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl Display for SchemaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.effect {
            Effect::Refused(_) => "refused",
            Effect::NeedsReindex(_) => "needs reindex",
            Effect::Safe(_) => "safe",
        };
        write!(f, "{words}: ")?;
        if let Some(type_name) = &self.type_name {
            write!(f, "{type_name}")?;
            for part in self.property.iter().chain(&self.qualifier) {
                write!(f, ".{part}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{} ({})", self.kind, self.effect.reason())
    }
}

impl Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changed = |f: &mut fmt::Formatter<'_>, what: &str, from: &dyn Display, to: &dyn Display| {
            write!(f, "{what} changed from {from} to {to}")
        };
        match self {
            Self::Namespace { from, to } => changed(f, "namespace", from, to),
            Self::TypeAdded(kind) => write!(f, "{kind} added"),
            Self::TypeRemoved(kind) => write!(f, "{kind} removed"),
            Self::Kind { from, to } => changed(f, "kind", from, to),
            Self::Parent { from, to } => changed(f, "parent", &or_none(from.as_ref()), &or_none(to.as_ref())),
            Self::Hypernym { from, to } => changed(f, "hypernym predicate", from, to),
            Self::Spread { from, to } => changed(f, "spreadable", &spread(*from), &spread(*to)),
            Self::Pattern { from, to } => {
                changed(f, "regular expression", &or_none(from.as_ref()), &or_none(to.as_ref()))
            }
            Self::Instances => f.write_str("abstract changed"),
            Self::AutoRelate => f.write_str("auto-relate changed"),
            Self::Labels => f.write_str("labels changed"),
            Self::Rule => f.write_str("rule changed"),
            Self::PropertyAdded => f.write_str("added"),
            Self::PropertyRemoved => f.write_str("removed"),
            Self::PropertyKind { from, to } => changed(f, "kind", &property_kind(*from), &property_kind(*to)),
            Self::Objects { from, to } => changed(f, "objects", &names(from), &names(to)),
            Self::ConstraintAdded(constraint) => write!(f, "constraint {constraint} added"),
            Self::ConstraintRemoved(constraint) => write!(f, "constraint {constraint} removed"),
            Self::Index { from, to } => changed(f, "index", &or_none(from.as_ref()), &or_none(to.as_ref())),
            Self::Group { from, to } => changed(f, "semantic group", &or_none(from.as_ref()), &or_none(to.as_ref())),
        }
    }
}

fn or_none<T: Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn names(types: &[TypeName]) -> String {
    types.iter().map(TypeName::as_str).collect::<Vec<&str>>().join(", ")
}

const fn spread(spread: Spread) -> &'static str {
    match spread {
        Spread::On => "True",
        Spread::Off => "False",
    }
}

const fn property_kind(kind: PropertyKind) -> &'static str {
    match kind {
        PropertyKind::Property => "property",
        PropertyKind::Relation => "relation",
    }
}
