//! Operations on groups and lists, and calls that mean something of their own in rules.

use std::sync::Arc;

use kag_core::Span;

use super::{Checker, Variable, variable_name};
use crate::{Diagnostic, Expr, ExprKind, ExprType, ListMethod};

/// Operations that choose among rows or list items and that are no list operations.
const CHOICES: [&str; 4] = ["top", "bottom", "keep_longest_path", "keep_shortest_path"];

/// Whether `expr` chooses rows instead of asking something of each.
pub(super) fn is_choice(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Method { name, .. } => {
            let name = plain(name);
            matches!(name.as_str(), "asc" | "desc" | "limit") || CHOICES.iter().any(|choice| plain(choice) == name)
        }
        ExprKind::Call { function, .. } => plain(function) == "top",
        _ => false,
    }
}

/// Whether more facts in the arguments of `function` can mean that less holds.
pub(super) fn turns(function: &str) -> bool {
    plain(function) == "rulevalue"
}

/// A name in lower case without `_`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

impl Checker<'_> {
    /// A call that is no function: `group(..)`, `exists(x)`, `top(x, 2)`.
    pub(super) fn special_call(
        &mut self,
        function: &str,
        arguments: &[Expr],
        span: Span,
        of: Option<&Variable>,
    ) -> Option<ExprType> {
        let kind = match plain(function).as_str() {
            "exists" | "exist" => ExprType::Boolean,
            "top" if arguments.len() == 2 => ExprType::Any,
            // How many of the concepts hold.
            "hits" if self.functions.get(function).is_none() => ExprType::Integer,
            "group" => {
                let wrong = Diagnostic::error(span, "a group without an operation");
                self.report(wrong.with_hint("write `group(s).count(x)` or another aggregate"));
                ExprType::Any
            }
            _ => return None,
        };
        let outer = self.mentions.turn(kind != ExprType::Boolean);
        for argument in arguments {
            self.expr(argument, of);
        }
        self.mentions.restore(outer);
        Some(kind)
    }

    /// `owner.name(arguments)`
    pub(super) fn method(
        &mut self,
        owner: &Expr,
        name: &Arc<str>,
        arguments: &[Expr],
        span: Span,
        of: Option<&Variable>,
    ) -> ExprType {
        let outer = self.mentions.turn(true);
        let grouped = self.owner(owner, of);
        self.arguments(owner, name, arguments, of);
        self.mentions.restore(outer);
        if grouped {
            self.mentions.aggregate();
        }
        let key = plain(name);
        let chooses = CHOICES.iter().any(|choice| plain(choice) == key);
        let method = ListMethod::ALL.iter().find(|(known, _)| plain(known) == key).map(|(_, method)| *method);
        let known = chooses || method.is_some() || grouped && self.functions.get(name).is_some();
        if !known {
            let wrong = Diagnostic::error(span, format!("unknown operation `{name}`"));
            let names = ListMethod::ALL.iter().map(|(name, _)| *name).chain(CHOICES);
            self.report(wrong.with_nearest(name, names));
        }
        match key.as_str() {
            "count" | "countif" | "countdistinct" => ExprType::Integer,
            "sum" | "sumif" | "avg" | "avgif" => ExprType::Number,
            "constraint" => ExprType::Boolean,
            "concatagg" | "concataggif" | "strjoin" => ExprType::Text,
            _ => ExprType::Any,
        }
    }

    /// Checks what stands before the point; `true` where it is, in the end, a group.
    fn owner(&mut self, owner: &Expr, of: Option<&Variable>) -> bool {
        match &owner.kind {
            ExprKind::Call { function, arguments } if plain(function) == "group" => {
                for argument in arguments {
                    self.expr(argument, of);
                }
                true
            }
            ExprKind::Method { of: inner, name, arguments } => {
                let grouped = self.owner(inner, of);
                self.arguments(inner, name, arguments, of);
                grouped
            }
            _ => {
                self.expr(owner, of);
                false
            }
        }
    }

    /// Checks arguments. The parameters of a lambda are items of what its owner holds.
    fn arguments(&mut self, owner: &Expr, name: &str, arguments: &[Expr], of: Option<&Variable>) {
        for argument in arguments {
            let ExprKind::Lambda { parameters, body } = &argument.kind else {
                if plain(name) != "accumulate" {
                    self.expr(argument, of);
                }
                continue;
            };
            let item = self.item(owner);
            let reduces = plain(name) == "reduce";
            let outer = self.variables.clone();
            for (parameter, place) in parameters.iter().zip(0..) {
                // The first of a reduction is what came of the items before.
                let this = if reduces && place == 0 { Variable::Value(ExprType::Any) } else { item.clone() };
                self.variables.give(parameter, this);
            }
            self.expr(body, of);
            self.variables = outer;
        }
    }

    /// What one item of `owner` is: an edge of the edges of several hops.
    fn item(&self, owner: &Expr) -> Variable {
        let mut root = owner;
        let mut edges = false;
        while let ExprKind::Method { of, name, .. } = &root.kind {
            edges |= plain(name) == "edges";
            root = of;
        }
        let named = variable_name(root).and_then(|name| self.variables.get(name));
        match named {
            Some(edge @ Variable::Edge(_)) if edges => edge.clone(),
            _ => Variable::Value(ExprType::Any),
        }
    }
}
