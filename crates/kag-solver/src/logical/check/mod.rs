//! Whether a plan makes sense before it runs.

mod arity;
mod types;
mod variables;

use kag_schema::{Diagnostic, Schema};

use super::Plan;

/// What is wrong with `plan`, in the order of the text; with a schema, also whether its
/// types and predicates are known there.
///
/// Errors are what cannot run: variables that nothing binds, that two steps bind, or that
/// need each other in a circle; missing sides; expressions with unknown functions or
/// operands of the wrong kind. Warnings are what can run but is hardly meant: use before
/// binding ([`Plan::ordered`] puts the plan in order), steps that nothing uses, no `Output`.
///
/// With a schema, types, predicates, properties and qualifiers are looked up by their names,
/// labels and aliases in either language. One that is unknown is an error where a known one
/// is near, which is hinted at, and else a warning: the graph holds freely extracted
/// knowledge too. A predicate that points the other way, belongs to other types or leads to
/// other ones is a warning.
///
/// ```
/// use kag_solver::logical::{check, parse};
///
/// let (plan, _) = parse("Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team)\nOutput(o2)");
/// let problems = check(&plan, None);
/// let error = problems.iter().find(|problem| problem.is_error()).unwrap();
/// assert_eq!(error.message, "nothing binds `o2`");
/// assert_eq!(error.hint.as_deref(), Some("did you mean `o1`?"));
/// ```
#[must_use]
pub fn check(plan: &Plan, schema: Option<&Schema>) -> Vec<Diagnostic> {
    let mut found = variables::check(plan);
    found.extend(arity::check(plan));
    if let Some(schema) = schema {
        found.extend(types::check(plan, schema));
    }
    found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    found
}
