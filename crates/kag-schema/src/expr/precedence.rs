//! How tightly operators bind: what reader and printer share.

use super::{BinaryOp, UnaryOp};

/// How tightly something binds; tighter is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    Or,
    Xor,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Negation,
    Power,
    Primary,
}

/// What stands on either side of an operator without parentheses.
pub(super) struct Binding {
    pub(super) this: Precedence,
    pub(super) left: Precedence,
    pub(super) right: Precedence,
}

impl Precedence {
    /// The next tighter one; the tightest of itself.
    pub(super) const fn tighter(self) -> Self {
        match self {
            Self::Or => Self::Xor,
            Self::Xor => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Comparison,
            Self::Comparison => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Negation,
            Self::Negation => Self::Power,
            Self::Power | Self::Primary => Self::Primary,
        }
    }
}

impl BinaryOp {
    /// Comparisons do not chain, powers group to the right, all others to the left.
    pub(super) const fn binding(self) -> Binding {
        let this = match self {
            Self::Or => Precedence::Or,
            Self::Xor => Precedence::Xor,
            Self::And => Precedence::And,
            Self::Add | Self::Subtract => Precedence::Sum,
            Self::Multiply | Self::Divide | Self::Remainder => Precedence::Product,
            Self::Power => Precedence::Power,
            _ => Precedence::Comparison,
        };
        let (left, right) = match this {
            Precedence::Comparison => (this.tighter(), this.tighter()),
            Precedence::Power => (this.tighter(), this),
            _ => (this, this.tighter()),
        };
        Binding { this, left, right }
    }
}

impl UnaryOp {
    pub(super) const fn precedence(self) -> Precedence {
        match self {
            Self::Negate => Precedence::Negation,
            Self::Not => Precedence::Not,
            Self::IsNull => Precedence::Comparison,
        }
    }
}
