//! A contribution in the making.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{ChunkFailure, Contribution, EmbeddingSpace, FactEntry, NodeEntry, TextVector, entry::most_frequent};
use crate::{
    Chunk, ChunkId, Document, Error, Evidence, Fact, Layer, Mention, NameKey, NodeId, Result, Span, TypeName, Value,
};

/// A contribution in the making: filled in any order, checked when it is sealed.
///
/// ```
/// use kag_core::{Chunk, Confidence, ContentHash, ContributionDraft, Document, Evidence, Fact, Layer, Origin, Span};
///
/// let text = "皇家马德里成立于1902年。";
/// let mut draft = ContributionDraft::new(Document::new("file:clubs.txt", ContentHash::of(text)));
/// let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
/// let club = draft.add_node("Club", "皇家马德里", Layer::Information);
/// draft.add_mention(club, chunk, Some(Span::new(0, 15)));
/// draft.add_fact(
///     Fact::new(club, "founded", 1902),
///     Evidence {
///         chunk,
///         span: Some(Span::new(15, 31)),
///         origin: Origin::Extracted { by: "example 1".into() },
///         layer: Layer::Information,
///         confidence: Confidence::CERTAIN,
///     },
/// );
/// let contribution = draft.seal()?;
/// assert_eq!(&*contribution.facts()[0].statement, "皇家马德里 founded 1902");
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContributionDraft {
    /// The document that contributes.
    pub document: Document,
    /// Its chunks.
    pub chunks: Vec<Arc<Chunk>>,
    /// Its nodes; several entries of one id are merged.
    pub nodes: Vec<NodeEntry>,
    /// Its mentions.
    pub mentions: Vec<Mention>,
    /// Its facts; several entries of one fact are merged. Statements are written when sealed.
    pub facts: Vec<FactEntry>,
    /// The chunks whose extraction failed.
    #[serde(default)]
    pub failures: Vec<ChunkFailure>,
    /// The space of the vectors.
    #[serde(default)]
    pub space: Option<EmbeddingSpace>,
    /// Vectors of texts.
    #[serde(default)]
    pub vectors: Vec<TextVector>,
}

