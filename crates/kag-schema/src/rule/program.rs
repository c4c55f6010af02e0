//! What the text of a rule file consists of.

use std::sync::Arc;

use kag_core::{Predicate, TypeName, Value};
use serde::{Deserialize, Serialize};

use super::{ConceptName, Label, NodePattern, PathPattern, SourceSpan};
use crate::Expr;

/// The rules and queries of one text, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleProgram {
    /// What it says, one after the other.
    pub statements: Vec<Statement>,
}

/// One rule or query.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Statement {
    /// What a predicate, or membership of a concept, means.
    Define(Define),
    /// When something belongs to a concept, or is related to one.
    ConceptRule(ConceptRule),
    /// Which concepts of a type go before others.
    Priority(ConceptPriority),
    /// What to look for.
    Query(RuleQuery),
}

/// `Define (s:T)-[p:pred]->(o:U) { Structure {..} Constraint {..} Action {..} }`
///
/// What `o` is decides what is defined: of a basic type, a property of `s` with the value
/// that the clauses give `o`; of an entity, event or concept type, a relation; one concept,
/// that `s` belongs to it — or, where `predicate` is not membership, what members of the one
/// concept do: their action.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Define {
    /// The subject.
    pub subject: NodePattern,
    /// What the derived fact is called in the clauses, which may give it qualifiers: `p.rate = x`.
    pub variable: Option<Arc<str>>,
    /// The predicate that is defined.
    pub predicate: Predicate,
    /// The object.
    pub object: NodePattern,
    /// What must be there. Where it is empty, the subject alone.
    pub structure: Vec<PathPattern>,
    /// What is computed and what must hold, in order.
    pub constraint: Vec<Clause>,
    /// What is created for each match.
    pub action: Vec<Production>,
    /// What the rule says in words.
    pub description: Option<Arc<str>>,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// One line of a `Constraint` or `Rule` block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Clause {
    /// `total("总额") = group(s).sum(f.amount)`: later clauses know the value by its name.
    Projection {
        /// The name that is given the value.
        name: Arc<str>,
        /// The property of it that is given the value: `p.rate = x`.
        property: Option<Arc<str>>,
        /// What it says in words.
        explanation: Option<Arc<str>>,
        /// The value.
        expr: Expr,
        /// Where it was read.
        #[serde(default)]
        span: SourceSpan,
    },
    /// `R1("占比必须超过50%"): total > 5`: what does not meet it is no match. Later clauses
    /// know by its name whether it holds.
    ///
    /// An expression that chooses instead of asking (`group(s).desc(x).limit(1)`,
    /// `top(x, 2)`) keeps what it chooses.
    Condition {
        /// What it is called. Only a condition of a [`ConceptRule`] may have no name.
        name: Option<Arc<str>>,
        /// What it says in words.
        explanation: Option<Arc<str>>,
        /// What must hold.
        expr: Expr,
        /// Where it was read.
        #[serde(default)]
        span: SourceSpan,
    },
}

/// What an `Action` block creates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Production {
    /// `e = createNodeInstance(type=T, value={..})`
    Node {
        /// The name by which later productions know it.
        variable: Option<Arc<str>>,
        /// What it is.
        label: Label,
        /// Its name and properties.
        values: Vec<Assignment>,
        /// Where it was read.
        #[serde(default)]
        span: SourceSpan,
    },
    /// `createEdgeInstance(src=s, dst=e, type=leadTo, value={..})`
    Edge {
        /// The variable that is the subject.
        source: Arc<str>,
        /// The variable that is the object.
        target: Arc<str>,
        /// The predicate.
        predicate: Predicate,
        /// Its qualifiers.
        values: Vec<Assignment>,
        /// Where it was read.
        #[serde(default)]
        span: SourceSpan,
    },
}

/// `name = value`
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignment {
    /// What is given a value.
    pub name: Arc<str>,
    /// The value.
    pub value: Expr,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// A rule on a concept in the short form: `` Define (患者状态/`缺少血肌酐数据`) { R1: !血肌酐 } ``.
///
/// Names of types and concepts in its conditions ask whether the thing at hand has or is
/// such a one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConceptRule {
    /// What follows.
    pub head: ConceptHead,
    /// What must hold: one of these, as alternatives in their order.
    pub conditions: Vec<Clause>,
    /// What else is then so.
    pub action: Vec<Assignment>,
    /// What the rule says in words.
    pub description: Option<Arc<str>>,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// What a rule on a concept concludes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConceptHead {
    /// That the thing at hand belongs to the concept.
    Member(ConceptName),
    /// That it is related to one: `` (Med.drug)-[基本用药方案]->(药品/`ACEI`) ``.
    Related {
        /// What it is that is related.
        subject: Box<NodePattern>,
        /// What the derived fact is called.
        variable: Option<Arc<str>>,
        /// How.
        predicate: Predicate,
        /// To what.
        object: Box<NodePattern>,
    },
}

/// `DefinePriority(危险水平分层) { 超高危=100 高危=80 }`: where several concepts of a type
/// hold, the one with the highest number stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConceptPriority {
    /// The concept type.
    pub type_name: TypeName,
    /// Each concept and its number, in the order of the text.
    pub order: Vec<(Arc<str>, Value)>,
    /// What it says in words.
    pub description: Option<Arc<str>>,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// A question to the graph: `MATCH .. WHERE .. RETURN ..`, or the same as
/// `GraphStructure {..} Rule {..} Action { get(..) }`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleQuery {
    /// What must be there.
    pub structure: Vec<PathPattern>,
    /// What must hold of each match: `WHERE`.
    pub condition: Option<Expr>,
    /// What is computed and what must hold, in order: `Rule {..}`.
    pub constraint: Vec<Clause>,
    /// The columns.
    pub items: Vec<ReturnItem>,
    /// Whether equal rows are shown once.
    pub distinct: bool,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// The name of the table and its columns: `.as(view(a, b))`.
    pub view: Option<(Arc<str>, Vec<Arc<str>>)>,
    /// Where it was read.
    #[serde(default)]
    pub span: SourceSpan,
}

/// A column of a query's rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReturnItem {
    /// What stands in it.
    pub expr: Expr,
    /// What it is called; as it is written where nothing else is said.
    pub alias: Option<Arc<str>>,
    /// What it says in words: `COMMENT 'a name'`.
    pub comment: Option<Arc<str>>,
}

impl Clause {
    /// Where it was read.
    #[must_use]
    pub fn span(&self) -> SourceSpan {
        match self {
            Self::Projection { span, .. } | Self::Condition { span, .. } => *span,
        }
    }

    /// What is computed, or what must hold.
    #[must_use]
    pub fn expr(&self) -> &Expr {
        match self {
            Self::Projection { expr, .. } | Self::Condition { expr, .. } => expr,
        }
    }
}

impl ReturnItem {
    /// The name of the column.
    #[must_use]
    pub fn name(&self) -> String {
        self.alias.as_deref().map_or_else(|| self.expr.to_rule_text(), str::to_owned)
    }
}
