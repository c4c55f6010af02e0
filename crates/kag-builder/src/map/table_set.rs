//! The tables of a domain, mapped by its schema.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{NameKey, Source, TypeName};
use kag_schema::Schema;

use super::{
    MapError, Mapped, SkippedTable, TableMapping, TableReport, TableShape, Target, UnknownColumn, Unlisted,
    cells::Cell,
    listing::{Links, Listing, Rows, SEPARATORS, level_name, levels},
    register::{Lookup, Register},
    shape::{Shaped, Shaper},
    table::{Row, Table, count_rows, header_of},
};
use crate::{Found, Unread};

/// Tables that go together, named and headed in the words of a schema.
///
/// - `Company.csv` lists things of the type `Company`: `id` is the key, `name` what they are
///   called, `alias` what else (commas between several); every other column is a property
///   or relation. Without `id`, in the table or in a row, the name is the key.
/// - `Company_fundTrans_Company.csv` connects things: the columns `src` and `dst`, or the
///   first and the second, hold their ends, the others are qualifiers.
/// - A table with the header `S,P,O` holds triples of the type `Others`, its predicate in
///   the row, and qualifiers as an object of JSON in a fourth column.
///
/// Types, properties and qualifiers are found by name, label or alias, in either language.
/// Values are read as the schema declares. A column whose objects are things refers to
/// several with commas between, unless the whole cell is one. A text refers to the thing
/// whose key it is; if there is none, to the only one that bears it as a name; otherwise
/// it is the key of a thing that no table lists, which is a node like any other and is
/// reported. The concept `A-B-C` is below `A-B`, and that below `A`.
///
/// A thing is identified by its type and key, a concept by its type and all its levels.
/// Its key is also a fact (`id`) and an alias. A table is linked with tables that have no
/// labels but its own, so no name leaves its scope. The order of the tables does not matter.
///
/// ```
/// use kag_builder::{BuildPipeline, LengthSplitter, MentionExtractor, TableSet, TextReader};
/// use kag_core::{Source, memory::MemoryKnowledgeBase};
/// use kag_schema::{PropertyDef, Schema, TypeDef};
///
/// let schema = Schema::builder("Trade")
///     .with_type(TypeDef::entity("Good").with_zh("商品"))
///     .with_type(TypeDef::entity("Firm").with_property(PropertyDef::relation("makes", ["Good"]).with_zh("生产").many()))
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let firms = Source::new("trade/Firm.csv", "id,name,生产\nF1,东风纸业,\"paper,card\"\n".as_bytes());
/// let goods = Source::new("trade/商品.csv", "id\npaper\n".as_bytes());
/// let tables = TableSet::new(schema, [firms, goods]);
///
/// let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), MentionExtractor::new());
/// let base = MemoryKnowledgeBase::new();
/// let report = futures::executor::block_on(pipeline.import_set(&base, &tables)).map_err(|error| error.to_string())?;
/// assert_eq!(report.build.total(|document| document.nodes), 4); // F1; paper twice, once a table; card
/// assert_eq!(report.tables[0].unlisted.len(), 1); // card
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct TableSet {
    tables: Vec<SetTable>,
    skipped: Vec<SkippedTable>,
}

/// A table that the schema has.
#[derive(Clone, Debug)]
pub(crate) struct SetTable {
    source: Source,
    mapping: TableMapping,
    /// What is known of it before it is mapped.
    report: TableReport,
}

/// A table while the set is being made.
struct Draft {
    source: Source,
    shaped: Shaped,
    table: Table,
}

