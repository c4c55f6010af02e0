//! What a column says.

use std::{fmt, sync::Arc};

use kag_core::{Predicate, TypeName};

use crate::Cast;

/// What the cells of a column are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Values.
    Value(Cast),
    /// Names of things of this type.
    Named(TypeName),
    /// Keys of things of this type, as the table that lists them has them in its key column.
    Keyed {
        /// Their type.
        type_name: TypeName,
        /// The column that holds their names. Without one they are shown by name where
        /// this table lists them itself, and otherwise by key.
        name: Option<Arc<str>>,
    },
    /// Keys or names of things of one of these types, linked by a [`TableSet`](crate::TableSet);
    /// one that no table of the set lists is a thing of the first type with the text as its key.
    Listed(Vec<TypeName>),
}

/// A column of facts: the row's node, a predicate, and what is in the cell. An empty cell
/// says nothing, unless there is a [default](Self::with_default).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// What the facts say.
    pub predicate: Predicate,
    /// The column of their objects.
    pub column: Arc<str>,
    /// What its cells are.
    pub target: Target,
    /// What separates several objects in one cell: one fact each. None: there is one object.
    pub separators: Vec<Arc<str>>,
    /// Qualifiers: their name, the column they are in, and how it is read.
    pub qualifiers: Vec<(Arc<str>, Arc<str>, Cast)>,
    /// The column of further qualifiers, written as an object of JSON: `{"confidence": 0.9}`.
    pub more_qualifiers: Option<Arc<str>>,
    /// The only rows that say this: those with this text in this column. `None`: all of them.
    pub only: Option<(Arc<str>, Arc<str>)>,
    /// What an empty cell is read as.
    pub default: Option<Arc<str>>,
    /// What says which things a cell refers to. `None`: its text is their name or key.
    pub link: Option<CellLink>,
}

/// A function of the host that says which things the text of a cell refers to.
#[derive(Clone)]
pub struct CellLink {
    version: Arc<str>,
    link: Arc<Link>,
}

/// From a text to names or keys.
type Link = dyn Fn(&str) -> Vec<Arc<str>> + Send + Sync;

impl CellLink {
    /// `link` gives the names or keys of the things that a text refers to, whichever the column
    /// holds; none where it refers to nothing that is known. `version` names the function: tables are
    /// mapped again when it changes, and two links of one version are taken for one.
    #[must_use]
    pub fn new(version: impl Into<Arc<str>>, link: impl Fn(&str) -> Vec<Arc<str>> + Send + Sync + 'static) -> Self {
        Self { version: version.into(), link: Arc::new(link) }
    }

    pub(super) fn of(&self, text: &str) -> Vec<Arc<str>> {
        (self.link)(text)
    }
}

impl fmt::Debug for CellLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CellLink").field(&self.version).finish()
    }
}

impl PartialEq for CellLink {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

impl Eq for CellLink {}

impl Column {
    /// The values of `predicate` are in `column`, read as the schema declares, or as the
    /// most specific value they are.
    #[must_use]
    pub fn property(predicate: impl Into<Predicate>, column: impl Into<Arc<str>>) -> Self {
        Self {
            predicate: predicate.into(),
            column: column.into(),
            target: Target::Value(Cast::Declared),
            separators: Vec::new(),
            qualifiers: Vec::new(),
            more_qualifiers: None,
            only: None,
            default: None,
            link: None,
        }
    }

    /// `column` names things of `type_name` that `predicate` leads to.
    #[must_use]
    pub fn relation(
        predicate: impl Into<Predicate>,
        column: impl Into<Arc<str>>,
        type_name: impl Into<TypeName>,
    ) -> Self {
        Self { target: Target::Named(type_name.into()), ..Self::property(predicate, column) }
    }

    /// `column` holds keys of things of `type_name` that `predicate` leads to.
    #[must_use]
    pub fn reference(
        predicate: impl Into<Predicate>,
        column: impl Into<Arc<str>>,
        type_name: impl Into<TypeName>,
    ) -> Self {
        let target = Target::Keyed { type_name: type_name.into(), name: None };
        Self { target, ..Self::property(predicate, column) }
    }

