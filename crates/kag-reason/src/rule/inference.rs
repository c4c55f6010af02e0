//! Asking rules over one graph.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use kag_core::{GraphView, Node, NodeId, PartialDate, Value};
use kag_schema::{ConceptName, RuleQuery};

use super::{
    CreatedNode, InferredFact, Limits, Matching, Materialised, Member, Proof, ProofId, RowFault, RuleBase, RuleError,
    RuleTable, engine::Engine, world::View,
};

/// Rules over one graph: what is asked for is derived, and kept for its lifetime.
///
/// Every answer is a function of the graph, the rules, the time that is given as now and the
/// parameters. A view of one scope gives answers of that scope.
///
/// It can be shared: questions wait for each other.
pub struct Inference<'v> {
    base: Arc<RuleBase>,
    engine: Mutex<Engine<'v>>,
}

impl Inference<'static> {
    /// Rules over a graph that is shared.
    #[must_use]
    pub fn new(base: Arc<RuleBase>, view: Arc<dyn GraphView>) -> Self {
        Self { engine: Mutex::new(Engine::new(Arc::clone(&base), View::Shared(view))), base }
    }
}

impl<'v> Inference<'v> {
    /// Rules over a graph that is borrowed.
    #[must_use]
    pub fn over(base: Arc<RuleBase>, view: &'v dyn GraphView) -> Self {
        Self { engine: Mutex::new(Engine::new(Arc::clone(&base), View::Borrowed(view))), base }
    }

    /// The same with `now` as the present moment. Without it, rules that ask for it fail.
    #[must_use]
    pub fn with_now(mut self, now: PartialDate) -> Self {
        self.settings(|engine| engine.now = Some(now));
        self
    }

    /// The same with values for the parameters of queries: `$id` is called `id`.
    #[must_use]
    pub fn with_parameters(mut self, parameters: BTreeMap<String, Value>) -> Self {
        self.settings(|engine| engine.parameters = parameters);
        self
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.settings(|engine| engine.limits = limits);
        self
    }

    /// The same with another sense of a match.
    #[must_use]
    pub fn with_matching(mut self, matching: Matching) -> Self {
        self.settings(|engine| engine.matching = matching);
        self
    }

    /// The same without keeping what aggregates were made of: less memory, and proofs that
    /// stop at aggregates.
    #[must_use]
    pub fn without_group_proofs(mut self) -> Self {
        self.settings(|engine| engine.keeps_proofs = false);
        self
    }

    fn settings(&mut self, change: impl FnOnce(&mut Engine<'v>)) {
        change(self.engine.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// The rules.
    #[must_use]
    pub fn base(&self) -> &Arc<RuleBase> {
        &self.base
    }

    /// The rows that match `query`.
    ///
    /// # Errors
    ///
    /// A query that does not make sense in the domain (all that [`check_query`](kag_schema::check_query) finds, before
    /// anything runs), parameters without a value, a bound, an expression that can never be computed,
    /// a graph that cannot be read.
    pub fn query(&self, query: &RuleQuery) -> Result<RuleTable, RuleError> {
        self.engine().query(query)
    }

    /// The facts with `predicate`, stored and derived as one: about `subject` and `object`
    /// where they are given. Those of a derived property have its value as object.
    ///
    /// `predicate` may be a name in either language. Ordered by subject, then id. Where the
    /// subject is given, rules are run for it alone, unless they aggregate over others.
    ///
    /// # Errors
    ///
    /// A bound, an expression that can never be computed, a graph that cannot be read.
    pub fn facts(
        &self,
        subject: Option<NodeId>,
        predicate: &str,
        object: Option<NodeId>,
    ) -> Result<Vec<InferredFact>, RuleError> {
        self.engine().facts(subject, predicate, object)
    }

    /// What belongs to `concept` or to a concept below it, by node. Empty where there is no
    /// such concept.
    ///
    /// # Errors
    ///
    /// As [`facts`](Self::facts).
    pub fn members(&self, concept: &ConceptName) -> Result<Vec<Member>, RuleError> {
        self.engine().members(concept)
    }

    /// The concepts that `node` belongs to, those above them included, by concept.
    ///
    /// # Errors
    ///
    /// As [`facts`](Self::facts).
    pub fn concepts_of(&self, node: NodeId) -> Result<Vec<Member>, RuleError> {
        self.engine().concepts_of(node)
    }

    /// The nodes that actions create, causal chains run to their end, by id.
    ///
    /// # Errors
    ///
    /// As [`facts`](Self::facts).
    pub fn created(&self) -> Result<Vec<CreatedNode>, RuleError> {
        self.engine().created()
    }

    /// The node with this id: of the graph, or one that an earlier answer speaks of and that
    /// rules created or conclude membership of; `None` where there is no such node.
    ///
    /// # Errors
    ///
    /// A graph that cannot be read.
    pub fn node(&self, node: NodeId) -> Result<Option<Arc<Node>>, RuleError> {
        self.engine().node(node)
    }

    /// The rows that rules have left out so far, for earlier answers, because the data do not
    /// fit them; by rule and clause.
    #[must_use]
    pub fn faults(&self) -> Vec<RowFault> {
        self.engine().all_faults()
    }

    /// Why a row or a fact of an earlier answer holds, down to what is stored.
    ///
    /// # Errors
    ///
    /// As [`facts`](Self::facts).
    pub fn proof(&self, proof: ProofId) -> Result<Proof, RuleError> {
        self.engine().proof(proof)
    }

    /// Everything that follows by rules.
    ///
    /// # Errors
    ///
    /// As [`facts`](Self::facts).
    pub fn materialise(&self) -> Result<Materialised, RuleError> {
        self.engine().materialise()
    }

    fn engine(&self) -> std::sync::MutexGuard<'_, Engine<'v>> {
        let mut engine = self.engine.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        engine.begin();
        engine
    }
}

impl fmt::Debug for Inference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inference").field("base", &self.base).finish_non_exhaustive()
    }
}
