//! Reading values out of passages, where the graph does not answer.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{NameKey, Score, Scored, TypeName, Value};
use kag_llm::{ErrorKind, LanguageModelExt};

use super::{
    Context,
    asked::Asked,
    graph::cells,
    names,
    passage::{Passage, Place, shown_passages},
    read_many::ReadMany,
    read_values::{ReadValue, ReadValues},
};
use crate::{
    BindingTable, Cell, Query, Result, Row, Support,
    logical::{Retrieval, Role, Step},
    trace::Note,
};

/// What was read.
pub(super) struct Read {
    pub(super) rows: BindingTable,
    /// Whether every question was answered.
    pub(super) complete: bool,
    pub(super) notes: Vec<Note>,
}

/// Retrieves passages, once for each thing asked about, and has a model read values out of
/// them for the wanted end: for several things in one call, where the options say so.
///
/// Without a model the passages are noted and nothing is read. Every value must come with
/// a quote that stands in a passage that was shown, with or beside the value, and the passage must
/// name the thing asked about, its title and headings included; other values are refused and noted,
/// and so is a reply that cannot be used. A quote that its passage has only alike counts by how like it is.
pub(super) async fn read(context: &Context<'_>, step: &Step, retrieval: &Retrieval, asked: Asked) -> Result<Read> {
    let columns = retrieval.vars().chain(asked.settings.columns()).cloned();
    let mut read = Read { rows: BindingTable::new(columns), complete: true, notes: Vec::new() };
    let mut questions = Vec::new();
    for about in &asked.about {
        questions.extend(asked.settings_of(about.as_ref()).into_iter().map(|setting| (about.clone(), setting)));
    }
    let most = context.options().max_reads;
    if questions.len() > most {
        read.notes.push(Note::NotRead { things: questions.len() - most });
    }
    let mut pending = Vec::new();
    for (about, setting) in questions.into_iter().take(most) {
        let about = about.map(|value| asked.shown(context, value)).transpose()?;
        let text = asked.question(step, retrieval, about.as_ref(), &setting);
        let passages = passages_for(context, &text, about.as_ref(), &mut read.notes).await?;
        pending.push(Pending { about, setting, text, passages });
    }
    let (with, without): (Vec<_>, Vec<_>) = pending.into_iter().partition(|one| !one.passages.is_empty());
    read.complete &= without.is_empty();
    for batch in with.chunks(context.options().reads_per_call.max(1)) {
        let values = ask(context, batch, &mut read.notes).await?;
        for (one, values) in batch.iter().zip(values) {
            let found = believed(context, retrieval, (one, asked.wanted), values, &mut read.notes)?;
            read.complete &= !found.is_empty();
            read.rows = read.rows.union(&found.join(&one.setting));
        }
    }
    Ok(read)
}

/// A question, and the passages that may answer it.
struct Pending {
    about: Option<Cell>,
    setting: BindingTable,
    text: String,
    passages: Vec<Passage>,
}

/// The passages best for `question`; none where there is no model to read them, which is noted.
///
/// A question that earlier rounds asked as well reads so many times more passages.
async fn passages_for(
    context: &Context<'_>,
    question: &str,
    about: Option<&Cell>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Passage>> {
    let mut query = Query::new(question);
    query.vector = context.parts.embed(context.snapshot, question).await?;
    if let Some(Value::Node(node)) = about.map(|cell| &cell.value) {
        query.nodes.push(Scored::new(*node, 1.0));
    }
    let passages = context.options().passages.saturating_mul(1 + context.asked_before.ask(question, context.round));
    let found = context.parts.retriever.retrieve(context.snapshot, &query, passages).await?;
    notes.extend(found.degradations.into_iter().map(Note::Degraded));
    let ids: Vec<_> = found.hits.iter().map(|hit| hit.item).collect();
    if context.model.is_none() {
        notes.push(Note::PassagesFound { chunks: ids });
        return Ok(Vec::new());
    }
    shown_passages(context, &ids).await
}

/// A value that a model claims to have read.
struct Claim<'p> {
    read: ReadValue,
    /// The passage in which it says that it did, where there is such a one.
    claimed: Option<&'p Passage>,
    /// The others that it was shown.
    others: Vec<&'p Passage>,
}

