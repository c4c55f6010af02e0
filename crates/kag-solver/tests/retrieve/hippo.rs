//! HippoRAG in its two forms.

use std::sync::Arc;

use futures::executor::block_on;
use kag_core::{BoxError, FactRecord, GraphNeed, NameKey, NodeId, Scored, Snapshot};
use kag_llm::Scripted;
use kag_solver::{
    Degradation, Dense, FactFilter, HippoRag, HippoRag2, HippoSize, ModelFactFilter, Query, Retrieved, Retriever,
    async_trait,
};

use super::world::{RAISED, query, snapshot, titles};

fn ask(retriever: &dyn Retriever, snapshot: &Snapshot, query: &Query) -> Retrieved {
    block_on(retriever.retrieve(snapshot, query, 3)).unwrap()
}

/// Keeps the facts that say a word, and fails where that is not a word.
#[derive(Debug)]
struct Saying(&'static str);

#[async_trait]
impl FactFilter for Saying {
    async fn keep(&self, _: &str, facts: &[Arc<FactRecord>]) -> Result<Vec<usize>, BoxError> {
        if self.0.is_empty() {
            return Err("no word".into());
        }
        Ok((0..facts.len()).filter(|at| facts[*at].statement.contains(self.0)).collect())
    }
}

#[test]
fn the_second_form_finds_what_is_one_fact_away() {
    let snapshot = snapshot(true);
    let second = HippoRag2::default();
    assert_eq!(titles(&ask(&Dense, &snapshot, &query(RAISED)))[..2], ["dusk", "towns"]);
    let filtered = HippoRag2::default().with_filter(Arc::new(Saying("Dusk")));
    assert_eq!(titles(&ask(&filtered, &snapshot, &query(RAISED)))[..2], ["dusk", "mills"]);
    assert_eq!(titles(&ask(&second, &snapshot, &query("《长夜》的执导者在哪里长大？")))[..2], ["夜", "顾"]);
    let size = HippoSize { entities: 10, passages: 7, edges: 2 * 7 + 14 };
    assert_eq!(block_on(second.size(&snapshot)).unwrap(), size);
}

#[test]
fn without_a_fact_to_go_by_the_second_form_is_dense() {
    let with_vectors = snapshot(true);
    let none = HippoRag2::default().with_filter(Arc::new(Saying("nowhere")));
    let found = ask(&none, &with_vectors, &query(RAISED));
    assert_eq!(found.hits, ask(&Dense, &with_vectors, &query(RAISED)).hits);
    assert!(found.degradations.contains(&Degradation::NoSeeds));

    let found = ask(&HippoRag2::default(), &snapshot(false), &query(RAISED));
    assert!(found.hits.is_empty());
    assert!(found.degradations.contains(&Degradation::NoVectors));
}

#[test]
fn a_filter_that_fails_keeps_every_fact_and_is_reported() {
    let snapshot = snapshot(true);
    let failing = HippoRag2::default().with_filter(Arc::new(Saying("")));
    let found = ask(&failing, &snapshot, &query(RAISED));
    assert_eq!(found.hits, ask(&HippoRag2::default(), &snapshot, &query(RAISED)).hits);
    assert!(found.degradations.contains(&Degradation::FilterFailed));
}

#[test]
fn a_model_keeps_facts_by_their_numbers_in_either_language() {
    let snapshot = snapshot(true);
    let model = Arc::new(Scripted::new().on("filter_facts", [r#"{"keep": [1, 99, 0]}"#, "I do not know"]));
    let asking = HippoRag2::default().with_filter(Arc::new(ModelFactFilter::new(model.clone())));
    let found = ask(&asking, &snapshot, &query("《长夜》的执导者在哪里长大？"));
    assert_eq!(titles(&found)[0], "夜");
    let asked = &model.requests()[0];
    assert!(asked.messages.iter().any(|message| message.text.contains("长夜 执导者 顾安")));
    assert!(asked.messages.iter().any(|message| message.text.contains("事实")));
    let found = ask(&asking, &snapshot, &query(RAISED));
    assert!(found.degradations.contains(&Degradation::FilterFailed));
    assert!(model.requests().last().unwrap().messages.iter().any(|message| message.text.contains("Fact 5:")));
}

#[test]
fn the_first_form_walks_from_the_names_in_the_question() {
    let snapshot = snapshot(true);
    let first = HippoRag::default();
    assert_eq!(titles(&ask(&first, &snapshot, &Query::new(RAISED)))[..2], ["dusk", "mills"]);
    assert_eq!(titles(&ask(&first, &snapshot, &Query::new("长夜的执导者在哪里长大？")))[..2], ["夜", "顾"]);

    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let rell: Vec<NodeId> = view.named(&NameKey::of("Port Rell")).unwrap();
    let about_rell = Query::new(RAISED).with_nodes(rell.into_iter().map(|node| Scored::new(node, 0.8)).collect());
    let mut found = titles(&ask(&first, &snapshot, &about_rell));
    found.truncate(2);
    found.sort_unstable();
    assert_eq!(found, ["mills", "rell"]);
}

#[test]
fn where_the_question_names_nothing_the_first_form_is_dense_and_says_so() {
    let snapshot = snapshot(true);
    let nothing = query("who knows");
    let found = ask(&HippoRag::default(), &snapshot, &nothing);
    assert_eq!(found.hits, ask(&Dense, &snapshot, &nothing).hits);
    assert!(found.degradations.contains(&Degradation::NoSeeds));
}
