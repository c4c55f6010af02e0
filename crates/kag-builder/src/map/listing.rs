//! Things that the tables of a set list, and references to them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{
    Confidence, ContentHash, Evidence, Fact, Layer, NameKey, NodeEntry, NodeId, Origin, Predicate, Span, TypeName,
};

use super::{
    cells::Cell,
    run::{Place, Run},
};

/// The predicate of the fact that says under which key tables list a thing.
pub(super) const ID: &str = "id";

/// What stands between the things that one cell refers to.
pub(super) const SEPARATORS: [&str; 2] = [",", "，"];

/// What stands between the levels of a concept: `A-B-C` is below `A-B`, which is below `A`.
const LEVEL: char = '-';

/// Most levels of a concept. A name of more is that of a concept without any above it.
const MOST_LEVELS: usize = 32;

/// How a table of a set knows the things it speaks of.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) rows: Rows,
    pub(super) links: Links,
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Things, with their keys.
    Things,
    /// Statements of things that other tables list.
    Statements,
}

/// What the references of one table lead to, by column and text; without what none of the
/// tables lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Links(BTreeMap<(Arc<str>, Arc<str>), Referent>);

/// A thing that a table lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Referent {
    pub(super) type_name: TypeName,
    pub(super) key: Arc<str>,
    pub(super) name: Arc<str>,
}

impl Links {
    pub(super) fn add(&mut self, column: &Arc<str>, text: &Arc<str>, referent: Referent) {
        self.0.insert((Arc::clone(column), Arc::clone(text)), referent);
    }

    pub(super) fn get(&self, column: &Arc<str>, text: &Arc<str>) -> Option<&Referent> {
        self.0.get(&(Arc::clone(column), Arc::clone(text)))
    }
}

impl Listing {
    pub(super) fn new(rows: Rows) -> Self {
        Self { rows, links: Links::default() }
    }

    /// A hash of all it says.
    pub(super) fn hash(&self) -> String {
        let mut parts = vec![format!("{:?}", self.rows)];
        for ((column, text), Referent { type_name, key, name }) in &self.links.0 {
            parts.extend([&**column, text, type_name.as_str(), key, name].map(ToOwned::to_owned));
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        ContentHash::of_parts(&parts).to_string()
    }
}

/// The names of the concepts on the way to the one called `path`, the widest first, itself last.
pub(super) fn levels(path: &str) -> Vec<&str> {
    let cuts: Vec<usize> = path.match_indices(LEVEL).map(|(at, _)| at).take(MOST_LEVELS).collect();
    let empty = path.split(LEVEL).take(MOST_LEVELS).any(|level| NameKey::of(level).is_empty());
    if empty || cuts.len() == MOST_LEVELS {
        return vec![path];
    }
    cuts.into_iter().filter_map(|at| path.get(..at)).chain([path]).collect()
}

/// What a concept is called among those beside it.
pub(super) fn level_name(path: &str) -> &str {
    match levels(path).as_slice() {
        [.., _, _] => path.rsplit(LEVEL).next().unwrap_or(path).trim(),
        _ => path,
    }
}

/// What is known of a thing that a cell lists or refers to.
pub(super) struct Listed<'r> {
    pub(super) type_name: &'r TypeName,
    pub(super) key: &'r Arc<str>,
    /// What it is called besides its key.
    pub(super) name: Option<Arc<str>>,
    /// Where it is named.
    pub(super) span: Option<Span>,
}

impl<'m> Run<'m> {
    /// The things that `cell` of `column` refers to: one, where all of it is one.
    pub(super) fn references(&self, column: &Arc<str>, cell: Cell) -> Vec<Cell> {
        if self.link(column, &cell.text).is_some() {
            return vec![cell];
        }
        cell.parts(&SEPARATORS.map(Into::into))
    }

    /// The node that `cell` of `column` refers to, a thing of one of `types`.
    pub(super) fn reference(
        &mut self,
        place: Place<'m>,
        column: &Arc<str>,
        types: &[TypeName],
        cell: &Cell,
    ) -> Option<NodeId> {
        let Cell { text, span, .. } = cell;
        if NameKey::of(text).is_empty() {
            self.problem_in(place, column, "no name");
            return None;
        }
        let (type_name, key, name) = match self.link(column, text).cloned() {
            Some(Referent { type_name, key, name }) => (type_name, key, Some(name)),
            None => (types.first()?.clone(), Arc::clone(text), None),
        };
        Some(self.listed(place, &Listed { type_name: &type_name, key: &key, name, span: *span }))
    }

    /// The node of a thing, which is also known by its key.
    pub(super) fn listed(&mut self, place: Place<'m>, thing: &Listed<'_>) -> NodeId {
        let node = match self.mapping.vocabulary.hypernym(thing.type_name) {
            Some(hypernym) => self.concept(place, thing, &hypernym),
            None => {
                let id = NodeId::keyed(thing.type_name, &[thing.key]);
                let name = thing.name.clone().unwrap_or_else(|| Arc::clone(thing.key));
                self.node(place, id, thing, thing.key, name)
            }
        };
        self.draft.add_mention(node, place.chunk, thing.span);
        node
    }

    /// The node of a concept, below those that its name says it is below.
    fn concept(&mut self, place: Place<'m>, concept: &Listed<'_>, hypernym: &Predicate) -> NodeId {
        let mut above = None;
        for path in levels(concept.key) {
            let id = NodeId::named(concept.type_name, &NameKey::of(path));
            let own_name = concept.name.clone().filter(|_| path.len() == concept.key.len());
            let name = own_name.unwrap_or_else(|| level_name(path).into());
            let node = self.node(place, id, concept, path, name);
            if let Some(above) = above.replace(node).filter(|above| *above != node) {
                let fact = Fact::new(node, hypernym.clone(), above);
                self.add_fact(place, fact, concept.span);
            }
        }
        // There is at least one level.
        above.unwrap_or_else(|| NodeId::named(concept.type_name, &NameKey::of(concept.key)))
    }

    /// One more spelling of a node; its key, where this is the first.
    fn node(&mut self, place: Place<'m>, id: NodeId, thing: &Listed<'_>, key: &str, name: Arc<str>) -> NodeId {
        let aliases = BTreeSet::from([Arc::from(key)]);
        let type_name = thing.type_name.clone();
        let names = BTreeMap::from([(name, 1)]);
        self.draft.nodes.push(NodeEntry { id, type_name, names, aliases, layer: Layer::Knowledge });
        if self.keyed.insert(id) {
            self.add_fact(place, Fact::new(id, ID, key), thing.span);
        }
        id
    }

    pub(super) fn add_fact(&mut self, place: Place<'m>, fact: Fact, span: Option<Span>) {
        let origin = Origin::Mapped { by: self.mapping.version.as_str().into(), row: place.number };
        let (layer, confidence) = (Layer::Knowledge, Confidence::CERTAIN);
        self.draft.add_fact(fact, Evidence { chunk: place.chunk, span, origin, layer, confidence });
    }

    fn link(&self, column: &Arc<str>, text: &Arc<str>) -> Option<&Referent> {
        self.mapping.listing.as_ref()?.links.get(column, text)
    }
}
