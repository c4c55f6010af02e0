//! PDF.

mod fonts;
mod form;
mod glyphs;
mod line;
mod outline;
mod page;
mod write;

use std::sync::Arc;

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kag_core::{BoxError, CpuPool, ReadProblem, Reader, Reading, Source, async_trait};

use self::{
    outline::Sizes,
    page::{PageText, Shared},
    write::Writer,
};

/// The media type of PDF.
const PDF: &str = "application/pdf";

/// Bytes of text that a file may hold.
const TEXT: usize = 64 * 1024 * 1024;

/// Reads the text layer of a PDF as one document with pages.
///
/// Lines become paragraphs by their distance, indentation and ends; a word that was divided at
/// the end of a line is put together again. Headings are lines in a larger size than most of the text, the
/// largest outermost. Text comes in the order in which it is drawn, which is that of reading in nearly
/// all files; where it jumps about, from top to bottom. Nothing is read from images: a page without
/// text, such as a scan, is a problem with its number, and so are characters without a Unicode
/// value. Chinese, Japanese and Korean fonts that do not say which characters their codes are need
/// a predefined encoding or collection of characters (Adobe-GB1 and the like). The title is that of
/// the file's own data, or the first heading of level 1.
///
/// A file with more than 64 MB of text (or [`with_limit`](Self::with_limit)) is refused, and so is
/// an encrypted one that needs a password.
#[derive(Clone, Debug)]
pub struct PdfReader {
    limit: usize,
    cpu: CpuPool,
}

impl Default for PdfReader {
    fn default() -> Self {
        Self::new()
    }
}

impl PdfReader {
    /// The reader, with the default limit.
    #[must_use]
    pub fn new() -> Self {
        Self { limit: TEXT, cpu: CpuPool::default() }
    }

    /// The same reader, refusing files with more than `bytes` of text.
    #[must_use]
    pub fn with_limit(mut self, bytes: usize) -> Self {
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
impl Reader for PdfReader {
    fn version(&self) -> &str {
        "pdf 2"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let (source, limit) = (source.clone(), self.limit);
        Ok(self.cpu.run("read.pdf", move || read(&source, limit)).await??)
    }
}

/// Why a source is no PDF that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// It is no PDF, or one that is too damaged.
    #[error("the source is no PDF, or a damaged one")]
    Malformed,
    /// It needs a password, or a way of encryption that is not known.
    #[error("the source is encrypted: {reason}")]
    Encrypted {
        /// Why it could not be decrypted.
        reason: Arc<str>,
    },
    /// It has no pages.
    #[error("the source has no pages")]
    NoPages,
    /// It has more text than it may.
    #[error("page {page} leads to more than {limit} bytes of text")]
    TooLarge {
        /// The page that is one too many.
        page: u32,
        /// How much there may be.
        limit: usize,
    },
}

fn read(source: &Source, limit: usize) -> Result<Reading, PdfError> {
    let pdf = Pdf::new(Arc::new(Arc::clone(&source.bytes))).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            PdfError::Encrypted { reason: "it needs a password".into() }
        }
        LoadPdfError::Decryption(error) => PdfError::Encrypted { reason: format!("{error:?}").into() },
        LoadPdfError::Invalid => PdfError::Malformed,
    })?;
    let mut pages = Vec::new();
    let (mut left, shared) = (limit, Shared::default());
    for (number, page) in (1..).zip(pdf.pages().iter()) {
        let text = PageText::read(number, page, &shared, left).ok_or(PdfError::TooLarge { page: number, limit })?;
        left = left.saturating_sub(text.bytes());
        pages.push(text);
    }
    if pages.is_empty() {
        return Err(PdfError::NoPages);
    }
    let mut writer = Writer::new(Sizes::of(&pages));
    pages.iter().for_each(|page| writer.page(page));
    let text = writer.finish();
    let title = pdf.metadata().title.as_deref().map(text_string).filter(|title| !title.trim().is_empty());
    let first = text.headings().iter().find(|heading| heading.level == 1).map(|heading| Arc::clone(&heading.title));
    let title = title.map(|title| title.trim().into()).or(first).unwrap_or_default();
    let document = text.finish(source.document().with_media_type(PDF).with_title(title));
    Ok(Reading { documents: vec![document], problems: problems(&pages) })
}

/// What could not be read on the pages; pages that follow each other in one line.
fn problems(pages: &[PageText]) -> Vec<ReadProblem> {
    let mut problems: Vec<(u32, u32, String)> = Vec::new();
    for page in pages {
        let Some(reason) = page.problem() else { continue };
        match problems.last_mut() {
            Some((_, last, same)) if *last + 1 == page.number && *same == reason => *last = page.number,
            _ => problems.push((page.number, page.number, reason)),
        }
    }
    let place = |first, last| if first == last { format!("page {first}") } else { format!("pages {first}-{last}") };
    let problems = problems
        .into_iter()
        .map(|(first, last, reason)| ReadProblem { place: place(first, last).into(), reason: reason.into() });
    problems.collect()
}

/// A text string of PDF (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 by its mark, or else an encoding that is Latin-1
/// but for a few signs.
fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes)).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