impl TableSet {
    /// The tables in these sources, whose names are the last parts of their URIs without the
    /// extension. Tables that cannot be read, or that `schema` does not have, are skipped
    /// and reported.
    #[must_use]
    pub fn new(schema: impl Into<Arc<Schema>>, tables: impl IntoIterator<Item: Into<Found>>) -> Self {
        let schema = schema.into();
        let (mut sources, mut skipped) = (Vec::new(), Vec::new());
        for found in tables {
            match found.into() {
                Found::Source(source) => sources.push(source),
                Found::Unread(Unread { uri, reason, .. }) => skipped.push(SkippedTable { uri, rows: 0, reason }),
            }
        }
        sources.sort_by(|one, other| one.uri.cmp(&other.uri));
        let mut drafts = Vec::new();
        for source in sources {
            match Draft::of(&schema, source.clone()) {
                Ok(draft) => drafts.push(draft),
                Err(reason) => {
                    let rows = count_rows(&source).unwrap_or(0);
                    skipped.push(SkippedTable { uri: source.uri, rows, reason: reason.into() });
                }
            }
        }
        // Who sees a table sees those of fewer labels, and only those may show in it.
        let mut registers: BTreeMap<BTreeSet<Arc<str>>, Register> =
            drafts.iter().map(|draft| (draft.source.labels.clone(), Register::default())).collect();
        for (labels, register) in &mut registers {
            let seen = drafts.iter().filter(|draft| draft.source.labels.is_subset(labels));
            seen.for_each(|draft| draft.register(register));
        }
        let links = |draft: &Draft| Some(draft.links(&schema, registers.get(&draft.source.labels)?));
        let linked: Vec<_> = drafts.iter().map(|draft| links(draft).unwrap_or_default()).collect();
        let tables = drafts.into_iter().zip(linked).map(|(draft, (links, unlisted))| draft.finished(links, unlisted));
        skipped.sort_by(|one, other| one.uri.cmp(&other.uri));
        Self { tables: tables.collect(), skipped }
    }

    /// The tables that were skipped.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedTable] {
        &self.skipped
    }

    /// The tables, by URI.
    pub(crate) fn tables(&self) -> &[SetTable] {
        &self.tables
    }
}

impl SetTable {
    /// All that its rows say, the version of what mapped them, and what there is to report.
    ///
    /// # Errors
    /// Why it cannot be read any more.
    pub(crate) fn mapped(&self) -> Result<(Mapped, String, TableReport), MapError> {
        let mapped = self.mapping.map(&self.source)?;
        let mut report = self.report.clone();
        report.problems.clone_from(&mapped.problems);
        Ok((mapped, self.mapping.version().to_owned(), report))
    }

    pub(crate) fn uri(&self) -> &Arc<str> {
        &self.source.uri
    }
}

impl Draft {
    fn of(schema: &Arc<Schema>, source: Source) -> Result<Self, String> {
        let header = header_of(&source).map_err(|error| error.to_string())?;
        let file = source.uri.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let shaper = Shaper { schema, stem, header: &header };
        let read = |shaped: &Shaped| Table::read(&shaped.mapping, &source).map_err(|error| error.to_string());
        let mut shaped = shaper.shaped(&BTreeSet::new())?;
        let mut table = read(&shaped)?;
        if matches!(shaped.shape, TableShape::Triples(_)) {
            let verbs = table.rows.iter().filter_map(|row| Some(table.cell_at(&shaped.mapping, row, 1)?.text));
            shaped = shaper.shaped(&verbs.collect())?;
            table = read(&shaped)?;
        }
        Ok(Self { source, shaped, table })
    }

    /// The rows that can be mapped, by number from 1.
    fn rows(&self) -> impl Iterator<Item = (u64, &Row)> {
        (1..).zip(&self.table.rows).filter(|(_, row)| row.problem.is_none())
    }

    fn cell(&self, row: &Row, column: &str) -> Option<Cell> {
        self.table.cell(&self.shaped.mapping, row, column)
    }

    /// Adds the things it lists to `register`.
    fn register(&self, register: &mut Register) {
        let TableMapping { type_name, name_column, key, aliases, vocabulary, .. } = &self.shaped.mapping;
        let (TableShape::Type(_), Some(key)) = (&self.shaped.shape, key.first()) else { return };
        let concepts = vocabulary.hypernym(type_name).is_some();
        for (_, row) in self.rows() {
            let visible = |cell: &Cell| !NameKey::of(&cell.text).is_empty();
            let named = self.cell(row, name_column).filter(visible);
            let Some(id) = self.cell(row, key).filter(visible).or_else(|| named.clone()) else { continue };
            let name = named.filter(|_| name_column != key).map(|name| name.text);
            if concepts {
                for path in levels(&id.text) {
                    let own = name.clone().filter(|_| path.len() == id.text.len());
                    register.add(type_name, path.into(), own.unwrap_or_else(|| level_name(path).into()));
                }
            } else {
                register.add(type_name, Arc::clone(&id.text), name.unwrap_or_else(|| Arc::clone(&id.text)));
            }
            for (column, separator) in aliases {
                let parts =
                    self.cell(row, column).into_iter().flat_map(|cell| cell.parts(std::slice::from_ref(separator)));
                parts.for_each(|alias| register.add_alias(type_name, &id.text, &alias.text));
            }
        }
    }

