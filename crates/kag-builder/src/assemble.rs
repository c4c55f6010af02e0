//! From what an extractor returned to records: names become nodes, quotes become spans.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use kag_core::{
    Confidence, ContributionDraft, Evidence, Fact, Layer, NameKey, NodeId, Origin, Qualifiers, Span, TypeName, Value,
    text::Locator,
};

use crate::{EntityRef, ExtractedFact, Extraction, Object, Passage, report::ChunkCounts};

/// How like a quote a place must be to be where it was taken from: the least share of tokens that LangExtract
/// asks for when it aligns what a model wrote.
const LIKE_QUOTE: f32 = 0.75;

/// The same of names, which are short.
const LIKE_NAME: f32 = 0.85;

/// Fewest characters of a name that is sought by likeness.
const LONG_NAME: usize = 6;

/// The predicate of what a text says an entity is, in a sentence.
pub(crate) const DESCRIPTION: &str = "description";

/// Adds `extraction` of `passage` to `draft`, and says how much it was. `by` signs what has
/// no signature of its own.
///
/// What is added depends on this passage alone, so a chunk that is extracted later leaves
/// the same contribution as if all chunks had been extracted at once.
pub(crate) fn assemble(
    draft: &mut ContributionDraft,
    passage: &Passage<'_>,
    extraction: Extraction,
    by: &str,
) -> ChunkCounts {
    let context = passage.context();
    let mut assembly = Assembly {
        draft,
        passage: *passage,
        text: Locator::new(passage.text()),
        context: Locator::new(&context),
        places: HashMap::new(),
        counts: ChunkCounts::default(),
    };
    let mut extraction = extraction.signed(by);
    assembly.counts.problems = std::mem::take(&mut extraction.problems);
    assembly.add_entities(&extraction);
    for fact in &extraction.facts {
        assembly.add_fact(fact);
    }
    assembly.counts
}

struct Assembly<'a> {
    draft: &'a mut ContributionDraft,
    passage: Passage<'a>,
    text: Locator<'a>,
    context: Locator<'a>,
    places: HashMap<NodeId, Place>,
    counts: ChunkCounts,
}

/// Where a node is named.
#[derive(Default)]
struct Place {
    /// In the chunk, in reading order.
    spans: Vec<Span>,
    /// In the title or the headings above it.
    in_context: bool,
    /// Whether the spans are only most like the name, or like what was quoted for it.
    is_like: bool,
}

/// All that one passage says of one entity.
#[derive(Default)]
struct Known {
    spellings: BTreeSet<Arc<str>>,
    aliases: BTreeSet<Arc<str>>,
    descriptions: BTreeSet<(Arc<str>, Arc<str>)>,
    spans: BTreeSet<Span>,
    quotes: BTreeSet<Arc<str>>,
    layer: Option<Layer>,
}

