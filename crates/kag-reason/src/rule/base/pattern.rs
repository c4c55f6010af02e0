//! From patterns as written to nodes and edges by number.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Predicate, TypeName};
use kag_schema::{
    EdgeDirection, EdgePattern, EdgeTarget, Expr, ExprKind, Label, NodePattern, PathPattern, Schema, SemanticGroup,
    SemanticPredicate,
};

use super::body::{Body, EdgeVar, LabelTest, NodeVar, Target, Types};

/// Where a name of a pattern is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Node(usize),
    Edge(usize),
}

/// Gathers the paths of one pattern.
pub(super) struct Patterns<'s> {
    pub(super) schema: &'s Schema,
    /// The predicates that rules define.
    pub(super) heads: &'s BTreeSet<Predicate>,
    /// The names that clauses use.
    pub(super) used: BTreeSet<Arc<str>>,
    pub(super) body: Body,
    pub(super) places: BTreeMap<Arc<str>, Place>,
    /// Paths by name: the edges they consist of.
    pub(super) path_names: Vec<(Arc<str>, Vec<usize>)>,
    /// Conditions written in the pattern, and the name whose property a bare name is.
    pub(super) conditions: Vec<(Expr, Arc<str>)>,
    /// Where matching was asked to begin.
    start: Option<usize>,
}

impl<'s> Patterns<'s> {
    pub(super) fn new(schema: &'s Schema, heads: &'s BTreeSet<Predicate>, used: BTreeSet<Arc<str>>) -> Self {
        Self {
            schema,
            heads,
            used,
            body: Body::default(),
            places: BTreeMap::new(),
            path_names: Vec::new(),
            conditions: Vec::new(),
            start: None,
        }
    }

    pub(super) fn add_path(&mut self, path: &PathPattern) {
        let unit = path.optional.then(|| self.new_unit());
        let mut before = self.add_node(&path.start);
        let mut edges = Vec::new();
        for (edge, node) in &path.steps {
            let after = self.add_node(node);
            let unit = unit.or_else(|| edge.optional.then(|| self.new_unit()));
            edges.push(self.add_edge(edge, before, after, unit));
            before = after;
        }
        if let Some(name) = &path.variable {
            self.path_names.push((Arc::clone(name), edges));
        }
    }

    fn new_unit(&mut self) -> usize {
        self.body.units += 1;
        self.body.units - 1
    }

    /// The number of the node that `pattern` is; one name is one node.
    pub(super) fn add_node(&mut self, pattern: &NodePattern) -> usize {
        let known = pattern.variable.as_ref().and_then(|name| self.places.get(name));
        let at = match known {
            Some(Place::Node(at)) => *at,
            _ => self.new_node(pattern.variable.as_ref()),
        };
        let tests: Vec<LabelTest> = pattern.labels.iter().map(|label| self.label(label)).collect();
        if let Some(node) = self.body.nodes.get_mut(at) {
            if !tests.is_empty() && !node.labels.contains(&tests) {
                node.labels.push(tests);
            }
            if let Some(condition) = &pattern.condition {
                self.conditions.push((condition.clone(), Arc::clone(&node.name)));
            }
        }
        if pattern.start {
            self.start.get_or_insert(at);
        }
        at
    }

    fn new_node(&mut self, name: Option<&Arc<str>>) -> usize {
        let at = self.body.nodes.len();
        let name = name.map_or_else(|| Arc::from(format!("#{at}")), Arc::clone);
        self.places.insert(Arc::clone(&name), Place::Node(at));
        self.body.nodes.push(NodeVar { name, labels: Vec::new(), types: None, optional: false, keys: Vec::new() });
        at
    }

    fn add_edge(&mut self, pattern: &EdgePattern, before: usize, after: usize, unit: Option<usize>) -> usize {
        let at = self.body.edges.len();
        let (mut variable, mut target) = (pattern.variable.clone(), self.target(pattern, before, after));
        // `-[belong]->`: a predicate, where there is one so called and no clause says otherwise.
        if let (Some(name), Target::Any) = (&variable, &target)
            && !self.used.contains(name)
        {
            let named = self.predicates(name, before, after);
            if named.iter().any(|named| self.is_predicate(named)) {
                (variable, target) = (None, Target::Predicates(named));
            }
        }
        let (from, to) = match pattern.direction {
            EdgeDirection::Left => (after, before),
            _ => (before, after),
        };
        let name = variable.unwrap_or_else(|| Arc::from(format!("#e{at}")));
        self.places.entry(Arc::clone(&name)).or_insert(Place::Edge(at));
        if let Some(condition) = &pattern.condition {
            self.conditions.push((condition.clone(), Arc::clone(&name)));
        }
        self.body.edges.push(EdgeVar {
            name,
            from,
            to,
            target,
            either: pattern.direction == EdgeDirection::Either,
            hops: pattern.hops,
            unit,
            limit: pattern.per_node_limit.map(|most| (most, before)),
        });
        at
    }

