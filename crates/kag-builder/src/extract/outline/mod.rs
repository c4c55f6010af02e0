//! The outline of a document in the graph: its sections, and what each says in short.

mod summarise;
mod summary;

use std::sync::Arc;

use kag_core::{BoxError, Chunk, Span, async_trait};

pub use summarise::Summarise;
pub use summary::SummaryExtractor;

use super::{EntityRef, ExtractedEntity, ExtractedFact, Extraction, Extractor, Object, Passage};

/// Stands between the titles in the name of a section.
const BELOW: &str = " › ";

/// The predicate from a section to the one that it is in.
const PART_OF: &str = "isPartOf";

/// Reads the sections of a document out of its headings, without a model.
///
/// A section is a node of type `Section`, called by the titles from the document's down to its own
/// (`Annual report › Risks › Market`), in the document itself by its title, or its URI where it has none. Each
/// is `isPartOf` the one above it, and its chunks name it. So a walk over the graph goes from a passage to
/// its sisters, and a question that names a section finds all of it.
///
/// ```
/// use kag_builder::{OutlineExtractor, Passage};
/// use kag_core::{Chunk, ContentHash, Document};
///
/// let document = Document::new("file:report.md", ContentHash::of("x")).with_title("Report");
/// let chunk = Chunk::new(document.id, 0, 0, "Rates rose.").with_headings(vec!["Risks".into()]);
/// let found = OutlineExtractor::new().read(&Passage::new(&document, &chunk));
/// let names: Vec<_> = found.entities.iter().map(|entity| &*entity.entity.name).collect();
/// assert_eq!(names, ["Report", "Report › Risks"]);
/// assert_eq!(found.facts[0].predicate.as_str(), "isPartOf");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct OutlineExtractor;

impl OutlineExtractor {
    /// The extractor.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// The sections that `passage` is in, outermost first: [`Extractor::extract`] without waiting.
    #[must_use]
    pub fn read(&self, passage: &Passage<'_>) -> Extraction {
        let mut found = Extraction::default();
        let whole = whole(passage.chunk);
        let path = path(passage, passage.chunk);
        for depth in 1..=path.len() {
            let Some(section) = section(path.get(..depth).unwrap_or_default()) else { continue };
            if let Some(outer) = section_above(&path, depth) {
                found.facts.push(ExtractedFact::new(section.clone(), PART_OF, Object::Entity(outer)).at(whole));
            }
            found.entities.push(ExtractedEntity::new(section.type_name, section.name).at(whole));
        }
        found
    }
}

#[async_trait]
impl Extractor for OutlineExtractor {
    fn version(&self) -> &str {
        "outline 1"
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        Ok(self.read(passage))
    }
}

/// The title of the document, or its URI, then the headings above `chunk`.
fn path(passage: &Passage<'_>, chunk: &Chunk) -> Vec<Arc<str>> {
    let document = passage.document;
    let root = if document.title.trim().is_empty() { &document.uri } else { &document.title };
    let headings = chunk.headings.iter().filter(|heading| !heading.trim().is_empty());
    // A page whose only outermost heading is its title is not within itself.
    let headings = headings.enumerate().filter(|(at, heading)| *at > 0 || *heading != root).map(|(_, heading)| heading);
    std::iter::once(root).chain(headings).cloned().collect()
}

/// The section of these titles.
fn section(path: &[Arc<str>]) -> Option<EntityRef> {
    let titles: Vec<&str> = path.iter().map(|title| &**title).collect();
    (!titles.is_empty()).then(|| EntityRef::new("Section", titles.join(BELOW)))
}

/// The section that the one of the first `depth` titles is in.
fn section_above(path: &[Arc<str>], depth: usize) -> Option<EntityRef> {
    section(path.get(..depth.checked_sub(1)?)?)
}

/// All of a chunk but the white space at its ends.
fn whole(chunk: &Chunk) -> Span {
    let start = chunk.text.len() - chunk.text.trim_start().len();
    Span::new(start, start + chunk.text.trim().len())
}
