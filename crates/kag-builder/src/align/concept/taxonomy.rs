//! Concepts that the host brings.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{
    Chunk, ChunkId, Confidence, ContentHash, Contribution, ContributionDraft, Document, Evidence, Fact, Layer, NameKey,
    Node, NodeId, Origin, Predicate, Result, Span, TypeName,
};
use serde::Deserialize;

use super::{super::named_only, BELONG_TO, IS_A, order::Ordered};

/// A vocabulary of concepts: their names in whatever languages, and which are kinds of which.
///
/// It becomes a [contribution](Self::contribution): a document of its own, a line a concept, with curated facts that
/// point at their lines. So it is replaced and removed like any document. A concept is identified by its id where
/// it has one, else by its name; parents are named by id or by name.
///
/// Circles are refused: their relations are left out and reported. So is what follows from other relations
/// (the transitive reduction is kept), which says nothing of its own.
///
/// From files: lines of JSON, `{"id": "HP:0000107", "name": "Renal cyst", "aliases": ["肾囊肿"], "parents":
/// ["HP:0012210"]}`; all but `name` may be left out. Other files are read by the host, which calls [`with_id`](Self::with_id).
///
/// ```
/// use kag_builder::Taxonomy;
///
/// let lines = r#"
/// {"id": "k", "name": "kidney disease", "aliases": ["肾病"], "parents": ["d"]}
/// {"id": "d", "name": "disease", "aliases": ["疾病"]}
/// {"id": "c", "name": "chronic kidney disease", "parents": ["k", "d"]}
/// "#;
/// let (diseases, problems) = Taxonomy::new("Disease").read(lines);
/// assert_eq!((diseases.len(), problems.len()), (3, 0));
/// let (contribution, report) = diseases.contribution("diseases")?;
/// assert_eq!((contribution.nodes().len(), contribution.facts().len()), (3, 2));
/// assert_eq!(report.implied, [("c".into(), "d".into())]);
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    type_name: TypeName,
    predicate: Predicate,
    concepts: BTreeMap<Arc<str>, Concept>,
    members: BTreeMap<NodeId, Member>,
    /// The model whose guess it is; `None` for what is curated.
    guessed_by: Option<Arc<str>>,
}

/// A thing and the concepts that it is one of, by id or name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    thing: Node,
    concepts: BTreeSet<Arc<str>>,
}

/// A line of the document and the facts that it states.
struct Entry {
    line: String,
    facts: Vec<Fact>,
}

/// A concept, under its id.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Concept {
    name: Arc<str>,
    has_id: bool,
    aliases: BTreeSet<Arc<str>>,
    parents: BTreeSet<Arc<str>>,
}

/// The ids of the special and of the general.
type Relation = (Arc<str>, Arc<str>);

/// A concept, as a line of JSON has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Option<Arc<str>>,
    name: Arc<str>,
    #[serde(default)]
    aliases: Vec<Arc<str>>,
    #[serde(default)]
    parents: Vec<Arc<str>>,
}

/// A line that could not be read, and was passed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct TaxonomyProblem {
    /// The line, from 1.
    pub line: usize,
    /// What was wrong with it.
    pub reason: Arc<str>,
}

/// What of a taxonomy was not taken, each list sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaxonomyReport {
    /// Relations that were taken.
    pub relations: usize,
    /// Relations that follow from others, special before general.
    pub implied: Vec<(Arc<str>, Arc<str>)>,
    /// Concepts that would be kinds of themselves: no relation among those of one group was taken.
    pub circles: Vec<Vec<Arc<str>>>,
    /// Parents, and concepts of members, that are not in the taxonomy or are the name of several concepts, each
    /// after what has it.
    pub unknown: Vec<(Arc<str>, Arc<str>)>,
}

/// Lines in one chunk of the document.
const IN_CHUNK: usize = 64;
/// How far a model's guess is believed.
const GUESSED: f32 = 0.7;

