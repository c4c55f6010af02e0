//! Readers who look for what they may not see.
//!
//! Each behaviour fills a base with what everybody may see, writes down everything that can
//! be learnt from it, adds documents under labels that are made to show (other spellings, more
//! evidence, other vectors, rare words, edges, premises), and looks again with a scope that does
//! not see them: what can be learnt must be equal to the last bit. How long an answer takes and
//! how many commits there were is not kept from anybody.

use std::sync::Arc;

use super::{
    fixture,
    sight::{Probes, sight_of},
};
use crate::{
    ChangeSet, Chunk, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId, Embedding,
    Evidence, Fact, GraphNeed, KnowledgeBase, Layer, NameKey, NodeId, Origin, RecordId, RecordKind, Scope, Span,
};

const CLUBS: [&str; 5] = ["Real Madrid", "REAL MADRID", "曼联", "Juventus", "Футбол"];

fn everybody() -> Scope {
    Scope::of::<&str>([])
}

/// What everybody may see, with vectors where the base takes any.
fn open_documents(base: &dyn KnowledgeBase) -> Vec<Contribution> {
    let texts = [
        ("open:a", "Real Madrid was founded in 1902. Juventus met Real Madrid."),
        ("open:b", "曼联成立于1878年。曼联与Juventus交过手。"),
        ("open:c", "Nobody is named here."),
    ];
    let made = texts.map(|(uri, text)| fixture::contribution(uri, text, &CLUBS, &[]));
    made.into_iter().map(|one| for_base(base, one)).collect()
}

fn for_base(base: &dyn KnowledgeBase, contribution: Contribution) -> Contribution {
    if base.embedding_space().is_some() { fixture::with_vectors(contribution) } else { contribution }
}

/// What only some may see: more of the same names and facts, and what nobody else names.
fn hidden_documents(base: &dyn KnowledgeBase) -> Vec<Contribution> {
    let texts = [
        ("hidden:a", "REAL MADRID, founded in 1902, owes money. REAL MADRID met 曼联. Juventus was founded in 1897."),
        ("hidden:b", "Real Madrid was founded in 1902. Футбол met Juventus in 1922. Футбол met 曼联."),
        ("hidden:c", "曼联成立于1878年。曼联欠Juventus九百万。"),
    ];
    let made = texts.map(|(uri, text)| fixture::contribution(uri, text, &CLUBS, &["board"]));
    made.into_iter().map(|one| for_base(base, one)).chain([loud(base)]).collect()
}

/// A hidden document that says of open nodes and facts all that can be said.
fn loud(base: &dyn KnowledgeBase) -> Contribution {
    let text = "Real Madrid and 曼联 are one, zyzzyva. Real Madrid was founded in 1902.";
    let document = Document::new("hidden:d", ContentHash::of(text)).with_title("zyzzyva").with_labels(["board", "law"]);
    let mut draft = ContributionDraft::new(document);
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
    let (madrid, united) =
        (draft.add_node("Club", "Real Madrid", Layer::Knowledge), draft.add_node("Club", "曼联", Layer::Knowledge));
    let node = draft.add_node("Secret", "zyzzyva", Layer::Knowledge);
    draft.add_alias(madrid, "Los Blancos");
    draft.add_alias(united, "红魔");
    draft.add_mention(madrid, chunk, Some(Span::new(0, 11)));
    draft.add_mention(united, chunk, None);
    draft.add_failure(chunk, "zyzzyva could not be read");
    let evidence = Evidence {
        chunk,
        span: None,
        origin: Origin::Extracted { by: "someone else".into() },
        layer: Layer::Knowledge,
        confidence: Confidence::CERTAIN,
    };
    for fact in [
        Fact::new(madrid, "founded", 1902_i64),
        Fact::new(madrid, crate::SYNONYM, united),
        Fact::new(madrid, "is one with", united),
        Fact::new(node, "knows", madrid),
    ] {
        draft.add_fact(fact, evidence.clone());
    }
    let sealed = draft.seal().expect("the fixture is valid");
    if base.embedding_space().is_none() {
        return sealed;
    }
    // Other vectors for the same texts.
    let texts = sealed.texts();
    let vectors = texts.into_iter().chain([Arc::from("曼联"), Arc::from("Juventus")]);
    let vectors: Vec<_> = vectors.map(|text| (text, Embedding::new([-1.0, 0.0, 0.0, 0.0]))).collect();
    sealed.with_vectors(fixture::space(), vectors).expect("the vectors fit")
}

fn all_of(contributions: &[Contribution]) -> ChangeSet {
    contributions.iter().cloned().collect()
}

/// Commits the open documents; what they show, asked for everything there is and will be.
async fn before(base: &dyn KnowledgeBase) -> (Probes, String) {
    let (open, hidden) = (open_documents(base), hidden_documents(base));
    base.commit(all_of(&open)).await.expect("a commit");
    let probes = Probes::of(&[open, hidden].concat());
    let sight = sight_of(base, &Scope::All, &probes).await;
    assert_eq!(sight_of(base, &everybody(), &probes).await, sight, "{base:?} hides nothing where nothing is hidden");
    (probes, sight)
}

