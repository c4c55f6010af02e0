//! What a rule or query looks for, with every name resolved.

use std::sync::Arc;

use kag_core::{Predicate, TypeName};
use kag_schema::{ConceptName, Expr, Hops};

/// A pattern and clauses, ready to run.
#[derive(Clone, Debug, Default)]
pub(in crate::rule) struct Body {
    /// What messages call it; empty for a query.
    pub(in crate::rule) rule: Arc<str>,
    pub(in crate::rule) nodes: Vec<NodeVar>,
    pub(in crate::rule) edges: Vec<EdgeVar>,
    /// How many parts of the pattern may be missing.
    pub(in crate::rule) units: usize,
    /// What can be asked as soon as its variables are bound.
    pub(in crate::rule) checks: Vec<Check>,
    /// What is computed and asked of the matches, in order.
    pub(in crate::rule) steps: Vec<Step>,
    /// Paths with a name: the edges they consist of.
    pub(in crate::rule) path_names: Vec<(Arc<str>, Vec<usize>)>,
    /// Paths that conditions ask for, by the number in their name.
    pub(in crate::rule) paths: Vec<Subpattern>,
    /// What it reads.
    pub(in crate::rule) mentions: Vec<Mention>,
}

/// A node of the pattern.
#[derive(Clone, Debug)]
pub(in crate::rule) struct NodeVar {
    pub(in crate::rule) name: Arc<str>,
    /// Of each of these, one must hold.
    pub(in crate::rule) labels: Vec<Vec<LabelTest>>,
    /// What its labels say of its type; `None` where it may be of any.
    pub(in crate::rule) types: Types,
    /// Whether the match may stand without it.
    pub(in crate::rule) optional: bool,
    /// What an index can find it by.
    pub(in crate::rule) keys: Vec<Key>,
}

/// Types of the schema, those that inherit included; `None` stands for any.
pub(in crate::rule) type Types = Option<Arc<[TypeName]>>;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::rule) enum LabelTest {
    Types(Arc<[TypeName]>),
    /// A member of all these concepts, or what is each of them or below it (`itself`).
    Concepts {
        concepts: Arc<[ConceptName]>,
        itself: bool,
    },
}

impl LabelTest {
    /// The types, where it asks for those.
    pub(in crate::rule) fn types(&self) -> Option<&Arc<[TypeName]>> {
        match self {
            Self::Types(types) => Some(types),
            Self::Concepts { .. } => None,
        }
    }

    pub(in crate::rule) fn is_of_types(&self) -> bool {
        self.types().is_some()
    }
}

/// A property that must have one of some values.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Key {
    /// `id`, `name` or another property.
    pub(in crate::rule) property: Arc<str>,
    /// A literal, a parameter, or a list of them.
    pub(in crate::rule) value: Expr,
}

/// An edge of the pattern, from subject to object.
#[derive(Clone, Debug)]
pub(in crate::rule) struct EdgeVar {
    pub(in crate::rule) name: Arc<str>,
    pub(in crate::rule) from: usize,
    pub(in crate::rule) to: usize,
    pub(in crate::rule) target: Target,
    /// Whether it can be passed both ways.
    pub(in crate::rule) either: bool,
    pub(in crate::rule) hops: Option<Hops>,
    /// The part that may be missing that it belongs to.
    pub(in crate::rule) unit: Option<usize>,
    /// At most so many from each node at this end.
    pub(in crate::rule) limit: Option<(u32, usize)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::rule) enum Target {
    Any,
    Predicates(Vec<Predicate>),
    /// What a function of the host gives.
    Linked(Expr),
}

/// A condition on variables of the pattern alone.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Check {
    pub(in crate::rule) asked: Asked,
    pub(in crate::rule) nodes: Vec<usize>,
    pub(in crate::rule) edges: Vec<usize>,
    /// The part that may be missing that it belongs to.
    pub(in crate::rule) unit: Option<usize>,
    /// The edge of the pattern that stands for several, each of which must meet it.
    pub(in crate::rule) each: Option<usize>,
}

impl Check {
    /// Whether it can be asked of each edge that `edge` stands for, whatever else is bound.
    pub(in crate::rule) fn is_of_each_alone(&self, edge: usize) -> bool {
        self.each == Some(edge) && self.nodes.is_empty() && self.edges.iter().all(|at| *at == edge)
    }
}

/// An expression with what is said of it in proofs.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Asked {
    pub(in crate::rule) name: Option<Arc<str>>,
    pub(in crate::rule) explanation: Option<Arc<str>>,
    /// As it was written, printed.
    pub(in crate::rule) text: Arc<str>,
    pub(in crate::rule) expr: Expr,
}

/// One clause.
#[derive(Clone, Debug)]
pub(in crate::rule) enum Step {
    /// Gives a name the aggregate of each row's group.
    Group { into: Arc<str>, group: Group },
    /// Gives a name whether there is a path.
    Exists { into: Arc<str>, path: usize },
    /// Gives a name, or a property of it, a value.
    Project { into: Arc<str>, asked: Asked },
    /// Gives a name whether a condition holds.
    Decide { into: Arc<str>, asked: Asked },
    /// Keeps the rows for which a condition holds.
    Keep { into: Option<Arc<str>>, asked: Asked },
    /// Keeps the rows for which a condition holds of each edge that one stands for.
    KeepEach { edge: usize, asked: Asked },
    /// Of no row at all, makes one with what the aggregates before are of nothing.
    Total,
    /// Keeps the rows that are chosen.
    Choose { choice: Choice, asked: Asked },
}

/// An aggregate over groups of rows.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Group {
    pub(in crate::rule) by: Vec<Expr>,
    pub(in crate::rule) condition: Option<Expr>,
    /// Its name in lower case without `_`.
    pub(in crate::rule) aggregate: Arc<str>,
    /// Its name as written.
    pub(in crate::rule) written: Arc<str>,
    pub(in crate::rule) arguments: Vec<Expr>,
    pub(in crate::rule) text: Arc<str>,
}

impl Group {
    /// All that it computes.
    pub(in crate::rule) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.by.iter().chain(&self.condition).chain(&self.arguments)
    }
}

/// Which rows of a group are kept.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Choice {
    pub(in crate::rule) by: Vec<Expr>,
    pub(in crate::rule) how: How,
}

#[derive(Clone, Debug)]
pub(in crate::rule) enum How {
    /// The first by an order: so many different things that the order speaks of.
    First { key: Expr, descending: bool, count: Expr },
    /// Those with the longest path, or the shortest.
    Path { edge: Arc<str>, longest: bool },
}

/// A pattern within a condition.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Subpattern {
    pub(in crate::rule) body: Arc<Body>,
    /// Its nodes and the nodes of the outer pattern that they are.
    pub(in crate::rule) shared: Vec<(usize, usize)>,
}

/// Something that a rule reads.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Mention {
    pub(in crate::rule) what: Mentioned,
    /// Whether more of it can only mean more matches.
    pub(in crate::rule) grows: bool,
}

#[derive(Clone, Debug)]
pub(in crate::rule) enum Mentioned {
    /// Facts with these predicates (`None`: any) between these types.
    Facts { predicates: Option<Vec<Predicate>>, subject: Types, object: ObjectTypes },
    /// A property, called in either language, of nodes of these types.
    Property { name: Arc<str>, of: Types },
    /// All nodes of these types.
    Nodes { types: Arc<[TypeName]> },
    /// Membership of a concept.
    Concept { concept: ConceptName },
}

/// What the object of a fact is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rule) enum ObjectTypes {
    Any,
    Literal,
    Types(Arc<[TypeName]>),
    Concept(ConceptName),
}
