//! Checking patterns and making regular expressions of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use kag_core::{ContentHash, Layer, TypeName};
use regex::Regex;

use super::{ObjectOf, Pattern, PatternExtractor, Patterns, SubjectOf};
use crate::{OfficialNames, VocabularyError, vocabulary::Vocabulary};

/// A pattern that cannot work.
#[derive(Debug, thiserror::Error)]
#[error("pattern {number} ({predicate})")]
#[non_exhaustive]
pub struct PatternError {
    /// Which pattern, from 1 in the order they were added.
    pub number: usize,
    /// Its predicate, or the type of a subject pattern.
    pub predicate: Arc<str>,
    /// What is wrong with it.
    #[source]
    pub problem: PatternProblem,
}

/// What is wrong with a pattern.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PatternProblem {
    /// The regular expression is none, or too large.
    #[error("the expression cannot be read")]
    Expression(#[source] Box<regex::Error>),
    /// There is no group `subject` and no other source of the subject.
    #[error("there is no group `subject`, and no other source of the subject is given")]
    NoSubject,
    /// There is no group `object` and no constant.
    #[error("there is no group `object`, and no constant is given")]
    NoObject,
    /// `{{Type}}` where no names are listed for the type.
    #[error("no official names are listed for {{{{{0}}}}}")]
    NoNames(String),
    /// The pattern speaks of what the schema does not have.
    #[error("the pattern is not of this schema")]
    Vocabulary(#[from] VocabularyError),
}

/// A pattern with its regular expression.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) pattern: Pattern,
    pub(super) regex: Regex,
    /// The named groups that are qualifiers.
    pub(super) qualifiers: Vec<Arc<str>>,
}

pub(super) fn compile(patterns: Patterns) -> Result<PatternExtractor, PatternError> {
    let version = version(&patterns);
    let vocabulary = patterns.vocabulary.clone();
    let mut alternations = BTreeMap::new();
    let mut compiled = Vec::with_capacity(patterns.patterns.len());
    for (number, pattern) in (1..).zip(&patterns.patterns) {
        let error = |problem| PatternError { number, predicate: pattern.predicate.as_str().into(), problem };
        let regex = regex(&pattern.expression, &patterns.names, &mut alternations).map_err(error)?;
        let made = groups(pattern, regex).and_then(|made| in_schema(&made, &vocabulary).map(|()| made));
        compiled.push(made.map_err(error)?);
    }
    let mut subjects = Vec::with_capacity(patterns.subjects.len());
    for (number, (type_name, expression)) in (1..).zip(&patterns.subjects) {
        let error = |problem| PatternError { number, predicate: format!("subject {type_name}").into(), problem };
        let regex = regex(expression, &patterns.names, &mut alternations).map_err(error)?;
        vocabulary.check_type(type_name).map_err(|unknown| error(unknown.into()))?;
        subjects.push((type_name.clone(), regex));
    }
    let Patterns { names, layer, .. } = patterns;
    let layer = layer.unwrap_or(Layer::Information);
    Ok(PatternExtractor { version, patterns: compiled, subjects, names, vocabulary, layer })
}

fn version(patterns: &Patterns) -> String {
    let Patterns { name, patterns: all, subjects, names, vocabulary, layer } = patterns;
    let all = format!("1 {all:?} {subjects:?} {} {} {layer:?}", names.hash(), vocabulary.hash());
    let hash = ContentHash::of(all).to_string();
    format!("patterns {name} {}", hash.get(..12).unwrap_or_default())
}

fn groups(pattern: &Pattern, regex: Regex) -> Result<Compiled, PatternProblem> {
    let has = |group: &str| regex.capture_names().flatten().any(|name| name == group);
    if !has("subject") && pattern.subject == SubjectOf::Match {
        return Err(PatternProblem::NoSubject);
    }
    if !has("object") && !matches!(pattern.object, ObjectOf::Constant(_)) {
        return Err(PatternProblem::NoObject);
    }
    let names = regex.capture_names().flatten().filter(|name| !["subject", "object"].contains(name));
    let qualifiers = names.map(Into::into).collect();
    Ok(Compiled { pattern: pattern.clone(), regex, qualifiers })
}

fn in_schema(compiled: &Compiled, vocabulary: &Vocabulary) -> Result<(), PatternProblem> {
    let pattern = &compiled.pattern;
    vocabulary.check_type(&pattern.subject_type)?;
    if let ObjectOf::Entity(type_name) = &pattern.object {
        vocabulary.check_type(type_name)?;
    }
    vocabulary.check_predicate(&pattern.subject_type, &pattern.predicate)?;
    let qualifiers = compiled.qualifiers.iter().chain(pattern.constants.keys());
    qualifiers
        .into_iter()
        .try_for_each(|name| vocabulary.check_qualifier(&pattern.subject_type, &pattern.predicate, name))?;
    Ok(())
}

fn regex(
    expression: &str,
    names: &OfficialNames,
    alternations: &mut BTreeMap<String, String>,
) -> Result<Regex, PatternProblem> {
    static HOLE: OnceLock<Option<Regex>> = OnceLock::new();
    let mut filled = expression.to_owned();
    if let Some(hole) = HOLE.get_or_init(|| Regex::new(r"\{\{([^{}]+)\}\}").ok()) {
        for captures in hole.captures_iter(expression) {
            let (Some(whole), Some(type_name)) = (captures.get(0), captures.get(1)) else { continue };
            let type_name = type_name.as_str();
            let alternation = alternations
                .entry(type_name.to_owned())
                .or_insert_with(|| alternation(names.spellings(TypeName::new(type_name).as_str())));
            if alternation.is_empty() {
                return Err(PatternProblem::NoNames(type_name.to_owned()));
            }
            filled = filled.replace(whole.as_str(), alternation);
        }
    }
    Regex::new(&filled).map_err(|error| PatternProblem::Expression(Box::new(error)))
}

/// The longest spelling first, because the first that matches wins; whole words where a
/// spelling begins or ends with a Latin letter or digit.
fn alternation<'n>(spellings: impl Iterator<Item = &'n Arc<str>>) -> String {
    let mut spellings: Vec<&str> = spellings.map(|spelling| &**spelling).collect();
    spellings.sort_by_key(|spelling| (std::cmp::Reverse(spelling.len()), *spelling));
    let word = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric());
    let bounded = spellings.iter().map(|spelling| {
        let edge = |at| if word(at) { r"(?-u:\b)" } else { "" };
        let (before, after) = (edge(spelling.chars().next()), edge(spelling.chars().next_back()));
        format!("{before}{}{after}", regex::escape(spelling))
    });
    let joined = bounded.collect::<Vec<_>>().join("|");
    if joined.is_empty() { joined } else { format!("(?:{joined})") }
}
