//! Vocabularies of concepts, what belongs to them, and how their order is completed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::collections::BTreeSet;

use futures::executor::block_on;
use kag_builder::{ConceptCompletion, ConceptMembership, Taxonomy};
use kag_core::{
    ChangeSet, Chunk, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId, Evidence, Fact,
    GraphNeed, KnowledgeBase, Layer, Origin, Scope, dump, memory::MemoryKnowledgeBase,
};
use proptest::prelude::*;

fn base() -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new()
        .with_deriver(ConceptCompletion::new(["Kind"]))
        .with_deriver(ConceptMembership::new(["Kind"]))
}

fn commit(base: &MemoryKnowledgeBase, change: ChangeSet) -> String {
    let mut out = Vec::new();
    block_on(async {
        base.commit(change).await.unwrap();
        dump::write(&base.snapshot(&Scope::All).await.unwrap(), &mut out).await.unwrap();
    });
    String::from_utf8(out).unwrap()
}

/// The statements with `predicate`, those that were derived with a star.
fn statements(base: &MemoryKnowledgeBase, predicate: &str) -> BTreeSet<String> {
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let records = view.with_predicate(&predicate.into()).unwrap();
    let mark = |derived: bool| if derived { " *" } else { "" };
    records.iter().map(|record| format!("{}{}", record.statement, mark(record.evidence.is_empty()))).collect()
}

fn kinds(taxonomy: &Taxonomy) -> Contribution {
    taxonomy.contribution("kinds").unwrap().0
}

/// A document that says of `thing` what `facts` say, predicate and object.
fn said(thing: &str, facts: &[(&str, &str)]) -> Contribution {
    let mut draft =
        ContributionDraft::new(Document::new(format!("doc:{thing}"), ContentHash::of(format!("{facts:?}"))));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, thing));
    let node = draft.add_node("Thing", thing, Layer::Information);
    for (predicate, object) in facts {
        let (layer, confidence) = (Layer::Information, Confidence::new(0.95));
        let origin = Origin::Extracted { by: "test 1".into() };
        draft.add_fact(Fact::new(node, *predicate, *object), Evidence { chunk, span: None, origin, layer, confidence });
    }
    draft.seal().unwrap()
}

#[test]
fn a_taxonomy_takes_what_is_an_order_and_tells_the_rest() {
    let lines = r#"
        {"id": "1", "name": "疾病", "aliases": ["disease"]}
        {"id": "2", "name": "肾病", "parents": ["1"]}
        {"id": "3", "name": "慢性肾病", "parents": ["2", "1"]}
        {"id": "4", "name": "a", "parents": ["5"]}
        {"id": "5", "name": "b", "parents": ["4", "6"]}
        {"name": "by name alone", "parents": ["肾病", "nowhere"]}
        {"id": "7"}
        not JSON
    "#;
    let (taxonomy, problems) = Taxonomy::new("Disease").read(lines);
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [8, 9]);
    let (contribution, report) = taxonomy.contribution("diseases").unwrap();
    assert_eq!(report.relations, 3);
    assert_eq!(report.implied, [("3".into(), "1".into())]);
    assert_eq!(report.circles, [vec!["4".into(), "5".into()]]);
    assert_eq!(report.unknown, [("5".into(), "6".into()), ("by name alone".into(), "nowhere".into())]);
    let statements: Vec<&str> = contribution.facts().iter().map(|fact| &*fact.statement).collect();
    assert_eq!(statements.len(), 3);
    for fact in contribution.facts() {
        let span = fact.evidence[0].span.unwrap();
        let line = &contribution.chunks()[0].text[span.start..span.end];
        assert!(line.contains("isA") && !line.contains('\n'), "{line}");
    }
}

#[test]
fn the_order_in_which_concepts_come_does_not_matter() {
    let one = Taxonomy::new("Kind").with("a", [], ["b"]).with("b", ["乙"], []);
    let other = Taxonomy::new("Kind").with("b", ["乙"], []).with("a", [], ["b"]);
    assert_eq!(one.contribution("x").unwrap(), other.contribution("x").unwrap());
    let many = (0..200).fold(Taxonomy::new("Kind"), |kinds, at| kinds.with(&format!("kind {at}"), [], []));
    assert_eq!(many.contribution("x").unwrap().0.chunks().len(), 4);
}

