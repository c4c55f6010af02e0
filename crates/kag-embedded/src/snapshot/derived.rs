//! What derivers made of one commit.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{Derivation, Derived, DerivedFact, DerivedNode, Fact, FactId, NameKey, NodeId, Predicate, TypeName};

/// Everything derived, by what it is about. Small beside the truth, and kept in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Derivations {
    pub(crate) nodes: BTreeMap<NodeId, Vec<DerivedNode>>,
    pub(crate) facts: BTreeMap<FactId, (Fact, Vec<Derivation>)>,
    pub(crate) outgoing: BTreeSet<(NodeId, FactId)>,
    pub(crate) incoming: BTreeSet<(NodeId, FactId)>,
    pub(crate) predicates: BTreeSet<(Predicate, FactId)>,
    pub(crate) types: BTreeSet<(TypeName, NodeId)>,
    pub(crate) names: BTreeSet<(NameKey, NodeId)>,
}

impl Derivations {
    /// Adds what one deriver gave.
    pub(crate) fn add(&mut self, derived: Derived) {
        for node in derived.nodes {
            self.types.insert((node.type_name.clone(), node.id));
            for name in std::iter::once(&node.name).chain(&node.aliases) {
                self.names.insert((NameKey::of(name), node.id));
            }
            self.nodes.entry(node.id).or_default().push(node);
        }
        for DerivedFact { fact, rule, premises, confidence, layer } in derived.facts {
            let id = fact.id();
            self.outgoing.insert((fact.subject, id));
            if let Some(object) = fact.object_node() {
                self.incoming.insert((object, id));
            }
            self.predicates.insert((fact.predicate.clone(), id));
            let derivation = Derivation { rule, premises, confidence, layer };
            self.facts.entry(id).or_insert_with(|| (fact, Vec::new())).1.push(derivation);
        }
    }

    /// All of it, as one deriver might have given it.
    pub(crate) fn all(&self) -> Derived {
        let fact = |(fact, derivation): (&Fact, &Derivation)| {
            let Derivation { rule, premises, confidence, layer } = derivation.clone();
            DerivedFact { fact: fact.clone(), rule, premises, confidence, layer }
        };
        let facts = self.facts.values().flat_map(|(fact, ways)| ways.iter().map(move |way| (fact, way)));
        Derived { nodes: self.nodes.values().flatten().cloned().collect(), facts: facts.map(fact).collect() }
    }

    /// The facts of an index that lie under `key`.
    pub(crate) fn under<'s, K: Ord + Clone + 's>(
        index: &'s BTreeSet<(K, FactId)>,
        key: &K,
    ) -> impl Iterator<Item = FactId> + use<'s, K> {
        let (first, last) = ((key.clone(), FactId::from_u128(0)), (key.clone(), FactId::from_u128(u128::MAX)));
        index.range(first..=last).map(|(_, fact)| *fact)
    }

    /// The nodes of an index that lie under `key`.
    pub(crate) fn nodes_under<'s, K: Ord + Clone + 's>(
        index: &'s BTreeSet<(K, NodeId)>,
        key: &K,
    ) -> impl Iterator<Item = NodeId> + use<'s, K> {
        let (first, last) = ((key.clone(), NodeId::from_u128(0)), (key.clone(), NodeId::from_u128(u128::MAX)));
        index.range(first..=last).map(|(_, node)| *node)
    }
}
