//! The tree of a query.

/// `SELECT .. FROM .. WHERE .. GROUP BY .. HAVING .. ORDER BY .. LIMIT ..`
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Query {
    pub(in super::super) select: Vec<Item>,
    pub(in super::super) from: Vec<From>,
    pub(in super::super) filter: Vec<Condition>,
    pub(in super::super) group: Vec<Column>,
    pub(in super::super) having: Vec<Condition>,
    pub(in super::super) order: Option<Order>,
    pub(in super::super) limit: Option<usize>,
}

/// One of the columns of the result.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Item {
    pub(in super::super) expr: Expr,
    pub(in super::super) name: Option<String>,
}

/// One of the tables that are joined.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum From {
    Table { table: String, alias: String, left_on: Option<(Column, Column)> },
    Derived { query: Query, alias: String },
}

/// `alias.name`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Column {
    pub(in super::super) alias: String,
    pub(in super::super) name: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Expr {
    Column(Column),
    Number(String),
    Text(String),
    /// Without an argument it is of the rows: `COUNT(1)`, `COUNT(*)`.
    Aggregate {
        function: Aggregate,
        distinct: bool,
        of: Option<Box<Expr>>,
    },
    Divide(Box<Expr>, Box<Expr>),
    Query(Box<Query>),
    /// `ALL (SELECT ..)`
    All(Box<Query>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Aggregate {
    Count,
    Sum,
    Average,
    Least,
    Greatest,
}

/// One of the conditions that must hold together.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Condition {
    Compare(Expr, Compare, Expr),
    In { left: Expr, query: Query, negated: bool },
    Or(Vec<Vec<Condition>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Order {
    pub(in super::super) by: Expr,
    pub(in super::super) descending: bool,
}

impl Compare {
    /// The operator as a logical form writes it.
    pub(in super::super) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}
