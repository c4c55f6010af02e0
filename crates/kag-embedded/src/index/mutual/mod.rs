//! Nodes and chunks as one graph.

mod advance;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufReader,
    sync::Arc,
};

use kag_core::{
    ContentHash, FactId, GraphView, MutualGraph, NodeId, Result, Vertex,
    graph::{CsrBuilder, Direction, Graph, PatchedCsr, VertexNumbers},
};

use super::{Files, Head, Slot, Standing, check::difference, files::Look, version::Version};
use crate::{
    codec::{Reader, Writer},
    snapshot::StoredGraph,
    truth::{Point, Tables},
};

pub(crate) const NAME: &str = "mutual";
/// A version that is so many commits ahead of the files is written before anybody asks.
const AHEAD: u64 = 64;

/// The graph, its vertices, and the derived facts that gave it edges.
#[derive(Clone, Debug)]
pub(crate) struct Mutual {
    graph: PatchedCsr,
    numbers: VertexNumbers<Vertex>,
    /// Ends of the derived facts, and their weights.
    derived: BTreeMap<FactId, (NodeId, NodeId, u32)>,
    /// The nodes of which something is derived.
    derived_nodes: BTreeSet<NodeId>,
}

/// What a vertex is joined with, and the bits of the weights.
type Joined = Vec<(Option<Vertex>, u64)>;

/// Where the mutual graph of a store is kept up.
#[derive(Clone, Debug)]
pub(crate) struct MutualKeeper {
    pub(crate) slot: Arc<Slot<Mutual>>,
    pub(crate) files: Arc<Files>,
    pub(crate) may_write: bool,
}

impl MutualKeeper {
    /// The mutual graph of `graph`, which is of the commit of `tables`.
    pub(crate) fn of(&self, tables: &Tables, graph: &StoredGraph) -> Result<MutualGraph> {
        let here = tables.point();
        let latest = self.slot.latest(|| self.open(tables));
        let version = match latest {
            Some(latest) if latest.commit == here.commit && latest.stamp == here.stamp => latest,
            latest => {
                let from = latest.as_deref().map(|latest| {
                    let point = Point { commit: latest.commit, stamp: latest.stamp };
                    Ok(tables.touched_since(point)?.map(|touched| (latest, touched)))
                });
                let mutual = match from.transpose()?.flatten() {
                    Some((latest, touched)) => latest.index.advance(tables, graph, touched)?,
                    None => Mutual::build(tables, graph)?,
                };
                let Point { commit, stamp } = here;
                let version = Arc::new(Version { commit, stamp, derived: BTreeMap::new(), index: mutual });
                self.slot.offer(&version);
                if self.may_write && self.slot.unwritten().is_some_and(|(_, ahead)| ahead > AHEAD) {
                    // What cannot be written is made again when the store is opened.
                    drop(self.write());
                }
                version
            }
        };
        Ok(MutualGraph::patched(version.index.graph.clone(), version.index.numbers.clone()))
    }

    /// How the file of the mutual graph stands to `graph`, which is of the commit of `tables`.
    pub(crate) fn check(files: &Files, tables: &Tables, graph: &StoredGraph) -> Result<Standing> {
        let head = match files.look(NAME) {
            Look::Found(head) => head,
            other => return Ok(other.standing()),
        };
        let Some(touched) = tables.touched_since(Point { commit: head.commit, stamp: head.stamp })? else {
            return Ok(Standing::Stale);
        };
        let Some(found) = Mutual::open(&head.manifest, files) else {
            return Ok(Standing::Damaged("the graph or the numbers of its vertices cannot be read".to_owned()));
        };
        let (found, expected) = (found.advance(tables, graph, touched)?, Mutual::build(tables, graph)?);
        Ok(match difference(&found.rows(), &expected.rows()) {
            Some((what, how)) => Standing::Damaged(format!("{what:?} {how}")),
            None => Standing::Sound(head.commit),
        })
    }

    fn open(&self, tables: &Tables) -> Option<Version<Mutual>> {
        let Head { commit, stamp, derived, manifest, .. } = self.files.read_head(NAME)?;
        let leads_here = tables.touched_since(Point { commit, stamp }).ok()?.is_some();
        let index = Mutual::open(&manifest, &self.files).filter(|_| leads_here);
        if index.is_none() && self.may_write {
            self.files.discard(NAME);
        }
        Some(Version { commit, stamp, derived, index: index? })
    }

    /// Writes the latest version where the files do not have it.
    pub(crate) fn write(&self) -> Result<()> {
        let Some((version, _)) = self.slot.unwritten() else { return Ok(()) };
        let Mutual { graph, numbers, .. } = &version.index;
        let segments = vec![graph.base().name(), numbers.base().name()];
        if !self.files.has_segment(graph.base().name()) {
            self.files.write_segment(&graph.base().sealed())?;
        }
        if !self.files.has_segment(numbers.base().name()) {
            self.files.write_segment(&numbers.base().sealed())?;
        }
        let (commit, stamp) = (version.commit, version.stamp);
        let manifest = version.index.manifest();
        self.files.write_head(NAME, &Head { commit, stamp, derived: BTreeMap::new(), segments, manifest })?;
        self.slot.note_written(commit.0);
        Ok(())
    }
}

