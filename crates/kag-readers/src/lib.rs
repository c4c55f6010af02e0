//! Readers of PDF and DOCX, for any pipeline that takes a [`Reader`](kag_core::Reader).
//!
//! Both give text that people read, with its headings; PDF with its pages too. What a file may
//! cost is bounded: see the limits of each reader. A file that is none of its format is an error that says why,
//! and a part that cannot be read is a problem in the reading.
//!
//! This crate must not know how documents are cut, what is extracted from them, or where they are stored.
//!
//! ```
//! use kag_core::{Reader, Source};
//! use kag_readers::{DocxReader, PdfReader};
//!
//! # futures::executor::block_on(async {
//! let broken = Source::new("file:report.pdf", &b"%PDF-1.7 and nothing else"[..]);
//! assert!(PdfReader::new().read(&broken).await.is_err());
//! assert!(DocxReader::new().read(&broken).await.is_err());
//! # });
//! ```

#[cfg(feature = "docx")]
mod docx;
#[cfg(feature = "pdf")]
mod pdf;

#[cfg(feature = "docx")]
pub use docx::{DocxError, DocxReader};
#[cfg(feature = "pdf")]
pub use pdf::{PdfError, PdfReader};
