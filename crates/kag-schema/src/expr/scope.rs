//! What an expression may refer to.

use std::collections::BTreeMap;

use super::ExprType;

/// The variables and properties that an expression may use, and their kinds.
///
/// A closure from a variable's name to its kind is a scope in which every property is
/// allowed, and so is a map.
///
/// ```
/// use std::collections::BTreeMap;
/// use kag_schema::{Expr, ExprType, Functions, ExprScope, check_expr};
///
/// let scope = BTreeMap::from([("年份".to_owned(), ExprType::list(ExprType::Date))]);
/// let (expr, _) = Expr::parse("max(年份) > date(\"2002-03\")");
/// let (kind, diagnostics) = check_expr(&expr.unwrap(), &scope, &Functions::standard());
/// assert_eq!((kind, diagnostics), (ExprType::Boolean, vec![]));
/// ```
pub trait ExprScope {
    /// The kind of the variable `name`; `None` where there is none of that name.
    fn variable(&self, name: &str) -> Option<ExprType>;

    /// The names of the variables there are, for hints; may be empty.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// The kind of the property `name` of a node whose kind is `of`; `None` where it has
    /// no such property.
    fn property(&self, of: &ExprType, name: &str) -> Option<ExprType> {
        let _ = (of, name);
        Some(ExprType::Any)
    }

    /// The names of the properties of `of`, for hints; may be empty.
    fn properties(&self, of: &ExprType) -> Vec<String> {
        let _ = of;
        Vec::new()
    }
}

impl<F: Fn(&str) -> Option<ExprType>> ExprScope for F {
    fn variable(&self, name: &str) -> Option<ExprType> {
        self(name)
    }
}

impl ExprScope for BTreeMap<String, ExprType> {
    fn variable(&self, name: &str) -> Option<ExprType> {
        self.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}
