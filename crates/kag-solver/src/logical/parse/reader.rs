//! What the readers of all operators share: values, terms, names of variables.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use kag_core::{Span, Value};
use kag_schema::{Diagnostic, Expr, ExprKind};

use super::{
    arguments::{span, split},
    lex::{Bracket, Kind, Token},
    quote,
    terms::looks_like_var,
};
use crate::logical::{Operand, Path, Var};

/// The variables of a whole plan, known before its steps are read.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) vars: HashSet<Var>,
    /// The variable that `#n` stands for, by step number.
    pub(super) results: BTreeMap<usize, Var>,
}

/// Reads the parts of operations and collects what is wrong with them.
pub(super) struct Reader<'s, 'p> {
    pub(super) source: &'s str,
    pub(super) scope: &'p Scope,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Numbers of the steps that `#n` referred to.
    pub(super) referred: BTreeSet<usize>,
    /// The number of the step that is read, to which it cannot refer.
    number: Option<usize>,
}

impl<'s, 'p> Reader<'s, 'p> {
    pub(super) fn new(source: &'s str, scope: &'p Scope) -> Self {
        Self { source, scope, diagnostics: Vec::new(), referred: BTreeSet::new(), number: None }
    }

    /// The same, reading the step called `number`.
    pub(super) fn at_step(mut self, number: usize) -> Self {
        self.number = Some(number);
        self
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn text(&self, span: Span) -> &'s str {
        span.of(self.source).unwrap_or_default()
    }

    /// The text of `tokens`, out of its quotes where it is one quoted text.
    pub(super) fn plain(&self, tokens: &[Token]) -> String {
        let text = span(tokens).map_or("", |span| self.text(span));
        match tokens {
            [token] if matches!(token.kind, Kind::Quoted(_)) => quote::decode(text),
            _ => text.to_owned(),
        }
    }

    /// The value of an argument: a list, a reference, or a constant.
    ///
    /// Text in double quotes is always a text; bare or in back-quotes it is the variable of
    /// that name if the plan has it.
    pub(super) fn operand(&mut self, tokens: &[Token]) -> Operand {
        let pieces: Vec<&[Token]> = match is_list(tokens) {
            true => Vec::new(),
            false => elements(tokens).collect(),
        };
        let quoted = |piece: &&[Token]| matches!(piece, [token] if matches!(token.kind, Kind::Quoted(_)));
        if pieces.len() > 1 && pieces.iter().all(quoted) {
            return Operand::List(pieces.into_iter().map(|piece| self.operand(piece)).collect());
        }
        if is_list(tokens) {
            return Operand::List(elements(tokens).map(|piece| self.operand(piece)).collect());
        }
        let text = span(tokens).map_or("", |span| self.text(span));
        match tokens {
            [token] if token.kind == Kind::Quoted('`') => {
                let text = quote::decode(text);
                let path = self.path(&text).or_else(|| unbound_step_path(&text));
                path.map_or_else(|| Operand::text(text), Operand::Path)
            }
            [token] if matches!(token.kind, Kind::Quoted(_)) => Operand::text(quote::decode(text)),
            [word, name] if matches!(name.kind, Kind::Quoted(_)) && word.span.end == name.span.start => {
                let path = self.text(word.span).strip_suffix('.').and_then(|var| {
                    let var = self.scope.vars.get(var)?.clone();
                    let property = Some(quote::decode(self.text(name.span)).into());
                    Some(Path { var, property })
                });
                path.map_or_else(|| constant(text), Operand::Path)
            }
            _ => {
                let whole = span(tokens).unwrap_or_default();
                match self.path(text).or_else(|| unbound_step_path(text)) {
                    Some(path) => Operand::Path(path),
                    None => {
                        self.numbered(text, whole);
                        constant(text)
                    }
                }
            }
        }
    }

