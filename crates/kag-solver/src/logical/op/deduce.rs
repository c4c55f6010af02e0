//! Comparing, judging, extracting, choosing.

use std::{fmt, sync::Arc};

use kag_core::NameKey;
use serde::{Deserialize, Serialize};

use super::super::{Operand, Var};

/// Draws a conclusion from premises:
/// ``Deduce(op=entailment, content=[o1, "张三是张四的爸爸"], target="张二和张四是什么关系")``, or
/// from two sides: `Deduce(left=o1, right=o2, op=greater)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deduce {
    /// What kind of conclusion.
    pub deduction: Deduction,
    /// The left side of a comparison or relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Operand>,
    /// The right side of a comparison or relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Operand>,
    /// The premises, or what is chosen from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<Operand>,
    /// What is wanted, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Arc<str>>,
}

/// The kind of a conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Deduction {
    /// What follows from the premises.
    Entailment,
    /// Whether the target holds under the premises.
    Judgement,
    /// The part of the premises that the target asks for.
    Extract,
    /// The one option that fits.
    Choice,
    /// All options that fit.
    MultiChoice,
    /// The sides are equal in value.
    Equal,
    /// The sides differ in value.
    NotEqual,
    /// The left side is smaller or earlier.
    Less,
    /// The left side is not larger.
    LessOrEqual,
    /// The left side is larger or later.
    Greater,
    /// The left side is not smaller.
    GreaterOrEqual,
    /// The left side is an instance of the right concept.
    BelongTo,
    /// The left concept is a kind of the right one.
    IsA,
    /// The left side is a part of the right one.
    PartOf,
    /// The left side leads to the right one.
    Causes,
}

/// Each kind with its name in canonical text and what else it is called, names as their
/// keys ([`NameKey`]) without spaces, `-` and `_`.
const NAMES: [(Deduction, &str, &[&str]); 15] = [
    (Deduction::Entailment, "entailment", &["entail", "entails", "inference", "推理", "蕴含"]),
    (Deduction::Judgement, "judgement", &["judgment", "judge", "verify", "判断"]),
    (Deduction::Extract, "extract", &["extraction", "extractor", "抽取", "提取"]),
    (Deduction::Choice, "choice", &["choose", "select", "singlechoice", "单选", "选择"]),
    (Deduction::MultiChoice, "multi_choice", &["multichoice", "multiplechoice", "多选"]),
    (Deduction::Equal, "equal", &["equals", "eq", "same", "=", "==", "等于", "相等"]),
    (Deduction::NotEqual, "not_equal", &["notequal", "ne", "different", "!=", "≠", "<>", "不等于", "不同"]),
    (Deduction::Less, "less", &["lessthan", "lt", "smaller", "earlier", "<", "小于", "早于"]),
    (
        Deduction::LessOrEqual,
        "less_or_equal",
        &["lessorequal", "lessequal", "le", "<=", "≤", "=<", "atmost", "小于等于", "不大于", "不超过", "至多"],
    ),
    (Deduction::Greater, "greater", &["greaterthan", "gt", "bigger", "larger", "later", ">", "大于", "晚于"]),
    (
        Deduction::GreaterOrEqual,
        "greater_or_equal",
        &["greaterorequal", "greaterequal", "ge", ">=", "≥", "=>", "atleast", "大于等于", "不小于", "不低于", "至少"],
    ),
    (Deduction::BelongTo, "belong_to", &["belongto", "belongsto", "memberof", "membership", "instanceof", "属于"]),
    (Deduction::IsA, "is_a", &["isa", "hypernym", "kindof", "是"]),
    (Deduction::PartOf, "part_of", &["partof", "ispartof", "组成部分"]),
    (Deduction::Causes, "causes", &["cause", "leadto", "leadsto", "导致"]),
];

impl Deduce {
    /// The conclusion of kind `deduction` about `left` and `right`.
    #[must_use]
    pub fn between(left: impl Into<Operand>, deduction: Deduction, right: impl Into<Operand>) -> Self {
        Self { deduction, left: Some(left.into()), right: Some(right.into()), content: Vec::new(), target: None }
    }

    /// The conclusion of kind `deduction` that `target` asks for, from `content`.
    #[must_use]
    pub fn from_premises(
        deduction: Deduction,
        content: impl IntoIterator<Item = Operand>,
        target: impl Into<Arc<str>>,
    ) -> Self {
        Self { deduction, left: None, right: None, content: content.into_iter().collect(), target: Some(target.into()) }
    }

    pub(super) fn needed(&self) -> Vec<Var> {
        let operands = self.left.iter().chain(&self.right).chain(&self.content);
        operands.flat_map(Operand::paths).map(|path| path.var.clone()).collect()
    }
}

impl Deduction {
    /// The kind called `name`, in English or Chinese; case, width, spaces, `-` and `_` do
    /// not count. `None` where no kind is called so.
    ///
    /// ```
    /// use kag_solver::logical::Deduction;
    ///
    /// assert_eq!(Deduction::read("Multi-Choice"), Some(Deduction::MultiChoice));
    /// assert_eq!(Deduction::read("大于"), Some(Deduction::Greater));
    /// assert_eq!(Deduction::read("guess"), None);
    /// ```
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        let key = NameKey::of(name).as_str().replace([' ', '-', '_'], "");
        let found = NAMES
            .iter()
            .find(|(_, canonical, aliases)| canonical.replace('_', "") == key || aliases.contains(&key.as_str()));
        found.map(|(deduction, ..)| *deduction)
    }

    /// The names of all kinds, as printed.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name, _)| *name)
    }

    /// The name it is printed with.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(deduction, ..)| *deduction == self);
        found.map_or("entailment", |(_, name, _)| name)
    }

    /// Whether it compares two sides by value.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual
        )
    }

    /// Whether the concept graph decides it: membership, hypernymy, part-of, causation.
    #[must_use]
    pub const fn is_conceptual(self) -> bool {
        matches!(self, Self::BelongTo | Self::IsA | Self::PartOf | Self::Causes)
    }
}

impl fmt::Display for Deduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
