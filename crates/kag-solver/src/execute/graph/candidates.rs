//! The facts that may match a pattern, stored and derived.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Fact, FactId, FactRecord, NodeId, Predicate};
use kag_reason::InferredFact;

use super::{
    super::{Context, answers::of_facts},
    end::End,
};
use crate::{Result, trace::AnswerLayer};

/// A fact that may match.
pub(super) enum Candidate {
    /// It is in the graph.
    Stored(Arc<FactRecord>),
    /// A rule derives it.
    Derived(InferredFact),
}

impl Candidate {
    pub(super) fn id(&self) -> FactId {
        match self {
            Self::Stored(record) => record.id,
            Self::Derived(inferred) => inferred.id,
        }
    }

    /// The layer that gives it.
    pub(super) fn layer(&self) -> AnswerLayer {
        match self {
            Self::Stored(record) => of_facts(record.layer()),
            Self::Derived(_) => AnswerLayer::Rules,
        }
    }

    pub(super) fn fact(&self) -> &Fact {
        match self {
            Self::Stored(record) => &record.fact,
            Self::Derived(inferred) => &inferred.fact,
        }
    }
}

/// The facts between `subject` and `object` that may match, each once: those that rules
/// derive behind those that are stored.
pub(super) async fn candidates(
    context: &Context<'_>,
    subject: &End,
    object: &End,
    predicates: Option<&BTreeSet<Predicate>>,
) -> Result<Vec<Candidate>> {
    let stored = stored(context, subject, object, predicates)?;
    let mut seen: BTreeSet<FactId> = stored.iter().map(|record| record.id).collect();
    let mut found: Vec<Candidate> = stored.into_iter().map(Candidate::Stored).collect();
    let Some(rules) = &context.rules else { return Ok(found) };
    for predicate in predicates.into_iter().flatten().filter(|predicate| rules.define(predicate)) {
        let (subjects, objects) = (one_by_one(subject), one_by_one(object));
        for inferred in rules.facts(subjects, predicate, objects).await? {
            if inferred.rule.is_some() && seen.insert(inferred.id) {
                found.push(Candidate::Derived(inferred));
            }
        }
    }
    Ok(found)
}

/// The nodes of an end that stands for nodes alone.
fn one_by_one(end: &End) -> Option<Vec<NodeId>> {
    match end {
        End::Known(known) | End::Under(known) if known.literals.is_empty() => {
            Some(known.nodes.keys().copied().collect())
        }
        _ => None,
    }
}

/// The stored facts that may match, from the end that promises fewer.
fn stored(
    context: &Context<'_>,
    subject: &End,
    object: &End,
    predicates: Option<&BTreeSet<Predicate>>,
) -> Result<Vec<Arc<FactRecord>>> {
    let view = &context.view;
    let mut found = Vec::new();
    let known = |end: &End| match end {
        End::Known(known) | End::Under(known) => {
            Some((known.nodes.keys().copied().collect::<Vec<_>>(), known.literals.is_empty()))
        }
        End::Any(_) => None,
    };
    match (known(subject), known(object), predicates) {
        // Literals as objects are not indexed: the other end decides.
        (Some((subjects, _)), Some((objects, true)), _) if objects.len() < subjects.len() => {
            for node in objects {
                found.extend(view.incoming(node)?);
            }
        }
        (Some((subjects, _)), _, _) => {
            for node in subjects {
                found.extend(view.outgoing(node)?);
            }
        }
        (None, Some((objects, true)), _) => {
            for node in objects {
                found.extend(view.incoming(node)?);
            }
        }
        (None, _, Some(predicates)) => {
            for predicate in predicates {
                found.extend(view.with_predicate(predicate)?);
            }
        }
        (None, _, None) => match subject {
            End::Any(Some(types)) => {
                for type_name in types {
                    for node in view.of_type(type_name)? {
                        found.extend(view.outgoing(node)?);
                    }
                }
            }
            _ => found = view.facts().collect::<kag_core::Result<_>>()?,
        },
    }
    Ok(found)
}
