//! The concept graph: kinds, members, parts, places, causes and synonyms, with the facts
//! that show them.
//!
//! What a fact says directly is in the graph; this module says what follows when facts of
//! one meaning are put one behind the other. Every answer comes with its path, the shortest
//! there is. Circles are harmless: something in a circle is above itself, and the path goes
//! round once.
//!
//! Rules are not asked here; a graph in which their facts are materialised shows them.

mod meaning;
mod path;
mod synonyms;
mod walk;

use std::sync::Arc;

use kag_core::{GraphView, NodeId, Result};
use kag_schema::Schema;

pub use meaning::ConceptRelations;
pub use path::{ConceptPath, ConceptStep};
pub use walk::Reach;

use meaning::Steps;
use walk::{Along, Walk};

/// What follows from a graph by the meaning of its predicates.
///
/// Nothing is built before it is asked for: a question reads the nodes that it passes.
/// Answers are functions of the graph and the schema alone. A path has at least one fact, so
/// nothing is a kind of itself unless facts lead in a circle.
///
/// ```
/// use std::sync::Arc;
/// use kag_core::{Fact, FactRecord, Layer, NameKey, Node, NodeId, TypeName, memory::MemoryGraph};
/// use kag_reason::ConceptGraph;
/// use kag_schema::{Hypernym, Schema, TypeDef};
///
/// let product = TypeName::new("Product");
/// let node = |name: &str| Node {
///     id: NodeId::named(&product, &NameKey::of(name)),
///     type_name: product.clone(),
///     name: name.into(),
///     aliases: Default::default(),
///     layer: Layer::Knowledge,
///     derivations: Vec::new(),
/// };
/// let [gaming, laptop, computer] = ["游戏本", "laptop", "computer"].map(node);
/// let is_a = |from: &Node, to: &Node| {
///     let fact = Fact::new(from.id, "isA", to.id);
///     FactRecord { id: fact.id(), fact, statement: "".into(), evidence: vec![], derivations: vec![] }
/// };
/// let facts = [is_a(&gaming, &laptop), is_a(&laptop, &computer)];
/// let (from, to) = (gaming.id, computer.id);
/// let nodes = [gaming, laptop, computer].map(Arc::new).to_vec();
/// let graph = MemoryGraph::new(nodes, facts.clone().map(Arc::new).to_vec(), vec![], vec![])?;
///
/// let schema = Schema::builder("Shop").with_type(TypeDef::concept("Product", Hypernym::IsA)).build().unwrap();
/// let path = ConceptGraph::new(&graph, &schema).is_a(from, to)?.unwrap();
/// assert!(path.facts().eq([facts[0].id, facts[1].id]));
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConceptGraph<'g> {
    view: &'g dyn GraphView,
    relations: Arc<ConceptRelations>,
}

impl<'g> ConceptGraph<'g> {
    /// The concept graph of `view`, whose predicates mean what `schema` says.
    #[must_use]
    pub fn new(view: &'g dyn GraphView, schema: &Schema) -> Self {
        Self::with_relations(view, Arc::new(ConceptRelations::of(schema)))
    }

    /// The concept graph of `view`, whose predicates mean what `relations` say: what one
    /// schema says, gathered once for many graphs.
    #[must_use]
    pub fn with_relations(view: &'g dyn GraphView, relations: Arc<ConceptRelations>) -> Self {
        Self { view, relations }
    }

    /// Why `node` is a kind or manner of `general`.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn is_a(&self, node: NodeId, general: NodeId) -> Result<Option<ConceptPath>> {
        self.find(node, general, self.closure(&self.relations.kinds))
    }

    /// What is above `node` in its taxonomy: along the predicate that orders the concepts of
    /// its type, which for places is `locateAt`.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn ancestors(&self, node: NodeId) -> Result<Reach> {
        self.walk_from(node, HYPERNYMS, None)
    }

    /// What is below `node` in its taxonomy.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn descendants(&self, node: NodeId) -> Result<Reach> {
        self.walk_to(node, HYPERNYMS)
    }

    /// Why `node` belongs to `concept`: to it, or to one below it.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn belongs_to(&self, node: NodeId, concept: NodeId) -> Result<Option<ConceptPath>> {
        self.find(node, concept, self.membership())
    }

    /// The concepts to which `node` belongs, and all above them.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn concepts_of(&self, node: NodeId) -> Result<Reach> {
        self.walk_from(node, self.membership(), None)
    }

    /// What belongs to `concept`, or to one below it.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn members(&self, concept: NodeId) -> Result<Reach> {
        self.walk_to(concept, self.membership())
    }

    /// Why `cause` leads to `effect`, through whatever lies between.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn leads_to(&self, cause: NodeId, effect: NodeId) -> Result<Option<ConceptPath>> {
        self.find(cause, effect, self.closure(&self.relations.causes))
    }

    /// What `node` leads to in at most `depth` steps.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn effects_of(&self, node: NodeId, depth: usize) -> Result<Reach> {
        self.walk_from(node, Walk { depth, ..self.closure(&self.relations.causes) }, None)
    }

    /// What leads to `node` in at most `depth` steps.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn causes_of(&self, node: NodeId, depth: usize) -> Result<Reach> {
        self.walk_to(node, Walk { depth, ..self.closure(&self.relations.causes) })
    }

    /// Why `part` is a part of `whole`.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn part_of(&self, part: NodeId, whole: NodeId) -> Result<Option<ConceptPath>> {
        self.find(part, whole, self.closure(&self.relations.parts))
    }

    /// Why `node` lies in `place`.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn located_at(&self, node: NodeId, place: NodeId) -> Result<Option<ConceptPath>> {
        self.find(node, place, self.closure(&self.relations.places))
    }

    /// What else means the same as `node`, directly or through others.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn synonyms(&self, node: NodeId) -> Result<Reach> {
        Ok(self.walk_from(node, self.closure(&self.relations.synonyms), None)?.without_origin())
    }

    /// Why `predicate`, by its name or a label, holds from `subject` to `object`: because a
    /// fact says so, or one with the inverse predicate; of transitive predicates also
    /// because a chain of such facts does.
    ///
    /// # Errors
    /// Those of reading the view.
    pub fn related(&self, subject: NodeId, predicate: &str, object: NodeId) -> Result<Option<ConceptPath>> {
        let (steps, transitive) = self.relations.meaning(predicate);
        let depth = if transitive { usize::MAX } else { 1 };
        self.find(subject, object, Walk { depth, ..self.closure(&steps) })
    }

    fn find(&self, from: NodeId, to: NodeId, walk: Walk<'_>) -> Result<Option<ConceptPath>> {
        Ok(self.walk_from(from, walk, Some(to))?.path(to))
    }

    fn closure<'s>(&self, steps: &'s Steps) -> Walk<'s> {
        Walk { first: Along::Steps(steps), then: Along::Steps(steps), depth: usize::MAX }
    }

    fn membership(&self) -> Walk<'_> {
        Walk { first: Along::Steps(&self.relations.membership), ..HYPERNYMS }
    }
}

const HYPERNYMS: Walk<'static> = Walk { first: Along::Hypernyms, then: Along::Hypernyms, depth: usize::MAX };
