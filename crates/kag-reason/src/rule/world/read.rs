//! Reading facts from the graph: those of a few nodes, or a whole relation.

use kag_core::NodeId;

use super::{End, FactSource, FastSet, NONE, Relation, World, side};

/// So few nodes are asked for their facts one by one before a whole relation is read.
const FEW: usize = 256;
/// So many nodes may be asked one by one in all.
const MANY: usize = 16_384;

impl World<'_> {
    /// Reads all facts of a predicate.
    pub(in crate::rule) fn load(&mut self, predicate: u32) -> kag_core::Result<()> {
        let Some(name) = self.facts.predicates.get(predicate as usize) else { return Ok(()) };
        if self.relation(predicate).is_none_or(Relation::is_loaded) {
            return Ok(());
        }
        let records = self.view.get().with_predicate(name)?;
        // One thing after the other for all of them: reading records, then finding numbers, so
        // that the waits for memory overlap.
        let ends: Vec<(NodeId, Option<NodeId>)> =
            records.iter().map(|record| (record.fact.subject, record.fact.object_node())).collect();
        let ends: Vec<(u32, u32)> =
            ends.into_iter().map(|(subject, object)| self.nodes.ends(subject, object)).collect();
        let mut stored = Vec::with_capacity(records.len());
        self.facts.reserve(records.len());
        for (record, ends) in records.into_iter().zip(ends) {
            let known = if self.facts.is_noted() { self.facts.find(record.id) } else { None };
            stored.push(known.unwrap_or_else(|| self.facts.push(ends, predicate, FactSource::Stored(record))));
        }
        if let Some(relation) = self.relations.get_mut(predicate as usize) {
            relation.stored = Some(stored);
        }
        Ok(())
    }

    /// Makes sure that the facts of `predicate` with one of `probes` at `end` can be looked
    /// up: those alone where there are few, else all.
    pub(in crate::rule) fn prepare(&mut self, predicate: u32, end: End, probes: &[u32]) -> kag_core::Result<()> {
        let loaded = self.relation(predicate).is_none_or(Relation::is_loaded);
        if !loaded && probes.len() <= FEW && self.touched.iter().map(FastSet::len).sum::<usize>() <= MANY {
            return probes.iter().try_for_each(|node| self.touch(*node, end));
        }
        self.prepare_all(predicate, end)
    }

    /// Makes sure that all facts of `predicate` can be looked up by `end`.
    pub(in crate::rule) fn prepare_all(&mut self, predicate: u32, end: End) -> kag_core::Result<()> {
        self.load(predicate)?;
        if self.relation(predicate).is_some_and(|relation| !relation.is_indexed(end))
            && let Some(relation) = self.relations.get_mut(predicate as usize)
        {
            relation.index(&self.facts, end, self.nodes.len());
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
            let fact = match self.find_fact(record.id, predicate) {
                Some(fact) => fact,
                None => self.facts.add(&mut self.nodes, predicate, FactSource::Stored(record)),
            };
            if let Some(facts) = self.touched_facts.get_mut(side(end)) {
                facts.entry((node, predicate)).or_default().push(fact);
            }
        }
        Ok(())
    }
}
