//! Which concepts are kinds of others though nobody said so.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{
    Confidence, DeriveInput, Derived, DerivedFact, Deriver, Fact, GraphView, Layer, NodeId, Predicate, Result, TypeName,
};

use super::{
    IS_A,
    head::{heads, whole},
    order::Ordered,
};

/// Derives that a concept is a kind of another in whose name its own name ends: *gaming laptop* of
/// *laptop*, 笔记本电脑 of 电脑.
///
/// What is stated stands above what is derived. Nothing is derived that would lead in a circle, with what is stated or
/// with what else would be derived, and nothing that follows from the rest (the transitive reduction is
/// kept). Circles among what is stated are [told](Self::examine). What is derived is a
/// function of the concepts and the order stated among them. Confidence is 0.7.
///
/// ```
/// use kag_builder::{ConceptCompletion, Taxonomy};
/// use kag_core::{ChangeSet, GraphNeed, KnowledgeBase, Scope, memory::MemoryKnowledgeBase};
///
/// # futures::executor::block_on(async {
/// let kinds = Taxonomy::new("Kind").with("computer", ["电脑"], []).with("笔记本电脑", [], []);
/// let completion = ConceptCompletion::new(["Kind"]);
/// let base = MemoryKnowledgeBase::new().with_deriver(completion.clone());
/// base.commit(ChangeSet::new().put(kinds.contribution("kinds")?.0)).await?;
///
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// assert_eq!(&*view.with_predicate(&"isA".into())?[0].statement, "笔记本电脑 isA computer");
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptCompletion {
    concepts: BTreeSet<TypeName>,
    predicate: Predicate,
    id: String,
}

/// What the order of concepts is, and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompletionReport {
    /// What names add to it, with the names that say so: the special, then the general.
    pub added: BTreeMap<(NodeId, NodeId), (String, String)>,
    /// What names would add, and follows from the rest.
    pub implied: BTreeSet<(NodeId, NodeId)>,
    /// What names would add, and would lead in a circle.
    pub refused: BTreeSet<(NodeId, NodeId)>,
    /// Concepts that are stated to be kinds of themselves, by one or several facts.
    pub circles: Vec<Vec<NodeId>>,
}

/// That what ends in the name of a concept is a kind of it.
const ENDS: f32 = 0.7;

impl ConceptCompletion {
    /// Completion of the order `isA` among nodes of the types `concepts`.
    #[must_use]
    pub fn new<T: Into<TypeName>>(concepts: impl IntoIterator<Item = T>) -> Self {
        let concepts = concepts.into_iter().map(Into::into).collect();
        Self { concepts, predicate: IS_A.into(), id: String::new() }.identified()
    }

    /// The same for the order `predicate`.
    #[must_use]
    pub fn with_predicate(mut self, predicate: impl Into<Predicate>) -> Self {
        self.predicate = predicate.into();
        self.identified()
    }

    fn identified(mut self) -> Self {
        self.id = format!("concept completion 1 {:?} {}", self.concepts, self.predicate);
        self
    }

    /// What is derived, what is not and why, and the circles among what is stated.
    ///
    /// # Errors
    /// The reading of the graph.
    pub fn examine(&self, graph: &dyn GraphView) -> Result<CompletionReport> {
        let mut stated = BTreeSet::new();
        for record in graph.with_predicate(&self.predicate)? {
            // What this deriver gave is not stated.
            if !record.evidence.is_empty() || record.derivations.iter().any(|way| !way.rule.starts_with(RULE)) {
                stated.extend(record.fact.object_node().map(|general| (record.fact.subject, general)));
            }
        }
        let mut by_name = self.by_name(graph)?;
        by_name.retain(|relation, _| !stated.contains(relation));
        let named: BTreeSet<_> = by_name.keys().copied().collect();
        let all = Ordered::of(&stated.union(&named).copied().collect());
        let sound = |relation: &(NodeId, NodeId)| all.kept.contains(relation) || all.implied.contains(relation);
        let (named, refused): (BTreeSet<_>, BTreeSet<_>) = named.into_iter().partition(sound);
        // Without what was refused only what is stated can lead in a circle.
        let all = Ordered::of(&stated.union(&named).copied().collect());
        let implied: BTreeSet<_> = named.iter().filter(|relation| all.implied.contains(relation)).copied().collect();
        by_name.retain(|relation, _| all.kept.contains(relation));
        Ok(CompletionReport { added: by_name, implied, refused, circles: Ordered::of(&stated).circles })
    }

    /// Which concepts end in the names of which, and by which names.
    fn by_name(&self, graph: &dyn GraphView) -> Result<BTreeMap<(NodeId, NodeId), (String, String)>> {
        let mut called: BTreeMap<String, BTreeMap<NodeId, String>> = BTreeMap::new();
        let mut ends: Vec<(NodeId, String, BTreeSet<String>)> = Vec::new();
        for type_name in &self.concepts {
            for id in graph.of_type(type_name)? {
                let Some(node) = graph.node(id)? else { continue };
                for name in std::iter::once(&node.name).chain(&node.aliases) {
                    if let Some(key) = whole(name) {
                        called.entry(key).or_default().insert(id, name.to_string());
                    }
                    ends.push((id, name.to_string(), heads(name)));
                }
            }
        }
        let mut found = BTreeMap::new();
        for (special, name, heads) in ends {
            for (general, head) in heads.iter().filter_map(|head| called.get(head)).flatten() {
                if special != *general {
                    found.entry((special, *general)).or_insert_with(|| (name.clone(), head.clone()));
                }
            }
        }
        Ok(found)
    }
}

/// What every reason begins with.
const RULE: &str = "concept completion 1";

impl Deriver for ConceptCompletion {
    fn id(&self) -> &str {
        &self.id
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let added =
            self.examine(input.graph)?.added.into_iter().map(|((special, general), (name, head))| DerivedFact {
                fact: Fact::new(special, self.predicate.clone(), general),
                rule: format!("{RULE}: {name} ends in {head}").into(),
                premises: Vec::new(),
                confidence: Confidence::new(ENDS),
                layer: Layer::Information,
            });
        Ok(added.collect::<Vec<_>>().into())
    }
}
