//! What runs rules: the state of one inference.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{GraphView, NodeId, PartialDate, Value};
use kag_schema::{ConceptName, RuleQuery};

use super::{CreatedNode, InferredFact, Limits, Materialised, Member, Proof, ProofId, RuleBase, RuleError, RuleTable};

/// The graph, however it is held.
pub(super) enum View<'v> {
    Shared(Arc<dyn GraphView>),
    Borrowed(&'v dyn GraphView),
}

impl View<'_> {
    pub(super) fn get(&self) -> &dyn GraphView {
        match self {
            Self::Shared(view) => &**view,
            Self::Borrowed(view) => *view,
        }
    }
}

/// The state of one inference.
pub(super) struct Engine<'v> {
    pub(super) base: Arc<RuleBase>,
    pub(super) view: View<'v>,
    pub(super) now: Option<PartialDate>,
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) limits: Limits,
}

impl<'v> Engine<'v> {
    pub(super) fn new(base: Arc<RuleBase>, view: View<'v>) -> Self {
        Self { base, view, now: None, parameters: BTreeMap::new(), limits: Limits::default() }
    }

    pub(super) fn begin(&mut self) {}
    pub(super) fn query(&mut self, _: &RuleQuery) -> Result<RuleTable, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
    pub(super) fn facts(
        &mut self,
        _: Option<NodeId>,
        _: &str,
        _: Option<NodeId>,
    ) -> Result<Vec<InferredFact>, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
    pub(super) fn members(&mut self, _: &ConceptName) -> Result<Vec<Member>, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
    pub(super) fn concepts_of(&mut self, _: NodeId) -> Result<Vec<Member>, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
    pub(super) fn created(&mut self) -> Result<Vec<CreatedNode>, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
    pub(super) fn proof(&mut self, _: ProofId) -> Result<Proof, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
    pub(super) fn materialise(&mut self) -> Result<Materialised, RuleError> {
        Err(RuleError::Invalid { problems: Vec::new() })
    }
}
