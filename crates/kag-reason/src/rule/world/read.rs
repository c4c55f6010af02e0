//! Reading facts from the graph: those of a few nodes, or a whole relation.

use std::sync::Arc;

use kag_core::{FactColumns, FactRecord};

use super::{End, FastMap, FastSet, NONE, Relation, World, distinct, side};

/// So few nodes are asked for their facts one by one before a whole relation is read.
const FEW: usize = 256;
/// So many nodes may be asked one by one in all.
const MANY: usize = 16_384;
/// So many facts of a node are some.
const SOME: usize = 16;
/// So many times longer a node, or a fact, takes to read by itself than a fact with its relation, where
/// that is at hand: once this part of a relation has been read by nodes, all of it costs no more.
const DEARER: usize = 64;

/// A node, and the facts that have it at one end.
type FactsAt = (u32, Vec<Arc<FactRecord>>);

impl World<'_> {
    /// Reads all facts of a predicate.
    pub(in crate::rule) fn load(&mut self, predicate: u32) -> kag_core::Result<()> {
        let Some(name) = self.facts.predicates.get(predicate as usize).cloned() else { return Ok(()) };
        if self.relation(predicate).is_none_or(Relation::is_loaded) {
            return Ok(());
        }
        let columns = match self.at_hand(predicate)? {
            Some(columns) => columns,
            None => self.view.get().columns(&name)?,
        };
        let ends = self.nodes.ends_in(&columns);
        let stored = self.facts.add_all(predicate, Arc::clone(&columns), ends);
        if let Some(relation) = self.relations.get_mut(predicate as usize) {
            (relation.stored, relation.columns) = (Some(stored), Some(columns));
        }
        Ok(())
    }

    /// What the graph has of a predicate; `None` where that is not at hand and has not been read.
    pub(in crate::rule) fn at_hand(&mut self, predicate: u32) -> kag_core::Result<Option<Arc<FactColumns>>> {
        let name = self.facts.predicates.get(predicate as usize);
        let (Some(name), Some(relation)) = (name, self.relations.get_mut(predicate as usize)) else { return Ok(None) };
        if relation.columns.is_none() && self.nodes.are_numbered() {
            relation.columns = Some(self.view.get().columns(name)?);
        }
        Ok(relation.columns.clone())
    }

    /// Each of `nodes`, a few, with some of the nodes at the other ends of the facts of `predicate` that
    /// have it at `end`: as the graph has them at hand, nothing being read.
    pub(in crate::rule) fn some_at(
        &mut self,
        predicate: u32,
        end: End,
        nodes: &[u32],
    ) -> kag_core::Result<Vec<(u32, u32)>> {
        let Some(columns) = self.at_hand(predicate)?.filter(|_| self.nodes.are_numbered()) else {
            return Ok(Vec::new());
        };
        let (subjects, objects) = (columns.subjects(), columns.objects());
        let mut found = Vec::new();
        match end {
            End::Subject => {
                for node in nodes {
                    let id = self.nodes.id(*node);
                    let begin = subjects.partition_point(|subject| self.nodes.id(*subject) < id);
                    let about = subjects.iter().zip(objects).skip(begin).take_while(|(subject, _)| *subject == node);
                    found.extend(about.take(SOME).map(|(_, object)| (*node, *object)));
                }
            }
            End::Object => {
                let mut left: FastMap<u32, usize> = nodes.iter().map(|node| (*node, SOME)).collect();
                for (subject, object) in subjects.iter().zip(objects) {
                    if let Some(left) = left.get_mut(object).filter(|left| **left > 0) {
                        *left -= 1;
                        found.push((*object, *subject));
                    }
                }
            }
        }
        found.retain(|(_, other)| *other != NONE);
        Ok(found)
    }

    /// Makes sure that the facts of `predicate` with one of `probes` at `end` can be looked
    /// up: those alone where there are few, else all.
    pub(in crate::rule) fn prepare(&mut self, predicate: u32, end: End, probes: &[u32]) -> kag_core::Result<()> {
        let Some(read) = self.read_by_nodes(predicate, end, probes)? else { return self.prepare_all(predicate, end) };
        for (node, records) in read {
            self.touch(node, end, records);
        }
        Ok(())
    }

    /// Reads the facts of those `probes` that nobody has asked for theirs; `None` where that takes as
    /// long as all facts of `predicate` do. Nothing that was read is kept then, so that the relation stays
    /// as the graph has it.
    fn read_by_nodes(&mut self, predicate: u32, end: End, probes: &[u32]) -> kag_core::Result<Option<Vec<FactsAt>>> {
        let touched = self.touched.iter().map(FastSet::len).sum::<usize>();
        if probes.len() > FEW || touched > MANY || self.relation(predicate).is_none_or(Relation::is_loaded) {
            return Ok(None);
        }
        let is_new = |node: &u32| self.touched.get(side(end)).is_some_and(|touched| !touched.contains(node));
        let mut new = distinct(probes);
        new.retain(is_new);
        let whole = self.at_hand(predicate)?.map(|columns| columns.len() / DEARER);
        let name = self.predicate_name(predicate);
        let mut cost = self.relation(predicate).map_or(0, |relation| relation.read_by_nodes) + new.len();
        let mut read = Vec::with_capacity(new.len());
        for node in new {
            if whole.is_some_and(|whole| cost > whole) {
                return Ok(None);
            }
            let id = self.nodes.id(node);
            let records = match end {
                End::Subject => self.view.get().outgoing(id)?,
                End::Object => self.view.get().incoming(id)?,
            };
            cost += records.iter().filter(|record| Some(&record.fact.predicate) == name).count();
            read.push((node, records));
        }
        if let Some(relation) = self.relations.get_mut(predicate as usize) {
            relation.read_by_nodes = cost;
        }
        Ok(Some(read))
    }

    /// Makes sure that all facts of `predicate` can be looked up by `end`.
    pub(in crate::rule) fn prepare_all(&mut self, predicate: u32, end: End) -> kag_core::Result<()> {
        self.load(predicate)?;
        if self.relation(predicate).is_some_and(|relation| !relation.is_indexed(end))
            && let Some(relation) = self.relations.get_mut(predicate as usize)
        {
            relation.index(self.facts.loaded(predicate), end);
        }
        Ok(())
    }

    /// Adds `records`, all facts that have `node` at `end`.
    fn touch(&mut self, node: u32, end: End, records: Vec<Arc<FactRecord>>) {
        if !self.touched.get_mut(side(end)).is_some_and(|touched| touched.insert(node)) {
            return;
        }
        for record in records {
            let predicate = self.predicate(&record.fact.predicate);
            let fact = match self.find_fact(predicate, record.fact.subject, record.id) {
                Some(fact) => fact,
                None => {
                    let ends = self.nodes.ends(&record.fact);
                    self.facts.add_stored(predicate, ends, record)
                }
            };
            if let Some(facts) = self.touched_facts.get_mut(side(end)) {
                facts.entry((node, predicate)).or_default().push(fact);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kag_core::{Fact, GraphView, Layer, NameKey, Node, NodeId, Predicate, TypeName, memory::MemoryGraph};
    use kag_schema::Schema;

    use super::*;
    use crate::rule::world::{View, facts::RowNumbers};

    const KINDS: usize = 40;
    const FACTS: usize = 1_280;

    fn node(type_name: &str, at: usize) -> Node {
        let (name, type_name) = (format!("{type_name} {at}"), TypeName::new(type_name));
        let id = NodeId::named(&type_name, &NameKey::of(&name));
        Node {
            id,
            type_name,
            name: name.into(),
            aliases: BTreeSet::new(),
            layer: Layer::Knowledge,
            derivations: vec![],
        }
    }

    /// Goods, each of one of the kinds in turn; and the ids of the kinds.
    fn goods() -> (Arc<MemoryGraph>, Vec<NodeId>) {
        let (goods, kinds) = ((0..FACTS).map(|at| node("Goods", at)), (0..KINDS).map(|at| node("Kind", at)));
        let (goods, kinds): (Vec<Node>, Vec<Node>) = (goods.collect(), kinds.collect());
        let ids: Vec<NodeId> = kinds.iter().map(|kind| kind.id).collect();
        let of_kind = |(goods, kind): (&Node, &NodeId)| {
            let fact = Fact::new(goods.id, "isOf", *kind);
            let (statement, evidence, derivations) = ("".into(), Vec::new(), Vec::new());
            Arc::new(FactRecord { id: fact.id(), fact, statement, evidence, derivations })
        };
        let facts = goods.iter().zip(ids.iter().cycle()).map(of_kind).collect();
        let nodes = goods.into_iter().chain(kinds).map(Arc::new).collect();
        (Arc::new(MemoryGraph::new(nodes, facts, Vec::new(), Vec::new()).expect("a graph")), ids)
    }

    /// The world of the goods, the number of their predicate, and those of the kinds.
    fn world() -> (World<'static>, u32, Vec<u32>) {
        let (graph, kinds) = goods();
        let schema = Arc::new(Schema::builder("Test").build().expect("a schema"));
        let mut world = World::new(View::Shared(graph as Arc<dyn GraphView>), schema);
        let predicate = world.predicate(&Predicate::new("isOf"));
        let kinds = kinds.into_iter().map(|kind| world.nodes.intern(kind)).collect();
        (world, predicate, kinds)
    }

    fn facts_at(world: &World<'_>, predicate: u32, node: u32) -> BTreeSet<u32> {
        let mut others = BTreeSet::new();
        world.each_at(predicate, End::Object, node, |_, other| assert!(others.insert(other), "each fact once"));
        others
    }

    fn is_whole(world: &World<'_>, predicate: u32) -> bool {
        world.relation(predicate).expect("a relation").is_loaded()
    }

    #[test]
    fn few_nodes_are_asked_for_their_facts_and_no_others_read() {
        let (mut world, predicate, kinds) = world();
        // Asked twice at once, and again, a node is read once.
        for _ in 0..2 {
            world.prepare(predicate, End::Object, &[kinds[0], kinds[0]]).expect("a graph in memory");
            assert!(!is_whole(&world, predicate));
            assert_eq!(facts_at(&world, predicate, kinds[0]).len(), FACTS / KINDS);
            assert_eq!(world.facts.stored_singles(predicate).len(), FACTS / KINDS);
        }
    }

    #[test]
    fn a_relation_at_hand_is_read_whole_where_its_part_costs_as_much() {
        // Of all kinds that shows at once, of some when the first has been asked.
        for some in [KINDS, KINDS / 4] {
            let (mut world, predicate, kinds) = world();
            world.prepare(predicate, End::Object, &kinds[..some]).expect("a graph in memory");
            let relation = world.relation(predicate).expect("a relation");
            assert!(matches!(relation.stored, Some(RowNumbers::Run(_))), "as the graph has it");
            assert!(world.facts.stored_singles(predicate).is_empty());
        }
    }

    #[test]
    fn what_was_read_node_by_node_counts() {
        let (mut world, predicate, kinds) = world();
        world.prepare(predicate, End::Object, &kinds[..1]).expect("a graph in memory");
        world.prepare(predicate, End::Object, &kinds[1..2]).expect("a graph in memory");
        assert!(is_whole(&world, predicate), "32 facts of 1,280 cost more than all of them");
        let all: BTreeSet<u32> = kinds.iter().flat_map(|kind| facts_at(&world, predicate, *kind)).collect();
        assert_eq!(all.len(), FACTS);
    }

    #[test]
    fn nodes_without_facts_count_too() {
        let (mut world, predicate, kinds) = world();
        let asked = kinds.iter().take_while(|kind| {
            // Nothing is of a kind that is its subject.
            world.prepare(predicate, End::Subject, &[**kind]).expect("a graph in memory");
            !is_whole(&world, predicate)
        });
        assert_eq!(asked.count(), FACTS / DEARER);
    }
}
