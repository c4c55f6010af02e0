use std::collections::{BTreeMap, BTreeSet};

use kag_core::{
    ErrorKind,
    graph::{
        Csr, CsrBuilder, Direction, Graph, PageRankOptions, Patch, PatchedCsr, PushOptions, VertexNumbers,
        forward_push, pagerank,
    },
};
use proptest::prelude::*;

/// Keys removed and added, and weights set (in quarters), by one version.
#[derive(Clone, Debug)]
struct Step {
    removed: Vec<u32>,
    added: Vec<u32>,
    edges: Vec<(u32, u32, u8)>,
}

fn any_steps(keys: u32) -> impl Strategy<Value = Vec<Step>> {
    let few = prop::collection::vec(0..keys, 0..4);
    let many = prop::collection::vec(0..keys, 0..9);
    let edges = prop::collection::vec((0..keys, 0..keys, 0u8..9), 0..24);
    let step = (few, many, edges).prop_map(|(removed, added, edges)| Step { removed, added, edges });
    prop::collection::vec(step, 1..12)
}

/// The obvious graph: vertices by key, edges by two keys.
#[derive(Clone, Default)]
struct Obvious {
    vertices: BTreeSet<u32>,
    edges: BTreeMap<(u32, u32), f32>,
}

impl Obvious {
    fn csr(&self, vertices: u32, number: impl Fn(u32) -> u32) -> Csr {
        let mut builder = CsrBuilder::new(vertices);
        self.edges.iter().for_each(|((a, b), w)| builder.add(number(*a), number(*b), *w).unwrap());
        builder.build(Direction::Undirected)
    }
}

/// The next version of a graph and of its numbers, and of the obvious one.
fn apply(
    graph: &PatchedCsr,
    numbers: &VertexNumbers<u32>,
    obvious: &mut Obvious,
    step: &Step,
) -> (PatchedCsr, VertexNumbers<u32>) {
    let numbers = numbers.with(step.added.iter().copied()).unwrap();
    let number = |key: &u32| numbers.number(*key);
    let mut patch = Patch::new();
    step.removed.iter().filter_map(number).for_each(|vertex| patch.remove(vertex));
    step.added.iter().filter_map(number).for_each(|vertex| patch.add(vertex));
    obvious.vertices.retain(|key| !step.removed.contains(key));
    obvious.edges.retain(|(a, b), _| !step.removed.contains(a) && !step.removed.contains(b));
    obvious.vertices.extend(&step.added);
    for (a, b, weight) in &step.edges {
        if obvious.vertices.contains(a) && obvious.vertices.contains(b) {
            let weight = f32::from(*weight) / 4.0;
            patch.set(number(a).unwrap(), number(b).unwrap(), weight);
            obvious.edges.insert((*a.min(b), *a.max(b)), weight);
        }
    }
    (graph.with(&patch).unwrap(), numbers)
}

fn same_rows(left: &impl Graph, right: &impl Graph) {
    for vertex in 0..left.vertices().max(right.vertices()) as u32 {
        let (left_arcs, right_arcs) = (left.arcs_of(vertex), right.arcs_of(vertex));
        assert!(left_arcs.iter().eq(right_arcs.iter()), "{vertex}");
        assert_eq!(left_arcs.strength(), right_arcs.strength(), "{vertex}");
        assert_eq!(left.degree(vertex), right.degree(vertex));
    }
}

fn written(graph: &PatchedCsr) -> Vec<u8> {
    let mut bytes = Vec::new();
    graph.write(&mut bytes).unwrap();
    bytes
}

