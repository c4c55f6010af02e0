//! The frame around everything that is written: kind, version, sections, checksums.

use std::io::{ErrorKind as IoKind, Read, Write};

use crate::{ContentHash, Error, ErrorKind, Result};

const MAGIC: [u8; 4] = *b"kagc";
/// Magic, kind, version, number of sections.
const PREFIX: usize = 16;
/// Length and checksum of one section.
const ENTRY: usize = 12;
const CHECKSUM: usize = 4;
/// More sections than anything written here has.
const MOST_SECTIONS: u32 = 1 << 16;

/// One kind of thing that is written, and the version of its form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    pub(crate) kind: [u8; 4],
    pub(crate) version: u32,
    /// What an error says was being done.
    pub(crate) operation: &'static str,
}

impl Format {
    /// An error that says that what is stored makes no sense.
    pub(crate) fn corrupt(&self, reason: &'static str) -> Error {
        Error::new(ErrorKind::Corrupt, self.operation).reason(reason).with("kind", self.kind.escape_ascii())
    }

    fn io(&self, error: std::io::Error) -> Error {
        if error.kind() == IoKind::UnexpectedEof {
            self.corrupt("cut short").because(error)
        } else {
            Error::new(ErrorKind::Unavailable, self.operation).because(error)
        }
    }
}

/// Something in the form in which it is written, complete with its name and checksums.
#[derive(Clone, Debug)]
pub struct SealedSegment {
    header: Vec<u8>,
    sections: Vec<Vec<u8>>,
    operation: &'static str,
}

impl SealedSegment {
    pub(crate) fn new(format: &Format, sections: Vec<Vec<u8>>) -> Self {
        let mut header = Vec::with_capacity(PREFIX + sections.len() * ENTRY + CHECKSUM);
        header.extend(MAGIC);
        header.extend(format.kind);
        header.extend(format.version.to_le_bytes());
        header.extend((sections.len() as u32).to_le_bytes());
        for section in &sections {
            header.extend((section.len() as u64).to_le_bytes());
            header.extend(crc32fast::hash(section).to_le_bytes());
        }
        header.extend(crc32fast::hash(&header).to_le_bytes());
        Self { header, sections, operation: format.operation }
    }

    /// The hash of what this holds: equal content has equal names, other content another.
    #[must_use]
    pub fn name(&self) -> ContentHash {
        ContentHash::of(&self.header)
    }

    /// Number of bytes that [`write`](Self::write) writes.
    #[must_use]
    pub fn size(&self) -> u64 {
        (self.header.len() + self.sections.iter().map(Vec::len).sum::<usize>()) as u64
    }

    /// Writes everything. Nothing is flushed or synchronised: that is the caller's business.
    ///
    /// # Errors
    /// [`Unavailable`](ErrorKind::Unavailable) with the error of `to` as its cause.
    pub fn write(&self, to: &mut impl Write) -> Result<()> {
        let mut parts = std::iter::once(&self.header).chain(&self.sections);
        let written = parts.try_for_each(|part| to.write_all(part));
        written.map_err(|error| Error::new(ErrorKind::Unavailable, self.operation).because(error))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.header;
        self.sections.iter().for_each(|section| bytes.extend_from_slice(section));
        bytes
    }
}

/// The checked header of something written: where its sections are.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) name: ContentHash,
    format: Format,
    entries: Vec<Entry>,
    header: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    length: u64,
    checksum: u32,
}

