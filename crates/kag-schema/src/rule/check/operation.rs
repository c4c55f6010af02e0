//! Operations on groups and lists: what their arguments may name.

use std::sync::Arc;

use super::{Checker, Variable, expression::Stand, variable_name};
use crate::{Aggregate, Diagnostic, Expr, ExprKind, ExprType, Functions, ListMethod, expr::InRule};

/// Operations that choose among matches, in lower case without `_`.
const CHOICES: [&str; 3] = ["top", "keeplongestpath", "keepshortestpath"];

/// Whether `expr` is to choose matches instead of asking something of each, and whether it is
/// whole.
fn choice(expr: &Expr, functions: &Functions) -> Option<Result<(), Diagnostic>> {
    if let ExprKind::Call { function, .. } = &expr.kind {
        return (plain(function) == "top" && functions.get(function).is_none()).then_some(Ok(()));
    }
    let mut calls: Vec<(&str, &Expr, &[Expr])> = Vec::new();
    let mut at = expr;
    while let ExprKind::Method { of, name, arguments } = &at.kind {
        calls.push((name, at, arguments));
        at = of;
    }
    if !is_group(expr) {
        return None;
    }
    calls.reverse();
    let chooses = |name: &str| {
        CHOICES.contains(&plain(name).as_str())
            || matches!(ListMethod::of(name), Some(ListMethod::Asc | ListMethod::Desc | ListMethod::Limit))
    };
    let first = calls.iter().position(|(name, ..)| chooses(name))?;
    Some(whole(&calls, first))
}

/// What is wrong with the operations on a group of which the one at `first` is the first to choose.
fn whole(calls: &[(&str, &Expr, &[Expr])], first: usize) -> Result<(), Diagnostic> {
    let order = |name: &str| matches!(ListMethod::of(name), Some(ListMethod::Asc | ListMethod::Desc));
    let (before, rest) = calls.split_at(first);
    let Some((name, expr, _)) = rest.first() else { return Ok(()) };
    if let Some((other, ..)) = before.first() {
        let wrong = Diagnostic::error(expr.span, format!("`{name}` after `{other}`"));
        return Err(wrong.with_hint("what must hold before matches are chosen goes into a clause before"));
    }
    let after = match rest {
        [(name, ..), (limit, ..), after @ ..] if order(name) && ListMethod::of(limit) == Some(ListMethod::Limit) => {
            after
        }
        [(name, expr, _), ..] if order(name) => {
            let wrong = Diagnostic::error(expr.span, format!("`{name}` without how many to keep"));
            return Err(wrong.with_expected(format!("`group(…).{name}(…).limit(n)`")));
        }
        [(name, expr, _), ..] if ListMethod::of(name) == Some(ListMethod::Limit) => {
            let wrong = Diagnostic::error(expr.span, "`limit` without an order");
            return Err(wrong.with_expected("`group(…).desc(…).limit(n)` or `group(…).asc(…).limit(n)`"));
        }
        [_, after @ ..] => after,
        [] => &[],
    };
    if let Some((name, expr, _)) = after.first() {
        let wrong = Diagnostic::error(expr.span, format!("`{name}` after a choice of matches"));
        return Err(wrong.with_hint("give the choice a clause of its own: what comes after it is of the matches kept"));
    }
    let counts = rest.iter().take(2).filter(|(name, ..)| !order(name)).filter_map(|(_, _, arguments)| arguments.last());
    for count in counts.filter(|_| !plain(name).starts_with("keep")) {
        if !matches!(&count.kind, ExprKind::Literal(kag_core::Value::Integer(_)) | ExprKind::Parameter(_)) {
            let wrong = Diagnostic::error(count.span, "how many matches are kept cannot hang on a match");
            return Err(wrong.with_expected("a whole number or a parameter"));
        }
    }
    Ok(())
}

/// Whether more facts in the arguments of `function` can mean that less holds.
pub(super) fn turns(function: &str) -> bool {
    plain(function) == "rulevalue"
}

/// Whether `function` begins an operation on groups, or is one on all matches.
pub(super) fn groups(function: &str) -> bool {
    matches!(plain(function).as_str(), "group" | "top")
}

/// A name in lower case without `_`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

