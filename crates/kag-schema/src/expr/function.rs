//! What functions there are and what they take.

use std::{collections::BTreeMap, fmt, sync::Arc};

use kag_core::NameKey;

use super::ExprType;

/// What a function is called, takes and gives. It says nothing about how it is computed.
///
/// ```
/// use kag_schema::{ExprType, Functions, Parameter, ResultType, Signature};
///
/// let distance = Signature::new("distance", ResultType::Is(ExprType::Quantity))
///     .with_aliases(["距离"])
///     .with_parameter(Parameter::new("from", [ExprType::Node(None)]))
///     .with_parameter(Parameter::new("to", [ExprType::Node(None)]))
///     .with_doc("The distance between two places.");
/// assert_eq!(distance.to_string(), "distance(from: node, to: node) -> quantity");
///
/// let functions = Functions::standard().with(distance);
/// assert!(functions.get("距离").is_some());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature {
    /// What it is called and printed as in messages.
    pub name: Arc<str>,
    /// What else it may be called.
    pub aliases: Vec<Arc<str>>,
    /// What it takes, in order. Only the last ones may be optional, only the last repeated.
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub result: ResultType,
    /// What else it takes and then gives, tried in order.
    pub overloads: Vec<Form>,
    /// What it does, in one sentence.
    pub doc: Arc<str>,
}

/// A further way to call a function: other parameters, another result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// What it takes, in order. Only the last ones may be optional, only the last repeated.
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub result: ResultType,
}

/// One parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// What messages call it.
    pub name: Arc<str>,
    /// The kinds it takes: any one of them.
    pub accepts: Vec<ExprType>,
    /// How many arguments it stands for.
    pub repeat: Repeat,
}

/// How many arguments a parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// Any number, at least one.
    Many,
}

/// The kind of a function's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResultType {
    /// Always this.
    Is(ExprType),
    /// The kind of the argument at this place, from 0.
    SameAs(usize),
    /// What the list at this place holds, from 0; of one value, itself.
    ItemOf(usize),
    /// What all arguments hold, lists by their items.
    ItemOfAll,
    /// What all arguments hold, whole numbers as numbers: that of a mean.
    AverageOfAll,
    /// A list of what the lists given hold.
    ListOfAll,
}

/// The functions that expressions may call: a value, not a global table.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    by_name: BTreeMap<Arc<str>, Arc<Signature>>,
    names: BTreeMap<NameKey, Arc<str>>,
}

impl Functions {
    /// No function at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The functions of the language; kag-reason computes each of them.
    #[must_use]
    pub fn standard() -> Self {
        super::standard::signatures().fold(Self::none(), |functions, (_, signature)| functions.with(signature))
    }

    /// The functions of the language with the families they are described in, in the order
    /// of the documentation.
    pub fn families() -> impl Iterator<Item = (&'static str, Signature)> {
        super::standard::signatures()
    }

    /// The same functions and one more. Its name and aliases win over those there before.
    #[must_use]
    pub fn with(mut self, signature: Signature) -> Self {
        let name = Arc::clone(&signature.name);
        for alias in signature.aliases.iter().chain([&name]) {
            self.names.insert(NameKey::of(alias), Arc::clone(&name));
        }
        self.by_name.insert(name, Arc::new(signature));
        self
    }

    /// The function called `name`, by name or alias, whatever the case and width.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Signature>> {
        self.by_name.get(self.names.get(&NameKey::of(name))?)
    }

    /// Every function, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Signature>> {
        self.by_name.values()
    }

    /// Every name and alias, as a hint may show them; names first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.iter().flat_map(|signature| &signature.aliases);
        self.by_name.keys().chain(aliases).map(|name| &**name)
    }
}

