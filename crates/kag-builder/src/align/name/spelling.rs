//! Names that are spelt in two ways.

use std::collections::BTreeSet;

use kag_core::{Confidence, NameKey, Node, SpellingKey};

use super::{Agreement, NameStage, are_two_by_key, both, names};

/// Nodes of one type, a name of one and a name of the other differing by spelling alone:
/// traditional and simplified characters, punctuation, accents, initials, a leading *the*
/// (see [`SpellingKey`]).
///
/// Confidence is 0.95.
///
/// ```
/// use kag_builder::{NameStage, Spellings};
/// use kag_core::{Layer, NameKey, Node, NodeId, TypeName};
///
/// let node = |name: &str| Node {
///     id: NodeId::named(&"Club".into(), &NameKey::of(name)),
///     type_name: TypeName::new("Club"),
///     name: name.into(),
///     aliases: Default::default(),
///     layer: Layer::Information,
///     derivations: Vec::new(),
/// };
/// assert!(Spellings.agree(&node("皇家馬德里"), &node("皇家马德里")).is_some());
/// assert!(Spellings.agree(&node("皇家马德里"), &node("皇家社会")).is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spellings;

/// That a spelling is of the same thing.
const LIKELY: f32 = 0.95;

impl NameStage for Spellings {
    fn id(&self) -> &str {
        "spellings 1"
    }

    fn keys(&self, node: &Node) -> BTreeSet<String> {
        names(node).map(|name| SpellingKey::of(name).as_str().to_owned()).collect()
    }

    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
        if one.type_name != other.type_name || are_two_by_key(one, other) {
            return None;
        }
        let spelt: Vec<_> = names(other).map(|name| (SpellingKey::of(name), name)).collect();
        for name in names(one) {
            let key = SpellingKey::of(name);
            let same = spelt.iter().find(|(other, same)| *other == key && NameKey::of(same) != NameKey::of(name));
            if let Some((_, same)) = same {
                return Some(Agreement::new(Confidence::new(LIKELY), both(name, same) + ", spelt in two ways"));
            }
        }
        None
    }
}
