//! What the names of a clause stand for in one row.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use kag_core::{NameKey, NodeId, PartialDate, QualifierColumn, Value};
use kag_schema::{Dialect, Expr};

use super::{
    base::body::Body,
    engine::Engine,
    table::{Part, Table, Unit},
    world::{End, NONE, places_among_distinct},
};
use crate::{Binding, Environment, HostError};

/// Edges are given to expressions as nodes with such an id, which no node has: ids are
/// hashes, and these are not.
const EDGES: u128 = 0x6b61_675f_7275_6c65_5f65_6467 << 32;

/// The id by which expressions know a fact.
pub(super) fn edge_id(fact: u32) -> NodeId {
    NodeId::from_u128(EDGES | u128::from(fact))
}

/// The fact that an id stands for.
pub(super) fn edge_of(id: NodeId) -> Option<u32> {
    let bits = id.to_u128();
    (bits >> 32 == EDGES >> 32).then_some(bits as u32)
}

/// Where a name finds its value.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    Node(usize),
    /// A single edge.
    Edge(usize),
    /// The edges of several edges and paths together.
    Edges(Vec<usize>),
    /// The nodes that edges and paths pass.
    Nodes(Vec<usize>),
    /// The value at a place of the table.
    Value(usize),
}

/// The names of an expression and where they find their values.
pub(super) type Slots = Vec<(Arc<str>, Slot)>;

/// Where each name of `expr` finds its value.
pub(super) fn slots(body: &Body, table: &Table, expr: &Expr) -> Slots {
    let names = expr.variables();
    names.into_iter().filter_map(|name| Some((Arc::clone(name), slot(body, table, name)?))).collect()
}

fn slot(body: &Body, table: &Table, name: &str) -> Option<Slot> {
    if let Some(of) = name.strip_prefix("#edges:") {
        return Some(Slot::Edges(edges_of(body, of)));
    }
    if let Some(of) = name.strip_prefix("#nodes:") {
        return Some(Slot::Nodes(edges_of(body, of)));
    }
    // What a clause gave a name comes before what the pattern did.
    if let Some(at) = table.values.iter().rposition(|value| &*value.name == name) {
        return Some(Slot::Value(at));
    }
    if let Some(at) = body.nodes.iter().position(|node| &*node.name == name) {
        return Some(Slot::Node(at));
    }
    let at = body.edges.iter().position(|edge| &*edge.name == name)?;
    let several = body.edges.get(at).is_some_and(|edge| edge.hops.is_some());
    Some(if several { Slot::Edges(vec![at]) } else { Slot::Edge(at) })
}

/// The edges that a name of an edge or a path stands for.
fn edges_of(body: &Body, name: &str) -> Vec<usize> {
    if name == "__path__" {
        return (0..body.edges.len()).collect();
    }
    let path = body.path_names.iter().find(|(path, _)| &**path == name);
    path.map_or_else(
        || body.edges.iter().position(|edge| &*edge.name == name).into_iter().collect(),
        |(_, edges)| edges.clone(),
    )
}

/// The parts of the pattern that an expression speaks of, sorted.
pub(super) fn unit(table: &Table, slots: &Slots) -> Unit {
    let mut unit = Unit::new();
    for (_, slot) in slots {
        match slot {
            Slot::Node(at) => unit.push(Part::Node(*at)),
            Slot::Edge(at) => unit.push(Part::Edge(*at)),
            Slot::Edges(edges) | Slot::Nodes(edges) => unit.extend(edges.iter().map(|at| Part::Edge(*at))),
            Slot::Value(at) => unit.extend(table.values.get(*at).into_iter().flat_map(|value| value.unit.clone())),
        }
    }
    unit.sort_unstable();
    unit.dedup();
    unit
}

/// One row after the other, as an environment.
pub(super) struct Scope<'s, 'v> {
    pub(super) engine: &'s Engine<'v>,
    pub(super) body: &'s Body,
    pub(super) table: &'s Table,
    pub(super) slots: &'s Slots,
    pub(super) row: Cell<usize>,
    /// What went wrong while reading the graph.
    pub(super) error: RefCell<Option<kag_core::Error>>,
}

impl<'s, 'v> Scope<'s, 'v> {
    pub(super) fn new(engine: &'s Engine<'v>, body: &'s Body, table: &'s Table, slots: &'s Slots) -> Self {
        Self { engine, body, table, slots, row: Cell::new(0), error: RefCell::new(None) }
    }

