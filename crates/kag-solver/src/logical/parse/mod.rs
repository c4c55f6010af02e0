//! From text to plan: one reader for every written dialect.
//!
//! An operator is a line in a table: its name and the function that reads its arguments.
//! Each dialect has a file with its table; what they share (words, quotes, brackets, the
//! envelope around the operations) is read once for all.

mod arguments;
mod call;
mod custom;
mod envelope;
mod formula;
mod latex;
mod lex;
mod limits;
mod paper;
pub(super) mod quote;
mod reader;
mod signature;
mod tags;
mod terms;
mod v05;
mod v07;

use std::{collections::BTreeSet, sync::Arc};

use kag_core::Span;
use kag_schema::Diagnostic;

use super::{LogicalOp, Place, Plan, Role, Step, Term, Var, subquestion};
use call::Call;
use envelope::Statement;
use lex::Lexer;
use reader::{Reader, Scope};

pub use custom::CustomReader;
pub(super) use envelope::is_plain_question;
pub(crate) use latex::read_formula;
pub use limits::Limits;
pub(super) use terms::looks_like_var;

/// Whether the expression `text` begins with what some operation takes for the name of an
/// argument.
pub(super) fn begins_with_key(text: &str) -> bool {
    let keys = [v07::MATH, v05::SIDES, formula::FORMULA].into_iter().flatten();
    let mut names = keys.flat_map(|(key, others)| std::iter::once(key).chain(*others));
    let word = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at(word);
    let assigns = rest.trim_start().starts_with(['=', '<', '>', '!', '[']);
    assigns && names.any(|key| key.eq_ignore_ascii_case(word))
}

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

/// A call with what stands around it.
struct Numbered<'s> {
    call: Call<'s>,
    number: usize,
    subquestion: Option<String>,
}

