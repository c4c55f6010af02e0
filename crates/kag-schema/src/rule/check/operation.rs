//! Operations on groups and lists: what their arguments may name.

use std::sync::Arc;

use super::{Checker, Variable, expression::Stand, variable_name};
use crate::{Expr, ExprKind, ExprType, ListMethod};

/// Operations that choose among rows.
const CHOICES: [&str; 3] = ["top", "keep_longest_path", "keep_shortest_path"];

/// Whether `expr` chooses rows instead of asking something of each.
pub(super) fn is_choice(expr: &Expr) -> bool {
    let chooses = |name: &str| CHOICES.iter().any(|choice| plain(choice) == plain(name));
    match &expr.kind {
        ExprKind::Method { name, .. } => {
            let order = ListMethod::of(name);
            chooses(name) || matches!(order, Some(ListMethod::Asc | ListMethod::Desc | ListMethod::Limit))
        }
        ExprKind::Call { function, .. } => chooses(function),
        _ => false,
    }
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
    /// `owner.name(arguments)` with values for what it names.
    pub(super) fn method(
        &mut self,
        (owner, name, arguments): (&Expr, &Arc<str>, &[Expr]),
        of: Option<&Variable>,
        stand: &mut Stand,
    ) -> ExprKind {
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
