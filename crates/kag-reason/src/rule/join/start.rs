//! Where matching begins.

use std::collections::HashMap;

use kag_core::Value;
use kag_schema::{Expr, ExprKind};

use super::{Progress, Start};
use crate::rule::{
    RuleError,
    base::body::{Body, Key, LabelTest, Target},
    engine::Engine,
    table::Table,
    world::{FastSet, NONE},
};

/// What matching can begin with.
#[derive(Clone, Debug)]
pub(in crate::rule) enum First {
    Node(usize),
    Edge(usize),
}

impl Engine<'_> {
    pub(super) fn begin_with(
        &mut self,
        body: &Body,
        start: Start,
        progress: &mut Progress,
    ) -> Result<Table, RuleError> {
        let mut table = Table::unit(body.nodes.len(), body.edges.len());
        match start {
            Start::Anywhere => {}
            Start::Rows(rows) => table = rows,
            Start::Nodes(node, found) => {
                table.rows = found.len();
                table.set_node(node, found);
            }
            Start::Facts(edge, facts) => table = self.bind_facts(body, &table, edge, &facts, progress),
        }
        Ok(table)
    }

    /// Each row with each of these facts.
    fn bind_facts(&self, body: &Body, table: &Table, edge: usize, facts: &[u32], progress: &mut Progress) -> Table {
        let Some(var) = body.edges.get(edge) else { return table.clone() };
        let clash = self.clash(body, table, edge);
        let (mut rows, mut subjects, mut objects, mut found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in 0..u32::try_from(table.rows).unwrap_or(NONE) {
            for fact in facts {
                let Some(entry) = self.world.facts.get(*fact).filter(|entry| entry.object != NONE) else { continue };
                if self.clashes(&clash, row as usize, *fact) {
                    continue;
                }
                let ways = [(entry.subject, entry.object), (entry.object, entry.subject)];
                let loops = entry.subject == entry.object;
                for (subject, object) in ways.into_iter().take(if var.either && !loops { 2 } else { 1 }) {
                    if (var.from == var.to) && !loops {
                        continue;
                    }
                    rows.push(row);
                    subjects.push(subject);
                    objects.push(object);
                    found.push(*fact);
                }
            }
        }
        let mut bound = table.gather(&rows);
        bound.set_node(var.from, subjects);
        bound.set_node(var.to, objects);
        bound.set_edge(edge, found);
        if let Some(done) = progress.edges.get_mut(edge) {
            *done = true;
        }
        bound
    }

    /// What is best to begin with among what is not bound yet, and how much there is of it.
    pub(super) fn next_start(
        &mut self,
        body: &Body,
        table: &Table,
        progress: &Progress,
    ) -> Result<Option<(First, usize)>, RuleError> {
        let mut best: Option<(First, usize)> = None;
        for (node, var) in body.nodes.iter().enumerate() {
            if table.node(node).is_some() || var.optional {
                continue;
            }
            let count = self.size_of(body, node)?;
            if best.as_ref().is_none_or(|(_, least)| count < *least) {
                best = Some((First::Node(node), count));
            }
        }
        let Some((_, least)) = best else { return Ok(None) };
        if least <= super::neighbours::FEW {
            return Ok(best);
        }
        for (edge, var) in body.edges.iter().enumerate() {
            let free = progress.edges.get(edge) == Some(&false)
                && var.unit.is_none()
                && var.hops.is_none()
                && var.limit.is_none()
                && table.node(var.from).is_none()
                && table.node(var.to).is_none();
            let Target::Predicates(_) = &var.target else { continue };
            if !free || self.is_derived_edge(body, edge) {
                continue;
            }
            let mut count = 0;
            for predicate in self.predicates_of(body, edge)? {
                self.world.load(predicate)?;
                count += self.world.relation(predicate).map_or(0, |relation| relation.len());
            }
            if best.as_ref().is_none_or(|(_, least)| count < *least) {
                best = Some((First::Edge(edge), count));
            }
        }
        Ok(best)
    }

    /// How many nodes `node` may stand for: a guess from above, cheap to make.
    pub(in crate::rule) fn size_of(&mut self, body: &Body, node: usize) -> Result<usize, RuleError> {
        let Some(var) = body.nodes.get(node) else { return Ok(usize::MAX) };
        for key in &var.keys {
            if let Some(found) = self.by_key(key)? {
                return Ok(found.len());
            }
        }
        let mut least = usize::MAX;
        for tests in &var.labels {
            let mut count = 0_usize;
            for test in tests {
                count = count.saturating_add(match test {
                    LabelTest::Types(types) => self.world.extent_size(types)?,
                    LabelTest::Concepts { itself: true, .. } => 1,
                    LabelTest::Concepts { .. } => 200,
                });
            }
            least = least.min(count);
        }
        Ok(least)
    }

    /// Each row with everything that `first` may stand for.
    pub(super) fn join_start(
        &mut self,
        body: &Body,
        table: Table,
        first: First,
        count: usize,
        progress: &mut Progress,
    ) -> Result<Table, RuleError> {
        match first {
            First::Edge(edge) => {
                self.note(|| format!("begin with {count} facts of {}", edge_name(body, edge)));
                self.demand_edge(body, edge, None)?;
                let mut facts = Vec::new();
                for predicate in self.predicates_of(body, edge)? {
                    facts.extend(self.world.relation(predicate).into_iter().flat_map(|relation| relation.all()));
                }
                self.check_bounds(body, table.rows.saturating_mul(facts.len()))?;
                Ok(self.bind_facts(body, &table, edge, &facts, progress))
            }
            First::Node(node) => {
                let found = self.candidates(body, node)?;
                self.note(|| format!("begin with {} nodes for {}", found.len(), node_name(body, node)));
                self.check_bounds(body, table.rows.saturating_mul(found.len()))?;
                let rows = 0..u32::try_from(table.rows).unwrap_or(NONE);
                let chosen: Vec<u32> = rows.flat_map(|row| std::iter::repeat_n(row, found.len())).collect();
                let mut bound = table.gather(&chosen);
                bound.set_node(node, found.repeat(table.rows));
                Ok(bound)
            }
        }
    }

    /// The nodes that `node` may stand for, some of them perhaps not.
    pub(in crate::rule) fn candidates(&mut self, body: &Body, node: usize) -> Result<Vec<u32>, RuleError> {
        let Some(var) = body.nodes.get(node) else { return Ok(Vec::new()) };
        for key in &var.keys {
            if let Some(found) = self.by_key(key)? {
                return Ok(found);
            }
        }
        let mut best: Option<&Vec<LabelTest>> = None;
        let mut least = usize::MAX;
        for tests in &var.labels {
            let only_types = tests.iter().all(|test| matches!(test, LabelTest::Types(_)));
            let mut count = 0;
            for test in tests {
                if let LabelTest::Types(types) = test {
                    count += self.world.extent_size(types)?;
                }
            }
            let count = if only_types { count } else { 0 };
            if best.is_none() || count < least {
                (best, least) = (Some(tests), count);
            }
        }
        let Some(tests) = best else { return self.every_node() };
        let (mut found, mut seen) = (Vec::new(), FastSet::default());
        for test in tests {
            let of_test = match test {
                LabelTest::Types(types) => {
                    self.demand_nodes(types)?;
                    self.world.extent(types)?
                }
                LabelTest::Concepts { concepts, itself } => self.concept_nodes(concepts, *itself)?,
            };
            found.extend(of_test.into_iter().filter(|node| seen.insert(*node)));
        }
        Ok(found)
    }

    fn every_node(&mut self) -> Result<Vec<u32>, RuleError> {
        self.demand_all_nodes()?;
        let ids: Vec<_> = self.world.view.get().nodes().map(|node| Ok(node?.id)).collect::<kag_core::Result<_>>()?;
        let mut found: Vec<u32> = ids.into_iter().map(|id| self.world.nodes.intern(id)).collect();
        let schema = std::sync::Arc::clone(self.base.schema());
        let types: Vec<_> = schema.types().map(|type_def| type_def.name.clone()).collect();
        found.extend(self.world.added_of(&types));
        Ok(found)
    }

    /// The nodes that have one of the values of `key`; `None` where no index tells.
    fn by_key(&mut self, key: &Key) -> Result<Option<Vec<u32>>, RuleError> {
        let Some(texts) = self.key_texts(&key.value) else { return Ok(None) };
        if &*key.property != "id" && &*key.property != "name" {
            return Ok(None);
        }
        let (mut found, mut seen) = (Vec::new(), FastSet::default());
        for text in texts {
            let named = self.world.named(&text)?;
            let stated = self.stated(&key.property, &text)?;
            found.extend(named.into_iter().chain(stated).filter(|node| seen.insert(*node)));
        }
        Ok(Some(found))
    }

    /// The texts that a key asks for; `None` where it asks for something else.
    fn key_texts(&self, value: &Expr) -> Option<Vec<String>> {
        let text = |value: &Value| match value {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        };
        match &value.kind {
            ExprKind::Literal(value) => Some(vec![text(value)?]),
            ExprKind::Parameter(name) => match self.parameters.get(&**name)? {
                Value::List(items) => items.iter().map(text).collect(),
                value => Some(vec![text(value)?]),
            },
            ExprKind::List(items) => {
                let texts: Option<Vec<_>> = items.iter().map(|item| self.key_texts(item)).collect();
                texts.map(|texts| texts.concat())
            }
            _ => None,
        }
    }

    /// The nodes with a fact that states `property` as `text`.
    pub(in crate::rule) fn stated(&mut self, property: &str, text: &str) -> Result<Vec<u32>, RuleError> {
        let predicate = self.world.predicate(&kag_core::Predicate::new(property));
        self.world.load(predicate)?;
        let stated = self.stated.entry(predicate).or_default();
        if let Some(relation) = self.world.relation(predicate) {
            // What has been derived since is added; nothing is ever taken away.
            for fact in relation.since(stated.indexed) {
                if let Some(entry) = self.world.facts.get(fact) {
                    stated.nodes.entry(entry.fact().object.to_string()).or_default().push(entry.subject);
                }
            }
            stated.indexed = relation.len();
        }
        Ok(stated.nodes.get(text).cloned().unwrap_or_default())
    }
}

/// The nodes of which a property is stated, by what is stated.
#[derive(Default)]
pub(in crate::rule) struct Stated {
    nodes: HashMap<String, Vec<u32>>,
    /// How many facts of the relation have been read into it.
    indexed: usize,
}

pub(super) fn edge_name(body: &Body, edge: usize) -> String {
    let Some(var) = body.edges.get(edge) else { return String::new() };
    match &var.target {
        Target::Any => "any predicate".to_owned(),
        Target::Predicates(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(" or ")
        }
        Target::Linked(call) => call.to_string(),
    }
}

pub(super) fn node_name(body: &Body, node: usize) -> String {
    body.nodes.get(node).map_or_else(String::new, |var| format!("`{}`", var.name))
}
