//! What of an expression can be settled before there are values.

use kag_core::Value;
use kag_schema::{BinaryOp, Expr, ExprKind, ListMethod};

use super::{
    function::{self, Function},
    pattern::{Cache, PatternKind},
};

/// How deep a plan goes; what is deeper is looked up when it is computed.
const DEEPEST: usize = super::evaluator::DEEPEST;

/// What is settled of one part of an expression, and of the parts in it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) settled: Settled,
    /// By place, as [`Expr::children`] gives the parts; empty where nothing is settled inside.
    parts: Box<[Plan]>,
}

#[derive(Debug)]
pub(super) enum Settled {
    Nothing,
    /// The function that a call calls, a host's where there is none, and the pattern that
    /// it used last.
    Function(Option<Function>, Cache),
    /// The operation on a list, where there is one of that name.
    Method(Option<ListMethod>),
    /// The pattern on the right of `like` and `rlike`.
    Pattern(Cache),
}

impl Plan {
    pub(super) fn of(expr: &Expr) -> Self {
        Self::within(expr, 0)
    }

    fn within(expr: &Expr, depth: usize) -> Self {
        let settled = match &expr.kind {
            ExprKind::Call { function, .. } => Settled::Function(function::find(function), Cache::default()),
            ExprKind::Method { name, .. } => Settled::Method(ListMethod::of(name)),
            ExprKind::Binary { op, right, .. } => match PatternKind::of(*op) {
                Some(kind) => Settled::Pattern(literal(right).map_or_else(Cache::default, |text| kind.cached(text))),
                None => Settled::Nothing,
            },
            _ => Settled::Nothing,
        };
        let mut parts: Box<[Self]> = Box::default();
        if depth < DEEPEST {
            parts = expr.children().map(|part| Self::within(part, depth + 1)).collect();
        }
        if parts.iter().all(Self::is_empty) {
            parts = Box::default();
        }
        Self { settled, parts }
    }

    fn is_empty(&self) -> bool {
        matches!(self.settled, Settled::Nothing) && self.parts.is_empty()
    }

    /// The plan of the part at `place`.
    pub(super) fn part(&self, place: usize) -> Option<&Self> {
        self.parts.get(place)
    }
}

impl PatternKind {
    pub(super) fn of(op: BinaryOp) -> Option<Self> {
        match op {
            BinaryOp::Like => Some(Self::Like),
            BinaryOp::RegexLike => Some(Self::Regex),
            _ => None,
        }
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Value::Text(text)) => Some(text),
        _ => None,
    }
}