    fn target(&self, pattern: &EdgePattern, before: usize, after: usize) -> Target {
        match &pattern.target {
            EdgeTarget::Predicates(names) if names.is_empty() => Target::Any,
            EdgeTarget::Predicates(names) => {
                let mut all: Vec<Predicate> = Vec::new();
                for name in names {
                    for named in self.predicates(name.as_str(), before, after) {
                        if !all.contains(&named) {
                            all.push(named);
                        }
                    }
                }
                Target::Predicates(all)
            }
            EdgeTarget::Linked(call) => Target::Linked(call.clone()),
            _ => Target::Any,
        }
    }

    fn is_predicate(&self, name: &Predicate) -> bool {
        self.heads.contains(name) || !self.schema.predicates_named(name.as_str()).is_empty()
    }

    /// The predicates that `name` says between two nodes, in either language.
    fn predicates(&self, name: &str, before: usize, after: usize) -> Vec<Predicate> {
        let mut found: Vec<Predicate> = Vec::new();
        for end in [before, after] {
            let tests = self.body.nodes.get(end).into_iter().flat_map(|node| node.labels.iter().flatten());
            for test in tests {
                let LabelTest::Types(types) = test else { continue };
                let named = types.iter().filter_map(|t| self.schema.resolve_predicate(t.as_str(), name));
                found.extend(named.map(|property| property.name.clone()));
            }
        }
        if found.is_empty() {
            found = predicates_named(self.schema, name);
        }
        let written = Predicate::new(name);
        if found.is_empty() || self.heads.contains(&written) {
            found.push(written);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What a label asks for.
    pub(super) fn label(&self, label: &Label) -> LabelTest {
        match label {
            Label::Type(name) => LabelTest::Types(types_of(self.schema, name)),
            Label::Concepts(concepts) => {
                LabelTest::Concepts { concepts: concepts.clone().into(), itself: false }.canonical(self.schema)
            }
            _ => LabelTest::Types(Arc::from([])),
        }
    }

    /// Settles what can only be said once the whole pattern is known.
    pub(super) fn finish(&mut self) {
        self.settle_concepts();
        self.settle_optional();
        for node in &mut self.body.nodes {
            node.types = node.labels.iter().find_map(|tests| {
                let types = tests.iter().map(|test| match test {
                    LabelTest::Types(types) => Some(types.to_vec()),
                    LabelTest::Concepts { .. } => None,
                });
                types.collect::<Option<Vec<_>>>().map(|types| types.concat().into())
            });
        }
    }

    /// What things belong to or are a kind of, or have as a value that is a concept, is the
    /// concept itself and not its members.
    fn settle_concepts(&mut self) {
        let mut themselves = BTreeSet::new();
        for edge in &self.body.edges {
            let Target::Predicates(names) = &edge.target else { continue };
            if names.iter().any(|name| is_membership(self.schema, name) || is_hypernym(self.schema, name)) {
                themselves.insert(edge.to);
            }
            let types = self.concept_types(edge.to);
            if !types.is_empty() && types.iter().all(|t| names.iter().any(|name| self.leads_to(name, t))) {
                themselves.insert(edge.to);
            }
            if names.iter().any(|name| is_hypernym(self.schema, name)) {
                themselves.insert(edge.from);
            }
        }
        for at in themselves {
            let tests = self.body.nodes.get_mut(at).into_iter().flat_map(|node| node.labels.iter_mut().flatten());
            for test in tests {
                if let LabelTest::Concepts { itself, .. } = test {
                    *itself = true;
                }
            }
        }
    }

    /// The types of the concepts that the labels of a node ask for.
    fn concept_types(&self, node: usize) -> Vec<&TypeName> {
        let tests = self.body.nodes.get(node).into_iter().flat_map(|node| node.labels.iter().flatten());
        let concepts = tests.filter_map(|test| match test {
            LabelTest::Concepts { concepts, .. } => Some(concepts),
            LabelTest::Types(_) => None,
        });
        concepts.flat_map(|concepts| concepts.iter()).map(|concept| &concept.type_name).collect()
    }

    /// Whether the schema lets `predicate` lead to concepts of the type `wanted`.
    fn leads_to(&self, predicate: &Predicate, wanted: &TypeName) -> bool {
        let declared = self.schema.predicates_named(predicate.as_str());
        let mut objects = declared.iter().flat_map(|(_, property)| &property.objects);
        objects.any(|object| object.as_str() != kag_schema::THING && self.schema.is_a(wanted.as_str(), object.as_str()))
    }

    /// A node is optional where it hangs on the rest by an optional edge: seen from where
    /// matching begins, or else from the first node.
    fn settle_optional(&mut self) {
        let count = self.body.nodes.len();
        let mut firm = vec![false; count];
        let begin = self.start.unwrap_or(0);
        let reach = |firm: &mut Vec<bool>, from: usize, through_optional: bool, edges: &[EdgeVar]| {
            let mut reached = vec![false; count];
            let mut waiting = vec![from];
            while let Some(at) = waiting.pop() {
                let Some(seen) = reached.get_mut(at).filter(|seen| !**seen) else { continue };
                *seen = true;
                for edge in edges.iter().filter(|edge| through_optional || edge.unit.is_none()) {
                    if edge.from == at {
                        waiting.push(edge.to);
                    } else if edge.to == at {
                        waiting.push(edge.from);
                    }
                }
            }
            if !through_optional {
                firm.iter_mut().zip(&reached).for_each(|(firm, reached)| *firm |= reached);
            }
            reached
        };
        let edges = std::mem::take(&mut self.body.edges);
        let mut known = vec![false; count];
        let mut next = Some(begin);
        while let Some(from) = next.filter(|from| *from < count) {
            reach(&mut firm, from, false, &edges);
            let all = reach(&mut firm, from, true, &edges);
            known.iter_mut().zip(all).for_each(|(known, all)| *known |= all);
            next = known.iter().position(|known| !known);
        }
        self.body.edges = edges;
        for (node, firm) in self.body.nodes.iter_mut().zip(firm) {
            node.optional = !firm;
        }
    }
}

/// The types that inherit from the one called `name`, itself first; one that the schema does
/// not have stands for itself.
pub(super) fn types_of(schema: &Schema, name: &TypeName) -> Arc<[TypeName]> {
    let Some(found) = schema.resolve_type(name.as_str()) else { return Arc::from([name.clone()]) };
    if found.name.as_str() == kag_schema::THING {
        return schema.types().map(|type_def| type_def.name.clone()).collect();
    }
    let below = schema.descendants(found.name.as_str()).map(|below| below.name.clone());
    std::iter::once(found.name.clone()).chain(below).collect()
}

/// The predicates called `name` in either language, of any type.
pub(in crate::rule) fn predicates_named(schema: &Schema, name: &str) -> Vec<Predicate> {
    let mut found: Vec<Predicate> =
        schema.predicates_named(name).into_iter().map(|(_, property)| property.name.clone()).collect();
    if found.is_empty() {
        let built_in = schema.resolve_predicate(kag_schema::THING, name);
        found.extend(built_in.map(|property| property.name.clone()));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether facts of `predicate` say that something belongs to a concept.
pub(in crate::rule) fn is_membership(schema: &Schema, predicate: &Predicate) -> bool {
    is_in_group(schema, predicate, SemanticGroup::Ind)
}

/// Whether facts of `predicate` say what a concept is a kind of.
fn is_hypernym(schema: &Schema, predicate: &Predicate) -> bool {
    is_in_group(schema, predicate, SemanticGroup::Hyp)
}

pub(super) fn is_in_group(schema: &Schema, predicate: &Predicate, group: SemanticGroup) -> bool {
    SemanticPredicate::of(predicate.as_str()).is_some_and(|known| known.group == group)
        || schema.predicates_named(predicate.as_str()).iter().any(|(_, property)| property.group == Some(group))
}

/// The predicates of a group: those known by name and those that the schema puts in it.
pub(in crate::rule) fn predicates_of_group(schema: &Schema, group: SemanticGroup) -> Vec<Predicate> {
    let mut found: Vec<Predicate> = group.predicates().map(|known| Predicate::new(known.name)).collect();
    let declared = schema.types().flat_map(|type_def| &type_def.properties);
    found.extend(declared.filter(|property| property.group == Some(group)).map(|property| property.name.clone()));
    found.sort_unstable();
    found.dedup();
    found
}

/// The names of variables in `expr`, those in paths included.
pub(super) fn names_in(expr: &Expr, into: &mut BTreeSet<Arc<str>>) {
    for part in super::rewrite::parts(expr) {
        match &part.kind {
            ExprKind::Variable(name) => {
                into.insert(Arc::clone(name));
            }
            ExprKind::Path(path) => {
                into.extend(path.nodes().filter_map(|node| node.variable.clone()));
                let conditions = path.nodes().filter_map(|node| node.condition.as_ref());
                conditions.for_each(|condition| names_in(condition, into));
            }
            _ => {}
        }
    }
}

impl NodeVar {
    /// What is known of its type.
    pub(super) fn types(&self) -> Types {
        self.types.clone()
    }
}
