//! Mapping the rows of one table.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use kag_core::{
    Chunk, ChunkId, ContributionDraft, Fact, Layer, NameKey, NodeId, Qualifiers, Source, Span, TypeName, Value,
};
use serde_json::Value as Json;

use super::{
    Column, MapProblem, Mapped, TableMapping, Target,
    cells::Cell,
    listing::{Listed, Rows},
    table::{Row, Table},
};
use crate::Object;

/// The mapping of one table.
pub(super) struct Run<'m> {
    pub(super) mapping: &'m TableMapping,
    table: &'m Table,
    /// The names of rows by their key, for references within the table.
    names: HashMap<Arc<str>, Arc<str>>,
    pub(super) draft: ContributionDraft,
    /// The things whose key has been said.
    pub(super) keyed: HashSet<NodeId>,
    problems: Vec<MapProblem>,
}

/// The row that is being mapped.
#[derive(Clone, Copy)]
pub(super) struct Place<'m> {
    row: &'m Row,
    pub(super) number: u64,
    pub(super) chunk: ChunkId,
}

impl<'m> Run<'m> {
    pub(super) fn new(mapping: &'m TableMapping, table: &'m Table, source: &Source) -> Self {
        let document = source.document().with_title(Arc::clone(&mapping.title));
        let mut names = HashMap::new();
        if let [key] = mapping.key.as_slice() {
            for row in table.rows.iter().filter(|row| row.problem.is_none()) {
                let cell = |column| table.cell(mapping, row, column);
                names.extend(cell(key).zip(cell(&mapping.name_column)).map(|(key, name)| (key.text, name.text)));
            }
        }
        let draft = ContributionDraft::new(document);
        Self { mapping, table, names, draft, keyed: HashSet::new(), problems: Vec::new() }
    }

    pub(super) fn mapped(mut self) -> Mapped {
        let document = self.draft.document.id;
        let header: Arc<str> = self.table.header.trim().into();
        self.draft.add_chunk(Chunk::new(document, 0, 0, Arc::clone(&self.table.header)));
        for (ordinal, row) in (1..).zip(&self.table.rows) {
            let chunk = Chunk::new(document, ordinal, row.start, Arc::clone(&row.text));
            let chunk = self.draft.add_chunk(chunk.with_headings(vec![Arc::clone(&header)]));
            let place = Place { row, number: u64::from(ordinal), chunk };
            match &row.problem {
                Some(reason) => self.problem(place, reason),
                None => self.map_row(place),
            }
        }
        Mapped { draft: self.draft, problems: self.problems }
    }

    fn cell(&self, place: Place<'m>, column: &str) -> Option<Cell> {
        self.table.cell(self.mapping, place.row, column)
    }

    fn map_row(&mut self, place: Place<'m>) {
        let Some(node) = self.row_node(place) else { return };
        for (column, separator) in &self.mapping.aliases {
            let aliases =
                self.cell(place, column).into_iter().flat_map(|cell| cell.parts(std::slice::from_ref(separator)));
            for alias in aliases {
                self.draft.add_alias(node, alias.text);
            }
        }
        let before = (self.draft.facts.len(), self.problems.len());
        for column in &self.mapping.columns {
            self.map_column(place, node, column);
        }
        let statement = self.mapping.listing.as_ref().is_some_and(|listing| listing.rows == Rows::Statements);
        if statement && before == (self.draft.facts.len(), self.problems.len()) {
            self.problem(place, "it states nothing: a cell is empty");
        }
    }

    /// The node of the row.
    fn row_node(&mut self, place: Place<'m>) -> Option<NodeId> {
        if let Some(listing) = &self.mapping.listing {
            return self.listed_row(place, listing.rows);
        }
        let (node, span) = self.declared_row(place)?;
        self.draft.add_mention(node, place.chunk, span);
        Some(node)
    }