impl Frame {
    /// Reads and checks the header of something in `format`.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if it is something else, cut short or changed;
    /// [`Unsupported`](ErrorKind::Unsupported) if its form is newer.
    pub(crate) fn read(format: &Format, from: &mut impl Read) -> Result<Self> {
        let mut header = vec![0; PREFIX];
        from.read_exact(&mut header).map_err(|error| format.io(error))?;
        let mut fields = header.as_chunks::<4>().0.iter().copied();
        let mut field = || fields.next().unwrap_or_default();
        let (magic, kind, version, count) =
            (field(), field(), u32::from_le_bytes(field()), u32::from_le_bytes(field()));
        if magic != MAGIC || kind != format.kind {
            return Err(format.corrupt("something else is stored here"));
        }
        if version > format.version {
            return Err(Error::new(ErrorKind::Unsupported, format.operation)
                .reason("written in a newer form")
                .with("version", version)
                .with("newest known", format.version));
        }
        if count > MOST_SECTIONS {
            return Err(format.corrupt("too many sections"));
        }
        header.resize(PREFIX + count as usize * ENTRY + CHECKSUM, 0);
        from.read_exact(header.get_mut(PREFIX..).unwrap_or_default()).map_err(|error| format.io(error))?;
        let Some((checked, checksum)) = header.split_last_chunk::<CHECKSUM>() else {
            return Err(format.corrupt("cut short"));
        };
        if crc32fast::hash(checked) != u32::from_le_bytes(*checksum) || version != format.version {
            return Err(format.corrupt("the header does not match its checksum"));
        }
        let entries = checked.get(PREFIX..).unwrap_or_default().as_chunks::<ENTRY>().0;
        let entries = entries.iter().filter_map(|entry| {
            let (length, checksum) = entry.split_first_chunk::<8>()?;
            let checksum = u32::from_le_bytes(checksum.try_into().ok()?);
            Some(Entry { length: u64::from_le_bytes(*length), checksum })
        });
        Ok(Self { name: ContentHash::of(&header), format: *format, entries: entries.collect(), header: header.len() })
    }

    /// Reads and checks the first `count` sections, which follow the header.
    pub(crate) fn sections(&self, count: usize, from: &mut impl Read) -> Result<Vec<Vec<u8>>> {
        if count > self.entries.len() {
            return Err(self.format.corrupt("a section is missing"));
        }
        self.entries.iter().take(count).map(|entry| self.section(*entry, from)).collect()
    }

    fn section(&self, entry: Entry, from: &mut impl Read) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let length = usize::try_from(entry.length).map_err(|_| self.format.corrupt("a section too large"))?;
        bytes.try_reserve_exact(length).map_err(|error| self.format.corrupt("a section too large").because(error))?;
        from.take(entry.length).read_to_end(&mut bytes).map_err(|error| self.format.io(error))?;
        if bytes.len() != length {
            return Err(self.format.corrupt("cut short"));
        }
        if crc32fast::hash(&bytes) != entry.checksum {
            return Err(self.format.corrupt("a section does not match its checksum"));
        }
        Ok(bytes)
    }

    /// Number of sections.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Where the section number `at` begins, from the beginning of the header, and its length.
    pub(crate) fn place(&self, at: usize) -> Option<(u64, u64)> {
        let before = self.entries.get(..at)?;
        let length = self.entries.get(at)?.length;
        let sum = before.iter().try_fold(self.header as u64, |sum, entry| sum.checked_add(entry.length))?;
        Some((sum, length))
    }
}

#[cfg(test)]
pub(crate) mod tampering {
    use super::*;

    /// Things written one behind the other, with one byte of one section changed to another
    /// and every checksum made to fit: what no accident makes, and an enemy may.
    pub(crate) fn tampered(
        formats: &[Format],
        mut bytes: &[u8],
        part: usize,
        section: usize,
        at: usize,
        to: u8,
    ) -> Vec<u8> {
        let mut written = Vec::new();
        for count in 0.. {
            let known = formats.iter().find(|format| bytes.get(4..8) == Some(&format.kind));
            let Some(format) = known else { return written };
            let frame = Frame::read(format, &mut bytes).unwrap();
            let mut sections = frame.sections(frame.len(), &mut bytes).unwrap();
            let number = section % sections.len();
            if let Some(changed) = sections.get_mut(number).filter(|section| count == part && !section.is_empty()) {
                let at = at % changed.len();
                changed[at] = to;
            }
            written.extend(SealedSegment::new(format, sections).into_bytes());
        }
        written
    }
}
