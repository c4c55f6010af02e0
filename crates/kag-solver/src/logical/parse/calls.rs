//! The calls in a text: every operation with its question and number, and what is no operation.

use kag_core::Span;
use kag_schema::Diagnostic;

use super::{
    Parser, Reading,
    call::{self, Call},
    envelope::Statement,
    lex::{self, Lexer},
    looks_like_var, signature,
};

/// A call with what stands around it.
pub(super) struct Numbered<'s> {
    pub(super) call: Call<'s>,
    pub(super) number: usize,
    pub(super) subquestion: Option<String>,
}

impl Parser {
    /// The calls of all statements, those of unknown operators left out.
    pub(super) fn calls<'s>(
        &self,
        text: &'s str,
        statements: &[Statement],
        reading: &mut Reading,
    ) -> Vec<Numbered<'s>> {
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
