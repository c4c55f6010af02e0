//! Operations that the host application brings.

use std::{any::Any, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::super::{Operand, Var};

/// An operation that only the host knows: data, like every other.
///
/// It is printed as `name(arguments)`, and two are equal when name and arguments are, so
/// [`arguments`](Self::arguments) must say everything. The host's planner finds its own type
/// back by downcasting (`(op as &dyn Any).downcast_ref::<GeoNear>()`).
///
/// ```
/// use kag_core::Value;
/// use kag_solver::logical::{Argument, CustomOp, Operand, Var};
///
/// #[derive(Debug)]
/// struct GeoNear {
///     of: Var,
///     kilometres: i64,
/// }
///
/// impl CustomOp for GeoNear {
///     fn name(&self) -> &str {
///         "GeoNear"
///     }
///
///     fn inputs(&self) -> Vec<Var> {
///         vec![self.of.clone()]
///     }
///
///     fn arguments(&self) -> Vec<Argument> {
///         vec![
///             Argument::named("of", self.of.clone()),
///             Argument::named("km", Value::Integer(self.kilometres)),
///         ]
///     }
/// }
/// ```
pub trait CustomOp: Any + fmt::Debug + Send + Sync {
    /// The name it is written with: a letter, then letters, digits and `_`.
    fn name(&self) -> &str;

    /// The variables that must have a meaning before it runs.
    fn inputs(&self) -> Vec<Var>;

    /// The variables it gives a meaning to, besides the step's own output.
    fn outputs(&self) -> Vec<Var> {
        Vec::new()
    }

    /// All that it says, as it is printed and compared.
    fn arguments(&self) -> Vec<Argument>;
}

/// One argument of a custom operation: `km=5`, or `5` alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Its name; `None` for one told by its position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// What it is.
    pub value: Operand,
}

/// A custom operation of which only the text is known, as when a plan is read back from
/// JSON: every variable among its arguments is an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedOp {
    /// The operation's name.
    pub name: Arc<str>,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

impl Argument {
    /// The argument `name=value`.
    #[must_use]
    pub fn named(name: impl Into<Arc<str>>, value: impl Into<Operand>) -> Self {
        Self { name: Some(name.into()), value: value.into() }
    }

    /// The argument `value`, told by its position.
    #[must_use]
    pub fn positional(value: impl Into<Operand>) -> Self {
        Self { name: None, value: value.into() }
    }
}

impl CustomOp for NamedOp {
    fn name(&self) -> &str {
        &self.name
    }

    fn inputs(&self) -> Vec<Var> {
        let paths = self.arguments.iter().flat_map(|arg| arg.value.paths());
        paths.map(|path| path.var.clone()).collect()
    }

    fn arguments(&self) -> Vec<Argument> {
        self.arguments.clone()
    }
}