impl ContributionDraft {
    /// A draft for `document` that holds nothing yet.
    #[must_use]
    pub fn new(document: Document) -> Self {
        let (chunks, nodes, mentions, facts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { document, chunks, nodes, mentions, facts, failures: Vec::new(), space: None, vectors: Vec::new() }
    }

    /// Adds a chunk and returns its id.
    pub fn add_chunk(&mut self, chunk: impl Into<Arc<Chunk>>) -> ChunkId {
        let chunk = chunk.into();
        let id = chunk.id;
        self.chunks.push(chunk);
        id
    }

    /// Adds a node identified by type and normalised name, and returns its id. Adding it
    /// again counts one more for the spelling.
    pub fn add_node(&mut self, type_name: impl Into<TypeName>, name: impl Into<Arc<str>>, layer: Layer) -> NodeId {
        let (type_name, name) = (type_name.into(), name.into());
        let id = NodeId::named(&type_name, &NameKey::of(&name));
        self.add_spelling(id, type_name, name, layer);
        id
    }

    /// Adds a node identified by type and key columns, shown as `name`, and returns its id.
    pub fn add_keyed_node(
        &mut self,
        type_name: impl Into<TypeName>,
        key: &[&str],
        name: impl Into<Arc<str>>,
        layer: Layer,
    ) -> NodeId {
        let type_name = type_name.into();
        let id = NodeId::keyed(&type_name, key);
        self.add_spelling(id, type_name, name.into(), layer);
        id
    }

    fn add_spelling(&mut self, id: NodeId, type_name: TypeName, name: Arc<str>, layer: Layer) {
        let (names, aliases) = (BTreeMap::from([(name, 1)]), Default::default());
        self.nodes.push(NodeEntry { id, type_name, names, aliases, layer });
    }

    /// Adds another name of `node`, which must have been added.
    pub fn add_alias(&mut self, node: NodeId, alias: impl Into<Arc<str>>) {
        if let Some(entry) = self.nodes.iter_mut().rev().find(|entry| entry.id == node) {
            entry.aliases.insert(alias.into());
        }
    }

    /// Adds that `chunk` names `node`, in `span` of the chunk's text where that is known.
    pub fn add_mention(&mut self, node: NodeId, chunk: ChunkId, span: Option<Span>) {
        self.mentions.push(Mention { node, chunk, span });
    }

    /// Adds a fact with one reason to believe it. The same fact again adds a reason.
    pub fn add_fact(&mut self, fact: Fact, evidence: Evidence) {
        self.facts.push(FactEntry { id: fact.id(), fact, statement: "".into(), evidence: vec![evidence] });
    }

    /// Adds that `chunk` could not be read for knowledge.
    pub fn add_failure(&mut self, chunk: ChunkId, reason: impl Into<Arc<str>>) {
        self.failures.push(ChunkFailure { chunk, reason: reason.into() });
    }

    /// Checks the draft, merges what is there twice, sorts it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the document and the entry: a chunk of another
    /// document or whose span is not as long as its text; two chunks of one ordinal; a node
    /// without a visible name; a mention or fact of a node or chunk that the draft does not
    /// bring; a span outside its chunk or inside a character; a fact without evidence or
    /// whose id is not its own; vectors without a space or of another length.
    pub fn seal(mut self) -> Result<Contribution> {
        self.sort_and_merge();
        let checked = Checker::of(&self)?.check();
        checked.map_err(|error| error.with("document", &self.document.uri))?;
        self.write_statements();
        let Self { document, chunks, nodes, mentions, facts, failures, space, vectors } = self;
        Ok(Contribution { document, chunks, nodes, mentions, facts, failures, space, vectors })
    }

    fn sort_and_merge(&mut self) {
        self.chunks.sort_by_key(|chunk| chunk.id);
        self.nodes.sort_by_key(|node| node.id);
        self.nodes.dedup_by(|next, kept| {
            let same = next.id == kept.id && next.type_name == kept.type_name;
            if same {
                for (name, count) in std::mem::take(&mut next.names) {
                    let total = kept.names.entry(name).or_default();
                    *total = total.saturating_add(count);
                }
                kept.aliases.append(&mut next.aliases);
                kept.layer = kept.layer.max(next.layer);
            }
            same
        });
        for node in &mut self.nodes {
            node.aliases.retain(|alias| !node.names.contains_key(alias) && !NameKey::of(alias).is_empty());
        }
        self.mentions.sort();
        self.mentions.dedup();
        self.facts.sort_by_key(|fact| fact.id);
        self.facts.dedup_by(|next, kept| {
            let same = next.id == kept.id && next.fact == kept.fact;
            if same {
                kept.evidence.append(&mut next.evidence);
            }
            same
        });
        for fact in &mut self.facts {
            fact.evidence.sort();
            fact.evidence.dedup();
        }
        self.failures.sort();
        self.failures.dedup_by_key(|failure| failure.chunk);
        self.vectors.sort_by_key(|vector| vector.text);
        self.vectors.dedup_by_key(|vector| vector.text);
    }

    fn write_statements(&mut self) {
        let names: HashMap<NodeId, &Arc<str>> =
            self.nodes.iter().filter_map(|node| Some((node.id, most_frequent(&node.names)?))).collect();
        let name_of = |node: NodeId| names.get(&node).map_or("", |name| name);
        for entry in &mut self.facts {
            let object = match &entry.fact.object {
                Value::Node(node) => name_of(*node).to_owned(),
                literal => literal.to_string(),
            };
            let subject = name_of(entry.fact.subject);
            entry.statement = format!("{subject} {} {object}", entry.fact.predicate).into();
        }
    }
}

impl From<Contribution> for ContributionDraft {
    fn from(sealed: Contribution) -> Self {
        let Contribution { document, chunks, nodes, mentions, facts, failures, space, vectors } = sealed;
        Self { document, chunks, nodes, mentions, facts, failures, space, vectors }
    }
}

/// Checks that a sorted draft is self-contained.
struct Checker<'d> {
    draft: &'d ContributionDraft,
    chunks: HashMap<ChunkId, &'d Chunk>,
    nodes: HashSet<NodeId>,
}

impl<'d> Checker<'d> {
    fn of(draft: &'d ContributionDraft) -> Result<Self> {
        let chunks: HashMap<_, _> = draft.chunks.iter().map(|chunk| (chunk.id, &**chunk)).collect();
        let nodes: HashSet<_> = draft.nodes.iter().map(|node| node.id).collect();
        Ok(Self { draft, chunks, nodes })
    }