impl Checker<'_> {
    /// Checks a condition; gives its kind and whether it chooses matches instead.
    pub(super) fn condition(&mut self, expr: &Expr) -> (ExprType, bool) {
        let chooses = match choice(expr, self.functions) {
            None => {
                self.no_choices(expr.children());
                false
            }
            Some(whole) => {
                if let Err(wrong) = whole {
                    self.report(wrong);
                }
                self.path_kept(expr);
                true
            }
        };
        (self.checked(expr, None), chooses)
    }

    /// Checks the value of a clause called `name`, and gives its kind.
    pub(super) fn projected(&mut self, name: &str, expr: &Expr) -> ExprType {
        if let Some(Ok(())) = choice(expr, self.functions) {
            let wrong = Diagnostic::error(expr.span, "a choice of matches gives no value");
            self.report(wrong.with_hint(format!("it is a condition: write `{name}: {}`", InRule(expr))));
            return self.checked(expr, None);
        }
        self.expr(expr, None)
    }

    /// Reports choices of matches where each match gives a value.
    pub(super) fn no_choices<'e>(&mut self, exprs: impl Iterator<Item = &'e Expr>) {
        let mut waiting: Vec<&Expr> = exprs.collect();
        while let Some(expr) = waiting.pop() {
            match choice(expr, self.functions) {
                None => waiting.extend(expr.children()),
                Some(Err(wrong)) => self.report(wrong),
                Some(Ok(())) => {
                    let wrong = Diagnostic::error(expr.span, "a choice of matches stands for itself alone");
                    let hint = format!("give it a clause of its own in a `Rule` block: `R1: {}`", InRule(expr));
                    self.report(wrong.with_hint(hint));
                }
            }
        }
    }

    /// Reports a path to keep that is none.
    fn path_kept(&mut self, expr: &Expr) {
        let ExprKind::Method { name, arguments, .. } = &expr.kind else { return };
        if !plain(name).starts_with("keep") {
            return;
        }
        let known = |edge: &Expr| {
            let edge = variable_name(edge);
            edge.is_some_and(|edge| self.several.contains(edge) || self.variables.get(edge).is_none())
        };
        let single = |edge: &Expr| {
            matches!(variable_name(edge).and_then(|edge| self.variables.get(edge)), Some(Variable::Edge(_)))
        };
        let message = format!("`{name}` compares how many edges matches pass");
        let wrong = match &arguments[..] {
            [edge] if known(edge) => return,
            [edge] if single(edge) => {
                Diagnostic::warning(edge.span, message).with_hint("this one is always a single edge")
            }
            [edge] => Diagnostic::error(edge.span, message),
            _ => Diagnostic::error(expr.span, message),
        };
        self.report(wrong.with_expected("the name of a repeated edge or of a path"));
    }

    /// `owner.name(arguments)` with values for what it names.
    pub(super) fn method(
        &mut self,
        (owner, name, arguments): (&Expr, &Arc<str>, &[Expr]),
        of: Option<&Variable>,
        stand: &mut Stand,
    ) -> ExprKind {
        if let (Some(which), [argument]) = (Aggregate::of(name), arguments)
            && !matches!(variable_name(argument), Some(name) if self.several.contains(name))
            && is_group(owner)
        {
            self.amount(name, which, argument);
        }
        let outer = self.mentions.turn(true);
        let plain_owner = self.plain(owner, of, stand);
        let arguments = arguments.iter().map(|argument| self.argument(owner, name, argument, of, stand)).collect();
        self.mentions.restore(outer);
        ExprKind::Method { of: Box::new(plain_owner), name: Arc::clone(name), arguments }
    }

    /// The parameters of a lambda are items of what its owner holds.
    fn argument(
        &mut self,
        owner: &Expr,
        name: &str,
        argument: &Expr,
        of: Option<&Variable>,
        stand: &mut Stand,
    ) -> Expr {
        let ExprKind::Lambda { parameters, body } = &argument.kind else {
            let sign = ListMethod::of(name) == Some(ListMethod::Accumulate);
            return if sign { argument.clone() } else { self.plain(argument, of, stand) };
        };
        let item = self.item(owner);
        let reduces = ListMethod::of(name) == Some(ListMethod::Reduce);
        let outer = self.variables.clone();
        for (parameter, place) in parameters.iter().zip(0..) {
            // The first of a reduction is what came of the items before.
            let this = if reduces && place == 0 { Variable::Value(ExprType::Any) } else { item.clone() };
            self.variables.give(parameter, this);
        }
        let body = Box::new(self.plain(body, of, stand));
        self.variables = outer;
        Expr::from(ExprKind::Lambda { parameters: parameters.clone(), body }).at(argument.span)
    }

    /// What one item of `owner` is: an edge of the edges of several hops.
    fn item(&self, owner: &Expr) -> Variable {
        let mut root = owner;
        let mut edges = false;
        while let ExprKind::Method { of, name, .. } = &root.kind {
            edges |= ListMethod::of(name) == Some(ListMethod::Edges);
            root = of;
        }
        match variable_name(root).and_then(|name| self.variables.get(name)) {
            Some(edge @ Variable::Edge(_)) if edges => edge.clone(),
            _ => Variable::Value(ExprType::Any),
        }
    }
}

/// Whether operations on `expr` are on groups of matches.
fn is_group(expr: &Expr) -> bool {
    let mut at = expr;
    while let ExprKind::Method { of, .. } = &at.kind {
        at = of;
    }
    matches!(&at.kind, ExprKind::Call { function, .. } if plain(function) == "group")
}
