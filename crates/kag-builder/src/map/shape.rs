//! What a table of a set says, by its name, its header and the schema.

use std::{collections::BTreeSet, fmt, sync::Arc};

use kag_core::{NameKey, Predicate, TypeName};
use kag_schema::{PropertyDef, Schema, TypeDef, nearest};
use serde::{Deserialize, Serialize};

use super::{
    Column, TableMapping,
    listing::{ID, Listing, Rows},
};
use crate::Cast;

/// Columns of keys, of the names of things, and of other names of them, in the order in
/// which they are looked for.
const KEYS: [&str; 3] = [ID, "idx", "fullname"];
const NAMES: [&str; 4] = ["name", "title", "名称", "标题"];
const ALIASES: [&str; 3] = ["alias", "aliases", "别名"];

/// Columns of the ends of relations; otherwise they are the first and the second.
const SOURCES: [&str; 4] = ["src", "srcId", "from_id", "subject"];
const DESTINATIONS: [&str; 4] = ["dst", "dstId", "to_id", "object"];

/// The header of a table of triples; a fourth column holds qualifiers.
const TRIPLE: [&str; 3] = ["S", "P", "O"];

/// The type of the ends of triples, of which nothing else is known.
const OTHERS: &str = "Others";

/// The qualifiers that any fact may have, because they are its time.
const TIME: [&str; 3] = ["from", "until", "at"];

/// What the rows of a table say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TableShape {
    /// Each is a thing of this type.
    Type(TypeName),
    /// Each connects two things.
    Relation {
        /// The type of the first.
        subject: TypeName,
        /// What it has to do with the second.
        predicate: Predicate,
        /// The type of the second.
        object: TypeName,
    },
    /// Each is a triple of things of this type, with its predicate in a column.
    Triples(TypeName),
}

/// A table of a set, as far as its name and header tell.
#[derive(Debug)]
pub(super) struct Shaped {
    pub(super) shape: TableShape,
    pub(super) mapping: TableMapping,
    /// The columns, by number from 0, that the schema does not know, and the nearest it knows.
    pub(super) unknown: Vec<(usize, Option<Arc<str>>)>,
}

/// Reads names and headers by a schema.
pub(super) struct Shaper<'s> {
    pub(super) schema: &'s Arc<Schema>,
    /// The name of the table: `Company`, `Company_fundTrans_Company`.
    pub(super) stem: &'s str,
    pub(super) header: &'s [Arc<str>],
}

