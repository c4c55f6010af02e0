//! Facts: what is known.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Qualifiers;
use crate::{FactId, Interval, NodeId, Predicate, Value};

/// A subject, a predicate, an object and qualifiers.
///
/// The object is a node or a literal; a node's properties are facts with literal objects,
/// so that every piece of knowledge has evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What the fact is about.
    pub subject: NodeId,
    /// What it says.
    pub predicate: Predicate,
    /// The node or literal it says it of.
    pub object: Value,
    /// Time, role, amount and the like.
    #[serde(default, skip_serializing_if = "Qualifiers::is_empty")]
    pub qualifiers: Qualifiers,
}

impl Fact {
    /// The unqualified fact.
    #[must_use]
    pub fn new(subject: NodeId, predicate: impl Into<Predicate>, object: impl Into<Value>) -> Self {
        Self { subject, predicate: predicate.into(), object: object.into(), qualifiers: Qualifiers::new() }
    }

    /// The fact with one more qualifier; one of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Self {
        self.qualifiers.insert(name.into(), value.into());
        self
    }

    /// The id that any worker gives this fact.
    #[must_use]
    pub fn id(&self) -> FactId {
        let qualifiers = self.qualifiers.iter().map(|(name, value)| (&**name, value));
        FactId::of(self.subject, &self.predicate, &self.object, qualifiers)
    }

    /// The object, where it is a node: then the fact is an edge.
    #[must_use]
    pub fn object_node(&self) -> Option<NodeId> {
        match self.object {
            Value::Node(node) => Some(node),
            _ => None,
        }
    }

    /// When it holds, by its qualifiers: `at` a date or an interval, otherwise `from` and
    /// `until` dates, an absent one being open.
    ///
    /// `None`, untimed, where there is none of them, where one is not a date, and where
    /// it ends before it starts.
    #[must_use]
    pub fn time(&self) -> Option<Interval> {
        if let Some(at) = self.qualifiers.get("at") {
            return at.as_interval();
        }
        let (from, until) = (self.qualifiers.get("from"), self.qualifiers.get("until"));
        if from.is_none() && until.is_none() {
            return None;
        }
        let date = |value: Option<&Value>| match value {
            None => Some(None),
            Some(Value::Date(date)) => Some(Some(*date)),
            Some(_) => None,
        };
        Interval::new(date(from)?, date(until)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_holds_when_its_qualifiers_say() {
        let check = |qualifiers: &[(&str, &str)], expect: Option<&str>| {
            let fact = Fact::new(NodeId::from_u128(1), "效力于", NodeId::from_u128(2));
            let fact = qualifiers.iter().fold(fact, |fact, (name, text)| fact.with(*name, Value::read(text)));
            let time = fact.time().map(|time| time.to_string());
            assert_eq!(time.as_deref(), expect, "{qualifiers:?}");
        };
        check(&[("from", "2009年"), ("until", "2018-07")], Some("2009/2018-07"));
        check(&[("from", "2009年")], Some("2009/.."));
        check(&[("until", "2018年")], Some("../2018"));
        check(&[("at", "2011-07-03")], Some("2011-07-03/2011-07-03"));
        check(&[("role", "goalkeeper 门将")], None);
        check(&[("from", "long ago"), ("until", "2018年")], None);
        check(&[("from", "2018年"), ("until", "2009年")], None);
    }
}
