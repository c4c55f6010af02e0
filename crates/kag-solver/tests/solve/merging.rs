//! What was found is never lost where rows meet: joins, unions, equal rows, equal steps, evidence.

use std::{collections::BTreeSet, sync::Arc};

use futures::executor::block_on;
use kag_core::{
    ChangeSet, Chunk, Confidence, ContentHash, ContributionDraft, Document, Evidence, Fact, KnowledgeBase, Layer,
    Origin, Scope, Snapshot, Span, Value, memory::MemoryKnowledgeBase,
};
use kag_llm::{Answer as Said, Reply, Scripted};
use kag_solver::{Answer, Outcome, SolveOptions, Support};

use crate::world::{answered, snapshot_of, solve, solver};

/// Two documents that state one fact, each in its own words.
fn twice() -> Snapshot {
    let base = MemoryKnowledgeBase::new();
    let mut changes = ChangeSet::new();
    for (uri, text) in [("note:a", "Real Madrid was founded in 1902."), ("note:b", "皇家马德里成立于1902年。")]
    {
        let mut draft = ContributionDraft::new(Document::new(uri, ContentHash::of(text)));
        let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
        let node = draft.add_node("Club", "Real Madrid", Layer::Information);
        let (origin, layer) = (Origin::Extracted { by: "by hand".into() }, Layer::Information);
        let span = Some(Span::new(0, text.len()));
        let evidence = Evidence { chunk, span, origin, layer, confidence: Confidence::CERTAIN };
        draft.add_fact(Fact::new(node, "founded", Value::Integer(1902)), evidence);
        changes = changes.put(draft.seal().unwrap());
    }
    block_on(base.commit(changes)).unwrap();
    block_on(base.snapshot(&Scope::All)).unwrap()
}

fn support(answer: &Answer, step: usize) -> Vec<BTreeSet<Support>> {
    answer.trace.rounds[0].steps[step].table.rows().iter().map(|row| row.support.clone()).collect()
}

#[test]
fn a_fact_of_two_documents_is_cited_from_both() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)";
    let answer = block_on(solver(form).solve(&twice(), "?")).unwrap();
    let (values, mut quotes) = answered(&answer);
    quotes.sort_unstable();
    assert_eq!(
        (values, quotes),
        (vec!["1902".to_owned()], vec!["Real Madrid was founded in 1902.", "皇家马德里成立于1902年。"])
    );
}

#[test]
fn a_join_rests_on_what_both_sides_rest_on() {
    let form =
        "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1)\nRetrieval(s=o1, p=p2:founded, o=o2)\nOutput(o1, o2)";
    let answer = solve(&solver(form), "?").unwrap();
    let mut sizes: Vec<usize> = support(&answer, 1).iter().map(BTreeSet::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2, 2, 2], "Funchal was founded in no document, and stays");
}

#[test]
fn rows_that_become_equal_share_what_they_rest_on() {
    let world = "Person:a plays Club:x\nPerson:b plays Club:x\nClub:x in Land:l";
    let form = "Retrieval(s=s1:Person, p=p1:plays, o=o1)\nRetrieval(s=o1, p=p2:in, o=o2)\nOutput(o2)";
    let answer = block_on(solver(form).solve(&snapshot_of(world), "?")).unwrap();
    let rows = support(&answer, 2);
    assert_eq!((rows.len(), rows[0].len()), (1, 3), "both players and the land: {rows:?}");
}

#[test]
fn what_graph_and_text_both_say_rests_on_both() {
    let read = Said::with(|request| {
        let text = &request.messages.last().unwrap().text;
        let quote = "2009年至2018年效力于皇家马德里";
        let Some(at) = text.find(quote) else { return Ok(Reply::new(r#"{"values": []}"#)) };
        let number = text[..at].matches("Passage ").count();
        let values = serde_json::json!({ "values": [{ "passage": number, "quote": quote, "value": "皇家马德里" }] });
        Ok(Reply::new(values.to_string()))
    });
    let model = Scripted::new().on("read_values", [read]).on("judge", [r#"{"answer": "this"}"#]);
    let model = model.on("generate", [r#"{"sentences": []}"#]);
    let form = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1, p1.until=2018)\nOutput(o1)";
    let solver = solver(form).with_model(Arc::new(model)).with_options(SolveOptions::default().with_threshold(2.0));
    let answer = solve(&solver, "?").unwrap();
    let rows = support(&answer, 0);
    let [one] = rows.as_slice() else { panic!("one row: {rows:?}") };
    assert!(one.iter().any(|support| matches!(support, Support::Fact(_))), "{one:?}");
    assert!(one.iter().any(|support| matches!(support, Support::Passage { .. })), "{one:?}");
    let score = answer.trace.rounds[0].steps[0].table.rows()[0].score;
    assert_eq!(score, kag_core::Score::ONE, "as sure as the surer of both");
    let Outcome::Answered { citations, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(citations.len(), 2, "the fact, and the words that were read");
}

#[test]
fn equal_retrievals_find_the_same_for_the_same_reasons() {
    let form = "Retrieval(s=s1:Club, p=p1:founded, o=o1)\nRetrieval(s=s2:Club, p=p2:founded, o=o2)\nOutput(s1, s2)";
    let answer = solve(&solver(form), "?").unwrap();
    let (first, second) = (support(&answer, 0), support(&answer, 1));
    assert_eq!(first, second);
    assert!(first.len() == 2 && first.iter().all(|support| support.len() == 1), "{first:?}");
    assert_eq!(support(&answer, 2).len(), 4, "and stay two things");
}

#[test]
fn rows_read_for_several_subjects_stay_apart() {
    let read = Said::with(|request| {
        let text = &request.messages.last().unwrap().text;
        let quote = "Manchester United was founded in 1878";
        let asked = text.contains("Manchester United opening");
        let Some(at) = text.find(quote).filter(|_| asked) else { return Ok(Reply::new(r#"{"values": []}"#)) };
        let number = text[..at].matches("Passage ").count();
        let values = serde_json::json!({ "values": [{ "passage": number, "quote": quote, "value": "1878" }] });
        Ok(Reply::new(values.to_string()))
    });
    let model = Scripted::new().on("read_values", [read]).on("judge", [r#"{"answer": "this"}"#]);
    let model = model.on("generate", [r#"{"sentences": []}"#]);
    let form = "Retrieval(s=s1:Club, p=p1:founded, o=o1)\nRetrieval(s=s1, p=p2:opening, o=o2)\nOutput(s1, o2)";
    let answer = solve(&solver(form).with_model(Arc::new(model)), "?").unwrap();
    let table = &answer.trace.rounds[0].steps[1].table;
    let mut pairs: Vec<String> = (0..table.len())
        .map(|row| {
            let cells = table.rows()[row].cells();
            let text = |at: usize| cells[at].as_ref().map_or("∅".to_owned(), ToString::to_string);
            format!("{} {}", text(0), text(cells.len() - 1))
        })
        .collect();
    pairs.sort();
    assert_eq!(pairs, ["Manchester United 1878", "Real Madrid ∅"], "what is read of one is not said of another");
}
