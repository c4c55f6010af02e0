//! Comparison and membership.

use std::cmp::Ordering;

use kag_core::{Interval, Value};
use kag_schema::{BinaryOp, Dialect};

use super::{
    Environment, EvalErrorKind, Term,
    error::{Why, shortened},
    pattern::{Cache, PatternKind},
    reading,
};

/// Which value is less by meaning alone, undecided being an error.
pub(super) fn order(left: &Value, right: &Value) -> Result<Ordering, Why> {
    left.compare(right)?.ok_or_else(|| undecided(left, right))
}

/// How values meet in an environment.
#[derive(Clone, Copy)]
pub(super) struct Comparing<'e> {
    pub(super) environment: &'e dyn Environment,
}

impl Comparing<'_> {
    /// `left op right` for an operator that compares.
    pub(super) fn compare(self, op: BinaryOp, left: Term, right: Term) -> Result<Term, Why> {
        let truth = match op {
            BinaryOp::In => self.contains(right, 2, left, 1)?,
            BinaryOp::Contains => self.contains(left, 1, right, 2)?,
            BinaryOp::Equal => self.equal(left, right)?,
            BinaryOp::NotEqual => !self.equal(left, right)?,
            _ => {
                let (left, right) = both(left, right)?;
                let order = self.order(&left, &right)?;
                match op {
                    BinaryOp::Less => order.is_lt(),
                    BinaryOp::LessOrEqual => order.is_le(),
                    BinaryOp::Greater => order.is_gt(),
                    _ => order.is_ge(),
                }
            }
        };
        Ok(truth.into())
    }

    /// Whether the left text is as the pattern on the right says.
    pub(super) fn matches(
        self,
        kind: PatternKind,
        left: Term,
        right: Term,
        cache: Option<&Cache>,
    ) -> Result<Term, Why> {
        let (left, right) = both(left, right)?;
        let text = reading::text(&left, self.environment).ok_or_else(|| Why::operand(1, &left, "a text"))?;
        let Value::Text(pattern) = &right else {
            return Err(Why::operand(2, &right, "a text"));
        };
        Ok(match cache {
            Some(cache) => cache.get(kind, pattern)?.matches(&text),
            None => kind.compile(pattern)?.matches(&text),
        }
        .into())
    }

    /// Which value is less, undecided being an error.
    fn order(self, left: &Value, right: &Value) -> Result<Ordering, Why> {
        let (text, other) = match (left, right) {
            (Value::Text(_), Value::Text(_)) => return order(left, right),
            (Value::Text(text), other) | (other, Value::Text(text)) if self.reads(other) => (text, other),
            _ => return order(left, right),
        };
        let read = reading::like(text, other).ok_or_else(|| -> Why {
            EvalErrorKind::Unreadable { text: shortened(text), expected: reading::wanted(other) }.into()
        })?;
        let order = match (&read, other) {
            (Value::Date(read), Value::Date(date)) => read.total_cmp(*date),
            _ => order(&read, other)?,
        };
        Ok(if matches!(left, Value::Text(_)) { order } else { order.reverse() })
    }

    /// Whether two values are equal; `None` where that is undecided.
    fn equals(self, left: &Value, right: &Value) -> Result<Option<bool>, Why> {
        let (text, other) = match (left, right) {
            (Value::Text(left), Value::Text(right)) => return Ok(Some(left == right)),
            (Value::Text(text), Value::Node(node)) | (Value::Node(node), Value::Text(text)) => {
                return match self.environment.is_named(*node, text) {
                    Some(named) => Ok(Some(named)),
                    None => Ok(left.equals(right)?),
                };
            }
            (Value::Text(text), other) | (other, Value::Text(text)) if self.reads(other) => (text, other),
            _ => return Ok(left.equals(right)?),
        };
        match (reading::like(text, other), other) {
            (None, _) => Ok(Some(false)),
            (Some(Value::Date(read)), Value::Date(date)) => Ok(Some(read == *date)),
            (Some(read), other) => Ok(read.equals(other)?),
        }
    }

    /// Whether a text is read as the kind of `other` here.
    fn reads(self, other: &Value) -> bool {
        !matches!(other, Value::Text(_) | Value::Node(_) | Value::List(_)) && self.is_rule()
    }

    fn is_rule(self) -> bool {
        self.environment.dialect() == Dialect::Rule
    }

    /// Whether two values are equal; two columns of several values, when they are of one
    /// length and equal throughout.
    fn equal(self, left: Term, right: Term) -> Result<bool, Why> {
        let (left, right) = match (left, right) {
            (Term::Column(left), Term::Column(right)) if left.len() > 1 || right.len() > 1 => {
                (Term::Column(left).into_item()?, Term::Column(right).into_item()?)
            }
            (left, right) => (left.single(1)?, right.single(2)?),
        };
        let (Some(left), Some(right)) = (left, right) else {
            return Err(EvalErrorKind::Missing.into());
        };
        self.equals(&left, &right)?.ok_or_else(|| undecided(&left, &right))
    }

    /// Whether `part` is one of a column, lies in an interval or date, or is part of a text;
    /// in rules, of several parts whether one is.
    fn contains(self, whole: Term, whole_place: usize, part: Term, part_place: usize) -> Result<bool, Why> {
        let whole = match whole {
            Term::Column(items) => Whole::Column(items),
            term => Whole::One(term.single(whole_place)?.ok_or(EvalErrorKind::Missing)?),
        };
        let parts = match part {
            Term::Column(parts) if self.is_rule() => parts,
            term => vec![term.single(part_place)?],
        };
        let mut open = None;
        for part in parts {
            let Some(part) = part else {
                open = Some(EvalErrorKind::Missing.into());
                continue;
            };
            match self.has(&whole, &part) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(why) if why.is_undecided() => open = Some(why),
                Err(why) => return Err(why),
            }
        }
        open.map_or(Ok(false), Err)
    }

    fn has(self, whole: &Whole, part: &Value) -> Result<bool, Why> {
        let whole = match whole {
            Whole::Column(items) => return self.among(part, items),
            Whole::One(whole) => whole,
        };
        if let (Some(outer), Some(inner)) = (whole.as_interval(), part.as_interval()) {
            return Interval::covers(outer, inner).ok_or_else(|| undecided(part, whole));
        }
        if let (Value::Text(_) | Value::Node(_), Value::Text(part)) = (whole, part)
            && let Some(whole) = reading::text(whole, self.environment)
        {
            return Ok(whole.contains(&**part));
        }
        // One value is a column of one.
        self.among(part, std::slice::from_ref(&Some(whole.clone())))
    }

    /// Whether `part` equals one of `items`.
    ///
    /// Undecided where it may: because one does not decide, or because one is missing. Items
    /// of another kind are not it; where all are, the comparison has no meaning.
    fn among(self, part: &Value, items: &[Option<Value>]) -> Result<bool, Why> {
        let mut open: Option<Why> = None;
        let mut mismatch: Option<Why> = None;
        let mut compared = items.is_empty();
        for item in items {
            let Some(item) = item else {
                open.get_or_insert(EvalErrorKind::Missing.into());
                continue;
            };
            match self.equals(part, item) {
                Ok(Some(true)) => return Ok(true),
                Ok(Some(false)) => compared = true,
                Ok(None) => {
                    open.get_or_insert(undecided(part, item));
                }
                Err(error) => {
                    mismatch.get_or_insert(error);
                }
            }
        }
        match (open, mismatch) {
            (Some(why), _) => Err(why),
            (None, Some(error)) if !compared => Err(error),
            _ => Ok(false),
        }
    }
}

/// What something is sought in.
enum Whole {
    Column(Vec<Option<Value>>),
    One(Value),
}

fn both(left: Term, right: Term) -> Result<(Value, Value), Why> {
    match (left.single(1)?, right.single(2)?) {
        (Some(left), Some(right)) => Ok((left, right)),
        _ => Err(EvalErrorKind::Missing.into()),
    }
}

fn undecided(left: &Value, right: &Value) -> Why {
    let [left, right] = [left, right].map(|value| shortened(&value.to_string()));
    EvalErrorKind::Undecided { left, right }.into()
}
