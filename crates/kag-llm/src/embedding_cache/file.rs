//! The file of vectors: a header, then records of one length.
//!
//! Little endian. Header: `KAGV`, u32 version, u32 dim, u8 purpose (0 document, 1 query), u32
//! length of the id, the id. Record: 16 bytes hash of the text, f32\[dim\], 8 bytes checksum
//! over both. Records of one length keep their places whatever happens to those before them;
//! what is over at the end is a record whose writing was cut off.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use kag_core::{ContentHash, Embedding};

use crate::{Error, ErrorKind, Purpose, Result};

/// The version of the file format of [`CachedEmbedder`](crate::CachedEmbedder).
pub const EMBEDDING_CACHE_VERSION: u32 = 1;

const MAGIC: &[u8; 4] = b"KAGV";
const KEY: usize = 16;
const CHECK: usize = 8;

/// One open file with the places of its records in memory.
#[derive(Debug)]
pub(super) struct VectorFile {
    file: File,
    path: PathBuf,
    dim: usize,
    header: u64,
    /// Where the next unread record begins.
    end: u64,
    places: HashMap<ContentHash, u64>,
    damaged: u64,
}

impl VectorFile {
    /// Opens or makes the file of one model and purpose, and reads where its records are.
    pub(super) fn open(directory: &Path, id: &str, purpose: Purpose, dim: usize) -> Result<Self> {
        let header = header(id, purpose, dim);
        let path = directory.join(format!("{}.vectors", name(&header)));
        let storage = |error: io::Error| failed(&path).because(error);
        fs::create_dir_all(directory).map_err(storage)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(storage)?;
        let mut opened = Self {
            file,
            path: path.clone(),
            dim,
            header: header.len() as u64,
            end: header.len() as u64,
            places: HashMap::new(),
            damaged: 0,
        };
        opened.file.lock().map_err(storage)?;
        let read = opened.check_header(&header).and_then(|()| opened.catch_up().map_err(storage));
        opened.file.unlock().map_err(storage)?;
        read.map(|()| opened)
    }

    /// Number of texts with a vector.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Records found changed on disk so far.
    pub(super) fn damaged(&self) -> u64 {
        self.damaged
    }

    /// The vector of a text; none when there is none, or it has been changed on disk.
    pub(super) fn get(&mut self, key: ContentHash) -> Option<Embedding> {
        let place = *self.places.get(&key)?;
        let mut record = vec![0; self.record_len()];
        let read = self.file.seek(SeekFrom::Start(place)).and_then(|_| self.file.read_exact(&mut record));
        let found = read.ok().and_then(|()| decode(&record)).filter(|(found, _)| *found == key);
        if found.is_none() {
            self.places.remove(&key);
            self.damaged += 1;
        }
        found.map(|(_, vector)| vector)
    }

    /// Appends the vectors of texts that have none yet; the others keep what they have.
    pub(super) fn add(&mut self, vectors: &[(ContentHash, Embedding)]) -> io::Result<()> {
        self.file.lock()?;
        let added = self.catch_up().and_then(|()| self.append(vectors));
        self.file.unlock()?;
        added
    }

