//! What a record is searched by.

use std::collections::BTreeMap;

use kag_core::{ContentHash, FactRecord, GraphView, Node, RecordId, RecordKind, Result};

use crate::{snapshot::StoredGraph, truth::Tables};

/// The records of one commit, and the texts they are searched by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Records<'r> {
    pub(crate) tables: &'r Tables,
    pub(crate) graph: &'r StoredGraph,
}

/// What a record is searched by.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// Its words.
    pub(crate) words: String,
    /// The text whose vector is its vector.
    pub(crate) embedded: ContentHash,
}

impl Shown {
    fn of(text: &str) -> Self {
        Self { words: text.to_owned(), embedded: ContentHash::of(text) }
    }

    fn of_node(node: &Node) -> Self {
        let aliases = node.aliases.iter().map(|alias| &**alias);
        let words = std::iter::once(&*node.name).chain(aliases).collect::<Vec<_>>().join("\n");
        Self { words, embedded: ContentHash::of(&*node.name) }
    }

    fn of_fact(fact: &FactRecord) -> Self {
        Self::of(&fact.statement)
    }

    /// Differs wherever this does.
    fn digest(&self) -> ContentHash {
        ContentHash::of_parts(&[self.words.as_bytes(), &self.embedded.to_u128().to_be_bytes()])
    }
}

impl Records<'_> {
    /// What `record` is searched by; `None` where it is not there.
    pub(crate) fn shown(&self, record: RecordId) -> Result<Option<Shown>> {
        Ok(match record {
            RecordId::Chunk(id) => {
                let Some(chunk) = self.tables.chunk(id)? else { return Ok(None) };
                let document = self.tables.document(chunk.document)?;
                document.map(|stored| Shown::of(&stored.document.passage(&chunk)))
            }
            RecordId::Node(id) => self.graph.node(id)?.map(|node| Shown::of_node(&node)),
            RecordId::Fact(id) => self.graph.fact(id)?.map(|fact| Shown::of_fact(&fact)),
        })
    }

    /// Calls `with` with every record of `kind`, in the order in which they lie, and what it
    /// is searched by.
    pub(crate) fn each(&self, kind: RecordKind, mut with: impl FnMut(RecordId, Shown) -> Result<()>) -> Result<()> {
        match kind {
            RecordKind::Chunk => {
                for stored in self.tables.documents()? {
                    let stored = stored?;
                    for chunk in self.tables.chunks_of(stored.document.id)? {
                        with(RecordId::Chunk(chunk.id), Shown::of(&stored.document.passage(&chunk)))?;
                    }
                }
                Ok(())
            }
            RecordKind::Node => self.graph.each_node(|node| with(RecordId::Node(node.id), Shown::of_node(&node))),
            RecordKind::Fact => self.graph.each_fact(|fact| with(RecordId::Fact(fact.id), Shown::of_fact(&fact))),
        }
    }

    /// Every record of `kind` that something derived shows in, by id, and a digest of what it is
    /// searched by. That may change without any record of the truth being touched.
    pub(crate) fn derived(&self, kind: RecordKind) -> Result<BTreeMap<RecordId, ContentHash>> {
        let derived = self.graph.derived();
        let ids: Vec<RecordId> = match kind {
            RecordKind::Chunk => Vec::new(),
            RecordKind::Node => derived.nodes.keys().map(|id| RecordId::Node(*id)).collect(),
            RecordKind::Fact => derived.facts.keys().map(|id| RecordId::Fact(*id)).collect(),
        };
        let mut shown = BTreeMap::new();
        for id in ids {
            if let Some(one) = self.shown(id)? {
                shown.insert(id, one.digest());
            }
        }
        Ok(shown)
    }
}

/// The kind of a record.
pub(crate) fn kind_of(record: RecordId) -> RecordKind {
    match record {
        RecordId::Chunk(_) => RecordKind::Chunk,
        RecordId::Node(_) => RecordKind::Node,
        RecordId::Fact(_) => RecordKind::Fact,
    }
}

/// The records that differ between two states of what is derived.
pub(crate) fn changed(
    before: &BTreeMap<RecordId, ContentHash>,
    after: &BTreeMap<RecordId, ContentHash>,
) -> Vec<RecordId> {
    let gone = before.iter().filter(|(id, shown)| after.get(id) != Some(shown));
    let new = after.iter().filter(|(id, shown)| before.get(id) != Some(shown));
    gone.chain(new).map(|(id, _)| *id).collect()
}
