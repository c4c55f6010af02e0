//! The logical dump: everything that is known, as sorted lines of JSON.
//!
//! The first line names the format. Then come the [settings](Settings) by name, the documents by id, each followed by its
//! chunks, nodes, mentions, facts, failures and vectors, in the order of a sealed
//! [`Contribution`]; then what is derived, nodes by
//! id and facts by id; and a last line that counts the documents,
//! so that a dump that was cut off is not taken for a whole one. Commit numbers, clocks and indexes are
//! left out, so that equal knowledge has equal dumps, byte for byte, and a dump of one
//! store can be loaded into any other.
//!
//! See `docs/data-model.md` for a dump by example.

use std::io::{BufRead, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Chunk, ChunkFailure, Contribution, ContributionDraft, Derivation, Document, EmbeddingSpace, Error, ErrorKind, Fact,
    FactEntry, FactId, GraphNeed, Mention, Node, NodeEntry, Result, Settings, Snapshot, TextVector,
};

/// The version of the format that [`write()`] writes and [`read`] reads.
pub const VERSION: u32 = 1;

/// How many documents are fetched at once.
const PAGE: usize = 256;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Line {
    Dump {
        version: u32,
    },
    Setting {
        name: Arc<str>,
        text: Arc<str>,
    },
    Document(Document),
    Chunk(Arc<Chunk>),
    Node(NodeEntry),
    Mention(Mention),
    Fact(FactEntry),
    Failure(ChunkFailure),
    Space(EmbeddingSpace),
    Vector(TextVector),
    /// A node that rules make or name, as it shows itself.
    #[serde(rename = "derived_node")]
    DerivedNode(Arc<Node>),
    Derived {
        id: FactId,
        fact: Fact,
        derivations: Vec<Derivation>,
    },
    End {
        documents: usize,
    },
}

