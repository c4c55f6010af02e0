//! What actions create.
//!
//! A created record is what its values say: equal records are one node. A value given for a
//! property whose values are nodes names one: by its id, its key or its name, and where
//! there is none so called, it is created with that name.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Fact, Layer, NameKey, Node, NodeId, Predicate, Qualifiers, TypeName, Value};

use super::{Created, conclude::Witnesses};
use crate::rule::{
    Bound, RuleError,
    base::{Make, Rule, body::Asked},
    engine::Engine,
    eval::Values,
    table::Table,
    world::{NONE, Origin},
};

/// What the values of one production are in every row.
type Assigned = Vec<(Arc<str>, Values)>;

impl Engine<'_> {
    pub(super) fn create(
        &mut self,
        rule: u32,
        compiled: &Arc<Rule>,
        table: &Table,
        witnesses: &mut Witnesses,
    ) -> Result<(), RuleError> {
        let mut assigned: Vec<Assigned> = Vec::new();
        for make in &compiled.makes {
            let (Make::Node { values, .. } | Make::Edge { values, .. }) = make;
            let computed = values.iter().map(|asked: &Asked| {
                let name = asked.name.clone().unwrap_or_default();
                Ok((name, self.values(&compiled.body, table, asked)?))
            });
            assigned.push(computed.collect::<Result<_, RuleError>>()?);
        }
        for row in 0..table.rows {
            self.in_bounds(&compiled.body, table.rows)?;
            if !self.fires(rule, table, row) {
                continue;
            }
            let mut made: Vec<(Arc<str>, u32)> = Vec::new();
            for (make, values) in compiled.makes.iter().zip(&assigned) {
                match make {
                    Make::Node { into, type_name, concept, .. } => {
                        let name = concept.as_ref().map(|concept| Arc::clone(&concept.name));
                        let node = self.create_node(compiled, type_name, name, values, row, witnesses)?;
                        if let Some(into) = into {
                            made.push((Arc::clone(into), node));
                        }
                    }
                    Make::Edge { source, target, predicate, .. } => {
                        let end = |name: &Arc<str>| {
                            let known = made.iter().rev().find(|(into, _)| into == name).map(|(_, node)| *node);
                            known.or_else(|| {
                                let at = compiled.body.nodes.iter().position(|node| node.name == *name)?;
                                table.node(at)?.get(row).copied()
                            })
                        };
                        let (Some(source), Some(target)) = (end(source), end(target)) else { continue };
                        if source != NONE && target != NONE {
                            self.create_edge(predicate, source, target, values, row, witnesses)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether an action fires for a row: once for each match.
    fn fires(&mut self, rule: u32, table: &Table, row: usize) -> bool {
        if !self.base.strata().is_recursive(rule) {
            return true;
        }
        let columns = table.nodes.iter().chain(&table.edges).flatten();
        let key: Box<[u32]> = columns.map(|column| column.get(row).copied().unwrap_or(NONE)).collect();
        self.states.get_mut(rule as usize).is_some_and(|state| state.fired.insert(key))
    }

    fn create_node(
        &mut self,
        compiled: &Arc<Rule>,
        type_name: &TypeName,
        name: Option<Arc<str>>,
        values: &Assigned,
        row: usize,
        witnesses: &mut Witnesses,
    ) -> Result<u32, RuleError> {
        let origin = witnesses.origin(row);
        let text = |wanted: &str| {
            let found = values.iter().find(|(name, _)| &**name == wanted)?;
            found.1.of(row).map(|value| Arc::<str>::from(value.to_string()))
        };
        let (id, name) = (text("id"), text("name").or(name));
        let mut properties: Vec<(Predicate, Value)> = Vec::new();
        for (property, value) in values {
            if &**property == "name" {
                continue;
            }
            let Some(value) = value.of(row).cloned() else { continue };
            properties.extend(self.normalised(type_name, property, &value, origin)?);
        }
        let node_id = match &id {
            Some(id) => NodeId::keyed(type_name, &[id]),
            None => record_id(type_name, name.as_deref(), &properties),
        };
        let shown = name.clone().or_else(|| id.clone()).unwrap_or_else(|| described(type_name, &properties));
        let aliases: BTreeSet<Arc<str>> = id.into_iter().filter(|id| *id != shown).collect();
        let added = Node {
            id: node_id,
            type_name: type_name.clone(),
            name: shown,
            aliases,
            layer: Layer::Knowledge,
            derivations: Vec::new(),
        };
        let (node, new) = self.world.add_node(added)?;
        if new {
            witnesses.used(row);
            self.created.insert(node, Created { firings: 1, origin, by_action: true });
            if self.created.len() > self.limits.created {
                return Err(self.bound(&compiled.body, Bound::Created(self.limits.created)));
            }
        } else if let Some(created) = self.created.get_mut(&node) {
            created.firings += 1;
            created.by_action = true;
        }
        for (predicate, value) in properties {
            self.add_fact(
                Fact { subject: node_id, predicate, object: value, qualifiers: Qualifiers::new() },
                row,
                witnesses,
            )?;
        }
        Ok(node)
    }

    fn create_edge(
        &mut self,
        predicate: &Predicate,
        source: u32,
        target: u32,
        values: &Assigned,
        row: usize,
        witnesses: &mut Witnesses,
    ) -> Result<(), RuleError> {
        let mut qualifiers = Qualifiers::new();
        for (name, value) in values {
            if let Some(value) = value.of(row) {
                qualifiers.insert(Arc::clone(name), self.told(value.clone()));
            }
        }
        let (subject, object) = (self.world.nodes.id(source), self.world.nodes.id(target));
        let fact = Fact { subject, predicate: predicate.clone(), object: Value::Node(object), qualifiers };
        self.add_fact(fact, row, witnesses)?;
        Ok(())
    }

    /// The facts that giving a property a value makes: its predicate as the schema calls it,
    /// and a node where its values are nodes. Of a list, one for each item.
    fn normalised(
        &mut self,
        type_name: &TypeName,
        property: &str,
        value: &Value,
        origin: Origin,
    ) -> Result<Vec<(Predicate, Value)>, RuleError> {
        let schema = Arc::clone(self.base.schema());
        let declared = schema.resolve_predicate(type_name.as_str(), property);
        let predicate = declared.map_or_else(|| Predicate::new(property), |declared| declared.name.clone());
        let types: Vec<TypeName> = declared
            .into_iter()
            .flat_map(|declared| &declared.objects)
            .filter(|object| !schema.is_literal(object.as_str()))
            .flat_map(|object| self.types_below(object))
            .collect();
        let items: &[Value] = match value {
            Value::List(items) => items,
            value => std::slice::from_ref(value),
        };
        let mut made = Vec::new();
        for item in items {
            let value = match self.linked_node(&types, item, origin)? {
                Some(node) => Value::Node(self.world.nodes.id(node)),
                None => self.told(item.clone()),
            };
            made.push((predicate.clone(), value));
        }
        Ok(made)
    }

    /// The node of `types` that a value is or names, created where there is none; `None` where
    /// there are no types.
    pub(super) fn linked_node(
        &mut self,
        types: &[TypeName],
        value: &Value,
        origin: Origin,
    ) -> Result<Option<u32>, RuleError> {
        let text = match value {
            Value::Node(id) => return Ok(Some(self.world.nodes.intern(*id))),
            value => value.to_string(),
        };
        let Some(first) = types.first() else { return Ok(None) };
        if let Some(found) = self.find_named(types, &text)? {
            return Ok(Some(found));
        }
        let id = NodeId::named(first, &NameKey::of(&text));
        let named = Node {
            id,
            type_name: first.clone(),
            name: text.into(),
            aliases: BTreeSet::new(),
            layer: Layer::Knowledge,
            derivations: Vec::new(),
        };
        let (node, new) = self.world.add_node(named)?;
        if new {
            self.created.insert(node, Created { firings: 0, origin, by_action: false });
        }
        Ok(Some(node))
    }
}

/// The id of a record without a key: everything it says is its key.
fn record_id(type_name: &TypeName, name: Option<&str>, properties: &[(Predicate, Value)]) -> NodeId {
    if properties.is_empty()
        && let Some(name) = name
    {
        return NodeId::named(type_name, &NameKey::of(name));
    }
    let mut parts: Vec<String> = properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.sort_unstable();
    parts.insert(0, name.unwrap_or_default().to_owned());
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    NodeId::keyed(type_name, &parts)
}

/// What a record without a name is called.
fn described(type_name: &TypeName, properties: &[(Predicate, Value)]) -> Arc<str> {
    let said: Vec<String> = properties
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Node(_)))
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    if said.is_empty() { type_name.as_str().into() } else { format!("{type_name}: {}", said.join(", ")).into() }
}