    /// Like [`operand`](Self::operand), but what looks like a variable (`o2`, `math3`) is
    /// one even if this text does not bind it, unless it is in double quotes.
    pub(super) fn reference(&mut self, tokens: &[Token]) -> Operand {
        match self.operand(tokens) {
            Operand::List(_) => Operand::List(elements(tokens).map(|piece| self.reference(piece)).collect()),
            Operand::Value(Value::Text(text)) => {
                let quoted = |token: &Token| matches!(token.kind, Kind::Quoted(c) if c != '`');
                let path = unbound_path(&text).filter(|_| !tokens.iter().any(quoted));
                path.map_or(Operand::Value(Value::Text(text)), Operand::Path)
            }
            operand => operand,
        }
    }

    /// The variable, or property of one, that `text` names; `None` where the plan has no
    /// such variable. `#n` is the result of step n.
    pub(super) fn path(&mut self, text: &str) -> Option<Path> {
        if let Some(number) = text.strip_prefix('#').and_then(|n| n.parse().ok()) {
            return self.result_of(number).map(Path::from);
        }
        let (var, property) = match text.split_once('.') {
            Some((var, property)) => (var, Some(property)),
            None => (text, None),
        };
        let var = self.scope.vars.get(var)?.clone();
        match property {
            None => Some(var.into()),
            Some(property) => Var::new(property).map(|property| Path { var, property: Some(property.as_str().into()) }),
        }
    }

    /// The variable that `#n` at `span` stands for, or that nothing is called so, reported;
    /// `None` where the text is not of that form.
    pub(super) fn numbered(&mut self, text: &str, span: Span) -> Option<Option<Var>> {
        let number = text.strip_prefix('#')?.parse().ok()?;
        let var = self.result_of(number);
        if var.is_none() {
            let of_itself = self.number == Some(number);
            let message =
                if of_itself { format!("`{text}` is this step itself") } else { format!("no step is called `{text}`") };
            self.report(Diagnostic::error(span, message));
        }
        Some(var)
    }

    /// The variable of the result of the step called `number`.
    pub(super) fn result_of(&mut self, number: usize) -> Option<Var> {
        let var = self.scope.results.get(&number).filter(|_| self.number != Some(number))?.clone();
        self.referred.insert(number);
        Some(var)
    }

    /// The path that `tokens` must be; what is none is reported. A variable the plan does
    /// not have is taken as it is: the check finds it.
    pub(super) fn required_path(&mut self, tokens: &[Token]) -> Option<Path> {
        let at = span(tokens)?;
        let text = self.plain(tokens);
        if let Some(result) = self.numbered(&text, at) {
            return result.map(Path::from);
        }
        if let Operand::Path(path) = self.operand(tokens) {
            return Some(path);
        }
        let (var, property) = match text.split_once('.') {
            Some((var, property)) => (var, Var::new(property)),
            None => (&*text, None),
        };
        let found = Var::new(var).filter(|_| property.is_some() == text.contains('.'));
        if found.is_none() {
            let wrong = Diagnostic::error(at, format!("`{text}` is no variable"))
                .with_expected("the variable of an earlier step");
            self.report(wrong);
        }
        Some(Path { var: found?, property: property.map(|property| property.as_str().into()) })
    }

    /// The variable that `tokens` must be; what is none, or a property, is reported.
    pub(super) fn required_var(&mut self, tokens: &[Token]) -> Option<Var> {
        let path = self.required_path(tokens)?;
        if path.property.is_some() {
            let at = span(tokens)?;
            let message = format!("`{}` is a property, and a variable is wanted", self.text(at));
            self.report(Diagnostic::error(at, message));
            return None;
        }
        Some(path.var)
    }

    /// The expression written at `span`, `#n` resolved; `None` where it is none, with what
    /// is wrong with it.
    pub(super) fn expression(&mut self, span: Span) -> Result<Expr, Vec<Diagnostic>> {
        let (expr, diagnostics) = Expr::parse_within(self.source, span);
        let mut expr = expr.ok_or_else(|| diagnostics.clone())?;
        self.diagnostics.extend(diagnostics);
        self.resolve(&mut expr);
        Ok(expr)
    }