    /// The same column, its values read as `cast`; of no effect on names and keys.
    #[must_use]
    pub fn with_cast(mut self, cast: Cast) -> Self {
        if let Target::Value(declared) = &mut self.target {
            *declared = cast;
        }
        self
    }

    /// `column` holds keys or names of things of one of `types` that `predicate` leads to, as
    /// the tables of a [`TableSet`](crate::TableSet) list them.
    #[must_use]
    pub fn listed<T: Into<TypeName>>(
        predicate: impl Into<Predicate>,
        column: impl Into<Arc<str>>,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        let target = Target::Listed(types.into_iter().map(Into::into).collect());
        Self { target, ..Self::property(predicate, column) }
    }

    /// The same column of keys, whose names are in the column `name`; of no effect on others.
    #[must_use]
    pub fn with_names_in(mut self, name: impl Into<Arc<str>>) -> Self {
        if let Target::Keyed { name: column, .. } = &mut self.target {
            *column = Some(name.into());
        }
        self
    }

    /// The same column, with `separator` between the objects in a cell; several may be given.
    #[must_use]
    pub fn with_separator(mut self, separator: impl Into<Arc<str>>) -> Self {
        self.separators.push(separator.into());
        self
    }

    /// The same column, whose facts are qualified by what is in the column `column`; an
    /// empty cell does not qualify.
    #[must_use]
    pub fn with_qualifier(mut self, name: impl Into<Arc<str>>, column: impl Into<Arc<str>>, cast: Cast) -> Self {
        self.qualifiers.push((name.into(), column.into(), cast));
        self
    }

    /// The same column, whose facts are qualified by the object of JSON in `column` too.
    #[must_use]
    pub fn with_qualifiers_in(mut self, column: impl Into<Arc<str>>) -> Self {
        self.more_qualifiers = Some(column.into());
        self
    }

    /// The same column, where an empty cell is read as `text`: the fact then has the row as its
    /// evidence, not a cell.
    #[must_use]
    pub fn with_default(mut self, text: impl Into<Arc<str>>) -> Self {
        self.default = Some(text.into());
        self
    }

    /// The same column of names or keys, where `link` says which things each text refers to: each one is
    /// an object of its own. A text that refers to nothing is a problem of the row. Of no effect on
    /// values.
    ///
    /// ```
    /// use kag_builder::{CellLink, Column, TableMapping};
    /// use kag_core::{NodeId, Source, TypeName, Value};
    ///
    /// let tickers = CellLink::new("tickers 1", |text| match text {
    ///     "Acme Corporation" | "Acme" => vec!["ACM".into()],
    ///     _ => Vec::new(),
    /// });
    /// let mapping = TableMapping::new("orders", "Order", "number")
    ///     .with(Column::reference("soldTo", "customer", "Firm").with_link(tickers));
    /// let csv = "number,customer\n1,Acme\n2,Somebody else\n";
    /// let mapped = mapping.map(&Source::new("file:orders.csv", csv.as_bytes()))?;
    /// let objects: Vec<&Value> = mapped.draft.facts.iter().map(|entry| &entry.fact.object).collect();
    /// assert_eq!(objects, [&Value::Node(NodeId::keyed(&TypeName::new("Firm"), &["ACM"]))]);
    /// assert_eq!(mapped.problems[0].row, 2);
    /// assert_eq!(&*mapped.problems[0].reason, "customer: \"Somebody else\" refers to nothing that is known");
    /// # Ok::<(), kag_builder::MapError>(())
    /// ```
    #[must_use]
    pub fn with_link(mut self, link: CellLink) -> Self {
        self.link = Some(link);
        self
    }

    /// The same column, of which only the rows speak that have `text` in `column`.
    #[must_use]
    pub fn only_where(mut self, column: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        self.only = Some((column.into(), text.into()));
        self
    }

    /// The columns it speaks of.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Arc<str>> {
        let names = match &self.target {
            Target::Keyed { name, .. } => name.as_ref(),
            _ => None,
        };
        let qualifiers = self.qualifiers.iter().map(|(_, column, _)| column);
        let only = self.only.iter().map(|(column, _)| column);
        std::iter::once(&self.column).chain(names).chain(qualifiers).chain(&self.more_qualifiers).chain(only)
    }
}
