//! `Action` blocks of definitions: what is created.

use std::sync::Arc;

use kag_core::{Predicate, Span};

use crate::{
    Assignment, Diagnostic, Label, Production,
    expr::{Parser, Symbol},
};

const NODE: &str = "createNodeInstance";
const EDGE: &str = "createEdgeInstance";

/// What the brackets of a production say.
#[derive(Default)]
struct Parameters {
    label: Option<Label>,
    value: Option<Vec<Assignment>>,
    source: Option<Arc<str>>,
    target: Option<Arc<str>>,
}

impl Parser<'_> {
    /// The productions up to the end of the block that `open` began.
    pub(super) fn productions(&mut self, open: Span) -> Vec<Production> {
        let mut productions = Vec::new();
        while !self.closes(open, "`Action`") {
            if self.separator() {
                continue;
            }
            let named = usize::from(self.name_at(self.at) && self.symbol_at(self.at + 1, Symbol::Assign)) * 2;
            let creates = self.symbol_at(self.at + named + 1, Symbol::LeftParen);
            if creates && (self.word_at(self.at + named, NODE) || self.word_at(self.at + named, EDGE)) {
                productions.extend(self.production(named));
            } else {
                self.no_production(named);
            }
        }
        productions
    }

    /// Reports what is no production and goes on after it.
    fn no_production(&mut self, named: usize) {
        let span = self.tokens.get(self.at + named).map_or_else(|| self.here(), |token| token.span);
        let mut wrong = Diagnostic::error(span, format!("unexpected `{}`", self.shown(span)))
            .with_expected("`createNodeInstance(…)` or `createEdgeInstance(…)`");
        if let Some(name) = self.name_of(self.at + named) {
            wrong = wrong.with_nearest(&name, [NODE, EDGE]);
            if name.eq_ignore_ascii_case("get") || name.eq_ignore_ascii_case("distinctGet") {
                wrong = wrong.with_hint("`get` shows the rows of a query: `Structure {…} Rule {…} Action { get(…) }`");
            }
        }
        self.diagnostics.push(wrong);
        self.at += named + 1;
        if self.sees(Symbol::LeftParen) {
            self.at = self.partner(self.at).unwrap_or(self.at) + 1;
        } else {
            self.at = self.clause_end(self.at).max(self.at);
        }
    }

    /// `[name =] create…(…)`; `named` words stand before it.
    fn production(&mut self, named: usize) -> Option<Production> {
        let start = self.here().start;
        let variable = if named > 0 { self.name_here() } else { None };
        self.at += named;
        let word = self.here();
        let node = self.word_at(self.at, NODE);
        self.at += 1;
        let open = self.here();
        let close = self.partner(self.at);
        self.at += 1;
        let Some(close) = close else {
            let wrong = Diagnostic::error(open, "bracket without an end").with_expected("`)`");
            self.diagnostics.push(wrong);
            self.at = self.clause_end(self.at);
            return None;
        };
        let keys: &[&str] = if node { &["type", "value"] } else { &["src", "dst", "type", "value"] };
        let known = self.diagnostics.len();
        let parameters = self.up_to(close, |parser| parser.parameters(keys));
        self.at = close + 1;
        let span = self.span_from(start);
        let created = if node {
            node_production(variable, parameters, span)
        } else {
            self.edge_production(variable, word, parameters, span)
        };
        match created {
            Ok(production) => Some(production),
            Err(missing) => {
                // What is missing is mostly what was misspelt and is reported already.
                if self.diagnostics.len() == known || missing.len() > 1 {
                    let missing = missing.join("`, `");
                    let wrong = Diagnostic::error(word, format!("`{}` without `{missing}`", self.shown(word)));
                    self.diagnostics.push(wrong);
                }
                None
            }
        }
    }

    fn edge_production(
        &mut self,
        variable: Option<Arc<str>>,
        word: Span,
        parameters: Parameters,
        span: crate::SourceSpan,
    ) -> Result<Production, Vec<&'static str>> {
        let Parameters { label, value, source, target } = parameters;
        if variable.is_some() {
            let wrong = Diagnostic::error(word, "an edge that is created has no name");
            self.diagnostics.push(wrong);
        }
        let predicate = match label {
            Some(Label::Type(name)) => Some(Predicate::new(name.as_str())),
            Some(Label::Concepts(_)) => {
                let wrong = Diagnostic::error(word, "an edge cannot be a concept").with_expected("a predicate");
                self.diagnostics.push(wrong);
                None
            }
            None => None,
        };
        match (source, target, predicate, value) {
            (Some(source), Some(target), Some(predicate), Some(values)) => {
                Ok(Production::Edge { source, target, predicate, values, span })
            }
            (source, target, predicate, value) => Err(missing([
                ("src", source.is_none()),
                ("dst", target.is_none()),
                ("type", predicate.is_none()),
                ("value", value.is_none()),
            ])),
        }
    }

    fn parameters(&mut self, keys: &[&'static str]) -> Parameters {
        let mut read = Parameters::default();
        while self.peek().is_some() {
            if self.take(Symbol::Comma).is_some() {
                continue;
            }
            let span = self.here();
            let Some(key) = self.name_here().filter(|_| self.symbol_at(self.at + 1, Symbol::Assign)) else {
                let _: Option<()> = self.unexpected("`name = value`");
                self.skip_parameter();
                continue;
            };
            self.at += 2;
            let given = match keys.iter().find(|known| known.eq_ignore_ascii_case(&key)) {
                Some(&"type") => read.label.replace_with(self.label()),
                Some(&"value") => read.value.replace_with(self.values()),
                Some(&"src") => read.source.replace_with(self.variable_name()),
                Some(&"dst") => read.target.replace_with(self.variable_name()),
                _ => {
                    let wrong = Diagnostic::error(span, format!("unknown parameter `{key}`"))
                        .with_expected(keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", "));
                    self.diagnostics.push(wrong.with_nearest(&key, keys.iter().copied()));
                    self.skip_parameter();
                    false
                }
            };
            if given {
                self.diagnostics.push(Diagnostic::error(span, format!("a second `{key}`")));
            }
            if self.peek().is_some() && !self.sees(Symbol::Comma) && !self.symbol_at(self.at + 1, Symbol::Assign) {
                let _: Option<()> = self.unexpected("`,` or `)`");
                self.skip_parameter();
            }
        }
        read
    }

    /// `{ name = value … }`
    fn values(&mut self) -> Option<Vec<Assignment>> {
        let open = self.opening()?;
        Some(self.assignments(Some(open), "`value`"))
    }

    fn variable_name(&mut self) -> Option<Arc<str>> {
        match self.name_here() {
            Some(name) => {
                self.at += 1;
                Some(name)
            }
            None => self.unexpected("the name of a node"),
        }
    }

    /// Goes on to the comma after the parameter.
    fn skip_parameter(&mut self) {
        while self.peek().is_some() && !self.sees(Symbol::Comma) {
            self.at = self.partner(self.at).filter(|other| *other > self.at).unwrap_or(self.at) + 1;
        }
    }
}

fn node_production(
    variable: Option<Arc<str>>,
    parameters: Parameters,
    span: crate::SourceSpan,
) -> Result<Production, Vec<&'static str>> {
    match (parameters.label, parameters.value) {
        (Some(label), Some(values)) => Ok(Production::Node { variable, label, values, span }),
        (label, value) => Err(missing([("type", label.is_none()), ("value", value.is_none())])),
    }
}

fn missing<const N: usize>(parts: [(&'static str, bool); N]) -> Vec<&'static str> {
    parts.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect()
}

/// Gives a slot a value and says whether it had one.
trait ReplaceWith<T> {
    fn replace_with(&mut self, value: Option<T>) -> bool;
}

impl<T> ReplaceWith<T> for Option<T> {
    fn replace_with(&mut self, value: Option<T>) -> bool {
        let had = self.is_some();
        if let Some(value) = value {
            *self = Some(value);
        }
        had
    }
}
