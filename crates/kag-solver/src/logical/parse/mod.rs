//! From text to plan: one reader for every written dialect.
//!
//! An operator is a line in a table: its name and the function that reads its arguments.
//! Each dialect has a file with its table; what they share (words, quotes, brackets, the
//! envelope around the operations) is read once for all.

mod arguments;
mod call;
mod calls;
mod custom;
mod envelope;
mod formula;
mod keys;
mod latex;
mod lex;
mod limits;
mod paper;
pub(super) mod quote;
mod reader;
mod signature;
mod steps;
mod tags;
mod terms;
mod v05;
mod v07;

use std::sync::Arc;

use kag_core::Span;
use kag_schema::Diagnostic;

use super::{LogicalOp, Plan, Term, Var};
use call::Call;
use lex::Lexer;
use reader::{Reader, Scope};

pub use custom::CustomReader;
pub(super) use envelope::is_plain_question;
pub(super) use keys::begins_with_key;
pub(crate) use latex::read_formula;
pub use limits::Limits;
pub(super) use terms::looks_like_var;

/// Reads the arguments of one operator; `None` where no operation can be made of them,
/// which is reported.
type Read = fn(&mut Reader<'_, '_>, &Call<'_>) -> Option<LogicalOp>;

/// A line of an operator table.
#[derive(Clone, Copy)]
struct Operator {
    name: &'static str,
    read: Read,
    /// Whether its arguments `s`, `p`, `o` bind variables.
    terms: bool,
}

impl Operator {
    const fn new(name: &'static str, read: Read) -> Self {
        Self { name, read, terms: false }
    }

    const fn with_terms(mut self) -> Self {
        self.terms = true;
        self
    }
}

/// The operators of every dialect. The names differ, or their arguments tell them apart.
const DIALECTS: &[&[Operator]] = &[paper::OPERATORS, v05::OPERATORS];

/// Reads logical forms.
///
/// Names of operators are compared without case. Operators of the host are given with
/// [`with_operator`](Self::with_operator).
#[derive(Clone, Debug, Default)]
pub struct Parser {
    custom: Vec<Arc<dyn CustomReader>>,
    bound: Vec<Var>,
    limits: Limits,
}

/// What was read of a text.
///
/// Together, the plan, the diagnostics and the prose account for all of the text but white
/// space, headings, list marks, tags and code fences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// Every step that could be read, in the order of the text.
    pub plan: Plan,
    /// What could not be read, or was read with a doubt, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The lines that are not part of any operation.
    pub prose: Vec<Span>,
}

impl Reading {
    /// Whether something could not be read.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// The plan written in `text` with the built-in operators, and what could not be read or
/// was read with a doubt: [`Parser::parse`] of the default parser.
#[must_use]
pub fn parse(text: &str) -> (Plan, Vec<Diagnostic>) {
    let Reading { plan, diagnostics, .. } = Parser::default().parse(text);
    (plan, diagnostics)
}

impl Parser {
    /// Also reads the host's operator `reader`. A built-in operator of the same name goes
    /// first.
    #[must_use]
    pub fn with_operator(mut self, reader: Arc<dyn CustomReader>) -> Self {
        self.custom.push(reader);
        self
    }

    /// Knows variables that are bound already, as by the steps before the next one of an
    /// iterative planner: a text in back-quotes or without quotes can then refer to them.
    #[must_use]
    pub fn with_bound(mut self, vars: impl IntoIterator<Item = Var>) -> Self {
        self.bound.extend(vars);
        self
    }

    /// Reads no more than `limits`.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads the operations in `text`, which may stand alone, one a line, or among the
    /// prose, headings (`Step1:`, `Action1:`), code fences and tags that a model writes. What
    /// stands in `<think>` is prose.
    ///
    /// Nothing in `text` is an error of the caller: what cannot be read is a diagnostic,
    /// and reading goes on behind it. The plan is not checked: see [`check`](super::check).
    #[must_use]
    pub fn parse(&self, text: &str) -> Reading {
        if text.len() > self.limits.bytes {
            let message = format!("text over {} bytes is not read", self.limits.bytes);
            return Reading {
                diagnostics: vec![Diagnostic::error(Span::new(0, text.len()), message)],
                ..Reading::default()
            };
        }
        let known = self.operator_names();
        let (unwrapped, thoughts) = tags::unwrapped(text);
        let text = &*unwrapped;
        let (statements, prose) = envelope::statements(text, &known);
        let mut reading = Reading { prose: [thoughts, prose].concat(), ..Reading::default() };
        let calls = self.calls(text, &statements, &mut reading);
        self.steps(text, calls, &mut reading);
        reading.prose.sort_unstable();
        let place = |diagnostic: &Diagnostic| (diagnostic.span.start, diagnostic.span.end);
        reading.diagnostics.sort_by_key(place);
        reading.diagnostics.dedup();
        reading
    }

    /// Reads one subject or object, such as `s1:Person|Coach[C罗]`.
    #[must_use]
    pub fn term(&self, text: &str) -> (Term, Vec<Diagnostic>) {
        let scope = Scope::default();
        let mut reader = Reader::new(text, &scope);
        let end = text.floor_char_boundary(self.limits.bytes);
        let mut tokens: Vec<_> = Lexer::new(text, Span::new(0, end)).collect();
        call::balance(&mut tokens);
        let term = terms::term(&mut reader, &tokens);
        (term, reader.diagnostics)
    }

    fn operator_names(&self) -> Vec<&str> {
        let built_in = DIALECTS.iter().copied().flatten();
        let custom = self.custom.iter().map(|reader| reader.name());
        built_in.map(|operator| operator.name).chain(custom).collect()
    }

    fn operator(&self, name: &str) -> Option<&'static Operator> {
        let mut built_in = DIALECTS.iter().copied().flatten();
        built_in.find(|operator| operator.name.eq_ignore_ascii_case(name))
    }

    fn custom(&self, name: &str) -> Option<&dyn CustomReader> {
        let mut custom = self.custom.iter().map(AsRef::as_ref);
        custom.find(|reader| reader.name().eq_ignore_ascii_case(name))
    }
}