impl Parser {
    /// The calls of all statements, those of unknown operators left out.
    fn calls<'s>(&self, text: &'s str, statements: &[Statement], reading: &mut Reading) -> Vec<Numbered<'s>> {
        let mut calls: Vec<Numbered<'s>> = Vec::new();
        for statement in statements {
            let mut lexer = Lexer::new(text, statement.span);
            let mut subquestion = statement.subquestion.clone();
            let mut number = statement.number;
            while let Some(call) = self.next_call(&mut lexer, statement, reading) {
                if calls.len() == self.limits.steps {
                    let message = format!("operations after the first {} are not read", calls.len());
                    let rest = Span::new(call.span.start, text.len());
                    reading.diagnostics.push(Diagnostic::error(rest, message));
                    return calls;
                }
                let signature = self.operator(call.name).and_then(|_| signature::refused(text, &call));
                if let Some(refused) = signature {
                    reading.diagnostics.push(refused);
                    continue;
                }
                let next = calls.len() + 1;
                calls.push(Numbered {
                    call,
                    number: number.take().unwrap_or(next),
                    subquestion: subquestion.take().filter(|text| !text.is_empty()),
                });
            }
            reading.prose.extend(rest_of(&lexer));
        }
        calls
    }

    /// The next call of a statement whose operator is known. The lexer is left behind the
    /// line of the last one.
    fn next_call<'s>(&self, lexer: &mut Lexer<'s>, statement: &Statement, reading: &mut Reading) -> Option<Call<'s>> {
        loop {
            let goes_on = goes_on(lexer.rest());
            let line = skip_marks(lexer);
            if line.of(lexer.source).is_none_or(|line| line.trim().is_empty()) {
                return None;
            }
            let first = line.start <= statement.span.start
                || lexer
                    .source
                    .get(statement.span.start..line.start)
                    .is_some_and(|before| before.chars().all(|c| lex::is_blank(c) || "*-`".contains(c)));
            let mut ahead = lexer.clone();
            let Some(head) = call::head(&mut ahead).filter(|head| line.end > head.name_span().start) else {
                let (message, expected) = match first {
                    true => ("no operation is read here", "an operation"),
                    false => ("this is not read", "the end of the line"),
                };
                let wrong = match (first && statement.announced) || (!first && goes_on) {
                    true => Diagnostic::error(line, message),
                    false => Diagnostic::warning(line, message),
                };
                reading.diagnostics.push(wrong.with_expected(expected));
                lexer.at = line.end;
                return None;
            };
            *lexer = ahead;
            let call = call::read(lexer, &head, &self.limits, &mut reading.diagnostics)?;
            if self.operator(call.name).is_some() || self.custom(call.name).is_some() {
                return Some(call);
            }
            let message = format!("unknown operation `{}`", call.name);
            let wrong = Diagnostic::error(call.name_span, message)
                .with_nearest(call.name, self.operator_names())
                .with_expected(self.operator_names().join(", "));
            reading.diagnostics.push(wrong);
        }
    }

    /// Makes steps of calls: first the names of all variables, then the operations.
    fn steps(&self, text: &str, calls: Vec<Numbered<'_>>, reading: &mut Reading) {
        let mut scope = self.scope(text, &calls);
        let customs = self.read_custom(text, &calls, &scope);
        for (op, _) in customs.iter().flatten() {
            scope.vars.extend(op.bound());
        }
        let mut customs = customs.into_iter();
        let mut referred = BTreeSet::new();
        let mut numbers = Vec::new();
        for numbered in calls {
            let custom = customs.next().flatten();
            let mut reader = Reader::new(text, &scope).at_step(numbered.number);
            let op = match (self.operator(numbered.call.name), custom) {
                (Some(operator), _) => (operator.read)(&mut reader, &numbered.call),
                (None, Some((op, diagnostics))) => {
                    reader.diagnostics.extend(diagnostics);
                    Some(op)
                }
                (None, None) => {
                    self.custom(numbered.call.name).and_then(|custom| custom::read(&mut reader, custom, &numbered.call))
                }
            };
            referred.append(&mut reader.referred);
            reading.diagnostics.append(&mut reader.diagnostics);
            let Some(mut op) = op else {
                continue;
            };
            numbers.push(numbered.number);
            let subquestion = numbered.subquestion.map(|text| named(&text, numbered.number, &scope, &mut referred));
            let output = numbered.call.output.filter(|name| !names_object(&mut op, name));
            reading.plan.steps.push(Step {
                subquestion: subquestion.map(Into::into),
                op,
                output,
                place: Place(numbered.call.span),
            });
        }
        for (step, number) in reading.plan.steps.iter_mut().zip(numbers) {
            if let Some(var) = scope.results.get(&number).filter(|_| referred.contains(&number)) {
                name_result(step, var);
            }
        }
    }

    /// Every variable the calls bind, and what `#n` stands for.
    fn scope(&self, text: &str, calls: &[Numbered<'_>]) -> Scope {
        let nothing = Scope::default();
        let mut scope = Scope::default();
        scope.vars.extend(self.bound.iter().cloned());
        for numbered in calls {
            let mut reader = Reader::new(text, &nothing);
            let call = &numbered.call;
            let mut result = call.output.clone();
            scope.vars.extend(call.output.clone());
            let binds = self.operator(call.name).is_some_and(|operator| operator.terms);
            if binds {
                for (role, argument) in paper::term_values(&mut reader, call) {
                    let is_name = |var: &Var| {
                        role == Role::Predicate && {
                            let bare = argument.value.len() == 1;
                            bare && !looks_like_var(var.as_str())
                        }
                    };
                    let var = terms::term_var(&reader, argument.value);
                    let Some(var) = var.filter(|var| !is_name(var)) else {
                        continue;
                    };
                    let answers = role != Role::Predicate && !terms::is_constant(argument.value);
                    if answers && (result.is_none() || role == Role::Object) {
                        result = Some(var.clone());
                    }
                    scope.vars.insert(var);
                }
            }
            let result = result.unwrap_or_else(|| Var::of_step(numbered.number));
            scope.results.entry(numbered.number).or_insert(result);
        }
        scope
    }

    /// The custom operations, read before the others because only they know what they bind.
    fn read_custom(
        &self,
        text: &str,
        calls: &[Numbered<'_>],
        scope: &Scope,
    ) -> Vec<Option<(LogicalOp, Vec<Diagnostic>)>> {
        let read = calls.iter().map(|numbered| {
            if self.operator(numbered.call.name).is_some() {
                return None;
            }
            let mut reader = Reader::new(text, scope).at_step(numbered.number);
            let op = custom::read(&mut reader, self.custom(numbered.call.name)?, &numbered.call)?;
            Some((op, reader.diagnostics))
        });
        read.collect()
    }
}

/// Whether `name`, the result of a retrieval, is its object, which may be called so only here.
fn names_object(op: &mut LogicalOp, name: &Var) -> bool {
    let LogicalOp::Retrieval(retrieval) = op else {
        return false;
    };
    retrieval.object.var.get_or_insert_with(|| name.clone()) == name
}

/// Whether `rest`, behind an operation, goes on as an expression would: `/ 365`.
fn goes_on(rest: &str) -> bool {
    let behind = rest.trim_start_matches(' ').strip_prefix(|c: char| "+-*/^%<>=".contains(c));
    let operand = behind.map(|behind| behind.trim_start_matches(['=', ' ']));
    operand.is_some_and(|operand| {
        let word = operand.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(operand.len());
        let word = operand.get(..word).unwrap_or_default();
        let numbered = word.ends_with(|c: char| c.is_ascii_digit()) && looks_like_var(word);
        operand.starts_with(|c: char| c.is_ascii_digit() || c == '(') || numbered
    })
}

/// The question of the step called `number`, in which earlier steps are referred to by the
/// names of their results.
fn named(question: &str, number: usize, scope: &Scope, referred: &mut BTreeSet<usize>) -> String {
    subquestion::replaced(question, |name| {
        let earlier = name.parse().ok().filter(|earlier| *earlier < number)?;
        let var = scope.results.get(&earlier)?;
        referred.insert(earlier);
        Some(format!("#{var}"))
    })
}

/// Gives the result of `step` the name that a reference to it was resolved to.
fn name_result(step: &mut Step, var: &Var) {
    if step.bound().contains(var) {
        return;
    }
    match &mut step.op {
        LogicalOp::Retrieval(retrieval) => retrieval.object.var = Some(var.clone()),
        _ => step.output = Some(var.clone()),
    }
}

/// Skips what may stand between operations on a line; the rest of the line.
fn skip_marks(lexer: &mut Lexer<'_>) -> Span {
    let rest = lexer.rest();
    let is_mark = |c: char| (lex::is_blank(c) && c != '\n') || ";；,，。.*`-".contains(c);
    let trimmed = rest.trim_start_matches(is_mark);
    lexer.at += rest.len() - trimmed.len();
    let line = trimmed.find('\n').unwrap_or(trimmed.len());
    let comment = trimmed.starts_with("//") || trimmed.starts_with('#');
    if comment {
        lexer.at += line;
    }
    Span::new(lexer.at, if comment { lexer.at } else { lexer.at + line })
}

/// The lines behind the last operation of a statement that hold anything.
fn rest_of(lexer: &Lexer<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = lexer.at;
    for line in lexer.rest().split_inclusive('\n') {
        let end = start + line.len();
        if !line.trim().is_empty() {
            found.push(Span::new(start, end));
        }
        start = end;
    }
    found
}
