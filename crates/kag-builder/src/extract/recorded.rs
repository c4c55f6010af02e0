//! Extraction that was made elsewhere.

use std::{
    collections::{BTreeSet, HashMap},
    io::{self, BufRead},
    sync::Arc,
};

use kag_core::{BoxError, ContentHash, NameKey, Span, TypeName, async_trait, text::Locator};
use serde::Deserialize;
use serde_json::Value as Json;

use super::{EntityRef, ExtractedEntity, ExtractedFact, Extraction, Extractor, Object, Passage};

/// One passage of a recording, a line of JSON.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RecordedPassage {
    /// Its id: the document's URI, or what follows the last `#` in it.
    pub id: Arc<str>,
    /// The text that was extracted from; may be left out.
    #[serde(default)]
    pub text: Option<Arc<str>>,
    /// Names.
    #[serde(default)]
    pub entities: Vec<Json>,
    /// Subject, predicate, object.
    #[serde(default)]
    pub triples: Vec<Json>,
    /// Triples that the recording itself calls malformed; they are counted and passed over.
    #[serde(default)]
    pub triples_malformed: Vec<Json>,
}

/// How recorded names become names of nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RecordedNames {
    /// As they are; identity folds case, width and white space, as everywhere.
    #[default]
    AsGiven,
    /// In lower case, with everything but ASCII letters and digits made a space, as older
    /// systems do it ([`NameKey::ascii_only`]): for comparisons with those only. A name
    /// that has no such letter is left out and counted.
    AsciiOnly,
}

/// Which recorded names become nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RecordedNodes {
    /// Every listed entity, and both ends of every triple.
    #[default]
    All,
    /// Both ends of every triple only, as HippoRAG builds its graph.
    InTriples,
}

/// A line of a recording that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedProblem {
    /// Which line, from 1.
    pub line: usize,
    /// Why.
    pub reason: Arc<str>,
}

/// Replays extraction that was made elsewhere, by any system that writes one JSON object a
/// passage: `{"id": .., "text": .., "entities": [".."], "triples": [["s", "p", "o"]]}`.
///
/// A passage is found by the text of the chunk, or else by the document's URI, or by what
/// follows the last `#` in that. A chunk that is only a part of the recorded text gets what
/// is named in it, and the first chunk also what is named in none. A chunk without a
/// recording is an error, which the pipeline reports. All nodes are of type `Entity`; the
/// ends of a triple are nodes, whatever they say.
///
/// ```
/// use kag_builder::RecordedExtractor;
///
/// let lines = r#"{"id": "p1", "entities": ["C罗"], "triples": [["C罗", "效力于", "皇马"]]}"#;
/// let (recorded, problems) = RecordedExtractor::read("openie", lines.as_bytes())?;
/// assert_eq!((recorded.len(), problems.len()), (1, 0));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RecordedExtractor {
    passages: Vec<RecordedPassage>,
    by_text: HashMap<ContentHash, usize>,
    by_id: HashMap<Arc<str>, usize>,
    names: RecordedNames,
    nodes: RecordedNodes,
    type_name: TypeName,
    name: Arc<str>,
    content: ContentHash,
    version: String,
}

/// A chunk that a recording does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recording {recording:?} holds neither the text nor the id of this chunk")]
pub struct NotRecorded {
    /// The recording's name.
    pub recording: Arc<str>,
}

impl RecordedExtractor {
    /// The recording called `name` in `lines`, and the lines that could not be read. Of
    /// several passages of one id or text, the first counts; the others are problems.
    ///
    /// # Errors
    /// Those of reading `lines`.
    pub fn read(name: impl Into<Arc<str>>, lines: impl BufRead) -> io::Result<(Self, Vec<RecordedProblem>)> {
        let (mut passages, mut problems) = (Vec::new(), Vec::new());
        let mut content = ContentHash::of("");
        for (line, text) in (1..).zip(lines.lines()) {
            let text = text?;
            content = ContentHash::of_parts(&[content.to_string().as_bytes(), text.as_bytes()]);
            match serde_json::from_str(text.trim()) {
                Ok(passage) => passages.push((line, passage)),
                Err(_) if text.trim().is_empty() => {}
                Err(error) => problems.push(RecordedProblem { line, reason: error.to_string().into() }),
            }
        }
        let mut recorded = Self::of(name, []);
        recorded.content = content;
        for (line, passage) in passages {
            if !recorded.add(passage) {
                problems.push(RecordedProblem { line, reason: "an earlier passage has the same id or text".into() });
            }
        }
        problems.sort_by_key(|problem| problem.line);
        Ok((recorded.named(), problems))
    }