    fn append(&mut self, vectors: &[(ContentHash, Embedding)]) -> io::Result<()> {
        let new = vectors.iter().filter(|(key, _)| !self.places.contains_key(key));
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        for (key, vector) in new {
            places.push((*key, self.end + bytes.len() as u64));
            encode(*key, vector, &mut bytes);
        }
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&bytes)?;
        self.end += bytes.len() as u64;
        self.places.extend(places);
        Ok(())
    }

    /// Writes the header of a new file; refuses one that is not the header of this one. The
    /// beginning of a header is one whose writing was cut off.
    fn check_header(&mut self, expect: &[u8]) -> Result<()> {
        let storage = |error: io::Error| failed(&self.path).because(error);
        let mut found = Vec::new();
        self.file.seek(SeekFrom::Start(0)).map_err(storage)?;
        (&self.file).take(expect.len() as u64).read_to_end(&mut found).map_err(storage)?;
        if found == expect {
            return Ok(());
        }
        if expect.starts_with(&found) {
            self.file.set_len(0).map_err(storage)?;
            self.file.seek(SeekFrom::Start(0)).map_err(storage)?;
            return self.file.write_all(expect).map_err(storage);
        }
        let version = found.strip_prefix(MAGIC).and_then(<[u8]>::first_chunk);
        match version.map(|version| u32::from_le_bytes(*version)) {
            None => Err(failed(&self.path).reason("not a file of vectors")),
            Some(EMBEDDING_CACHE_VERSION) => {
                Err(failed(&self.path).reason("the header is damaged, or of another model"))
            }
            Some(version) => Err(Error::new(ErrorKind::Unsupported, "embedding_cache.open")
                .reason("another version of the file format")
                .with("file", self.path.display())
                .with("version", version)),
        }
    }

    /// Reads the records added since the last time, by whomever, and cuts off an unfinished one.
    /// The first whole record of a text counts. The caller holds the lock of the file.
    fn catch_up(&mut self) -> io::Result<()> {
        let record_len = self.record_len() as u64;
        let length = self.file.metadata()?.len();
        if length < self.end {
            // Somebody cut off what had been read; read again from the beginning.
            self.places.clear();
            self.end = self.header;
        }
        let records = length.saturating_sub(self.end) / record_len;
        self.file.seek(SeekFrom::Start(self.end))?;
        let mut reader = BufReader::with_capacity(1 << 16, &self.file);
        let mut record = vec![0; self.record_len()];
        for _ in 0..records {
            reader.read_exact(&mut record)?;
            match decode(&record) {
                Some((key, _)) => {
                    self.places.entry(key).or_insert(self.end);
                }
                None => self.damaged += 1,
            }
            self.end += record_len;
        }
        if length != self.end {
            self.file.set_len(self.end)?;
        }
        Ok(())
    }

    fn record_len(&self) -> usize {
        KEY + 4 * self.dim + CHECK
    }
}

fn failed(path: &Path) -> Error {
    Error::new(ErrorKind::Storage, "embedding_cache.open").with("file", path.display())
}

fn header(id: &str, purpose: Purpose, dim: usize) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut header = MAGIC.to_vec();
    header.extend(EMBEDDING_CACHE_VERSION.to_le_bytes());
    header.extend(number(dim));
    header.push(match purpose {
        Purpose::Document => 0,
        Purpose::Query => 1,
    });
    header.extend(number(id.len()));
    header.extend(id.as_bytes());
    header
}

/// The file name: a hash of what the header says beyond magic and version, so that a file of
/// another version is found, and refused, rather than left beside a new one.
fn name(header: &[u8]) -> ContentHash {
    ContentHash::of(header.get(MAGIC.len() + 4..).unwrap_or_default())
}

fn encode(key: ContentHash, vector: &Embedding, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.extend(key.to_u128().to_le_bytes());
    bytes.extend(vector.as_slice().iter().flat_map(|c| c.to_le_bytes()));
    let sum = checksum(bytes.get(start..).unwrap_or_default());
    bytes.extend(sum);
}

/// The text's hash and its vector, if the checksum is right.
fn decode(record: &[u8]) -> Option<(ContentHash, Embedding)> {
    let (body, sum) = record.split_last_chunk::<CHECK>()?;
    if checksum(body) != *sum {
        return None;
    }
    let (key, vector) = body.split_first_chunk::<KEY>()?;
    let vector: Vec<f32> = vector.as_chunks().0.iter().map(|le| f32::from_le_bytes(*le)).collect();
    Some((ContentHash::from_u128(u128::from_le_bytes(*key)), Embedding::new(vector)))
}

fn checksum(body: &[u8]) -> [u8; CHECK] {
    (ContentHash::of(body).to_u128() as u64).to_le_bytes()
}