    fn resolve(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Variable(name) => {
                let text = Arc::clone(name);
                if let Some(var) = self.numbered(&text, expr.span).flatten() {
                    *name = var.as_str().into();
                }
            }
            ExprKind::Unary { operand, .. } => self.resolve(operand),
            ExprKind::Property { of, .. } => self.resolve(of),
            ExprKind::Binary { left, right, .. } => {
                self.resolve(left);
                self.resolve(right);
            }
            ExprKind::Call { arguments: of, .. } | ExprKind::List(of) => {
                for part in of {
                    self.resolve(part);
                }
            }
            ExprKind::If { condition, then, otherwise } => {
                for part in [condition, then, otherwise] {
                    self.resolve(part);
                }
            }
            _ => {}
        }
    }
}

/// The path that `text` is where it begins with what looks like a variable and a number
/// (`o2`, `math3.year`), whether or not the plan binds it.
fn unbound_path(text: &str) -> Option<Path> {
    let (name, property) = match text.split_once('.') {
        Some((name, property)) => (name, Some(Var::new(property)?)),
        None => (text, None),
    };
    let numbered = name.ends_with(|c: char| c.is_ascii_digit()) && looks_like_var(name);
    let var = Var::new(name).filter(|_| numbered)?;
    Some(Path { var, property: property.map(|property| property.as_str().into()) })
}

/// The same for the names that subjects and objects have: `s1`, `o2.age`.
fn unbound_step_path(text: &str) -> Option<Path> {
    let name = text.split('.').next()?;
    let number = name.strip_prefix(['s', 'o'])?;
    unbound_path(text).filter(|_| number.chars().all(|c| c.is_ascii_digit()))
}

/// Whether `tokens` are one pair of square brackets and what is in it.
fn is_list(tokens: &[Token]) -> bool {
    matches!(tokens, [open, inside @ .., close]
        if open.kind == Kind::Open(Bracket::Square)
            && close.kind == Kind::Close(Bracket::Square)
            && is_enclosed(inside))
}

/// The elements of `[a, b]`, or of `a, b`; empty ones left out.
pub(super) fn elements(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let inside = match tokens {
        [_, inside @ .., _] if is_list(tokens) => inside,
        _ => tokens,
    };
    split(inside, |kind| kind == Kind::Comma)
        .filter_map(|(start, end)| inside.get(start..end))
        .filter(|piece| !piece.is_empty())
}

/// Whether no bracket is closed in `tokens` that was not opened there.
fn is_enclosed(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    tokens.iter().all(|token| match token.kind {
        Kind::Open(_) => {
            depth += 1;
            true
        }
        Kind::Close(_) => {
            let open = depth > 0;
            depth = depth.saturating_sub(1);
            open
        }
        _ => true,
    })
}

/// The constant that is written without quotes: a number, a date, a quantity, true or
/// false where the whole is one, as an expression or as documents write them, else a text.
fn constant(text: &str) -> Operand {
    Operand::Value(literal(text).unwrap_or_else(|| Value::from(text)))
}

/// The value that `text` is read as, unless that is a text.
fn literal(text: &str) -> Option<Value> {
    // `007` is a name rather than a number.
    let digits = text.trim_start_matches(['-', '+']);
    let second = digits.as_bytes().get(1);
    let padded = digits.starts_with('0') && second.is_some_and(u8::is_ascii_digit);
    if padded || text.len() > 256 {
        return None;
    }
    let written = match Expr::parse(text).0.map(|expr| expr.kind) {
        Some(ExprKind::Literal(value)) => value,
        _ => Value::read(text),
    };
    (!matches!(written, Value::Text(_) | Value::List(_))).then_some(written)
}