    /// What its references lead to, and those that lead to nothing that is listed.
    fn links(&self, schema: &Schema, register: &Register) -> (Links, Vec<Unlisted>) {
        let mapping = &self.shaped.mapping;
        let mut linker = Linker { schema, register, links: Links::default(), unlisted: BTreeMap::new() };
        let columns = self.reference_columns(schema);
        let ends = mapping.listing.as_ref().filter(|listing| listing.rows == Rows::Statements);
        let ends = ends.and_then(|_| mapping.key.first());
        for (number, row) in self.rows() {
            if let Some((key, cell)) = ends.and_then(|key| Some((key, self.cell(row, key)?))) {
                linker.link(number, key, std::slice::from_ref(&mapping.type_name), &cell.text);
            }
            for (column, types) in &columns {
                if let Some(cell) = self.cell(row, column) {
                    linker.link_all(number, column, types, cell);
                }
            }
        }
        (linker.links, linker.unlisted.into_values().collect())
    }

    /// The columns of references, with the types of what they refer to.
    fn reference_columns(&self, schema: &Schema) -> BTreeMap<Arc<str>, Vec<TypeName>> {
        let TableMapping { type_name, columns, .. } = &self.shaped.mapping;
        let mut found = BTreeMap::new();
        for column in columns {
            if let Target::Listed(types) = &column.target {
                found.insert(Arc::clone(&column.column), types.clone());
            }
            let property = schema.property(type_name.as_str(), column.predicate.as_str());
            for (name, from, _) in &column.qualifiers {
                let known = property.iter().flat_map(|property| &property.qualifiers);
                let known = known.filter(|qualifier| qualifier.name.as_str() == &**name);
                let objects: Vec<TypeName> = known.flat_map(|qualifier| qualifier.objects.iter().cloned()).collect();
                if !objects.is_empty() && !objects.iter().any(|object| schema.is_literal(object.as_str())) {
                    found.insert(Arc::clone(from), objects);
                }
            }
        }
        found
    }

    fn finished(self, links: Links, mut unlisted: Vec<Unlisted>) -> SetTable {
        unlisted.sort_by(|one, other| (one.row, &one.column, &one.text).cmp(&(other.row, &other.column, &other.text)));
        let unknown_columns = self.shaped.unknown.iter().filter_map(|(at, nearest)| {
            let text = |row: &Row| Some(self.table.cell_at(&self.shaped.mapping, row, *at)?.text);
            let values = self.rows().filter_map(|(number, row)| Some((number, text(row)?))).collect();
            let column = Arc::clone(self.table.header_cells.get(*at)?);
            Some(UnknownColumn { column, nearest: nearest.clone(), values })
        });
        let report = TableReport {
            uri: Arc::clone(&self.source.uri),
            shape: self.shaped.shape.clone(),
            rows: self.table.rows.len(),
            unknown_columns: unknown_columns.collect(),
            unlisted,
            problems: Vec::new(),
        };
        let rows = self.shaped.mapping.listing.as_ref().map_or(Rows::Things, |listing| listing.rows);
        SetTable { source: self.source, mapping: self.shaped.mapping.with_listing(Listing { rows, links }), report }
    }
}

/// Finds out what references lead to.
struct Linker<'s> {
    schema: &'s Schema,
    register: &'s Register,
    links: Links,
    /// By type and text.
    unlisted: BTreeMap<(TypeName, Arc<str>), Unlisted>,
}

impl Linker<'_> {
    /// Links all that `cell` refers to: one thing, where all of it is one.
    fn link_all(&mut self, row: u64, column: &Arc<str>, types: &[TypeName], cell: Cell) {
        if let Lookup::One(referent) = self.register.find(self.schema, types, &cell.text) {
            self.links.add(column, &cell.text, referent);
            return;
        }
        for part in cell.parts(&SEPARATORS.map(Into::into)) {
            self.link(row, column, types, &part.text);
        }
    }

    fn link(&mut self, row: u64, column: &Arc<str>, types: &[TypeName], text: &Arc<str>) {
        let (Some(first), false) = (types.first(), NameKey::of(text).is_empty()) else { return };
        let bearers = match self.register.find(self.schema, types, text) {
            Lookup::One(referent) => return self.links.add(column, text, referent),
            Lookup::None => 0,
            Lookup::Several(bearers) => bearers,
        };
        let place = (first.clone(), Arc::clone(text));
        let unlisted = self.unlisted.entry(place).or_insert_with(|| Unlisted {
            type_name: first.clone(),
            text: Arc::clone(text),
            row,
            column: Arc::clone(column),
            times: 0,
            bearers,
        });
        unlisted.times += 1;
    }
}
