//! The older form of patterns, a line each: `A, B [Film]`, `A->B [directFilm] as F1`.

use std::sync::Arc;

use kag_core::{Predicate, Span, Value};

use crate::{
    Diagnostic, EdgeDirection, EdgePattern, EdgeTarget, Label, NodePattern, PathPattern,
    expr::{Keyword, Parser, Symbol, TokenKind},
    nearest,
};

/// What can be said in the brackets of a line.
const OPTIONS: [&str; 3] = ["__start__", "__optional__", "PRE_NODE_LIMIT"];

/// What the brackets of a line say.
#[derive(Default)]
struct Options {
    labels: Vec<Label>,
    start: bool,
    optional: bool,
    limit: Option<u32>,
}

impl Parser<'_> {
    /// A line of nodes or one edge; it begins with a name.
    pub(super) fn line(&mut self, paths: &mut Vec<PathPattern>) {
        let start = self.here();
        let Some(first) = self.name_here() else {
            return;
        };
        self.at += 1;
        if self.edge_ahead() {
            self.edge_line(start, first, paths);
            return;
        }
        let mut names = vec![(first, start)];
        while self.sees(Symbol::Comma) && self.name_at(self.at + 1) && !self.path_begins(self.at + 1) {
            self.at += 1;
            names.extend(self.name_here().map(|name| (name, self.here())));
            self.at += 1;
        }
        let options = self.options();
        for (name, span) in names {
            let node = NodePattern {
                variable: Some(name),
                labels: options.labels.clone(),
                condition: None,
                start: options.start,
                span: span.into(),
            };
            paths.push(PathPattern::node(node));
        }
        self.line_end("`[`, `->` or the next line");
    }

    fn edge_line(&mut self, start: Span, first: Arc<str>, paths: &mut Vec<PathPattern>) {
        let from = NodePattern { span: start.into(), ..NodePattern::named(first) };
        let drawn = self.sees(Symbol::Minus) && self.symbol_at(self.at + 1, Symbol::LeftBracket);
        let drawn = drawn || self.sees(Symbol::Less) && self.symbol_at(self.at + 2, Symbol::LeftBracket);
        if drawn {
            let name = self.shown(start);
            let wrong = Diagnostic::error(start, "a node of a path without brackets");
            self.diagnostics.push(wrong.with_hint(format!("write `({name})`")));
            paths.push(self.path_from(from));
            return;
        }
        let Some(direction) = self.arrow() else {
            self.skip_path();
            return;
        };
        let Some(to) = self.name_here() else {
            let _: Option<()> = self.unexpected("the node that the edge leads to");
            self.skip_path();
            return;
        };
        let to = NodePattern { span: self.here().into(), ..NodePattern::named(to) };
        self.at += 1;
        let mut edge = EdgePattern {
            variable: None,
            target: EdgeTarget::Predicates(Vec::new()),
            direction,
            hops: None,
            optional: false,
            per_node_limit: None,
            condition: None,
            span: start.into(),
        };
        let span = self.here();
        let options = self.options();
        edge.optional = options.optional;
        edge.per_node_limit = options.limit;
        edge.target = EdgeTarget::Predicates(self.predicates(span, options.labels));
        self.after_edge(&mut edge);
        edge.span = self.span_from(start.start);
        paths.push(PathPattern::node(from).then(edge, to));
        self.line_end("`[`, `repeat`, `as` or the next line");
    }

    /// `->`, `<-` or `<->`
    fn arrow(&mut self) -> Option<EdgeDirection> {
        let left = self.take(Symbol::Less).is_some();
        if self.take(Symbol::Minus).is_none() {
            return self.unexpected("`->`, `<-` or `<->`");
        }
        match (left, self.take(Symbol::Greater).is_some()) {
            (true, true) => Some(EdgeDirection::Either),
            (true, false) => Some(EdgeDirection::Left),
            (false, true) => Some(EdgeDirection::Right),
            (false, false) => self.unexpected("`->`"),
        }
    }

    /// `repeat(1,10)` and `as e`
    fn after_edge(&mut self, edge: &mut EdgePattern) {
        if self.begins_with("repeat", Symbol::LeftParen) {
            let open = self.here();
            let close = self.partner(self.at + 1);
            self.at += 2;
            let least = self.count("the fewest edges");
            let most = if self.take(Symbol::Comma).is_some() {
                self.count("the most edges")
            } else if least.is_some() {
                self.unexpected("`,` and the most edges")
            } else {
                None
            };
            if self.take(Symbol::RightParen).is_none() && most.is_some() {
                let _: Option<()> = self.unexpected("`)`");
            }
            self.at = close.map_or(self.at, |close| self.at.max(close + 1));
            edge.hops = most.and_then(|most| self.hops(open, least, Some(most)));
        }
        if self.sees_word("as") {
            self.at += 1;
            match self.name_here() {
                Some(name) => {
                    edge.variable = Some(name);
                    self.at += 1;
                }
                None => {
                    let _: Option<()> = self.unexpected("the name of the edge");
                }
            }
        }
    }

    /// Reports what stands after the end of a line.
    fn line_end(&mut self, expected: &str) {
        let ends = match self.ahead(0) {
            None | Some(TokenKind::Symbol(Symbol::Comma | Symbol::RightBrace | Symbol::Semicolon)) => true,
            _ => self.path_begins(self.at) || self.name_at(self.at),
        };
        if !ends {
            let _: Option<()> = self.unexpected(expected);
            self.skip_path();
        }
    }

    fn predicates(&mut self, span: Span, labels: Vec<Label>) -> Vec<Predicate> {
        let mut predicates = Vec::new();
        for label in labels {
            match label {
                Label::Type(name) => predicates.push(Predicate::new(name.as_str())),
                Label::Concepts(_) => {
                    let wrong = Diagnostic::error(span, "an edge cannot be a concept").with_expected("a predicate");
                    self.diagnostics.push(wrong);
                }
            }
        }
        predicates
    }

    /// `[A, B, __start__='true']`, if it comes next.
    fn options(&mut self) -> Options {
        let mut options = Options::default();
        if !self.sees(Symbol::LeftBracket) {
            return options;
        }
        let open = self.here();
        let Some(close) = self.partner(self.at) else {
            self.unended(open, "`]`");
            while self.peek().is_some() && !self.on_new_line(self.at) {
                self.at += 1;
            }
            return options;
        };
        self.at += 1;
        self.up_to(close, |parser| {
            while parser.peek().is_some() {
                if parser.take(Symbol::Comma).is_none() {
                    parser.option(&mut options);
                }
            }
        });
        self.at = close + 1;
        options
    }

    fn option(&mut self, options: &mut Options) {
        let span = self.here();
        if !(self.name_at(self.at) && self.symbol_at(self.at + 1, Symbol::Assign)) {
            match self.label() {
                Some(label) => options.labels.push(label),
                None => self.at += 1,
            }
            if self.peek().is_some() && !self.sees(Symbol::Comma) {
                let _: Option<()> = self.unexpected("`,` or `]`");
                self.at = self.stop;
            }
            return;
        }
        let name = self.name_here().unwrap_or_default();
        self.at += 2;
        let yes = match self.ahead(0) {
            Some(TokenKind::Text(text) | TokenKind::Name(text)) => !text.eq_ignore_ascii_case("false"),
            Some(TokenKind::Keyword(word)) => *word != Keyword::False,
            _ => true,
        };
        let number = match self.ahead(0) {
            Some(TokenKind::Literal(Value::Integer(number))) => u32::try_from(*number).ok(),
            Some(TokenKind::Text(text)) => text.trim().parse().ok(),
            _ => None,
        };
        if self.peek().is_none() || self.sees(Symbol::Comma) {
            let _: Option<()> = self.unexpected("a value");
            return;
        }
        self.at += 1;
        match &*name {
            "__start__" => options.start |= yes,
            "__optional__" => options.optional |= yes,
            name if name.eq_ignore_ascii_case("PRE_NODE_LIMIT") || name.eq_ignore_ascii_case("per_node_limit") => {
                options.limit = number;
                if number.is_none() {
                    let wrong = Diagnostic::error(span, format!("`{name}` is no number of edges"));
                    self.diagnostics.push(wrong.with_expected("a whole number"));
                }
            }
            name => {
                let (message, misspelt) = (format!("unknown option `{name}`"), nearest(name, OPTIONS).is_some());
                let found =
                    if misspelt { Diagnostic::error(span, message) } else { Diagnostic::warning(span, message) };
                let found = found
                    .with_expected("`__start__`, `__optional__` or `PRE_NODE_LIMIT`")
                    .with_hint("it says nothing; what must hold goes into the `Constraint`");
                self.diagnostics.push(found.with_nearest(name, OPTIONS));
            }
        }
    }
}
