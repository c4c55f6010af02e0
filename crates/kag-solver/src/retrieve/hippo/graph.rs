//! The graph that HippoRAG walks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use kag_core::{
    ChunkId, CpuPool, Error, ErrorKind, GraphNeed, GraphView, NodeId, Result, SYNONYM, Snapshot,
    graph::{Csr, CsrBuilder, Direction, MAX_WEIGHT, PageRank, PageRankOptions, pagerank},
};

/// Ranks are this near the exact ones: nearer than the order of passages asks for.
const TOLERANCE: f64 = 1e-6;

/// How large a graph is, counted as the published program counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HippoSize {
    /// The ends of facts.
    pub entities: usize,
    /// The passages.
    pub passages: usize,
    /// The edges: two for each pair of entities, one for each entity in a passage.
    pub edges: usize,
}

/// Entities and passages as the published programs join them.
///
/// The vertices are the entities by id, then the passages by id.
#[derive(Debug)]
pub(super) struct HippoGraph {
    csr: Csr,
    entities: Vec<NodeId>,
    passages: Vec<ChunkId>,
    /// By entity: the number of passages that hold it.
    held_by: Vec<usize>,
    edges: usize,
    /// By passage: the vertices of both ends of each of its facts.
    ends: Vec<Vec<u32>>,
}

/// Whether passages are vertices that a walk can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passages {
    /// Each is joined with weight 1 to every entity it holds: HippoRAG 2.
    Joined,
    /// They stand apart: HippoRAG.
    Apart,
}

impl HippoGraph {
    /// The graph of the facts in `view`.
    ///
    /// Two entities are joined by the number of times that passages state a fact between
    /// them, but by the similarity of their names where they are synonyms: a synonym edge
    /// overwrites, as it does in the published programs. Both kinds are there once in each
    /// direction, which in an undirected graph is twice.
    pub(super) fn of(view: &dyn GraphView, passages: Passages) -> Result<Self> {
        let read = Read::of(view)?;
        let chunks = view.chunks().collect::<Result<Vec<_>>>()?;
        let mut graph = Self {
            csr: CsrBuilder::new(0).build(Direction::Undirected),
            held_by: vec![0; read.entities.len()],
            edges: 0,
            entities: read.entities.into_iter().collect(),
            ends: vec![Vec::new(); chunks.len()],
            passages: chunks,
        };
        let mut edges = CsrBuilder::new(graph.len()?);
        for ((from, to), weight) in read.joined {
            if let (Some(from), Some(to)) = (graph.entity(from), graph.entity(to)) {
                edges.add(from, to, (2.0 * weight).min(MAX_WEIGHT))?;
                graph.edges += 2;
            }
        }
        for (chunk, ends) in read.held {
            let ends: Vec<u32> = ends.into_iter().filter_map(|end| graph.entity(end)).collect();
            let held: BTreeSet<u32> = ends.iter().copied().collect();
            let Some(passage) = graph.passage(chunk) else { continue };
            for entity in held {
                graph.held_by.get_mut(entity as usize).into_iter().for_each(|count| *count += 1);
                if passages == Passages::Joined {
                    edges.add(entity, passage, 1.0)?;
                    graph.edges += 1;
                }
            }
            let at = graph.passages.binary_search(&chunk).ok();
            at.and_then(|at| graph.ends.get_mut(at)).into_iter().for_each(|here| here.clone_from(&ends));
        }
        graph.csr = edges.build(Direction::Undirected);
        Ok(graph)
    }

    /// Where a walker from `seeds` is found, by vertex.
    pub(super) fn ranks(&self, seeds: &[(u32, f32)], damping: f64) -> Result<PageRank> {
        pagerank(&self.csr, seeds, &PageRankOptions::default().with_damping(damping).with_tolerance(TOLERANCE))
    }

    pub(super) fn size(&self) -> HippoSize {
        HippoSize { entities: self.entities.len(), passages: self.passages.len(), edges: self.edges }
    }

    /// The vertex of an entity.
    pub(super) fn entity(&self, node: NodeId) -> Option<u32> {
        u32::try_from(self.entities.binary_search(&node).ok()?).ok()
    }

    /// The vertex of a passage.
    pub(super) fn passage(&self, chunk: ChunkId) -> Option<u32> {
        u32::try_from(self.entities.len() + self.passages.binary_search(&chunk).ok()?).ok()
    }

    /// The passages, with their vertices and with both ends of each of their facts.
    pub(super) fn passages(&self) -> impl Iterator<Item = (ChunkId, usize, &[u32])> {
        let numbered = self.passages.iter().zip(self.entities.len()..).zip(&self.ends);
        numbered.map(|((chunk, vertex), ends)| (*chunk, vertex, ends.as_slice()))
    }

    /// What an entity is worth as a seed: 1 over the number of passages that hold it.
    pub(super) fn specificity(&self, entity: u32) -> f32 {
        1.0 / self.held_by.get(entity as usize).copied().unwrap_or(1).max(1) as f32
    }

    fn len(&self) -> Result<u32> {
        let too_many = |_| Error::new(ErrorKind::Unsupported, "retrieve.hippo").reason("more than 2^32 vertices");
        u32::try_from(self.entities.len() + self.passages.len()).map_err(too_many)
    }
}

/// What the facts of a view say of entities and passages.
#[derive(Default)]
struct Read {
    entities: BTreeSet<NodeId>,
    /// The weight of a pair in one direction, the smaller id first.
    joined: BTreeMap<(NodeId, NodeId), f32>,
    held: BTreeMap<ChunkId, Vec<NodeId>>,
}

impl Read {
    fn of(view: &dyn GraphView) -> Result<Self> {
        let mut read = Self::default();
        let mut synonyms = Vec::new();
        for record in view.facts() {
            let record = record?;
            let Some(object) = record.fact.object_node() else { continue };
            let subject = record.fact.subject;
            let pair = (subject.min(object), subject.max(object));
            if record.fact.predicate.as_str() == SYNONYM {
                synonyms.push((pair, record.confidence().get()));
                continue;
            }
            read.entities.extend([subject, object]);
            if subject != object {
                *read.joined.entry(pair).or_default() += record.evidence.len().max(1) as f32;
            }
            let chunks: BTreeSet<ChunkId> = record.evidence.iter().map(|evidence| evidence.chunk).collect();
            for chunk in chunks {
                read.held.entry(chunk).or_default().extend([subject, object]);
            }
        }
        read.joined.extend(synonyms);
        Ok(read)
    }
}

/// The graph of the snapshot that was asked last.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Option<(Snapshot, Arc<HippoGraph>)>>);

impl Kept {
    /// The graph of `snapshot`, which is built where another one was asked last.
    pub(super) async fn graph(
        &self,
        snapshot: &Snapshot,
        passages: Passages,
        cpu: &CpuPool,
    ) -> Result<Arc<HippoGraph>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, graph)) = kept.filter(|(of, _)| of.is(snapshot)) {
            return Ok(graph);
        }
        let view = snapshot.graph().view(&GraphNeed::Everything).await?;
        let build = move || HippoGraph::of(&*view, passages);
        let graph = Arc::new(cpu.run("retrieve.hippo.graph", build).await??);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((snapshot.clone(), Arc::clone(&graph)));
        Ok(graph)
    }
}
