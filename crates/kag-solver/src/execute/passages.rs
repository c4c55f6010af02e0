//! Reading values out of passages, where the graph does not answer.

use std::sync::Arc;

use kag_core::{Chunk, NameKey, NodeId, Score, Scored, Span, Value, text::Locator};
use kag_llm::LanguageModelExt;

use super::{
    Context,
    graph::{End, cells},
    names,
    read_values::{ReadValue, ReadValues},
};
use crate::{
    BindingTable, Cell, Query, Result, Row, Support,
    logical::{Retrieval, Step},
    trace::Note,
};

/// What is to be read.
pub(super) struct Reading<'r> {
    /// The subjects of which the graph says nothing.
    pub(super) about: Vec<NodeId>,
    /// What the subject stands for.
    pub(super) subject: &'r End,
}

/// What was read.
pub(super) struct Read {
    pub(super) rows: BindingTable,
    pub(super) notes: Vec<Note>,
}

/// Retrieves passages, once for each subject, and has a model read the objects out of them.
///
/// Without a model the passages are noted and nothing is read. Every value must come with
/// a quote that stands in its passage; others are refused and counted.
pub(super) async fn read(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    reading: Reading<'_>,
) -> Result<Read> {
    let mut read = Read { rows: BindingTable::new(retrieval.vars().cloned()), notes: Vec::new() };
    let subjects: Vec<Option<NodeId>> = if reading.about.is_empty() {
        vec![None]
    } else {
        let most = context.options().max_reads;
        if reading.about.len() > most {
            read.notes.push(Note::NotRead { subjects: reading.about.len() - most });
        }
        reading.about.into_iter().take(most).map(Some).collect()
    };
    for node in subjects {
        let subject = match node {
            Some(node) => Some(Cell::shown(node, names::name_of(context, node)?)),
            None => match reading.subject {
                End::Literals(values) => values.first().cloned().map(Cell::from),
                End::Any(_) | End::Nodes(_) => None,
            },
        };
        read_about(context, step, retrieval, subject, &mut read).await?;
    }
    Ok(read)
}

async fn read_about(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    subject: Option<Cell>,
    read: &mut Read,
) -> Result<()> {
    let question = question(step, retrieval, subject.as_ref());
    let mut query = Query::new(question.as_str());
    query.vector = context.parts.embed(context.snapshot, &question).await?;
    if let Some(Value::Node(node)) = subject.as_ref().map(|cell| &cell.value) {
        query.nodes.push(Scored::new(*node, 1.0));
    }
    let found = context.parts.retriever.retrieve(context.snapshot, &query, context.options().passages).await?;
    read.notes.extend(found.degradations.into_iter().map(Note::Degraded));
    let ids: Vec<_> = found.hits.iter().map(|hit| hit.item).collect();
    let chunks: Vec<Arc<Chunk>> = context.snapshot.chunks().chunks(&ids).await?.into_iter().flatten().collect();
    let Some(model) = &context.parts.model else {
        read.notes.push(Note::PassagesFound { chunks: ids });
        return Ok(());
    };
    if chunks.is_empty() {
        return Ok(());
    }
    let passages: Vec<&str> = chunks.iter().map(|chunk| &*chunk.text).collect();
    let values = model.ask(&ReadValues { question: &question, passages: &passages }).await?;
    read.notes.push(Note::PassagesRead { chunks: ids, values: values.len() });
    for value in values {
        let quoted = chunks.get(value.passage).and_then(|chunk| Some((chunk, quoted(chunk, &value)?)));
        let Some((chunk, span)) = quoted else {
            read.notes.push(Note::QuoteRefused { value: value.value.into(), quote: value.quote.into() });
            continue;
        };
        let object = object_cell(context, retrieval, &value.value)?;
        let support = Support::Passage { chunk: chunk.id, span: Some(span) };
        let predicate = retrieval.predicate.names.first().map_or("", |name| name.as_str());
        let mut row_cells = cells(retrieval, [object.clone(), Cell::from(Value::from(predicate)), object]);
        if let (Some(cell), Some(_)) = (row_cells.first_mut(), &retrieval.subject.var) {
            *cell = subject.clone();
        }
        let score = Score::new(context.options().read_score);
        read.rows.push(Row::new(row_cells).with_support([support]).with_score(score))?;
    }
    Ok(())
}

/// Where the quote stands in the chunk, if the value stands in the quote.
fn quoted(chunk: &Chunk, value: &ReadValue) -> Option<Span> {
    let span = Locator::new(&chunk.text).quote(&value.quote)?;
    Locator::new(span.of(&chunk.text)?).quote(&value.value).map(|_| span)
}

/// The question that a passage has to answer.
fn question(step: &Step, retrieval: &Retrieval, subject: Option<&Cell>) -> String {
    let mut words: Vec<String> = Vec::new();
    match (subject, retrieval.subject.names.first()) {
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
fn object_cell(context: &Context<'_>, retrieval: &Retrieval, text: &str) -> Result<Cell> {
    let types = names::types(context, &retrieval.object.types);
    for id in context.view.named(&NameKey::of(text))? {
        let node = context.view.node(id)?;
        if let Some(node) = node.filter(|node| types.as_ref().is_none_or(|types| types.contains(&node.type_name))) {
            return Ok(Cell::shown(id, Arc::clone(&node.name)));
        }
    }
    Ok(Cell::from(Value::read(text)))
}