impl Shaper<'_> {
    /// What the table says, given the predicates of its rows, where it is one of triples.
    ///
    /// # Errors
    /// Why the schema has no such table, in words.
    pub(super) fn shaped(&self, predicates: &BTreeSet<Arc<str>>) -> Result<Shaped, String> {
        let listed = self.schema.resolve_type(self.stem).filter(|type_def| type_def.has_nodes());
        if let Some(type_def) = listed {
            return self.things(type_def);
        }
        if let Some((subject, property, object)) = self.relation() {
            return self.statements(subject, property, object);
        }
        if self.is_of_triples() {
            return self.triples(predicates);
        }
        let hint =
            self.schema.nearest_type(self.stem).map_or_else(String::new, |near| format!("; the nearest is {near:?}"));
        Err(format!("the schema has neither a type nor a relation {:?}{hint}", self.stem))
    }

    /// Whether the header is that of triples.
    pub(super) fn is_of_triples(&self) -> bool {
        TRIPLE.iter().zip(self.header).filter(|(wanted, column)| is(column, wanted)).count() == TRIPLE.len()
    }

    fn things(&self, type_def: &TypeDef) -> Result<Shaped, String> {
        let name_column = self.column(&NAMES);
        let Some(key) = self.column(&KEYS).or_else(|| name_column.clone()) else {
            return Err(format!("no column {ID:?} or {:?} among {:?}", NAMES[0], self.header));
        };
        let name = name_column.unwrap_or_else(|| Arc::clone(&key));
        let declared = |column: &str| self.schema.resolve_predicate(type_def.name.as_str(), column);
        let alias = self.column(&ALIASES).filter(|column| declared(column).is_none());
        let mut columns = Vec::new();
        let mut unknown = Vec::new();
        for (at, column) in self.header.iter().enumerate() {
            let first = self.header.iter().position(|other| other == column) == Some(at);
            match declared(column).filter(|property| first && property.name.as_str() != ID) {
                Some(property) => columns.push(self.fact(property, column)),
                None if first && (*column == key || *column == name || Some(column) == alias.as_ref()) => {}
                None => unknown.push((at, self.nearest(type_def, column))),
            }
        }
        let identity = (type_def.name.clone(), key, name);
        let mapping = self.mapping(identity, columns, Rows::Things);
        let mapping = match alias {
            Some(alias) => {
                super::listing::SEPARATORS.iter().take(1).fold(mapping, |m, s| m.with_aliases(Arc::clone(&alias), *s))
            }
            None => mapping,
        };
        Ok(Shaped { shape: TableShape::Type(type_def.name.clone()), mapping, unknown })
    }

    fn statements(&self, subject: &TypeDef, property: &PropertyDef, object: &TypeDef) -> Result<Shaped, String> {
        let (source, destination) = (self.column(&SOURCES), self.column(&DESTINATIONS));
        let source = source.or_else(|| self.header.first().cloned());
        let destination = destination.or_else(|| self.header.get(1).cloned());
        let (Some(source), Some(destination)) = (source, destination) else {
            return Err(format!("no two columns of ends among {:?}", self.header));
        };
        let mut column = Column::listed(property.name.clone(), Arc::clone(&destination), [object.name.clone()]);
        let mut unknown = Vec::new();
        for (at, name) in self.header.iter().enumerate() {
            let first = self.header.iter().position(|other| other == name) == Some(at);
            let known = qualifier_called(property, name).or_else(|| TIME.into_iter().find(|time| is(name, time)));
            match known.filter(|_| first) {
                _ if first && (*name == source || *name == destination) => {}
                Some(qualifier) => column = column.with_qualifier(qualifier, Arc::clone(name), Cast::Declared),
                None => {
                    let names = property.qualifiers.iter().map(|qualifier| qualifier.name.as_str());
                    unknown.push((at, nearest(name, names).map(Into::into)));
                }
            }
        }
        let shape = TableShape::Relation {
            subject: subject.name.clone(),
            predicate: property.name.clone(),
            object: object.name.clone(),
        };
        let identity = (subject.name.clone(), Arc::clone(&source), source);
        Ok(Shaped { shape, mapping: self.mapping(identity, vec![column], Rows::Statements), unknown })
    }

    fn triples(&self, predicates: &BTreeSet<Arc<str>>) -> Result<Shaped, String> {
        let Some(others) = self.schema.resolve_type(OTHERS).map(|type_def| type_def.name.clone()) else {
            return Err(format!("triples are of the type {OTHERS:?}, which the schema does not have"));
        };
        let [subject, verb, object, rest @ ..] = self.header else {
            return Err(format!("no columns of triples among {:?}", self.header));
        };
        let known = |text: &str| self.schema.resolve_predicate(others.as_str(), text);
        let columns = predicates.iter().map(|text| {
            let predicate = known(text).map_or_else(|| Predicate::new(Arc::clone(text)), |known| known.name.clone());
            let column = Column::listed(predicate, Arc::clone(object), [others.clone()]);
            let column = column.only_where(Arc::clone(verb), Arc::clone(text));
            rest.first().into_iter().fold(column, |column, more| column.with_qualifiers_in(Arc::clone(more)))
        });
        let identity = (others.clone(), Arc::clone(subject), Arc::clone(subject));
        let mapping = self.mapping(identity, columns.collect(), Rows::Statements);
        let unknown = (TRIPLE.len() + 1..self.header.len()).map(|at| (at, None)).collect();
        Ok(Shaped { shape: TableShape::Triples(others.clone()), mapping, unknown })
    }

    /// The two types and the predicate between them that the name consists of.
    fn relation(&self) -> Option<(&TypeDef, &PropertyDef, &TypeDef)> {
        let cuts = || self.stem.match_indices('_').map(|(at, _)| at);
        let split =
            cuts().flat_map(|first| cuts().filter(move |second| first < *second).map(move |second| (first, second)));
        split.take(MOST_SPLITS).find_map(|(first, second)| {
            let part = |from: usize, to: usize| self.stem.get(from..to).filter(|part| !part.is_empty());
            let subject = self.schema.resolve_type(part(0, first)?)?;
            let object = self.schema.resolve_type(part(second + 1, self.stem.len())?)?;
            let property = self.schema.resolve_predicate(subject.name.as_str(), part(first + 1, second)?)?;
            self.schema.accepts(property, object.name.as_str()).then_some((subject, property, object))
        })
    }

    /// The column of the facts of `property`.
    fn fact(&self, property: &PropertyDef, column: &Arc<str>) -> Column {
        if property.objects.iter().any(|object| self.schema.is_literal(object.as_str())) {
            Column::property(property.name.clone(), Arc::clone(column))
        } else {
            Column::listed(property.name.clone(), Arc::clone(column), property.objects.iter().cloned())
        }
    }

    fn mapping(&self, identity: (TypeName, Arc<str>, Arc<str>), columns: Vec<Column>, rows: Rows) -> TableMapping {
        TableMapping::of_set(self.stem.into(), identity, columns, Arc::clone(self.schema), Listing::new(rows))
    }

    /// The first of the columns called like one of `names`, these in order.
    fn column(&self, names: &[&str]) -> Option<Arc<str>> {
        names.iter().find_map(|name| self.header.iter().find(|column| is(column, name)).cloned())
    }

    fn nearest(&self, type_def: &TypeDef, column: &str) -> Option<Arc<str>> {
        self.schema.nearest_predicate(type_def.name.as_str(), column).map(|near| near.name.as_str().into())
    }
}

/// Most ways of cutting a name into three that are tried.
const MOST_SPLITS: usize = 100;

/// The name of the qualifier of `property` that `text` names, in either language.
fn qualifier_called<'p>(property: &'p PropertyDef, text: &str) -> Option<&'p str> {
    let called = |qualifier: &&PropertyDef| {
        is(text, qualifier.name.as_str()) || qualifier.labels.all().any(|label| is(text, label))
    };
    property.qualifiers.iter().find(called).map(|qualifier| qualifier.name.as_str())
}

fn is(text: &str, name: &str) -> bool {
    NameKey::of(text) == NameKey::of(name)
}

impl fmt::Display for TableShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => write!(f, "{name}"),
            Self::Relation { subject, predicate, object } => write!(f, "{subject} {predicate} {object}"),
            Self::Triples(name) => write!(f, "triples of {name}"),
        }
    }
}