fn reopened(graph: &PatchedCsr) -> PatchedCsr {
    let mut base = Vec::new();
    graph.base().sealed().write(&mut base).unwrap();
    let opened = PatchedCsr::open(&graph.manifest(), |name| {
        assert_eq!(name, graph.base().name());
        Ok(base.as_slice())
    });
    opened.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_version_is_the_graph_of_its_edges(steps in any_steps(30), seed in 0u32..30) {
        let (mut graph, mut numbers, mut obvious) = (PatchedCsr::default(), VertexNumbers::default(), Obvious::default());
        let mut versions = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            (graph, numbers) = apply(&graph, &numbers, &mut obvious, step);
            if at % 3 == 1 {
                graph = reopened(&graph);
                let mut bytes = Vec::new();
                numbers.write(&mut bytes).unwrap();
                numbers = VertexNumbers::read(&mut bytes.as_slice()).unwrap();
            }
            versions.push((graph.clone(), numbers.clone(), obvious.clone()));
        }
        for (graph, numbers, obvious) in versions {
            let alike = obvious.csr(graph.vertices() as u32, |key| numbers.number(key).unwrap());
            same_rows(&graph, &alike);
            let live: Vec<u32> = obvious.vertices.iter().copied().collect();
            let compact = obvious.csr(live.len() as u32, |key| live.binary_search(&key).unwrap() as u32);
            prop_assert_eq!((0..64).filter(|vertex| graph.contains(*vertex)).count(), live.len());
            let options = PageRankOptions::default().with_tolerance(1e-13).with_max_iterations(1_000);
            let seeds = |vertex: Option<u32>| vertex.map(|vertex| (vertex, 1.0)).into_iter().collect::<Vec<_>>();
            let seed = live.get(seed as usize % live.len().max(1)).copied();
            let seed = (seed.and_then(|key| numbers.number(key)), seed.and_then(|key| live.binary_search(&key).ok()));
            for (ours, theirs) in [(seeds(seed.0), seeds(seed.1.map(|at| at as u32))), (vec![], vec![])] {
                let ranks = pagerank(&graph, &ours, &options).unwrap();
                if !ours.is_empty() {
                    prop_assert_eq!(&ranks, &pagerank(&alike, &ours, &options).unwrap());
                    let push = PushOptions::default();
                    prop_assert_eq!(
                        forward_push(&graph, &ours, &push).unwrap(), forward_push(&alike, &ours, &push).unwrap()
                    );
                }
                let fresh = pagerank(&compact, &theirs, &options).unwrap();
                let by_key: Vec<f64> =
                    live.iter().map(|key| ranks.scores[numbers.number(*key).unwrap() as usize]).collect();
                prop_assert_eq!(&by_key, &fresh.scores);
                prop_assert_eq!((ranks.iterations, ranks.residual), (fresh.iterations, fresh.residual));
                prop_assert!(ranks.converged);
                let mass: f64 = ranks.scores.iter().sum();
                prop_assert!(live.is_empty() || (mass - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn any_flipped_bit_of_a_graph_is_noticed(steps in any_steps(20), at: prop::sample::Index, bit in 0u8..8) {
        let mut obvious = Obvious::default();
        let start = (PatchedCsr::default(), VertexNumbers::default());
        let (graph, numbers) = steps.iter().fold(start, |(graph, numbers), step| apply(&graph, &numbers, &mut obvious, step));
        let mut bytes = written(&graph);
        let place = at.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let error = PatchedCsr::read(&mut bytes.as_slice()).unwrap_err();
        prop_assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Unsupported), "{error}");
        let mut bytes = Vec::new();
        numbers.write(&mut bytes).unwrap();
        let place = at.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(VertexNumbers::<u32>::read(&mut bytes.as_slice()).is_err());
        prop_assert!(VertexNumbers::<u32>::read(&mut &bytes[..place]).is_err());
    }
}

#[test]
fn a_large_graph_gets_new_bases_and_stays_the_same() {
    let (mut graph, mut expect) = (PatchedCsr::default(), BTreeMap::new());
    let mut bases = 0;
    let mut state = 7_u32;
    let mut next = |end: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % end
    };
    for step in 0..300 {
        let mut patch = Patch::new();
        (step * 20..step * 20 + 20).for_each(|vertex| patch.add(vertex));
        // A hub, so that one vertex has far more arcs than are copied at once.
        let hub = (step * 20..step * 20 + 20).map(|vertex| (0, vertex)).collect::<Vec<_>>();
        let any = (0..60).map(|_| (next((step + 1) * 20), next((step + 1) * 20))).collect::<Vec<_>>();
        for (a, b) in hub.into_iter().chain(any) {
            let weight = next(4) as f32 / 2.0;
            patch.set(a, b, weight);
            expect.insert((a.min(b), a.max(b)), weight);
        }
        let new = graph.with(&patch).unwrap();
        bases += usize::from(!std::sync::Arc::ptr_eq(new.base(), graph.base()));
        graph = new;
    }
    assert!((2..100).contains(&bases), "{bases}");
    let mut builder = CsrBuilder::new(6_000);
    expect.iter().for_each(|((a, b), weight)| builder.add(*a, *b, *weight).unwrap());
    let csr = builder.build(Direction::Undirected);
    same_rows(&graph, &csr);
    assert!(graph.degree(0) > 4_000);
    let seeds = [(3, 1.0)];
    let (options, push) = (PageRankOptions::default(), PushOptions::default());
    assert_eq!(pagerank(&graph, &seeds, &options).unwrap(), pagerank(&csr, &seeds, &options).unwrap());
    assert_eq!(forward_push(&graph, &seeds, &push).unwrap(), forward_push(&csr, &seeds, &push).unwrap());
    assert!(!graph.contains(6_000) && graph.contains(5_999));
    let mut patch = Patch::new();
    (100..5_900).for_each(|vertex| patch.remove(vertex));
    let rest = reopened(&graph.with(&patch).unwrap());
    assert_eq!((0..7_000).filter(|vertex| rest.contains(*vertex)).count(), 200);
    let from_rest = |v: u32| rest.arcs_of(v).iter().all(|(to, _)| rest.contains(to));
    assert!((0..6_000).all(from_rest) && (100..5_900).all(|vertex| rest.degree(vertex) == 0));
}

#[test]
fn what_cannot_be_is_refused() {
    let mut directed = CsrBuilder::new(2);
    directed.add(0, 1, 1.0).unwrap();
    assert_eq!(PatchedCsr::new(directed.build(Direction::Directed)).unwrap_err().kind(), ErrorKind::InvalidInput);
    let mut patch = Patch::new();
    (0..3).for_each(|vertex| patch.add(vertex));
    patch.set(0, 1, 1.0);
    let graph = PatchedCsr::default().with(&patch).unwrap();
    let refused = |build: &dyn Fn(&mut Patch)| {
        let mut patch = Patch::new();
        build(&mut patch);
        graph.with(&patch).unwrap_err().kind() == ErrorKind::InvalidInput
    };
    assert!(refused(&|patch| patch.set(0, 3, 1.0)));
    assert!(refused(&|patch| patch.set(0, 1, f32::NAN)) && refused(&|patch| patch.set(0, 1, -1.0)));
    assert!(refused(&|patch| {
        patch.remove(1);
        patch.set(0, 1, 1.0);
    }));
    let options = PageRankOptions::default();
    let mut patch = Patch::new();
    patch.remove(1);
    patch.remove(77);
    let graph = graph.with(&patch).unwrap();
    assert_eq!(pagerank(&graph, &[(1, 1.0)], &options).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(pagerank(&graph, &[], &options).unwrap().scores, [0.5, 0.0, 0.5]);
}
