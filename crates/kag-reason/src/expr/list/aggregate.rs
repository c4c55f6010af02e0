//! One value of many.

use kag_core::Value;
use kag_schema::Aggregate;

use crate::expr::{EvalErrorKind, distinct, error::Why, function};

/// What `which` makes of `values`, none of which is missing; `None` where that is missing.
///
/// Sums and means do not depend on the order of the values. Nodes in a text are shown by
/// their ids: who knows their names puts those in their place.
///
/// # Errors
///
/// Where the values have no sum or order among each other, and where a number becomes too
/// large.
pub fn aggregate(which: Aggregate, values: &[Value]) -> Result<Option<Value>, EvalErrorKind> {
    let number = |count: usize| Ok(Some(i64::try_from(count).unwrap_or(i64::MAX).into()));
    match which {
        Aggregate::Count => number(values.len()),
        Aggregate::CountDistinct => number(distinct::distinct(values.to_vec()).len()),
        Aggregate::First => Ok(values.first().cloned()),
        Aggregate::ConcatAgg => {
            let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
            Ok(Some(texts.join(",").into()))
        }
        Aggregate::Sum => function::sum(values).map(Some),
        _ if values.is_empty() => Ok(None),
        Aggregate::Avg => function::mean(values).map(Some),
        Aggregate::Min => function::least(values),
        Aggregate::Max => function::greatest(values),
        other => Err(EvalErrorKind::Unsupported { what: format!("aggregate {other:?}") }.into()),
    }
    .map_err(Why::kind)
}
