//! Nodes and chunks as one graph: the mutual index as algorithms see it.

use super::{FactRecord, GraphView, SYNONYM};
use crate::{
    ChunkId, Error, ErrorKind, NodeId, Result,
    graph::{Csr, CsrBuilder, Direction, Graph, MAX_WEIGHT, PatchedCsr, VertexNumbers},
};

/// What a vertex of a [`MutualGraph`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vertex {
    /// A node.
    Node(NodeId),
    /// A chunk.
    Chunk(ChunkId),
}

/// Nodes and chunks as vertices of one undirected weighted graph.
///
/// Edges, as in HippoRAG 2 (arXiv 2502.14802, §3): between the two nodes of a fact, one
/// more for each piece of evidence; between a chunk and each node it mentions, 1; between
/// two nodes with a [`SYNONYM`] edge, its confidence. Which number stands for which node or
/// chunk is up to who made the graph.
#[derive(Clone, Debug)]
pub struct MutualGraph(Form);

#[derive(Clone, Debug)]
enum Form {
    /// Built at once.
    Whole { csr: Csr, vertices: Vertices },
    /// Kept up with a store: vertices keep their numbers, and not every number is one.
    Patched { graph: PatchedCsr, numbers: VertexNumbers<Vertex> },
}

impl MutualGraph {
    /// The graph of everything in `view`.
    ///
    /// # Errors
    /// Those of reading `view`.
    pub fn of(view: &dyn GraphView) -> Result<Self> {
        let nodes = view.nodes().map(|node| Ok(node?.id)).collect::<Result<Vec<_>>>()?;
        let chunks = view.chunks().collect::<Result<Vec<_>>>()?;
        let vertices = Vertices { nodes, chunks };
        let mut edges = CsrBuilder::new(vertices.len()?);
        for record in view.facts() {
            let record = record?;
            let ends = record.fact.object_node().map(|object| (record.fact.subject, object));
            let Some((subject, object)) = ends.filter(|(subject, object)| subject != object) else { continue };
            if let (Some(from), Some(to)) = (vertices.node(subject), vertices.node(object)) {
                edges.add(from, to, Self::weight(&record))?;
            }
        }
        for chunk in &vertices.chunks {
            let Some(from) = vertices.chunk(*chunk) else { continue };
            let mut mentioned: Vec<_> = view.mentions_in(*chunk)?.iter().map(|mention| mention.node).collect();
            mentioned.dedup();
            for to in mentioned.into_iter().filter_map(|node| vertices.node(node)) {
                edges.add(from, to, 1.0)?;
            }
        }
        Ok(Self(Form::Whole { csr: edges.build(Direction::Undirected), vertices }))
    }

    /// The graph `graph`, in which `numbers` say what the vertices stand for.
    #[must_use]
    pub fn patched(graph: PatchedCsr, numbers: VertexNumbers<Vertex>) -> Self {
        Self(Form::Patched { graph, numbers })
    }

    /// The edges.
    #[must_use]
    pub fn graph(&self) -> &dyn Graph {
        match &self.0 {
            Form::Whole { csr, .. } => csr,
            Form::Patched { graph, .. } => graph,
        }
    }

    /// The vertex that stands for `what`.
    #[must_use]
    pub fn vertex(&self, what: Vertex) -> Option<u32> {
        match (&self.0, what) {
            (Form::Whole { vertices, .. }, Vertex::Node(node)) => vertices.node(node),
            (Form::Whole { vertices, .. }, Vertex::Chunk(chunk)) => vertices.chunk(chunk),
            (Form::Patched { graph, numbers }, what) => numbers.number(what).filter(|number| graph.contains(*number)),
        }
    }

    /// What `vertex` stands for.
    #[must_use]
    pub fn what(&self, vertex: u32) -> Option<Vertex> {
        match &self.0 {
            Form::Whole { vertices: Vertices { nodes, chunks }, .. } => {
                let at = vertex as usize;
                match at.checked_sub(nodes.len()) {
                    None => nodes.get(at).copied().map(Vertex::Node),
                    Some(at) => chunks.get(at).copied().map(Vertex::Chunk),
                }
            }
            Form::Patched { graph, numbers } => numbers.key(vertex).filter(|_| graph.contains(vertex)),
        }
    }

    /// Every vertex and what it stands for, by number.
    pub fn vertices(&self) -> impl Iterator<Item = (u32, Vertex)> {
        (0u32..).take(self.graph().vertices()).filter_map(|vertex| Some((vertex, self.what(vertex)?)))
    }

    /// The vertices that stand for nodes, by number.
    pub fn nodes(&self) -> impl Iterator<Item = (u32, NodeId)> {
        self.vertices().filter_map(|(vertex, what)| match what {
            Vertex::Node(node) => Some((vertex, node)),
            Vertex::Chunk(_) => None,
        })
    }

    /// The vertices that stand for chunks, by number.
    pub fn chunks(&self) -> impl Iterator<Item = (u32, ChunkId)> {
        self.vertices().filter_map(|(vertex, what)| match what {
            Vertex::Chunk(chunk) => Some((vertex, chunk)),
            Vertex::Node(_) => None,
        })
    }

    /// The weight that `record` gives the edge between its subject and its object.
    #[must_use]
    pub fn weight(record: &FactRecord) -> f32 {
        if record.fact.predicate.as_str() == SYNONYM {
            record.confidence().get()
        } else {
            (record.evidence.len().max(1) as f32).min(MAX_WEIGHT)
        }
    }
}

/// The nodes by id, then the chunks by id.
#[derive(Clone, Debug)]
struct Vertices {
    nodes: Vec<NodeId>,
    chunks: Vec<ChunkId>,
}

impl Vertices {
    fn len(&self) -> Result<u32> {
        let too_many = |_| Error::new(ErrorKind::Unsupported, "graph.mutual").reason("more than 2^32 nodes and chunks");
        u32::try_from(self.nodes.len() + self.chunks.len()).map_err(too_many)
    }

    fn node(&self, node: NodeId) -> Option<u32> {
        u32::try_from(self.nodes.binary_search(&node).ok()?).ok()
    }

    fn chunk(&self, chunk: ChunkId) -> Option<u32> {
        u32::try_from(self.nodes.len() + self.chunks.binary_search(&chunk).ok()?).ok()
    }
}