/// Writes everything that `snapshot` sees to `out`.
///
/// # Errors
/// Those of reading the snapshot; [`Unavailable`](ErrorKind::Unavailable) where `out` fails.
pub async fn write(snapshot: &Snapshot, out: &mut (dyn Write + Send)) -> Result<()> {
    put(out, &Line::Dump { version: VERSION })?;
    for (name, text) in snapshot.settings().iter() {
        put(out, &Line::Setting { name: Arc::clone(name), text: Arc::clone(text) })?;
    }
    let (mut last, mut documents) = (None, 0);
    loop {
        let page = snapshot.chunks().documents(last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = Some(*end);
        for contribution in snapshot.chunks().contributions(&page).await?.into_iter().flatten() {
            write_contribution(&contribution, out)?;
            documents += 1;
        }
    }
    let graph = snapshot.graph().view(&GraphNeed::Everything).await?;
    for node in graph.nodes() {
        let node = node?;
        if !node.derivations.is_empty() {
            put(out, &Line::DerivedNode(node))?;
        }
    }
    for record in graph.facts() {
        let record = record?;
        if !record.derivations.is_empty() {
            let (fact, derivations) = (record.fact.clone(), record.derivations.clone());
            put(out, &Line::Derived { id: record.id, fact, derivations })?;
        }
    }
    put(out, &Line::End { documents })
}

fn write_contribution(contribution: &Contribution, out: &mut (dyn Write + Send)) -> Result<()> {
    put(out, &Line::Document(contribution.document().clone()))?;
    contribution.chunks().iter().try_for_each(|chunk| put(out, &Line::Chunk(Arc::clone(chunk))))?;
    contribution.nodes().iter().try_for_each(|node| put(out, &Line::Node(node.clone())))?;
    contribution.mentions().iter().try_for_each(|mention| put(out, &Line::Mention(mention.clone())))?;
    contribution.facts().iter().try_for_each(|fact| put(out, &Line::Fact(fact.clone())))?;
    contribution.failures().iter().try_for_each(|failure| put(out, &Line::Failure(failure.clone())))?;
    contribution.space().into_iter().try_for_each(|space| put(out, &Line::Space(space.clone())))?;
    contribution.vectors().iter().try_for_each(|vector| put(out, &Line::Vector(vector.clone())))
}

fn put(out: &mut (dyn Write + Send), line: &Line) -> Result<()> {
    let mut bytes =
        serde_json::to_vec(line).map_err(|error| Error::new(ErrorKind::Corrupt, "dump.write").because(error))?;
    bytes.push(b'\n');
    out.write_all(&bytes).map_err(|error| Error::new(ErrorKind::Unavailable, "dump.write").because(error))
}

/// Reads the contributions of a dump, in its order, each as soon as it is complete. A dump whose last line is
/// missing is cut off, which is an error behind what was read of it.
///
/// Derived nodes and facts are passed over: the knowledge base that takes the contributions derives
/// them anew. [Settings](settings) are passed over as well. After an error nothing more comes.
pub fn read(input: impl BufRead) -> impl Iterator<Item = Result<Contribution>> {
    let mut reader =
        DumpReader { lines: input.lines(), number: 0, draft: None, documents: 0, ended: false, done: false };
    std::iter::from_fn(move || reader.next_contribution().transpose())
}

/// Reads the settings of a dump, and nothing behind them.
///
/// # Errors
/// [`Corrupt`](ErrorKind::Corrupt) where it is none, [`Unsupported`](ErrorKind::Unsupported) where it is of another
/// version, [`Unavailable`](ErrorKind::Unavailable) where `input` fails.
pub fn settings(input: impl BufRead) -> Result<Settings> {
    let mut settings = Vec::new();
    for (line, number) in input.lines().zip(1..) {
        let line = line.map_err(|error| Error::new(ErrorKind::Unavailable, "dump.read").because(error))?;
        match (number, line_of(&line).map_err(|error| error.with("line", number))?) {
            (1, first) => check_first(&first)?,
            (_, Line::Setting { name, text }) => settings.push((name, text)),
            _ => return Ok(settings.into_iter().collect()),
        }
    }
    Err(corrupt("the dump is cut off"))
}

fn line_of(line: &str) -> Result<Line> {
    serde_json::from_str(line).map_err(|error| corrupt("not a line of a dump").because(error))
}

fn check_first(line: &Line) -> Result<()> {
    match line {
        Line::Dump { version: VERSION } => Ok(()),
        Line::Dump { version } => Err(Error::new(ErrorKind::Unsupported, "dump.read")
            .reason("the dump is of another version")
            .with("version", version)
            .with("supported", VERSION)),
        _ => Err(corrupt("the first line does not name the format")),
    }
}

struct DumpReader<R: BufRead> {
    lines: std::io::Lines<R>,
    number: usize,
    draft: Option<ContributionDraft>,
    /// How many documents were named.
    documents: usize,
    /// Whether the last line was read.
    ended: bool,
    done: bool,
}

impl<R: BufRead> DumpReader<R> {
    fn next_contribution(&mut self) -> Result<Option<Contribution>> {
        while !self.done {
            let step = self.step();
            if !matches!(step, Ok(None)) {
                self.done |= step.is_err();
                return step.map_err(|error| error.with("line", self.number));
            }
        }
        Ok(None)
    }

    /// Takes one line; gives the contribution that it completes.
    fn step(&mut self) -> Result<Option<Contribution>> {
        let Some(line) = self.lines.next() else {
            self.done = true;
            return if self.ended { Ok(None) } else { Err(corrupt("the dump is cut off")) };
        };
        self.number += 1;
        let line = line.map_err(|error| Error::new(ErrorKind::Unavailable, "dump.read").because(error))?;
        let line = line_of(&line)?;
        if self.number == 1 {
            return check_first(&line).map(|()| None);
        }
        match line {
            _ if self.ended => return Err(corrupt("something follows the last line")),
            Line::End { documents } if documents == self.documents => {
                self.ended = true;
                return self.draft.take().map(ContributionDraft::seal).transpose();
            }
            Line::End { .. } => return Err(corrupt("documents are missing")),
            Line::Document(document) => {
                self.documents += 1;
                let complete = self.draft.replace(ContributionDraft::new(document));
                return complete.map(ContributionDraft::seal).transpose();
            }
            Line::Setting { .. } if self.documents == 0 => return Ok(None),
            Line::DerivedNode(_) | Line::Derived { .. } => return Ok(None),
            _ => {}
        }
        let Some(draft) = &mut self.draft else { return Err(corrupt("a record stands before any document")) };
        match line {
            Line::Chunk(chunk) => draft.chunks.push(chunk),
            Line::Node(node) => draft.nodes.push(node),
            Line::Mention(mention) => draft.mentions.push(mention),
            Line::Fact(fact) => draft.facts.push(fact),
            Line::Failure(failure) => draft.failures.push(failure),
            Line::Space(space) => draft.space = Some(space),
            Line::Vector(vector) => draft.vectors.push(vector),
            Line::Setting { .. } => return Err(corrupt("a setting stands behind a document")),
            Line::Dump { .. } | Line::Document(_) | Line::DerivedNode(_) | Line::Derived { .. } | Line::End { .. } => {
                return Err(corrupt("the format is named twice"));
            }
        }
        Ok(None)
    }
}

fn corrupt(reason: &'static str) -> Error {
    Error::new(ErrorKind::Corrupt, "dump.read").reason(reason)
}
