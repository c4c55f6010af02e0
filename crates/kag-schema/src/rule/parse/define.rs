//! `Define (s:T)-[p:pred]->(o:U) { Structure {..} Constraint {..} Action {..} }`

use std::sync::Arc;

use kag_core::{Predicate, Span};

use super::{block::Structure, boundary::Block};
use crate::{
    Clause, Define, Diagnostic, EdgeDirection, EdgePattern, EdgeTarget, NodePattern, Production, Statement,
    expr::{Parser, Symbol, TokenKind},
};

/// The fact that a head derives.
#[derive(Clone)]
pub(super) struct Relation {
    pub(super) subject: NodePattern,
    pub(super) variable: Option<Arc<str>>,
    pub(super) predicate: Predicate,
    pub(super) object: NodePattern,
}

/// The blocks of a definition.
#[derive(Default)]
pub(super) struct Body {
    structure: Option<Structure>,
    constraint: Option<Vec<Clause>>,
    action: Option<Vec<Production>>,
}

impl Parser<'_> {
    /// A definition or a rule on a concept; `Define (` comes next.
    pub(super) fn define(&mut self) -> Option<Statement> {
        let start = self.here().start;
        self.at += 1;
        let Some(subject) = self.node() else {
            self.headless();
            return None;
        };
        if !self.edge_ahead() {
            return self.concept_member(start, subject).map(Statement::ConceptRule);
        }
        let relation = self.relation(subject);
        if !self.sees(Symbol::LeftBrace) {
            // What is wrong with a head that cannot be read is said already.
            if relation.is_some() {
                let _: Option<()> = self.unexpected("`{`");
            }
            while self.peek().is_some() && !self.sees(Symbol::LeftBrace) && !self.outer_at(self.at) {
                self.at += 1;
            }
        }
        let open = self.take(Symbol::LeftBrace)?;
        let blocks = self.block_at(self.at).is_some() || self.sees(Symbol::RightBrace);
        if !blocks && !self.misspelt_block() {
            let rule = self.concept_related(start, open, relation);
            return rule.map(Statement::ConceptRule);
        }
        let body = self.body(Some(open));
        let description = self.description();
        let defined = relation.map(|relation| self.defined(relation, body, description, start));
        defined.map(Statement::Define)
    }

    pub(super) fn defined(
        &mut self,
        relation: Relation,
        body: Body,
        description: Option<Arc<str>>,
        start: usize,
    ) -> Define {
        Define {
            subject: relation.subject,
            variable: relation.variable,
            predicate: relation.predicate,
            object: relation.object,
            structure: self.only_paths(body.structure),
            constraint: body.constraint.unwrap_or_default(),
            action: body.action.unwrap_or_default(),
            description,
            span: self.span_from(start),
        }
    }

    /// Goes on to the blocks of a definition whose head cannot be read, and looks into them.
    fn headless(&mut self) {
        while self.peek().is_some() && !self.sees(Symbol::LeftBrace) && !self.outer_at(self.at) {
            self.at += 1;
        }
        if let Some(open) = self.take(Symbol::LeftBrace) {
            self.body(Some(open));
        }
    }

    /// The paths of a structure that can have no condition of its own.
    fn only_paths(&mut self, structure: Option<Structure>) -> Vec<crate::PathPattern> {
        let Some(Structure { paths, condition }) = structure else {
            return Vec::new();
        };
        if let Some(condition) = condition {
            let wrong = Diagnostic::error(condition.span, "a condition in the structure of a definition");
            self.diagnostics.push(wrong.with_hint("put it into the `Constraint`, with a name"));
        }
        paths
    }

    /// Whether a block with a misspelt name comes next.
    fn misspelt_block(&self) -> bool {
        matches!(self.ahead(0), Some(TokenKind::Name(_))) && self.symbol_at(self.at + 1, Symbol::LeftBrace)
    }

    /// The edge and the object of a head.
    fn relation(&mut self, subject: NodePattern) -> Option<Relation> {
        let place = self.here();
        let edge = self.edge()?;
        let object = if self.sees(Symbol::LeftParen) {
            self.node()?
        } else {
            return self.unexpected("the object, as in `(o:Type)`");
        };
        let span = Span::new(place.start, edge.span.0.end.max(place.end));
        let EdgePattern { variable, target, direction, hops, optional, per_node_limit, condition, .. } = edge;
        if direction != EdgeDirection::Right
            || hops.is_some()
            || optional
            || per_node_limit.is_some()
            || condition.is_some()
        {
            let wrong = Diagnostic::error(span, "the head of a definition is one edge to the right");
            self.diagnostics.push(wrong.with_expected("`-[p:predicate]->`"));
        }
        let (variable, predicate) = match target {
            EdgeTarget::Predicates(mut names) if names.len() == 1 => (variable, names.pop()?),
            // A name alone is what is defined.
            EdgeTarget::Predicates(names) if names.is_empty() && variable.is_some() => {
                (None, Predicate::new(&*variable?))
            }
            _ => {
                let wrong = Diagnostic::error(span, "a definition defines one predicate");
                self.diagnostics.push(wrong.with_expected("`-[p:predicate]->`"));
                return None;
            }
        };
        Some(Relation { subject, variable, predicate, object })
    }

    pub(super) fn body(&mut self, open: Option<Span>) -> Body {
        let mut body = Body::default();
        let has_end = open.is_some() && self.partner(self.at.saturating_sub(1)).is_some();
        loop {
            if open.is_some() && self.take(Symbol::RightBrace).is_some() || open.is_none() && self.peek().is_none() {
                return body;
            }
            let span = self.here();
            let Some(block) = self.block_at(self.at) else {
                if let Some(open) = open
                    && (self.peek().is_none() || self.outer_at(self.at))
                {
                    self.endless(open);
                    return body;
                }
                self.no_block("`Structure`, `Constraint`, `Action` or `}`");
                self.at += usize::from(open.is_none());
                self.skip_block();
                continue;
            };
            let given = match block {
                Block::Structure if body.constraint.is_some() || body.action.is_some() => {
                    if let Some(open) = open.filter(|_| !has_end) {
                        // A query after a definition that lacks its end.
                        self.endless(open);
                        return body;
                    }
                    if body.structure.is_none() {
                        let wrong = Diagnostic::error(span, "`Structure` behind what rests on it");
                        self.diagnostics.push(wrong.with_hint("it comes first, then `Constraint`, then `Action`"));
                    }
                    body.structure.is_some()
                }
                Block::Structure => body.structure.is_some(),
                Block::Constraint => body.constraint.is_some(),
                Block::Action => body.action.is_some(),
            };
            if given {
                let wrong = Diagnostic::error(span, format!("a second `{}`", block.name()));
                self.diagnostics.push(wrong);
            }
            self.at += 1;
            let Some(open) = self.opening() else {
                return body;
            };
            match block {
                Block::Structure => {
                    let mut more = self.structure(open);
                    if let Some(mut before) = body.structure.take() {
                        before.paths.append(&mut more.paths);
                        more.paths = before.paths;
                        more.condition = before.condition.or(more.condition);
                    }
                    body.structure = Some(more);
                }
                Block::Constraint => body.constraint.get_or_insert_default().extend(self.constraint(open)),
                Block::Action => body.action.get_or_insert_default().extend(self.productions(open)),
            }
        }
    }

    fn endless(&mut self, open: Span) {
        let wrong = Diagnostic::error(open, "definition without an end").with_expected("`}`");
        self.diagnostics.push(wrong);
    }

    /// Skips what is no block, up to the next one or the end of the definition.
    fn skip_block(&mut self) {
        while self.peek().is_some() && !self.sees(Symbol::RightBrace) && !self.outer_at(self.at) {
            // Whole brackets at once.
            let brace = self.sees(Symbol::LeftBrace);
            self.at = self.partner(self.at).filter(|other| brace && *other > self.at).unwrap_or(self.at) + 1;
        }
    }

    /// `Description: "text"`, if it comes next.
    pub(super) fn description(&mut self) -> Option<Arc<str>> {
        let mut whole: Option<Arc<str>> = None;
        while self.begins_with("Description", Symbol::Colon) {
            self.at += 2;
            let before = self.at;
            while let Some(TokenKind::Text(text)) = self.ahead(0) {
                whole = Some(match whole {
                    None => Arc::clone(text),
                    Some(first) => format!("{first}{text}").into(),
                });
                self.at += 1;
            }
            if self.at == before {
                let _: Option<()> = self.unexpected("what the rule says, as in `Description: \"…\"`");
            }
        }
        whole
    }
}
