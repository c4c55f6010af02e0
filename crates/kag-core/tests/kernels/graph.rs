use kag_core::{
    ErrorKind,
    graph::{Csr, CsrBuilder, Direction, MAX_WEIGHT, PageRankOptions, PushOptions, forward_push, pagerank},
};
use proptest::prelude::*;

type Edge = (u32, u32, f32);

fn graph(vertices: u32, edges: &[Edge], direction: Direction) -> Csr {
    let mut builder = CsrBuilder::new(vertices);
    for (from, to, weight) in edges {
        builder.add(*from, *to, *weight).unwrap();
    }
    builder.build(direction)
}

/// Edges of weight 1 in both directions between the listed pairs.
fn undirected(vertices: u32, pairs: &[(u32, u32)]) -> Csr {
    let edges: Vec<Edge> = pairs.iter().map(|(a, b)| (*a, *b, 1.0)).collect();
    graph(vertices, &edges, Direction::Undirected)
}

/// `x = (1 - d) s + d P^T x + d (x at dangling vertices) s`, by Gaussian elimination.
fn dense_ranks(graph: &Csr, seeds: &[(u32, f32)], damping: f64) -> Vec<f64> {
    let n = graph.vertices();
    let mut start = vec![0.0; n];
    for (vertex, weight) in seeds {
        start[*vertex as usize] += f64::from(*weight);
    }
    let total: f64 = start.iter().sum();
    for share in &mut start {
        *share = if seeds.is_empty() { 1.0 / n as f64 } else { *share / total };
    }
    let mut rows = vec![vec![0.0; n + 1]; n];
    for to in 0..n {
        rows[to][to] += 1.0;
        rows[to][n] = (1.0 - damping) * start[to];
    }
    for from in 0..n {
        if graph.degree(from as u32) == 0 {
            rows.iter_mut().zip(&start).for_each(|(row, share)| row[from] -= damping * share);
        }
        for (to, weight) in graph.neighbours(from as u32) {
            let step = weight / graph.strength(from as u32);
            rows[to as usize][from] -= damping * step;
        }
    }
    for pivot in 0..n {
        let best = (pivot..n).max_by(|a, b| rows[*a][pivot].abs().total_cmp(&rows[*b][pivot].abs()));
        rows.swap(pivot, best.unwrap());
        for row in 0..n {
            if row != pivot {
                let factor = rows[row][pivot] / rows[pivot][pivot];
                (pivot..=n).for_each(|at| rows[row][at] -= factor * rows[pivot][at]);
            }
        }
    }
    (0..n).map(|at| rows[at][n] / rows[at][at]).collect()
}

fn distance(left: &[f64], right: &[f64]) -> f64 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(a, b)| (a - b).abs()).sum()
}

fn assert_close(found: &[f64], expect: &[f64], within: f64) {
    assert!(distance(found, expect) <= within, "{found:?} against {expect:?}");
}

fn exact(damping: f64) -> PageRankOptions {
    PageRankOptions::default().with_damping(damping).with_tolerance(1e-12).with_max_iterations(10_000)
}

prop_compose! {
    fn any_edges()(vertices in 1u32..12)(
        edges in prop::collection::vec((0..vertices, 0..vertices, 1u8..20), 0..40),
        seeds in prop::collection::vec((0..vertices, 1u8..9), 0..4),
        vertices in Just(vertices),
    ) -> (u32, Vec<Edge>, Vec<(u32, f32)>) {
        let edges = edges.into_iter().map(|(a, b, w)| (a, b, f32::from(w) / 7.0));
        let seeds = seeds.into_iter().map(|(v, w)| (v, f32::from(w)));
        (vertices, edges.collect(), seeds.collect())
    }
}

fn any_direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Directed), Just(Direction::Undirected)]
}

