//! What the words of a plan mean in the schema and in the graph.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{FactId, NameKey, NodeId, Predicate, TypeName};
use kag_schema::THING;

use super::Context;
use crate::Result;

/// The types that `written` may mean, each with its subtypes; `None` where any will do.
///
/// Without a schema, or where it does not know the name, a type is what it is called. Every
/// thing is a `Thing`.
pub(super) fn types(context: &Context<'_>, written: &[TypeName]) -> Option<Vec<TypeName>> {
    if written.is_empty() || written.iter().any(|name| name.as_str() == THING) {
        return None;
    }
    let mut types = BTreeSet::new();
    for name in written {
        let Some(schema) = &context.parts.schema else {
            types.insert(name.clone());
            continue;
        };
        match schema.resolve_type(name.as_str()) {
            Some(known) => {
                types.insert(known.name.clone());
                types.extend(schema.descendants(known.name.as_str()).map(|below| below.name.clone()));
            }
            None => drop(types.insert(name.clone())),
        }
    }
    Some(types.into_iter().collect())
}

/// The predicates that `written` may mean; `None` where any will do.
pub(super) fn predicates(context: &Context<'_>, written: &[Predicate]) -> Option<BTreeSet<Predicate>> {
    if written.is_empty() {
        return None;
    }
    let spelt = written.iter().flat_map(|name| context.parts.relations.spellings(name.as_str()));
    let mut meant: BTreeSet<Predicate> = written.iter().cloned().chain(spelt).collect();
    if let Some(schema) = &context.parts.schema {
        let named = written.iter().flat_map(|name| schema.predicates_named(name.as_str()));
        meant.extend(named.map(|(_, property)| property.name.clone()));
        let of_all = written.iter().filter_map(|name| schema.resolve_predicate(THING, name.as_str()));
        meant.extend(of_all.map(|property| property.name.clone()));
    }
    Some(meant)
}

/// Whether two names of qualifiers or texts are one, whatever their width and case.
pub(super) fn same_name(left: &str, right: &str) -> bool {
    left == right || NameKey::of(left) == NameKey::of(right)
}

/// What people call `node`.
pub(super) fn name_of(context: &Context<'_>, node: NodeId) -> Result<Arc<str>> {
    Ok(context.node(node)?.map_or_else(|| node.to_string().into(), |node| Arc::clone(&node.name)))
}

/// What the facts say in words: those of the graph, and those that rules derived in this solve.
pub(super) fn statements(context: &Context<'_>, facts: &[FactId]) -> Result<Vec<Arc<str>>> {
    let statements = facts.iter().map(|fact| Ok(context.statement(*fact)?.unwrap_or_else(|| fact.to_string().into())));
    statements.collect()
}
