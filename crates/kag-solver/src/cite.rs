//! From what an answer rests on to the characters that say so.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{ChunkId, FactId, GraphView, Result, Snapshot, Span};
use serde::Serialize;

use crate::{BindingTable, Support};

/// Characters of a source that support an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// Its number in the answer, from 1.
    pub number: usize,
    /// The document's URI.
    pub uri: Arc<str>,
    /// The document's title; may be empty.
    pub title: Arc<str>,
    /// The chunk.
    pub chunk: ChunkId,
    /// The bytes of the document's text that are quoted.
    pub span: Span,
    /// Those bytes.
    pub quote: Arc<str>,
    /// The fact that they state, in words; `None` for what was read for this question.
    pub statement: Option<Arc<str>>,
}

/// Citations by number, and which of them each row of the answer rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Citations {
    /// The citations, number 1 first.
    pub(crate) all: Vec<Citation>,
    /// For each row of the answer the numbers of its citations, in order.
    pub(crate) of_rows: Vec<Vec<usize>>,
}

/// A place in a chunk and the fact that it states, if any: one citation.
type Place = (ChunkId, Option<Span>, Option<FactId>);

/// Most pieces of evidence that are cited for one fact: one document can state it often.
const EVIDENCE: usize = 2;

/// Numbers the sources of `answer`, in the order in which its rows need them.
pub(crate) async fn cite(snapshot: &Snapshot, view: &dyn GraphView, answer: &BindingTable) -> Result<Citations> {
    let mut numbers: BTreeMap<Place, usize> = BTreeMap::new();
    let mut citations = Citations::default();
    for row in answer.rows() {
        let (mut places, mut seen) = (Vec::new(), BTreeSet::new());
        for support in &row.support {
            match support {
                Support::Fact(fact) => places_of(view, *fact, &mut places, &mut seen)?,
                Support::Passage { chunk, span } => places.push((*chunk, *span, None)),
                Support::Step(_) => {}
            }
        }
        let mut of_row = Vec::new();
        for place in places {
            let known = numbers.get(&place).copied();
            let number = match known {
                Some(number) => number,
                None => match citation(snapshot, view, place, citations.all.len() + 1).await? {
                    Some(citation) => {
                        numbers.insert(place, citation.number);
                        citations.all.push(citation);
                        citations.all.len()
                    }
                    None => continue,
                },
            };
            if !of_row.contains(&number) {
                of_row.push(number);
            }
        }
        citations.of_rows.push(of_row);
    }
    Ok(citations)
}

/// The places that state `fact`, or the facts that it follows from: of several ways in which
/// it follows, the first that leads to the text. No fact is looked at twice.
fn places_of(view: &dyn GraphView, fact: FactId, places: &mut Vec<Place>, seen: &mut BTreeSet<FactId>) -> Result<()> {
    if !seen.insert(fact) {
        return Ok(());
    }
    let Some(record) = view.fact(fact)? else { return Ok(()) };
    let located = record.evidence.iter().filter(|evidence| evidence.span.is_some());
    let unlocated = record.evidence.iter().filter(|evidence| evidence.span.is_none());
    places.extend(located.chain(unlocated).take(EVIDENCE).map(|evidence| (evidence.chunk, evidence.span, Some(fact))));
    if record.evidence.is_empty() {
        for derivation in &record.derivations {
            let before = places.len();
            for premise in &derivation.premises {
                places_of(view, *premise, places, seen)?;
            }
            if places.len() > before {
                break;
            }
        }
    }
    Ok(())
}

async fn citation(
    snapshot: &Snapshot,
    view: &dyn GraphView,
    (chunk, span, fact): Place,
    number: usize,
) -> Result<Option<Citation>> {
    let mut found = snapshot.chunks().chunks(&[chunk]).await?;
    let Some(chunk) = found.pop().flatten() else { return Ok(None) };
    let mut contributions = snapshot.chunks().contributions(&[chunk.document]).await?;
    let Some(contribution) = contributions.pop().flatten() else { return Ok(None) };
    let in_chunk = span.unwrap_or(Span::new(0, chunk.text.len()));
    let Some(quote) = in_chunk.of(&chunk.text) else { return Ok(None) };
    let statement = fact.map(|fact| view.fact(fact)).transpose()?.flatten().map(|record| Arc::clone(&record.statement));
    let document = contribution.document();
    Ok(Some(Citation {
        number,
        uri: Arc::clone(&document.uri),
        title: Arc::clone(&document.title),
        chunk: chunk.id,
        span: in_chunk.shifted(chunk.span.start),
        quote: quote.into(),
        statement,
    }))
}
