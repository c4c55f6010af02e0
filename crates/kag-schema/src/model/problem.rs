//! What can be wrong with a schema.

use kag_core::{Predicate, TypeName};

use super::{Constraint, SemanticGroup, TypeKind};

/// Why type definitions do not make a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// Two types have one name.
    #[error("type `{type_name}` is defined twice")]
    DuplicateType {
        /// The name.
        type_name: TypeName,
    },
    /// A type has the name of one that every schema has.
    #[error("type `{type_name}` is built in")]
    BuiltInType {
        /// The name.
        type_name: TypeName,
    },
    /// A type or property has a name without any visible character.
    #[error("empty name in type `{type_name}`")]
    EmptyName {
        /// The type, itself perhaps without a name.
        type_name: TypeName,
    },
    /// A type inherits from one that there is not.
    #[error("type `{type_name}` inherits from unknown type `{parent}`{}", hint(.nearest))]
    UnknownParent {
        /// The type.
        type_name: TypeName,
        /// The parent it names.
        parent: TypeName,
        /// What was probably meant.
        nearest: Option<TypeName>,
    },
    /// A type inherits from one of another kind.
    #[error("type `{type_name}` of kind {kind} inherits from `{parent}` of kind {parent_kind}")]
    ParentOfOtherKind {
        /// The type.
        type_name: TypeName,
        /// Its kind.
        kind: TypeKind,
        /// Its parent.
        parent: TypeName,
        /// The parent's kind.
        parent_kind: TypeKind,
    },
    /// A type inherits from itself.
    #[error("types inherit in a circle: {}", list(.types))]
    InheritanceCycle {
        /// The types of the circle, each the parent of the one before, the least name first.
        types: Vec<TypeName>,
    },
    /// A type has two properties, or a property two qualifiers, of one name.
    #[error("`{property}` of type `{type_name}` is defined twice")]
    DuplicateProperty {
        /// The type.
        type_name: TypeName,
        /// The property; of a qualifier, the property and the qualifier.
        property: String,
    },
    /// A property says the same as an inherited one, with objects that one does not allow.
    #[error("`{property}` of type `{type_name}` widens the objects of the one inherited from `{ancestor}`")]
    WidenedProperty {
        /// The type.
        type_name: TypeName,
        /// The property.
        property: Predicate,
        /// Where it is inherited from.
        ancestor: TypeName,
    },
    /// A property's object type does not exist.
    #[error("`{property}` of type `{type_name}` has unknown object type `{object}`{}", hint(.nearest))]
    UnknownObjectType {
        /// The type.
        type_name: TypeName,
        /// The property.
        property: String,
        /// The object type it names.
        object: TypeName,
        /// What was probably meant.
        nearest: Option<TypeName>,
    },
    /// A property has no object type.
    #[error("`{property}` of type `{type_name}` has no object type")]
    NoObjectType {
        /// The type.
        type_name: TypeName,
        /// The property.
        property: String,
    },
    /// A relation leads to literals.
    #[error("relation `{property}` of type `{type_name}` leads to literals of type `{object}`")]
    RelationToLiteral {
        /// The type.
        type_name: TypeName,
        /// The relation.
        property: String,
        /// The literal type.
        object: TypeName,
    },
    /// A qualifier has qualifiers or a group: only facts have.
    #[error("`{property}` of type `{type_name}` is a sub-property and cannot have {what}")]
    NestedQualifier {
        /// The type.
        type_name: TypeName,
        /// The property and the qualifier.
        property: String,
        /// What it cannot have.
        what: &'static str,
    },
    /// A constraint that cannot hold for such objects.
    #[error("constraint {constraint} on `{property}` of type `{type_name}`, {why}")]
    MisplacedConstraint {
        /// The type.
        type_name: TypeName,
        /// The property.
        property: String,
        /// The constraint.
        constraint: Constraint,
        /// Why it cannot hold.
        why: &'static str,
    },
    /// A setting that only types of another kind have.
    #[error("type `{type_name}` of kind {kind} cannot have {what}")]
    MisplacedSetting {
        /// The type.
        type_name: TypeName,
        /// Its kind.
        kind: TypeKind,
        /// The setting.
        what: &'static str,
    },
    /// A concept type relates its concepts to those of a type that has none.
    #[error("auto-relate of type `{type_name}` names `{object}`, which is no concept type{}", hint(.nearest))]
    RelatedToNoConcept {
        /// The type.
        type_name: TypeName,
        /// The type it names.
        object: TypeName,
        /// What was probably meant.
        nearest: Option<TypeName>,
    },
    /// A regular expression that cannot be read.
    #[error("regular expression `{pattern}` of `{place}` cannot be read: {reason}")]
    InvalidPattern {
        /// The type, or the type and the property.
        place: String,
        /// The expression.
        pattern: String,
        /// What is wrong with it, on one line.
        reason: String,
    },
    /// A property of a semantic group between kinds it does not connect.
    #[error("{group} predicate `{property}` of type `{type_name}` must lead {}", group.ends())]
    MisplacedGroup {
        /// The type.
        type_name: TypeName,
        /// The property.
        property: Predicate,
        /// The group.
        group: SemanticGroup,
    },
    /// A known predicate under a group it does not belong to.
    #[error("predicate `{property}` of type `{type_name}` belongs to {expected} and not to {group}")]
    WrongGroup {
        /// The type.
        type_name: TypeName,
        /// The property.
        property: Predicate,
        /// The group it was put in.
        group: SemanticGroup,
        /// The group it belongs to.
        expected: SemanticGroup,
    },
}

fn hint(nearest: &Option<TypeName>) -> String {
    nearest.as_ref().map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

fn list(types: &[TypeName]) -> String {
    let names: Vec<&str> = types.iter().chain(types.first()).map(TypeName::as_str).collect();
    names.join(" -> ")
}
