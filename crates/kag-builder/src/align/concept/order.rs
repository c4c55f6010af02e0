//! An order of things: what contradicts it, and what follows of itself.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::{
    algo::{
        tarjan_scc,
        tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure},
    },
    graph::{DiGraph, NodeIndex},
};

/// Relations from the special to the general, taken apart: a function of the set of relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ordered<T: Ord> {
    /// Those that say something of their own: the transitive reduction.
    pub(super) kept: BTreeSet<(T, T)>,
    /// Those that follow from others.
    pub(super) implied: BTreeSet<(T, T)>,
    /// Things each of which would be above itself, each group sorted: their relations among each
    /// other are in neither.
    pub(super) circles: Vec<Vec<T>>,
}

impl<T: Copy + Ord> Ordered<T> {
    /// Takes `relations` apart.
    pub(super) fn of(relations: &BTreeSet<(T, T)>) -> Self {
        let things: BTreeSet<T> = relations.iter().flat_map(|(special, general)| [*special, *general]).collect();
        let things: Vec<T> = things.into_iter().collect();
        let place = |thing: T| things.binary_search(&thing).ok().map(NodeIndex::new);
        let mut graph: DiGraph<T, ()> = DiGraph::new();
        for thing in &things {
            graph.add_node(*thing);
        }
        for (special, general) in relations {
            if let (Some(special), Some(general)) = (place(*special), place(*general)) {
                graph.update_edge(special, general, ());
            }
        }
        let (mut circles, mut circle_of) = (Vec::new(), BTreeMap::new());
        for group in tarjan_scc(&graph) {
            let mut members: Vec<T> = group.iter().filter_map(|at| graph.node_weight(*at)).copied().collect();
            members.sort_unstable();
            let is_circle = members.len() > 1 || group.iter().any(|at| graph.contains_edge(*at, *at));
            circle_of.extend(members.iter().filter(|_| is_circle).map(|member| (*member, circles.len())));
            circles.extend(is_circle.then_some(members));
        }
        let in_circle = |(special, general): &(T, T)| {
            circle_of.get(special).is_some_and(|circle| circle_of.get(general) == Some(circle))
        };
        graph.retain_edges(|graph, edge| {
            let ends = graph.edge_endpoints(edge);
            let ends = ends.and_then(|(from, to)| Some((*graph.node_weight(from)?, *graph.node_weight(to)?)));
            ends.is_none_or(|ends| !in_circle(&ends))
        });
        let sound: BTreeSet<(T, T)> = relations.iter().filter(|relation| !in_circle(relation)).copied().collect();
        let kept = reduced(&graph, &sound);
        let implied = sound.difference(&kept).copied().collect();
        circles.sort();
        Self { kept, implied, circles }
    }
}

/// The relations that no others imply; all of them where they lead in a circle after all.
fn reduced<T: Copy + Ord>(graph: &DiGraph<T, ()>, sound: &BTreeSet<(T, T)>) -> BTreeSet<(T, T)> {
    let Ok(order) = petgraph::algo::toposort(graph, None) else { return sound.clone() };
    let (sorted, _) = dag_to_toposorted_adjacency_list::<_, u32>(graph, &order);
    let (reduction, _) = dag_transitive_reduction_closure(&sorted);
    let thing = |at: u32| graph.node_weight(*order.get(at as usize)?).copied();
    let edges = petgraph::visit::IntoEdgeReferences::edge_references(&reduction);
    let ends = edges.filter_map(|edge| {
        use petgraph::visit::EdgeRef as _;
        Some((thing(edge.source())?, thing(edge.target())?))
    });
    ends.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn circles_are_refused_and_what_follows_is_told() {
        let relations = BTreeSet::from([(1, 2), (2, 3), (1, 3), (4, 5), (5, 4), (5, 3), (6, 6), (4, 3)]);
        let ordered = Ordered::of(&relations);
        assert_eq!(ordered.circles, [vec![4, 5], vec![6]]);
        assert_eq!(ordered.implied, BTreeSet::from([(1, 3)]));
        assert_eq!(ordered.kept, BTreeSet::from([(1, 2), (2, 3), (4, 3), (5, 3)]));
    }

    fn reach(relations: &BTreeSet<(u8, u8)>) -> BTreeSet<(u8, u8)> {
        let mut all = relations.clone();
        loop {
            let more: BTreeSet<_> = all
                .iter()
                .flat_map(|(a, b)| all.iter().filter(move |(c, _)| b == c).map(move |(_, d)| (*a, *d)))
                .collect();
            let before = all.len();
            all.extend(more);
            if all.len() == before {
                return all;
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_says_the_same_and_no_less_of_it_would(relations in prop::collection::btree_set((0u8..9, 0u8..9), 0..20)) {
            let ordered = Ordered::of(&relations);
            let all = reach(&ordered.kept);
            let sound: BTreeSet<_> = ordered.kept.union(&ordered.implied).copied().collect();
            prop_assert_eq!(&all, &reach(&sound));
            prop_assert!(all.iter().all(|(a, b)| a != b));
            for relation in &ordered.kept {
                let mut less = ordered.kept.clone();
                less.remove(relation);
                prop_assert!(!reach(&less).contains(relation));
            }
            // What is in a circle is exactly what reaches itself.
            let circular: BTreeSet<u8> = reach(&relations).into_iter().filter(|(a, b)| a == b).map(|(a, _)| a).collect();
            prop_assert_eq!(circular, ordered.circles.concat().into_iter().collect::<BTreeSet<_>>());
        }
    }
}