/// Through every port a scope shows what it showed before there were hidden documents: names,
/// evidence, neighbours, counts, scores, ranks and vectors, and the words of errors.
pub async fn hidden_documents_show_nowhere(base: &dyn KnowledgeBase) {
    let (probes, sight) = before(base).await;
    for hidden in hidden_documents(base) {
        base.commit(ChangeSet::new().put(hidden)).await.expect("a commit");
        assert_eq!(sight_of(base, &everybody(), &probes).await, sight, "{base:?}");
    }
    assert_ne!(sight_of(base, &Scope::All, &probes).await, sight, "{base:?} shows them to whom may see");
}

/// What was hidden may be replaced and removed, and nobody else notices.
pub async fn changes_of_hidden_documents_show_nowhere(base: &dyn KnowledgeBase) {
    let (probes, sight) = before(base).await;
    let hidden = hidden_documents(base);
    base.commit(all_of(&hidden)).await.expect("a commit");
    let text = "Juventus was founded in 1897. Футбол knows it.";
    let other = for_base(base, fixture::contribution("hidden:a", text, &CLUBS, &["board"]));
    base.commit(ChangeSet::new().put(other)).await.expect("a commit");
    assert_eq!(sight_of(base, &everybody(), &probes).await, sight, "{base:?}");
    for contribution in hidden {
        base.commit(ChangeSet::new().remove(contribution.document().id)).await.expect("a commit");
        assert_eq!(sight_of(base, &everybody(), &probes).await, sight, "{base:?}");
    }
    assert_eq!(sight_of(base, &Scope::All, &probes).await, sight, "{base:?}");
}

/// A document that gets a label is gone for those without it, as if it had been removed.
pub async fn a_document_can_be_hidden_later(base: &dyn KnowledgeBase) {
    let (probes, sight) = before(base).await;
    let text = "REAL MADRID met Футбол in 1901. Футбол was founded in 1900.";
    let made = |labels: &[&str]| for_base(base, fixture::contribution("hidden:a", text, &CLUBS, labels));
    base.commit(ChangeSet::new().put(made(&[]))).await.expect("a commit");
    assert_ne!(sight_of(base, &everybody(), &probes).await, sight, "{base:?}");
    base.commit(ChangeSet::new().put(made(&["board"]))).await.expect("a commit");
    assert_eq!(sight_of(base, &everybody(), &probes).await, sight, "{base:?}");
}

/// One of two labels is none: a scope shows what a base shows that holds its documents alone.
pub async fn every_label_is_needed(base: &dyn KnowledgeBase) {
    let (probes, _) = before(base).await;
    let hidden = hidden_documents(base);
    let (board, both) = hidden.split_at(hidden.len() - 1);
    base.commit(all_of(board)).await.expect("a commit");
    let sight = sight_of(base, &Scope::All, &probes).await;
    base.commit(all_of(both)).await.expect("a commit");
    assert_eq!(sight_of(base, &Scope::of(["board"]), &probes).await, sight, "{base:?}");
    let all = sight_of(base, &Scope::All, &probes).await;
    assert_eq!(sight_of(base, &Scope::of(["law", "board", "more"]), &probes).await, all, "{base:?}");
    assert_ne!(sight, all, "{base:?}");
    let law = sight_of(base, &Scope::of(["law"]), &probes).await;
    assert_eq!(law, sight_of(base, &everybody(), &probes).await, "{base:?}");
}

/// A hidden id is an id that there is not: of the two answers nothing tells which is which.
pub async fn a_hidden_id_is_answered_like_one_that_never_was(base: &dyn KnowledgeBase) {
    before(base).await;
    base.commit(all_of(&hidden_documents(base))).await.expect("a commit");
    let snapshot = base.snapshot(&everybody()).await.expect("a snapshot");
    let view = snapshot.graph().view(&GraphNeed::Everything).await.expect("a view");
    let node = |name: &str| NodeId::named(&"Secret".into(), &NameKey::of(name));
    let (hidden, never) = (node("zyzzyva"), node("never"));
    assert_eq!(format!("{:?}", view.node(hidden)), format!("{:?}", view.node(never)), "{base:?}");
    let around = |id| format!("{:?} {:?} {:?}", view.outgoing(id), view.incoming(id), view.mentions_of(id));
    assert_eq!(around(hidden), around(never), "{base:?}");
    let documents = ["hidden:a", "never:a"].map(DocumentId::of);
    let contributions = snapshot.chunks().contributions(&documents).await.expect("contributions");
    assert_eq!(contributions, [None, None], "{base:?}");
    let chunks = documents.map(|document| crate::ChunkId::new(document, 0));
    assert_eq!(snapshot.chunks().chunks(&chunks).await.expect("chunks"), [None, None], "{base:?}");
    assert!(chunks.iter().all(|chunk| view.mentions_in(*chunk).expect("mentions").is_empty()), "{base:?}");
    for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
        let found = snapshot.text().search(kind, &["zyzzyva", "neverneverword"], 9).await.expect("a search");
        assert!(found.iter().all(Vec::is_empty), "{base:?}: {found:?}");
    }
    if let Some(vectors) = snapshot.vectors() {
        let records = [RecordId::Node(hidden), RecordId::Chunk(chunks[0]), RecordId::Node(never)];
        assert_eq!(vectors.vectors(&records).await.expect("vectors"), [None, None, None], "{base:?}");
    }
}