impl Signature {
    /// The function `name` without parameters that gives `result`.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, result: ResultType) -> Self {
        Self {
            name: name.into(),
            aliases: Vec::new(),
            parameters: Vec::new(),
            result,
            overloads: Vec::new(),
            doc: "".into(),
        }
    }

    /// The same function, also called by these names.
    #[must_use]
    pub fn with_aliases<A: Into<Arc<str>>>(mut self, aliases: impl IntoIterator<Item = A>) -> Self {
        self.aliases.extend(aliases.into_iter().map(Into::into));
        self
    }

    /// The same function with one more parameter at the end.
    #[must_use]
    pub fn with_parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The same function, which may also be called like this.
    #[must_use]
    pub fn with_overload(mut self, form: Form) -> Self {
        self.overloads.push(form);
        self
    }

    /// The same function, described.
    #[must_use]
    pub fn with_doc(mut self, doc: impl Into<Arc<str>>) -> Self {
        self.doc = doc.into();
        self
    }

    /// Every way to call it, the first one first.
    pub fn forms(&self) -> impl Iterator<Item = (&[Parameter], &ResultType)> {
        let others = self.overloads.iter().map(|form| (&*form.parameters, &form.result));
        std::iter::once((&*self.parameters, &self.result)).chain(others)
    }

    /// The fewest and the most arguments in any form; `None` where there is no most.
    #[must_use]
    pub fn arity(&self) -> (usize, Option<usize>) {
        let mut arities = self.forms().map(|(parameters, _)| arity(parameters));
        let first = arities.next().unwrap_or((0, Some(0)));
        arities.fold(first, |(least, most), other| {
            (least.min(other.0), most.zip(other.1).map(|(most, other)| most.max(other)))
        })
    }

    /// The parameter of the first form that the argument at `place` (from 0) is for.
    #[must_use]
    pub fn parameter(&self, place: usize) -> Option<&Parameter> {
        parameter(&self.parameters, place)
    }
}

impl Form {
    /// A form without parameters that gives `result`.
    #[must_use]
    pub fn new(result: ResultType) -> Self {
        Self { parameters: Vec::new(), result }
    }

    /// The same form with one more parameter at the end.
    #[must_use]
    pub fn with_parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }
}

/// The fewest and the most arguments that `parameters` take.
pub(super) fn arity(parameters: &[Parameter]) -> (usize, Option<usize>) {
    let optional = parameters.iter().filter(|parameter| parameter.repeat == Repeat::Optional).count();
    let endless = parameters.iter().any(|parameter| parameter.repeat == Repeat::Many);
    (parameters.len() - optional, (!endless).then_some(parameters.len()))
}

/// The one of `parameters` that the argument at `place` (from 0) is for.
pub(super) fn parameter(parameters: &[Parameter], place: usize) -> Option<&Parameter> {
    let last = parameters.last().filter(|parameter| parameter.repeat == Repeat::Many);
    parameters.get(place).or(last)
}

impl Parameter {
    /// One argument that is any one of `accepts`.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, accepts: impl IntoIterator<Item = ExprType>) -> Self {
        Self { name: name.into(), accepts: accepts.into_iter().collect(), repeat: Repeat::One }
    }

    /// The same parameter, which may be left out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.repeat = Repeat::Optional;
        self
    }

    /// The same parameter for any number of arguments, at least one.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.repeat = Repeat::Many;
        self
    }

    /// Whether an argument of kind `given` can stand here.
    #[must_use]
    pub fn takes(&self, given: &ExprType) -> bool {
        self.accepts.iter().any(|accepted| given.fits(accepted))
    }

    /// The kinds it takes, as messages say them.
    #[must_use]
    pub fn kinds(&self) -> String {
        let kinds: Vec<String> = self.accepts.iter().map(ToString::to_string).collect();
        kinds.join(" or ")
    }
}

/// Every form, with a bar between them.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (parameters, result)) in self.forms().enumerate() {
            f.write_str(if at == 0 { "" } else { " | " })?;
            write_form(f, &self.name, parameters, result)?;
        }
        Ok(())
    }
}

fn write_form(f: &mut fmt::Formatter<'_>, name: &str, parameters: &[Parameter], result: &ResultType) -> fmt::Result {
    write!(f, "{name}(")?;
    for (at, parameter) in parameters.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let mark = match parameter.repeat {
            Repeat::One => "",
            Repeat::Optional => "?",
            Repeat::Many => "…",
        };
        write!(f, "{comma}{}{mark}: {}", parameter.name, parameter.kinds())?;
    }
    let name = |at: &usize| parameters.get(*at).map_or("", |p| &*p.name);
    match result {
        ResultType::Is(kind) => write!(f, ") -> {kind}"),
        ResultType::SameAs(at) => write!(f, ") -> kind of {}", name(at)),
        ResultType::ItemOf(at) => write!(f, ") -> item of {}", name(at)),
        ResultType::ItemOfAll | ResultType::AverageOfAll => f.write_str(") -> item"),
        ResultType::ListOfAll => f.write_str(") -> list"),
    }
}
