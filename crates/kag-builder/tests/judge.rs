//! A model asked about what is in doubt, and about nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::sync::Arc;

use futures::executor::block_on;
use kag_builder::{FusionJudge, InstanceFusion, Spellings};
use kag_core::{
    ChangeSet, Clusters, ContentHash, ContributionDraft, Document, DocumentId, GraphNeed, GraphView, KnowledgeBase,
    Layer, NodeId, Scope, memory::MemoryKnowledgeBase,
};
use kag_llm::{Budget, BudgetLimits, Budgeted, Price, Scripted};

/// Between one and two by their names: the doubtful are asked about, the clear are not.
const NAMES: [&str; 7] = [
    "Barcelona",
    "FC Barcelona",
    "Sony Cyber-shot DSC-W150",
    "Sony DSCW150 Cyber-shot",
    "皇家马德里",
    "皇家馬德里",
    "曼联",
];

fn fusion() -> InstanceFusion {
    InstanceFusion::new().with_thresholds(0.05, 0.8).with_stage(Spellings)
}

fn base() -> MemoryKnowledgeBase {
    let mut draft = ContributionDraft::new(Document::new("things", ContentHash::of("")));
    NAMES.iter().for_each(|name| drop(draft.add_node("Thing", *name, Layer::Information).to_string()));
    let base = MemoryKnowledgeBase::new().with_deriver(fusion());
    block_on(base.commit(ChangeSet::new().put(draft.seal().unwrap()))).unwrap();
    base
}

fn view(base: &MemoryKnowledgeBase) -> Arc<dyn GraphView> {
    block_on(async { base.snapshot(&Scope::All).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap() })
}

fn named(name: &str) -> NodeId {
    NodeId::named(&"Thing".into(), &kag_core::NameKey::of(name))
}

#[test]
fn only_what_is_in_doubt_is_asked_and_the_answer_is_a_document() {
    let base = base();
    let before = view(&base);
    let doubtful = fusion().doubtful(&*before).unwrap();
    assert_eq!(doubtful.len(), 1, "by names, by codes and by spelling the others are clear: {doubtful:?}");
    let model = Scripted::new().on("same_thing", [r#"{"same": true, "reason": "one\nclub"}"#]);
    let judged = block_on(FusionJudge::new(Arc::new(model)).judge(&*before, &doubtful, "decisions:model")).unwrap();
    assert_eq!((judged.asked, judged.same, judged.left, judged.unread.len()), (1, 1, 0, 0));

    let contribution = judged.decisions.seal().unwrap();
    assert!(contribution.chunks()[0].text.contains(": one club (names 100 %"), "{}", contribution.chunks()[0].text);
    block_on(base.commit(ChangeSet::new().put(contribution))).unwrap();
    let after = view(&base);
    assert!(Clusters::of(&*after).unwrap().are_one(named("Barcelona"), named("FC Barcelona")));
    assert!(Clusters::of(&*after).unwrap().are_one(named("皇家马德里"), named("皇家馬德里")), "by spelling");
    assert!(fusion().doubtful(&*after).unwrap().is_empty(), "what was decided is not asked again");

    block_on(base.commit(ChangeSet::new().remove(DocumentId::of("decisions:model")))).unwrap();
    assert_eq!(Clusters::of(&*view(&base)).unwrap(), Clusters::of(&*before).unwrap());
}

#[test]
fn what_is_no_plain_answer_decides_nothing() {
    let base = base();
    let view = view(&base);
    let doubtful = fusion().doubtful(&*view).unwrap();
    for reply in ["perhaps", r#"{"same": "maybe"}"#, r#"{"decision": "sameAs"}"#, ""] {
        let model = Scripted::new().on("same_thing", [reply]);
        let judged = block_on(FusionJudge::new(Arc::new(model)).judge(&*view, &doubtful, "decisions")).unwrap();
        assert_eq!((judged.asked, judged.decisions.len(), judged.unread.len()), (1, 0, 1), "{reply}");
        assert_eq!(judged.unread[0].0, doubtful[0].nodes);
    }
}

#[test]
fn calls_are_bounded_and_a_spent_budget_leaves_the_rest() {
    let mut draft = ContributionDraft::new(Document::new("things", ContentHash::of("")));
    for at in 0..6 {
        for name in [format!("alpha{at} station"), format!("alpha{at} station of the northern valley line")] {
            draft.add_node("Thing", name, Layer::Information);
        }
    }
    let base = MemoryKnowledgeBase::new();
    block_on(base.commit(ChangeSet::new().put(draft.seal().unwrap()))).unwrap();
    let view = view(&base);
    let doubtful = InstanceFusion::new().with_thresholds(0.001, 0.999).doubtful(&*view).unwrap();
    assert!(doubtful.len() >= 6);
    let model = || Scripted::new().on("same_thing", [r#"{"same": false, "reason": "另一个站"}"#]);
    let judge = FusionJudge::new(Arc::new(model())).with_most(4).with_concurrency(3);
    let judged = block_on(judge.judge(&*view, &doubtful, "decisions")).unwrap();
    assert_eq!((judged.asked, judged.left, judged.decisions.len()), (4, doubtful.len() - 4, 4));
    let one_by_one = FusionJudge::new(Arc::new(model())).with_most(4).with_concurrency(1);
    let again = block_on(one_by_one.judge(&*view, &doubtful, "decisions")).unwrap();
    assert_eq!(judged.decisions.seal().unwrap(), again.decisions.seal().unwrap());

    let budget = Budget::new(BudgetLimits::default().with_calls(2));
    let model = Budgeted::new(model(), budget.clone(), Price::default());
    let judged = block_on(FusionJudge::new(Arc::new(model)).judge(&*view, &doubtful, "decisions")).unwrap();
    assert_eq!((budget.spent().calls, judged.decisions.len()), (2, 2));
    assert_eq!(judged.unread.len(), doubtful.len() - 2);
}
