//! What a rule looks for in the graph: nodes, edges and paths of them.

use std::sync::Arc;

use kag_core::{Predicate, TypeName};
use serde::{Deserialize, Serialize};

use super::SourceSpan;
use crate::Expr;

/// A concept by its type and name: `` `TaxOfRiskApp`/`赌博应用` ``.
///
/// The name of a concept deep in its taxonomy holds the whole path: `` 产品/`食品-水果` ``.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConceptName {
    /// The concept type, with its namespace where it was written with one.
    pub type_name: TypeName,
    /// The name of the concept.
    pub name: Arc<str>,
}

/// What a node must be to match.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Label {
    /// Of this type or one that inherits from it; with its namespace where it was written
    /// with one.
    Type(TypeName),
    /// A member of each of these concepts, or the concept itself. One, or several joined by `+`.
    Concepts(Vec<ConceptName>),
}

/// A node of a pattern: `(s:Company WHERE s.age > 3)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NodePattern {
    /// What the node is called in the rest of the rule. The same name is the same node.
    pub variable: Option<Arc<str>>,
    /// What it must be: one of these; anything where there are none.
    pub labels: Vec<Label>,
    /// What must hold of it. A name that is no variable of the rule is a property of this
    /// node: `(s:User WHERE age > 3)`.
    pub condition: Option<Expr>,
    /// Whether the writer wants matching to begin here (`__start__='true'`). A hint: it
    /// changes no result.
    pub start: bool,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// Which way an edge is passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeDirection {
    /// `-[]->`: the node before it is the subject.
    #[default]
    Right,
    /// `<-[]-`: the node after it is the subject.
    Left,
    /// `-[]-`: either.
    Either,
}

/// What an edge must be to match.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EdgeTarget {
    /// A fact with one of these predicates; with any where there are none.
    Predicates(Vec<Predicate>),
    /// What a function of the host says: `-[e:nearby(s.boundary, o.center, 10)]->`.
    Linked(Expr),
}

/// How many edges one edge of a pattern stands for: `{1,10}`, `repeat(1,10)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hops {
    /// The fewest. With none at all both ends are the same node.
    pub least: u32,
    /// The most; `None` where there is no bound.
    pub most: Option<u32>,
}

/// An edge of a pattern: `-[f:fundTrans]->`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EdgePattern {
    /// What the edge, or the list of edges of several hops, is called. A name without a colon
    /// (`-[belong]->`) is read as this; resolving the rule
    /// against a schema makes a predicate of it where the schema knows one so called.
    pub variable: Option<Arc<str>>,
    /// What it must be.
    pub target: EdgeTarget,
    /// Which way it is passed.
    pub direction: EdgeDirection,
    /// How many edges it stands for; `None` is exactly one that is not a list.
    pub hops: Option<Hops>,
    /// Whether the match stands without it, its names missing then: `?`, `__optional__='true'`.
    pub optional: bool,
    /// From each node that it leaves, at most so many edges are taken, in the order of
    /// their facts' ids.
    pub per_node_limit: Option<u32>,
    /// What must hold of it. A name that is no variable of the rule is a qualifier of this
    /// edge.
    pub condition: Option<Expr>,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// Nodes and the edges between them, in a line: `(s)-[:a]->(x)<-[:b]-(o)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PathPattern {
    /// What the path is called.
    pub variable: Option<Arc<str>>,
    /// Whether the match stands without it, its names missing then: `OPTIONAL p: (a)-[]->(b)`.
    pub optional: bool,
    /// Where it begins.
    pub start: NodePattern,
    /// Each edge and the node it leads to; none where the path is one node.
    pub steps: Vec<(EdgePattern, NodePattern)>,
}

impl ConceptName {
    /// The concept `name` of the type `type_name`.
    #[must_use]
    pub fn new(type_name: impl Into<TypeName>, name: impl Into<Arc<str>>) -> Self {
        Self { type_name: type_name.into(), name: name.into() }
    }
}

impl Hops {
    /// Whether a path of so many edges is allowed.
    #[must_use]
    pub fn allow(self, edges: u32) -> bool {
        self.least <= edges && self.most.is_none_or(|most| edges <= most)
    }
}

impl NodePattern {
    /// The node called `variable`, of any type.
    #[must_use]
    pub fn named(variable: impl Into<Arc<str>>) -> Self {
        Self { variable: Some(variable.into()), ..Self::default() }
    }

    /// The same node, which must be of the type or the concept.
    #[must_use]
    pub fn with_label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }
}

impl EdgePattern {
    /// An edge with the predicate `name`.
    #[must_use]
    pub fn of(name: impl Into<Predicate>, direction: EdgeDirection) -> Self {
        Self {
            variable: None,
            target: EdgeTarget::Predicates(vec![name.into()]),
            direction,
            hops: None,
            optional: false,
            per_node_limit: None,
            condition: None,
            span: SourceSpan::default(),
        }
    }
}

impl PathPattern {
    /// The path that is one node.
    #[must_use]
    pub fn node(start: NodePattern) -> Self {
        Self { variable: None, optional: false, start, steps: Vec::new() }
    }

    /// The same path, led on along `edge` to `node`.
    #[must_use]
    pub fn then(mut self, edge: EdgePattern, node: NodePattern) -> Self {
        self.steps.push((edge, node));
        self
    }

    /// What must hold of its nodes and edges, and the functions that say what is connected.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let steps = self
            .steps
            .iter()
            .flat_map(|(edge, node)| edge_expressions(edge).into_iter().chain([node.condition.as_ref()]));
        self.start.condition.iter().chain(steps.flatten())
    }

    /// Its nodes, first to last.
    pub fn nodes(&self) -> impl Iterator<Item = &NodePattern> {
        std::iter::once(&self.start).chain(self.steps.iter().map(|(_, node)| node))
    }
}

fn edge_expressions(edge: &EdgePattern) -> [Option<&Expr>; 2] {
    let linked = match &edge.target {
        EdgeTarget::Linked(call) => Some(call),
        EdgeTarget::Predicates(_) => None,
    };
    [linked, edge.condition.as_ref()]
}
