//! The table of the functions that every expression may call.

mod aggregate;
mod cast;
mod date;
mod geo;
mod number;
mod presence;
mod set;
mod text;

use super::{ExprType, Form, Parameter, ResultType, Signature};

/// One function of the table.
struct Row {
    /// Its name and its aliases.
    names: &'static [&'static str],
    /// The ways to call it: what it takes, what it gives.
    forms: &'static [(&'static [Takes], Gives)],
    /// What it does, in one sentence.
    doc: &'static str,
}

/// A parameter of the table.
#[derive(Clone, Copy)]
enum Takes {
    One(&'static str, &'static [Kind]),
    Optional(&'static str, &'static [Kind]),
    Many(&'static str, &'static [Kind]),
}

#[derive(Clone, Copy)]
enum Kind {
    Any,
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Interval,
    Quantity,
    List,
    Texts,
    Numbers,
    Quantities,
    Booleans,
}

#[derive(Clone, Copy)]
enum Gives {
    Is(Kind),
    Same,
    Item,
    ItemOfAll,
    AverageOfAll,
    ListOfAll,
}

const ANY: &[Kind] = &[Kind::Any];
const TEXT: &[Kind] = &[Kind::Text];
const LIST: &[Kind] = &[Kind::List];
const INTEGER: &[Kind] = &[Kind::Integer];
const AMOUNT: &[Kind] = &[Kind::Number, Kind::Quantity];

/// The families with what the documentation calls them, in its order.
const FAMILIES: &[(&str, &[Row])] = &[
    ("Aggregates", aggregate::ROWS),
    ("Sets", set::ROWS),
    ("Numbers", number::ROWS),
    ("Dates and times", date::ROWS),
    ("Texts", text::ROWS),
    ("Casts", cast::ROWS),
    ("Places", geo::ROWS),
    ("Presence and choice", presence::ROWS),
];

/// Every signature of the standard table with the name of its family, in the order of the
/// documentation.
pub(super) fn signatures() -> impl Iterator<Item = (&'static str, Signature)> {
    let rows = FAMILIES.iter().flat_map(|(family, rows)| rows.iter().map(move |row| (*family, row)));
    rows.filter_map(|(family, row)| Some((family, row.signature()?)))
}

impl Row {
    fn signature(&self) -> Option<Signature> {
        let (name, aliases) = self.names.split_first()?;
        let (first, others) = self.forms.split_first()?;
        let (takes, gives) = first;
        let mut signature =
            Signature::new(*name, gives.result()).with_aliases(aliases.iter().copied()).with_doc(self.doc);
        for takes in *takes {
            signature = signature.with_parameter(takes.parameter());
        }
        for (takes, gives) in others {
            let form = Form::new(gives.result());
            signature = signature.with_overload(takes.iter().fold(form, |form, t| form.with_parameter(t.parameter())));
        }
        Some(signature)
    }
}

impl Gives {
    fn result(self) -> ResultType {
        match self {
            Self::Is(kind) => ResultType::Is(kind.expr_type()),
            Self::Same => ResultType::SameAs(0),
            Self::Item => ResultType::ItemOf(0),
            Self::AverageOfAll => ResultType::AverageOfAll,
            Self::ItemOfAll => ResultType::ItemOfAll,
            Self::ListOfAll => ResultType::ListOfAll,
        }
    }
}

impl Takes {
    fn parameter(self) -> Parameter {
        let new = |name: &'static str, kinds: &[Kind]| Parameter::new(name, kinds.iter().map(|kind| kind.expr_type()));
        match self {
            Self::One(name, kinds) => new(name, kinds),
            Self::Optional(name, kinds) => new(name, kinds).optional(),
            Self::Many(name, kinds) => new(name, kinds).many(),
        }
    }
}

impl Kind {
    fn expr_type(self) -> ExprType {
        match self {
            Self::Any => ExprType::Any,
            Self::Text => ExprType::Text,
            Self::Integer => ExprType::Integer,
            Self::Number => ExprType::Number,
            Self::Boolean => ExprType::Boolean,
            Self::Date => ExprType::Date,
            Self::Interval => ExprType::Interval,
            Self::Quantity => ExprType::Quantity,
            Self::List => ExprType::list(ExprType::Any),
            Self::Texts => ExprType::list(ExprType::Text),
            Self::Numbers => ExprType::list(ExprType::Number),
            Self::Quantities => ExprType::list(ExprType::Quantity),
            Self::Booleans => ExprType::list(ExprType::Boolean),
        }
    }
}