    fn check(&self) -> Result<()> {
        self.check_chunks()?;
        self.check_nodes()?;
        for mention in &self.draft.mentions {
            self.check_node(mention.node)?;
            self.check_place(mention.chunk, mention.span)?;
        }
        for entry in &self.draft.facts {
            self.check_fact(entry).map_err(|error| error.with("predicate", &entry.fact.predicate))?;
        }
        for failure in &self.draft.failures {
            self.check_place(failure.chunk, None)?;
        }
        self.check_vectors()
    }

    fn check_chunks(&self) -> Result<()> {
        let document = &self.draft.document;
        if document.id != crate::DocumentId::of(&document.uri) {
            return Err(invalid("the document's id is not that of its uri"));
        }
        if self.chunks.len() != self.draft.chunks.len() {
            return Err(invalid("two chunks have one ordinal"));
        }
        for chunk in &self.draft.chunks {
            let own = chunk.document == document.id && chunk.id == ChunkId::new(document.id, chunk.id.ordinal());
            if !own {
                return Err(invalid("a chunk belongs to another document").with("chunk", chunk.id.ordinal()));
            }
            if chunk.span.len() != chunk.text.len() {
                return Err(invalid("a chunk's span is not as long as its text").with("chunk", chunk.id.ordinal()));
            }
            if chunk.pages.is_some_and(|pages| pages.first == 0 || pages.last < pages.first) {
                return Err(invalid("a chunk's pages are none").with("chunk", chunk.id.ordinal()));
            }
        }
        Ok(())
    }

    fn check_nodes(&self) -> Result<()> {
        if self.nodes.len() != self.draft.nodes.len() {
            return Err(invalid("one node has two types"));
        }
        for node in &self.draft.nodes {
            if node.names.is_empty() || node.names.keys().any(|name| NameKey::of(name).is_empty()) {
                return Err(invalid("a node has no visible name").with("type", &node.type_name));
            }
        }
        Ok(())
    }

    fn check_fact(&self, entry: &FactEntry) -> Result<()> {
        if entry.id != entry.fact.id() {
            return Err(invalid("a fact's id is not its own"));
        }
        self.check_node(entry.fact.subject)?;
        self.check_value(&entry.fact.object)?;
        entry.fact.qualifiers.values().try_for_each(|value| self.check_value(value))?;
        if entry.evidence.is_empty() {
            return Err(invalid("a fact has no evidence"));
        }
        entry.evidence.iter().try_for_each(|evidence| self.check_place(evidence.chunk, evidence.span))
    }

    fn check_value(&self, value: &Value) -> Result<()> {
        match value {
            Value::Node(node) => self.check_node(*node),
            Value::List(values) => values.iter().try_for_each(|value| self.check_value(value)),
            _ => Ok(()),
        }
    }

    fn check_node(&self, node: NodeId) -> Result<()> {
        if self.nodes.contains(&node) {
            return Ok(());
        }
        Err(invalid("a node is spoken of but not brought").with("node", node))
    }

    fn check_place(&self, chunk: ChunkId, span: Option<Span>) -> Result<()> {
        let Some(found) = self.chunks.get(&chunk) else {
            return Err(invalid("a chunk is spoken of but not brought").with("chunk", chunk));
        };
        match span {
            Some(span) if span.of(&found.text).is_none() => Err(invalid("a span leaves its chunk or cuts a character")
                .with("chunk", chunk.ordinal())
                .with("span", span)),
            _ => Ok(()),
        }
    }

    fn check_vectors(&self) -> Result<()> {
        let Some(space) = &self.draft.space else {
            return if self.draft.vectors.is_empty() { Ok(()) } else { Err(invalid("vectors without a space")) };
        };
        match self.draft.vectors.iter().find(|vector| vector.vector.dim() != space.dim) {
            Some(odd) => Err(invalid("a vector is not as long as its space says")
                .with("length", odd.vector.dim())
                .with("space", space)),
            None => Ok(()),
        }
    }
}

fn invalid(reason: &'static str) -> Error {
    Error::invalid("contribution.seal", reason)
}
