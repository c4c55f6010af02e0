//! From what an answer rests on to the characters that say so.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{ChunkId, FactId, Span};
use serde::Serialize;

use crate::{BindingTable, Result, Support, execute::Context};

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
    /// The chunk's text, in which they stand.
    pub passage: Arc<str>,
    /// Where in the passage.
    pub in_passage: Span,
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

/// Most places that are cited for one thing a row rests on: a total follows from many facts.
const PLACES: usize = 16;

/// Most pieces of evidence that are cited for one fact: one document can state it often.
const EVIDENCE: usize = 2;

/// Numbers the sources of `answer`, in the order in which its rows need them.
pub(crate) async fn cite(context: &Context<'_>, answer: &BindingTable) -> Result<Citations> {
    let mut numbers: BTreeMap<Place, usize> = BTreeMap::new();
    let mut citations = Citations::default();
    for row in answer.rows() {
        let (mut places, mut seen) = (Vec::new(), BTreeSet::new());
        for support in &row.support {
            match support {
                Support::Fact(fact) => places_of(context, *fact, &mut places, &mut seen)?,
                Support::Passage { chunk, span } => places.push((*chunk, *span, None)),
                Support::Step(_) => {}
            }
        }
        let mut of_row = Vec::new();
        for place in places {
            let known = numbers.get(&place).copied();
            let number = match known {
                Some(number) => number,
                None => match citation(context, place, citations.all.len() + 1).await? {
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
fn places_of(context: &Context<'_>, fact: FactId, places: &mut Vec<Place>, seen: &mut BTreeSet<FactId>) -> Result<()> {
    // Each level holds the ways that were not tried yet, and how many places there were before.
    let mut levels: Vec<(usize, Vec<Vec<FactId>>)> = vec![(usize::MAX, vec![vec![fact]])];
    let most = places.len() + PLACES;
    while let Some((before, ways)) = levels.last_mut() {
        if places.len() >= most {
            return Ok(());
        }
        let Some(way) = ways.last_mut() else {
            levels.pop();
            continue;
        };
        let Some(fact) = way.pop() else {
            ways.pop();
            if places.len() > *before {
                ways.clear();
            }
            continue;
        };
        if !seen.insert(fact) {
            continue;
        }
        let Some(record) = context.view.fact(fact)? else {
            if let Some(derivation) = context.derived(fact) {
                levels.push((places.len(), vec![derivation.premises.iter().rev().copied().collect()]));
            }
            continue;
        };
        let located = record.evidence.iter().filter(|evidence| evidence.span.is_some());
        let unlocated = record.evidence.iter().filter(|evidence| evidence.span.is_none());
        let cited = located.chain(unlocated).take(EVIDENCE);
        places.extend(cited.map(|evidence| (evidence.chunk, evidence.span, Some(fact))));
        if record.evidence.is_empty() {
            let ways = record.derivations.iter().rev();
            let ways = ways.map(|derivation| derivation.premises.iter().rev().copied().collect());
            levels.push((places.len(), ways.collect()));
        }
    }
    Ok(())
}

async fn citation(context: &Context<'_>, (chunk, span, fact): Place, number: usize) -> Result<Option<Citation>> {
    let mut found = context.snapshot.chunks().chunks(&[chunk]).await?;
    let Some(chunk) = found.pop().flatten() else { return Ok(None) };
    let mut contributions = context.snapshot.chunks().contributions(&[chunk.document]).await?;
    let Some(contribution) = contributions.pop().flatten() else { return Ok(None) };
    let in_chunk = span.unwrap_or(Span::new(0, chunk.text.len()));
    let Some(quote) = in_chunk.of(&chunk.text) else { return Ok(None) };
    let statement = fact.map(|fact| context.statement(fact)).transpose()?.flatten();
    let document = contribution.document();
    Ok(Some(Citation {
        number,
        uri: Arc::clone(&document.uri),
        title: Arc::clone(&document.title),
        chunk: chunk.id,
        span: in_chunk.shifted(chunk.span.start),
        quote: quote.into(),
        passage: Arc::clone(&chunk.text),
        in_passage: in_chunk,
        statement,
    }))
}
