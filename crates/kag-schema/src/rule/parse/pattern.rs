//! Nodes, edges and paths as they are drawn: `(s:A|B)-[p:x|y]->(o)`.

use std::sync::Arc;

use kag_core::{Predicate, Span, TypeName, Value};

use crate::{
    Diagnostic, EdgeDirection, EdgePattern, EdgeTarget, Expr, ExprKind, Hops, Label, NodePattern, PathPattern,
    expr::{Parser, Symbol, TokenKind},
};

impl Parser<'_> {
    /// The path that comes next, beginning with the bracket of a node.
    pub(crate) fn path(&mut self) -> Option<PathPattern> {
        let start = self.node()?;
        Some(self.path_from(start))
    }

    /// The path that goes on from `start`. What cannot be read of it is reported.
    pub(super) fn path_from(&mut self, start: NodePattern) -> PathPattern {
        let mut path = PathPattern::node(start);
        while self.edge_ahead() {
            let Some(edge) = self.edge() else {
                break;
            };
            if !self.sees(Symbol::LeftParen) {
                let _: Option<()> = self.unexpected("a node, as in `(o)`");
                break;
            }
            let Some(node) = self.node() else {
                break;
            };
            path.steps.push((edge, node));
        }
        path
    }

    pub(super) fn edge_ahead(&self) -> bool {
        self.sees(Symbol::Minus) || self.sees(Symbol::Less)
    }

    /// The node that comes next; its bracket is there.
    pub(super) fn node(&mut self) -> Option<NodePattern> {
        let open = self.here();
        let Some(close) = self.partner(self.at) else {
            self.unended(open, "`)`");
            return None;
        };
        self.at += 1;
        let mut node = self.up_to(close, Self::inside_node);
        self.at = close + 1;
        node.span = self.span_from(open.start);
        Some(node)
    }

    /// Reports the bracket that comes next as one without an end, unless a text or name without
    /// an end, which is reported already, has swallowed that.
    pub(super) fn unended(&mut self, open: Span, close: &str) {
        /// So far a line is looked through.
        const MOST: usize = 200;
        let line = (self.at + 1..self.stop.min(self.at + MOST)).take_while(|at| !self.on_new_line(*at));
        let broken = line.into_iter().find(|at| self.kind_at(*at) == Some(&TokenKind::Broken));
        if let Some(broken) = broken {
            self.at = broken + 1;
            return;
        }
        let wrong = Diagnostic::error(open, "bracket without an end").with_expected(close);
        self.diagnostics.push(wrong);
        self.at += 1;
    }

    fn inside_node(&mut self) -> NodePattern {
        let mut node = NodePattern::default();
        // `(Med.drug)` and ``(疾病/`高血压`)``: what is called so is no variable.
        let bare = !self.symbol_at(self.at + 1, Symbol::Dot) && !self.symbol_at(self.at + 1, Symbol::Slash);
        if self.name_at(self.at) && bare && !self.where_ahead() {
            node.variable = self.name_here();
            self.at += 1;
        }
        let colon = self.take(Symbol::Colon).is_some();
        if self.name_at(self.at) && (colon || !bare) && !self.where_ahead() {
            node.labels = self.labels();
        }
        if self.sees(Symbol::Comma)
            && self.word_at(self.at + 1, "__start__")
            && self.symbol_at(self.at + 2, Symbol::Assign)
        {
            self.at += 3;
            node.start = matches!(self.ahead(0), Some(TokenKind::Text(text)) if !text.eq_ignore_ascii_case("false"));
            self.at += 1;
        }
        node.condition = self.where_condition();
        if self.peek().is_some() {
            let braces = self.sees(Symbol::LeftBrace);
            self.foreign_part(braces, "`:`, `WHERE` or `)`", "write `(s:Type WHERE name == 'x')`");
        }
        node
    }

    fn where_ahead(&self) -> bool {
        self.sees_word("WHERE")
            && !matches!(self.ahead(1), None | Some(TokenKind::Symbol(Symbol::Colon | Symbol::RightParen)))
    }

    fn where_condition(&mut self) -> Option<Expr> {
        if !self.sees_word("WHERE") {
            return None;
        }
        self.at += 1;
        let tree = self.expression();
        if tree.is_none() {
            self.at = self.stop;
        }
        let tree = tree?;
        self.inner_height = self.inner_height.max(tree.height);
        Some(tree.expr)
    }

    /// Types and concepts with bars between.
    pub(super) fn labels(&mut self) -> Vec<Label> {
        let mut labels = Vec::new();
        loop {
            match self.label() {
                Some(label) => labels.push(label),
                None => self.at = self.stop,
            }
            if self.take(Symbol::Bar).is_none() {
                return labels;
            }
        }
    }

    /// A type, or concepts with `+` between.
    pub(super) fn label(&mut self) -> Option<Label> {
        if let Some(TokenKind::Keyword(_)) = self.ahead(0)
            && let Some(name) = self.name_here()
        {
            self.at += 1;
            return Some(Label::Type((&*name).into()));
        }
        let mut concepts = Vec::new();
        loop {
            if !matches!(self.ahead(0), Some(TokenKind::Name(_) | TokenKind::Quoted(_))) {
                return self.unexpected("a type or a concept");
            }
            match self.concept_ahead().or_else(|| self.loose_concept()) {
                Some(concept) => concepts.push(concept),
                None if concepts.is_empty() => return Some(Label::Type(TypeName::new(self.dotted_name()))),
                None => return self.unexpected("a concept, as in ``疾病/`高血压` ``"),
            }
            if self.take(Symbol::Plus).is_none() {
                return Some(Label::Concepts(concepts));
            }
        }
    }

    /// A concept whose name has no quotes of its own: `疾病/高血压`, `` `疾病/高血压` ``.
    fn loose_concept(&mut self) -> Option<crate::ConceptName> {
        if let Some(TokenKind::Quoted(name)) = self.ahead(0)
            && let Some((type_name, concept)) = name.split_once('/')
            && !type_name.is_empty()
            && !concept.is_empty()
        {
            let concept = crate::ConceptName::new(type_name, concept);
            self.at += 1;
            return Some(concept);
        }
        let end = self.dotted_end();
        let name = match self.kind_at(end + 1) {
            Some(TokenKind::Name(name)) if self.symbol_at(end, Symbol::Slash) => Arc::clone(name),
            _ => return None,
        };
        let type_name = self.dotted(self.at, end);
        self.at = end + 2;
        Some(crate::ConceptName::new(&*type_name, name))
    }

    /// Where the names with points between end that come next.
    fn dotted_end(&self) -> usize {
        let mut end = self.at + 1;
        while self.symbol_at(end, Symbol::Dot) && self.name_at(end + 1) {
            end += 2;
        }
        end
    }

    /// Names with points between; `IND#belongTo` is one.
    pub(super) fn dotted_name(&mut self) -> String {
        let end = self.dotted_end();
        let mut name = self.dotted(self.at, end);
        self.at = end;
        if let Some(TokenKind::Name(rest)) = self.ahead(0)
            && rest.starts_with('#')
            && self.here().start == self.read_to()
        {
            name.push_str(rest);
            self.at += 1;
        }
        name
    }

    /// The edge that comes next; a line or the head of an arrow is there.
    pub(super) fn edge(&mut self) -> Option<EdgePattern> {
        let start = self.here().start;
        let left = self.take(Symbol::Less).is_some();
        if self.take(Symbol::Minus).is_none() {
            return self.unexpected("`-`");
        }
        let mut edge = EdgePattern {
            variable: None,
            target: EdgeTarget::Predicates(Vec::new()),
            direction: EdgeDirection::Either,
            hops: None,
            optional: false,
            per_node_limit: None,
            condition: None,
            span: crate::SourceSpan::default(),
        };
        if self.sees(Symbol::LeftBracket) {
            let open = self.here();
            let Some(close) = self.partner(self.at) else {
                self.unended(open, "`]`");
                return None;
            };
            self.at += 1;
            self.up_to(close, |parser| parser.inside_edge(&mut edge));
            self.at = close + 1;
            if self.take(Symbol::Minus).is_none() {
                return self.unexpected("`-` or `->`");
            }
        } else {
            self.take(Symbol::Minus);
        }
        let right = self.take(Symbol::Greater).is_some();
        edge.direction = match (left, right) {
            (true, false) => EdgeDirection::Left,
            (false, true) => EdgeDirection::Right,
            _ => EdgeDirection::Either,
        };
        self.quantifier(&mut edge);
        edge.span = self.span_from(start);
        Some(edge)
    }

    fn inside_edge(&mut self, edge: &mut EdgePattern) {
        let limit = |parser: &Self| {
            parser.sees_word("per_node_limit") && matches!(parser.ahead(1), Some(TokenKind::Literal(_)))
        };
        let named = self.name_at(self.at) && !self.where_ahead() && !limit(self);
        let several = matches!(self.ahead(1), Some(TokenKind::Symbol(Symbol::Dot | Symbol::Bar)))
            || matches!(self.ahead(1), Some(TokenKind::Name(rest)) if rest.starts_with('#'));
        if named && !several {
            edge.variable = self.name_here();
            self.at += 1;
        }
        let colon = self.take(Symbol::Colon).is_some();
        if self.name_at(self.at) && (colon || named && several) && !self.where_ahead() && !limit(self) {
            edge.target = self.edge_target();
        }
        if limit(self) {
            self.per_node_limit(edge);
        }
        edge.condition = self.where_condition();
        if limit(self) {
            self.per_node_limit(edge);
        }
        if self.peek().is_some() {
            let star = self.sees(Symbol::Star);
            let hint = "how many edges stands behind the arrow: `-[e:predicate]->{1,3}`";
            self.foreign_part(star, "`:`, `WHERE`, `per_node_limit` or `]`", hint);
        }
    }

    /// Reports what does not belong into the brackets of a pattern.
    fn foreign_part(&mut self, foreign: bool, expected: &str, hint: &str) {
        let known = self.diagnostics.len();
        let _: Option<()> = self.unexpected(expected);
        if let Some(wrong) = self.diagnostics.get_mut(known).filter(|_| foreign) {
            wrong.hint = Some(hint.to_owned());
        }
    }

    fn per_node_limit(&mut self, edge: &mut EdgePattern) {
        self.at += 1;
        edge.per_node_limit = self.count("a number of edges");
    }

    fn edge_target(&mut self) -> EdgeTarget {
        if self.symbol_at(self.at + 1, Symbol::LeftParen) {
            let call = self.expression().map(|tree| {
                self.inner_height = self.inner_height.max(tree.height);
                tree.expr
            });
            return match call {
                Some(call) if matches!(call.kind, ExprKind::Call { .. }) => EdgeTarget::Linked(call),
                Some(call) => {
                    let wrong = Diagnostic::error(call.span, "an edge is a predicate or one call of a function");
                    self.diagnostics.push(wrong);
                    EdgeTarget::Predicates(Vec::new())
                }
                None => EdgeTarget::Predicates(Vec::new()),
            };
        }
        let mut predicates: Vec<Predicate> = Vec::new();
        loop {
            if !self.name_at(self.at) {
                let _: Option<()> = self.unexpected("a predicate");
                self.at = self.stop;
                break;
            }
            let span = self.here();
            if let Some(concept) = self.concept_ahead() {
                let wrong = Diagnostic::error(span, format!("an edge cannot be the concept {concept}"));
                self.diagnostics.push(wrong.with_expected("a predicate"));
            } else {
                let keyword = matches!(self.ahead(0), Some(TokenKind::Keyword(_)));
                let name = if keyword { self.name_here().unwrap_or_default().to_string() } else { self.dotted_name() };
                self.at += usize::from(keyword);
                predicates.push(Predicate::new(name));
            }
            if self.take(Symbol::Bar).is_none() {
                break;
            }
        }
        EdgeTarget::Predicates(predicates)
    }

    /// `{1,4}`, `{3}` and `?` after an edge.
    fn quantifier(&mut self, edge: &mut EdgePattern) {
        loop {
            if self.take(Symbol::Question).is_some() {
                edge.optional = true;
            } else if let Some(open) = self.take(Symbol::LeftBrace) {
                let least = self.sees(Symbol::Comma).then_some(0).or_else(|| self.count("the fewest edges"));
                let most = if self.take(Symbol::Comma).is_none() {
                    least
                } else if self.sees(Symbol::RightBrace) {
                    None
                } else {
                    self.count("the most edges")
                };
                if self.take(Symbol::RightBrace).is_none() {
                    let _: Option<()> = self.unexpected("`}`");
                }
                edge.hops = self.hops(open, least, most);
            } else {
                return;
            }
        }
    }

    /// So many edges; fewer at most than at least are reported.
    pub(super) fn hops(&mut self, open: Span, least: Option<u32>, most: Option<u32>) -> Option<Hops> {
        let least = least?;
        if most.is_some_and(|most| most < least) {
            let span = Span::new(open.start, self.read_to());
            let wrong =
                Diagnostic::error(span, "no number of edges is meant").with_hint("the smaller number stands first");
            self.diagnostics.push(wrong);
            return None;
        }
        Some(Hops { least, most })
    }

    /// The whole number that comes next.
    pub(super) fn count(&mut self, what: &str) -> Option<u32> {
        match self.ahead(0) {
            Some(TokenKind::Literal(Value::Integer(number))) if u32::try_from(*number).is_ok() => {
                let number = u32::try_from(*number).ok();
                self.at += 1;
                number
            }
            _ => self.unexpected(what),
        }
    }
}
