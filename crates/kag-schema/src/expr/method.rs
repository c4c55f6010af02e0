//! Operations that are written after a list and a point: `e.edges().sum(e.amount)`.

use std::fmt;

/// An operation on a list, written after it and a point.
///
/// Names are read in any case and with or without underscores: `str_join`, `StrJoin`,
/// `countIf`. An argument that is no lambda may speak of the item at hand by the name of the
/// list's variable: in `a.if(a > 10)`, the `a` of the condition is one item.
///
/// ```
/// use kag_schema::{Aggregate, ListMethod};
///
/// assert_eq!(ListMethod::of("COUNT_IF"), Some(ListMethod::AggregateIf(Aggregate::Count)));
/// assert_eq!(ListMethod::Slice.usage(), "slice(from, to)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListMethod {
    /// The edges of a path.
    Edges,
    /// The nodes of a path.
    Nodes,
    /// A condition on every item and the one before it.
    Constraint,
    /// A fold from the first item on.
    Reduce,
    /// The sum or product.
    Accumulate,
    /// The items for which a condition holds.
    If,
    /// One item by its place.
    Get,
    /// Items by their places.
    Slice,
    /// The first items.
    Limit,
    /// Ordered, least first.
    Asc,
    /// Ordered, greatest first.
    Desc,
    /// From the beginning.
    Head,
    /// From the end.
    Tail,
    /// One text.
    StrJoin,
    /// An aggregate of the items, or of an expression for each.
    Aggregate(Aggregate),
    /// An aggregate over the items for which a condition holds.
    AggregateIf(Aggregate),
}

/// What makes one value of many; those that are missing are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aggregate {
    /// The sum; 0 of nothing.
    Sum,
    /// The sum divided by the count; missing of nothing.
    Avg,
    /// How many there are, repeated ones each time.
    Count,
    /// How many different ones there are.
    CountDistinct,
    /// The least; missing of nothing.
    Min,
    /// The greatest; missing of nothing.
    Max,
    /// The first; missing of nothing.
    First,
    /// The values as text with commas between them; empty of nothing.
    ConcatAgg,
}

impl ListMethod {
    /// Every operation, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        METHODS.iter().map(|(method, ..)| *method)
    }

    /// The operation called `name`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        METHODS.iter().find(|(_, known, ..)| same(known, name)).map(|(method, ..)| *method)
    }

    /// Its name as it is printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |(_, name, ..)| name)
    }

    /// How it is called.
    #[must_use]
    pub fn usage(self) -> &'static str {
        self.row().map_or("", |(_, _, usage, _)| usage)
    }

    /// What it gives, in one sentence.
    #[must_use]
    pub fn doc(self) -> &'static str {
        self.row().map_or("", |(.., doc)| doc)
    }

    fn row(self) -> Option<&'static Row> {
        METHODS.iter().find(|(method, ..)| *method == self)
    }

    /// The fewest and the most arguments it takes.
    #[must_use]
    pub const fn arity(self) -> (usize, usize) {
        match self {
            Self::Edges | Self::Nodes => (0, 0),
            Self::Constraint | Self::If | Self::Limit | Self::StrJoin => (1, 1),
            Self::Get | Self::Accumulate | Self::Asc | Self::Desc | Self::Head | Self::Tail | Self::Aggregate(_) => {
                (0, 1)
            }
            Self::Slice => (0, 2),
            Self::Reduce => (2, 2),
            Self::AggregateIf(_) => (1, 2),
        }
    }
}

impl Aggregate {
    /// The aggregate called `name`: also what a group may be asked for.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match ListMethod::of(name) {
            Some(ListMethod::Aggregate(aggregate)) => Some(aggregate),
            _ => None,
        }
    }
}