    /// The recording called `name` that holds `passages`. Of several of one id or text, the first counts.
    #[must_use]
    pub fn of(name: impl Into<Arc<str>>, passages: impl IntoIterator<Item = RecordedPassage>) -> Self {
        let mut recorded = Self {
            passages: Vec::new(),
            by_text: HashMap::new(),
            by_id: HashMap::new(),
            names: RecordedNames::default(),
            nodes: RecordedNodes::default(),
            type_name: TypeName::from("Entity"),
            name: name.into(),
            content: ContentHash::of(""),
            version: String::new(),
        };
        for passage in passages {
            let line = format!("{passage:?}");
            recorded.content = ContentHash::of_parts(&[recorded.content.to_string().as_bytes(), line.as_bytes()]);
            recorded.add(passage);
        }
        recorded.named()
    }

    /// The same recording with names made in another way.
    #[must_use]
    pub fn with_names(mut self, names: RecordedNames) -> Self {
        self.names = names;
        self.named()
    }

    /// The same recording with other names as nodes.
    #[must_use]
    pub fn with_nodes(mut self, nodes: RecordedNodes) -> Self {
        self.nodes = nodes;
        self.named()
    }

    /// Number of passages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.passages.len()
    }

    /// Whether there is no passage.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    fn named(mut self) -> Self {
        let Self { name, content, names, nodes, .. } = &self;
        self.version = format!("recorded 1 {name} {content} {names:?} {nodes:?}");
        self
    }

    fn add(&mut self, passage: RecordedPassage) -> bool {
        let at = self.passages.len();
        let hash = passage.text.as_ref().map(|text| ContentHash::of(&**text));
        let known = self.by_id.contains_key(&passage.id) || hash.is_some_and(|hash| self.by_text.contains_key(&hash));
        if known {
            return false;
        }
        self.by_id.insert(Arc::clone(&passage.id), at);
        self.by_text.extend(hash.map(|hash| (hash, at)));
        self.passages.push(passage);
        true
    }

    fn passage(&self, passage: &Passage<'_>) -> Option<&RecordedPassage> {
        let uri = &passage.document.uri;
        let fragment = uri.rsplit_once('#').map(|(_, id)| id);
        let by_text = self.by_text.get(&ContentHash::of(passage.text()));
        let by_id = || self.by_id.get(uri).or_else(|| self.by_id.get(fragment?));
        self.passages.get(*by_text.or_else(by_id)?)
    }
}

#[async_trait]
impl Extractor for RecordedExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let Some(recorded) = self.passage(passage) else {
            return Err(NotRecorded { recording: Arc::clone(&self.name) }.into());
        };
        let mut replay = Replay {
            recording: self,
            passage: *passage,
            part: Part::of(passage, recorded),
            found: Extraction::default(),
        };
        replay.add(recorded);
        Ok(replay.found)
    }
}

/// Which part of the recorded text a chunk is.
struct Part<'p> {
    chunk: Locator<'p>,
    /// The whole recorded text, and which bytes of it the chunk is, where it is only a part.
    whole: Option<(Locator<'p>, Option<Span>)>,
}

impl<'p> Part<'p> {
    fn of(passage: &Passage<'p>, recorded: &'p RecordedPassage) -> Self {
        let whole = recorded.text.as_deref().filter(|text| *text != passage.text());
        let whole = whole.map(|text| {
            (Locator::new(text), text.find(passage.text()).map(|at| Span::new(at, at + passage.text().len())))
        });
        Self { chunk: Locator::new(passage.text()), whole }
    }

    /// Whether this part is the one to say what names all of `names`: it has them all, or
    /// begins the shortest stretch that has; what is named nowhere belongs to the `first`.
    fn has(&self, names: &[&str], first: bool) -> bool {
        let Some((whole, at)) = &self.whole else { return true };
        if shortest(&self.chunk, names).is_some() {
            return true;
        }
        match (shortest(whole, names), at) {
            (Some(stretch), Some(at)) => (at.start..at.end).contains(&stretch.start),
            _ => first,
        }
    }
}

/// The shortest stretch that holds a name or a pair of names.
fn shortest(text: &Locator<'_>, names: &[&str]) -> Option<Span> {
    let mut found = names.iter().map(|name| text.occurrences(name));
    let (one, other) = (found.next()?, found.next());
    match other {
        Some(other) => Locator::nearest(&one, &other),
        None => one.first().copied(),
    }
}

struct Replay<'r> {
    recording: &'r RecordedExtractor,
    passage: Passage<'r>,
    part: Part<'r>,
    found: Extraction,
}