impl Taxonomy {
    /// An empty taxonomy of concepts of `type_name`, ordered by `isA`.
    #[must_use]
    pub fn new(type_name: impl Into<TypeName>) -> Self {
        Self {
            type_name: type_name.into(),
            predicate: IS_A.into(),
            concepts: BTreeMap::new(),
            members: BTreeMap::new(),
            guessed_by: None,
        }
    }

    /// The same taxonomy, ordered by `predicate`: `locateAt`, `mannerOf`, or one of the host's.
    #[must_use]
    pub fn with_predicate(mut self, predicate: impl Into<Predicate>) -> Self {
        self.predicate = predicate.into();
        self
    }

    /// The same taxonomy with the concept `name`, which is a kind of `parents`. The same name again adds to it.
    #[must_use]
    pub fn with<'a>(
        self,
        name: &'a str,
        aliases: impl IntoIterator<Item = &'a str>,
        parents: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.added(None, name, aliases, parents)
    }

    /// The same taxonomy with the concept `name`, identified by `id`. The same id again adds to it; the first name stays.
    #[must_use]
    pub fn with_id<'a>(
        self,
        id: &'a str,
        name: &'a str,
        aliases: impl IntoIterator<Item = &'a str>,
        parents: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.added(Some(id), name, aliases, parents)
    }

    /// The same taxonomy, where `thing` is one of `concept`, which is named by id or by name.
    #[must_use]
    pub fn with_member(mut self, thing: &Node, concept: impl Into<Arc<str>>) -> Self {
        let member = || Member { thing: thing.clone(), concepts: BTreeSet::new() };
        self.members.entry(thing.id).or_insert_with(member).concepts.insert(concept.into());
        self
    }

    /// The same taxonomy as the guess of a model: of the layer of information, and with less confidence.
    pub(in crate::align) fn guessed_by(mut self, model: impl Into<Arc<str>>) -> Self {
        self.guessed_by = Some(model.into());
        self
    }

    fn added<'a>(
        mut self,
        id: Option<&'a str>,
        name: &'a str,
        aliases: impl IntoIterator<Item = &'a str>,
        parents: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let aliases = aliases.into_iter().map(Into::into).collect();
        self.add(Line {
            id: id.map(Into::into),
            name: name.into(),
            aliases,
            parents: parents.into_iter().map(Into::into).collect(),
        });
        self
    }

    /// The same taxonomy with the concepts in `lines`. Empty lines are passed over; a line that cannot be read, or
    /// whose name has no visible character, is a problem.
    #[must_use]
    pub fn read(mut self, lines: &str) -> (Self, Vec<TaxonomyProblem>) {
        let mut problems = Vec::new();
        for (number, line) in (1..).zip(lines.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<Line>(line) {
                Ok(line) if !NameKey::of(&line.name).is_empty() => self.add(line),
                Ok(_) => problems.push(TaxonomyProblem { line: number, reason: "no name".into() }),
                Err(error) => problems.push(TaxonomyProblem { line: number, reason: error.to_string().into() }),
            }
        }
        (self, problems)
    }

    /// Number of concepts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// Number of things that are one of its concepts.
    pub(in crate::align) fn members(&self) -> usize {
        self.members.len()
    }

    /// The document `uri`, of layer Knowledge, and what was not taken: a line a concept, then a line a
    /// member. The same concepts and members, in whatever order they came, are the same bytes.
    ///
    /// # Errors
    /// Those of [`ContributionDraft::seal`], as for a concept without a visible name.
    pub fn contribution(&self, uri: impl Into<Arc<str>>) -> Result<(Contribution, TaxonomyReport)> {
        let (relations, mut report) = self.ordered();
        let mut parents: BTreeMap<&Arc<str>, Vec<&Arc<str>>> = BTreeMap::new();
        for (special, general) in &relations {
            parents.entry(special).or_default().push(general);
        }
        let of_concept = |(id, concept)| self.concept_entry(id, concept, parents.get(id).map_or(&[], Vec::as_slice));
        let mut entries: Vec<Entry> = self.concepts.iter().map(of_concept).collect();
        entries.extend(self.members.values().filter_map(|member| self.member_entry(member, &mut report)));
        report.unknown.sort();
        let all: String = entries.iter().map(|entry| entry.line.as_str()).collect();
        let mut draft = ContributionDraft::new(Document::new(uri, ContentHash::of(all)));
        for (id, concept) in &self.concepts {
            self.add_to(&mut draft, id, concept);
        }
        draft.nodes.extend(self.members.values().map(|member| named_only(&member.thing)));
        let mut at = 0;
        for (ordinal, entries) in (0u32..).zip(entries.chunks(IN_CHUNK)) {
            let text: String = entries.iter().map(|entry| entry.line.as_str()).collect();
            let chunk = draft.add_chunk(Chunk::new(draft.document.id, ordinal, at, text.as_str()));
            at += text.len();
            let mut start = 0;
            for Entry { line, facts } in entries {
                let span = Span::new(start, start + line.trim_end().len());
                for fact in facts {
                    draft.add_fact(fact.clone(), self.evidence(chunk, span));
                }
                start += line.len();
            }
        }
        Ok((draft.seal()?, report))
    }

    fn concept_entry(&self, id: &Arc<str>, concept: &Concept, parents: &[&Arc<str>]) -> Entry {
        let fact = |general: &Arc<str>| Some(Fact::new(self.node(id)?, self.predicate.clone(), self.node(general)?));
        let facts = parents.iter().filter_map(|general| fact(general)).collect();
        Entry { line: self.line(id, concept, parents), facts }
    }

    /// `name (type) belongTo concept, concept`; `None`, and all of them unknown, where there is none of them.
    fn member_entry(&self, member: &Member, report: &mut TaxonomyReport) -> Option<Entry> {
        let Member { thing, concepts } = member;
        let mut known: BTreeSet<&Arc<str>> = BTreeSet::new();
        for concept in concepts {
            match self.find(concept) {
                Some(id) => drop(known.insert(id)),
                None => report.unknown.push((Arc::clone(&thing.name), Arc::clone(concept))),
            }
        }
        let facts: Vec<Fact> =
            known.iter().filter_map(|id| Some(Fact::new(thing.id, BELONG_TO, self.node(id)?))).collect();
        let names: Vec<String> =
            known.iter().filter_map(|id| self.concepts.get(*id)).map(|concept| one_line(&concept.name)).collect();
        let (name, type_name) = (one_line(&thing.name), one_line(thing.type_name.as_str()));
        let line = format!("{name} ({type_name}) {BELONG_TO} {}\n", names.join(", "));
        (!facts.is_empty()).then_some(Entry { line, facts })
    }

    /// The id of the concept with this id, or of the only one with this name.
    fn find(&self, concept: &str) -> Option<&Arc<str>> {
        if let Some((id, _)) = self.concepts.get_key_value(concept) {
            return Some(id);
        }
        let key = NameKey::of(concept);
        let mut called = self.concepts.iter().filter(|(_, concept)| NameKey::of(&concept.name) == key);
        let (id, _) = called.next()?;
        called.next().is_none().then_some(id)
    }

    fn evidence(&self, chunk: ChunkId, span: Span) -> Evidence {
        let (by, layer, confidence) = match &self.guessed_by {
            None => ("taxonomy 1".into(), Layer::Knowledge, Confidence::CERTAIN),
            Some(model) => (format!("kinds 1 {model}"), Layer::Information, Confidence::new(GUESSED)),
        };
        Evidence { chunk, span: Some(span), origin: Origin::Extracted { by: by.into() }, layer, confidence }
    }

    /// The layer of the concepts.
    fn layer(&self) -> Layer {
        if self.guessed_by.is_some() { Layer::Information } else { Layer::Knowledge }
    }

    fn add(&mut self, line: Line) {
        let has_id = line.id.is_some();
        let id = line.id.unwrap_or_else(|| NameKey::of(&line.name).as_str().into());
        let new = Concept { name: Arc::clone(&line.name), has_id, aliases: BTreeSet::new(), parents: BTreeSet::new() };
        let concept = self.concepts.entry(id).or_insert(new);
        concept
            .aliases
            .extend(line.aliases.into_iter().chain([line.name]).filter(|alias| !NameKey::of(alias).is_empty()));
        concept.aliases.remove(&concept.name);
        concept.parents.extend(line.parents);
    }

    /// The relations that are taken, and what is not.
    fn ordered(&self) -> (BTreeSet<Relation>, TaxonomyReport) {
        let mut called: BTreeMap<NameKey, BTreeSet<&Arc<str>>> = BTreeMap::new();
        for (id, concept) in &self.concepts {
            called.entry(NameKey::of(&concept.name)).or_default().insert(id);
        }
        let ids: Vec<&Arc<str>> = self.concepts.keys().collect();
        let place = |id: &Arc<str>| ids.binary_search(&id).ok();
        let by_name = |name: &str| {
            let found = called.get(&NameKey::of(name))?;
            found.first().filter(|_| found.len() == 1).and_then(|id| place(id))
        };
        let (mut relations, mut unknown) = (BTreeSet::new(), Vec::new());
        for (special, (id, concept)) in self.concepts.iter().enumerate() {
            for parent in &concept.parents {
                match place(parent).or_else(|| by_name(parent)) {
                    Some(general) => drop(relations.insert((special, general))),
                    None => unknown.push((Arc::clone(id), Arc::clone(parent))),
                }
            }
        }
        let Ordered { kept, implied, circles } = Ordered::of(&relations);
        let id = |place: usize| ids.get(place).map_or_else(|| "".into(), |id| Arc::clone(id));
        let pair = |(special, general): (usize, usize)| (id(special), id(general));
        let report = TaxonomyReport {
            relations: kept.len(),
            implied: implied.into_iter().map(pair).collect(),
            circles: circles.into_iter().map(|circle| circle.into_iter().map(id).collect()).collect(),
            unknown,
        };
        (kept.into_iter().map(pair).collect(), report)
    }

    /// `name (alias, alias) isA parent, parent`, on a line of its own.
    fn line(&self, id: &Arc<str>, concept: &Concept, parents: &[&Arc<str>]) -> String {
        let mut line = if concept.has_id { format!("{}: ", one_line(id)) } else { String::new() };
        line.push_str(&one_line(&concept.name));
        if !concept.aliases.is_empty() {
            let aliases: Vec<String> = concept.aliases.iter().map(|alias| one_line(alias)).collect();
            line.push_str(&format!(" ({})", aliases.join(", ")));
        }
        if !parents.is_empty() {
            let names = parents.iter().filter_map(|id| self.concepts.get(*id)).map(|parent| one_line(&parent.name));
            line.push_str(&format!(" {} {}", self.predicate, names.collect::<Vec<_>>().join(", ")));
        }
        line.push('\n');
        line
    }

    fn add_to(&self, draft: &mut ContributionDraft, id: &Arc<str>, concept: &Concept) {
        let (type_name, name) = (self.type_name.clone(), Arc::clone(&concept.name));
        let node = if concept.has_id {
            draft.add_keyed_node(type_name, &[id], name, self.layer())
        } else {
            draft.add_node(type_name, name, self.layer())
        };
        concept.aliases.iter().for_each(|alias| draft.add_alias(node, Arc::clone(alias)));
    }

    fn node(&self, id: &Arc<str>) -> Option<NodeId> {
        let concept = self.concepts.get(id)?;
        Some(if concept.has_id {
            NodeId::keyed(&self.type_name, &[id])
        } else {
            NodeId::named(&self.type_name, &NameKey::of(&concept.name))
        })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
