//! Reading values out of passages, where the graph does not answer.

use std::sync::Arc;

use kag_core::{Chunk, NameKey, Score, Scored, Span, TypeName, Value, text::Locator};
use kag_llm::{ErrorKind, LanguageModelExt};

use super::{
    Context,
    compute::shown,
    graph::{End, cells},
    names,
    read_values::{ReadValue, ReadValues},
};
use crate::{
    BindingTable, Cell, Query, Result, Row, Support,
    logical::{Retrieval, Role, Step},
    trace::Note,
};

/// What is read about: the ends of a pattern that are known, and which end is wanted.
pub(super) struct Asked {
    /// Each known thing is asked about once; nothing known is one question.
    about: Vec<Option<Value>>,
    /// The end that the values read are for.
    wanted: Role,
}

impl Asked {
    /// What to ask where the graph says nothing of `unanswered` subjects: about each of
    /// them; about each known subject where there are none; about each known object, for
    /// the subject, where no subject is known.
    pub(super) fn of(subject: &End, object: &End, unanswered: Vec<Value>) -> Self {
        let subjects = if unanswered.is_empty() { subject.values() } else { unanswered };
        let objects = object.values();
        let (known, wanted) = match (subjects.is_empty(), objects.is_empty()) {
            (true, false) => (objects, Role::Subject),
            _ => (subjects, Role::Object),
        };
        let about = if known.is_empty() { vec![None] } else { known.into_iter().map(Some).collect() };
        Self { about, wanted }
    }
}

/// What was read.
pub(super) struct Read {
    pub(super) rows: BindingTable,
    pub(super) notes: Vec<Note>,
}

/// Retrieves passages, once for each thing asked about, and has a model read values out of
/// them for the wanted end.
///
/// Without a model the passages are noted and nothing is read. Every value must come with
/// a quote that stands in its passage, and the passage or a heading above it must name the
/// thing asked about; other values are refused and noted, and so is a reply that cannot be
/// used.
pub(super) async fn read(context: &Context<'_>, step: &Step, retrieval: &Retrieval, asked: Asked) -> Result<Read> {
    let mut read = Read { rows: BindingTable::new(retrieval.vars().cloned()), notes: Vec::new() };
    let most = context.options().max_reads;
    if asked.about.len() > most {
        read.notes.push(Note::NotRead { things: asked.about.len() - most });
    }
    for about in asked.about.into_iter().take(most) {
        let about = about.map(|value| shown(context, value)).transpose()?;
        read_about(context, step, retrieval, (about, asked.wanted), &mut read).await?;
    }
    Ok(read)
}

