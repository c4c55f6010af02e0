//! Aggregates over matches among what a query shows: `RETURN s.id, count(o)`.

use std::{collections::BTreeSet, sync::Arc};

use super::{PathPattern, ReturnItem, RuleQuery};
use crate::{Aggregate, Expr, ExprKind, Functions, ListMethod, ResultType};

/// An aggregate over matches that stands in a column of a query.
///
/// The other columns say what the groups are: matches that agree in all of them are one
/// row. Where every column aggregates, all matches are one group, even if there are none.
/// Each different thing that is aggregated counts once in its group, as with `group(..)`;
/// `count(*)` counts matches.
///
/// ```
/// use kag_schema::{Aggregate, Functions, RuleProgram, Statement};
///
/// let (program, _) = RuleProgram::parse("MATCH (s:Film)-[e:star]->{1,2}(o) RETURN s.id, count(o), sum(e.pay)");
/// let Some(Statement::Query(query)) = program.statements.first() else { panic!("a query") };
/// let functions = Functions::standard();
/// let of = |at: usize| query.aggregates(&query.items[at], &functions);
/// assert!(of(0).is_empty());
/// assert_eq!(of(1)[0].which, Aggregate::Count);
/// // The edges of one match are a list, and this is a sum of that.
/// assert!(of(2).is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownAggregate<'q> {
    /// The call as it stands in the column.
    pub call: &'q Expr,
    /// What it makes of the values.
    pub which: Aggregate,
    /// What it is of; `None` where the matches themselves are counted.
    pub of: Option<&'q Expr>,
}

impl RuleQuery {
    /// The aggregates over matches in a column, in the order of its text.
    ///
    /// A call of an aggregate with one argument is one, unless the argument is a list already:
    /// the edges of several hops, the nodes of a path, `[a, b]`, what a list operation or
    /// function gives.
    #[must_use]
    pub fn aggregates<'q>(&self, item: &'q ReturnItem, functions: &Functions) -> Vec<ShownAggregate<'q>> {
        let several = several(&self.structure);
        let mut found = Vec::new();
        let mut waiting = vec![&item.expr];
        while let Some(expr) = waiting.pop() {
            match of_matches(expr, functions, &several) {
                Some(aggregate) => found.push(aggregate),
                None => {
                    let at = waiting.len();
                    waiting.extend(expr.children());
                    if let Some(new) = waiting.get_mut(at..) {
                        new.reverse();
                    }
                }
            }
        }
        found
    }
}

/// The names in `paths` that stand for several edges.
pub(super) fn several(paths: &[PathPattern]) -> BTreeSet<Arc<str>> {
    let edges = paths.iter().flat_map(|path| &path.steps).filter(|(edge, _)| edge.hops.is_some());
    let edges = edges.filter_map(|(edge, _)| edge.variable.clone());
    edges.chain(paths.iter().filter_map(|path| path.variable.clone())).collect()
}

/// The aggregate that `expr` is, if it is one whose argument is no list.
pub(super) fn of_matches<'e>(
    expr: &'e Expr,
    functions: &Functions,
    several: &BTreeSet<Arc<str>>,
) -> Option<ShownAggregate<'e>> {
    let ExprKind::Call { function, arguments } = &expr.kind else { return None };
    let which = match functions.get(function).map(|signature| &*signature.name) {
        Some("count" | "count_all") => Aggregate::Count,
        Some("mean") => Aggregate::Avg,
        Some(name) => Aggregate::of(name)?,
        None => return None,
    };
    let of = match &arguments[..] {
        [] if which == Aggregate::Count => None,
        [of] if !is_list(of, functions, several) => Some(of),
        _ => return None,
    };
    Some(ShownAggregate { call: expr, which, of })
}

/// Whether `expr` is a list within one match.
fn is_list(expr: &Expr, functions: &Functions, several: &BTreeSet<Arc<str>>) -> bool {
    match &expr.kind {
        ExprKind::List(_) | ExprKind::Parameter(_) => true,
        ExprKind::Variable(name) => several.contains(name) || &**name == "__path__",
        ExprKind::Method { name, arguments, .. } => match ListMethod::of(name) {
            Some(ListMethod::Head | ListMethod::Tail) => !arguments.is_empty(),
            Some(
                ListMethod::Edges
                | ListMethod::Nodes
                | ListMethod::If
                | ListMethod::Slice
                | ListMethod::Limit
                | ListMethod::Asc
                | ListMethod::Desc,
            ) => true,
            _ => false,
        },
        ExprKind::Call { function, .. } => functions
            .get(function)
            .is_some_and(|signature| matches!(&signature.result, ResultType::ListOfAll) || gives_list(signature)),
        _ => expr.children().any(|part| is_list(part, functions, several)),
    }
}

fn gives_list(signature: &crate::Signature) -> bool {
    matches!(&signature.result, ResultType::Is(crate::ExprType::List(_)))
}
