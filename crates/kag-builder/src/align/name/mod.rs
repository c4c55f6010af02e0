//! Saying by names alone that two nodes are probably of one thing.
//!
//! A [`NameStage`] is one way of saying so, and can be switched on alone, in
//! [`SynonymEdges`](crate::SynonymEdges) for retrieval or in [`InstanceFusion`](crate::InstanceFusion) for identity. What a stage
//! says is a function of the two nodes, so that it can be kept from one commit to the next, and so that
//! no other document changes it.

mod acronym;
mod alias;
mod misspelling;
mod shared;
mod spelling;
mod together;
mod word_order;

use std::{collections::BTreeSet, fmt, sync::Arc};

use kag_core::{Confidence, NameKey, Node};

pub use acronym::Acronyms;
pub use alias::{AliasProblem, AliasTable};
pub use misspelling::Misspellings;
pub use shared::SharedNames;
pub use spelling::Spellings;
pub(super) use together::are_together;
pub use word_order::WordOrder;

/// One way of seeing by the names of two nodes that they are probably of one thing.
///
/// Blocking is part of the contract: nodes are compared only where they share a key, so a
/// stage must give every two nodes about which it has something to say a key in common. Keys are
/// a function of one node, and what the stage says a function of the two: nothing is said of the
/// nearest or the most frequent, which others would change.
///
/// ```
/// use std::{collections::BTreeSet, sync::Arc};
/// use kag_builder::{Agreement, NameStage};
/// use kag_core::{Confidence, Node};
///
/// /// Phone numbers that differ by their country code.
/// #[derive(Debug)]
/// struct CountryCodes;
///
/// impl CountryCodes {
///     fn local(node: &Node) -> &str {
///         node.name.trim_start_matches("+86").trim_start()
///     }
/// }
///
/// impl NameStage for CountryCodes {
///     fn id(&self) -> &str {
///         "country codes 1"
///     }
///
///     fn keys(&self, node: &Node) -> BTreeSet<String> {
///         BTreeSet::from([Self::local(node).to_owned()])
///     }
///
///     fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
///         let local = Self::local(one);
///         (one.type_name == other.type_name && local == Self::local(other))
///             .then(|| Agreement::new(Confidence::new(0.9), format!("both are {local}")))
///     }
/// }
/// ```
pub trait NameStage: fmt::Debug + Send + Sync + 'static {
    /// Name and version, with all that changes what it says; the beginning of every reason.
    fn id(&self) -> &str;

    /// What `node` may have in common with others. None where the stage says nothing of it.
    fn keys(&self, node: &Node) -> BTreeSet<String>;

    /// Why `one`, the node with the smaller id, and `other` are probably of one thing; `None`
    /// where nothing says so.
    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement>;
}

/// That two nodes are probably of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreement {
    /// How sure that is.
    pub confidence: Confidence,
    /// Why, in words.
    pub reason: Arc<str>,
    /// What must be seen in the graph besides the names.
    pub witness: Witness,
}

/// What must speak for an [`Agreement`] besides names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Witness {
    /// Nothing.
    #[default]
    Names,
    /// The two are met together: in one chunk, or in facts that say the same of both, predicate and
    /// other end.
    Together,
    /// One is named right behind the other, with at most three bytes between: `World Health
    /// Organization (WHO)`, `北京大学（北大）`; or facts say the same of both.
    Adjacent,
}

impl Agreement {
    /// An agreement that needs no witness besides the names.
    #[must_use]
    pub fn new(confidence: Confidence, reason: impl Into<Arc<str>>) -> Self {
        Self { confidence, reason: reason.into(), witness: Witness::Names }
    }

    /// The same agreement, which counts only with `witness`.
    #[must_use]
    pub fn with_witness(mut self, witness: Witness) -> Self {
        self.witness = witness;
        self
    }
}

/// The names of a node, the one it shows first.
fn names(node: &Node) -> impl Iterator<Item = &Arc<str>> {
    std::iter::once(&node.name).chain(&node.aliases)
}

/// Two names in an order that does not depend on which node has which.
fn both(one: &str, other: &str) -> String {
    format!("{} and {}", one.min(other), one.max(other))
}

/// Whether the two nodes are two things because both are known by a key of their own, whatever
/// they are called.
pub(super) fn are_two_by_key(one: &Node, other: &Node) -> bool {
    let named =
        |node: &Node| names(node).any(|name| node.id == kag_core::NodeId::named(&node.type_name, &NameKey::of(name)));
    one.type_name == other.type_name && !named(one) && !named(other)
}
