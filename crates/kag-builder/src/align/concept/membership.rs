//! Which things belong to which concepts.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{
    Confidence, DeriveInput, Derived, DerivedFact, Deriver, Fact, FactId, GraphView, Layer, Node, NodeId, Predicate,
    Result, TypeName, Value,
};

use super::{
    BELONG_TO,
    head::{heads, whole},
};

/// Derives `belongTo` from things to the concepts that they are instances of.
///
/// A thing belongs to a concept where
/// - a fact says so: one with a predicate such as `is a`, `instance of`, `是一种`, whose object, node or text,
///   is called like the concept or ends in its name (confidence that of the fact, at most 0.9; the fact is the premise);
/// - a name of it is that of the concept, or ends in it: *gaming laptop* in *laptop*, 笔记本电脑 in 电脑
///   (0.8 and 0.7; no premise).
///
/// Each is a function of the thing, the fact and the concept: several concepts, narrow and wide, may be found, and what
/// is above them follows from the order of concepts. Nodes of the concept types are concepts, all
/// others things; a concept belongs to nothing.
///
/// ```
/// use kag_builder::{ConceptMembership, Taxonomy};
/// use kag_core::{
///     ChangeSet, ContentHash, ContributionDraft, Document, GraphNeed, KnowledgeBase, Layer, Scope,
///     memory::MemoryKnowledgeBase,
/// };
///
/// # futures::executor::block_on(async {
/// let (kinds, _) = Taxonomy::new("Kind").with("laptop", ["笔记本电脑"], []).contribution("kinds")?;
/// let mut draft = ContributionDraft::new(Document::new("shop", ContentHash::of("")));
/// let thing = draft.add_node("Product", "gaming laptop", Layer::Information);
/// let base = MemoryKnowledgeBase::new().with_deriver(ConceptMembership::new(["Kind"]));
/// base.commit(ChangeSet::new().put(kinds).put(draft.seal()?)).await?;
///
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// let facts = view.outgoing(thing)?;
/// assert_eq!(&*facts[0].statement, "gaming laptop belongTo laptop");
/// assert!(facts[0].derivations[0].rule.ends_with(": gaming laptop ends in laptop"));
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptMembership {
    concepts: BTreeSet<TypeName>,
    predicates: BTreeSet<Predicate>,
    heads: bool,
    id: String,
}

/// That what is called like a concept is one of it.
const CALLED: f32 = 0.8;
/// That what ends in the name of a concept is one of it.
const ENDS: f32 = 0.7;
/// That what a fact puts under a concept is one of it, at most.
const SAID: f32 = 0.9;
/// Predicates that put a thing under a concept.
const SAY_SO: [&str; 12] = [
    "isA",
    "is a",
    "is an",
    "is a type of",
    "is a kind of",
    "instance of",
    "instanceOf",
    "是",
    "是一种",
    "是一个",
    "属于",
    "类型",
];

impl ConceptMembership {
    /// Membership in nodes of the types `concepts`, by facts and by names.
    #[must_use]
    pub fn new<T: Into<TypeName>>(concepts: impl IntoIterator<Item = T>) -> Self {
        let concepts = concepts.into_iter().map(Into::into).collect();
        let predicates = SAY_SO.into_iter().map(Predicate::from).collect();
        Self { concepts, predicates, heads: true, id: String::new() }.identified()
    }

    /// The same by facts with `predicates` instead of those that are known.
    #[must_use]
    pub fn with_predicates<P: Into<Predicate>>(mut self, predicates: impl IntoIterator<Item = P>) -> Self {
        self.predicates = predicates.into_iter().map(Into::into).collect();
        self.identified()
    }

    /// The same by facts and whole names, not by what names end in.
    #[must_use]
    pub fn without_heads(mut self) -> Self {
        self.heads = false;
        self.identified()
    }

    fn identified(mut self) -> Self {
        self.id = format!("concept membership 1 {:?} {:?} {}", self.concepts, self.predicates, self.heads);
        self
    }

    /// The concepts by the key of each of their names.
    fn concepts(&self, graph: &dyn GraphView) -> Result<BTreeMap<String, BTreeMap<NodeId, String>>> {
        let mut concepts: BTreeMap<String, BTreeMap<NodeId, String>> = BTreeMap::new();
        for type_name in &self.concepts {
            for id in graph.of_type(type_name)? {
                let Some(node) = graph.node(id)? else { continue };
                for name in names(&node) {
                    if let Some(key) = whole(name) {
                        concepts.entry(key).or_default().insert(id, name.to_owned());
                    }
                }
            }
        }
        Ok(concepts)
    }

    /// The keys by which `name` finds concepts, and whether as a whole.
    fn keys(&self, name: &str) -> Vec<(String, bool)> {
        let heads = if self.heads { heads(name) } else { BTreeSet::new() };
        whole(name).map(|key| (key, true)).into_iter().chain(heads.into_iter().map(|key| (key, false))).collect()
    }
}

impl Deriver for ConceptMembership {
    fn id(&self) -> &str {
        &self.id
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let concepts = self.concepts(input.graph)?;
        let mut derived = Vec::new();
        let mut seen = BTreeSet::new();
        let mut put = |thing: NodeId, name: &str, premise: Option<(FactId, f32)>| {
            for (key, is_whole) in self.keys(name) {
                for (concept, called) in concepts.get(&key).into_iter().flatten() {
                    if !seen.insert((thing, *concept, premise.map(|(fact, _)| fact))) {
                        continue;
                    }
                    let how = if is_whole { "is called" } else { "ends in" };
                    let likely = premise.map_or(if is_whole { CALLED } else { ENDS }, |(_, confidence)| confidence);
                    derived.push(DerivedFact {
                        fact: Fact::new(thing, BELONG_TO, *concept),
                        rule: format!("concept membership 1: {name} {how} {called}").into(),
                        premises: premise.iter().map(|(fact, _)| *fact).collect(),
                        confidence: Confidence::new(likely),
                        layer: Layer::Information,
                    });
                }
            }
        };
        for node in input.graph.nodes() {
            let node = node?;
            if !self.concepts.contains(&node.type_name) {
                names(&node).for_each(|name| put(node.id, name, None));
            }
        }
        for predicate in &self.predicates {
            for record in input.graph.with_predicate(predicate)? {
                let is_concept = |node: Option<std::sync::Arc<Node>>| {
                    node.is_some_and(|node| self.concepts.contains(&node.type_name))
                };
                if is_concept(input.graph.node(record.fact.subject)?) {
                    continue;
                }
                let premise = Some((record.id, record.confidence().get().min(SAID)));
                match &record.fact.object {
                    Value::Node(object) => {
                        let Some(object) = input.graph.node(*object)? else { continue };
                        names(&object).for_each(|name| put(record.fact.subject, name, premise));
                    }
                    Value::Text(text) => put(record.fact.subject, text, premise),
                    _ => {}
                }
            }
        }
        Ok(derived.into())
    }
}

fn names(node: &Node) -> impl Iterator<Item = &str> {
    std::iter::once(&node.name).chain(&node.aliases).map(|name| &**name)
}
