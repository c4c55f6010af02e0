//! Documents, chunks, and what contributions say of nodes and facts.

use std::sync::Arc;

use kag_core::{
    Chunk, ChunkId, Confidence, ContentHash, Document, DocumentId, Error, ErrorKind, Evidence, Fact, FactEntry, FactId,
    Layer, NodeEntry, NodeId, Origin, PageRange, Predicate, Qualifiers, Result, TypeName,
};

use super::{
    Reader, Writer,
    value::{read_value, write_value},
};

pub(crate) fn write_document(document: &Document, out: &mut Writer) {
    out.text(&document.uri);
    out.text(&document.title);
    out.id(document.content.to_u128());
    out.id(document.fingerprint.to_u128());
    out.length(document.labels.len());
    document.labels.iter().for_each(|label| out.text(label));
}

pub(crate) fn read_document(from: &mut Reader<'_>) -> Option<Document> {
    let uri = from.text()?;
    Some(Document {
        id: DocumentId::of(&uri),
        uri,
        title: from.text()?,
        content: ContentHash::from_u128(from.id()?),
        fingerprint: ContentHash::from_u128(from.id()?),
        labels: from.list(Reader::text)?.into_iter().collect(),
        media_type: "".into(),
    })
}

/// Writes what stands last in the row of a document, and is not there where it says nothing.
pub(crate) fn write_media_type(document: &Document, out: &mut Writer) {
    if !document.media_type.is_empty() {
        out.text(&document.media_type);
    }
}

pub(crate) fn read_media_type(from: &mut Reader<'_>) -> Option<Arc<str>> {
    if from.is_at_end() { Some("".into()) } else { from.text() }
}

pub(crate) fn write_chunk(chunk: &Chunk, out: &mut Writer) {
    out.length(chunk.span.start);
    out.text(&chunk.text);
    out.length(chunk.headings.len());
    chunk.headings.iter().for_each(|heading| out.text(heading));
    if let Some(PageRange { first, last }) = chunk.pages {
        out.number(first.into());
        out.number(last.into());
    }
}

/// The chunk `ordinal` of `document`.
pub(crate) fn read_chunk(document: DocumentId, ordinal: u32, from: &mut Reader<'_>) -> Option<Chunk> {
    let start = from.length()?;
    let text = from.text()?;
    start.checked_add(text.len())?;
    let headings = from.list(Reader::text)?;
    let pages = if from.is_at_end() { None } else { Some(read_pages(from)?) };
    Some(Chunk::new(document, ordinal, start, text).with_headings(headings).with_pages(pages))
}

fn read_pages(from: &mut Reader<'_>) -> Option<PageRange> {
    let mut page = || u32::try_from(from.number()?).ok();
    Some(PageRange { first: page()?, last: page()? })
}

pub(crate) fn write_node_entry(entry: &NodeEntry, out: &mut Writer) {
    out.text(entry.type_name.as_str());
    out.byte(layer_code(entry.layer));
    out.length(entry.names.len());
    for (name, count) in &entry.names {
        out.text(name);
        out.number(u64::from(*count));
    }
    out.length(entry.aliases.len());
    entry.aliases.iter().for_each(|alias| out.text(alias));
}

pub(crate) fn read_node_entry(id: NodeId, from: &mut Reader<'_>) -> Option<NodeEntry> {
    let type_name = TypeName::new(from.text()?);
    let layer = layer_of(from.byte()?)?;
    let names = from.list(|from| Some((from.text()?, u32::try_from(from.number()?).ok()?)))?.into_iter().collect();
    let aliases = from.list(Reader::text)?.into_iter().collect();
    Some(NodeEntry { id, type_name, names, aliases, layer })
}

/// # Errors
/// Those of a value that cannot be stored; [`Unsupported`](ErrorKind::Unsupported) for an unknown origin.
pub(crate) fn write_fact_entry(entry: &FactEntry, out: &mut Writer) -> Result<()> {
    write_fact(&entry.fact, out)?;
    out.text(&entry.statement);
    out.length(entry.evidence.len());
    entry.evidence.iter().try_for_each(|evidence| write_evidence(evidence, out))
}

pub(crate) fn read_fact_entry(id: FactId, from: &mut Reader<'_>) -> Option<FactEntry> {
    let fact = read_fact(from)?;
    Some(FactEntry { id, fact, statement: from.text()?, evidence: from.list(read_evidence)? })
}

fn write_fact(fact: &Fact, out: &mut Writer) -> Result<()> {
    out.id(fact.subject.to_u128());
    out.text(fact.predicate.as_str());
    write_value(&fact.object, out)?;
    out.length(fact.qualifiers.len());
    for (name, value) in &fact.qualifiers {
        out.text(name);
        write_value(value, out)?;
    }
    Ok(())
}

fn read_fact(from: &mut Reader<'_>) -> Option<Fact> {
    let subject = NodeId::from_u128(from.id()?);
    let predicate = Predicate::new(from.text()?);
    let object = read_value(from)?;
    let qualifiers: Qualifiers = from.list(|from| Some((from.text()?, read_value(from)?)))?.into_iter().collect();
    Some(Fact { subject, predicate, object, qualifiers })
}

fn write_evidence(evidence: &Evidence, out: &mut Writer) -> Result<()> {
    out.id(evidence.chunk.to_u128());
    out.span(evidence.span);
    match &evidence.origin {
        Origin::Extracted { by } => {
            out.byte(0);
            out.text(by);
        }
        Origin::Mapped { by, row } => {
            out.byte(1);
            out.text(by);
            out.number(*row);
        }
        _ => return Err(Error::new(ErrorKind::Unsupported, "commit").reason("evidence of an unknown origin")),
    }
    out.byte(layer_code(evidence.layer));
    out.raw(&evidence.confidence.get().to_bits().to_be_bytes());
    Ok(())
}

fn read_evidence(from: &mut Reader<'_>) -> Option<Evidence> {
    Some(Evidence {
        chunk: ChunkId::from_u128(from.id()?),
        span: from.span()?,
        origin: match from.byte()? {
            0 => Origin::Extracted { by: from.text()? },
            1 => Origin::Mapped { by: from.text()?, row: from.number()? },
            _ => return None,
        },
        layer: layer_of(from.byte()?)?,
        confidence: Confidence::new(f32::from_bits(u32::from_be_bytes(from.array()?))),
    })
}

fn layer_code(layer: Layer) -> u8 {
    match layer {
        Layer::Chunk => 0,
        Layer::Information => 1,
        Layer::Knowledge => 2,
    }
}

fn layer_of(code: u8) -> Option<Layer> {
    Some(match code {
        0 => Layer::Chunk,
        1 => Layer::Information,
        2 => Layer::Knowledge,
        _ => return None,
    })
}
