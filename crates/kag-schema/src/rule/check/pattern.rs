//! Patterns: types, predicates and what they connect.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{Predicate, Span, TypeName};

use super::{
    Checker, Variable,
    depend::{Object, resolved},
    property::{canonical, find, is_in_group, is_semantic},
    types::Types,
    variable::Edge,
};
use crate::{
    ConceptName, Diagnostic, EdgeDirection, EdgePattern, EdgeTarget, Label, NodePattern, PathPattern, PropertyDef,
    SemanticGroup, THING, expr::InRule, rule::aggregate::several,
};

/// A node at an edge: its types, and the concepts that it is labelled with.
type Place<'p> = (Types, Vec<&'p ConceptName>);

/// A way along an edge, from its subject to its object.
struct Way<'w> {
    subject: &'w Types,
    object: &'w Types,
    /// The concepts that the object is labelled with, where it is with nothing else.
    concepts: &'w [&'w ConceptName],
}

impl<'w> Way<'w> {
    fn new(subject: &'w Place<'_>, object: &'w Place<'_>) -> Self {
        Self { subject: &subject.0, object: &object.0, concepts: &object.1 }
    }
}

impl Checker<'_> {
    /// Nodes first: an edge may stand before the line that says what its ends are.
    pub(super) fn patterns(&mut self, paths: &[PathPattern]) {
        self.several.extend(several(paths));
        for node in paths.iter().flat_map(PathPattern::nodes) {
            self.node(node);
        }
        for path in paths {
            self.path_edges(path);
            if let Some(name) = &path.variable {
                self.variables.give(name, Variable::Path);
            }
        }
        for path in paths {
            self.conditions(path);
        }
    }

    /// A path that stands as a condition: its names hold in it alone.
    pub(super) fn path_condition(&mut self, path: &PathPattern) {
        let outer = self.variables.clone();
        self.patterns(std::slice::from_ref(path));
        self.variables = outer;
    }

    pub(super) fn node(&mut self, node: &NodePattern) {
        let types = self.labels(&node.labels, node.span.0);
        for concept in node.labels.iter().flat_map(|label| match label {
            Label::Concepts(concepts) => concepts.as_slice(),
            Label::Type(_) => &[],
        }) {
            self.mentions.concept(concept, self.schema);
        }
        let Some(name) = &node.variable else {
            return;
        };
        let both = match self.variables.get(name) {
            Some(Variable::Node(before)) => before.both(&types, self.schema),
            _ => Some(types.clone()),
        };
        if both.is_none() {
            let before = match self.variables.get(name) {
                Some(Variable::Node(before)) => before.text(),
                _ => String::new(),
            };
            // What belongs to a concept may be more than the schema says.
            if node.labels.iter().all(|label| matches!(label, Label::Type(_))) {
                let wrong = Diagnostic::error(node.span.0, format!("`{name}` cannot be {} and {before}", types.text()));
                self.report(wrong);
            }
        }
        self.variables.give(name, Variable::Node(both.unwrap_or(types)));
    }

    fn conditions(&mut self, path: &PathPattern) {
        for node in path.nodes() {
            if let Some(condition) = &node.condition {
                let types = self.types_of(node);
                self.expr(condition, Some(&Variable::Node(types)));
            }
        }
        for (edge, _) in &path.steps {
            if let Some(condition) = &edge.condition {
                let of = edge.variable.as_ref().and_then(|name| self.variables.get(name)).cloned();
                let of = of.unwrap_or_else(|| Variable::Edge(Edge::default()));
                self.expr(condition, Some(&of));
            }
            if let EdgeTarget::Linked(call) = &edge.target {
                self.linked(call);
            }
        }
    }

    fn types_of(&self, node: &NodePattern) -> Types {
        match node.variable.as_ref().and_then(|name| self.variables.get(name)) {
            Some(Variable::Node(types)) => types.clone(),
            _ => Types::ANY,
        }
    }

    fn node_types(&mut self, node: &NodePattern) -> Types {
        if node.variable.is_some() {
            return self.types_of(node);
        }
        // What is wrong with the labels is reported already.
        let reported = self.diagnostics.len();
        let types = self.labels(&node.labels, node.span.0);
        self.diagnostics.truncate(reported);
        types
    }

    fn path_edges(&mut self, path: &PathPattern) {
        let mut before = (self.node_types(&path.start), concepts(&path.start));
        for (edge, node) in &path.steps {
            let after = (self.node_types(node), concepts(node));
            let grows = !path.optional && !edge.optional;
            self.edge(edge, &before, &after, grows);
            before = after;
        }
    }

    fn edge(&mut self, edge: &EdgePattern, before: &Place<'_>, after: &Place<'_>, grows: bool) {
        let (there, back) = (Way::new(before, after), Way::new(after, before));
        let ways: &[Way<'_>] = match edge.direction {
            EdgeDirection::Right => &[there],
            EdgeDirection::Left => &[back],
            EdgeDirection::Either => &[there, back],
        };
        let mut named: &[Predicate] = &[];
        let mut bare: Vec<Predicate> = Vec::new();
        let mut variable = edge.variable.as_ref();
        match &edge.target {
            EdgeTarget::Linked(_) => {}
            EdgeTarget::Predicates(names) if names.is_empty() => {
                if let Some(name) = variable.filter(|name| !self.used.contains(*name)) {
                    bare.extend(self.bare(name, ways, edge.span.0));
                    if !bare.is_empty() {
                        variable = None;
                    }
                }
                named = &bare;
            }
            EdgeTarget::Predicates(names) => named = names,
        }
        let mut described = Edge { name: named_text(named), qualifiers: Some(BTreeMap::new()) };
        if named.is_empty() {
            described.qualifiers = None;
            if !matches!(edge.target, EdgeTarget::Linked(_)) {
                for Way { subject, object, .. } in ways {
                    self.mentions.facts(None, subject, Object::Types((*object).clone()), grows);
                }
            }
        }
        for predicate in named {
            self.predicate(predicate.as_str(), ways, edge.span.0, &mut described, grows);
        }
        if let Some(name) = variable {
            self.variables.give(name, Variable::Edge(described));
        }
    }

    /// The predicate that a word without a colon is, if there is one.
    fn bare(&mut self, name: &Arc<str>, ways: &[Way<'_>], span: Span) -> Option<Predicate> {
        let known = ways.iter().any(|Way { subject, .. }| match subject.known() {
            Some(types) => types.iter().any(|of| find(self.schema, of, name).is_some()),
            None => !self.schema.predicates_named(name).is_empty(),
        });
        if known || self.heads.define(name) || is_semantic(name) {
            return Some(Predicate::new(&**name));
        }
        let near = ways.iter().filter_map(|Way { subject, .. }| subject.known()).flatten();
        if let Some(near) = near.filter_map(|of| self.schema.nearest_predicate(of.as_str(), name)).next() {
            let warning = Diagnostic::warning(span, format!("`{name}` is no predicate, so it names any edge"));
            let hint = format!("did you mean `{}`? Write `-[:{}]-`", near.name, near.name);
            self.report(warning.with_hint(hint));
        }
        None
    }

    fn predicate(&mut self, name: &str, ways: &[Way<'_>], span: Span, edge: &mut Edge, grows: bool) {
        let mut found: Vec<&PropertyDef> = Vec::new();
        let mut unknown = false;
        for way in ways {
            let subject = way.subject;
            let canonical = canonical(self.schema, subject.known(), name);
            let object = self.object(way, &canonical);
            self.mentions.facts(Some(canonical), subject, object, grows);
            match subject.known() {
                Some(types) => found.extend(types.iter().filter_map(|of| find(self.schema, of, name))),
                None => {
                    unknown = true;
                    found.extend(self.schema.predicates_named(name).into_iter().map(|(_, property)| property));
                }
            }
        }
        let canonical = found.first().map_or(name, |property| property.name.as_str());
        let derived = self.heads.define(canonical);
        if found.is_empty() && !derived && !is_semantic(name) {
            self.unknown_predicate(name, ways, span, unknown);
            edge.qualifiers = None;
            return;
        }
        if !found.is_empty() && !derived && !ways.iter().any(|Way { object, .. }| self.leads_to(&found, object)) {
            self.wrong_end(name, &found, ways, span);
        }
        let Some(qualifiers) = &mut edge.qualifiers else {
            return;
        };
        let mut more: Vec<(Arc<str>, crate::ExprType)> = Vec::new();
        for given in self.heads.qualifiers(canonical) {
            more.push((Arc::clone(given), crate::ExprType::Any));
        }
        let mut all = std::mem::take(qualifiers);
        for property in &found {
            more.extend(self.qualifier_kinds(property));
        }
        all.extend(more);
        edge.qualifiers =
            if found.is_empty() && self.heads.qualifiers(canonical).is_empty() { None } else { Some(all) };
    }

    /// What a way leads to by `predicate`. What things belong to or are a kind of, or have as a value that is
    /// a concept, is the concept itself and not its members.
    fn object(&self, way: &Way<'_>, predicate: &str) -> Object {
        if way.concepts.is_empty() {
            return Object::Types(way.object.clone());
        }
        let declared = self.schema.predicates_named(predicate);
        let leads = |concept: &ConceptName| {
            let objects = declared.iter().flat_map(|(_, property)| &property.objects);
            let mut objects = objects.filter(|object| object.as_str() != THING);
            objects.any(|object| self.schema.is_a(concept.type_name.as_str(), object.as_str()))
        };
        let concepts: Vec<ConceptName> = way.concepts.iter().map(|concept| resolved(concept, self.schema)).collect();
        let is_itself = is_in_group(self.schema, predicate, &[SemanticGroup::Ind, SemanticGroup::Hyp])
            || concepts.iter().all(leads);
        if is_itself { Object::Concepts(concepts) } else { Object::Types(way.object.clone()) }
    }

    fn leads_to(&self, found: &[&PropertyDef], object: &Types) -> bool {
        let Some(objects) = object.known() else {
            return true;
        };
        let fits = |wanted: &TypeName, given: &TypeName| {
            self.schema.is_a(given.as_str(), wanted.as_str()) || self.schema.is_a(wanted.as_str(), given.as_str())
        };
        found
            .iter()
            .any(|property| objects.iter().any(|given| property.objects.iter().any(|wanted| fits(wanted, given))))
    }

    fn unknown_predicate(&mut self, name: &str, ways: &[Way<'_>], span: Span, unknown: bool) {
        let message = match ways.first().and_then(|Way { subject, .. }| subject.known()) {
            Some(_) if !unknown => {
                let mut types: Vec<String> = ways.iter().map(|Way { subject, .. }| subject.text()).collect();
                types.dedup();
                format!("{} has no predicate `{name}`", types.join(" or "))
            }
            _ => format!("unknown predicate `{name}`"),
        };
        let mut names: Vec<String> = Vec::new();
        let mut add = |property: &PropertyDef| {
            names.push(property.name.to_string());
            names.extend(property.labels.all().map(|label| label.to_string()));
        };
        for Way { subject, .. } in ways {
            match subject.known() {
                Some(types) => {
                    let of = types.iter().flat_map(|of| self.schema.properties(of.as_str()));
                    of.for_each(|property| add(property));
                }
                None => self.schema.types().flat_map(|t| &t.properties).for_each(&mut add),
            }
        }
        names.extend(self.heads.names().map(str::to_owned));
        let wrong = Diagnostic::error(span, message).with_nearest(name, names.iter().map(String::as_str));
        // An arrow that points the wrong way is a common mistake.
        let turned = ways.len() == 1
            && ways.iter().any(|Way { object, .. }| {
                object.known().is_some_and(|types| types.iter().any(|of| find(self.schema, of, name).is_some()))
            });
        self.report(if turned && wrong.hint.is_none() {
            let object = ways.first().map_or(&Types::ANY, |way| way.object);
            wrong.with_hint(format!("it is a predicate of {}: turn the arrow", object.text()))
        } else {
            wrong
        });
    }

    fn wrong_end(&mut self, name: &str, found: &[&PropertyDef], ways: &[Way<'_>], span: Span) {
        let given = ways.first().map(|Way { object, .. }| object.text()).unwrap_or_default();
        let wanted = Types::of(found.iter().flat_map(|property| property.objects.iter().cloned())).text();
        let wrong = Diagnostic::error(span, format!("`{name}` does not lead to {given}")).with_expected(wanted);
        self.report(wrong);
    }

    /// What a function says connects two nodes.
    fn linked(&mut self, call: &crate::Expr) {
        let crate::ExprKind::Call { function, arguments } = &call.kind else {
            return;
        };
        if self.functions.get(function).is_none() {
            let wrong = Diagnostic::error(call.span, format!("unknown function `{function}`"))
                .with_nearest(function, self.functions.names());
            self.report(match wrong.hint {
                None => wrong.with_hint(format!("`{}` is for the host to bring", InRule(call))),
                Some(_) => wrong,
            });
        }
        for argument in arguments {
            self.expr(argument, None);
        }
    }
}

/// The concepts that a node is labelled with, where it is with nothing else.
fn concepts(node: &NodePattern) -> Vec<&ConceptName> {
    let named = node.labels.iter().map(|label| match label {
        Label::Concepts(concepts) => Some(concepts),
        Label::Type(_) => None,
    });
    named.collect::<Option<Vec<_>>>().into_iter().flatten().flatten().collect()
}

fn named_text(names: &[Predicate]) -> Arc<str> {
    let names: Vec<&str> = names.iter().map(Predicate::as_str).collect();
    names.join("|").into()
}
