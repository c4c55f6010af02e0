//! Concepts that a query speaks of and that nothing can be a member of.

use std::sync::Arc;

use kag_core::Span;
use kag_schema::{ConceptName, Diagnostic, Expr, ExprKind, Label, PathPattern, RuleQuery};

use super::{RuleError, base::canonical, engine::Engine, world::End};

impl Engine<'_> {
    /// A warning for each concept of `query` that the graph does not have, that nothing in it
    /// belongs to, and that no rule concludes: nothing will be found there.
    pub(super) fn unknown_concepts(&mut self, query: &RuleQuery) -> Result<Vec<Diagnostic>, RuleError> {
        let mut warnings: Vec<Diagnostic> = Vec::new();
        for (concept, span) in concepts_in(query) {
            if self.is_known(concept)? {
                continue;
            }
            let wrong = Diagnostic::warning(span, format!("there is no concept {concept}, so nothing belongs to it"));
            let names = self.names_beside(concept)?;
            let wrong = match kag_schema::nearest(&concept.name, names.iter().map(|name| &**name)) {
                Some(near) => {
                    let near = ConceptName::new(concept.type_name.clone(), near);
                    wrong.with_hint(format!("did you mean {near}?"))
                }
                None => wrong,
            };
            if !warnings.contains(&wrong) {
                warnings.push(wrong);
            }
        }
        Ok(warnings)
    }

    fn is_known(&mut self, concept: &ConceptName) -> Result<bool, RuleError> {
        let concept = canonical(self.base.schema(), concept);
        let base = Arc::clone(&self.base);
        if base.concepts().contains(&&concept) {
            return Ok(true);
        }
        // What actions will create is not known yet.
        let types = self.types_below(&concept.type_name);
        if base.created_types().into_iter().any(|created| types.contains(created)) {
            return Ok(true);
        }
        let mut facts: Vec<u32> = self.membership();
        facts.extend(self.hypernyms());
        for node in self.concept_itself(&concept)? {
            if self.world.existing(self.world.nodes.id(node))?.is_some() {
                return Ok(true);
            }
            for predicate in &facts {
                self.world.prepare(*predicate, End::Object, &[node])?;
                if self.world.at(*predicate, End::Object, node).next().is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The names of the other concepts of the type.
    fn names_beside(&mut self, concept: &ConceptName) -> Result<Vec<Arc<str>>, RuleError> {
        let concept = canonical(self.base.schema(), concept);
        let types = self.types_below(&concept.type_name);
        let mut names = Vec::new();
        for node in self.world.extent(&types)? {
            names.extend(self.world.node(node)?.map(|node| Arc::clone(&node.name)));
        }
        let concluded = self.base.concepts();
        names.extend(concluded.iter().filter(|of| types.contains(&of.type_name)).map(|of| Arc::clone(&of.name)));
        Ok(names)
    }
}

/// The concepts that a query speaks of, and where.
fn concepts_in(query: &RuleQuery) -> Vec<(&ConceptName, Span)> {
    let mut found = Vec::new();
    let clauses = query.constraint.iter().map(kag_schema::Clause::expr);
    let items = query.items.iter().map(|item| &item.expr);
    let mut waiting: Vec<&Expr> = clauses.chain(&query.condition).chain(items).collect();
    query.structure.iter().for_each(|path| of_path(path, &mut found, &mut waiting));
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Concept(concept) => found.push((concept, expr.span)),
            ExprKind::Path(path) => of_path(path, &mut found, &mut waiting),
            _ => waiting.extend(expr.children()),
        }
    }
    found.sort_by_key(|(_, span)| (span.start, span.end));
    found
}

fn of_path<'q>(path: &'q PathPattern, found: &mut Vec<(&'q ConceptName, Span)>, waiting: &mut Vec<&'q Expr>) {
    for node in path.nodes() {
        for label in &node.labels {
            if let Label::Concepts(concepts) = label {
                found.extend(concepts.iter().map(|concept| (concept, node.span.0)));
            }
        }
    }
    waiting.extend(path.expressions());
}
