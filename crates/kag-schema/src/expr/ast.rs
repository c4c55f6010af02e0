//! The tree an expression is read into.

use std::sync::Arc;

use kag_core::{Span, Value};
use serde::{Deserialize, Serialize};

use crate::rule::{ConceptName, PathPattern};

/// An expression and the bytes of the source it was read from.
///
/// Two expressions are equal when they say the same: spans are not compared (nor hashed).
/// Printing with [`Display`](std::fmt::Display) and [parsing](Expr::parse) again gives an equal one.
///
/// ```
/// use kag_schema::{BinaryOp, Expr};
///
/// let built = Expr::variable("b").binary(BinaryOp::Subtract, Expr::literal(1));
/// let (read, diagnostics) = Expr::parse("b − 1");
/// assert_eq!(read, Some(built));
/// assert!(diagnostics.is_empty());
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expr {
    /// What it says.
    #[serde(flatten)]
    pub kind: ExprKind,
    /// Where it was read; empty for one built by a program.
    #[serde(default)]
    pub span: Span,
}

/// What an expression says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExprKind {
    /// A value as it stands. A list or node is never *read* as a literal's part: a list in
    /// text is [`List`](Self::List).
    Literal(Value),
    /// What the name is bound to. A reference to an earlier step keeps its sign: `#1`.
    Variable(Arc<str>),
    /// An operator before its operand.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it is applied to.
        operand: Box<Expr>,
    },
    /// An operator between its operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// What stands before it.
        left: Box<Expr>,
        /// What stands after it.
        right: Box<Expr>,
    },
    /// A property of what stands before the point: `s.age`.
    Property {
        /// What has the property.
        of: Box<Expr>,
        /// The property's name or alias.
        name: Arc<str>,
    },
    /// A function applied to arguments.
    Call {
        /// The function's name or alias, as written.
        function: Arc<str>,
        /// The arguments in order.
        arguments: Vec<Expr>,
    },
    /// A list of computed values, order kept.
    List(Vec<Expr>),
    /// One of two values; the other is not computed.
    If {
        /// What decides.
        condition: Box<Expr>,
        /// The value where it holds.
        then: Box<Expr>,
        /// The value where it does not.
        otherwise: Box<Expr>,
    },
    /// No value: `null`.
    Null,
    /// What the host gives when it runs the rule: `$x`.
    Parameter(Arc<str>),
    /// An operation on what stands before the point: `group(s).count(d)`, `e.edges()`. The
    /// operator of `accumulate(+)` is a text, `"+"` or `"*"`.
    Method {
        /// What it is applied to.
        of: Box<Expr>,
        /// Its name, as written.
        name: Arc<str>,
        /// The arguments in order.
        arguments: Vec<Expr>,
    },
    /// A function without a name: `(earlier, later) => later.date > earlier.date`.
    Lambda {
        /// What its arguments are called in it.
        parameters: Vec<Arc<str>>,
        /// What it gives.
        body: Box<Expr>,
    },
    /// A concept; as a condition, that the thing at hand belongs to it.
    Concept(ConceptName),
    /// As a condition, that there is such a path.
    Path(Box<PathPattern>),
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnaryOp {
    /// `-x`
    Negate,
    /// `not x`
    Not,
    /// `x is null`: whether there is no value.
    IsNull,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `xor`
    Xor,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`: the left value is one of the right list, or the left date lies in the right
    /// interval, or the left text is part of the right one.
    In,
    /// `contains`: [`In`](Self::In) with its sides exchanged.
    Contains,
    /// `like`: the left text is as the right pattern says, `%` for any text and `_` for one
    /// character.
    Like,
    /// `rlike`: the regular expression on the right is found in the left text.
    RegexLike,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `mod`: what is left after dividing, with the sign of the dividend.
    Remainder,
    /// `^`
    Power,
}

impl Expr {
    /// The expression that is the value itself.
    #[must_use]
    pub fn literal(value: impl Into<Value>) -> Self {
        ExprKind::Literal(value.into()).into()
    }

    /// What `name` is bound to.
    #[must_use]
    pub fn variable(name: impl Into<Arc<str>>) -> Self {
        ExprKind::Variable(name.into()).into()
    }

    /// The function called `function`, applied to `arguments`.
    #[must_use]
    pub fn call(function: impl Into<Arc<str>>, arguments: impl IntoIterator<Item = Self>) -> Self {
        ExprKind::Call { function: function.into(), arguments: arguments.into_iter().collect() }.into()
    }

    /// A list of `items`.
    #[must_use]
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        ExprKind::List(items.into_iter().collect()).into()
    }

    /// `op` before this.
    #[must_use]
    pub fn unary(self, op: UnaryOp) -> Self {
        ExprKind::Unary { op, operand: Box::new(self) }.into()
    }

    /// `op` between this and `right`.
    #[must_use]
    pub fn binary(self, op: BinaryOp, right: Self) -> Self {
        ExprKind::Binary { op, left: Box::new(self), right: Box::new(right) }.into()
    }

    /// The property `name` of this.
    #[must_use]
    pub fn property(self, name: impl Into<Arc<str>>) -> Self {
        ExprKind::Property { of: Box::new(self), name: name.into() }.into()
    }

    /// `then` where this holds, else `otherwise`.
    #[must_use]
    pub fn if_else(self, then: Self, otherwise: Self) -> Self {
        ExprKind::If { condition: Box::new(self), then: Box::new(then), otherwise: Box::new(otherwise) }.into()
    }

    /// The same expression, said to be read from `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// The parts directly inside, in the order in which they are written.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let (boxed, listed): ([Option<&Self>; 3], &[Self]) = match &self.kind {
            ExprKind::Literal(_)
            | ExprKind::Variable(_)
            | ExprKind::Null
            | ExprKind::Parameter(_)
            | ExprKind::Concept(_)
            | ExprKind::Path(_) => ([None; 3], &[]),
            ExprKind::Lambda { body, .. } => ([Some(body), None, None], &[]),
            ExprKind::Method { of, arguments, .. } => ([Some(of), None, None], arguments),
            ExprKind::Unary { operand, .. } => ([Some(operand), None, None], &[]),
            ExprKind::Property { of, .. } => ([Some(of), None, None], &[]),
            ExprKind::Binary { left, right, .. } => ([Some(left), Some(right), None], &[]),
            ExprKind::If { condition, then, otherwise } => ([Some(condition), Some(then), Some(otherwise)], &[]),
            ExprKind::Call { arguments, .. } => ([None; 3], arguments),
            ExprKind::List(items) => ([None; 3], items),
        };
        boxed.into_iter().flatten().chain(listed)
    }

    /// The names of the variables in it, each once, in the order of their first use.
    #[must_use]
    pub fn variables(&self) -> Vec<&Arc<str>> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(expr) = waiting.pop() {
            if let ExprKind::Variable(name) = &expr.kind
                && !found.contains(&name)
            {
                found.push(name);
            }
            let at = waiting.len();
            waiting.extend(expr.children());
            if let Some(new) = waiting.get_mut(at..) {
                new.reverse();
            }
        }
        found
    }
}

impl From<ExprKind> for Expr {
    fn from(kind: ExprKind) -> Self {
        Self { kind, span: Span::default() }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Expr {}

impl std::hash::Hash for Expr {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl BinaryOp {
    /// The operator as it is printed.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::Xor => "xor",
            Self::And => "and",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Contains => "contains",
            Self::Like => "like",
            Self::RegexLike => "rlike",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "mod",
            Self::Power => "^",
        }
    }

    /// Whether it compares its operands and so gives true or false of any kinds.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
                | Self::In
                | Self::Contains
                | Self::Like
                | Self::RegexLike
        )
    }

    /// Whether it combines true and false.
    #[must_use]
    pub const fn is_logical(self) -> bool {
        matches!(self, Self::Or | Self::Xor | Self::And)
    }
}

impl UnaryOp {
    /// The operator as it is printed.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "not",
            Self::IsNull => "is null",
        }
    }
}

impl std::fmt::Display for BinaryOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.symbol())
    }
}

impl std::fmt::Display for UnaryOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.symbol())
    }
}
