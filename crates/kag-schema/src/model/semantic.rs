//! Predicates whose meaning the system knows.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::TypeKind;

/// A group of predicates that mean the same sort of thing (KAG §2.1, §2.2.3).
///
/// A property put into a group is reasoned with as its group allows; the schema checks
/// that its ends are of kinds for which that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum SemanticGroup {
    /// Hypernymy: what a concept is a kind, a place or a manner of.
    Hyp,
    /// Sameness and opposition.
    Synant,
    /// Causation.
    Cau,
    /// Sequence in time.
    Seq,
    /// Induction: from instances to what they have in common.
    Ind,
    /// Inclusion: parts and wholes.
    Inc,
    /// Use.
    Use,
}

/// How a concept type's instances are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Hypernym {
    /// A notebook is a computer.
    IsA,
    /// Hangzhou is located at Zhejiang.
    LocateAt,
    /// To stroll is a manner of walking.
    MannerOf,
}

/// A predicate whose meaning is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SemanticPredicate {
    /// The group it belongs to.
    pub group: SemanticGroup,
    /// Its name.
    pub name: &'static str,
    /// Its Chinese label.
    pub zh: &'static str,
    /// The predicate that says the same from the object's side: its own name where it is
    /// symmetric.
    pub inverse: Option<&'static str>,
    /// Whether from a to b and from b to c it follows from a to c.
    pub transitive: bool,
}

const fn predicate(
    group: SemanticGroup,
    name: &'static str,
    zh: &'static str,
    inverse: Option<&'static str>,
    transitive: bool,
) -> SemanticPredicate {
    SemanticPredicate { group, name, zh, inverse, transitive }
}

const PREDICATES: &[SemanticPredicate] = &[
    predicate(SemanticGroup::Hyp, "isA", "是一种", None, true),
    predicate(SemanticGroup::Hyp, "locateAt", "位于", None, true),
    predicate(SemanticGroup::Hyp, "mannerOf", "方式", None, true),
    predicate(SemanticGroup::Synant, "synonym", "同义", Some("synonym"), true),
    predicate(SemanticGroup::Synant, "antonym", "反义", Some("antonym"), false),
    predicate(SemanticGroup::Synant, "symbolOf", "象征", None, false),
    predicate(SemanticGroup::Synant, "distinctFrom", "不同于", Some("distinctFrom"), false),
    predicate(SemanticGroup::Synant, "definedAs", "定义", None, false),
    predicate(SemanticGroup::Synant, "locatedNear", "邻近", Some("locatedNear"), false),
    predicate(SemanticGroup::Synant, "similarTo", "相似", Some("similarTo"), false),
    predicate(SemanticGroup::Synant, "etymologicallyRelatedTo", "同源", Some("etymologicallyRelatedTo"), false),
    predicate(SemanticGroup::Cau, "leadTo", "导致", Some("causedBy"), true),
    predicate(SemanticGroup::Cau, "causedBy", "起因于", Some("leadTo"), true),
    predicate(SemanticGroup::Cau, "causes", "引起", None, true),
    predicate(SemanticGroup::Cau, "obstructedBy", "受阻于", None, false),
    predicate(SemanticGroup::Cau, "createdBy", "创建者", None, false),
    predicate(SemanticGroup::Cau, "causesDesire", "使人想要", None, false),
    predicate(SemanticGroup::Seq, "happenedBefore", "先于", Some("happenedAfter"), true),
    predicate(SemanticGroup::Seq, "happenedAfter", "后于", Some("happenedBefore"), true),
    predicate(SemanticGroup::Seq, "hasSubevent", "子事件", None, true),
    predicate(SemanticGroup::Seq, "hasFirstSubevent", "首个子事件", None, false),
    predicate(SemanticGroup::Seq, "hasLastSubevent", "末个子事件", None, false),
    predicate(SemanticGroup::Seq, "hasPrerequisite", "前提", None, true),
    predicate(SemanticGroup::Ind, "belongTo", "属于", None, false),
    predicate(SemanticGroup::Inc, "isPartOf", "组成部分", Some("contains"), true),
    predicate(SemanticGroup::Inc, "contains", "包含", Some("isPartOf"), true),
    predicate(SemanticGroup::Inc, "hasA", "拥有", None, false),
    predicate(SemanticGroup::Inc, "madeOf", "材料", None, false),
    predicate(SemanticGroup::Inc, "derivedFrom", "源于", None, true),
    predicate(SemanticGroup::Inc, "hasContext", "语境", None, false),
    predicate(SemanticGroup::Use, "usedFor", "用于", None, false),
    predicate(SemanticGroup::Use, "capableOf", "能够", None, false),
    predicate(SemanticGroup::Use, "receivesAction", "承受", None, false),
    predicate(SemanticGroup::Use, "motivatedByGoal", "目的", None, false),
];