async fn read_about(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    (about, wanted): (Option<Cell>, Role),
    read: &mut Read,
) -> Result<()> {
    let question = question(step, retrieval, about.as_ref());
    let mut query = Query::new(question.as_str());
    query.vector = context.parts.embed(context.snapshot, &question).await?;
    if let Some(Value::Node(node)) = about.as_ref().map(|cell| &cell.value) {
        query.nodes.push(Scored::new(*node, 1.0));
    }
    let found = context.parts.retriever.retrieve(context.snapshot, &query, context.options().passages).await?;
    read.notes.extend(found.degradations.into_iter().map(Note::Degraded));
    let ids: Vec<_> = found.hits.iter().map(|hit| hit.item).collect();
    let chunks: Vec<Arc<Chunk>> = context.snapshot.chunks().chunks(&ids).await?.into_iter().flatten().collect();
    let Some(model) = &context.model else {
        read.notes.push(Note::PassagesFound { chunks: ids });
        return Ok(());
    };
    if chunks.is_empty() {
        return Ok(());
    }
    let passages: Vec<&str> = chunks.iter().map(|chunk| &*chunk.text).collect();
    let values = match model.ask(&ReadValues { question: &question, passages: &passages }).await {
        Ok(values) => values,
        Err(error) if error.kind() == ErrorKind::Unusable => {
            read.notes.push(Note::ReplyUnusable { reason: error.to_string().into() });
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    read.notes.push(Note::PassagesRead { chunks: ids, values: values.len() });
    let names = about.as_ref().map(|about| names_of(context, about)).transpose()?;
    for value in values {
        let quoted = chunks.get(value.passage).and_then(|chunk| Some((chunk, quoted(chunk, &value)?)));
        let Some((chunk, span)) = quoted else {
            read.notes.push(Note::QuoteRefused { value: value.value.into(), quote: value.quote.into() });
            continue;
        };
        if let (Some(about), Some(names)) = (&about, &names)
            && !names.iter().any(|name| is_named(chunk, name))
        {
            read.notes.push(Note::NotAbout { value: value.value.into(), about: about.to_string().into() });
            continue;
        }
        let support = Support::Passage { chunk: chunk.id, span: Some(span) };
        let cells = read_cells(context, retrieval, (about.as_ref(), wanted), &value.value)?;
        let score = Score::new(context.options().read_score);
        read.rows.push(Row::new(cells).with_support([support]).with_score(score))?;
    }
    Ok(())
}

/// The cells of a row: what was asked about at its end, what was read at the other.
fn read_cells(
    context: &Context<'_>,
    retrieval: &Retrieval,
    (about, wanted): (Option<&Cell>, Role),
    value: &str,
) -> Result<Vec<Option<Cell>>> {
    let term = if wanted == Role::Subject { &retrieval.subject } else { &retrieval.object };
    let read = Some(node_or_value(context, &term.types, value)?);
    let predicate = retrieval.predicate.names.first().map(|name| Cell::from(Value::from(name.as_str())));
    Ok(match wanted {
        Role::Subject => cells(retrieval, [read, predicate, about.cloned()]),
        Role::Predicate | Role::Object => cells(retrieval, [about.cloned(), predicate, read]),
    })
}

/// Where the quote stands in the chunk, if the value stands in the quote.
fn quoted(chunk: &Chunk, value: &ReadValue) -> Option<Span> {
    let span = Locator::new(&chunk.text).quote(&value.quote)?;
    Locator::new(span.of(&chunk.text)?).quote(&value.value).map(|_| span)
}

/// What the thing may be called in a passage.
fn names_of(context: &Context<'_>, about: &Cell) -> Result<Vec<Arc<str>>> {
    let node = match about.value {
        Value::Node(id) => context.view.node(id)?,
        _ => None,
    };
    Ok(match node {
        Some(node) => std::iter::once(&node.name).chain(&node.aliases).cloned().collect(),
        None => vec![about.to_string().into()],
    })
}

/// Whether the chunk or a heading above it names something so.
fn is_named(chunk: &Chunk, name: &str) -> bool {
    let mut texts = std::iter::once(&chunk.text).chain(&chunk.headings);
    texts.any(|text| Locator::new(text).quote(name).is_some())
}

/// The question that a passage has to answer.
fn question(step: &Step, retrieval: &Retrieval, about: Option<&Cell>) -> String {
    let mut words: Vec<String> = Vec::new();
    match (about, retrieval.subject.names.first()) {
        (Some(cell), _) => words.push(cell.to_string()),
        (None, Some(name)) => words.push(name.text()),
        (None, None) => {}
    }
    words.extend(step.subquestion.iter().map(ToString::to_string));
    if step.subquestion.is_none() {
        words.extend(retrieval.predicate.names.iter().map(ToString::to_string));
        words.extend(retrieval.object.names.iter().map(crate::logical::Constant::text));
        words.extend(retrieval.object.types.iter().map(ToString::to_string));
        words.extend(retrieval.constraints.iter().map(ToString::to_string));
    }
    words.join(" ")
}

/// A node of the wanted types that is called so, where there is one; else the value read.
fn node_or_value(context: &Context<'_>, types: &[TypeName], text: &str) -> Result<Cell> {
    let types = names::types(context, types);
    for id in context.view.named(&NameKey::of(text))? {
        let node = context.view.node(id)?;
        if let Some(node) = node.filter(|node| types.as_ref().is_none_or(|types| types.contains(&node.type_name))) {
            return Ok(Cell::shown(id, Arc::clone(&node.name)));
        }
    }
    Ok(Cell::from(Value::read(text)))
}
