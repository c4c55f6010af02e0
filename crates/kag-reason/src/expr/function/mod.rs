//! The functions of the language.

mod aggregate;
mod cast;
mod date;
mod geo;
mod hash;
mod json;
mod number;
mod presence;
mod set;
mod text;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use kag_core::Value;
use kag_schema::{Dialect, Functions};

use super::{
    Environment, EvalErrorKind, Term, arithmetic, compare, distinct,
    error::{Why, shortened},
    logic,
    pattern::Cache,
    reading,
};

pub(super) use aggregate::{greatest, least, mean, sum};

/// A function of the language.
#[derive(Clone, Copy, Debug)]
pub(super) enum Function {
    /// Of the values of its arguments.
    Of(Compute),
    /// `rule_value`, which leaves one of its arguments uncomputed.
    RuleValue,
}

pub(super) type Compute = fn(Arguments<'_>) -> Result<Term, Why>;

/// The functions of one family, by name.
type Family = &'static [(&'static str, Compute)];

const FAMILIES: &[Family] = &[
    aggregate::FAMILY,
    set::FAMILY,
    number::FAMILY,
    date::FAMILY,
    text::FAMILY,
    json::FAMILY,
    cast::FAMILY,
    geo::FAMILY,
    presence::FAMILY,
];

/// The function of the language called `name`; one that it does not know is the host's.
pub(super) fn find(name: &str) -> Option<Function> {
    let signature = STANDARD.get(name)?;
    if &*signature.name == "rule_value" {
        return Some(Function::RuleValue);
    }
    COMPUTED.get(&*signature.name).copied().map(Function::Of)
}

/// What `name`, having been `found`, gives for `terms`.
pub(super) fn call(
    found: Option<Function>,
    name: &str,
    terms: Vec<Term>,
    cache: Option<&Cache>,
    environment: &dyn Environment,
) -> Result<Term, Why> {
    match found {
        Some(Function::Of(compute)) => {
            compute(Arguments { function: name, terms, cache, context: Context { environment } })
        }
        _ => host(name, terms, environment),
    }
}

fn host(name: &str, terms: Vec<Term>, environment: &dyn Environment) -> Result<Term, Why> {
    let items = terms.into_iter().map(Term::into_item).collect::<Result<Vec<_>, _>>()?;
    match environment.call(name, &items) {
        Some(result) => result.map(Term::from).map_err(Why::Host),
        None => Err(EvalErrorKind::UnknownFunction { name: name.to_owned() }.into()),
    }
}

/// The arguments of one call.
pub(super) struct Arguments<'f> {
    function: &'f str,
    terms: Vec<Term>,
    /// The regular expression that this call used last.
    cache: Option<&'f Cache>,
    context: Context<'f>,
}

impl Arguments<'_> {
    /// Exactly `N` arguments.
    fn exactly<const N: usize>(self) -> Result<[Term; N], Why> {
        let given = self.terms.len();
        let wrong = EvalErrorKind::Arguments { function: self.function.to_owned(), given };
        self.terms.try_into().map_err(|_| wrong.into())
    }

    /// `N` arguments and perhaps one more.
    fn and_optional<const N: usize>(mut self) -> Result<([Term; N], Option<Term>), Why> {
        let more = if self.terms.len() == N + 1 { self.terms.pop() } else { None };
        Ok((self.exactly()?, more))
    }

    /// The one argument that there is, as a value; `None` where it is missing.
    fn value(self) -> Result<Option<Value>, Why> {
        let [term] = self.exactly()?;
        term.single(1)
    }

    /// `N` arguments, as values; `None` where one of them is missing.
    fn values_of<const N: usize>(self) -> Result<Option<[Value; N]>, Why> {
        let terms: [Term; N] = self.exactly()?;
        let mut values = Vec::with_capacity(N);
        for (at, term) in terms.into_iter().enumerate() {
            let Some(value) = term.single(at + 1)? else {
                return Ok(None);
            };
            values.push(value);
        }
        Ok(values.try_into().ok())
    }

    /// The values of every argument, columns by their items, at least one argument.
    fn values(self) -> Result<Vec<Value>, Why> {
        let mut values = Vec::new();
        for term in self.some()? {
            values.extend(term.into_values()?);
        }
        Ok(values)
    }

    /// At least one argument.
    fn some(self) -> Result<Vec<Term>, Why> {
        if self.terms.is_empty() {
            return Err(EvalErrorKind::Arguments { function: self.function.to_owned(), given: 0 }.into());
        }
        Ok(self.terms)
    }
}

/// Where a function is called.
#[derive(Clone, Copy)]
pub(super) struct Context<'e> {
    environment: &'e dyn Environment,
}

impl Context<'_> {
    /// The text that `value` is, or is called.
    fn text(self, value: &Value, place: usize) -> Result<Arc<str>, Why> {
        reading::text(value, self.environment).ok_or_else(|| Why::operand(place, value, "a text"))
    }

    /// That `text` is not what was to be read: missing in rules, an error elsewhere.
    fn unreadable(self, text: &str, expected: &'static str) -> Result<Term, Why> {
        if self.is_rule() { Ok(Term::Missing) } else { Err(unreadable(text, expected)) }
    }

    fn is_rule(self) -> bool {
        self.environment.dialect() == Dialect::Rule
    }
}

/// The whole number that `value` is, or that its text states.
fn whole(value: &Value, place: usize) -> Result<i64, Why> {
    let number = match value {
        Value::Text(text) => reading::number(text).ok_or_else(|| unreadable(text, "a whole number"))?,
        value => value.as_number().ok_or_else(|| Why::operand(place, value, "a whole number"))?,
    };
    match number.normalised() {
        kag_core::Number::Integer(whole) => Ok(whole),
        _ => Err(Why::operand(place, value, "a whole number")),
    }
}

fn count(count: usize) -> Term {
    Term::Value(i64::try_from(count).unwrap_or(i64::MAX).into())
}

fn unreadable(text: &str, expected: &'static str) -> Why {
    EvalErrorKind::Unreadable { text: shortened(text), expected }.into()
}

/// The functions of the language, by every name.
static STANDARD: LazyLock<Functions> = LazyLock::new(Functions::standard);

/// What computes them.
static COMPUTED: LazyLock<HashMap<&'static str, Compute>> =
    LazyLock::new(|| FAMILIES.iter().copied().flatten().copied().collect());
