//! Concepts: what is below them, and what belongs to them.

use std::{collections::VecDeque, sync::Arc};

use kag_core::{Fact, NameKey, Node, NodeId, TypeName};
use kag_schema::ConceptName;

use super::{
    RuleError,
    base::{HeadObject, Output, canonical},
    derive::Demand,
    engine::Engine,
    world::{DerivedEntry, End, FastMap, FastSet, NONE, Origin},
};

/// A concept and everything below it.
pub(super) struct Below {
    nodes: Arc<FastSet<u32>>,
    /// By node below, the fact that leads up from it and the concept it leads to.
    up: Arc<FastMap<u32, (u32, u32)>>,
    /// How many hypernyms had been derived when it was computed.
    derived: usize,
}

impl Engine<'_> {
    /// The numbers of the predicates that say what belongs to a concept.
    pub(super) fn membership(&mut self) -> Vec<u32> {
        self.base.memberships().iter().map(|name| self.world.predicate(name)).collect()
    }

    /// The numbers of the predicates that say what a concept is a kind of.
    pub(super) fn hypernyms(&mut self) -> Vec<u32> {
        self.base.hypernyms().iter().map(|name| self.world.predicate(name)).collect()
    }

    /// The nodes of a concept and of those below it, by the hypernyms of the graph. One that
    /// the graph does not have is a node all the same.
    pub(super) fn below(&mut self, concept: &ConceptName) -> Result<Arc<FastSet<u32>>, RuleError> {
        let concept = canonical(self.base.schema(), concept);
        let hypernyms = self.hypernyms();
        for predicate in &hypernyms {
            self.demand_predicate(*predicate)?;
        }
        let derived =
            hypernyms.iter().filter_map(|at| self.world.relation(*at)).map(|relation| relation.derived.len()).sum();
        if let Some(known) = self.concepts.get(&concept).filter(|known| known.derived == derived) {
            return Ok(Arc::clone(&known.nodes));
        }
        let (mut nodes, mut up) = (FastSet::default(), FastMap::default());
        let mut waiting = VecDeque::from(self.concept_itself(&concept)?);
        nodes.extend(waiting.iter().copied());
        while let Some(node) = waiting.pop_front() {
            for predicate in &hypernyms {
                self.world.prepare(*predicate, End::Object, &[node])?;
                for fact in self.world.at(*predicate, End::Object, node) {
                    let Some(entry) = self.world.facts.get(fact) else { continue };
                    if nodes.insert(entry.subject) {
                        up.insert(entry.subject, (fact, node));
                        waiting.push_back(entry.subject);
                    }
                }
            }
        }
        let nodes = Arc::new(nodes);
        self.concepts.insert(concept, Below { nodes: Arc::clone(&nodes), up: Arc::new(up), derived });
        Ok(nodes)
    }

    /// The facts that lead from a node below a concept up to it; nearest first. It must have
    /// been asked what is [below](Self::below) the concept.
    pub(super) fn up_from(&self, concept: &ConceptName, node: u32) -> Vec<u32> {
        let concept = canonical(self.base.schema(), concept);
        let up = self.concepts.get(&concept).map(|below| Arc::clone(&below.up)).unwrap_or_default();
        let mut facts = Vec::new();
        let mut at = node;
        while let Some((fact, above)) = up.get(&at) {
            facts.push(*fact);
            at = *above;
        }
        facts
    }

    /// The nodes that are the concept of this name: the one that its name would make where
    /// the graph has none.
    pub(super) fn concept_itself(&mut self, concept: &ConceptName) -> Result<Vec<u32>, RuleError> {
        let types = self.types_below(&concept.type_name);
        let found = self.all_named(&types, &concept.name)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let id = NodeId::named(&concept.type_name, &NameKey::of(&concept.name));
        Ok(vec![self.world.nodes.intern(id)])
    }

    /// The node of a concept, added where the graph has none, and whether it was.
    pub(super) fn concept_node(&mut self, concept: &ConceptName) -> Result<(u32, bool), RuleError> {
        let found = self.concept_itself(concept)?;
        let node = found.first().copied().unwrap_or(NONE);
        if found.len() == 1 && self.world.existing(self.world.nodes.id(node))?.is_none() {
            let added = Node {
                id: self.world.nodes.id(node),
                type_name: concept.type_name.clone(),
                name: Arc::clone(&concept.name),
                aliases: std::collections::BTreeSet::new(),
                layer: kag_core::Layer::Knowledge,
                derivations: Vec::new(),
            };
            return Ok(self.world.add_node(added)?);
        }
        Ok((node, false))
    }

    /// The type called so and those that inherit from it.
    pub(super) fn types_below(&self, name: &TypeName) -> Vec<TypeName> {
        let schema = self.base.schema();
        let below = schema.descendants(name.as_str()).map(|type_def| type_def.name.clone());
        std::iter::once(name.clone()).chain(below).collect()
    }

    /// The nodes of `types` that are called `text` or have it as their id: those whose key it
    /// is before those that are called so.
    pub(super) fn all_named(&mut self, types: &[TypeName], text: &str) -> Result<Vec<u32>, RuleError> {
        for name in types {
            let with_namespace = TypeName::new(format!("{}.{name}", self.base.schema().namespace()));
            for spelt in [name, &with_namespace] {
                if let Some(node) = self.world.existing(NodeId::keyed(spelt, &[text]))? {
                    return Ok(vec![node]);
                }
            }
        }
        let mut found = Vec::new();
        for node in self.world.named(text)? {
            let kind = self.world.kind(node)?;
            if self.world.type_name(kind).is_some_and(|name| types.contains(name)) {
                found.push(node);
            }
        }
        if found.is_empty() {
            for node in self.stated("id", text)? {
                let kind = self.world.kind(node)?;
                if self.world.type_name(kind).is_some_and(|name| types.contains(name)) {
                    found.push(node);
                }
            }
        }
        found.sort_by_key(|node| self.world.nodes.id(*node));
        found.dedup();
        Ok(found)
    }

    /// The node of `types` that `text` names.
    pub(super) fn find_named(&mut self, types: &[TypeName], text: &str) -> Result<Option<u32>, RuleError> {
        Ok(self.all_named(types, text)?.first().copied())
    }

    /// Makes sure that what rules say of the membership of a concept (and of those below it)
    /// is known: for `nodes`, or all.
    pub(super) fn demand_members(
        &mut self,
        concept: &ConceptName,
        below: &FastSet<u32>,
        nodes: Option<&[u32]>,
    ) -> Result<(), RuleError> {
        let base = Arc::clone(&self.base);
        let concept = canonical(base.schema(), concept);
        for predicate in base.memberships() {
            for rule in base.saying(predicate) {
                let Some(compiled) = base.rule(*rule) else { continue };
                let says = match compiled.head.as_ref().filter(|head| head.predicate == *predicate) {
                    Some(head) => match &head.object {
                        HeadObject::Concept(said) if *said == concept => true,
                        HeadObject::Concept(said) => {
                            let said = self.concept_itself(said)?;
                            said.iter().any(|node| below.contains(node))
                        }
                        _ => true,
                    },
                    None => compiled
                        .outputs
                        .iter()
                        .any(|output| matches!(output, Output::Fact { predicate: said, .. } if said == predicate)),
                };
                if says {
                    let demand = nodes.map_or(Demand::All, Demand::Subjects);
                    self.ensure(*rule, demand)?;
                }
            }
        }
        Ok(())
    }

    /// The fact that a function of the host links two nodes by.
    pub(super) fn linked_fact(&mut self, fact: Fact) -> Result<u32, RuleError> {
        let (id, subject, predicate) = (fact.id(), fact.subject, self.world.predicate(&fact.predicate));
        let origin = Origin { evaluation: NONE, row: NONE };
        let ends = self.world.nodes.ends(&fact);
        let added = self.world.derive(DerivedEntry { id, fact, origin }, ends)?;
        Ok(added.or_else(|| self.world.find_fact(predicate, subject, id)).unwrap_or(NONE))
    }
}
