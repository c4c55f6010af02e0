//! Operations on lists, and on groups of matches.

use std::sync::Arc;

use kag_core::{Span, Value};

use super::Checker;
use crate::{
    Diagnostic,
    expr::{Aggregate, Expr, ExprKind, ExprType, ListMethod},
};

/// What a group of matches can be asked besides aggregates.
const OF_GROUPS: [&str; 3] = ["top", "keep_longest_path", "keep_shortest_path"];

impl Checker<'_> {
    pub(super) fn method(&mut self, of: &Expr, name: &str, arguments: &[Expr], span: Span) -> ExprType {
        let list = self.kind_of(of);
        if is_group(of) {
            return self.of_group(name, arguments, span);
        }
        let Some(method) = ListMethod::of(name) else {
            let wrong = Diagnostic::error(span, format!("unknown operation `{name}`"));
            self.diagnostics.push(wrong.with_nearest(name, ListMethod::all().map(ListMethod::name)));
            return ExprType::Any;
        };
        let (least, most) = method.arity();
        if arguments.len() < least || arguments.len() > most {
            self.wrong_arity(name, arguments, span);
            return ExprType::Any;
        }
        let operation = Operation { name, span, item: list.item().clone(), item_name: item_name(of) };
        self.operation(method, &list, &operation, arguments)
    }

    fn wrong_arity(&mut self, name: &str, arguments: &[Expr], span: Span) {
        let message = format!("`{name}` does not take {}", super::call::counted(arguments));
        let usage = ListMethod::of(name).map_or("", ListMethod::usage);
        self.diagnostics.push(Diagnostic::error(span, message).with_expected(format!("`{usage}`")));
    }

    fn operation(
        &mut self,
        method: ListMethod,
        list: &ExprType,
        operation: &Operation<'_>,
        arguments: &[Expr],
    ) -> ExprType {
        let several = || match list {
            list @ ExprType::List(_) => list.clone(),
            ExprType::Any => ExprType::list(ExprType::Any),
            one => ExprType::list(one.clone()),
        };
        let item = || operation.item.clone();
        match method {
            ListMethod::Edges => several(),
            ListMethod::Nodes => ExprType::list(ExprType::Node(None)),
            ListMethod::Constraint => {
                let body = self.lambda(arguments, 0, &[item(), item()]);
                self.condition(&body, arguments);
                ExprType::Boolean
            }
            ListMethod::Reduce => {
                let start = arguments.get(1).map_or(ExprType::Any, |start| self.kind_of(start));
                let body = self.lambda(arguments, 0, &[ExprType::Any, item()]);
                start.joined(&body)
            }
            ListMethod::Accumulate => {
                self.accumulated(arguments);
                self.summed(&item(), operation.name, operation.span);
                item()
            }
            ListMethod::If => {
                let condition = self.for_item(operation, arguments, 0);
                self.condition(&condition, arguments);
                several()
            }
            ListMethod::Get => {
                self.whole(arguments, operation.name);
                item()
            }
            ListMethod::Head | ListMethod::Tail => {
                self.whole(arguments, operation.name);
                if arguments.is_empty() { item() } else { several() }
            }
            ListMethod::Slice | ListMethod::Limit => {
                self.whole(arguments, operation.name);
                several()
            }
            ListMethod::Asc | ListMethod::Desc => {
                self.for_item(operation, arguments, 0);
                several()
            }
            ListMethod::StrJoin => {
                let between = arguments.first().map_or(ExprType::Text, |between| self.kind_of(between));
                self.wants(
                    &between,
                    &ExprType::Text,
                    "`str_join`",
                    arguments.first().map_or(Span::default(), |a| a.span),
                );
                ExprType::Text
            }
            ListMethod::Aggregate(which) => {
                let kind = if arguments.is_empty() { item() } else { self.for_item(operation, arguments, 0) };
                self.aggregated(which, &kind, operation.name, at(arguments, operation.span))
            }
            ListMethod::AggregateIf(which) => {
                let condition = self.for_item(operation, arguments, 0);
                self.condition(&condition, arguments);
                let kind = if arguments.len() < 2 { item() } else { self.for_item(operation, arguments, 1) };
                self.aggregated(which, &kind, operation.name, at(arguments, operation.span))
            }
        }
    }

    /// An operation on the matches of a group: what it aggregates stands for every match.
    fn of_group(&mut self, name: &str, arguments: &[Expr], span: Span) -> ExprType {
        let kinds: Vec<ExprType> = arguments.iter().map(|argument| self.kind_of(argument)).collect();
        let last = kinds.last().unwrap_or(&ExprType::Any).item().clone();
        match ListMethod::of(name) {
            Some(ListMethod::Aggregate(which)) => {
                if arguments.len() > 1 {
                    self.wrong_arity(name, arguments, span);
                }
                self.aggregated(which, &last, name, at(arguments, span))
            }
            Some(ListMethod::AggregateIf(which)) => {
                if arguments.len() != 2 {
                    self.wrong_arity(name, arguments, span);
                }
                self.condition(kinds.first().unwrap_or(&ExprType::Any), arguments);
                self.aggregated(which, &last, name, at(arguments, span))
            }
            Some(ListMethod::If) => {
                self.condition(&last, arguments);
                ExprType::Any
            }
            Some(ListMethod::Limit) => {
                self.whole(arguments, name);
                ExprType::Boolean
            }
            Some(ListMethod::Asc | ListMethod::Desc) => ExprType::Boolean,
            _ if OF_GROUPS.iter().any(|known| known.eq_ignore_ascii_case(name)) => ExprType::Boolean,
            _ => self.of_host(name, &kinds, arguments, span),
        }
    }

    /// An aggregate of the host.
    fn of_host(&mut self, name: &str, kinds: &[ExprType], arguments: &[Expr], span: Span) -> ExprType {
        let functions = self.functions;
        if let Some(signature) = functions.get(name) {
            return self.signed(name, signature, kinds, arguments, span);
        }
        let wrong = Diagnostic::error(span, format!("unknown operation `{name}` on a group"));
        let known: Vec<&str> = ListMethod::all().map(ListMethod::name).chain(OF_GROUPS).collect();
        let known = known.into_iter().chain(functions.names());
        self.diagnostics.push(wrong.with_nearest(name, known));
        ExprType::Any
    }

    fn aggregated(&mut self, which: Aggregate, kind: &ExprType, name: &str, span: Span) -> ExprType {
        let item = kind.item();
        match which {
            Aggregate::Count | Aggregate::CountDistinct => ExprType::Integer,
            Aggregate::ConcatAgg => ExprType::Text,
            Aggregate::Min | Aggregate::Max | Aggregate::First => item.clone(),
            Aggregate::Sum => {
                self.summed(item, name, span);
                item.clone()
            }
            Aggregate::Avg => {
                self.summed(item, name, span);
                if *item == ExprType::Integer { ExprType::Number } else { item.clone() }
            }
        }
    }

    fn summed(&mut self, item: &ExprType, name: &str, span: Span) {
        if !matches!(item, ExprType::Any | ExprType::Integer | ExprType::Number | ExprType::Quantity) {
            let wrong = Diagnostic::error(span, format!("`{name}` does not take {item}"));
            self.diagnostics.push(wrong.with_expected("numbers or quantities"));
        }
    }

    fn condition(&mut self, kind: &ExprType, arguments: &[Expr]) {
        let span = arguments.first().map_or(Span::default(), |argument| argument.span);
        self.wants(kind.item(), &ExprType::Boolean, "a condition", span);
    }

    fn whole(&mut self, arguments: &[Expr], name: &str) {
        for argument in arguments {
            let kind = self.kind_of(argument);
            self.wants(&kind, &ExprType::Integer, &format!("`{name}`"), argument.span);
        }
    }

    fn accumulated(&mut self, arguments: &[Expr]) {
        let sign = |expr: &Expr| match &expr.kind {
            ExprKind::Literal(Value::Text(sign)) | ExprKind::Variable(sign) => matches!(&**sign, "+" | "*"),
            _ => false,
        };
        if let Some(wrong) = arguments.iter().find(|argument| !sign(argument)) {
            let wrong = Diagnostic::error(wrong.span, "`accumulate` takes a sign").with_expected("`+` or `*`");
            self.diagnostics.push(wrong);
        }
    }

    /// The kind of the argument at `place` where the item at hand has a name.
    fn for_item(&mut self, operation: &Operation<'_>, arguments: &[Expr], place: usize) -> ExprType {
        let Some(argument) = arguments.get(place) else {
            return ExprType::Any;
        };
        if let ExprKind::Lambda { .. } = argument.kind {
            return self.lambda(arguments, place, std::slice::from_ref(&operation.item));
        }
        let Some(name) = operation.item_name else {
            return self.kind_of(argument);
        };
        self.locals.push((Arc::clone(name), operation.item.clone()));
        let kind = self.kind_of(argument);
        self.locals.pop();
        kind
    }

    /// The kind of what the lambda at `place` gives for arguments of these kinds.
    fn lambda(&mut self, arguments: &[Expr], place: usize, kinds: &[ExprType]) -> ExprType {
        let Some(argument) = arguments.get(place) else {
            return ExprType::Any;
        };
        let ExprKind::Lambda { parameters, body } = &argument.kind else {
            let message = "expected a function without a name";
            let example = if kinds.len() == 1 { "`(x) => x.amount`" } else { "`(a, b) => b.date > a.date`" };
            self.diagnostics.push(Diagnostic::error(argument.span, message).with_expected(example));
            return ExprType::Any;
        };
        if parameters.len() != kinds.len() {
            let message = format!("the function takes {} arguments, not {}", kinds.len(), parameters.len());
            self.diagnostics.push(Diagnostic::error(argument.span, message));
            return ExprType::Any;
        }
        let before = self.locals.len();
        self.locals.extend(parameters.iter().cloned().zip(kinds.iter().cloned()));
        let kind = self.kind_of(body);
        self.locals.truncate(before);
        kind
    }
}

/// Where the last of the arguments is, or the whole.
fn at(arguments: &[Expr], whole: Span) -> Span {
    arguments.last().map_or(whole, |argument| argument.span)
}

/// What is known of the list that an operation is on.
struct Operation<'o> {
    name: &'o str,
    span: Span,
    item: ExprType,
    item_name: Option<&'o Arc<str>>,
}

/// The name by which arguments know the item at hand: that of the list's variable.
fn item_name(list: &Expr) -> Option<&Arc<str>> {
    let mut list = list;
    loop {
        match &list.kind {
            ExprKind::Variable(name) => return Some(name),
            ExprKind::Method { of, .. } => list = of,
            _ => return None,
        }
    }
}

/// Whether operations on `expr` are on the matches of a group.
fn is_group(expr: &Expr) -> bool {
    let mut expr = expr;
    loop {
        match &expr.kind {
            ExprKind::Method { of, .. } => expr = of,
            ExprKind::Call { function, .. } => return function.eq_ignore_ascii_case("group"),
            _ => return false,
        }
    }
}
