//! What the names of a rule stand for.

use std::{collections::BTreeMap, sync::Arc};

use super::types::Types;
use crate::ExprType;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Variable {
    /// A node of one of these types.
    Node(Types),
    /// An edge, or the edges of several hops.
    Edge(Edge),
    /// The edges of a path.
    Path,
    /// A value that a clause computes.
    Value(ExprType),
}

/// What an edge can be.
#[derive(Clone, Debug, Default)]
pub(super) struct Edge {
    /// As it is written, for messages.
    pub(super) name: Arc<str>,
    /// What its facts say of themselves; `None` where that is not known.
    pub(super) qualifiers: Option<BTreeMap<Arc<str>, ExprType>>,
}

/// The names of a rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    by_name: BTreeMap<Arc<str>, Variable>,
    /// Whether the host gives further names.
    open: bool,
}

impl Variables {
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        const HOST: Variable = Variable::Value(ExprType::Any);
        self.by_name.get(name).or(if self.open || name == "__path__" { Some(&HOST) } else { None })
    }

    pub(super) fn give(&mut self, name: &Arc<str>, variable: Variable) {
        self.by_name.insert(Arc::clone(name), variable);
    }

    /// Lets the host give further names.
    pub(super) fn open(&mut self) {
        self.open = true;
    }

    pub(super) fn names(&self) -> Vec<Arc<str>> {
        self.by_name.keys().cloned().collect()
    }
}