/// An operation, its name, how it is called, and what it gives.
type Row = (ListMethod, &'static str, &'static str, &'static str);

const METHODS: &[Row] = &[
    (ListMethod::Edges, "edges", "edges()", "The edges of a path, in its order."),
    (ListMethod::Nodes, "nodes", "nodes()", "The nodes of a path, in its order."),
    (
        ListMethod::Constraint,
        "constraint",
        "constraint((pre, cur) => condition)",
        "Whether the condition holds for every item and the one before it; true of fewer than two items.",
    ),
    (
        ListMethod::Reduce,
        "reduce",
        "reduce((so_far, item) => expression, start)",
        "What comes of the items one after the other, the first one with `start`; `start` of an empty list.",
    ),
    (
        ListMethod::Accumulate,
        "accumulate",
        "accumulate(+)",
        "The sum of the items, or with `*` their product; the sum where no sign is given.",
    ),
    (
        ListMethod::If,
        "if",
        "if(condition)",
        "The items for which the condition holds; an undecided one leaves its item out.",
    ),
    (
        ListMethod::Get,
        "get",
        "get(place)",
        "The item at a place, counted from 0; the first where none is said, missing beyond the end.",
    ),
    (
        ListMethod::Slice,
        "slice",
        "slice(from, to)",
        "The items from one place up to but without another, counted from 0; to the end where none is said.",
    ),
    (ListMethod::Limit, "limit", "limit(count)", "So many items from the beginning."),
    (
        ListMethod::Asc,
        "asc",
        "asc(key)",
        "The items with the least key first, or by themselves; equal ones in their order, those without a key last.",
    ),
    (
        ListMethod::Desc,
        "desc",
        "desc(key)",
        "The items with the greatest key first, or by themselves; equal ones in their order, those without a key last.",
    ),
    (
        ListMethod::Head,
        "head",
        "head(count)",
        "So many items from the beginning, all but so many from the end where that is negative; the first item itself where nothing is said.",
    ),
    (
        ListMethod::Tail,
        "tail",
        "tail(count)",
        "So many items from the end, all but so many from the beginning where that is negative; the last item itself where nothing is said.",
    ),
    (ListMethod::StrJoin, "str_join", "str_join(between)", "The items as one text, with the given one between them."),
    (ListMethod::Aggregate(Aggregate::Sum), "sum", "sum(expression)", "The sum; 0 of nothing."),
    (
        ListMethod::Aggregate(Aggregate::Avg),
        "avg",
        "avg(expression)",
        "The sum divided by how many there are; missing of nothing.",
    ),
    (
        ListMethod::Aggregate(Aggregate::Count),
        "count",
        "count(expression)",
        "How many there are, repeated ones each time.",
    ),
    (
        ListMethod::Aggregate(Aggregate::CountDistinct),
        "count_distinct",
        "count_distinct(expression)",
        "How many different ones there are.",
    ),
    (ListMethod::Aggregate(Aggregate::Min), "min", "min(expression)", "The least; missing of nothing."),
    (ListMethod::Aggregate(Aggregate::Max), "max", "max(expression)", "The greatest; missing of nothing."),
    (
        ListMethod::Aggregate(Aggregate::First),
        "first",
        "first(expression)",
        "The first that is not missing; missing of nothing.",
    ),
    (
        ListMethod::Aggregate(Aggregate::ConcatAgg),
        "concat_agg",
        "concat_agg(expression)",
        "The values as text with commas between them; empty of nothing.",
    ),
    (
        ListMethod::AggregateIf(Aggregate::Sum),
        "sumIf",
        "sumIf(condition, expression)",
        "The sum over the items for which the condition holds.",
    ),
    (
        ListMethod::AggregateIf(Aggregate::Avg),
        "avgIf",
        "avgIf(condition, expression)",
        "The mean over the items for which the condition holds.",
    ),
    (
        ListMethod::AggregateIf(Aggregate::Count),
        "countIf",
        "countIf(condition, expression)",
        "How many items there are for which the condition holds.",
    ),
    (
        ListMethod::AggregateIf(Aggregate::Min),
        "minIf",
        "minIf(condition, expression)",
        "The least over the items for which the condition holds.",
    ),
    (
        ListMethod::AggregateIf(Aggregate::Max),
        "maxIf",
        "maxIf(condition, expression)",
        "The greatest over the items for which the condition holds.",
    ),
    (
        ListMethod::AggregateIf(Aggregate::ConcatAgg),
        "concatAggIf",
        "concatAggIf(condition, expression)",
        "The text of the items for which the condition holds.",
    ),
];

/// Whether two names differ in nothing but case and underscores.
fn same(known: &str, name: &str) -> bool {
    letters(known).eq(letters(name))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase())
}

impl fmt::Display for ListMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_one_name_read_in_any_case() {
        for method in ListMethod::all() {
            assert_eq!(ListMethod::of(&method.name().to_uppercase()), Some(method));
            assert!(method.usage().starts_with(method.name()) && method.doc().ends_with('.'), "{method}");
        }
        assert_eq!(ListMethod::of("StrJoin"), Some(ListMethod::StrJoin));
        assert_eq!(ListMethod::of("CONCATAGGIF"), ListMethod::of("concat_agg_if"));
        assert_eq!(ListMethod::of("counts"), None);
        assert_eq!(Aggregate::of("countIf"), None);
    }
}
