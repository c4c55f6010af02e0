//! A schema file: its schema and its comments.

use std::fmt;

use super::{comment::Comment, print::print, read::read, resolve::resolve};
use crate::{Diagnostic, Schema};

/// A schema file as it was read: the schema, and the comments that stood in it.
///
/// Displayed it is canonical text that is read back as the same document.
///
/// ```
/// use kag_schema::SchemaDocument;
///
/// let reading = SchemaDocument::parse("namespace Football\n\n# 球队\nClub（俱乐部）： EntityType\n");
/// assert!(reading.diagnostics.is_empty());
/// assert_eq!(reading.document.to_string(), "namespace Football\n\n# 球队\nClub(俱乐部): EntityType\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaDocument {
    /// The schema.
    pub schema: Schema,
    /// The comments, in the order in which they stood.
    pub comments: Vec<Comment>,
}

/// What was read of a schema file, and what is wrong with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SchemaReading {
    /// Everything that could be read. What is wrong is left out of it.
    pub document: SchemaDocument,
    /// Every mistake, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl SchemaDocument {
    /// The document of a schema without comments.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self { schema, comments: Vec::new() }
    }

    /// Reads a schema file. All of its mistakes are reported, and what can be read beside
    /// them is.
    #[must_use]
    pub fn parse(text: &str) -> SchemaReading {
        let read = read(text);
        let mut diagnostics = read.diagnostics;
        let schema = resolve(read.namespace.unwrap_or_default(), read.draft, &mut diagnostics);
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        SchemaReading { document: Self { schema, comments: read.comments }, diagnostics }
    }
}

impl SchemaReading {
    /// Whether something is wrong, and not only doubtful.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl Schema {
    /// Reads text in the schema language of OpenSPG.
    ///
    /// All mistakes are reported, in the order of the text; what can be read beside them
    /// is in the schema. Comments are passed over: [`SchemaDocument`] keeps them.
    ///
    /// ```
    /// use kag_schema::Schema;
    ///
    /// let source = "namespace Football\n\nPerson(人物): EntityType\n    properties:\n        age(年龄): Intger\n";
    /// let (schema, wrong) = Schema::parse(source);
    /// assert_eq!(schema.types().count(), 1);
    /// assert_eq!(
    ///     wrong[0].render("football.schema", source),
    ///     "\
    /// error: `age` of type `Person` has unknown object type `Intger`
    ///  --> football.schema:5:18
    ///   |
    /// 5 |         age(年龄): Intger
    ///   |                    ^^^^^^
    ///   = hint: did you mean `Integer`?
    /// "
    /// );
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Diagnostic>) {
        let reading = SchemaDocument::parse(text);
        (reading.document.schema, reading.diagnostics)
    }
}

impl fmt::Display for SchemaDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(&self.schema, &self.comments))
    }
}

/// The canonical text of the schema in the language that [`Schema::parse`] reads.
impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self, &[]))
    }
}