    fn read<T: Default>(&self, result: kag_core::Result<T>) -> T {
        result.unwrap_or_else(|error| {
            self.error.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    /// The value of a slot in the row at hand.
    pub(super) fn of(&self, slot: &Slot) -> Binding {
        let row = self.row.get();
        let node = |node: u32| (node != NONE).then(|| Value::Node(self.engine.world.nodes.id(node)));
        match slot {
            Slot::Node(at) => {
                let at = self.table.node(*at).and_then(|column| column.get(row)).copied();
                Binding::One(at.and_then(node))
            }
            Slot::Edge(at) => {
                let at = self.table.edge(*at).and_then(|column| column.get(row)).copied();
                Binding::One(at.filter(|fact| *fact != NONE).map(|fact| Value::Node(edge_id(fact))))
            }
            Slot::Edges(edges) => {
                let facts = edges.iter().flat_map(|edge| self.engine.facts_of(self.body, self.table, *edge, row));
                if let [edge] = &edges[..]
                    && self.table.edge(*edge).and_then(|column| column.get(row)).is_none_or(|path| *path == NONE)
                {
                    return Binding::One(None);
                }
                Binding::column(facts.map(|fact| Value::Node(edge_id(fact))))
            }
            Slot::Nodes(edges) => {
                let nodes = self.engine.nodes_along(self.body, self.table, edges, row);
                Binding::Column(nodes.into_iter().map(node).collect())
            }
            Slot::Value(at) => match self.table.values.get(*at).and_then(|value| value.of(row)) {
                Some(value) => value.clone().into(),
                None => Binding::One(None),
            },
        }
    }

    /// A property of each of many facts, by the columns of their relation: places, and what is at
    /// each; `None` where the records have to be asked.
    pub(super) fn fact_places(&self, facts: &[u32], name: &str) -> Option<(Vec<u32>, Vec<Option<Value>>)> {
        let first = facts.iter().copied().find(|fact| *fact != NONE)?;
        let (columns, row) = self.engine.world.facts.row_of(first)?;
        let begin = first.checked_sub(u32::try_from(row).ok()?)?;
        let few = facts.len() < columns.len() / 4 && !self.engine.reads_whole;
        if few || name.starts_with("__") {
            return None;
        }
        let column = columns.qualifier(name);
        let missing = u32::try_from(column.values().len()).ok()?;
        let place = |fact: &u32| match *fact {
            NONE => Some(missing),
            fact => {
                let place = column.places().get(fact.checked_sub(begin)? as usize).copied();
                place.filter(|place| *place != QualifierColumn::MISSING)
            }
        };
        let places: Vec<u32> = facts.iter().map(place).collect::<Option<_>>()?;
        let value = |place: u32| column.values().get(place as usize).cloned();
        if column.values().len() < facts.len() {
            return Some((places, (0..=missing).map(value).collect()));
        }
        // A few facts of a relation with many values: theirs alone.
        let (places, met) = places_among_distinct(&places);
        Some((places, met.into_iter().map(value).collect()))
    }

    /// The same by the records. They lie scattered in memory, so parts of them are touched a block
    /// at a time before they are read: the waits overlap.
    pub(super) fn fact_values(&self, facts: &[u32], name: &str) -> (Vec<u32>, Vec<Option<Value>>) {
        let (places, once) = places_among_distinct(facts);
        let mut found = Vec::with_capacity(once.len() + 1);
        for block in once.chunks(64) {
            let records = || block.iter().filter_map(|fact| self.engine.world.facts.get(*fact));
            let qualified = records().filter(|entry| !entry.fact().qualifiers.is_empty()).count();
            let longest =
                records().filter_map(|entry| entry.fact().qualifiers.iter().next()).map(|(name, _)| name.len());
            std::hint::black_box((qualified, longest.max()));
            found.extend(block.iter().map(|fact| self.fact_property(*fact, name)));
        }
        found.push(None);
        (places, found)
    }

    fn fact_property(&self, fact: u32, name: &str) -> Option<Value> {
        let world = &self.engine.world;
        let entry = world.facts.get(fact)?;
        match name {
            "__from_id__" => self.id_of(entry.subject),
            "__to_id__" => self.id_of(entry.object),
            "__from_id_type__" | "__to_id_type__" => {
                let node = if name == "__from_id_type__" { entry.subject } else { entry.object };
                self.type_of(node)
            }
            "__label__" => world.predicate_name(entry.predicate).map(|name| Value::from(name.as_str())),
            _ => {
                let stated = entry.fact().qualifiers.get(name).cloned();
                stated
                    .or_else(|| self.qualifier(fact, name))
                    .or_else(|| (name == "id").then(|| Value::from(entry.id().to_string())))
            }
        }
    }

    /// A qualifier by another of its names.
    fn qualifier(&self, fact: u32, name: &str) -> Option<Value> {
        let world = &self.engine.world;
        let entry = world.facts.get(fact)?;
        let predicate = world.predicate_name(entry.predicate)?;
        let key = NameKey::of(name);
        let named = world.schema.predicates_named(predicate.as_str());
        let qualifier = named.iter().flat_map(|(_, property)| &property.qualifiers).find(|qualifier| {
            NameKey::of(qualifier.name.as_str()) == key || qualifier.labels.all().any(|label| NameKey::of(label) == key)
        })?;
        entry.fact().qualifiers.get(qualifier.name.as_str()).cloned()
    }

    fn id_of(&self, node: u32) -> Option<Value> {
        self.stated(node, "id").or_else(|| self.record_name(node).map(Value::Text))
    }

    fn type_of(&self, node: u32) -> Option<Value> {
        let world = &self.engine.world;
        let known = world.type_name(world.known_kind(node)).cloned();
        let record = || self.read(world.node(node)).map(|node| node.type_name.clone());
        known.or_else(record).map(|name| Value::from(name.as_str()))
    }

    fn record_name(&self, node: u32) -> Option<Arc<str>> {
        self.read(self.engine.world.node(node)).map(|node| Arc::clone(&node.name))
    }

    /// The property `name` of a node that has no number: nothing can have been derived of it.
    fn property_in_graph(&self, node: NodeId, name: &str) -> Option<Value> {
        let view = self.engine.world.view.get();
        let record = || self.read(view.node(node));
        let stated = || {
            let outgoing = self.read(view.outgoing(node));
            let values = outgoing.iter().filter(|record| record.fact.predicate.as_str() == name);
            collected(values.map(|record| record.fact.object.clone()).collect())
        };
        match name {
            "__label__" => record().map(|node| Value::from(node.type_name.as_str())),
            "id" | "name" => stated().or_else(|| record().map(|node| Value::Text(Arc::clone(&node.name)))),
            _ => stated(),
        }
    }

    /// What facts state as the property `name` of a node, several values as a list.
    fn stated(&self, node: u32, name: &str) -> Option<Value> {
        let engine = self.engine;
        let kind = engine.world.known_kind(node);
        let predicate = engine.property_names.get(&(kind, Arc::from(name))).copied();
        let predicate = predicate.or_else(|| engine.world.find_predicate(name));
        let found = match predicate {
            Some(predicate) => self.read(engine.world.facts_at(predicate, End::Subject, node)),
            None => Vec::new(),
        };
        if found.is_empty() && predicate.is_none() {
            // Nobody made it ready; the graph knows.
            let id = engine.world.nodes.id(node);
            let outgoing = self.read(engine.world.view.get().outgoing(id));
            let values = outgoing.iter().filter(|record| record.fact.predicate.as_str() == name);
            return collected(values.map(|record| record.fact.object.clone()).collect());
        }
        collected(found)
    }
}

/// One value, or a list of several different ones.
fn collected(mut values: Vec<Value>) -> Option<Value> {
    if values.len() > 1 {
        let mut different: Vec<Value> = Vec::with_capacity(values.len());
        for value in values {
            if different.len() > 32 || !different.contains(&value) {
                different.push(value);
            }
        }
        values = different;
    }
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(values.into()),
    }
}

impl Environment for Scope<'_, '_> {
    fn variable(&self, name: &str) -> Option<Binding> {
        let slot = self.slots.iter().find(|(known, _)| &**known == name);
        slot.map(|(_, slot)| self.of(slot))
    }

    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        if let Some(fact) = edge_of(node) {
            return self.fact_property(fact, name);
        }
        let Some(at) = self.engine.world.nodes.find(node) else { return self.property_in_graph(node, name) };
        match name {
            "__label__" => self.type_of(at),
            "id" | "name" => self.stated(at, name).or_else(|| self.record_name(at).map(Value::Text)),
            _ => self.stated(at, name),
        }
    }

    fn call(&self, function: &str, arguments: &[Option<Value>]) -> Option<Result<Option<Value>, HostError>> {
        self.engine.base.host()?.call(function, arguments)
    }

    fn dialect(&self) -> Dialect {
        Dialect::Rule
    }

    fn now(&self) -> Option<PartialDate> {
        self.engine.now
    }

    fn parameter(&self, name: &str) -> Option<Binding> {
        let missing = || self.engine.base.is_given(name).then_some(Binding::One(None));
        self.engine.parameters.get(name).map(|value| value.clone().into()).or_else(missing)
    }

    fn name(&self, node: NodeId) -> Option<Arc<str>> {
        match edge_of(node) {
            Some(fact) => {
                let entry = self.engine.world.facts.get(fact)?;
                Some(entry.fact().predicate.as_str().into())
            }
            None => match self.engine.world.nodes.find(node) {
                Some(node) => self.record_name(node),
                None => self.read(self.engine.world.view.get().node(node)).map(|node| Arc::clone(&node.name)),
            },
        }
    }

    fn is_named(&self, node: NodeId, text: &str) -> Option<bool> {
        let world = &self.engine.world;
        let record = match world.nodes.find(node) {
            Some(node) => self.read(world.node(node)),
            None => self.read(world.view.get().node(node)),
        }?;
        let is = |name: &str| name == text || NameKey::of(name) == NameKey::of(text);
        let named = *record.name == *text || record.aliases.contains(text);
        let id = || {
            let id = self.property(node, "id");
            id.is_some_and(|id| matches!(id, Value::Text(id) if *id == *text))
        };
        Some(named || id() || is(&record.name) || record.aliases.iter().any(|alias| is(alias)))
    }
}
