//! Operations that are written after a list and a point: `e.edges().sum(e.amount)`.

use std::fmt;

/// An operation on a list, written after it and a point.
///
/// Names are read in any case and with or without underscores: `str_join`, `StrJoin`,
/// `countIf`. An argument that is no lambda may speak of the item at hand by the name of the
/// list's variable: in `a.if(a > 10)`, the `a` of the condition is one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListMethod {
    /// `e.edges()`: the edges of a path.
    Edges,
    /// `e.nodes()`: the nodes of a path.
    Nodes,
    /// `constraint((pre, cur) => condition)`: whether the condition holds for every item and
    /// the one before it; true of fewer than two items.
    Constraint,
    /// `reduce((sum, item) => expression, start)`: what comes of the items one after the
    /// other, the first with `start`.
    Reduce,
    /// `accumulate(+)`, `accumulate(*)`: the sum or product of the items; the sum where
    /// nothing is said.
    Accumulate,
    /// `if(condition)`: the items for which it holds.
    If,
    /// `get(n)`: the item at place `n`, counted from 0.
    Get,
    /// `slice(from, to)`: the items from place `from` up to but without place `to`, counted
    /// from 0; to the end where nothing is said.
    Slice,
    /// `limit(n)`: the first `n` items.
    Limit,
    /// `asc(key)`: least first, equal ones in their order, those without a key last.
    Asc,
    /// `desc(key)`: greatest first, equal ones in their order, those without a key last.
    Desc,
    /// `head()`: the first item; `head(n)`: the first `n`; `head(-n)`: all but the last `n`.
    Head,
    /// `tail()`: the last item; `tail(n)`: the last `n`; `tail(-n)`: all but the first `n`.
    Tail,
    /// `str_join(between)`: the items as one text.
    StrJoin,
    /// `sum(expression)`: the aggregate of the items, or of the expression for each.
    Aggregate(Aggregate),
    /// `sumIf(condition, expression)`: the aggregate over the items for which the condition
    /// holds.
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
    /// Every operation with its name, in the order of the documentation.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("edges", Self::Edges),
        ("nodes", Self::Nodes),
        ("constraint", Self::Constraint),
        ("reduce", Self::Reduce),
        ("accumulate", Self::Accumulate),
        ("if", Self::If),
        ("get", Self::Get),
        ("slice", Self::Slice),
        ("limit", Self::Limit),
        ("asc", Self::Asc),
        ("desc", Self::Desc),
        ("head", Self::Head),
        ("tail", Self::Tail),
        ("str_join", Self::StrJoin),
        ("sum", Self::Aggregate(Aggregate::Sum)),
        ("avg", Self::Aggregate(Aggregate::Avg)),
        ("count", Self::Aggregate(Aggregate::Count)),
        ("count_distinct", Self::Aggregate(Aggregate::CountDistinct)),
        ("min", Self::Aggregate(Aggregate::Min)),
        ("max", Self::Aggregate(Aggregate::Max)),
        ("first", Self::Aggregate(Aggregate::First)),
        ("concat_agg", Self::Aggregate(Aggregate::ConcatAgg)),
        ("sumIf", Self::AggregateIf(Aggregate::Sum)),
        ("avgIf", Self::AggregateIf(Aggregate::Avg)),
        ("countIf", Self::AggregateIf(Aggregate::Count)),
        ("minIf", Self::AggregateIf(Aggregate::Min)),
        ("maxIf", Self::AggregateIf(Aggregate::Max)),
        ("concatAggIf", Self::AggregateIf(Aggregate::ConcatAgg)),
    ];

    /// The operation called `name`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| same(known, name)).map(|(_, method)| *method)
    }

    /// Its name as it is printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, method)| *method == self).map_or("", |(name, _)| name)
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
        for (name, method) in ListMethod::ALL {
            assert_eq!(method.name(), *name);
            assert_eq!(ListMethod::of(&name.to_uppercase()), Some(*method));
        }
        assert_eq!(ListMethod::of("StrJoin"), Some(ListMethod::StrJoin));
        assert_eq!(ListMethod::of("CONCATAGGIF"), ListMethod::of("concat_agg_if"));
        assert_eq!(ListMethod::of("counts"), None);
        assert_eq!(Aggregate::of("countIf"), None);
    }
}
