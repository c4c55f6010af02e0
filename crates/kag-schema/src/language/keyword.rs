//! The words that begin what is said of a type or a property.

use kag_core::Span;

use super::text::{is_blank, trimmed};

/// A word with which a line begins that says something of a type or of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Desc,
    LabelEn,
    LabelZh,
    Aliases,
    Abstract,
    HypernymPredicate,
    AutoRelate,
    Regular,
    Spreadable,
    Constraint,
    Index,
    Rule,
    Properties,
    Relations,
}

impl Keyword {
    const ALL: [Self; 14] = [
        Self::Desc,
        Self::LabelEn,
        Self::LabelZh,
        Self::Aliases,
        Self::Abstract,
        Self::HypernymPredicate,
        Self::AutoRelate,
        Self::Regular,
        Self::Spreadable,
        Self::Constraint,
        Self::Index,
        Self::Rule,
        Self::Properties,
        Self::Relations,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Desc => "desc",
            Self::LabelEn => "labelEn",
            Self::LabelZh => "labelZh",
            Self::Aliases => "aliases",
            Self::Abstract => "abstract",
            Self::HypernymPredicate => "hypernymPredicate",
            Self::AutoRelate => "autoRelate",
            Self::Regular => "regular",
            Self::Spreadable => "spreadable",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Rule => "rule",
            Self::Properties => "properties",
            Self::Relations => "relations",
        }
    }

    /// The one called exactly `name`.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|keyword| keyword.name() == name)
    }

    /// Whether it is said of types.
    pub(super) const fn is_of_types(self) -> bool {
        !matches!(self, Self::Constraint | Self::Index)
    }

    /// Whether it is said of properties.
    pub(super) const fn is_of_properties(self) -> bool {
        !matches!(
            self,
            Self::Abstract
                | Self::HypernymPredicate
                | Self::AutoRelate
                | Self::Regular
                | Self::Spreadable
                | Self::Relations
        )
    }

    /// The names of those said of types.
    pub(super) fn names_of_types() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(|keyword| keyword.is_of_types()).map(Self::name)
    }

    /// The names of those said of properties.
    pub(super) fn names_of_properties() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(|keyword| keyword.is_of_properties()).map(Self::name)
    }
}

/// A line of a word, a colon, and perhaps a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct WordLine<'s> {
    /// The word.
    pub(super) word: &'s str,
    /// Where it stands.
    pub(super) word_span: Span,
    /// What stands behind the colon, without white space at its ends.
    pub(super) value: Span,
}

/// What `span` says, if it is a word of ASCII letters and a colon, whatever follows.
pub(super) fn word_line(source: &str, span: Span) -> Option<WordLine<'_>> {
    let text = span.of(source)?;
    let length = text.find(|c: char| !c.is_ascii_alphabetic()).filter(|length| *length > 0)?;
    let (word, rest) = text.split_at(length);
    let after = rest.trim_start_matches(is_blank);
    let colon = after.chars().next().filter(|c| matches!(c, ':' | '：'))?;
    let value = Span::new(span.end - after.len() + colon.len_utf8(), span.end);
    let word_span = Span::new(span.start, span.start + length);
    Some(WordLine { word, word_span, value: trimmed(source, value) })
}