impl Mutual {
    fn build(tables: &Tables, graph: &StoredGraph) -> Result<Self> {
        // What one document names lies together, so that a walk reads what lies near.
        let nodes = tables.node_ids_by_document()?.collect::<Result<Vec<_>>>()?;
        let nodes = nodes.into_iter().chain(graph.derived().nodes.keys().copied()).map(Vertex::Node);
        let chunks = tables.chunk_ids_by_document()?.into_iter().map(Vertex::Chunk);
        let numbers = VertexNumbers::default().with(nodes.chain(chunks))?;
        let mut edges = CsrBuilder::new(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
        graph.each_fact(|record| {
            let Some(object) = record.fact.object_node().filter(|object| *object != record.fact.subject) else {
                return Ok(());
            };
            let ends = numbers.number(Vertex::Node(record.fact.subject)).zip(numbers.number(Vertex::Node(object)));
            ends.map_or(Ok(()), |(from, to)| edges.add(from, to, MutualGraph::weight(&record)))
        })?;
        let mut last = None;
        tables.each_mention(|mention| {
            if last.replace((mention.chunk, mention.node)) == Some((mention.chunk, mention.node)) {
                return Ok(());
            }
            let chunk = numbers.number(Vertex::Chunk(mention.chunk));
            let ends = chunk.zip(numbers.number(Vertex::Node(mention.node)));
            ends.map_or(Ok(()), |(from, to)| edges.add(from, to, 1.0))
        })?;
        let csr = edges.build(Direction::Undirected);
        let derived_nodes = graph.derived().nodes.keys().copied().collect();
        Ok(Self { graph: PatchedCsr::new(csr)?, numbers, derived: derived_edges(graph)?, derived_nodes })
    }

    /// What every vertex is joined with, and by which weights, by what they stand for.
    fn rows(&self) -> Vec<(Vertex, Joined)> {
        let row = |(number, what): (u32, Vertex)| {
            let arcs = self.graph.arcs_of(number).iter();
            let mut arcs: Vec<_> = arcs.map(|(to, weight)| (self.numbers.key(to), weight.to_bits())).collect();
            arcs.sort_unstable();
            (what, arcs)
        };
        let numbered = (0u32..).zip(self.numbers.keys()).filter(|(number, _)| self.graph.contains(*number));
        let mut rows: Vec<_> = numbered.map(row).collect();
        rows.sort_unstable();
        rows
    }

    fn manifest(&self) -> Vec<u8> {
        let mut out = Writer::default();
        for manifest in [self.graph.manifest(), self.numbers.manifest()] {
            out.length(manifest.len());
            out.raw(&manifest);
        }
        out.length(self.derived.len());
        for (fact, (from, to, weight)) in &self.derived {
            out.id(fact.to_u128());
            out.id(from.to_u128());
            out.id(to.to_u128());
            out.raw(&weight.to_be_bytes());
        }
        out.length(self.derived_nodes.len());
        self.derived_nodes.iter().for_each(|node| out.id(node.to_u128()));
        out.into_bytes()
    }

    fn open(manifest: &[u8], files: &Files) -> Option<Self> {
        let mut reader = Reader::new(manifest);
        let length = reader.length()?;
        let graph = reader.raw(length)?;
        let length = reader.length()?;
        let numbers = reader.raw(length)?;
        let derived = reader.list(|reader| {
            let fact = FactId::from_u128(reader.id()?);
            let (from, to) = (NodeId::from_u128(reader.id()?), NodeId::from_u128(reader.id()?));
            Some((fact, (from, to, u32::from_be_bytes(reader.array()?))))
        })?;
        let derived_nodes = reader.list(|reader| Some(NodeId::from_u128(reader.id()?)))?;
        let file = |name: ContentHash| Ok(BufReader::new(files.open_segment(name)?));
        let graph = PatchedCsr::open(graph, file).ok()?;
        let numbers = VertexNumbers::open(numbers, file).ok()?;
        (graph.vertices() == numbers.len() && reader.is_at_end()).then(|| Self {
            graph,
            numbers,
            derived: derived.into_iter().collect(),
            derived_nodes: derived_nodes.into_iter().collect(),
        })
    }
}

/// The ends and weights of the facts that are derived and join two nodes.
fn derived_edges(graph: &StoredGraph) -> Result<BTreeMap<FactId, (NodeId, NodeId, u32)>> {
    let mut edges = BTreeMap::new();
    for (id, (fact, _)) in &graph.derived().facts {
        let Some(object) = fact.object_node() else { continue };
        if let Some(record) = graph.fact(*id)? {
            edges.insert(*id, (fact.subject, object, MutualGraph::weight(&record).to_bits()));
        }
    }
    Ok(edges)
}

#[cfg(test)]
pub(super) mod tests {
    use kag_core::graph::Patch;

    use super::*;

    /// The manifest of the same graph without its last vertex.
    pub(crate) fn without_a_vertex(manifest: &[u8], files: &Files) -> Vec<u8> {
        let mut mutual = Mutual::open(manifest, files).unwrap();
        let mut patch = Patch::new();
        patch.remove(mutual.graph.vertices() as u32 - 1);
        mutual.graph = mutual.graph.with(&patch).unwrap();
        mutual.manifest()
    }
}
