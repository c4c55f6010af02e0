//! Rules on concepts in the short form, and their order.

use std::sync::Arc;

use kag_core::{Span, Value};

use super::{boundary::Block, clause::Naming, define::Relation};
use crate::{
    Assignment, Clause, ConceptHead, ConceptPriority, ConceptRule, Diagnostic, ExprKind, Label, NodePattern,
    expr::{Parser, Symbol},
};

impl Parser<'_> {
    /// `` Define (C/`c`) { … } ``; the head is read.
    pub(super) fn concept_member(&mut self, start: usize, head: NodePattern) -> Option<ConceptRule> {
        let place = head.span.0;
        let concept = match head.labels.as_slice() {
            [Label::Concepts(concepts)] => match concepts.as_slice() {
                [concept] if head.variable.is_none() && head.condition.is_none() => Some(concept.clone()),
                _ => None,
            },
            _ => None,
        };
        if concept.is_none() {
            let wrong = Diagnostic::error(place, "a definition without what it defines")
                .with_expected("`(s:Type)-[p:predicate]->(o:Type)`, or one concept as in ``(疾病/`高血压`)``");
            self.diagnostics.push(wrong);
        }
        let open = self.opening()?;
        let (conditions, action) = self.concept_body(Some(open));
        let description = self.description();
        let head = ConceptHead::Member(concept?);
        Some(ConceptRule { head, conditions, action, description, span: self.span_from(start) })
    }

    /// The short form for a relation; the head and the brace are read.
    pub(super) fn concept_related(
        &mut self,
        start: usize,
        open: Span,
        relation: Option<Relation>,
    ) -> Option<ConceptRule> {
        let (conditions, action) = self.concept_body(Some(open));
        let description = self.description();
        let Relation { subject, variable, predicate, object } = relation?;
        let head = ConceptHead::Related { subject: Box::new(subject), variable, predicate, object: Box::new(object) };
        Some(ConceptRule { head, conditions, action, description, span: self.span_from(start) })
    }

    /// Conditions, and an `Action` of assignments at the end.
    pub(super) fn concept_body(&mut self, open: Option<Span>) -> (Vec<Clause>, Vec<Assignment>) {
        let (mut conditions, mut action) = (Vec::new(), Vec::new());
        loop {
            if self.block_at(self.at) == Some(Block::Action) {
                self.at += 1;
                if let Some(open) = self.opening() {
                    action.extend(self.assignments(Some(open), "`Action`"));
                }
            } else if self.closes(open, "definition") {
                break;
            } else if !self.separator() {
                self.clause(Naming::Optional, &mut conditions);
            }
        }
        for clause in &conditions {
            if let Clause::Projection { span, .. } = clause {
                let wrong = Diagnostic::error(span.0, "a value among the conditions of a concept");
                self.diagnostics.push(wrong.with_expected("conditions, or `Action { name = value }` after them"));
            }
        }
        (conditions, action)
    }

    /// `name = value` up to the end of the block that `open` began.
    pub(super) fn assignments(&mut self, open: Option<Span>, what: &str) -> Vec<Assignment> {
        let mut assignments = Vec::new();
        while !self.closes(open, what) {
            if self.take(Symbol::Comma).is_some() || self.separator() {
                continue;
            }
            let Some(name) = self.name_here().filter(|_| self.symbol_at(self.at + 1, Symbol::Assign)) else {
                let _: Option<()> = self.unexpected("`name = value`");
                self.at = self.clause_end(self.at).max(self.at + 1);
                continue;
            };
            let start = self.here().start;
            self.at += 2;
            let outer = self.stop;
            let value = self.value_between_commas();
            self.stop = outer;
            let span = self.span_from(start);
            assignments.extend(value.map(|value| Assignment { name, value, span }));
        }
        assignments
    }

    fn value_between_commas(&mut self) -> Option<crate::Expr> {
        let end = self.clause_end(self.at);
        self.stop = end;
        let tree = self.expression();
        let next = self.sees(Symbol::Comma) || self.clause_at(self.at).is_some();
        if tree.is_some() && self.peek().is_some() && !next {
            let _: Option<()> = self.unexpected("an operator or the next `name = value`");
        }
        if tree.is_none() || !next {
            self.at = end;
        }
        tree.map(|tree| tree.expr)
    }

    /// `DefinePriority(T) { a=100 b=80 }`
    pub(super) fn priority(&mut self) -> Option<ConceptPriority> {
        let start = self.here().start;
        self.at += 1;
        let place = self.here();
        let node = self.node()?;
        let type_name = match (node.variable, node.labels.as_slice()) {
            (Some(name), []) => Some((&*name).into()),
            (None, [Label::Type(name)]) => Some(name.clone()),
            _ => None,
        };
        if type_name.is_none() {
            let wrong = Diagnostic::error(place, "an order is among the concepts of one type");
            self.diagnostics.push(wrong.with_expected("the name of the type"));
        }
        let open = self.opening()?;
        let order = self.order(Some(open));
        let description = self.description();
        Some(ConceptPriority { type_name: type_name?, order, description, span: self.span_from(start) })
    }

    /// Concepts and their numbers up to the end of the block that `open` began.
    pub(super) fn order(&mut self, open: Option<Span>) -> Vec<(Arc<str>, Value)> {
        let mut order: Vec<(Arc<str>, Value)> = Vec::new();
        for Assignment { name, value, .. } in self.assignments(open, "`DefinePriority`") {
            match value.kind {
                ExprKind::Literal(number) if number.as_number().is_some() => order.push((name, number)),
                _ => {
                    let wrong = Diagnostic::error(value.span, format!("the place of `{name}` is no number"));
                    self.diagnostics.push(wrong);
                }
            }
        }
        order
    }
}
