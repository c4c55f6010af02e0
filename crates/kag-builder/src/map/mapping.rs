//! The mapping of a table, as the host declares it.

use std::sync::Arc;

use kag_core::{ContentHash, Source, TypeName};
use kag_schema::Schema;

use super::{Column, MapError, Mapped, Target, listing::Listing, run::Run, table::Table};
use crate::vocabulary::Vocabulary;

/// Says what the columns of a table mean: each row becomes a node with facts.
///
/// The table is CSV with a header, in any encoding (see [`decode_any`](crate::decode_any)). The document is the file; its first chunk is the
/// header, and chunk `n` is row `n`, exactly the row's bytes. Evidence points at the cell.
/// What rows say is of the layer of knowledge. Wrong columns are an error; a row with too
/// many or too few cells or without a name, and a value that cannot be read, are problems
/// with the row's number, and the other cells and rows are mapped. What a relation leads to
/// is a node even where no table lists it.
///
/// ```
/// use kag_builder::{Cast, Column, TableMapping};
/// use kag_core::Source;
///
/// let mapping = TableMapping::new("clubs", "Club", "name")
///     .with_key(["id"])
///     .with_aliases("aliases", "|")
///     .with(Column::property("founded", "founded").with_cast(Cast::Date))
///     .with(Column::relation("playsIn", "city", "City"));
/// let csv = "id,name,aliases,founded,city\nRM,皇家马德里,皇马|Real Madrid,1902-03-06,马德里\n";
/// let mapped = mapping.map(&Source::new("file:clubs.csv", csv.as_bytes()))?;
/// assert_eq!((mapped.draft.facts.len(), mapped.problems.len()), (2, 0));
/// # Ok::<(), kag_builder::MapError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TableMapping {
    pub(super) name: Arc<str>,
    pub(super) type_name: TypeName,
    pub(super) name_column: Arc<str>,
    pub(super) key: Vec<Arc<str>>,
    pub(super) aliases: Vec<(Arc<str>, Arc<str>)>,
    pub(super) columns: Vec<Column>,
    pub(super) blank: Vec<Arc<str>>,
    pub(super) title: Arc<str>,
    pub(super) delimiter: u8,
    pub(super) vocabulary: Vocabulary,
    /// How things are known that a [`TableSet`](crate::TableSet) lists.
    pub(super) listing: Option<Listing>,
    pub(super) version: String,
}

impl TableMapping {
    /// The mapping called `name` of a table whose rows are things of `type_name`, named in
    /// the column `name_column`, which also identifies them.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, type_name: impl Into<TypeName>, name_column: impl Into<Arc<str>>) -> Self {
        let mapping = Self {
            name: name.into(),
            type_name: type_name.into(),
            name_column: name_column.into(),
            key: Vec::new(),
            aliases: Vec::new(),
            columns: Vec::new(),
            blank: Vec::new(),
            title: "".into(),
            delimiter: b',',
            vocabulary: Vocabulary::default(),
            listing: None,
            version: String::new(),
        };
        mapping.named()
    }

    /// The mapping of a table of a set, all of whose columns were found in `schema`.
    pub(super) fn of_set(
        name: Arc<str>,
        (type_name, key, name_column): (TypeName, Arc<str>, Arc<str>),
        columns: Vec<Column>,
        schema: Arc<Schema>,
        listing: Listing,
    ) -> Self {
        let mut mapping = Self::new(name, type_name, name_column);
        mapping.key = vec![key];
        mapping.columns = columns;
        mapping.vocabulary = Vocabulary::of(schema);
        mapping.listing = Some(listing);
        mapping.named()
    }

    /// The same mapping, whose references lead where `listing` says.
    pub(super) fn with_listing(mut self, listing: Listing) -> Self {
        self.listing = Some(listing);
        self.named()
    }

    /// The same mapping, where these columns identify a row instead of its name.
    #[must_use]
    pub fn with_key<C: Into<Arc<str>>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.key = columns.into_iter().map(Into::into).collect();
        self.named()
    }

    /// The same mapping with other names in `column`, `separator` between them.
    #[must_use]
    pub fn with_aliases(mut self, column: impl Into<Arc<str>>, separator: impl Into<Arc<str>>) -> Self {
        self.aliases.push((column.into(), separator.into()));
        self.named()
    }

    /// The same mapping with one more column of facts.
    #[must_use]
    pub fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self.named()
    }

    /// The same mapping, where a cell with just this (`NULL`, `-`, `无`) is as good as empty.
    #[must_use]
    pub fn with_blank(mut self, mark: impl Into<Arc<str>>) -> Self {
        self.blank.push(mark.into());
        self.named()
    }

    /// The same mapping, for a document called `title`.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<Arc<str>>) -> Self {
        self.title = title.into();
        self.named()
    }

    /// The same mapping with another character between cells: a tab, a semicolon.
    #[must_use]
    pub fn with_delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self.named()
    }

    /// The same mapping under `schema`: types, predicates and qualifiers must be in it, by
    /// their names, and values are read as it declares.
    #[must_use]
    pub fn with_schema(mut self, schema: impl Into<Arc<Schema>>) -> Self {
        self.vocabulary = Vocabulary::of(schema.into());
        self.named()
    }

    /// The mapping's name and a hash of all it says; part of the fingerprint of its tables.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Maps the table in `source`.
    ///
    /// # Errors
    /// [`MapError`]: the source is no such table, or the mapping is not of its schema.
    pub fn map(&self, source: &Source) -> Result<Mapped, MapError> {
        // A set takes what it does not know in the schema for what the table says.
        if self.listing.is_none() {
            self.check_vocabulary()?;
        }
        let table = Table::read(self, source)?;
        Ok(Run::new(self, &table, source).mapped())
    }

    fn named(mut self) -> Self {
        let Self { name, type_name, name_column, key, aliases, columns, blank, title, delimiter, vocabulary, .. } =
            &self;
        let mut all = format!(
            "1 {type_name} {name_column:?} {key:?} {aliases:?} {columns:?} {blank:?} {title:?} {delimiter} {}",
            vocabulary.hash()
        );
        all.extend(self.listing.as_ref().map(Listing::hash));
        let hash = ContentHash::of(all).to_string();
        self.version = format!("table {name} {}", hash.get(..12).unwrap_or_default());
        self
    }

    fn check_vocabulary(&self) -> Result<(), MapError> {
        self.vocabulary.check_type(&self.type_name)?;
        for column in &self.columns {
            match &column.target {
                Target::Value(_) => {}
                Target::Named(type_name) | Target::Keyed { type_name, .. } => self.vocabulary.check_type(type_name)?,
                Target::Listed(types) => types.iter().try_for_each(|known| self.vocabulary.check_type(known))?,
            }
            self.vocabulary.check_predicate(&self.type_name, &column.predicate)?;
            for (name, _, _) in &column.qualifiers {
                self.vocabulary.check_qualifier(&self.type_name, &column.predicate, name)?;
            }
        }
        Ok(())
    }

    /// Every column the mapping speaks of.
    pub(super) fn spoken_of(&self) -> impl Iterator<Item = &Arc<str>> {
        let aliases = self.aliases.iter().map(|(column, _)| column);
        let facts = self.columns.iter().flat_map(Column::columns);
        std::iter::once(&self.name_column).chain(&self.key).chain(aliases).chain(facts)
    }
}
