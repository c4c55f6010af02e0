//! Names that the host knows to be of one thing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Confidence, ContentHash, Node, SpellingKey, TypeName};
use serde::Deserialize;

use super::{Agreement, NameStage, names};
use crate::OfficialNames;

/// Groups of names that are of one thing, as the host knows them: in two languages, short and
/// long, old and new.
///
/// A name may stand in several groups. Names are compared by [`SpellingKey`], so that one
/// spelling of each is enough. A group can be of one type; what it says is certain then, and for one
/// without a type too, between nodes of whatever types.
///
/// Unlike [`OfficialNames`], which change what a document says before it is written, a table says
/// so of what is there: it can be changed or left out, and the nodes are two again.
///
/// ```
/// use kag_builder::{AliasTable, NameStage};
/// use kag_core::{Layer, NameKey, Node, NodeId, TypeName};
///
/// let table = AliasTable::new()
///     .with(["皇家马德里", "皇马", "Real Madrid"])
///     .with_typed("Person", ["克里斯蒂亚诺·罗纳尔多", "C罗", "Cristiano Ronaldo"]);
/// let node = |type_name: &str, name: &str| Node {
///     id: NodeId::named(&type_name.into(), &NameKey::of(name)),
///     type_name: TypeName::new(type_name),
///     name: name.into(),
///     aliases: Default::default(),
///     layer: Layer::Information,
///     derivations: Vec::new(),
/// };
/// assert!(table.agree(&node("Club", "皇家馬德里"), &node("Team", "Real Madrid")).is_some());
/// assert!(table.agree(&node("Person", "C罗"), &node("Person", "Cristiano Ronaldo")).is_some());
/// assert!(table.agree(&node("Airport", "C罗"), &node("Airport", "Cristiano Ronaldo")).is_none());
///
/// let lines = "{\"names\": [\"NATO\", \"北约\"]}\n{\"type\": \"Club\", \"names\": [\"Juventus\", \"尤文图斯\"]}\n";
/// let (table, problems) = AliasTable::read(lines);
/// assert_eq!((table.len(), problems.len()), (2, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasTable {
    groups: Vec<Group>,
    /// In which groups a spelling is, by place.
    of: BTreeMap<SpellingKey, BTreeSet<usize>>,
    id: String,
}

/// Names of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(rename = "type")]
    type_name: Option<TypeName>,
    names: Vec<Arc<str>>,
}

/// A line of an alias table that could not be read, and was passed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct AliasProblem {
    /// The line, from 1.
    pub line: usize,
    /// What was wrong with it.
    pub reason: Arc<str>,
}

impl AliasTable {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self { groups: Vec::new(), of: BTreeMap::new(), id: String::new() }.identified()
    }

    /// Reads lines of JSON: `{"names": ["皇家马德里", "Real Madrid"], "type": "Club"}`, the type
    /// optional. Empty lines are passed over; a line that cannot be read, or has fewer than two names, is a problem.
    #[must_use]
    pub fn read(lines: &str) -> (Self, Vec<AliasProblem>) {
        let (mut table, mut problems) = (Self::new(), Vec::new());
        for (number, line) in (1..).zip(lines.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<Group>(line) {
                Ok(group) if group.names.len() > 1 => table.add(group),
                Ok(_) => problems.push(AliasProblem { line: number, reason: "fewer than two names".into() }),
                Err(error) => problems.push(AliasProblem { line: number, reason: error.to_string().into() }),
            }
        }
        (table.identified(), problems)
    }

    /// The same table with `names` as those of one thing, of whatever type.
    #[must_use]
    pub fn with<S: Into<Arc<str>>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.with_group(None, names)
    }

    /// The same table with `names` as those of one thing of type `type_name`.
    #[must_use]
    pub fn with_typed<S: Into<Arc<str>>>(
        self,
        type_name: impl Into<TypeName>,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        self.with_group(Some(type_name.into()), names)
    }

    /// Number of groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    fn with_group<S: Into<Arc<str>>>(
        mut self,
        type_name: Option<TypeName>,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        self.add(Group { type_name, names: names.into_iter().map(Into::into).collect() });
        self.identified()
    }

    fn add(&mut self, group: Group) {
        for name in &group.names {
            self.of.entry(SpellingKey::of(name)).or_default().insert(self.groups.len());
        }
        self.groups.push(group);
    }

    /// With the id of what is in it. Groups in another order are another table: they only say the same.
    fn identified(mut self) -> Self {
        self.id = format!("alias table 1 {}", ContentHash::of(format!("{:?}", self.groups)));
        self
    }

    /// The groups of the names of `node`, by place.
    fn groups_of(&self, node: &Node) -> BTreeSet<usize> {
        let found = names(node).filter_map(|name| self.of.get(&SpellingKey::of(name))).flatten().copied();
        found.filter(|group| self.is_of(*group, &node.type_name)).collect()
    }

    fn is_of(&self, group: usize, type_name: &TypeName) -> bool {
        self.groups.get(group).is_some_and(|group| group.type_name.as_ref().is_none_or(|own| own == type_name))
    }
}

impl Default for AliasTable {
    fn default() -> Self {
        Self::new()
    }
}

/// Each official name with its spellings.
impl From<&OfficialNames> for AliasTable {
    fn from(official: &OfficialNames) -> Self {
        let mut table = Self::new();
        for (type_name, names) in official.groups() {
            table.add(Group { type_name: Some(type_name), names });
        }
        table.identified()
    }
}

impl NameStage for AliasTable {
    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self, node: &Node) -> BTreeSet<String> {
        self.groups_of(node).into_iter().map(|group| group.to_string()).collect()
    }

    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
        let group = self.groups_of(one).intersection(&self.groups_of(other)).next().copied()?;
        let names = self.groups.get(group)?.names.join(", ");
        Some(Agreement::new(Confidence::CERTAIN, format!("listed as one: {names}")))
    }
}