    /// The thing that the row of a set's table lists or speaks of.
    fn listed_row(&mut self, place: Place<'m>, rows: Rows) -> Option<NodeId> {
        let TableMapping { type_name, name_column, key, .. } = self.mapping;
        let column = key.first()?;
        let visible = |cell: &Cell| !NameKey::of(&cell.text).is_empty();
        let named = self.cell(place, name_column).filter(visible);
        // What has no key is known by its name.
        let Some(cell) = self.cell(place, column).filter(visible).or_else(|| named.clone()) else {
            self.problem(place, &format!("no key in {column:?}"));
            return None;
        };
        if rows == Rows::Statements {
            return self.reference(place, column, std::slice::from_ref(type_name), &cell);
        }
        let named = named.filter(|_| name_column != column);
        let span = named.as_ref().map_or(cell.span, |name| name.span);
        let name = named.map(|name| name.text);
        Some(self.listed(place, &Listed { type_name, key: &cell.text, name, span }))
    }

    /// The node of the row, as the host declares it, and where it is named.
    fn declared_row(&mut self, place: Place<'m>) -> Option<(NodeId, Option<Span>)> {
        let TableMapping { type_name, name_column, key, .. } = self.mapping;
        let name = self.cell(place, name_column).filter(|name| !NameKey::of(&name.text).is_empty());
        if key.is_empty() {
            let Some(name) = name else {
                self.problem(place, &format!("no name in {name_column:?}"));
                return None;
            };
            return Some((self.draft.add_node(type_name.clone(), name.text, Layer::Knowledge), name.span));
        }
        let mut cells = Vec::with_capacity(key.len());
        for column in key {
            let Some(cell) = self.cell(place, column).filter(|cell| !NameKey::of(&cell.text).is_empty()) else {
                self.problem(place, &format!("no key in {column:?}"));
                return None;
            };
            cells.push(cell);
        }
        let keys: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
        let (name, span) = match name {
            Some(name) => (name.text, name.span),
            None => (keys.join(" ").into(), cells.first().and_then(|cell| cell.span)),
        };
        Some((self.draft.add_keyed_node(type_name.clone(), &keys, name, Layer::Knowledge), span))
    }

    fn map_column(&mut self, place: Place<'m>, subject: NodeId, column: &'m Column) {
        if let Some((column, text)) = &column.only
            && self.cell(place, column).is_none_or(|cell| cell.text != *text)
        {
            return;
        }
        let given = || column.default.clone().map(Cell::given);
        let Some(cell) = self.cell(place, &column.column).or_else(given) else { return };
        let Some(qualifiers) = self.qualifiers(place, column) else { return };
        let parts = match &column.target {
            Target::Listed(_) => self.references(&column.column, cell),
            _ => cell.parts(&column.separators),
        };
        for part in parts.into_iter().flat_map(|part| self.linked(place, column, part)).collect::<Vec<_>>() {
            let span = part.span;
            let Some(object) = self.object(place, column, part) else { continue };
            let fact = Fact { subject, predicate: column.predicate.clone(), object, qualifiers: qualifiers.clone() };
            self.add_fact(place, fact, span);
        }
    }

    /// What `cell` refers to, as the host's function says where there is one.
    fn linked(&mut self, place: Place<'m>, column: &'m Column, cell: Cell) -> Vec<Cell> {
        let Some(link) = column.link.as_ref().filter(|_| !matches!(column.target, Target::Value(_))) else {
            return vec![cell];
        };
        let found = link.of(&cell.text);
        if found.is_empty() {
            self.problem_in(place, &column.column, &format!("{:?} refers to nothing that is known", cell.text));
        }
        found.into_iter().map(|text| cell.read_as(text)).collect()
    }

