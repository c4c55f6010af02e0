//! Names with their words in another order.

use std::collections::BTreeSet;

use kag_core::{Confidence, Node, SpellingKey};

use super::{Agreement, NameStage, are_two_by_key, both, names};

/// Nodes of one type, a name of one having the words of a name of the other in another order:
/// `Zidane, Zinedine` and `Zinedine Zidane`.
///
/// Names of two to six words that are written with spaces; words as in a [`SpellingKey`]. Confidence is 0.9.
///
/// ```
/// use kag_builder::{NameStage, WordOrder};
/// use kag_core::{Layer, NameKey, Node, NodeId, TypeName};
///
/// let node = |name: &str| Node {
///     id: NodeId::named(&"Person".into(), &NameKey::of(name)),
///     type_name: TypeName::new("Person"),
///     name: name.into(),
///     aliases: Default::default(),
///     layer: Layer::Information,
///     derivations: Vec::new(),
/// };
/// assert!(WordOrder.agree(&node("Zidane, Zinédine"), &node("Zinedine Zidane")).is_some());
/// assert!(WordOrder.agree(&node("Zinedine Zidane"), &node("Enzo Zidane")).is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordOrder;

/// That the same words are the same name.
const LIKELY: f32 = 0.9;
/// More words than this are a sentence, in which order matters.
const MOST: usize = 6;

impl NameStage for WordOrder {
    fn id(&self) -> &str {
        "word order 1"
    }

    fn keys(&self, node: &Node) -> BTreeSet<String> {
        names(node).filter_map(|name| Some(sorted(name)?.1)).collect()
    }

    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
        if one.type_name != other.type_name || are_two_by_key(one, other) {
            return None;
        }
        let others: Vec<_> = names(other).filter_map(|name| Some((sorted(name)?, name))).collect();
        for name in names(one) {
            let Some((key, words)) = sorted(name) else { continue };
            let same = others.iter().find(|((other, same), _)| *same == words && *other != key);
            if let Some((_, same)) = same {
                return Some(Agreement::new(Confidence::new(LIKELY), both(name, same) + ", the same words"));
            }
        }
        None
    }
}

/// The spelling of `name`, and its words in their own order.
fn sorted(name: &str) -> Option<(SpellingKey, String)> {
    let key = SpellingKey::of(name);
    let mut words: Vec<&str> = key.as_str().split(' ').collect();
    if !(2..=MOST).contains(&words.len()) {
        return None;
    }
    words.sort_unstable();
    let words = words.join(" ");
    Some((key, words))
}
