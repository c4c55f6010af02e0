//! Operations on the items of a list.

mod aggregate;
mod choose;

use kag_core::{Number, Value};
use kag_schema::{Aggregate, BinaryOp, Expr, ExprKind, ListMethod};

use super::{
    Binding, EvalErrorKind, Term, arithmetic,
    error::Why,
    evaluator::{Evaluator, Part},
    logic::{self, Truth},
    reading,
};

pub use aggregate::aggregate;

/// One operation, written after a list.
pub(super) struct Operation<'o, 'e> {
    pub(super) evaluator: &'o Evaluator<'e>,
    pub(super) method: ListMethod,
    /// The name by which arguments know the item at hand.
    pub(super) item: Option<&'o str>,
    pub(super) arguments: &'o [Expr],
    pub(super) part: Part<'o>,
}

/// The name by which the arguments of operations on `list` know the item at hand: that of
/// the variable it begins with.
pub(super) fn item_name(list: &Expr) -> Option<&str> {
    let mut list = list;
    loop {
        match &list.kind {
            ExprKind::Variable(name) => return Some(name),
            ExprKind::Method { of, .. } => list = of,
            _ => return None,
        }
    }
}

impl<'o> Operation<'o, '_> {
    pub(super) fn apply(&self, list: Term) -> Result<Term, Why> {
        let (least, most) = self.method.arity();
        let given = self.arguments.len();
        if given < least || given > most {
            return Err(EvalErrorKind::Arguments { function: self.method.name().to_owned(), given }.into());
        }
        // What was not matched is a list of nothing.
        let items = match list {
            Term::Missing => Vec::new(),
            term => term.into_column()?,
        };
        match self.method {
            ListMethod::Edges => Ok(Term::Column(items)),
            ListMethod::Constraint => self.constraint(items),
            ListMethod::Reduce => self.reduce(items),
            ListMethod::Accumulate => self.accumulate(items),
            ListMethod::If => Ok(Term::Column(self.kept(items)?)),
            ListMethod::Get => choose::get(items, self.whole(0)?),
            ListMethod::Slice => Ok(choose::slice(items, self.whole(0)?, self.whole(1)?)),
            ListMethod::Limit => Ok(choose::limit(items, self.whole(0)?)),
            ListMethod::Asc => self.sorted(items, choose::Order::Ascending),
            ListMethod::Desc => self.sorted(items, choose::Order::Descending),
            ListMethod::Head => choose::head(items, self.whole(0)?),
            ListMethod::Tail => choose::tail(items, self.whole(0)?),
            ListMethod::StrJoin => self.joined(&items),
            ListMethod::Aggregate(which) => {
                let items = self.each(items, 0)?;
                self.aggregated(which, items)
            }
            ListMethod::AggregateIf(which) => {
                let items = self.kept(items)?;
                let items = self.each(items, 1)?;
                self.aggregated(which, items)
            }
            other => Err(EvalErrorKind::Unsupported { what: format!("operation here: {other}") }.into()),
        }
    }

    /// Whether the condition holds for each item and the one before it.
    fn constraint(&self, items: Vec<Option<Value>>) -> Result<Term, Why> {
        let (names, body) = self.pair(0)?;
        let items: Vec<Binding> = items.into_iter().map(Binding::One).collect();
        let mut holds = Term::from(true);
        for (before, item) in items.iter().zip(items.iter().skip(1)) {
            let next = || self.evaluator.with_both(names, [before, item], body);
            holds = match logic::combine(BinaryOp::And, holds, next) {
                Ok(term) => term,
                Err(why) => Term::open(why)?,
            };
            if matches!(holds, Term::Value(Value::Boolean(false))) {
                break;
            }
        }
        Ok(holds)
    }

    fn reduce(&self, items: Vec<Option<Value>>) -> Result<Term, Why> {
        let (names, body) = self.pair(0)?;
        let mut so_far = self.argument(1)?;
        for item in items {
            let bindings = [&so_far.into_binding()?, &Binding::One(item)];
            so_far = self.evaluator.with_both(names, bindings, body)?;
        }
        Ok(so_far)
    }

    /// The sum or product of the items.
    fn accumulate(&self, items: Vec<Option<Value>>) -> Result<Term, Why> {
        let sign = match self.arguments.first().map(|argument| &argument.kind) {
            None => "+",
            Some(ExprKind::Literal(Value::Text(sign)) | ExprKind::Variable(sign)) => sign,
            Some(_) => "",
        };
        match sign {
            "+" => self.aggregated(Aggregate::Sum, items),
            "*" => {
                let factors = items.into_iter().flatten().map(Term::Value);
                factors.into_iter().try_fold(Term::Value(1.into()), |product, factor| {
                    arithmetic::combine(BinaryOp::Multiply, product, factor)
                })
            }
            _ => Err(EvalErrorKind::Unsupported { what: "accumulation, neither `+` nor `*`".to_owned() }.into()),
        }
    }

    /// The items for which the condition holds, decidedly.
    fn kept(&self, items: Vec<Option<Value>>) -> Result<Vec<Option<Value>>, Why> {
        let mut kept = Vec::new();
        for item in items {
            let binding = Binding::One(item);
            let condition = self.for_item(&binding, 0)?;
            if let (Truth::Decided(true), Binding::One(item)) = (logic::truth(condition, 1)?, binding) {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    /// What the argument at `place` is for each item; the item itself without one.
    fn each(&self, items: Vec<Option<Value>>, place: usize) -> Result<Vec<Option<Value>>, Why> {
        if self.arguments.len() <= place {
            return Ok(items);
        }
        let of = |item| self.for_item(&Binding::One(item), place)?.into_item();
        items.into_iter().map(of).collect()
    }

    fn sorted(&self, items: Vec<Option<Value>>, order: choose::Order) -> Result<Term, Why> {
        let keys = self.each(items.clone(), 0)?;
        Ok(choose::sorted(items, keys, order))
    }

    fn joined(&self, items: &[Option<Value>]) -> Result<Term, Why> {
        let between = match self.argument(0)?.single(1)? {
            Some(Value::Text(text)) => text,
            Some(other) => return Err(Why::operand(1, &other, "a text")),
            None => return Ok(Term::Missing),
        };
        let texts: Vec<String> =
            items.iter().flatten().map(|item| reading::shown(item, self.evaluator.environment)).collect();
        Ok(Term::Value(texts.join(&between).into()))
    }

    fn aggregated(&self, which: Aggregate, items: Vec<Option<Value>>) -> Result<Term, Why> {
        let mut values = Term::Column(items).into_values()?;
        if which == Aggregate::ConcatAgg {
            values = values.iter().map(|value| reading::shown(value, self.evaluator.environment).into()).collect();
        }
        Ok(aggregate(which, &values)?.into())
    }

    /// The argument at `place` where the item at hand is `item`.
    fn for_item(&self, item: &Binding, place: usize) -> Result<Term, Why> {
        let Some((argument, part)) = self.at(place) else {
            return Ok(Term::Missing);
        };
        Ok(match (&argument.kind, self.item) {
            (ExprKind::Lambda { parameters, body }, _) => {
                let [name] = &**parameters else {
                    return Err(EvalErrorKind::Lambda { expected: 1 }.into());
                };
                self.evaluator.with(name, item, body_of(part, body))?
            }
            (_, Some(name)) => self.evaluator.with(name, item, part)?,
            (_, None) => self.evaluator.part(part)?,
        })
    }

    /// The function of two arguments at `place`: their names, and what it gives.
    fn pair(&self, place: usize) -> Result<([&'o str; 2], Part<'o>), Why> {
        let wrong = || EvalErrorKind::Lambda { expected: 2 };
        let (argument, part) = self.at(place).ok_or_else(wrong)?;
        let ExprKind::Lambda { parameters, body } = &argument.kind else {
            return Err(wrong().into());
        };
        let [first, second] = &**parameters else {
            return Err(wrong().into());
        };
        Ok(([first, second], body_of(part, body)))
    }

    fn argument(&self, place: usize) -> Result<Term, Why> {
        match self.at(place) {
            Some((_, part)) => Ok(self.evaluator.part(part)?),
            None => Ok(Term::Missing),
        }
    }

    /// The whole number that the argument at `place` is; `None` without one.
    fn whole(&self, place: usize) -> Result<Option<i64>, Why> {
        let Some(value) = self.argument(place)?.single(place + 1)? else {
            return Ok(None);
        };
        match value.as_number().map(Number::normalised) {
            Some(Number::Integer(whole)) => Ok(Some(whole)),
            _ => Err(Why::operand(place + 1, &value, "a whole number")),
        }
    }

    /// The argument at `place`, as a part of the whole.
    fn at(&self, place: usize) -> Option<(&'o Expr, Part<'o>)> {
        let expr = self.arguments.get(place)?;
        // The list itself is the first part.
        let plan = self.part.plan.and_then(|plan| plan.part(place + 1));
        Some((expr, Part { expr, plan, depth: self.part.depth }))
    }
}

fn body_of<'o>(lambda: Part<'o>, body: &'o Expr) -> Part<'o> {
    Part { expr: body, plan: lambda.plan.and_then(|plan| plan.part(0)), depth: lambda.depth + 1 }
}
