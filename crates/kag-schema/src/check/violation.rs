//! How a record breaks the schema.

use std::{fmt, sync::Arc};

use kag_core::{FactId, NodeId, Predicate, TypeName, Value, ValueKind};

use crate::{Constraint, SemanticGroup};

/// A record that is not as the schema says: where, and what is broken.
///
/// Displayed as one line: `node …, playsFor = …: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The node, or the subject of the fact.
    pub node: NodeId,
    /// The type of the node, where it is known.
    pub type_name: Option<TypeName>,
    /// The fact, where one breaks it and not its absence.
    pub fact: Option<FactId>,
    /// The predicate concerned.
    pub predicate: Option<Predicate>,
    /// The object or qualifier that is wrong.
    pub value: Option<Value>,
    /// What is broken.
    pub broken: Broken,
}

/// What about a record is not as the schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// The node's type is not in the schema.
    UnknownType {
        /// The type that was probably meant; by alias or label, or by its spelling.
        nearest: Option<TypeName>,
    },
    /// There can be no nodes of the type: it is abstract or a type of literals.
    NoInstances,
    /// Nobody says of which type the fact's subject is.
    UntypedSubject,
    /// Nobody says of which type the fact's object is.
    UntypedObject,
    /// The type has no such predicate.
    UnknownPredicate {
        /// The one that was probably meant; by alias or label, or by its spelling.
        nearest: Option<Predicate>,
        /// The types that have it: the subject is of the wrong type, or the fact reversed.
        known_on: Vec<TypeName>,
    },
    /// The object is a node of another type.
    ObjectType {
        /// The types it could be of.
        expected: Vec<TypeName>,
        /// Its type.
        found: TypeName,
    },
    /// The object is a node of a kind that the predicate's group does not lead to.
    Group {
        /// The group.
        group: SemanticGroup,
        /// The type of the object.
        found: TypeName,
    },
    /// The object is not of the kind its type asks for.
    ObjectKind {
        /// The types it could be of.
        expected: Vec<TypeName>,
        /// Its kind.
        found: ValueKind,
        /// The object with which it would be right, nothing being lost.
        cast: Option<Value>,
    },
    /// A constraint does not hold.
    Constraint(Constraint),
    /// Several values where the predicate has one.
    SingleValued {
        /// How many different objects there are.
        values: usize,
    },
    /// The value of a standard type does not have its form.
    StandardForm {
        /// The standard type.
        standard: TypeName,
    },
    /// The predicate has no such qualifier.
    UnknownQualifier {
        /// Its name.
        qualifier: Arc<str>,
        /// The one that was probably meant.
        nearest: Option<Predicate>,
    },
    /// A qualifier is not of the kind its type asks for, or not allowed by a constraint.
    Qualifier {
        /// Its name.
        qualifier: Arc<str>,
        /// What is broken about it.
        broken: Box<Broken>,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.type_name {
            Some(type_name) => write!(f, "{type_name} {}", self.node)?,
            None => write!(f, "node {}", self.node)?,
        }
        if let Some(predicate) = &self.predicate {
            write!(f, ", {predicate}")?;
        }
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        write!(f, ": {}", self.broken)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType { nearest } => write!(f, "unknown type{}", hint(nearest.as_ref())),
            Self::NoInstances => f.write_str("the type has no nodes of its own"),
            Self::UntypedSubject => f.write_str("the type of the subject is not known"),
            Self::UntypedObject => f.write_str("the type of the object is not known"),
            Self::UnknownPredicate { nearest, known_on } => {
                write!(f, "unknown predicate{}", hint(nearest.as_ref()))?;
                match known_on.as_slice() {
                    [] => Ok(()),
                    types => write!(f, " (known on {})", any_of(types)),
                }
            }
            Self::ObjectType { expected, found } => {
                write!(f, "a node of type {} is expected, not of {found}", any_of(expected))
            }
            Self::Group { group, found } => write!(f, "{group} leads {}, not to a {found}", group.ends()),
            Self::ObjectKind { expected, found, cast } => {
                write!(f, "{} is expected, not {found}", any_of(expected))?;
                match cast {
                    Some(_) => f.write_str(" (it can be cast)"),
                    None => Ok(()),
                }
            }
            Self::Constraint(Constraint::NotNull) => f.write_str("a value is required"),
            Self::Constraint(constraint) => write!(f, "not allowed by {constraint}"),
            Self::SingleValued { values } => write!(f, "one value is allowed, not {values}"),
            Self::StandardForm { standard } => write!(f, "not of the form of {standard}"),
            Self::UnknownQualifier { qualifier, nearest } => {
                write!(f, "unknown sub-property `{qualifier}`{}", hint(nearest.as_ref()))
            }
            Self::Qualifier { qualifier, broken } => write!(f, "sub-property `{qualifier}`: {broken}"),
        }
    }
}

fn hint<N: fmt::Display>(nearest: Option<N>) -> String {
    nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

fn any_of(types: &[TypeName]) -> String {
    let names: Vec<&str> = types.iter().map(TypeName::as_str).collect();
    names.join(" or ")
}
