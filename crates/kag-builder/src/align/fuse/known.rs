//! What was compared, and what of it holds after a commit.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use kag_core::{FactId, GraphView, Node, NodeId, Result, TypeName};

use super::{
    Profiles, Resemblance,
    common::Common,
    thing::{Print, Thing},
};
use crate::align::{
    pair,
    remember::{self, Print as _},
};

/// What deciding which nodes are one thing took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FusionWork {
    /// Nodes of which names or values were new or other ones, and were cut into words.
    pub records_profiled: usize,
    /// Pairs of nodes whose words were compared. The words of other pairs are weighed anew, since how rare they are
    /// hangs on all nodes.
    pub pairs_compared: u64,
}

/// Two nodes, what speaks for their being one, and the facts that were looked at.
pub(super) struct Compared<'c> {
    /// The smaller id first.
    pub(super) nodes: (NodeId, NodeId),
    pub(super) resemblance: Resemblance,
    pub(super) facts: [&'c [FactId]; 2],
}

/// What is known of one state's nodes: each of them, and what the pairs worth comparing have in common.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By node.
    prints: Vec<Print>,
    things: Vec<Arc<Thing>>,
    common: HashMap<(NodeId, NodeId), Arc<Common>>,
}

impl remember::State for Known {
    type Print = Print;

    fn prints(&self) -> &[Print] {
        &self.prints
    }
}

impl Known {
    /// What is known of the state of `prints`, those of `nodes`: what of this one still holds, and what comes of
    /// comparing what is new. Calls `found` with each pair worth comparing, type by type, by node.
    pub(super) fn become_state(
        &self,
        prints: Vec<Print>,
        nodes: &[Arc<Node>],
        graph: &dyn GraphView,
        mut found: impl FnMut(Compared<'_>),
    ) -> Result<(Self, FusionWork)> {
        let mut now = Self { prints, things: Vec::with_capacity(nodes.len()), common: HashMap::new() };
        let mut fresh = HashSet::new();
        for (node, print) in nodes.iter().zip(&now.prints) {
            let known = self.thing(print).map(Arc::clone);
            now.things.push(match known {
                Some(thing) => thing,
                None => {
                    fresh.insert(node.id);
                    Arc::new(Thing::of(graph, node)?)
                }
            });
        }
        let mut kinds: BTreeMap<&TypeName, Vec<&Thing>> = BTreeMap::new();
        now.things.iter().for_each(|thing| kinds.entry(&thing.type_name).or_default().push(thing));
        let mut work = FusionWork { records_profiled: fresh.len(), pairs_compared: 0 };
        for things in kinds.into_values() {
            let profiles = Profiles::of_shared(things.iter().map(|thing| Arc::clone(&thing.profile)).collect());
            for (left, right) in profiles.candidates() {
                let (Some(one), Some(other)) = (things.get(left), things.get(right)) else { continue };
                let nodes = pair(one.id, other.id);
                let is_known = !fresh.contains(&one.id) && !fresh.contains(&other.id);
                let common = self.common.get(&nodes).filter(|_| is_known).map_or_else(
                    || {
                        work.pairs_compared += 1;
                        Arc::new(Common::of(&one.profile, &other.profile))
                    },
                    Arc::clone,
                );
                if let Some(resemblance) = profiles.weigh(left, right, &common) {
                    found(Compared { nodes, resemblance, facts: [&one.facts, &other.facts] });
                }
                if common.is_small() {
                    now.common.insert(nodes, common);
                }
            }
        }
        Ok((now, work))
    }

    /// The node of `print`, if it is the same here.
    fn thing(&self, print: &Print) -> Option<&Arc<Thing>> {
        let place = self.prints.binary_search_by_key(&print.node(), remember::Print::node).ok()?;
        self.things.get(place).filter(|_| self.prints.get(place) == Some(print))
    }
}
