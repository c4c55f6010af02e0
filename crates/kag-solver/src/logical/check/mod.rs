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
/// need each other in a circle; missing sides; with a schema, unknown types and predicates
/// (names, labels and aliases in any language are known, the nearest is hinted at).
/// Warnings are what can run but is hardly meant: use before binding (the plan is then put
/// in order), steps that nothing uses, no `Output`, a predicate that points the other way.
///
/// ```
/// use kag_solver::logical::{check, parse};
///
/// let (plan, _) = parse("Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team)\nOutput(o2)");
/// let problems = check(&plan, None);
/// assert_eq!(problems[0].message, "nothing binds `o2`");
/// assert_eq!(problems[0].hint.as_deref(), Some("did you mean `o1`?"));
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
