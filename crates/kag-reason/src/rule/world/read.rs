//! Reading facts from the graph: those of a few nodes, or a whole relation.

use std::sync::Arc;

use kag_core::FactColumns;

use super::{End, FastMap, FastSet, NONE, Relation, World, side};

/// So few nodes are asked for their facts one by one before a whole relation is read.
const FEW: usize = 256;
/// So many nodes may be asked one by one in all.
const MANY: usize = 16_384;
/// So many facts may a few nodes have before a whole relation is considered.
const SEVERAL: usize = 1_024;
/// So many facts of a node are some.
const SOME: usize = 16;
/// So many times longer a fact takes to read by its node than with its relation, where that is at
/// hand: once this part of a relation has been read by nodes, all of it costs no more.
const DEARER: usize = 64;

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
        let loaded = self.relation(predicate).is_none_or(Relation::is_loaded);
        if !loaded && probes.len() <= FEW && self.touched.iter().map(FastSet::len).sum::<usize>() <= MANY {
            let mut found = 0;
            for node in probes {
                if found > SEVERAL && self.is_cheaper_whole(predicate, found)? {
                    return self.prepare_all(predicate, end);
                }
                self.touch(*node, end)?;
                let facts = self.touched_facts.get(side(end)).and_then(|facts| facts.get(&(*node, predicate)));
                found += facts.map_or(0, Vec::len);
            }
            return Ok(());
        }
        self.prepare_all(predicate, end)
    }

    /// Whether all facts of `predicate` are read as fast as those of a few nodes were that have
    /// `found` of them.
    fn is_cheaper_whole(&mut self, predicate: u32, found: usize) -> kag_core::Result<bool> {
        let columns = self.at_hand(predicate)?;
        Ok(columns.is_some_and(|columns| columns.len() <= found.saturating_mul(DEARER)))
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

    /// Reads the facts that have `node` at `end`.
    fn touch(&mut self, node: u32, end: End) -> kag_core::Result<()> {
        if node == NONE || !self.touched.get_mut(side(end)).is_some_and(|touched| touched.insert(node)) {
            return Ok(());
        }
        let id = self.nodes.id(node);
        let records = match end {
            End::Subject => self.view.get().outgoing(id)?,
            End::Object => self.view.get().incoming(id)?,
        };
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
        Ok(())
    }
}
