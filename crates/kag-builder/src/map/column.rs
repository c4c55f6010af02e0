//! What a column says.

use std::sync::Arc;

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
/// says nothing.
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
}

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
