//! Mapping the rows of one table.

use std::{collections::HashMap, sync::Arc};

use kag_core::{
    Chunk, ChunkId, Confidence, ContributionDraft, Evidence, Fact, Layer, NameKey, NodeId, Origin, Qualifiers, Source,
    Span, TypeName, Value,
};

use super::{
    Column, MapProblem, Mapped, TableMapping, Target,
    cells::Cell,
    table::{Row, Table},
};
use crate::Object;

/// The mapping of one table.
pub(super) struct Run<'m> {
    mapping: &'m TableMapping,
    table: &'m Table,
    /// The names of rows by their key, for references within the table.
    names: HashMap<Arc<str>, Arc<str>>,
    draft: ContributionDraft,
    problems: Vec<MapProblem>,
}

/// The row that is being mapped.
#[derive(Clone, Copy)]
struct Place<'m> {
    row: &'m Row,
    number: u64,
    chunk: ChunkId,
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
        Self { mapping, table, names, draft: ContributionDraft::new(document), problems: Vec::new() }
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
        let Some((node, span)) = self.row_node(place) else { return };
        self.draft.add_mention(node, place.chunk, span);
        for (column, separator) in &self.mapping.aliases {
            let aliases =
                self.cell(place, column).into_iter().flat_map(|cell| cell.parts(std::slice::from_ref(separator)));
            for alias in aliases {
                self.draft.add_alias(node, alias.text);
            }
        }
        for column in &self.mapping.columns {
            self.map_column(place, node, column);
        }
    }

    /// The node of the row, and where it is named.
    fn row_node(&mut self, place: Place<'m>) -> Option<(NodeId, Option<Span>)> {
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
        let Some(cell) = self.cell(place, &column.column) else { return };
        let Some(qualifiers) = self.qualifiers(place, column) else { return };
        for part in cell.parts(&column.separators) {
            let span = part.span;
            let Some(object) = self.object(place, column, part) else { continue };
            let fact = Fact { subject, predicate: column.predicate.clone(), object, qualifiers: qualifiers.clone() };
            let origin = Origin::Mapped { by: self.mapping.version.as_str().into(), row: place.number };
            let (layer, confidence) = (Layer::Knowledge, Confidence::CERTAIN);
            self.draft.add_fact(fact, Evidence { chunk: place.chunk, span, origin, layer, confidence });
        }
    }

    fn object(&mut self, place: Place<'m>, column: &'m Column, cell: Cell) -> Option<Value> {
        let TableMapping { type_name: own_type, vocabulary, .. } = self.mapping;
        match &column.target {
            Target::Value(cast) => match vocabulary.read(own_type, &column.predicate, cast, &cell.text) {
                Ok(object) => self.value(place, column, object, cell.span),
                Err(reason) => self.problem_in(place, &column.column, &reason),
            },
            Target::Named(type_name) => self.named(place, column, type_name, &cell.text, cell.span),
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

    fn value(&mut self, place: Place<'m>, column: &Column, object: Object, span: Option<Span>) -> Option<Value> {
        match object {
            Object::Literal(value) => Some(value),
            Object::Entity(entity) => self.named(place, column, &entity.type_name, &entity.name, span),
        }
    }

    fn named(
        &mut self,
        place: Place<'m>,
        column: &Column,
        type_name: &TypeName,
        name: &str,
        span: Option<Span>,
    ) -> Option<Value> {
        if NameKey::of(name).is_empty() {
            return self.problem_in(place, &column.column, "no name");
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
                Ok(object) => self.value(place, column, object, cell.span),
                Err(reason) => self.problem_in(place, from, &reason),
            };
            qualifiers.insert(Arc::clone(name), value?);
        }
        Some(qualifiers)
    }

    fn problem(&mut self, place: Place<'m>, reason: &str) {
        self.problems.push(MapProblem { row: place.number, reason: reason.into() });
    }

    fn problem_in(&mut self, place: Place<'m>, column: &str, reason: &str) -> Option<Value> {
        self.problem(place, &format!("{column}: {reason}"));
        None
    }
}
