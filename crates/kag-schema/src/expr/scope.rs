//! What an expression may refer to.

use std::collections::BTreeMap;

use super::ExprType;

/// Whose expression it is, and so how freely kinds of values meet.
///
/// | | [`Formula`](Self::Formula) | [`Rule`](Self::Rule) |
/// |---|---|---|
/// | a text against a number, quantity, truth value or date | an error | the text is read as the other's kind |
/// | a text that does not read so | an error | not equal; with `<` and the like an error |
/// | a date against a text, `born > '1980'` | an error | in the order of dates as they are printed, the coarser first: decided |
/// | `text contains [a, b]` | an error | whether it contains one of them |
/// | `like` and `rlike` of a number or date | an error | of its text |
/// | the least, greatest or mean of nothing | an error | missing |
/// | a text that is no date, JSON or place, given to a function that reads it | an error | missing |
///
/// Everything else is the same in both: in particular, what is undecided stays undecided,
/// and a rule whose condition is undecided does not match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Math steps and constraints: kinds have to fit.
    #[default]
    Formula,
    /// Rules and queries, whose writers do not know how the data were read.
    Rule,
}

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

    /// Whose expressions these are.
    fn dialect(&self) -> Dialect {
        Dialect::Formula
    }

    /// The kind of what the host gives as `$name`; `None` where it gives no such thing.
    fn parameter(&self, name: &str) -> Option<ExprType> {
        let _ = name;
        Some(ExprType::Any)
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