impl Replay<'_> {
    fn add(&mut self, recorded: &RecordedPassage) {
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut facts: BTreeSet<[Arc<str>; 3]> = BTreeSet::new();
        for triple in &recorded.triples {
            let parts: Option<Vec<Arc<str>>> =
                triple.as_array().map(|parts| parts.iter().filter_map(text_of).collect());
            let read = match parts.as_deref() {
                Some([subject, predicate, object]) if triple.as_array().is_some_and(|parts| parts.len() == 3) => {
                    let (from, to) = (self.name(subject), self.name(object));
                    from.zip(to)
                        .filter(|_| !predicate.trim().is_empty())
                        .map(|(from, to)| (subject, from, predicate, object, to))
                }
                _ => None,
            };
            let Some((subject, from, predicate, object, to)) = read else {
                self.found.problems.push(format!("malformed triple {triple}").into());
                continue;
            };
            if self.is_here(&[subject, object]) {
                facts.insert([from, predicate.trim().into(), to]);
            }
        }
        if self.recording.nodes == RecordedNodes::All {
            for entity in &recorded.entities {
                match text_of(entity).and_then(|name| Some((self.name(&name)?, name))) {
                    Some((name, given)) if self.is_here(&[&given]) => drop(names.insert(name)),
                    Some(_) => {}
                    None => self.found.problems.push(format!("malformed entity {entity}").into()),
                }
            }
        }
        let type_name = &self.recording.type_name;
        self.found.entities.extend(names.into_iter().map(|name| ExtractedEntity::new(type_name.clone(), name)));
        self.found.facts.extend(facts.into_iter().map(|[from, predicate, to]| {
            let (from, to) = (EntityRef::new(type_name.clone(), from), EntityRef::new(type_name.clone(), to));
            ExtractedFact::new(from, &*predicate, Object::Entity(to))
        }));
        for triple in &recorded.triples_malformed {
            self.found.problems.push(format!("recorded as malformed: {triple}").into());
        }
    }

    /// The node's name; `None` where nothing is left of it.
    fn name(&self, given: &str) -> Option<Arc<str>> {
        match self.recording.names {
            RecordedNames::AsGiven => Some(given.trim().into()).filter(|name: &Arc<str>| !NameKey::of(name).is_empty()),
            RecordedNames::AsciiOnly => {
                let key = NameKey::ascii_only(given);
                (!key.is_empty()).then(|| key.as_str().into())
            }
        }
    }

    fn is_here(&self, names: &[&str]) -> bool {
        self.part.has(names, self.passage.chunk.id.ordinal() == 0)
    }
}

fn text_of(json: &Json) -> Option<Arc<str>> {
    match json {
        Json::String(text) => Some(text.as_str().into()),
        Json::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use kag_core::{Chunk, Document};

    use super::*;

    fn extract(recorded: &RecordedExtractor, uri: &str, ordinal: u32, text: &str) -> Result<Extraction, BoxError> {
        let document = Document::new(uri, ContentHash::of(text));
        let chunk = Chunk::new(document.id, ordinal, 0, text);
        block_on(recorded.extract(&Passage::new(&document, &chunk)))
    }

    const LINES: &str = r#"{"id": "p1", "text": "C罗加盟皇马。皇马夺冠。", "entities": ["C罗", "皇马", 7], "triples": [["C罗", "加盟", "皇马"], ["皇马", "夺冠"], ["梅西", "踢", "球"]], "triples_malformed": [["x"]]}
{oops

{"id": "p1"}
{"id": "p2", "triples": [["Zidane", "coached", "Real Madrid!"]]}"#;

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        let (recorded, problems) = RecordedExtractor::read("r", LINES.as_bytes()).unwrap();
        assert_eq!(recorded.len(), 2);
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2, 4]);
    }

    #[test]
    fn a_passage_is_found_by_text_uri_or_fragment() {
        let (recorded, _) = RecordedExtractor::read("r", LINES.as_bytes()).unwrap();
        for (uri, text) in [("x:1", "C罗加盟皇马。皇马夺冠。"), ("p1", "other"), ("file:a.jsonl#p1", "other")]
        {
            let found = extract(&recorded, uri, 0, text).unwrap();
            assert_eq!((found.entities.len(), found.facts.len(), found.problems.len()), (3, 2, 2), "{uri}");
        }
        assert!(extract(&recorded, "x:1", 0, "unknown").unwrap_err().is::<NotRecorded>());
    }

    #[test]
    fn a_part_gets_what_it_names_and_the_first_what_nothing_names() {
        let (recorded, _) = RecordedExtractor::read("r", LINES.as_bytes()).unwrap();
        let first = extract(&recorded, "p1", 0, "C罗加盟皇马。").unwrap();
        let second = extract(&recorded, "p1", 1, "皇马夺冠。").unwrap();
        assert_eq!((first.facts.len(), second.facts.len()), (2, 0));
        assert_eq!(second.entities.len(), 1);
    }

    #[test]
    fn the_rule_of_older_systems_is_an_option() {
        let (recorded, _) = RecordedExtractor::read("r", LINES.as_bytes()).unwrap();
        let recorded = recorded.with_names(RecordedNames::AsciiOnly).with_nodes(RecordedNodes::InTriples);
        let found = extract(&recorded, "p2", 0, "").unwrap();
        assert_eq!(found.facts[0].object, Object::Entity(EntityRef::new("Entity", "real madrid")));
        assert!(found.entities.is_empty());
        let chinese = extract(&recorded, "p1", 0, "").unwrap();
        assert!(chinese.facts.is_empty() && chinese.problems.len() == 4, "{chinese:?}");
    }
}
