//! What the names of an expression stand for.

use std::{collections::BTreeMap, error::Error, sync::Arc};

use kag_core::{NodeId, PartialDate, Value};
use kag_schema::{ConceptName, Dialect, Expr, PathPattern};

/// What a host reports when its own part of an expression fails.
pub type HostError = Box<dyn Error + Send + Sync>;

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// One value; `None` where it is missing.
    One(Option<Value>),
    /// A column of a table, row by row; `None` where a row has no match. Columns of one
    /// table are aligned.
    Column(Vec<Option<Value>>),
}

impl Binding {
    /// The column of these values, none missing.
    pub fn column(values: impl IntoIterator<Item = Value>) -> Self {
        Self::Column(values.into_iter().map(Some).collect())
    }
}

/// One value; a list is a column.
impl From<Value> for Binding {
    fn from(value: Value) -> Self {
        match value {
            Value::List(items) => Self::column(items.iter().cloned()),
            value => Self::One(Some(value)),
        }
    }
}

/// What the names of an expression stand for, and what only the host can say.
///
/// Whatever has properties is given as a node: an edge of a pattern too, by an id that
/// [`property`](Self::property) knows.
///
/// A map from names to [`Binding`]s is an environment without properties.
///
/// ```
/// use kag_core::{NodeId, Value};
/// use kag_reason::{Binding, Environment, evaluate};
/// use kag_schema::Expr;
///
/// /// One club, which was founded in 1902.
/// struct Club(NodeId);
///
/// impl Environment for Club {
///     fn variable(&self, name: &str) -> Option<Binding> {
///         (name == "俱乐部").then(|| Value::from(self.0).into())
///     }
///
///     fn property(&self, node: NodeId, name: &str) -> Option<Value> {
///         (node == self.0 && name == "founded").then(|| Value::read("1902年"))
///     }
/// }
///
/// let founded = Expr::variable("俱乐部").property("founded");
/// let year = evaluate(&Expr::call("year", [founded]), &Club(NodeId::from_u128(1)))?;
/// assert_eq!(year, Some(1902.into()));
/// # Ok::<(), kag_reason::EvalError>(())
/// ```
pub trait Environment {
    /// What the variable `name` stands for; `None` where there is no such variable.
    fn variable(&self, name: &str) -> Option<Binding>;

    /// The property `name` of `node`, several values as a list; `None` where it is missing.
    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        let _ = (node, name);
        None
    }

    /// Computes a function of the host, columns given as lists without what is missing;
    /// `None` where there is no such function. The functions of the language come first.
    ///
    /// # Errors
    ///
    /// Whatever the host's function reports.
    fn call(&self, function: &str, arguments: &[Option<Value>]) -> Option<Result<Option<Value>, HostError>> {
        let _ = (function, arguments);
        None
    }

    /// Whose expressions are computed.
    fn dialect(&self) -> Dialect {
        Dialect::Formula
    }

    /// The time that `now()` gives; a day counts as its first instant, and a time without a
    /// zone as UTC. Without one, what asks for it is an error: no clock is read here.
    fn now(&self) -> Option<PartialDate> {
        None
    }

    /// What the host gives as `$name`; `None` where it gives no such thing.
    fn parameter(&self, name: &str) -> Option<Binding> {
        let _ = name;
        None
    }

    /// What `node` is called: its text wherever a text is asked for (`like`, `concat`).
    /// `None` where names are not known, and then a node is no text.
    fn name(&self, node: NodeId) -> Option<Arc<str>> {
        let _ = node;
        None
    }

    /// Whether `text` is a name of `node` (or its id in the data), as `node == 'text'` asks;
    /// `None` where names are not known, and then a node does not compare with a text.
    fn is_named(&self, node: NodeId, text: &str) -> Option<bool> {
        self.name(node).map(|name| *name == *text)
    }

    /// What an operation gives that is more than one on a list: `group(s).sum(f.amount)`,
    /// `e.nodes()`. The whole `expr` is given, a [`Method`](kag_schema::ExprKind::Method) and
    /// what it is applied to, before any part of it is computed; so is a call of `group`.
    /// `None` leaves it to the operations on lists.
    ///
    /// # Errors
    ///
    /// Whatever the host reports.
    fn method(&self, expr: &Expr) -> Option<Result<Binding, HostError>> {
        let _ = expr;
        None
    }

    /// Whether the thing at hand belongs to `concept`, `Ok(None)` being undecided; `None`
    /// where there is nothing to ask.
    ///
    /// # Errors
    ///
    /// Whatever the host reports.
    fn concept(&self, concept: &ConceptName) -> Option<Result<Option<bool>, HostError>> {
        let _ = concept;
        None
    }

    /// Whether there is a path as `path` says, `Ok(None)` being undecided; `None` where
    /// there is no graph.
    ///
    /// # Errors
    ///
    /// Whatever the host reports.
    fn path(&self, path: &PathPattern) -> Option<Result<Option<bool>, HostError>> {
        let _ = path;
        None
    }
}

impl Environment for BTreeMap<String, Binding> {
    fn variable(&self, name: &str) -> Option<Binding> {
        self.get(name).cloned()
    }
}
