//! A run of `ask` with a small local model (Qwen2.5-Coder 1.5B), recorded by our own record
//! layer and replayed: extraction, planning and what follows, offline.
//!
//! The model is weak; what is pinned here is not that it is right but that the same replies
//! make the same knowledge and the same end, and that nothing it says is believed unchecked.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, dead_code, missing_docs, reason = "tests")]

#[path = "../football.rs"]
mod football;

use std::{path::Path, sync::Arc};

use kag::{
    Embedder, EmbeddingSpace, KnowledgeBase, LanguageModel, MemoryKnowledgeBase, ModelPlanner, Outcome,
    SchemaExtractor, Scope, Solver, StaticEmbedder, llm::Replay, trace::Note,
};

const QUESTION: &str = "2011年C罗效力的球队中，哪支成立最晚？";

fn model() -> Arc<dyn LanguageModel> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/football-qwen2.5-coder-1.5b.jsonl");
    Arc::new(Replay::open(file).unwrap())
}

#[tokio::test]
async fn the_recorded_model_builds_the_same_graph_and_invents_no_answer() {
    let model = model();
    let schema = Arc::new(football::schema().unwrap());
    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let base = MemoryKnowledgeBase::new().with_space(EmbeddingSpace::new(embedder.id(), embedder.dim()));
    let extractor = SchemaExtractor::new(model.clone(), schema.clone());
    let [texts, table] = football::build(&base, extractor, embedder.clone()).await.unwrap();

    assert!(texts.is_complete() && table.is_complete(), "{texts}");
    assert_eq!(texts.total(|document| document.nodes), 46);
    assert_eq!(texts.total(|document| document.facts), 138);
    assert_eq!(texts.total(|document| document.unlocated_facts), 87, "quotes that are not in the text are counted");
    assert_eq!(texts.total(|document| document.problems.len()), 37, "12 of 21 replies are cut off, and say so");

    let solver =
        Solver::new(ModelPlanner::new(model.clone())).with_model(model).with_schema(schema).with_embedder(embedder);
    let answer = solver.solve(&base.snapshot(&Scope::All).await.unwrap(), QUESTION).await.unwrap();
    let Outcome::Insufficient { missing, known, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(missing, &["所缺的内容"], "the model copies the wording of the example");
    assert!(known.is_empty());
    let notes: Vec<_> =
        answer.trace.rounds.iter().flat_map(|round| &round.steps).flat_map(|step| &step.notes).collect();
    let refused = notes.iter().filter(|note| matches!(note, Note::QuoteRefused { .. })).count();
    assert_eq!((answer.trace.rounds.len(), refused), (2, 2), "a value whose quote is not there is refused each time");
}
