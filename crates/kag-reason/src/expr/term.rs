//! What a part of an expression has been computed to.

use kag_core::Value;

use super::{Binding, EvalError, EvalErrorKind, distinct, error::Why};

/// What a part of an expression has been computed to.
pub(super) enum Term {
    /// A value that is no list.
    Value(Value),
    /// Nothing: what was asked for is missing.
    Missing,
    /// Several values in order, or places without one.
    Column(Vec<Option<Value>>),
    /// A comparison that is neither true nor false, and what to say where that matters.
    Undecided(Box<EvalError>),
}

impl Term {
    /// The one value that this is; `None` where it is missing. A column with just one
    /// value, however often, stands for it.
    pub(super) fn single(self, place: usize) -> Result<Option<Value>, Why> {
        match self {
            Self::Value(value) => Ok(Some(value)),
            Self::Missing => Ok(None),
            Self::Undecided(error) => Err(Why::Inside(error)),
            Self::Column(mut items) if items.len() <= 1 => Ok(items.pop().flatten()),
            Self::Column(items) => {
                let mut different = distinct::distinct(items.into_iter().flatten().collect());
                match different.len() {
                    0 | 1 => Ok(different.pop()),
                    count => Err(EvalErrorKind::Several { place, count }.into()),
                }
            }
        }
    }

    /// The value for whoever asked for it: of a column the list of what is there.
    pub(super) fn into_value(self) -> Result<Option<Value>, EvalError> {
        Ok(match self {
            Self::Value(value) => Some(value),
            Self::Missing => None,
            Self::Column(items) => Some(items.into_iter().flatten().collect::<Vec<_>>().into()),
            Self::Undecided(error) => return Err(*error),
        })
    }

    /// Whether there is no value: what is undecided is no value either.
    pub(super) fn is_null(&self) -> bool {
        match self {
            Self::Value(_) => false,
            Self::Missing | Self::Undecided(_) => true,
            Self::Column(items) => items.iter().all(Option::is_none),
        }
    }

    /// What a name may stand for.
    pub(super) fn into_binding(self) -> Result<Binding, Why> {
        match self {
            Self::Column(items) => Ok(Binding::Column(items)),
            term => Ok(Binding::One(term.into_item()?)),
        }
    }

    /// What is undecided as a term; any other reason stays an error.
    pub(super) fn open(why: Why) -> Result<Self, Why> {
        match why {
            Why::Inside(error) if error.is_undecided() => Ok(Self::Undecided(error)),
            other => Err(other),
        }
    }

    /// This as one place of a column.
    pub(super) fn into_item(self) -> Result<Option<Value>, Why> {
        match self {
            Self::Value(value) => Ok(Some(value)),
            Self::Missing => Ok(None),
            Self::Column(items) => Ok(Some(items.into_iter().flatten().collect::<Vec<_>>().into())),
            Self::Undecided(error) => Err(Why::Inside(error)),
        }
    }

    /// This as a column, place by place; one value is a column of one.
    pub(super) fn into_column(self) -> Result<Vec<Option<Value>>, Why> {
        match self {
            Self::Column(items) => Ok(items),
            term => Ok(vec![term.into_item()?]),
        }
    }

    /// The values of this as a column, lists within it by their items, what is missing
    /// left out.
    pub(super) fn into_values(self) -> Result<Vec<Value>, Why> {
        let mut values = Vec::new();
        for item in self.into_column()?.into_iter().flatten() {
            flatten(item, &mut values);
        }
        Ok(values)
    }
}

fn flatten(value: Value, into: &mut Vec<Value>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| flatten(item.clone(), into)),
        value => into.push(value),
    }
}

impl From<Value> for Term {
    fn from(value: Value) -> Self {
        match value {
            Value::List(items) => Self::Column(items.iter().cloned().map(Some).collect()),
            value => Self::Value(value),
        }
    }
}

impl From<Option<Value>> for Term {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Missing, Self::from)
    }
}

impl From<Vec<Value>> for Term {
    fn from(values: Vec<Value>) -> Self {
        Self::Column(values.into_iter().map(Some).collect())
    }
}

impl From<bool> for Term {
    fn from(truth: bool) -> Self {
        Self::Value(truth.into())
    }
}

impl From<Binding> for Term {
    fn from(binding: Binding) -> Self {
        match binding {
            Binding::One(value) => value.into(),
            Binding::Column(items) => Self::Column(items),
        }
    }
}
