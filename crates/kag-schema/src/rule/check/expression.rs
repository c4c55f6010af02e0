//! Expressions of rules: names, properties, functions and kinds.
//!
//! What only rules have (names of nodes and edges, operations on groups) is looked up here
//! and replaced by a value of its kind; what is left is checked like any expression.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::Span;

use super::{Checker, Variable, operation, property::Found};
use crate::{Diagnostic, Dialect, Expr, ExprKind, ExprScope, ExprType, UnaryOp, check_expr};

/// The kinds of the values that stand for what was looked up.
pub(super) struct Stand(BTreeMap<String, ExprType>);

impl ExprScope for Stand {
    fn variable(&self, name: &str) -> Option<ExprType> {
        self.0.get(name).cloned()
    }

    fn dialect(&self) -> Dialect {
        Dialect::Rule
    }
}

impl Checker<'_> {
    /// Checks `expr`, in which a name that is no variable is a property of `of`, and says of
    /// what kind it is.
    pub(super) fn expr(&mut self, expr: &Expr, of: Option<&Variable>) -> ExprType {
        self.no_choices(std::iter::once(expr));
        self.checked(expr, of)
    }

    /// The same of what may choose matches.
    pub(super) fn checked(&mut self, expr: &Expr, of: Option<&Variable>) -> ExprType {
        let mut stand = Stand(BTreeMap::new());
        let plain = self.plain(expr, of, &mut stand);
        let (kind, diagnostics) = check_expr(&plain, &stand, self.functions);
        self.diagnostics.extend(diagnostics);
        kind
    }

    /// `expr` with values for all that only rules have.
    pub(super) fn plain(&mut self, expr: &Expr, of: Option<&Variable>, stand: &mut Stand) -> Expr {
        let kind = match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Null => return expr.clone(),
            ExprKind::Parameter(_) => ExprType::Any,
            ExprKind::Variable(_) | ExprKind::Property { .. } => {
                let found = self.thing(expr, of);
                as_value(&found)
            }
            ExprKind::Method { of: owner, name, arguments } => {
                let kind = self.method((owner, name, arguments), of, stand);
                return Expr::from(kind).at(expr.span);
            }
            ExprKind::Concept(concept) => {
                self.concept_type(&concept.type_name, expr.span);
                self.mentions.concept(concept, self.schema);
                ExprType::Boolean
            }
            ExprKind::Path(path) => {
                self.path_condition(path);
                ExprType::Boolean
            }
            ExprKind::Call { .. } => return self.call(expr, of, stand),
            ExprKind::Lambda { .. } => {
                let wrong = Diagnostic::error(expr.span, "a function without a name stands only in an operation");
                self.report(wrong.with_expected("`e.edges().constraint((pre, cur) => …)`"));
                ExprType::Any
            }
            ExprKind::List(items) => {
                let items = self.plain_all(items, of, stand);
                return Expr::from(ExprKind::List(items)).at(expr.span);
            }
            ExprKind::Unary { op, operand } => {
                let outer = self.mentions.turn(matches!(op, UnaryOp::Not | UnaryOp::IsNull));
                let operand = self.plain(operand, of, stand);
                self.mentions.restore(outer);
                return operand.unary(*op).at(expr.span);
            }
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.plain(left, of, stand), self.plain(right, of, stand));
                return left.binary(*op, right).at(expr.span);
            }
            ExprKind::If { condition, then, otherwise } => {
                let outer = self.mentions.turn(true);
                let condition = self.plain(condition, of, stand);
                let (then, otherwise) = (self.plain(then, of, stand), self.plain(otherwise, of, stand));
                self.mentions.restore(outer);
                return condition.if_else(then, otherwise).at(expr.span);
            }
        };
        value_of(kind, expr.span, stand)
    }

    fn plain_all(&mut self, exprs: &[Expr], of: Option<&Variable>, stand: &mut Stand) -> Vec<Expr> {
        exprs.iter().map(|expr| self.plain(expr, of, stand)).collect()
    }

    fn call(&mut self, call: &Expr, of: Option<&Variable>, stand: &mut Stand) -> Expr {
        let ExprKind::Call { function, arguments } = &call.kind else { return call.clone() };
        let groups = operation::groups(function);
        if groups {
            self.mentions.aggregate();
        }
        let outer = self.mentions.turn(groups || operation::turns(function));
        let arguments = self.plain_all(arguments, of, stand);
        self.mentions.restore(outer);
        if !self.shows {
            let kind = arguments.first().and_then(super::variable_name).and_then(|name| stand.0.get(&**name));
            self.within_one_match(call, kind);
        }
        let counts_matches = arguments.is_empty() && self.functions.get(function).is_some_and(|f| &*f.name == "count");
        // How many of the concepts hold, in rules on concepts.
        let hits = self.functions.get(function).is_none() && function.eq_ignore_ascii_case("hits");
        if hits || counts_matches {
            return value_of(ExprType::Integer, call.span, stand);
        }
        Expr::from(ExprKind::Call { function: Arc::clone(function), arguments }).at(call.span)
    }

    /// What a name, or a name after a point, stands for. What is not there is reported.
    pub(super) fn thing(&mut self, expr: &Expr, of: Option<&Variable>) -> Variable {
        match &expr.kind {
            ExprKind::Variable(name) => self.named(name, expr.span, of),
            ExprKind::Property { of: owner, name } => {
                let owner = match &owner.kind {
                    ExprKind::Variable(_) | ExprKind::Property { .. } => self.thing(owner, of),
                    _ => Variable::Value(self.expr(owner, of)),
                };
                self.part(&owner, name, expr.span)
            }
            _ => Variable::Value(self.expr(expr, of)),
        }
    }

    fn named(&mut self, name: &Arc<str>, span: Span, of: Option<&Variable>) -> Variable {
        if let Some(found) = self.variables.get(name) {
            return found.clone();
        }
        if let Some(of) = of {
            let found = match of {
                Variable::Node(types) => Some(self.property(types, name)),
                Variable::Edge(edge) => Some(Self::qualifier(edge, name)),
                _ => None,
            };
            match found {
                Some(Found::Value(kind)) => return Variable::Value(kind),
                Some(Found::Nodes(types)) => return Variable::Node(types),
                _ => {}
            }
        }
        self.known_name(name, span);
        Variable::Value(ExprType::Any)
    }

    /// The property `name` of `owner`.
    fn part(&mut self, owner: &Variable, name: &Arc<str>, span: Span) -> Variable {
        let (found, what) = match owner {
            Variable::Node(types) => (self.property(types, name), types.text()),
            Variable::Edge(edge) => (Self::qualifier(edge, name), format!("edge `{}`", edge.name)),
            Variable::Path | Variable::Value(ExprType::Any | ExprType::Node(_)) => {
                return Variable::Value(ExprType::Any);
            }
            // What holds several, has what each of them has.
            Variable::Value(ExprType::List(_)) => return Variable::Value(ExprType::Any),
            Variable::Value(kind) => {
                let wrong = Diagnostic::error(span, format!("{kind} has no properties"));
                self.report(wrong.with_expected("a node or an edge before the point"));
                return Variable::Value(ExprType::Any);
            }
        };
        match found {
            Found::Value(kind) => Variable::Value(kind),
            Found::Nodes(types) => Variable::Node(types),
            Found::Nothing(names) => {
                let wrong = Diagnostic::error(span, format!("{what} has no property `{name}`"));
                self.report(wrong.with_nearest(name, names.iter().map(String::as_str)));
                Variable::Value(ExprType::Any)
            }
        }
    }
}

/// The kind of what stands for a name in a comparison or as an argument.
fn as_value(found: &Variable) -> ExprType {
    match found {
        Variable::Value(kind) => kind.clone(),
        // A node is compared with texts by what it is called.
        Variable::Node(_) | Variable::Edge(_) | Variable::Path => ExprType::Any,
    }
}

/// A variable of its own of this kind.
fn value_of(kind: ExprType, span: Span, stand: &mut Stand) -> Expr {
    let name = format!("#{}", stand.0.len());
    stand.0.insert(name.clone(), kind);
    Expr::variable(name).at(span)
}
