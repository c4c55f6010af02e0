//! Functions that a host brings.

use std::fmt;

use kag_core::{BoxError, Value};

/// Computes functions that the language does not have.
///
/// They are called by rows (`my_score(s.id)`), over groups (`group(s).my_total(t, "day")`,
/// the first argument being the list of what `t` is in the group), and as edges
/// (`-[e:nearby(s.centre, 10)]->`, giving the list of what is on the other side). Names are
/// compared as written; edges given as values are nodes whose id is that of the fact.
///
/// ```
/// use kag_core::{BoxError, Value};
/// use kag_reason::RuleFunctions;
///
/// #[derive(Debug)]
/// struct Double;
///
/// impl RuleFunctions for Double {
///     fn call(&self, function: &str, arguments: &[Option<Value>]) -> Option<Result<Option<Value>, BoxError>> {
///         let ("double" | "加倍", [Some(Value::Integer(number))]) = (function, arguments) else { return None };
///         Some(Ok(number.checked_mul(2).map(Value::Integer)))
///     }
/// }
///
/// assert!(matches!(Double.call("加倍", &[Some(4.into())]), Some(Ok(Some(Value::Integer(8))))));
/// ```
pub trait RuleFunctions: fmt::Debug + Send + Sync + 'static {
    /// What `function` gives; `None` where there is no such function.
    ///
    /// # Errors
    ///
    /// Whatever the function reports.
    fn call(&self, function: &str, arguments: &[Option<Value>]) -> Option<Result<Option<Value>, BoxError>>;
}
