//! Calls of functions.

use kag_core::{Span, Value};

use super::{Checker, joined, kinds::is_text};
use crate::{
    Diagnostic,
    expr::{Expr, ExprKind, ExprType, Parameter, ResultType, Signature, function},
};

impl Checker<'_> {
    pub(super) fn call(&mut self, function: &str, arguments: &[Expr], span: Span) -> ExprType {
        let kinds: Vec<ExprType> = arguments.iter().map(|a| self.kind_of(a)).collect();
        if self.is_rule() && function.eq_ignore_ascii_case("group") {
            return ExprType::Any;
        }
        let functions = self.functions;
        let Some(signature) = functions.get(function) else {
            if self.is_rule() && function.eq_ignore_ascii_case("top") {
                return self.top(function, &kinds, arguments, span);
            }
            let wrong = Diagnostic::error(span, format!("unknown function `{function}`"));
            self.diagnostics.push(wrong.with_nearest(function, functions.names()));
            return ExprType::Any;
        };
        if let ("regex_match" | "regex_like", [_, pattern]) = (&*signature.name, arguments) {
            self.regex(pattern);
        }
        self.signed(function, signature, &kinds, arguments, span)
    }

    /// A call of what has this signature.
    pub(super) fn signed(
        &mut self,
        function: &str,
        signature: &Signature,
        kinds: &[ExprType],
        arguments: &[Expr],
        span: Span,
    ) -> ExprType {
        let so_many = signature.forms().filter(|(parameters, _)| {
            let (least, most) = function::arity(parameters);
            kinds.len() >= least && most.is_none_or(|most| kinds.len() <= most)
        });
        let so_many: Vec<(&[Parameter], &ResultType)> = so_many.collect();
        let Some((parameters, _)) = so_many.first() else {
            let message = format!("`{function}` does not take {}", counted(arguments));
            self.diagnostics.push(Diagnostic::error(span, message).with_expected(signature.to_string()));
            return result(&signature.result, &[]);
        };
        let fits = |(parameters, _): &&(&[Parameter], &ResultType)| {
            kinds.iter().enumerate().all(|(at, kind)| self.takes(parameters, at, kind))
        };
        if let Some((_, gives)) = so_many.iter().find(fits) {
            return special(signature, kinds, arguments).unwrap_or_else(|| result(gives, kinds));
        }
        for (at, (kind, argument)) in kinds.iter().zip(arguments).enumerate() {
            if let Some(parameter) = function::parameter(parameters, at)
                && !self.takes(parameters, at, kind)
            {
                let message = format!("`{function}` does not take {kind} as `{}`", parameter.name);
                let wrong = Diagnostic::error(argument.span, message);
                self.diagnostics.push(wrong.with_expected(parameter.kinds()));
            }
        }
        special(signature, kinds, arguments).unwrap_or_else(|| result(&signature.result, kinds))
    }

    fn takes(&self, parameters: &[Parameter], at: usize, kind: &ExprType) -> bool {
        let Some(parameter) = function::parameter(parameters, at) else {
            return true;
        };
        // One value counts as a list of one, as the one row of a column does.
        let alone = ExprType::list(kind.clone());
        let written = || is_text(kind, self.scope.dialect()) && parameter.accepts.contains(&ExprType::Text);
        parameter.takes(kind) || parameter.takes(&alone) || written()
    }

    /// `top(x, n)`: the rows with the greatest values.
    fn top(&mut self, function: &str, kinds: &[ExprType], arguments: &[Expr], span: Span) -> ExprType {
        match (kinds, arguments) {
            ([_, count], [_, argument]) => self.wants(count, &ExprType::Integer, "the number of rows", argument.span),
            _ => {
                let message = format!("`{function}` does not take {}", counted(arguments));
                self.diagnostics.push(Diagnostic::error(span, message).with_expected("`top(value, number of rows)`"));
            }
        }
        ExprType::Boolean
    }
}

/// How many arguments there are, in words.
pub(super) fn counted(arguments: &[Expr]) -> String {
    match arguments.len() {
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

/// The kind of what a function gives that no result type can say.
fn special(signature: &Signature, kinds: &[ExprType], arguments: &[Expr]) -> Option<ExprType> {
    match (&*signature.name, kinds, arguments) {
        ("rule_value", [_, then, otherwise], _) => Some(then.joined(otherwise)),
        ("cast_type", _, [_, target]) => match &target.kind {
            ExprKind::Literal(Value::Text(target)) => cast(target),
            _ => None,
        },
        _ => None,
    }
}

fn cast(target: &str) -> Option<ExprType> {
    Some(match target.trim().to_ascii_lowercase().as_str() {
        "bigint" | "long" | "int" | "integer" => ExprType::Integer,
        "double" | "float" | "decimal" | "number" => ExprType::Number,
        "string" | "text" | "varchar" | "char" => ExprType::Text,
        "boolean" | "bool" => ExprType::Boolean,
        "date" => ExprType::Date,
        _ => return None,
    })
}

/// The kind of what a form gives for arguments of these kinds.
fn result(gives: &ResultType, kinds: &[ExprType]) -> ExprType {
    let at = |place: &usize| kinds.get(*place).unwrap_or(&ExprType::Any);
    let items = || joined(kinds.iter().map(ExprType::item));
    match gives {
        ResultType::Is(kind) => kind.clone(),
        ResultType::SameAs(place) => at(place).clone(),
        ResultType::ItemOf(place) => at(place).item().clone(),
        ResultType::ItemOfAll => items(),
        ResultType::AverageOfAll => match items() {
            ExprType::Integer => ExprType::Number,
            kind => kind,
        },
        ResultType::ListOfAll => ExprType::list(items()),
    }
}