impl SemanticGroup {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [Self::Hyp, Self::Synant, Self::Cau, Self::Seq, Self::Ind, Self::Inc, Self::Use];

    /// How it is written before a predicate: `CAU#leadTo`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hyp => "HYP",
            Self::Synant => "SYNANT",
            Self::Cau => "CAU",
            Self::Seq => "SEQ",
            Self::Ind => "IND",
            Self::Inc => "INC",
            Self::Use => "USE",
        }
    }

    /// The predicates of the group that are known by name. A schema may put others in it.
    pub fn predicates(self) -> impl Iterator<Item = &'static SemanticPredicate> {
        PREDICATES.iter().filter(move |predicate| predicate.group == self)
    }

    /// Whether a predicate of this group can have a subject of kind `subject` and an object
    /// of kind `object`.
    #[must_use]
    pub const fn connects(self, subject: TypeKind, object: TypeKind) -> bool {
        use TypeKind::{Basic, Concept, Event, Standard};
        let subject_fits = match self {
            Self::Hyp => matches!(subject, Concept),
            Self::Ind => !matches!(subject, Basic),
            Self::Cau | Self::Seq => matches!(subject, Event | Concept),
            Self::Synant | Self::Inc | Self::Use => !matches!(subject, Basic | Standard),
        };
        subject_fits && self.leads_to(object)
    }

    /// Whether a predicate of this group can have an object of kind `object`.
    pub(crate) const fn leads_to(self, object: TypeKind) -> bool {
        use TypeKind::{Basic, Concept, Event, Standard};
        match self {
            Self::Hyp | Self::Ind => matches!(object, Concept),
            Self::Cau | Self::Seq => matches!(object, Event | Concept),
            Self::Synant | Self::Inc | Self::Use => !matches!(object, Basic | Standard),
        }
    }

    /// What [`connects`](Self::connects) asks for, in words.
    #[must_use]
    pub const fn ends(self) -> &'static str {
        match self {
            Self::Hyp => "from a concept to a concept",
            Self::Ind => "from an instance to a concept",
            Self::Cau | Self::Seq => "between events or concepts",
            Self::Synant | Self::Inc | Self::Use => "between entities, events or concepts",
        }
    }
}

impl SemanticPredicate {
    /// The predicate called `name`, in any group.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        PREDICATES.iter().find(|predicate| predicate.name == name)
    }
}

impl Hypernym {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::IsA, Self::LocateAt, Self::MannerOf];

    /// The name of the predicate.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IsA => "isA",
            Self::LocateAt => "locateAt",
            Self::MannerOf => "mannerOf",
        }
    }
}

impl FromStr for Hypernym {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::IsA, Self::LocateAt, Self::MannerOf]
            .into_iter()
            .find(|hypernym| hypernym.name() == name)
            .ok_or_else(|| UnknownName { name: name.to_owned(), expected: "isA, locateAt or mannerOf" })
    }
}

impl FromStr for SemanticGroup {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|group| group.name() == name)
            .ok_or_else(|| UnknownName { name: name.to_owned(), expected: "HYP, SYNANT, CAU, SEQ, IND, INC or USE" })
    }
}

impl fmt::Display for Hypernym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for SemanticGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is none of a fixed set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not {expected}")]
#[non_exhaustive]
pub struct UnknownName {
    /// The word.
    pub name: String,
    /// What there is.
    pub expected: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_point_at_each_other_within_a_group() {
        for predicate in PREDICATES {
            let Some(inverse) = predicate.inverse else { continue };
            let other = SemanticPredicate::of(inverse).unwrap();
            assert_eq!(other.inverse, Some(predicate.name));
            assert_eq!((other.group, other.transitive), (predicate.group, predicate.transitive));
        }
    }

    #[test]
    fn every_group_and_hypernym_has_predicates_and_a_name() {
        for group in SemanticGroup::ALL {
            assert!(group.predicates().next().is_some(), "{group}");
            assert_eq!(group.name().parse(), Ok(group));
        }
        for hypernym in ["isA", "locateAt", "mannerOf"] {
            assert_eq!(SemanticPredicate::of(hypernym).map(|p| p.group), Some(SemanticGroup::Hyp));
            assert_eq!(hypernym.parse::<Hypernym>().unwrap().name(), hypernym);
        }
    }
}
