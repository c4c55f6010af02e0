//! How the words of conditions in the short form are read.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Predicate, TypeName, Value};
use kag_schema::{
    BinaryOp, Clause, ConceptName, EdgeDirection, EdgePattern, EdgeTarget, Expr, ExprKind, Label, NodePattern,
    PathPattern, Schema, SemanticGroup, UnaryOp,
};

use super::{things::reaches, variables_of};
use crate::rule::base::{
    clauses::conjuncts,
    compile::canonical_type,
    pattern::is_in_group,
    rewrite::{parameters, rewrite},
};

/// Reads the conditions of one rule.
///
/// - A bare name is a property of the thing at hand. One that the schema does not know is what
///   the host gives under that name, where the thing itself has no such property.
/// - Where a truth is wanted, a bare name asks whether there is such a value, and it is not
///   `false`; the name of a type, whether the thing is of it or has one of it; a concept,
///   whether the thing belongs to it or has it.
/// - `hits(..)` is how many of its conditions hold.
/// - What a path names may be spoken of beside it.
pub(super) struct Conditions<'s> {
    schema: &'s Schema,
    thing: Arc<str>,
    types: Vec<TypeName>,
    /// Names that are no properties: earlier conditions, and what paths name.
    known: BTreeSet<Arc<str>>,
    /// Names that are no property of the schema.
    pub(super) given: BTreeSet<Arc<str>>,
}

impl<'s> Conditions<'s> {
    pub(super) fn new(schema: &'s Schema, thing: Arc<str>, types: Vec<TypeName>, known: BTreeSet<Arc<str>>) -> Self {
        Self { schema, thing, types, known, given: BTreeSet::new() }
    }

    /// The paths and clauses that one alternative is: the last of `clauses`, after those it
    /// refers to.
    pub(super) fn of(&mut self, clauses: &[&Clause]) -> (Vec<PathPattern>, Vec<Clause>) {
        let (mut structure, mut constraint) = (Vec::new(), Vec::new());
        for (at, clause) in clauses.iter().enumerate() {
            let Clause::Condition { name, explanation, expr, span } = clause else { continue };
            let mut left: Vec<&Expr> = conjuncts(expr);
            if at + 1 == clauses.len() {
                structure.extend(take_spoken_of(&mut left).into_iter().cloned());
            }
            let told =
                left.into_iter().map(|part| self.truth(part)).reduce(|all, part| all.binary(BinaryOp::And, part));
            constraint.extend(told.map(|told| Clause::Condition {
                name: name.clone(),
                explanation: explanation.clone(),
                expr: told.at(expr.span),
                span: *span,
            }));
        }
        (structure, constraint)
    }

