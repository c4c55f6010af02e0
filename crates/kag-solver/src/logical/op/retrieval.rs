//! Looking for facts that match a pattern.

use std::{fmt, sync::Arc};

use kag_core::{NameKey, Predicate};
use serde::{Deserialize, Serialize};

use super::super::{Deduction, Operand, Path, Place, Term, Var};

/// Looks for facts: `Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team, p.time=2011)`.
///
/// Subject and object may be variables that an earlier step bound; the facts found are
/// then joined with the rows already there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retrieval {
    /// What the facts are about.
    pub subject: Term,
    /// What they say.
    pub predicate: PredicateTerm,
    /// The node or value they say it of.
    pub object: Term,
    /// What must hold besides, all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
}

/// The predicate of a retrieval: `p1:playsFor|coaches`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredicateTerm {
    /// The variable it is bound to; `None` binds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub var: Option<Var>,
    /// The predicates it may be, as written (names or aliases); none means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Predicate>,
    /// Where it was read.
    #[serde(skip)]
    pub place: Place,
}

/// A condition on a property of the subject or object, or on a qualifier of the fact:
/// `s.height>=1.85`, `p.from<=2011`, `o.founded<o3`.
///
/// On the predicate, the qualifier [`Constraint::TIME`] is the fact's time: `p.time=2011`
/// holds for a fact whose interval meets 2011.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// Whose property it is.
    pub on: Role,
    /// The property's or qualifier's name or alias, as written.
    pub property: Arc<str>,
    /// How it compares.
    pub comparison: Comparison,
    /// What it is compared with.
    pub value: Operand,
    /// Where it was read.
    #[serde(skip)]
    pub place: Place,
}

/// A place in a pattern, written `s`, `p`, `o`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The subject.
    Subject,
    /// The predicate, and so the fact with its qualifiers.
    Predicate,
    /// The object.
    Object,
}

/// How a constraint compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`: one of a list, or within an interval.
    In,
    /// `contains`: a list that has it, or a text of which it is part.
    Contains,
}

impl Retrieval {
    /// The pattern without constraints.
    #[must_use]
    pub fn new(subject: Term, predicate: PredicateTerm, object: Term) -> Self {
        Self { subject, predicate, object, constraints: Vec::new() }
    }

    /// The same pattern with one more constraint.
    #[must_use]
    pub fn with_constraint(mut self, constraint: Constraint) -> Self {
        self.constraints.push(constraint);
        self
    }

    /// The variable in the place `role`.
    #[must_use]
    pub fn var(&self, role: Role) -> Option<&Var> {
        match role {
            Role::Subject => self.subject.var.as_ref(),
            Role::Predicate => self.predicate.var.as_ref(),
            Role::Object => self.object.var.as_ref(),
        }
    }

    /// The variables of subject, predicate and object, in this order.
    pub fn vars(&self) -> impl Iterator<Item = &Var> {
        [Role::Subject, Role::Predicate, Role::Object].into_iter().filter_map(|role| self.var(role))
    }

    /// Whether the pattern asks which rows fit, rather than for something to be added to them:
    /// its object is fixed or, as `is_bound` says, bound before, or subject or object must have
    /// some property. A condition on the fact itself, as its time, says which facts are meant,
    /// not which rows.
    pub(crate) fn is_condition(&self, is_bound: impl Fn(&Var) -> bool) -> bool {
        let object = &self.object;
        object.is_constant()
            || object.var.as_ref().is_some_and(is_bound)
            || self.constraints.iter().any(|constraint| constraint.on != Role::Predicate)
    }

    /// The variables that must be bound before: a subject of which nothing else is known,
    /// and what constraints refer to.
    pub(super) fn needed(&self) -> Vec<Var> {
        let subject = self.subject.var.iter().filter(|_| self.subject.is_bare());
        let referred = self.constraints.iter().flat_map(|constraint| {
            let paths = constraint.value.paths().into_iter();
            paths.map(|Path { var, .. }| var)
        });
        subject.chain(referred).cloned().collect()
    }
}

impl PredicateTerm {
    /// The predicate called `name`, bound to `var`.
    #[must_use]
    pub fn new(var: Var, name: impl Into<Predicate>) -> Self {
        Self { var: Some(var), names: vec![name.into()], place: Place::default() }
    }
}

impl Constraint {
    /// The qualifier that stands for a fact's time as a whole.
    pub const TIME: &'static str = "time";

    /// The property that stands for the thing itself: `o>=750` is `o.value>=750`. Of a node
    /// that has a property of this name, it is that property.
    pub const VALUE: &'static str = "value";

    /// The condition that `property` of `on` compares so with `value`.
    #[must_use]
    pub fn new(on: Role, property: impl Into<Arc<str>>, comparison: Comparison, value: impl Into<Operand>) -> Self {
        Self { on, property: property.into(), comparison, value: value.into(), place: Place::default() }
    }

    /// Whether it is about the fact's time as a whole.
    #[must_use]
    pub fn is_time(&self) -> bool {
        self.on == Role::Predicate && matches!(&*self.property, Self::TIME | "时间")
    }
}

impl Role {
    /// The letter it is written with.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Subject => "s",
            Self::Predicate => "p",
            Self::Object => "o",
        }
    }
}

impl Comparison {
    /// Every comparison, with the symbol it is printed as.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Equal, "="),
        (Self::NotEqual, "!="),
        (Self::Less, "<"),
        (Self::LessOrEqual, "<="),
        (Self::Greater, ">"),
        (Self::GreaterOrEqual, ">="),
        (Self::In, "in"),
        (Self::Contains, "contains"),
    ];

    /// The comparison called `name`: a symbol, or a word in English or Chinese; case, width,
    /// spaces, `-` and `_` do not count. `None` where none is called so.
    ///
    /// ```
    /// use kag_solver::logical::Comparison;
    ///
    /// assert_eq!(Comparison::read("≥"), Some(Comparison::GreaterOrEqual));
    /// assert_eq!(Comparison::read("等于"), Some(Comparison::Equal));
    /// assert_eq!(Comparison::read("near"), None);
    /// ```
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        let key = NameKey::of(name).as_str().replace([' ', '-', '_'], "");
        Some(match key.as_str() {
            "in" | "within" | "oneof" | "属于" | "在" => Self::In,
            "contains" | "contain" | "includes" | "has" | "包含" | "含有" => Self::Contains,
            _ => match Deduction::read(&key)? {
                Deduction::Equal => Self::Equal,
                Deduction::NotEqual => Self::NotEqual,
                Deduction::Less => Self::Less,
                Deduction::LessOrEqual => Self::LessOrEqual,
                Deduction::Greater => Self::Greater,
                Deduction::GreaterOrEqual => Self::GreaterOrEqual,
                _ => return None,
            },
        })
    }

    /// The symbol or word it is printed as.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        let found = Self::ALL.iter().find(|(comparison, _)| *comparison == self);
        found.map_or("=", |(_, symbol)| symbol)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}
