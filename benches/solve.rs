//! A whole solve with scripted replies: our own share of the time, the model's being none.
#![allow(missing_docs, clippy::expect_used, reason = "benches")]

use std::{hint::black_box, sync::Arc};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use futures::executor::block_on;
use kag_benches::Random;
use kag_core::{
    ChangeSet, Chunk, Confidence, ContentHash, ContributionDraft, Document, Evidence, Fact, KnowledgeBase, Layer,
    Origin, PartialDate, Scope, Snapshot, Value, memory::MemoryKnowledgeBase,
};
use kag_llm::{LanguageModel, Scripted};
use kag_solver::{ModelPlanner, Outcome, Solver};

const QUESTION: &str = "Which of the teams of player 7 was founded last?";

const PLAN: &str = "Retrieval(s=s1:Person[`player 7`], p=p1:playsFor, o=o1:Club)
Retrieval(s=o1, p=p2:founded, o=o2)
Sort(set=o1, orderby=o2, direction=max, limit=1)
Output(o1)";

/// So many documents, one a player, each of whom played for four of a hundred clubs.
fn snapshot(players: u32) -> Snapshot {
    let mut random = Random::new(7);
    let mut change = ChangeSet::new();
    for player in 0..players {
        let text = format!("player {player} played for four clubs, 后来退役。");
        let mut draft = ContributionDraft::new(Document::new(format!("note:{player}"), ContentHash::of(&text)));
        let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
        let person = draft.add_node("Person", format!("player {player}"), Layer::Information);
        draft.add_mention(person, chunk, None);
        let (origin, layer) = (Origin::Extracted { by: "bench 1".into() }, Layer::Information);
        let evidence = Evidence { chunk, span: None, origin, layer, confidence: Confidence::CERTAIN };
        for _ in 0..4 {
            let number = random.below(100);
            let club = draft.add_node("Club", format!("俱乐部 {number}"), Layer::Information);
            let year = i16::try_from(1850 + number).ok().and_then(PartialDate::of_year).expect("a year");
            draft.add_mention(club, chunk, None);
            draft.add_fact(Fact::new(person, "playsFor", club), evidence.clone());
            draft.add_fact(Fact::new(club, "founded", Value::Date(year)), evidence.clone());
        }
        change = change.put(draft.seal().expect("a valid contribution"));
    }
    let base = MemoryKnowledgeBase::new();
    block_on(base.commit(change)).expect("a commit");
    block_on(base.snapshot(&Scope::All)).expect("a snapshot")
}

fn solve(criterion: &mut Criterion) {
    let model: Arc<dyn LanguageModel> = Arc::new(
        Scripted::new()
            .on("plan", [PLAN])
            .on("judge", [r#"{"answer": "this", "missing": [], "next": ""}"#])
            .on("generate", [r#"{"sentences": [{"text": "It is that one.", "sources": [1]}]}"#]),
    );
    let solver = Solver::new(ModelPlanner::new(Arc::clone(&model))).with_model(model);
    let mut group = criterion.benchmark_group("solve");
    for players in [100, 10_000] {
        let snapshot = snapshot(players);
        let answer = block_on(solver.solve(&snapshot, QUESTION)).expect("an answer");
        assert!(matches!(answer.outcome, Outcome::Answered { .. }), "{}", answer.outcome);
        group.bench_function(BenchmarkId::new("scripted", players), |bench| {
            bench.iter(|| block_on(solver.solve(black_box(&snapshot), QUESTION)));
        });
    }
    group.finish();
}

criterion_group!(benches, solve);
criterion_main!(benches);