impl Assembly<'_> {
    fn add_entities(&mut self, extraction: &Extraction) {
        let mut all: BTreeMap<(TypeName, NameKey), Known> = BTreeMap::new();
        for entity in &extraction.entities {
            let Some(known) = self.known(&mut all, &entity.entity, entity.layer) else { continue };
            known.aliases.extend(entity.aliases.iter().cloned());
            known.spans.extend(entity.spans.iter().filter(|span| span.of(self.passage.text()).is_some()));
            known.quotes.extend(entity.quote.clone());
            let by = entity.by.clone().unwrap_or_default();
            let description = entity.description.iter().filter(|text| !text.trim().is_empty());
            known.descriptions.extend(description.map(|text| (text.trim().into(), Arc::clone(&by))));
        }
        for fact in &extraction.facts {
            let values = std::iter::once(&fact.object).chain(fact.qualifiers.values());
            let entities =
                values.filter_map(|value| if let Object::Entity(entity) = value { Some(entity) } else { None });
            for entity in std::iter::once(&fact.subject).chain(entities) {
                self.known(&mut all, entity, fact.layer);
            }
        }
        for ((type_name, _), known) in all {
            self.add_entity(&type_name, &known);
        }
    }

    /// What is known of `entity` so far; `None`, and a problem, where its name is blank.
    fn known<'k>(
        &mut self,
        all: &'k mut BTreeMap<(TypeName, NameKey), Known>,
        entity: &EntityRef,
        layer: Layer,
    ) -> Option<&'k mut Known> {
        let key = NameKey::of(&entity.name);
        if key.is_empty() {
            self.counts.problems.push(format!("an entity of type {} has no name", entity.type_name).into());
            return None;
        }
        let known = all.entry((entity.type_name.clone(), key)).or_default();
        known.spellings.insert(entity.name.trim().into());
        known.layer = known.layer.max(Some(layer));
        Some(known)
    }

    fn add_entity(&mut self, type_name: &TypeName, known: &Known) {
        let layer = known.layer.unwrap_or(Layer::Information);
        let added = known.spellings.iter().map(|name| self.draft.add_node(type_name.clone(), Arc::clone(name), layer));
        let Some(node) = added.last() else { return };
        for alias in &known.aliases {
            self.draft.add_alias(node, Arc::clone(alias));
        }
        let place = self.place(known);
        for span in &place.spans {
            self.draft.add_mention(node, self.passage.chunk.id, Some(*span));
        }
        if place.spans.is_empty() {
            self.draft.add_mention(node, self.passage.chunk.id, None);
            self.counts.unlocated_mentions += usize::from(!place.in_context);
        }
        self.counts.approximate_mentions += if place.is_like { place.spans.len() } else { 0 };
        self.counts.mentions += place.spans.len().max(1);
        for (text, by) in &known.descriptions {
            let span = self.text.quote(text).or_else(|| place.spans.first().copied());
            let fact = Fact::new(node, DESCRIPTION, &**text);
            let located = span.map_or(Located::Nowhere, Located::At);
            self.add_evidence(fact, located, Arc::clone(by), layer, Confidence::CERTAIN);
        }
        self.places.insert(node, place);
    }

    /// Where `known` is named: as the extractor says, or where its names stand, or where it is quoted, or
    /// else where something is most like its name.
    fn place(&self, known: &Known) -> Place {
        let mut spans = known.spans.clone();
        let names = || known.spellings.iter().chain(&known.aliases);
        if spans.is_empty() {
            spans.extend(names().flat_map(|name| self.text.occurrences(name)));
        }
        let in_context = names().any(|name| !self.context.occurrences(name).is_empty());
        let mut is_like = false;
        if spans.is_empty() {
            for quote in &known.quotes {
                let located = self.quoted(quote);
                is_like |= matches!(located, Located::Like(..));
                spans.extend(located.span());
            }
        }
        if spans.is_empty() && !in_context {
            let long = known.spellings.iter().filter(|name| name.chars().count() >= LONG_NAME);
            spans.extend(long.filter_map(|name| self.text.resembling(name, LIKE_NAME)).map(|(span, _)| span));
            is_like = !spans.is_empty();
        }
        Place { spans: spans.into_iter().collect(), in_context, is_like }
    }

    /// Where `quote` stands: exactly, folded, or else where the text is most like it.
    fn quoted(&self, quote: &str) -> Located {
        let exact = self.text.quote(quote).map(Located::At);
        let like = || self.text.resembling(quote, LIKE_QUOTE).map(|(span, likeness)| Located::Like(span, likeness));
        exact.or_else(like).unwrap_or(Located::Nowhere)
    }

    fn add_fact(&mut self, extracted: &ExtractedFact) {
        let Some(subject) = node_of(&extracted.subject) else { return };
        let Some(object) = self.value(&extracted.object, extracted) else { return };
        let mut qualifiers = Qualifiers::new();
        for (name, value) in &extracted.qualifiers {
            let Some(value) = self.value(value, extracted) else { return };
            qualifiers.insert(Arc::clone(name), value);
        }
        let located = self.locate(extracted, subject, &object);
        let predicate = extracted.predicate.clone();
        let by = extracted.by.clone().unwrap_or_default();
        let fact = Fact { subject, predicate, object, qualifiers };
        self.add_evidence(fact, located, by, extracted.layer, extracted.confidence);
    }

    fn value(&mut self, object: &Object, fact: &ExtractedFact) -> Option<Value> {
        match object {
            Object::Entity(entity) => node_of(entity).map(Value::Node),
            Object::Literal(value) if speaks_of_node(value) => {
                let problem = format!("a literal of {} speaks of a node by its id", fact.predicate);
                self.counts.problems.push(problem.into());
                None
            }
            Object::Literal(value) => Some(value.clone()),
        }
    }

    /// Where the chunk says it: as the extractor says, or its quote, or without either the
    /// shortest stretch that holds a name of the subject and the object.
    fn locate(&self, fact: &ExtractedFact, subject: NodeId, object: &Value) -> Located {
        if let Some(span) = fact.span.filter(|span| span.of(self.passage.text()).is_some()) {
            return Located::At(span);
        }
        match &fact.quote {
            Some(quote) => self.quoted(quote),
            None => self.between(subject, object).map_or(Located::Nowhere, Located::At),
        }
    }

    /// The shortest stretch that holds a name of the subject and the object.
    fn between(&self, subject: NodeId, object: &Value) -> Option<Span> {
        let subjects = self.places.get(&subject)?;
        let literal;
        let objects = match object {
            Value::Node(node) => &self.places.get(node)?.spans,
            other => {
                literal = self.text.occurrences(&other.to_string());
                &literal
            }
        };
        if subjects.spans.is_empty() && subjects.in_context {
            return objects.first().copied();
        }
        Locator::nearest(&subjects.spans, objects)
    }

    fn add_evidence(&mut self, fact: Fact, located: Located, by: Arc<str>, layer: Layer, confidence: Confidence) {
        let most = match located {
            Located::At(_) => Confidence::CERTAIN,
            Located::Like(_, likeness) => Confidence::new(likeness),
            Located::Nowhere => Confidence::UNLOCATED,
        };
        self.counts.facts += 1;
        self.counts.approximate_facts += usize::from(matches!(located, Located::Like(..)));
        self.counts.unlocated_facts += usize::from(located == Located::Nowhere);
        let (span, confidence, chunk) = (located.span(), confidence.min(most), self.passage.chunk.id);
        let origin = Origin::Extracted { by };
        self.draft.add_fact(fact, Evidence { chunk, span, origin, layer, confidence });
    }
}

/// Where something is said.
#[derive(Clone, Copy, PartialEq)]
enum Located {
    /// Here.
    At(Span),
    /// Here is what is most like it, so much.
    Like(Span, f32),
    /// The text does not say it.
    Nowhere,
}

impl Located {
    fn span(self) -> Option<Span> {
        match self {
            Self::At(span) | Self::Like(span, _) => Some(span),
            Self::Nowhere => None,
        }
    }
}

fn node_of(entity: &EntityRef) -> Option<NodeId> {
    let key = NameKey::of(&entity.name);
    (!key.is_empty()).then(|| NodeId::named(&entity.type_name, &key))
}

fn speaks_of_node(value: &Value) -> bool {
    match value {
        Value::Node(_) => true,
        Value::List(values) => values.iter().any(speaks_of_node),
        _ => false,
    }
}
