//! Classes of nodes that mean the same.

use std::collections::BTreeMap;

use kag_core::{NodeId, Result};

use super::ConceptGraph;

impl ConceptGraph<'_> {
    /// The classes of nodes that synonym facts join, directly or through others: those of at
    /// least two nodes. Each is sorted by id, and so are the classes.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn synonym_classes(&self) -> Result<Vec<Vec<NodeId>>> {
        let mut union = UnionFind::default();
        for predicate in &self.relations.synonyms.forward {
            for record in self.view.with_predicate(predicate)? {
                if let Some(object) = record.fact.object_node() {
                    union.join(record.fact.subject, object);
                }
            }
        }
        Ok(union.classes().into_iter().filter(|class| class.len() > 1).collect())
    }
}

/// Disjoint sets; the smallest node of a set stands for it.
#[derive(Debug, Default)]
struct UnionFind {
    above: BTreeMap<NodeId, NodeId>,
}

impl UnionFind {
    fn join(&mut self, one: NodeId, other: NodeId) {
        let (one, other) = (self.root(one), self.root(other));
        self.above.insert(one.max(other), one.min(other));
    }

    /// The node that stands for the set of `node`. Every second link on the way is shortened.
    fn root(&mut self, mut node: NodeId) -> NodeId {
        loop {
            let above = *self.above.entry(node).or_insert(node);
            if above == node {
                return node;
            }
            let next = self.above.get(&above).copied().unwrap_or(above);
            self.above.insert(node, next);
            node = next;
        }
    }

    fn classes(mut self) -> Vec<Vec<NodeId>> {
        let mut classes: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        let nodes: Vec<NodeId> = self.above.keys().copied().collect();
        for node in nodes {
            classes.entry(self.root(node)).or_default().push(node);
        }
        classes.into_values().collect()
    }
}
