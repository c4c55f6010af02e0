//! The walk over an expression.

use kag_core::Value;
use kag_schema::{BinaryOp, Expr, ExprKind, ListMethod, UnaryOp};

use super::{
    Binding, Environment, EvalError, EvalErrorKind, Term, arithmetic,
    compare::Comparing,
    error::{Why, shortened},
    function::{self, Function},
    list,
    local::Local,
    logic::{self, Truth},
    pattern::PatternKind,
    plan::{Plan, Settled},
};

/// How deep expressions may nest; what parsers give is far below.
pub(super) const DEEPEST: usize = 256;

/// Computes expressions in an environment, with the names that hold where it is.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'e> {
    pub(super) environment: &'e dyn Environment,
    locals: Option<&'e Local<'e>>,
}

/// A part of an expression, what is settled of it, and how deep it is.
#[derive(Clone, Copy)]
pub(super) struct Part<'p> {
    pub(super) expr: &'p Expr,
    pub(super) plan: Option<&'p Plan>,
    pub(super) depth: usize,
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(environment: &'e dyn Environment) -> Self {
        Self { environment, locals: None }
    }

    /// The same where `name` stands for `binding`, in `part`.
    pub(super) fn with(self, name: &str, binding: &Binding, part: Part<'_>) -> Result<Term, EvalError> {
        let local = Local { name, binding, outer: self.locals };
        Evaluator { environment: self.environment, locals: Some(&local) }.part(part)
    }

    /// The same where both names stand for something, in `part`.
    pub(super) fn with_both(
        self,
        names: [&str; 2],
        bindings: [&Binding; 2],
        part: Part<'_>,
    ) -> Result<Term, EvalError> {
        let ([first, second], [one, two]) = (names, bindings);
        let outer = Local { name: first, binding: one, outer: self.locals };
        let local = Local { name: second, binding: two, outer: Some(&outer) };
        Evaluator { environment: self.environment, locals: Some(&local) }.part(part)
    }

    pub(super) fn part(&self, part: Part<'_>) -> Result<Term, EvalError> {
        self.term(part.expr, part.plan, part.depth)
    }

    pub(super) fn term(&self, expr: &Expr, plan: Option<&Plan>, depth: usize) -> Result<Term, EvalError> {
        if depth > DEEPEST {
            return Err(EvalError::new(expr, EvalErrorKind::TooDeep));
        }
        match self.compute(Part { expr, plan, depth: depth + 1 }) {
            Ok(term) => Ok(term),
            // What is undecided only matters where something hangs on it.
            Err(why) if why.is_undecided() => Ok(Term::Undecided(Box::new(why.at(expr)))),
            Err(why) => Err(why.at(expr)),
        }
    }

    fn compute(&self, part: Part<'_>) -> Result<Term, Why> {
        match &part.expr.kind {
            ExprKind::Literal(value) => Ok(value.clone().into()),
            ExprKind::Variable(name) => self.variable(name),
            ExprKind::Parameter(name) => match self.environment.parameter(name) {
                Some(binding) => Ok(binding.into()),
                None => Err(EvalErrorKind::UnknownParameter { name: name.clone() }.into()),
            },
            ExprKind::Null => Ok(Term::Missing),
            ExprKind::Unary { op, operand } => self.unary(*op, self.inside(part, 0, operand)?),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, part),
            ExprKind::Property { of, name } => self.property(self.inside(part, 0, of)?, name),
            ExprKind::Call { function, arguments } => self.call(function, arguments, part),
            ExprKind::List(items) => {
                let items = items.iter().enumerate().map(|(at, item)| self.inside(part, at, item)?.into_item());
                items.collect::<Result<_, _>>().map(Term::Column)
            }
            ExprKind::If { condition, then, otherwise } => {
                let holds = logic::holds(self.inside(part, 0, condition)?)?;
                Ok(if holds { self.inside(part, 1, then)? } else { self.inside(part, 2, otherwise)? })
            }
            ExprKind::Method { of, name, arguments } => self.method(of, name, arguments, part),
            ExprKind::Concept(concept) => match self.environment.concept(concept) {
                Some(truth) => answered(truth),
                None => Err(unsupported("concept as a condition", part.expr)),
            },
            ExprKind::Path(path) => match self.environment.path(path) {
                Some(truth) => answered(truth),
                None => Err(unsupported("path as a condition", part.expr)),
            },
            ExprKind::Lambda { .. } => Err(unsupported("function without a name outside of an operation", part.expr)),
            _ => Err(unsupported("form", part.expr)),
        }
    }

    /// What the part `expr` of `of`, at `place`, is computed to.
    pub(super) fn inside(&self, of: Part<'_>, place: usize, expr: &Expr) -> Result<Term, EvalError> {
        self.term(expr, of.plan.and_then(|plan| plan.part(place)), of.depth)
    }

    fn variable(&self, name: &std::sync::Arc<str>) -> Result<Term, Why> {
        if let Some(binding) = self.locals.and_then(|local| local.find(name)) {
            return Ok(binding.clone().into());
        }
        match self.environment.variable(name) {
            Some(binding) => Ok(binding.into()),
            None => Err(EvalErrorKind::UnknownVariable { name: name.clone() }.into()),
        }
    }

    fn unary(&self, op: UnaryOp, operand: Term) -> Result<Term, Why> {
        match op {
            UnaryOp::Not => logic::not(operand),
            UnaryOp::Negate => arithmetic::negate(operand),
            UnaryOp::IsNull => Ok(operand.is_null().into()),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, part: Part<'_>) -> Result<Term, Why> {
        if op.is_logical() {
            return logic::combine(op, self.inside(part, 0, left)?, || self.inside(part, 1, right));
        }
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            let asked = match (&left.kind, &right.kind) {
                (_, ExprKind::Null) => Some(self.inside(part, 0, left)?),
                (ExprKind::Null, _) => Some(self.inside(part, 1, right)?),
                _ => None,
            };
            if let Some(term) = asked {
                return Ok((term.is_null() == (op == BinaryOp::Equal)).into());
            }
        }
        let (left, right) = (self.inside(part, 0, left)?, self.inside(part, 1, right)?);
        let comparing = Comparing { environment: self.environment };
        if let Some(kind) = PatternKind::of(op) {
            let cache = match part.plan.map(|plan| &plan.settled) {
                Some(Settled::Pattern(cache)) => Some(cache),
                _ => None,
            };
            return comparing.matches(kind, left, right, cache);
        }
        if op.is_comparison() { comparing.compare(op, left, right) } else { arithmetic::combine(op, left, right) }
    }

    fn call(&self, name: &str, arguments: &[Expr], part: Part<'_>) -> Result<Term, Why> {
        let (found, cache) = match part.plan.map(|plan| &plan.settled) {
            Some(Settled::Function(found, cache)) => (*found, Some(cache)),
            _ => (function::find(name), None),
        };
        if let Some(Function::RuleValue) = found {
            return self.rule_value(name, arguments, part);
        }
        if found.is_none()
            && name.eq_ignore_ascii_case("group")
            && let Some(answer) = self.environment.method(part.expr)
        {
            return answer.map(Term::from).map_err(Why::Host);
        }
        let terms = arguments.iter().enumerate().map(|(at, argument)| self.inside(part, at, argument));
        function::call(found, name, terms.collect::<Result<_, _>>()?, cache, self.environment)
    }

    /// One of two values, the other left uncomputed; the second where it is undecided.
    fn rule_value(&self, name: &str, arguments: &[Expr], part: Part<'_>) -> Result<Term, Why> {
        let [condition, then, otherwise] = arguments else {
            return Err(EvalErrorKind::Arguments { function: name.to_owned(), given: arguments.len() }.into());
        };
        Ok(match logic::truth(self.inside(part, 0, condition)?, 1)? {
            Truth::Decided(true) => self.inside(part, 1, then)?,
            _ => self.inside(part, 2, otherwise)?,
        })
    }

    fn method(&self, of: &Expr, name: &std::sync::Arc<str>, arguments: &[Expr], part: Part<'_>) -> Result<Term, Why> {
        if let Some(answer) = self.environment.method(part.expr) {
            return answer.map(Term::from).map_err(Why::Host);
        }
        let found = match part.plan.map(|plan| &plan.settled) {
            Some(Settled::Method(found)) => *found,
            _ => ListMethod::of(name),
        };
        let Some(method) = found else {
            return Err(EvalErrorKind::UnknownMethod { name: name.clone() }.into());
        };
        let operation = list::Operation { evaluator: self, method, item: list::item_name(of), arguments, part };
        operation.apply(self.inside(part, 0, of)?)
    }

    /// The property of a node, or of every node of a column, place by place.
    fn property(&self, of: Term, name: &str) -> Result<Term, Why> {
        let one = |value: Option<Value>| match value {
            None => Ok(None),
            Some(Value::Node(node)) => Ok(self.environment.property(node, name)),
            Some(other) => Err(Why::operand(1, &other, "a node before the point")),
        };
        match of {
            Term::Column(items) => items.into_iter().map(one).collect::<Result<_, _>>().map(Term::Column),
            term => Ok(one(term.single(1)?)?.into()),
        }
    }
}

/// A truth that the host told.
fn answered(truth: Result<Option<bool>, super::HostError>) -> Result<Term, Why> {
    match truth {
        Ok(Some(truth)) => Ok(truth.into()),
        Ok(None) => Err(EvalErrorKind::Missing.into()),
        Err(error) => Err(Why::Host(error)),
    }
}

fn unsupported(what: &str, expr: &Expr) -> Why {
    EvalErrorKind::Unsupported { what: format!("{what}: {}", shortened(&expr.to_string())) }.into()
}
