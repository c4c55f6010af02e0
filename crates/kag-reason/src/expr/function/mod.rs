//! The functions of the language.

mod aggregate;
mod date;
mod number;
mod presence;
mod set;
mod text;

use std::sync::LazyLock;

use kag_core::Value;
use kag_schema::Functions;

use super::{
    Environment, EvalErrorKind, Term, arithmetic, compare, distinct,
    error::{Why, shortened},
    logic,
};

/// What `name` gives for `arguments`; a name that the language does not know is the host's.
pub(super) fn call(name: &str, arguments: Vec<Term>, environment: &dyn Environment) -> Result<Term, Why> {
    let signature = STANDARD.get(name);
    let known = signature.map_or(name, |signature| &*signature.name);
    let families = [aggregate::call, set::call, number::call, date::call, text::call, presence::call];
    let mut arguments = Arguments { function: name, terms: arguments };
    for family in families {
        arguments = match family(known, arguments) {
            Ok(result) => return result,
            Err(unused) => unused,
        };
    }
    host(name, arguments, environment)
}

/// What a family of functions gives, or the arguments back where the name is none of it.
type Answer<'f> = Result<Result<Term, Why>, Arguments<'f>>;

fn host(name: &str, arguments: Arguments<'_>, environment: &dyn Environment) -> Result<Term, Why> {
    let items = arguments.terms.into_iter().map(Term::into_item).collect::<Result<Vec<_>, _>>()?;
    match environment.call(name, &items) {
        Some(result) => result.map(Term::from).map_err(Why::Host),
        None => Err(EvalErrorKind::UnknownFunction { name: name.to_owned() }.into()),
    }
}

/// The arguments of one call.
struct Arguments<'f> {
    function: &'f str,
    terms: Vec<Term>,
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

/// The text that `value` is.
fn text(value: &Value, place: usize) -> Result<&str, Why> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(Why::operand(place, other, "a text")),
    }
}

fn unreadable(text: &str, expected: &'static str) -> Why {
    EvalErrorKind::Unreadable { text: shortened(text), expected }.into()
}

/// The functions of the language, by every name.
static STANDARD: LazyLock<Functions> = LazyLock::new(Functions::standard);
