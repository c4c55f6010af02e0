//! One operation as written: a name, arguments, and the name of the result.

use kag_core::Span;
use kag_schema::Diagnostic;

use super::{
    lex::{Bracket, Kind, Lexer, Token},
    limits::Limits,
};
use crate::logical::Var;

/// An operation before its name is looked up.
#[derive(Clone, Debug)]
pub(super) struct Call<'s> {
    pub(super) name: &'s str,
    pub(super) name_span: Span,
    /// `m=` before it or `->m` after it.
    pub(super) output: Option<Var>,
    /// What stands between the parentheses; brackets in it are in pairs.
    pub(super) inside: Vec<Token>,
    /// From the first character to the last.
    pub(super) span: Span,
}

/// What the text at hand begins with.
pub(super) struct Head {
    /// The name of the result, where it is written in front.
    output: Option<Token>,
    name: Token,
    open: Token,
}

/// The beginning of an operation: `[m =] name (`.
pub(super) fn head(lexer: &mut Lexer<'_>) -> Option<Head> {
    let mut first = lexer.next().filter(|token| token.kind == Kind::Word)?;
    let mut second = lexer.next()?;
    let mut output = None;
    if second.kind == Kind::Compare && second.span.of(lexer.source).is_some_and(is_equals) {
        output = Some(first);
        first = lexer.next().filter(|token| token.kind == Kind::Word)?;
        second = lexer.next()?;
    }
    (second.kind == Kind::Open(Bracket::Round)).then_some(Head { output, name: first, open: second })
}

impl Head {
    /// The name of the operation.
    pub(super) fn name<'s>(&self, source: &'s str) -> &'s str {
        self.name.span.of(source).unwrap_or_default()
    }

    pub(super) fn name_span(&self) -> Span {
        self.name.span
    }
}

/// Reads on after `head` to the end of the operation; the lexer is left behind it.
///
/// `None` where it has no end; then that is reported and the lexer is at its own end.
pub(super) fn read<'s>(
    lexer: &mut Lexer<'s>,
    head: &Head,
    limits: &Limits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Call<'s>> {
    let inside = with_operators_apart(lexer.source, Extent::new(lexer, head, limits).read(lexer, diagnostics)?);
    let start = head.output.unwrap_or(head.name).span.start;
    let before = head.output.and_then(|name| variable(lexer.source, name, diagnostics));
    let mut call = Call {
        name: head.name(lexer.source),
        name_span: head.name.span,
        output: before,
        inside,
        span: Span::new(start, lexer.at),
    };
    if lexer.peek().is_some_and(|token| token.kind == Kind::Arrow) {
        let arrow = lexer.next()?;
        let named = lexer.peek().filter(|token| token.kind == Kind::Word);
        let after = match named {
            Some(name) => {
                lexer.at = name.span.end;
                variable(lexer.source, name, diagnostics)
            }
            None => {
                let wrong =
                    Diagnostic::error(arrow.span, "the result has no name").with_expected("a variable after `->`");
                diagnostics.push(wrong);
                None
            }
        };
        if let (Some(before), Some(after)) = (&call.output, &after)
            && before != after
        {
            let message = format!("the result is called both `{before}` and `{after}`");
            diagnostics.push(Diagnostic::error(arrow.span, message));
        }
        call.output = after.or(call.output);
        call.span.end = lexer.at;
    }
    Some(call)
}

/// `tokens`, where `op=>=` is the key `op`, `=` and the operator `>=`.
fn with_operators_apart(source: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut apart: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let text = token.span.of(source).unwrap_or_default();
        let after_op = apart
            .last()
            .and_then(|before| before.span.of(source))
            .is_some_and(|before| ["op", "operation"].iter().any(|key| key.eq_ignore_ascii_case(before)));
        let equals = text.chars().next().filter(|c| matches!(c, '=' | '＝')).map_or(0, char::len_utf8);
        if token.kind != Kind::Compare || !after_op || equals == 0 {
            apart.push(token);
            continue;
        }
        let middle = token.span.start + equals;
        apart.push(Token { kind: Kind::Compare, span: Span::new(token.span.start, middle) });
        let mut end = token.span.end;
        while let Some(more) = tokens.next_if(|next| next.kind == Kind::Compare && next.span.start == end) {
            end = more.span.end;
        }
        if end > middle {
            apart.push(Token { kind: Kind::Word, span: Span::new(middle, end) });
        }
    }
    apart
}

/// The variable that `token` names; what is none is reported.
fn variable(source: &str, token: Token, diagnostics: &mut Vec<Diagnostic>) -> Option<Var> {
    let text = token.span.of(source).unwrap_or_default();
    let name = text.trim_end_matches(['.', '。', ';', '；', '*']);
    let var = Var::new(name);
    if var.is_none() {
        let wrong = Diagnostic::error(token.span, format!("`{text}` cannot name a result"))
            .with_expected("a letter or `_`, then letters, digits and `_`");
        diagnostics.push(wrong);
    }
    var
}

pub(super) fn is_equals(text: &str) -> bool {
    matches!(text, "=" | "＝")
}