    fn object(&mut self, place: Place<'m>, column: &'m Column, cell: Cell) -> Option<Value> {
        let TableMapping { type_name: own_type, vocabulary, .. } = self.mapping;
        match &column.target {
            Target::Value(cast) => match vocabulary.read(own_type, &column.predicate, cast, &cell.text) {
                Ok(object) => self.value(place, &column.column, object, &cell),
                Err(reason) => self.problem_in(place, &column.column, &reason),
            },
            Target::Named(type_name) => self.named(place, &column.column, type_name, &cell.text, cell.span),
            Target::Listed(types) => self.reference(place, &column.column, types, &cell).map(Into::into),
            Target::Keyed { .. } if NameKey::of(&cell.text).is_empty() => {
                self.problem_in(place, &column.column, "no key")
            }
            Target::Keyed { type_name, name } => {
                let given = name.as_ref().and_then(|name| self.cell(place, name));
                let given = given.filter(|name| !NameKey::of(&name.text).is_empty()).map(|name| name.text);
                let own = self.names.get(&cell.text).filter(|_| *type_name == *own_type).cloned();
                let name = given.or(own).unwrap_or_else(|| Arc::clone(&cell.text));
                let node = self.draft.add_keyed_node(type_name.clone(), &[&cell.text], name, Layer::Knowledge);
                self.draft.add_mention(node, place.chunk, cell.span);
                Some(node.into())
            }
        }
    }

    fn value(&mut self, place: Place<'m>, column: &Arc<str>, object: Object, cell: &Cell) -> Option<Value> {
        match object {
            Object::Literal(value) => Some(value),
            Object::Entity(entity) if self.mapping.listing.is_some() => {
                self.reference(place, column, &[entity.type_name], cell).map(Into::into)
            }
            Object::Entity(entity) => self.named(place, column, &entity.type_name, &entity.name, cell.span),
        }
    }

    fn named(
        &mut self,
        place: Place<'m>,
        column: &str,
        type_name: &TypeName,
        name: &str,
        span: Option<Span>,
    ) -> Option<Value> {
        if NameKey::of(name).is_empty() {
            return self.problem_in(place, column, "no name");
        }
        let node = self.draft.add_node(type_name.clone(), name, Layer::Knowledge);
        self.draft.add_mention(node, place.chunk, span);
        Some(node.into())
    }

    /// `None`, and a problem, where one cannot be read: the fact would say more than the row does.
    fn qualifiers(&mut self, place: Place<'m>, column: &'m Column) -> Option<Qualifiers> {
        let TableMapping { type_name, vocabulary, .. } = self.mapping;
        let mut qualifiers = Qualifiers::new();
        for (name, from, cast) in &column.qualifiers {
            let Some(cell) = self.cell(place, from) else { continue };
            let value = match vocabulary.read_qualifier(type_name, &column.predicate, name, cast, &cell.text) {
                Ok(object) => self.value(place, from, object, &cell),
                Err(reason) => self.problem_in(place, from, &reason),
            };
            qualifiers.insert(Arc::clone(name), value?);
        }
        if let Some((from, cell)) =
            column.more_qualifiers.as_ref().and_then(|from| Some((from, self.cell(place, from)?)))
        {
            let Some(more) = read_qualifiers(&cell.text) else {
                self.problem_in(place, from, "no object of JSON with texts, numbers or truth values");
                return None;
            };
            qualifiers.extend(more);
        }
        Some(qualifiers)
    }

    fn problem(&mut self, place: Place<'m>, reason: &str) {
        self.problems.push(MapProblem { row: place.number, reason: reason.into() });
    }

    pub(super) fn problem_in(&mut self, place: Place<'m>, column: &str, reason: &str) -> Option<Value> {
        self.problem(place, &format!("{column}: {reason}"));
        None
    }
}

/// The qualifiers in an object of JSON; `None` where it is none, or one holds another value.
fn read_qualifiers(text: &str) -> Option<Qualifiers> {
    let Ok(Json::Object(fields)) = serde_json::from_str(text) else { return None };
    let value = |json: Json| match json {
        Json::String(text) => Some(Value::from(text.as_str())),
        Json::Bool(truth) => Some(Value::Boolean(truth)),
        Json::Number(number) => Some(Value::read(&number.to_string())).filter(|value| value.as_number().is_some()),
        _ => None,
    };
    let fields = fields.into_iter().filter(|(_, json)| !json.is_null());
    fields.map(|(name, json)| Some((name.into(), value(json)?))).collect()
}