impl<'p> Claim<'p> {
    fn new(read: ReadValue, passages: &[&'p Passage]) -> Self {
        let others = (0..).zip(passages).filter(|(number, _)| *number != read.passage).map(|(_, passage)| *passage);
        Self { claimed: passages.get(read.passage).copied(), others: others.collect(), read }
    }

    /// The passage that says so, and where: the one in which the model says that it read it, where
    /// that has the quote; else another one that has, and names what it is about; else the first by
    /// likeness.
    fn located(&self, is_about: impl Fn(&Passage) -> bool) -> Result<(&'p Passage, Place), Refused> {
        let ReadValue { value, quote, .. } = &self.read;
        let about =
            |passage: &'p Passage, place| if is_about(passage) { Ok((passage, place)) } else { Err(Refused::NotAbout) };
        if let Some((passage, place)) = self.claimed.and_then(|passage| Some((passage, passage.says(value, quote)?))) {
            return about(passage, place);
        }
        // A number alone stands in many passages, and says nothing of the thing in most.
        let tells = quote.trim() != value.trim() || matches!(Value::read(value), Value::Text(_));
        let mut others =
            self.others.iter().filter(|_| tells).filter_map(|passage| Some((*passage, passage.says(value, quote)?)));
        let mut refused = Refused::NotQuoted;
        if let Some(found) = others.find(|(passage, _)| {
            refused = Refused::NotAbout;
            is_about(passage)
        }) {
            return Ok(found);
        }
        match self.claimed.and_then(|passage| Some((passage, passage.says_alike(value, quote)?))) {
            Some((passage, place)) => about(passage, place),
            None => Err(refused),
        }
    }
}

/// Why a claim is not believed.
enum Refused {
    /// No passage says it with the quote.
    NotQuoted,
    /// One does, and does not name what it is about.
    NotAbout,
}

/// What a model reads for each of `batch` in one call: several questions share their passages.
async fn ask<'p>(context: &Context<'_>, batch: &'p [Pending], notes: &mut Vec<Note>) -> Result<Vec<Vec<Claim<'p>>>> {
    let nothing = || batch.iter().map(|_| Vec::new()).collect();
    let Some(model) = &context.model else { return Ok(nothing()) };
    let mut seen = BTreeSet::new();
    let all = batch.iter().flat_map(|one| &one.passages);
    let passages: Vec<&Passage> = all.filter(|passage| seen.insert(passage.chunk.id)).collect();
    let texts: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
    let read = match batch {
        [one] => model.ask(&ReadValues { question: &one.text, passages: &texts }).await.map(|values| vec![values]),
        several => {
            let questions: Vec<&str> = several.iter().map(|one| one.text.as_str()).collect();
            model.ask(&ReadMany { questions: &questions, passages: &texts }).await
        }
    };
    let read = match read {
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::Unusable => {
            notes.push(Note::ReplyUnusable { reason: error.to_string().into() });
            return Ok(nothing());
        }
        Err(error) => return Err(error.into()),
    };
    let chunks = passages.iter().map(|passage| passage.chunk.id).collect();
    notes.push(Note::PassagesRead { chunks, values: read.iter().map(Vec::len).sum() });
    let claims = |values: Vec<ReadValue>| values.into_iter().map(|value| Claim::new(value, &passages)).collect();
    Ok(read.into_iter().map(claims).collect())
}

/// The claims that hold, a row each; the others are noted.
fn believed(
    context: &Context<'_>,
    retrieval: &Retrieval,
    (one, wanted): (&Pending, Role),
    claims: Vec<Claim<'_>>,
    notes: &mut Vec<Note>,
) -> Result<BindingTable> {
    let mut rows = BindingTable::new(retrieval.vars().cloned());
    let about = one.about.as_ref();
    let names = about.map(|about| names_of(context, about)).transpose()?;
    for claim in claims {
        let is_about =
            |passage: &Passage| names.as_ref().is_none_or(|names| names.iter().any(|name| passage.names(name)));
        let located = claim.located(is_about);
        let ReadValue { value, quote, .. } = claim.read;
        let (passage, place) = match (located, about) {
            (Ok(found), _) => found,
            (Err(Refused::NotAbout), Some(about)) => {
                notes.push(Note::NotAbout { value: value.into(), about: about.to_string().into() });
                continue;
            }
            (Err(_), _) => {
                notes.push(Note::QuoteRefused { value: value.into(), quote: quote.into() });
                continue;
            }
        };
        let support = Support::Passage { chunk: passage.chunk.id, span: place.span };
        let cells = read_cells(context, retrieval, (about, wanted), &value)?;
        let score = Score::new(context.options().read_score * place.likeness);
        rows.push(Row::new(cells).with_support([support]).with_score(score))?;
    }
    Ok(rows)
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

/// What the thing may be called in a passage.
fn names_of(context: &Context<'_>, about: &Cell) -> Result<Vec<Arc<str>>> {
    let node = match about.value {
        Value::Node(id) => context.view.node(id)?,
        _ => None,
    };
    Ok(match node {
        Some(node) => about.text.iter().chain([&node.name]).chain(&node.aliases).cloned().collect(),
        None => vec![about.to_string().into()],
    })
}

/// A number, date or quantity where no types are wanted and the text is one: extraction makes
/// nodes of those too, and a node is neither compared nor computed with. Else a node of the
/// wanted types that is called so, where there is one; else the value read.
fn node_or_value(context: &Context<'_>, types: &[TypeName], text: &str) -> Result<Cell> {
    let (types, read) = (names::types(context, types), Value::read(text));
    if types.is_none() && !matches!(read, Value::Text(_)) {
        return Ok(Cell::from(read));
    }
    for id in context.view.named(&NameKey::of(text))? {
        let node = context.view.node(id)?;
        if let Some(node) = node.filter(|node| types.as_ref().is_none_or(|types| types.contains(&node.type_name))) {
            return Ok(Cell::shown(id, Arc::clone(&node.name)));
        }
    }
    Ok(Cell::from(read))
}
