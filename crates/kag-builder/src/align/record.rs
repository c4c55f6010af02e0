//! A node as a model reads it.

use std::{collections::BTreeSet, fmt::Write as _};

use kag_core::{GraphView, Node, Result, SYNONYM, Value};

/// What is known of `node`: its names, then what facts say of it, a line each, and no more than `most` characters.
pub(super) fn record(graph: &dyn GraphView, node: &Node, most: usize) -> Result<String> {
    let mut record = String::new();
    let names: BTreeSet<&str> = node.aliases.iter().map(|alias| &**alias).collect();
    for name in std::iter::once(&*node.name).chain(names) {
        line(&mut record, name);
    }
    for fact in graph.outgoing(node.id)? {
        let value = match &fact.fact.object {
            _ if fact.fact.predicate.as_str() == SYNONYM => continue,
            Value::Node(object) => graph.node(*object)?.map(|object| object.name.to_string()),
            value => Some(value.to_string()),
        };
        if let Some(value) = value {
            line(&mut record, &format!("{}: {value}", fact.fact.predicate));
        }
        if record.chars().count() > most {
            break;
        }
    }
    Ok(record.chars().take(most).collect())
}

/// Adds `text` as one line.
fn line(record: &mut String, text: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    // Writing to a string does not fail.
    let _ = writeln!(record, "{}", words.join(" "));
}