/// The search for the parenthesis that closes an operation.
struct Extent {
    open: Token,
    tokens: Vec<Token>,
    /// Places in `tokens` of brackets not closed yet.
    stack: Vec<usize>,
    depth: usize,
    /// Where the last closing square bracket of the text stands.
    last_square: Option<usize>,
}

impl Extent {
    fn new(lexer: &Lexer<'_>, head: &Head, limits: &Limits) -> Self {
        let last = lexer.rest().rfind([']', '］', '】']);
        Self {
            open: head.open,
            tokens: Vec::new(),
            stack: Vec::new(),
            depth: limits.depth,
            last_square: last.map(|at| lexer.at + at),
        }
    }

    fn read(mut self, lexer: &mut Lexer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Token>> {
        while let Some(token) = lexer.next() {
            match token.kind {
                Kind::Open(_) if self.stack.len() >= self.depth => {
                    let message = format!("brackets nested over {} levels", self.depth);
                    diagnostics.push(Diagnostic::error(token.span, message));
                    lexer.at = lexer.end;
                    return None;
                }
                Kind::Open(_) => {
                    self.stack.push(self.tokens.len());
                    self.tokens.push(token);
                }
                Kind::Close(bracket) => {
                    if self.closes(lexer, token, bracket, diagnostics) {
                        return Some(self.tokens);
                    }
                }
                _ => self.tokens.push(token),
            }
        }
        self.recover(lexer, diagnostics)
    }

    /// Takes a closing bracket; `true` where it closes the operation.
    fn closes(&mut self, lexer: &Lexer<'_>, token: Token, bracket: Bracket, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let mut as_text = token;
        as_text.kind = Kind::Word;
        loop {
            let Some(top) = self.stack.last().copied() else {
                let closing = bracket == Bracket::Round && !self.is_within_word(lexer, token);
                if !closing {
                    self.tokens.push(as_text);
                }
                return closing;
            };
            if self.is(top, bracket) {
                self.stack.pop();
                self.tokens.push(token);
                return false;
            }
            let closed_later = match bracket {
                // An open square bracket that is still to be closed keeps `)` as text.
                Bracket::Round => self.last_square.is_some_and(|last| last > token.span.start),
                // A `]` closes its `[` over an open `(` within a name.
                Bracket::Square => !self.stack.iter().any(|at| self.is(*at, bracket)),
            };
            if closed_later {
                self.tokens.push(as_text);
                return false;
            }
            self.stack.pop();
            if let Some(unclosed) = self.tokens.get_mut(top) {
                unclosed.kind = Kind::Word;
                let message = "this bracket is never closed and is read as text";
                diagnostics.push(Diagnostic::warning(unclosed.span, message));
            }
        }
    }

    fn is(&self, at: usize, bracket: Bracket) -> bool {
        let open = self.tokens.get(at);
        open.is_some_and(|open| open.kind == Kind::Open(bracket))
    }

    /// Whether `token`, of another width than the opening parenthesis, stands within a word.
    fn is_within_word(&self, lexer: &Lexer<'_>, token: Token) -> bool {
        let next = lexer.rest().chars().next();
        token.span.len() != self.open.span.len() && next.is_some_and(char::is_alphanumeric)
    }

    /// Where brackets do not match, the operation ends at the first `)` that ends a line.
    fn recover(mut self, lexer: &mut Lexer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Token>> {
        let ends = |at: &usize| {
            let here = self.tokens.get(*at).map(|token| token.span.end);
            let next = self.tokens.get(at + 1);
            let between = Span::new(here.unwrap_or(lexer.end), next.map_or(lexer.end, |next| next.span.start));
            let line_ends = between.of(lexer.source).is_some_and(|t| t.contains('\n'));
            self.is_round_close(*at) && (line_ends || next.is_none_or(|next| next.kind == Kind::Arrow))
        };
        let Some(end) = (0..self.tokens.len()).find(ends) else {
            let wrong = Diagnostic::error(self.open.span, "this parenthesis is never closed").with_expected("`)`");
            diagnostics.push(wrong);
            lexer.at = lexer.end;
            return None;
        };
        let message = "brackets do not match; read to the end of the line";
        diagnostics.push(Diagnostic::warning(self.open.span, message));
        lexer.at = self.tokens.get(end).map_or(lexer.end, |token| token.span.end);
        self.tokens.truncate(end);
        balance(&mut self.tokens);
        Some(self.tokens)
    }

    fn is_round_close(&self, at: usize) -> bool {
        let token = self.tokens.get(at);
        token.is_some_and(|token| token.kind == Kind::Close(Bracket::Round))
    }
}

/// Makes text of every bracket without a partner.
pub(super) fn balance(tokens: &mut [Token]) {
    let mut stack: Vec<(usize, Bracket)> = Vec::new();
    let mut lone = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open(bracket) => stack.push((at, bracket)),
            Kind::Close(bracket) => match stack.iter().rposition(|(_, open)| *open == bracket) {
                Some(partner) => {
                    lone.extend(stack.drain(partner..).skip(1).map(|(at, _)| at));
                }
                None => lone.push(at),
            },
            _ => {}
        }
    }
    lone.extend(stack.into_iter().map(|(at, _)| at));
    for at in lone {
        if let Some(token) = tokens.get_mut(at) {
            token.kind = Kind::Word;
        }
    }
}
