//! What the names of an expression stand for.

use std::{collections::BTreeMap, error::Error};

use kag_core::{NodeId, Value};

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

/// What the names of an expression stand for.
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
    fn call(
        &self,
        function: &str,
        arguments: &[Option<Value>],
    ) -> Option<Result<Option<Value>, Box<dyn Error + Send + Sync>>> {
        let _ = (function, arguments);
        None
    }
}

impl Environment for BTreeMap<String, Binding> {
    fn variable(&self, name: &str) -> Option<Binding> {
        self.get(name).cloned()
    }
}
