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

/// The words of a node: its name and its aliases.
fn words_of(node: &Node) -> String {
    let aliases = node.aliases.iter().map(|alias| &**alias);
    std::iter::once(&*node.name).chain(aliases).collect::<Vec<_>>().join("\n")
}

impl Records<'_> {
    /// The words by which `record` is searched; `None` where it is not there.
    pub(crate) fn words(&self, record: RecordId) -> Result<Option<String>> {
        Ok(match record {
            RecordId::Chunk(id) => {
                let Some(chunk) = self.tables.chunk(id)? else { return Ok(None) };
                let document = self.tables.document(chunk.document)?;
                document.map(|stored| stored.document.passage(&chunk))
            }
            RecordId::Node(id) => self.graph.node(id)?.map(|node| words_of(&node)),
            RecordId::Fact(id) => self.graph.fact(id)?.map(|fact| fact.statement.to_string()),
        })
    }

    /// The text whose vector is that of `record`; `None` where it is not there.
    pub(crate) fn text(&self, record: RecordId) -> Result<Option<ContentHash>> {
        Ok(match record {
            RecordId::Node(id) => self.graph.node(id)?.map(|node| ContentHash::of(&*node.name)),
            other => self.words(other)?.map(ContentHash::of),
        })
    }

    /// Calls `with` with every record of `kind`, by id, and its words and text.
    pub(crate) fn each(
        &self,
        kind: RecordKind,
        mut with: impl FnMut(RecordId, &dyn Fn() -> (String, ContentHash)) -> Result<()>,
    ) -> Result<()> {
        match kind {
            RecordKind::Chunk => {
                for stored in self.tables.documents()? {
                    let stored = stored?;
                    for chunk in self.tables.chunks_of(stored.document.id)? {
                        let passage = stored.document.passage(&chunk);
                        with(RecordId::Chunk(chunk.id), &|| (passage.clone(), ContentHash::of(&passage)))?;
                    }
                }
            }
            RecordKind::Node => {
                for node in self.graph.nodes() {
                    let node = node?;
                    with(RecordId::Node(node.id), &|| (words_of(&node), ContentHash::of(&*node.name)))?;
                }
            }
            RecordKind::Fact => {
                for fact in self.graph.facts() {
                    let fact = fact?;
                    with(RecordId::Fact(fact.id), &|| words_of_fact(&fact))?;
                }
            }
        }
        Ok(())
    }

    /// The words of every record of `kind` that something derived shows in, by id. They may
    /// change without any record of the truth being touched.
    pub(crate) fn derived(&self, kind: RecordKind) -> Result<BTreeMap<RecordId, ContentHash>> {
        let derived = self.graph.derived();
        let ids: Vec<RecordId> = match kind {
            RecordKind::Chunk => Vec::new(),
            RecordKind::Node => derived.nodes.keys().map(|id| RecordId::Node(*id)).collect(),
            RecordKind::Fact => derived.facts.keys().map(|id| RecordId::Fact(*id)).collect(),
        };
        let mut words = BTreeMap::new();
        for id in ids {
            if let Some(text) = self.words(id)? {
                words.insert(id, ContentHash::of(text));
            }
        }
        Ok(words)
    }
}

fn words_of_fact(fact: &FactRecord) -> (String, ContentHash) {
    (fact.statement.to_string(), ContentHash::of(&*fact.statement))
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
) -> impl Iterator<Item = RecordId> {
    let gone = before.iter().filter(|(id, words)| after.get(id) != Some(words));
    let new = after.iter().filter(|(id, words)| before.get(id) != Some(words));
    gone.chain(new).map(|(id, _)| *id).collect::<Vec<_>>().into_iter()
}
