//! Plain retrieval: the best passages by meaning, one prompt, one answer.

use std::sync::Arc;

use kag::{
    Chunk, ChunkId, Dense, Embedder, Language, LanguageModel, LanguageModelExt, Prompt, Purpose, Query, Reply, Request,
    Retriever, Snapshot, Wording,
    llm::{Fence, Format, lenient, read},
};
use serde::{Deserialize, Serialize};

use super::asked::{Outcome, Said};
use crate::{Result, index::Index};

const WORDING: Wording = Wording::from_static(
    include_str!("../../../prompts/answer_from_passages.en.md"),
    include_str!("../../../prompts/answer_from_passages.zh.md"),
);

/// What `model` says to `question`, shown the `most` best passages by meaning.
///
/// # Errors
/// Those of the index and of the embedder; a model's is an outcome.
pub(super) async fn answer(
    model: &dyn LanguageModel,
    index: &Index,
    embedder: &dyn Embedder,
    question: &str,
    most: usize,
) -> Result<Said> {
    let mut query = Query::new(question);
    query.vector = embedder.embed(&[question], Purpose::Query).await?.pop();
    let found = Dense.retrieve(index.snapshot(), &query, most).await?;
    let chunks: Vec<ChunkId> = found.hits.iter().map(|hit| hit.item).collect();
    let texts = texts(index.snapshot(), &chunks).await?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let said = match model.ask(&AnswerFromPassages { question, passages: &texts }).await {
        Ok(text) if text.is_empty() => Said::of(Outcome::Insufficient),
        Ok(text) => Said { text, ..Said::of(Outcome::Answered) },
        Err(error) => Said::failed(&error),
    };
    Ok(Said { chunks, ..said })
}

/// The chunks as they are searched: after their titles.
async fn texts(snapshot: &Snapshot, ids: &[ChunkId]) -> Result<Vec<String>> {
    let chunks: Vec<Arc<Chunk>> = snapshot.chunks().chunks(ids).await?.into_iter().flatten().collect();
    let documents: Vec<_> = chunks.iter().map(|chunk| chunk.document).collect();
    let contributions = snapshot.chunks().contributions(&documents).await?;
    let shown = chunks.iter().zip(contributions).map(|(chunk, contribution)| {
        contribution.map_or_else(|| chunk.text.to_string(), |found| found.document().passage(chunk))
    });
    Ok(shown.collect())
}

/// Asks for the answer in as few words as possible; empty where the passages do not tell.
struct AnswerFromPassages<'p> {
    question: &'p str,
    passages: &'p [&'p str],
}

impl Prompt for AnswerFromPassages<'_> {
    type Output = String;
    const NAME: &'static str = "answer_from_passages";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag::llm::Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            passages: Vec<Fence<'h>>,
        }
        let texts: Vec<&str> = std::iter::once(self.question).chain(self.passages.iter().copied()).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let question = fences.next().unwrap_or_else(|| Fence::of(self.question));
        let holes = Holes { question, passages: fences.collect() };
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["answer"],
            "properties": { "answer": { "type": "string" } }
        });
        let request = WORDING.request(Self::id(), Language::of(self.question), holes)?;
        Ok(request.with_format(Format::json(Self::NAME, schema)))
    }

    fn parse(&self, reply: &Reply) -> kag::llm::Result<String> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "lenient::text")]
            answer: Option<String>,
        }
        let answer = read::<Answer>(&reply.text)?.value.answer;
        Ok(answer.unwrap_or_default().trim().to_owned())
    }
}
