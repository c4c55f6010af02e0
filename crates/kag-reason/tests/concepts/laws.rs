//! What must hold for every graph, against a naive closure.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Fact, FactId, NodeId, memory::MemoryGraph};
use kag_reason::{ConceptGraph, ConceptPath, Reach};
use proptest::prelude::*;

use crate::world::{graph, id};

const NODES: usize = 6;

fn node(at: usize) -> NodeId {
    id(&format!("C:概念{at}"))
}

/// Facts between a few nodes, most of them of kinds.
fn lines() -> impl Strategy<Value = String> {
    let predicate =
        prop::sample::select(vec!["isA", "isA", "mannerOf", "belongTo", "belongTo", "leadTo", "causedBy", "synonym"]);
    let line = (0..NODES, predicate, 0..NODES)
        .prop_map(|(subject, predicate, object)| format!("C:概念{subject} {predicate} C:概念{object}\n"));
    prop::collection::vec(line, 1..18).prop_map(|lines| lines.concat())
}

/// One way to pass a fact.
type Edge = (FactId, NodeId, NodeId);

fn edges(graph: &MemoryGraph, forward: &[&str], backward: &[&str]) -> BTreeSet<Edge> {
    let mut edges = BTreeSet::new();
    for record in graph.all_facts() {
        let Fact { subject, predicate, object: _, .. } = &record.fact;
        let object = record.fact.object_node().unwrap();
        if forward.contains(&predicate.as_str()) {
            edges.insert((record.id, *subject, object));
        }
        if backward.contains(&predicate.as_str()) {
            edges.insert((record.id, object, *subject));
        }
    }
    edges
}

/// The shortest walk with the smallest facts, by trying all walks of each length: first one
/// of `first`, then any of `then`.
fn naive(first: &BTreeSet<Edge>, then: &BTreeSet<Edge>, from: NodeId, to: NodeId) -> Option<Vec<FactId>> {
    let mut walks: Vec<(Vec<FactId>, NodeId)> = vec![(Vec::new(), from)];
    for length in 0..=2 * NODES {
        let edges = if length == 0 { first } else { then };
        let mut longer: Vec<(Vec<FactId>, NodeId)> = Vec::new();
        for (facts, at) in &walks {
            for (fact, _, next) in edges.iter().filter(|edge| edge.1 == *at) {
                longer.push((facts.iter().copied().chain([*fact]).collect(), *next));
            }
        }
        longer.sort();
        if let Some((facts, _)) = longer.iter().find(|(_, at)| *at == to) {
            return Some(facts.clone());
        }
        // Of the walks to one node only the smallest can begin a smallest one.
        let mut seen = BTreeSet::new();
        longer.retain(|(_, at)| seen.insert(*at));
        walks = longer;
    }
    None
}

fn facts(path: Option<ConceptPath>) -> Option<Vec<FactId>> {
    path.map(|path| path.facts().collect())
}

/// Nodes of a reach are those with a path, nearest first.
fn in_order(reach: &Reach) -> bool {
    let keys: Vec<_> = reach.nodes().iter().map(|node| (reach.path(*node).unwrap().steps.len(), *node)).collect();
    keys.is_sorted() && reach.nodes().iter().all(|node| reach.contains(*node))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn kinds_are_the_naive_closure_from_both_ends(lines in lines()) {
        let graph = graph(&lines);
        let concepts = ConceptGraph::with_relations(&graph, Arc::default());
        let kinds = edges(&graph, &["isA", "mannerOf"], &[]);
        for (from, to) in (0..NODES).flat_map(|from| (0..NODES).map(move |to| (node(from), node(to)))) {
            let expected = naive(&kinds, &kinds, from, to);
            prop_assert_eq!(&facts(concepts.is_a(from, to).unwrap()), &expected);
            prop_assert_eq!(&facts(concepts.ancestors(from).unwrap().path(to)), &expected);
            prop_assert_eq!(&facts(concepts.descendants(to).unwrap().path(from)), &expected);
        }
    }

    #[test]
    fn membership_is_one_step_and_then_kinds(lines in lines()) {
        let graph = graph(&lines);
        let concepts = ConceptGraph::with_relations(&graph, Arc::default());
        let (kinds, member) = (edges(&graph, &["isA", "mannerOf"], &[]), edges(&graph, &["belongTo"], &[]));
        for (from, to) in (0..NODES).flat_map(|from| (0..NODES).map(move |to| (node(from), node(to)))) {
            let expected = naive(&member, &kinds, from, to);
            prop_assert_eq!(&facts(concepts.belongs_to(from, to).unwrap()), &expected);
            prop_assert_eq!(&facts(concepts.concepts_of(from).unwrap().path(to)), &expected);
            prop_assert_eq!(&facts(concepts.members(to).unwrap().path(from)), &expected);
        }
    }

    #[test]
    fn causes_and_effects_mirror_each_other_within_their_bound(lines in lines(), depth in 0usize..4) {
        let graph = graph(&lines);
        let concepts = ConceptGraph::with_relations(&graph, Arc::default());
        let causal = edges(&graph, &["leadTo"], &["causedBy"]);
        for (from, to) in (0..NODES).flat_map(|from| (0..NODES).map(move |to| (node(from), node(to)))) {
            let expected = naive(&causal, &causal, from, to);
            prop_assert_eq!(&facts(concepts.leads_to(from, to).unwrap()), &expected);
            let near = expected.filter(|facts| facts.len() <= depth);
            prop_assert_eq!(&facts(concepts.effects_of(from, depth).unwrap().path(to)), &near);
            prop_assert_eq!(&facts(concepts.causes_of(to, depth).unwrap().path(from)), &near);
        }
    }

    #[test]
    fn paths_hang_together(lines in lines()) {
        let graph = graph(&lines);
        let concepts = ConceptGraph::with_relations(&graph, Arc::default());
        for at in (0..NODES).map(node) {
            for reach in [
                concepts.ancestors(at).unwrap(),
                concepts.descendants(at).unwrap(),
                concepts.members(at).unwrap(),
                concepts.effects_of(at, 3).unwrap(),
            ] {
                prop_assert!(in_order(&reach));
                for path in reach.nodes().iter().filter_map(|node| reach.path(*node)) {
                    prop_assert!([path.start, path.end()].contains(&at));
                    let nodes: Vec<_> = path.nodes().collect();
                    for (pair, step) in nodes.windows(2).zip(&path.steps) {
                        let record = graph.all_facts().iter().find(|record| record.id == step.fact).unwrap();
                        let ends = [record.fact.subject, record.fact.object_node().unwrap()];
                        prop_assert!(ends == [pair[0], pair[1]] || ends == [pair[1], pair[0]]);
                    }
                }
            }
        }
    }

    #[test]
    fn synonym_classes_are_what_synonyms_reach(lines in lines()) {
        let graph = graph(&lines);
        let concepts = ConceptGraph::with_relations(&graph, Arc::default());
        let classes = concepts.synonym_classes().unwrap();
        prop_assert!(classes.is_sorted() && classes.iter().all(|class| class.is_sorted()));
        for at in (0..NODES).map(node) {
            let reach = concepts.synonyms(at).unwrap();
            let mut reached: Vec<_> = reach.nodes().iter().copied().chain([at]).collect();
            reached.sort_unstable();
            let class = classes.iter().find(|class| class.contains(&at)).cloned().unwrap_or_else(|| vec![at]);
            prop_assert_eq!(reached, class);
        }
    }
}
