//! Expressions that are computed many times.

use std::sync::Arc;

use kag_core::Value;
use kag_schema::Expr;

use super::{Environment, EvalError, evaluator::Evaluator, logic, plan::Plan};

/// An expression made ready to be computed for many rows: its functions are looked up and
/// its patterns compiled once.
///
/// It computes what [`evaluate`](super::evaluate) does. Nothing is wrong with preparing an
/// expression that has no meaning; computing it says what is wrong.
///
/// ```
/// use std::collections::BTreeMap;
/// use kag_core::Value;
/// use kag_reason::{Binding, Prepared};
/// use kag_schema::{BinaryOp, Expr};
///
/// let gambling = Prepared::new(Expr::variable("标记").binary(BinaryOp::Like, Expr::literal("%赌博%")));
/// let row = |mark: &str| BTreeMap::from([("标记".to_owned(), Binding::from(Value::from(mark)))]);
/// assert_eq!(gambling.holds(&row("疑似赌博"))?, Some(true));
/// assert_eq!(gambling.holds(&row("weather"))?, Some(false));
/// # Ok::<(), kag_reason::EvalError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Prepared {
    expr: Arc<Expr>,
    plan: Arc<Plan>,
}

impl Prepared {
    /// `expr`, made ready.
    #[must_use]
    pub fn new(expr: impl Into<Arc<Expr>>) -> Self {
        let expr = expr.into();
        let plan = Arc::new(Plan::of(&expr));
        Self { expr, plan }
    }

    /// The expression that it computes.
    #[must_use]
    pub fn expr(&self) -> &Arc<Expr> {
        &self.expr
    }

    /// The value, as [`evaluate`](super::evaluate) gives it.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](super::evaluate).
    pub fn evaluate(&self, environment: &dyn Environment) -> Result<Option<Value>, EvalError> {
        Evaluator::new(environment).term(&self.expr, Some(&self.plan), 0)?.into_value()
    }

    /// Whether it holds, as [`holds`](super::holds) says.
    ///
    /// # Errors
    ///
    /// As [`holds`](super::holds).
    pub fn holds(&self, environment: &dyn Environment) -> Result<Option<bool>, EvalError> {
        let term = Evaluator::new(environment).term(&self.expr, Some(&self.plan), 0)?;
        logic::decided(term).map_err(|why| why.at(&self.expr))
    }
}
