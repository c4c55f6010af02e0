//! DOCX: WordprocessingML (ECMA-376) in a ZIP archive.

mod body;
mod notes;
mod numbering;
mod package;
mod paragraph;
mod styles;
mod xml;

use std::sync::Arc;

use kag_core::{BoxError, CpuPool, ReadDocument, Reader, Reading, Source, async_trait};

use self::{body::Body, notes::read_notes, numbering::Numbering, package::Package, styles::Styles};

/// The media type of DOCX.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Bytes that a part of the archive may unpack to.
const PART: u64 = 256 * 1024 * 1024;

/// Reads a DOCX as one document.
///
/// Headings are the paragraphs whose style or outline level says so. Numbers that Word counts
/// are written out, as in `第三条` or `2.1`; bullets are `-`. The cells of a row stand on one
/// line with ` | ` between them. Footnotes and endnotes stand in brackets where they are
/// referred to. What was deleted under revision, hidden text, comments, headers and footers are
/// left out. DOCX has no pages: these are laid out anew by each program that shows it.
/// The title is the paragraph in the style `Title`, or that of the properties, or the first heading of level 1.
///
/// A part of the archive that unpacks to more than 256 MB (or [`with_limit`](Self::with_limit)), or
/// nests elements more than 512 deep, is refused.
#[derive(Clone, Debug)]
pub struct DocxReader {
    limit: u64,
    cpu: CpuPool,
}

impl Default for DocxReader {
    fn default() -> Self {
        Self::new()
    }
}

impl DocxReader {
    /// The reader, with the default limit.
    #[must_use]
    pub fn new() -> Self {
        Self { limit: PART, cpu: CpuPool::default() }
    }

    /// The same reader, refusing parts that unpack to more than `bytes`.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// The same reader, computing on `cpu`; by default on a pool of its own.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.cpu = cpu;
        self
    }
}

#[async_trait]
impl Reader for DocxReader {
    fn version(&self) -> &str {
        "docx 1"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let (source, limit) = (source.clone(), self.limit);
        Ok(self.cpu.run("read.docx", move || read(&source, limit)).await??.into())
    }
}

/// Why a source is no DOCX that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocxError {
    /// It is no archive, or a damaged one.
    #[error("the archive cannot be read")]
    Archive(#[from] zip::result::ZipError),
    /// The archive has no such part.
    #[error("the archive has no {part:?}")]
    NoPart {
        /// The part.
        part: Arc<str>,
    },
    /// A part cannot be unpacked.
    #[error("unpacking {part:?}")]
    Unpack {
        /// The part.
        part: Arc<str>,
        /// What went wrong.
        #[source]
        source: std::io::Error,
    },
    /// A part is too large.
    #[error("{part:?} unpacks to more than {limit} bytes")]
    TooLarge {
        /// The part.
        part: Arc<str>,
        /// How much it may be.
        limit: u64,
    },
    /// A part is not text.
    #[error("{part:?} is not UTF-8 or UTF-16")]
    NotText {
        /// The part.
        part: Arc<str>,
    },
    /// A part is not XML.
    #[error("{part:?} is not XML at byte {byte}")]
    Xml {
        /// The part.
        part: Arc<str>,
        /// Where.
        byte: u64,
        /// What is wrong.
        #[source]
        source: quick_xml::Error,
    },
    /// A part ends before its elements do.
    #[error("{part:?} ends within an element")]
    CutOff {
        /// The part.
        part: Arc<str>,
    },
    /// The elements of a part are nested too deep.
    #[error("{part:?} nests its elements more than {limit} deep")]
    TooDeep {
        /// The part.
        part: Arc<str>,
        /// How deep they may be.
        limit: usize,
    },
}

fn read(source: &Source, limit: u64) -> Result<ReadDocument, DocxError> {
    let mut package = Package::open(&source.bytes, limit)?;
    let document = package.main_part()?;
    let styles = package.beside(&document, "styles.xml")?.map(|part| Styles::read(&part)).transpose()?;
    let numbering = package.beside(&document, "numbering.xml")?.map(|part| Numbering::read(&part)).transpose()?;
    let mut notes = Vec::new();
    for name in ["footnotes.xml", "endnotes.xml"] {
        notes.push(package.beside(&document, name)?.map(|part| read_notes(&part)).transpose()?.unwrap_or_default());
    }
    let properties = package.title()?;
    let body = Body::new(styles.unwrap_or_default(), numbering.unwrap_or_default(), notes);
    let (text, title) = body.read(&document)?;
    let first = text.headings().iter().find(|heading| heading.level == 1).map(|heading| Arc::clone(&heading.title));
    let title = title.or(properties).map(Into::into).or(first).unwrap_or_default();
    Ok(text.finish(source.document().with_media_type(DOCX).with_title(title)))
}