proptest! {
    #[test]
    fn a_graph_depends_on_its_edges_and_not_on_their_order(
        ((vertices, edges, _), shuffled) in any_edges().prop_flat_map(|input| {
            let edges = input.1.clone();
            (Just(input), Just(edges).prop_shuffle())
        }),
        direction in any_direction(),
    ) {
        prop_assert_eq!(graph(vertices, &edges, direction), graph(vertices, &shuffled, direction));
    }

    #[test]
    fn an_undirected_graph_is_symmetric(
        (vertices, edges, _) in any_edges(),
        swapped in prop::collection::vec(any::<bool>(), 40),
    ) {
        let turned: Vec<Edge> = edges.iter().zip(&swapped)
            .map(|((a, b, w), swap)| if *swap { (*b, *a, *w) } else { (*a, *b, *w) })
            .collect();
        let graph_of_edges = graph(vertices, &edges, Direction::Undirected);
        prop_assert_eq!(&graph_of_edges, &graph(vertices, &turned, Direction::Undirected));
        for from in 0..vertices {
            for (to, weight) in graph_of_edges.neighbours(from) {
                prop_assert!(graph_of_edges.neighbours(to).any(|back| back == (from, weight)));
            }
        }
    }

    #[test]
    fn both_algorithms_agree_with_a_dense_solve(
        (vertices, edges, seeds) in any_edges(),
        direction in any_direction(),
        damping in 0.0f64..0.95,
    ) {
        let graph = graph(vertices, &edges, direction);
        let truth = dense_ranks(&graph, &seeds, damping);
        let ranks = pagerank(&graph, &seeds, &exact(damping)).unwrap();
        prop_assert!(ranks.converged);
        prop_assert!(distance(&ranks.scores, &truth) < 1e-9, "{:?} {truth:?}", ranks.scores);
        let fine = PushOptions::default().with_damping(damping).with_epsilon(1e-12);
        let pushed = forward_push(&graph, &seeds, &fine).unwrap();
        let dense: Vec<f64> = (0..vertices).map(|vertex| pushed.score(vertex)).collect();
        prop_assert!(distance(&dense, &truth) < 1e-8, "{dense:?} {truth:?}");
    }

    #[test]
    fn the_reported_residual_bounds_the_error(
        (vertices, edges, seeds) in any_edges(),
        direction in any_direction(),
        damping in 0.0f64..0.95,
        passes in 0usize..6,
        epsilon in prop_oneof![Just(0.3), Just(0.05), Just(1e-3)],
    ) {
        let graph = graph(vertices, &edges, direction);
        let truth = dense_ranks(&graph, &seeds, damping);
        let ranks = pagerank(&graph, &seeds, &exact(damping).with_max_iterations(passes)).unwrap();
        prop_assert!(ranks.iterations <= passes);
        prop_assert!(distance(&ranks.scores, &truth) <= ranks.residual + 1e-9);
        let options = PushOptions::default().with_damping(damping).with_epsilon(epsilon);
        let pushed = forward_push(&graph, &seeds, &options).unwrap();
        let dense: Vec<f64> = (0..vertices).map(|vertex| pushed.score(vertex)).collect();
        prop_assert!((distance(&dense, &truth) - pushed.residual).abs() < 1e-9);
        for (found, truth) in dense.iter().zip(&truth) {
            prop_assert!(*found <= truth + 1e-9);
        }
    }

    #[test]
    fn all_probability_is_accounted_for(
        (vertices, edges, seeds) in any_edges(),
        direction in any_direction(),
        passes in 0usize..9,
    ) {
        let graph = graph(vertices, &edges, direction);
        let options = PageRankOptions::default().with_max_iterations(passes);
        let scores = pagerank(&graph, &seeds, &options).unwrap().scores;
        prop_assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(scores.iter().all(|score| *score >= 0.0));
        let pushed = forward_push(&graph, &seeds, &PushOptions::default().with_epsilon(0.01)).unwrap();
        let kept: f64 = pushed.scores.iter().map(|(_, score)| score).sum();
        prop_assert!((kept + pushed.residual - 1.0).abs() < 1e-12);
    }

    #[test]
    fn only_the_proportions_of_seeds_and_of_weights_matter(
        (vertices, edges, seeds) in any_edges(),
        direction in any_direction(),
        factor in prop_oneof![Just(0.125f32), Just(8.0), Just(256.0)],
    ) {
        let larger: Vec<_> = seeds.iter().map(|(v, w)| (*v, w * factor)).collect();
        let edges: Vec<Edge> = edges.iter().map(|(a, b, w)| (*a, *b, w.ceil())).collect();
        let heavier: Vec<Edge> = edges.iter().map(|(a, b, w)| (*a, *b, w * factor)).collect();
        let (light, heavy) = (graph(vertices, &edges, direction), graph(vertices, &heavier, direction));
        let options = PageRankOptions::default();
        let expect = pagerank(&light, &seeds, &options).unwrap();
        prop_assert_eq!(&pagerank(&light, &larger, &options).unwrap(), &expect);
        prop_assert_eq!(&pagerank(&heavy, &seeds, &options).unwrap(), &expect);
        let options = PushOptions::default();
        let expect = forward_push(&light, &seeds, &options).unwrap();
        prop_assert_eq!(&forward_push(&light, &larger, &options).unwrap(), &expect);
        prop_assert_eq!(&forward_push(&heavy, &seeds, &options).unwrap(), &expect);
    }

    #[test]
    fn ranks_do_not_depend_on_the_numbers_of_vertices(
        ((vertices, edges, seeds), numbers) in any_edges().prop_flat_map(|input| {
            let numbers = Just((0..input.0).collect::<Vec<u32>>()).prop_shuffle();
            (Just(input), numbers)
        }),
        damping in 0.0f64..0.95,
        passes in 0usize..30,
    ) {
        let number = |vertex: u32| numbers[vertex as usize];
        let renumbered: Vec<Edge> = edges.iter().map(|(a, b, w)| (number(*a), number(*b), *w)).collect();
        let reseeded: Vec<_> = seeds.iter().rev().map(|(vertex, weight)| (number(*vertex), *weight)).collect();
        let options = exact(damping).with_max_iterations(passes);
        let expect = pagerank(&graph(vertices, &edges, Direction::Undirected), &seeds, &options).unwrap();
        let found = pagerank(&graph(vertices, &renumbered, Direction::Undirected), &reseeded, &options).unwrap();
        let scores: Vec<f64> = (0..vertices).map(|vertex| found.scores[number(vertex) as usize]).collect();
        prop_assert_eq!(scores, expect.scores);
        prop_assert_eq!((found.iterations, found.residual), (expect.iterations, expect.residual));

        let options = PushOptions::default().with_damping(damping).with_epsilon(1e-4);
        let expect = forward_push(&graph(vertices, &edges, Direction::Undirected), &seeds, &options).unwrap();
        let found = forward_push(&graph(vertices, &renumbered, Direction::Undirected), &reseeded, &options).unwrap();
        let scores = |of: &dyn Fn(u32) -> f64| (0..vertices).map(of).collect::<Vec<_>>();
        prop_assert_eq!(scores(&|vertex| found.score(number(vertex))), scores(&|vertex| expect.score(vertex)));
        prop_assert_eq!((found.pushes, found.residual), (expect.pushes, expect.residual));
    }

    #[test]
    fn push_keeps_the_bound_per_degree_and_the_bound_of_work(
        (vertices, edges, seeds) in any_edges(),
        epsilon in 1e-4f64..0.2,
    ) {
        let mut pairs: Vec<(u32, u32)> =
            edges.iter().map(|(a, b, _)| (*a.min(b), *a.max(b))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let graph = undirected(vertices, &pairs);
        let damping = 0.5;
        let truth = dense_ranks(&graph, &seeds, damping);
        let options = PushOptions::default().with_damping(damping).with_epsilon(epsilon);
        let pushed = forward_push(&graph, &seeds, &options).unwrap();
        let alone = (0..vertices).any(|vertex| graph.degree(vertex) == 0);
        for vertex in 0..vertices {
            let bound = epsilon * graph.degree(vertex) as f64;
            let error = truth[vertex as usize] - pushed.score(vertex);
            // Scaling for vertices without edges moves scores beyond the bound of the paper.
            prop_assert!(alone || error <= bound + 1e-12, "vertex {vertex}: {error} {bound}");
        }
        let work = 1.0 / ((1.0 - damping) * epsilon);
        prop_assert!(pushed.pushes as f64 <= work + f64::from(vertices));
    }
}

#[test]
fn parallel_edges_are_summed_and_loops_count_once() {
    let edges = [(0, 1, 1.0), (1, 0, 2.0), (0, 1, 0.5), (2, 2, 4.0), (1, 2, 0.0)];
    let both = graph(3, &edges, Direction::Undirected);
    let rows: Vec<Vec<_>> = (0..3).map(|vertex| both.neighbours(vertex).collect()).collect();
    assert_eq!(rows, [vec![(1, 3.5)], vec![(0, 3.5)], vec![(2, 4.0)]]);
    assert_eq!((both.arcs(), both.degree(2), both.strength(1)), (3, 1, 3.5));
    let one_way = graph(3, &edges, Direction::Directed);
    let rows: Vec<Vec<_>> = (0..4).map(|vertex| one_way.neighbours(vertex).collect()).collect();
    assert_eq!(rows, [vec![(1, 1.5)], vec![(0, 2.0)], vec![(2, 4.0)], vec![]]);
}

#[test]
fn parallel_edges_do_not_add_up_beyond_the_largest_weight() {
    let graph = graph(2, &[(0, 1, MAX_WEIGHT), (0, 1, MAX_WEIGHT)], Direction::Directed);
    let arcs: Vec<(u32, f64)> = graph.neighbours(0).collect();
    assert!(matches!(arcs[..], [(1, weight)] if (0.0..1.0).contains(&(weight - f64::from(MAX_WEIGHT)))), "{arcs:?}");
}

#[test]
fn a_hub_of_the_heaviest_edges_is_ranked() {
    let edges: Vec<Edge> = (1..300).map(|vertex| (0, vertex, MAX_WEIGHT)).collect();
    let graph = graph(300, &edges, Direction::Undirected);
    let ranks = pagerank(&graph, &[(1, 1.0)], &PageRankOptions::default()).unwrap();
    assert!(ranks.converged);
    assert_close(&ranks.scores, &dense_ranks(&graph, &[(1, 1.0)], 0.5), ranks.residual);
}

#[test]
fn a_wrong_edge_is_refused_and_not_added() {
    let mut builder = CsrBuilder::new(2);
    for (from, to, weight) in [(0, 2, 1.0), (2, 0, 1.0), (0, 1, -1.0), (0, 1, f32::NAN), (0, 1, 65_536.0)] {
        let error = builder.add(from, to, weight).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(builder.build(Direction::Undirected).arcs(), 0);
}

#[test]
fn wrong_seeds_and_options_are_refused() {
    let graph = undirected(2, &[(0, 1)]);
    let (rank, push) = (PageRankOptions::default(), PushOptions::default());
    for seeds in [[(2, 1.0)], [(0, -1.0)], [(0, f32::NAN)], [(0, f32::INFINITY)], [(0, 0.0)]] {
        assert!(pagerank(&graph, &seeds, &rank).is_err(), "{seeds:?}");
        assert!(forward_push(&graph, &seeds, &push).is_err(), "{seeds:?}");
    }
    for damping in [-0.1, 1.0, f64::NAN] {
        assert!(pagerank(&graph, &[], &rank.clone().with_damping(damping)).is_err());
        assert!(forward_push(&graph, &[], &push.clone().with_damping(damping)).is_err());
    }
    assert!(pagerank(&graph, &[], &rank.with_tolerance(f64::NAN)).is_err());
    for epsilon in [0.0, -1.0, f64::NAN] {
        assert!(forward_push(&graph, &[], &push.clone().with_epsilon(epsilon)).is_err());
    }
}

#[test]
fn a_graph_of_nothing_has_no_ranks() {
    let nothing = graph(0, &[], Direction::Directed);
    let ranks = pagerank(&nothing, &[], &PageRankOptions::default()).unwrap();
    assert_eq!((ranks.scores, ranks.converged), (vec![], true));
    assert!(forward_push(&nothing, &[], &PushOptions::default()).unwrap().scores.is_empty());
}

#[test]
fn a_star_has_its_closed_form() {
    // Seeded at the hub h of n leaves: h = (1 - d) / (1 - d^2), the leaves share d h.
    let (leaves, damping) = (5u32, 0.7);
    let pairs: Vec<_> = (1..=leaves).map(|leaf| (0, leaf)).collect();
    let star = undirected(leaves + 1, &pairs);
    let hub = 1.0 / (1.0 + damping);
    let mut expect = vec![damping * hub / f64::from(leaves); 6];
    expect[0] = hub;
    let ranks = pagerank(&star, &[(0, 3.0)], &exact(damping)).unwrap();
    assert_close(&ranks.scores, &expect, 1e-11);
}

#[test]
fn a_ring_has_its_closed_form() {
    // One way round n vertices: vertex i has (1 - d) d^i / (1 - d^n); unseeded, all are equal.
    let (n, damping) = (7u32, 0.5f64);
    let edges: Vec<Edge> = (0..n).map(|at| (at, (at + 1) % n, 2.5)).collect();
    let ring = graph(n, &edges, Direction::Directed);
    let scale = (1.0 - damping) / (1.0 - damping.powi(n as i32));
    let expect: Vec<f64> = (0..n).map(|at| scale * damping.powi(at as i32)).collect();
    let ranks = pagerank(&ring, &[(0, 1.0)], &exact(damping)).unwrap();
    assert_close(&ranks.scores, &expect, 1e-11);
    let ranks = pagerank(&ring, &[], &exact(damping)).unwrap();
    assert_close(&ranks.scores, &[1.0 / 7.0; 7], 1e-11);
}

#[test]
fn four_linked_pages_have_the_ranks_solved_by_hand() {
    // 0 -> 1, 2; 1 -> 3; 2 -> 0, 1, 3; 3 dangling; damping 0.85, nothing seeded. The values
    // solve the four equations by hand, dangling mass spread over all vertices.
    let edges = [(0, 1), (0, 2), (1, 3), (2, 0), (2, 1), (2, 3)];
    let edges: Vec<Edge> = edges.iter().map(|(a, b)| (*a, *b, 1.0)).collect();
    let pages = graph(4, &edges, Direction::Directed);
    let ranks = pagerank(&pages, &[], &exact(0.85)).unwrap();
    let unscaled = {
        // In units of what a page gets without being linked to.
        let zero = (1.0 + 0.85 / 3.0) / (1.0 - 0.85 * 0.85 / 6.0);
        let two = 1.0 + 0.85 * zero / 2.0;
        let one = 1.0 + 0.85 * (zero / 2.0 + two / 3.0);
        [zero, one, two, 1.0 + 0.85 * (one + two / 3.0)]
    };
    let total: f64 = unscaled.iter().sum();
    assert_close(&ranks.scores, &unscaled.map(|rank| rank / total), 1e-11);
}

#[test]
fn what_seeds_do_not_reach_ranks_zero() {
    let two_parts = undirected(5, &[(0, 1), (3, 4)]);
    let ranks = pagerank(&two_parts, &[(0, 1.0)], &PageRankOptions::default()).unwrap();
    assert_eq!(ranks.scores[2..], [0.0; 3]);
    let best: Vec<u32> = ranks.top(9).iter().map(|hit| hit.item).collect();
    assert_eq!(best, [0, 1]);
    let pushed = forward_push(&two_parts, &[(0, 1.0)], &PushOptions::default()).unwrap();
    assert_eq!(pushed.top(9).iter().map(|hit| hit.item).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(pushed.score(3), 0.0);
}

#[test]
fn equal_ranks_are_ordered_by_vertex() {
    let star = undirected(4, &[(0, 1), (0, 2), (0, 3)]);
    let order = [0, 1, 2];
    let ranks = pagerank(&star, &[(0, 1.0)], &PageRankOptions::default()).unwrap();
    assert!(ranks.top(3).iter().map(|hit| hit.item).eq(order));
    let pushed = forward_push(&star, &[(0, 1.0)], &PushOptions::default()).unwrap();
    assert!(pushed.top(3).iter().map(|hit| hit.item).eq(order));
}

#[test]
fn a_large_graph_has_the_same_ranks_both_ways_and_on_any_number_of_threads() {
    let vertices = 20_000u32;
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % vertices
    };
    let edges: Vec<Edge> = (0..100_000).map(|at| (next(), next(), (at % 3 + 1) as f32)).collect();
    let there_and_back = edges.iter().flat_map(|(a, b, w)| [(*a, *b, *w), (*b, *a, *w)]);
    let there_and_back: Vec<Edge> = there_and_back.filter(|(a, b, _)| a != b).collect();
    let loops: Vec<Edge> = edges.iter().filter(|(a, b, _)| a == b).copied().collect();
    let one_way = graph(vertices, &[there_and_back, loops].concat(), Direction::Directed);
    let both = graph(vertices, &edges, Direction::Undirected);
    let backwards: Vec<Edge> = edges.iter().map(|(a, b, w)| (vertices - 1 - a, vertices - 1 - b, *w)).collect();
    let backwards = graph(vertices, &backwards, Direction::Undirected);
    let every_third: Vec<_> = (0..vertices / 3).map(|vertex| (3 * vertex, 1.0)).collect();
    for seeds in [vec![(5, 1.0), (777, 2.0)], every_third, vec![]] {
        let options = PageRankOptions::default().with_tolerance(1e-6);
        let threads = |count| rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        let ranks = threads(1).install(|| pagerank(&both, &seeds, &options).unwrap());
        assert!(ranks.converged && ranks.residual <= 1e-6);
        assert_eq!(ranks, threads(3).install(|| pagerank(&both, &seeds, &options).unwrap()));
        let turned: Vec<_> = seeds.iter().map(|(vertex, weight)| (vertices - 1 - vertex, *weight)).collect();
        let mut other = pagerank(&backwards, &turned, &options).unwrap();
        other.scores.reverse();
        assert_eq!(ranks, other);
        let swept = pagerank(&one_way, &seeds, &options).unwrap();
        assert!(distance(&ranks.scores, &swept.scores) <= ranks.residual + swept.residual);
        assert!(ranks.iterations <= swept.iterations, "{} {}", ranks.iterations, swept.iterations);
    }
}

#[test]
fn running_out_of_passes_is_reported() {
    let ring = undirected(6, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]);
    let hurried = PageRankOptions::default().with_max_iterations(2).with_tolerance(1e-9);
    let ranks = pagerank(&ring, &[(0, 1.0)], &hurried).unwrap();
    assert_eq!((ranks.iterations, ranks.converged), (2, false));
    assert!(ranks.residual > 1e-9);
}