#[test]
fn things_belong_by_fact_by_name_and_by_the_end_of_it() {
    let base = base();
    let taxonomy = Taxonomy::new("Kind").with("laptop", ["笔记本电脑"], ["computer"]).with("computer", ["电脑"], []);
    let mut change = ChangeSet::new().put(kinds(&taxonomy));
    for contribution in [
        said("ThinkPad X1", &[("is a", "business laptop"), ("colour", "computer")]),
        said("Laptops", &[]),
        said("游戏笔记本电脑", &[]),
        said("Apple Records", &[]),
    ] {
        change = change.put(contribution);
    }
    commit(&base, change);
    let expect = [
        "Laptops belongTo laptop *",
        "ThinkPad X1 belongTo laptop *",
        "游戏笔记本电脑 belongTo computer *",
        "游戏笔记本电脑 belongTo laptop *",
    ];
    assert_eq!(statements(&base, "belongTo").iter().map(String::as_str).collect::<Vec<_>>(), expect);
    commit(&base, ChangeSet::new().remove(DocumentId::of("doc:ThinkPad X1")));
    assert_eq!(statements(&base, "belongTo").len(), 3);
}

#[test]
fn completion_adds_what_names_say_and_nothing_in_a_circle() {
    let base = base();
    // 电脑 is stated to be a kind of what its name says it is the kind above.
    let taxonomy = Taxonomy::new("Kind")
        .with("电脑", [], ["笔记本电脑"])
        .with("笔记本电脑", [], [])
        .with("游戏笔记本电脑", [], [])
        .with("disease", [], [])
        .with("kidney disease", [], [])
        .with("chronic kidney disease", [], []);
    commit(&base, ChangeSet::new().put(kinds(&taxonomy)));
    let expect = [
        "chronic kidney disease isA kidney disease *",
        "kidney disease isA disease *",
        "游戏笔记本电脑 isA 电脑 *",
        "电脑 isA 笔记本电脑",
    ];
    assert_eq!(statements(&base, "isA").into_iter().collect::<BTreeSet<_>>(), expect.map(str::to_owned).into());
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let report = ConceptCompletion::new(["Kind"]).examine(&*view).unwrap();
    assert_eq!((report.added.len(), report.refused.len(), report.circles.len()), (3, 1, 0));
    // A chronic kidney disease is a disease, and 游戏笔记本电脑 is 笔记本电脑, by what lies between.
    assert_eq!(report.implied.len(), 2);
}

#[test]
fn circles_that_documents_state_are_told() {
    let base = base();
    let circle = |from: &str, to: &str| {
        let mut draft = ContributionDraft::new(Document::new(format!("doc:{from}"), ContentHash::of(from)));
        let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, from));
        let [from, to] = [from, to].map(|name| draft.add_node("Kind", name, Layer::Information));
        let (layer, confidence) = (Layer::Information, Confidence::CERTAIN);
        let origin = Origin::Extracted { by: "test 1".into() };
        draft.add_fact(Fact::new(from, "isA", to), Evidence { chunk, span: None, origin, layer, confidence });
        draft.seal().unwrap()
    };
    commit(&base, ChangeSet::new().put(circle("猫", "动物")).put(circle("动物", "猫")).put(circle("狗", "动物")));
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let report = ConceptCompletion::new(["Kind"]).examine(&*view).unwrap();
    assert_eq!(report.circles.iter().map(Vec::len).collect::<Vec<_>>(), [2]);
}

const NAME: &str = "(big |small |大|小)?(cat|dog|cats|狗|黑猫|猫)( food|粮)?";

proptest! {
    #[test]
    fn concepts_and_members_do_not_depend_on_order_or_on_what_went(
        concepts in prop::collection::vec((NAME, prop::option::of(NAME)), 1..6),
        things in prop::collection::vec((NAME, prop::option::of(NAME)), 1..6),
        gone in any::<prop::sample::Index>(),
    ) {
        let taxonomy = |(at, (name, parent)): (usize, &(String, Option<String>))| {
            let parents = parent.iter().map(String::as_str);
            let mut one = Taxonomy::new("Kind").with(name, [], parents.clone());
            for parent in parents {
                one = one.with(parent, [], []);
            }
            one.contribution(format!("kinds:{at}")).unwrap().0
        };
        let mut documents: Vec<Contribution> = concepts.iter().enumerate().map(taxonomy).collect();
        for (thing, kind) in &things {
            let facts: Vec<(&str, &str)> = kind.iter().map(|kind| ("是一种", kind.as_str())).collect();
            documents.push(said(thing, &facts));
        }
        documents.sort_by_key(|document| document.document().id);
        documents.dedup_by_key(|document| document.document().id);
        let gone = documents[gone.index(documents.len())].document().id;
        let forward = base();
        for document in &documents {
            commit(&forward, ChangeSet::new().put(document.clone()));
        }
        let without = commit(&forward, ChangeSet::new().remove(gone));
        let rest = documents.iter().rev().filter(|document| document.document().id != gone).cloned();
        prop_assert_eq!(without, commit(&base(), rest.collect()));
    }
}
