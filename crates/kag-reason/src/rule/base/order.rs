//! The order of concepts: which conclusion stands where several concepts hold.
//!
//! Of concepts of a type with an order, a thing belongs to those with the highest number: a
//! rule that concludes another asks moreover that none with a higher number holds. So what
//! stands is a matter of rules and is proved like everything else. A concept without a number
//! stands beside the others, and what is stored stands in any case.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{TypeName, Value};
use kag_schema::{
    Clause, ConceptName, ConceptPriority, Define, EdgeDirection, EdgePattern, Expr, ExprKind, Label, NodePattern,
    PathPattern, Schema, UnaryOp,
};

use super::{compile::canonical_type, pattern::is_membership};

/// The numbers of concepts, by their type.
#[derive(Debug, Default)]
pub(super) struct Orders(BTreeMap<TypeName, Vec<(Arc<str>, Value)>>);

impl Orders {
    /// The orders of all `priorities`; of several numbers of one concept the last counts.
    pub(super) fn of<'p>(schema: &Schema, priorities: impl Iterator<Item = &'p ConceptPriority>) -> Self {
        let mut orders = Self::default();
        for priority in priorities {
            let order = orders.0.entry(canonical_type(schema, &priority.type_name)).or_default();
            for (name, number) in &priority.order {
                order.retain(|(known, _)| known != name);
                order.push((Arc::clone(name), number.clone()));
            }
        }
        orders
    }

    /// The conditions under which what `define` concludes of `subject` stands.
    pub(super) fn clauses(&self, schema: &Schema, define: &Define, subject: &Arc<str>) -> Vec<Clause> {
        let Some(Label::Concepts(concepts)) = define.object.labels.first() else { return Vec::new() };
        let membership = is_membership(schema, &define.predicate);
        let higher = concepts.first().map(|concept| self.before(schema, concept)).unwrap_or_default();
        let condition = |concept: ConceptName| {
            let explanation = Some(format!("`{}` comes before", concept.name).into());
            let holds = if membership {
                ExprKind::Concept(concept)
            } else {
                let edge = EdgePattern::of(define.predicate.clone(), EdgeDirection::Right);
                let object = NodePattern::default().with_label(Label::Concepts(vec![concept]));
                let path = PathPattern::node(NodePattern::named(Arc::clone(subject))).then(edge, object);
                ExprKind::Path(Box::new(path))
            };
            let expr = Expr::from(holds).unary(UnaryOp::Not).at(define.span.0);
            Clause::Condition { name: None, explanation, expr, span: define.span }
        };
        higher.into_iter().map(condition).collect()
    }

    /// The concepts of the same type with a higher number, highest first.
    fn before(&self, schema: &Schema, concept: &ConceptName) -> Vec<ConceptName> {
        let type_name = canonical_type(schema, &concept.type_name);
        let Some(order) = self.0.get(&type_name) else { return Vec::new() };
        let Some((_, own)) = order.iter().find(|(name, _)| *name == concept.name) else { return Vec::new() };
        let mut higher: Vec<&(Arc<str>, Value)> =
            order.iter().filter(|(_, number)| number.total_cmp(own).is_gt()).collect();
        higher.sort_by(|left, right| right.1.total_cmp(&left.1));
        higher.into_iter().map(|(name, _)| ConceptName::new(type_name.clone(), Arc::clone(name))).collect()
    }
}
