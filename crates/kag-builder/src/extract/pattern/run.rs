//! Running patterns over a passage.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{BoxError, Layer, Span, TypeName, async_trait};
use regex::{Captures, Regex};

use super::{ObjectOf, Pattern, SubjectOf, Within, compile::Compiled};
use crate::{
    Cast, EntityRef, ExtractedFact, Extraction, Extractor, Object, OfficialNames, Passage, sentences, split_list,
    vocabulary::Vocabulary,
};

/// Reads facts out of text by regular expressions; made by
/// [`Patterns::compile`](super::Patterns::compile).
///
/// For documents that say the same thing in the same few ways (registers, contracts, lab
/// reports, minutes) this is exact, free and fast. A value that cannot be read as
/// declared, or a match whose subject is nowhere, is a problem in the report.
#[derive(Clone, Debug)]
pub struct PatternExtractor {
    pub(super) version: String,
    pub(super) patterns: Vec<Compiled>,
    pub(super) subjects: Vec<(TypeName, Regex)>,
    pub(super) names: OfficialNames,
    pub(super) vocabulary: Vocabulary,
    pub(super) layer: Layer,
}

#[async_trait]
impl Extractor for PatternExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        Ok(self.read(passage))
    }
}

impl PatternExtractor {
    /// The knowledge in `passage`: [`Extractor::extract`] without waiting.
    #[must_use]
    pub fn read(&self, passage: &Passage<'_>) -> Extraction {
        let text = passage.text();
        let mut reading =
            Reading { extractor: self, passage: *passage, carried: self.carried(text), found: Extraction::default() };
        let cut: Vec<Span> = sentences(text).collect();
        let whole = [Span::new(0, text.len())];
        for compiled in &self.patterns {
            let stretches = if compiled.pattern.within == Within::Sentence { &cut[..] } else { &whole[..] };
            for stretch in stretches {
                for captures in compiled.regex.captures_iter(stretch.of(text).unwrap_or_default()) {
                    reading.add(compiled, &captures, stretch.start);
                }
            }
        }
        self.names.apply(reading.found)
    }

    /// What the subject patterns matched, with the byte where each match ends, by that.
    fn carried(&self, text: &str) -> Vec<(usize, EntityRef)> {
        let mut carried = Vec::new();
        for (type_name, regex) in &self.subjects {
            for captures in regex.captures_iter(text) {
                let found = captures.name("subject").or_else(|| captures.get(0));
                if let Some(found) = found.filter(|found| !found.as_str().trim().is_empty()) {
                    carried.push((found.end(), EntityRef::new(type_name.clone(), found.as_str().trim())));
                }
            }
        }
        carried.sort_by_key(|(end, _)| *end);
        carried
    }
}

/// The reading of one passage.
struct Reading<'r> {
    extractor: &'r PatternExtractor,
    passage: Passage<'r>,
    carried: Vec<(usize, EntityRef)>,
    found: Extraction,
}

impl Reading<'_> {
    fn add(&mut self, compiled: &Compiled, captures: &Captures<'_>, offset: usize) {
        let pattern = &compiled.pattern;
        let Some(whole) = captures.get(0) else { return };
        let matched = whole.as_str();
        let start = offset + whole.start() + (matched.len() - matched.trim_start().len());
        let span = Span::new(start, start + matched.trim().len());
        let Some(subject) = self.subject(pattern, captures, offset) else {
            return self.problem(pattern, &format!("{:?} has no subject", matched.trim()));
        };
        let Some(qualifiers) = self.qualifiers(compiled, captures) else { return };
        for object in self.objects(pattern, captures) {
            let mut fact = ExtractedFact::new(subject.clone(), pattern.predicate.clone(), object).at(span);
            fact.qualifiers.clone_from(&qualifiers);
            self.found.facts.push(fact.in_layer(self.extractor.layer));
        }
    }

    fn subject(&self, pattern: &Pattern, captures: &Captures<'_>, offset: usize) -> Option<EntityRef> {
        let type_name = &pattern.subject_type;
        let named =
            |name: &str| Some(name.trim()).filter(|n| !n.is_empty()).map(|n| EntityRef::new(type_name.clone(), n));
        if let Some(found) = captures.name("subject") {
            return named(found.as_str());
        }
        let at = offset + captures.get(0)?.start();
        let before = self.carried.iter().rev().filter(|(end, carried)| *end <= at && carried.type_name == *type_name);
        let nearest = before.map(|(_, carried)| carried.clone()).next();
        match &pattern.subject {
            SubjectOf::Match => None,
            SubjectOf::Title => named(self.passage.title()),
            SubjectOf::Nearest => nearest,
            SubjectOf::NearestOrTitle => nearest.or_else(|| named(self.passage.title())),
            SubjectOf::Constant(name) => named(name),
        }
    }

    fn objects(&mut self, pattern: &Pattern, captures: &Captures<'_>) -> Vec<Object> {
        let text = captures.name("object").map_or("", |found| found.as_str().trim());
        let members = if pattern.list { split_list(text) } else { vec![text] };
        let mut objects = Vec::new();
        for member in members {
            let object = match &pattern.object {
                ObjectOf::Constant(value) => Some(Object::Literal(value.clone())),
                ObjectOf::Entity(type_name) => {
                    let named = !member.is_empty();
                    named.then(|| Object::Entity(EntityRef::new(type_name.clone(), member)))
                }
                ObjectOf::Value(cast) => {
                    let read = self.extractor.vocabulary.read(&pattern.subject_type, &pattern.predicate, cast, member);
                    read.map_err(|reason| self.problem(pattern, &reason)).ok()
                }
            };
            objects.extend(object);
        }
        objects
    }

    /// `None`, and a problem, where a qualifier cannot be read: the fact would say more than
    /// the text does.
    fn qualifiers(&mut self, compiled: &Compiled, captures: &Captures<'_>) -> Option<BTreeMap<Arc<str>, Object>> {
        let pattern = &compiled.pattern;
        let constants =
            pattern.constants.iter().map(|(name, value)| (Arc::clone(name), Object::Literal(value.clone())));
        let mut qualifiers: BTreeMap<_, _> = constants.collect();
        for name in &compiled.qualifiers {
            let Some(found) = captures.name(name) else { continue };
            let declared = pattern.casts.get(name).unwrap_or(&Cast::Declared);
            let vocabulary = &self.extractor.vocabulary;
            match vocabulary.read_qualifier(&pattern.subject_type, &pattern.predicate, name, declared, found.as_str()) {
                Ok(value) => drop(qualifiers.insert(Arc::clone(name), value)),
                Err(reason) => {
                    self.problem(pattern, &format!("{name}: {reason}"));
                    return None;
                }
            }
        }
        Some(qualifiers)
    }

    fn problem(&mut self, pattern: &Pattern, reason: &str) {
        self.found.problems.push(format!("{}: {reason}", pattern.predicate).into());
    }
}