    /// `expr` where a value is wanted.
    pub(super) fn value(&mut self, expr: &Expr) -> Expr {
        let own = parameters(expr);
        rewrite(expr, &mut |part| match &part.kind {
            ExprKind::Variable(name) if own.contains(name) => None,
            ExprKind::Variable(name) => (!self.known.contains(name)).then(|| self.property(name).at(part.span)),
            ExprKind::Concept(_) | ExprKind::Unary { op: UnaryOp::Not, .. } => Some(self.truth(part)),
            ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or | BinaryOp::Xor, .. } => Some(self.truth(part)),
            ExprKind::Call { function, arguments } if function.eq_ignore_ascii_case("hits") => {
                Some(self.hits(arguments).at(part.span))
            }
            _ => None,
        })
    }

    /// `expr` where a truth is wanted.
    fn truth(&mut self, expr: &Expr) -> Expr {
        let told = match &expr.kind {
            ExprKind::Binary { op: BinaryOp::And, .. } => {
                let joined = join_spoken_of(conjuncts(expr));
                let told = joined.iter().map(|part| self.truth(part));
                told.reduce(|all, part| all.binary(BinaryOp::And, part)).unwrap_or_else(|| expr.clone())
            }
            ExprKind::Binary { op: op @ (BinaryOp::Or | BinaryOp::Xor), left, right } => {
                self.truth(left).binary(*op, self.truth(right))
            }
            ExprKind::Unary { op: UnaryOp::Not, operand } => self.truth(operand).unary(UnaryOp::Not),
            ExprKind::Variable(name) if !self.known.contains(name) => self.has(name),
            ExprKind::Concept(concept) => self.concept(concept),
            _ => return self.value(expr),
        };
        told.at(expr.span)
    }

    fn is_declared(&self, name: &str) -> bool {
        self.types.iter().any(|t| self.schema.resolve_predicate(t.as_str(), name).is_some())
    }

    fn itself(&self) -> Expr {
        Expr::variable(Arc::clone(&self.thing))
    }

    fn property(&mut self, name: &Arc<str>) -> Expr {
        let own = self.itself().property(Arc::clone(name));
        if self.is_declared(name) {
            return own;
        }
        self.given.insert(Arc::clone(name));
        own.clone().unary(UnaryOp::IsNull).if_else(ExprKind::Parameter(Arc::clone(name)).into(), own)
    }

    /// Whether the thing has what `name` says.
    fn has(&mut self, name: &Arc<str>) -> Expr {
        let of_type =
            self.schema.resolve_type(name).filter(|_| !self.is_declared(name)).map(|found| found.name.clone());
        if let Some(of_type) = of_type {
            let label = Label::Type(of_type.clone());
            let is = PathPattern::node(NodePattern::named(Arc::clone(&self.thing)).with_label(label.clone()));
            let is = Expr::from(ExprKind::Path(Box::new(is)));
            let has = self.linked(self.leading_to(&of_type, true), label);
            return has.into_iter().fold(is, |is, has| is.binary(BinaryOp::Or, has));
        }
        let there = self.property(name).unary(UnaryOp::IsNull).unary(UnaryOp::Not);
        let text = Expr::call("concat", [ExprKind::Literal(Value::from("")).into(), self.property(name)]);
        there.binary(BinaryOp::And, text.binary(BinaryOp::NotEqual, ExprKind::Literal(Value::from("false")).into()))
    }

    /// Whether the thing belongs to `concept`, or has it by a predicate of the schema.
    fn concept(&self, concept: &ConceptName) -> Expr {
        let belongs = Expr::from(ExprKind::Concept(concept.clone()));
        let has = self.linked(self.leading_to(&concept.type_name, false), Label::Concepts(vec![concept.clone()]));
        has.into_iter().fold(belongs, |belongs, has| belongs.binary(BinaryOp::Or, has))
    }

    /// The predicates by which a thing can have something of the type `wanted`; membership only
    /// where it is wanted.
    fn leading_to(&self, wanted: &TypeName, membership: bool) -> Vec<Predicate> {
        let wanted = canonical_type(self.schema, wanted);
        let with_above = self.types.iter().flat_map(|name| {
            let own = self.schema.types().filter(move |type_def| type_def.name == *name);
            own.chain(self.schema.ancestors(name.as_str()))
        });
        let mut found: Vec<Predicate> = with_above
            .flat_map(|type_def| &type_def.properties)
            .filter(|property| reaches(self.schema, property, &wanted))
            .filter(|property| membership || !is_in_group(self.schema, &property.name, SemanticGroup::Ind))
            .map(|property| property.name.clone())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the thing has something with `label` by one of `predicates`; `None` without any.
    fn linked(&self, predicates: Vec<Predicate>, label: Label) -> Option<Expr> {
        let first = predicates.first()?.clone();
        let edge =
            EdgePattern { target: EdgeTarget::Predicates(predicates), ..EdgePattern::of(first, EdgeDirection::Right) };
        let path = PathPattern::node(NodePattern::named(Arc::clone(&self.thing)));
        let path = path.then(edge, NodePattern::default().with_label(label));
        Some(ExprKind::Path(Box::new(path)).into())
    }

    fn hits(&mut self, conditions: &[Expr]) -> Expr {
        let number = |number: i64| Expr::from(ExprKind::Literal(Value::Integer(number)));
        let mut all = number(0);
        for condition in conditions {
            // What is undecided does not hold, and is not counted.
            let one = Expr::call("rule_value", [self.truth(condition), number(1), number(0)]);
            all = all.binary(BinaryOp::Add, one);
        }
        all
    }
}

/// Takes the paths out of `parts` of which others speak by name.
fn take_spoken_of<'e>(parts: &mut Vec<&'e Expr>) -> Vec<&'e PathPattern> {
    let mut taken = Vec::new();
    let all = parts.clone();
    parts.retain(|part| {
        let ExprKind::Path(path) = &part.kind else { return true };
        let others = all.iter().filter(|other| !std::ptr::eq(**other, *part));
        let spoken_of = others.into_iter().any(|other| variables_of(path).any(|name| speaks_of(other, &name)));
        if spoken_of {
            taken.push(&**path);
        }
        !spoken_of
    });
    taken
}

/// `parts` with what speaks of a path's names asked within the path.
fn join_spoken_of(parts: Vec<&Expr>) -> Vec<Expr> {
    let (paths, others): (Vec<&Expr>, Vec<&Expr>) =
        parts.into_iter().partition(|part| matches!(part.kind, ExprKind::Path(_)));
    let mut paths: Vec<Expr> = paths.into_iter().cloned().collect();
    let mut left = Vec::new();
    for other in others {
        let within = paths.iter_mut().find_map(|path| match &mut path.kind {
            ExprKind::Path(path) => {
                let spoken_of = variables_of(path).any(|name| speaks_of(other, &name));
                spoken_of.then_some(path)
            }
            _ => None,
        });
        let Some(path) = within else {
            left.push(other.clone());
            continue;
        };
        path.start.condition = Some(match path.start.condition.take() {
            Some(condition) => condition.binary(BinaryOp::And, other.clone()),
            None => other.clone(),
        });
    }
    paths.extend(left);
    paths
}

fn speaks_of(expr: &Expr, name: &Arc<str>) -> bool {
    let mut names = BTreeSet::new();
    crate::rule::base::pattern::names_in(expr, &mut names);
    names.contains(name)
}
