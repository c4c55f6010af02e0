//! The canonical text of rules over concepts.

use std::fmt;

use super::{ConceptRuleHead, ConceptRules};
use crate::{
    ConceptName,
    language::{fence::fence, print::namespace, text::quoted},
};

pub(super) fn rules(rules: &ConceptRules, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut comments = rules.comments.iter().peekable();
    let mut comment_before = |f: &mut fmt::Formatter<'_>, count: usize, first: &mut bool| {
        while let Some((_, text)) = comments.next_if(|(before, _)| *before <= count) {
            if std::mem::take(first) {
                writeln!(f)?;
            }
            writeln!(f, "#{}", text.replace(['\n', '\r'], " "))?;
        }
        Ok(())
    };
    if !rules.namespace.is_empty() {
        writeln!(f, "namespace {}", namespace(&rules.namespace))?;
    }
    for (at, rule) in rules.rules.iter().enumerate() {
        let mut first = true;
        comment_before(f, at, &mut first)?;
        if first {
            writeln!(f)?;
        }
        writeln!(f, "{}\n    rule: {}", rule.head, fence(&rule.rule.text, "    "))?;
    }
    comment_before(f, usize::MAX, &mut true)
}

pub(super) fn head(head: &ConceptRuleHead, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match head {
        ConceptRuleHead::Membership(of) => write!(f, "{}:", concept(of)),
        ConceptRuleHead::Causation { cause, effect } => write!(f, "{}:{}", concept(cause), concept(effect)),
        ConceptRuleHead::Definition(of) => write!(f, "({}):", concept(of)),
        ConceptRuleHead::Conclusion { predicate, object, with } => {
            write!(f, "[{}]->({}{}):", word(predicate.as_str()), concept(object), second(with.as_deref()))
        }
        ConceptRuleHead::Relation { subject, predicate, object, with } => {
            let (subject, object) = (concept(subject), concept(object));
            write!(f, "({subject})-[{}]->({object}{}):", word(predicate.as_str()), second(with.as_deref()))
        }
        ConceptRuleHead::Priority(type_name) => write!(f, "Priority({}):", quoted(type_name.as_str(), '`')),
    }
}

fn concept(concept: &ConceptName) -> String {
    format!("{}/{}", quoted(concept.type_name.as_str(), '`'), quoted(&concept.name, '`'))
}

fn second(with: Option<&str>) -> String {
    with.map(|with| format!("+{}", quoted(with, '`'))).unwrap_or_default()
}

/// A predicate, in back-quotes where it is no single word.
fn word(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { quoted(name, '`') }
}
