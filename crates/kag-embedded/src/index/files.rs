//! The files in which derived structures are kept.
//!
//! A head names a state of the truth, what was derived, and the segments of a structure;
//! segments are written once under the name that their content gives them. Heads are replaced
//! by renaming. All of them may be deleted at any time: what is missing, of another state, or
//! damaged is made again from the truth.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use kag_core::{
    CommitId, ContentHash, Derived, Error, ErrorKind, RecordId, Result, segment::SealedSegment, segment::SegmentKey,
};

use super::check::Standing;
use crate::{
    codec::{Reader, Writer, open, seal},
    error::of_io,
    snapshot::Derivations,
    truth::Point,
};

const OPERATION: &str = "store.derived";
const MAGIC: &[u8; 12] = b"kag derived\0";
const FORMAT: u32 = 1;
const HEAD: &str = "head";
const SEGMENT: &str = "segment";
pub(crate) const DERIVED: &str = "derived";

/// What a file says of the structure it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) commit: CommitId,
    pub(crate) stamp: ContentHash,
    pub(crate) derived: BTreeMap<RecordId, ContentHash>,
    pub(crate) segments: Vec<ContentHash>,
    pub(crate) manifest: Vec<u8>,
}

/// What there is under the name of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// No file.
    Missing,
    /// A file in another form, or made by other derivers.
    Foreign,
    /// A file that is not as it was written.
    Damaged(String),
    /// A head.
    Found(Head),
}

impl Look {
    /// How a file stands of which no more is looked at.
    pub(super) fn standing(self) -> Standing {
        match self {
            Self::Missing => Standing::Missing,
            Self::Foreign => Standing::Stale,
            Self::Damaged(how) => Standing::Damaged(how),
            Self::Found(head) => Standing::Sound(head.commit),
        }
    }
}

/// The directory of what is derived.
#[derive(Debug)]
pub(crate) struct Files {
    dir: PathBuf,
    /// What derives: versions that others derived are of no use.
    derivers: ContentHash,
}

impl Files {
    pub(crate) fn new(dir: PathBuf, derivers: ContentHash) -> Self {
        Self { dir, derivers }
    }

    fn path(&self, name: &str, kind: &str) -> PathBuf {
        self.dir.join(format!("{name}.{kind}"))
    }

    fn segment_path(&self, name: ContentHash) -> PathBuf {
        self.path(&name.to_string(), SEGMENT)
    }

    pub(crate) fn has_segment(&self, name: ContentHash) -> bool {
        self.segment_path(name).is_file()
    }

    pub(crate) fn open_segment(&self, name: ContentHash) -> Result<File> {
        File::open(self.segment_path(name)).map_err(|error| of_io(OPERATION, error).with("segment", name))
    }

    pub(crate) fn write_segment(&self, segment: &SealedSegment) -> Result<()> {
        let name = segment.name();
        self.replace(&self.segment_path(name), |to| {
            segment.write(to).map_err(|error| io::Error::other(error.to_string()))
        })
    }

    /// The head called `name`; `None` where it is missing, damaged, or made by other derivers.
    pub(crate) fn read_head(&self, name: &str) -> Option<Head> {
        match self.look(name) {
            Look::Found(head) => Some(head),
            _ => None,
        }
    }

    /// What there is under `name`.
    pub(crate) fn look(&self, name: &str) -> Look {
        let bytes = match fs::read(self.path(name, HEAD)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Look::Missing,
            Err(error) => return Look::Damaged(error.to_string()),
        };
        let Some(body) = open(name.as_bytes(), &bytes) else {
            return Look::Damaged("it does not match its checksum".to_owned());
        };
        let mut reader = Reader::new(body);
        let mut is_ours = || {
            let form = reader.array()? == *MAGIC && u32::from_be_bytes(reader.array()?) == FORMAT;
            Some(form && reader.id()? == self.derivers.to_u128())
        };
        match is_ours() {
            Some(true) => read_body(reader).map_or_else(|| Look::Damaged("it is cut short".to_owned()), Look::Found),
            _ => Look::Foreign,
        }
    }

    pub(crate) fn write_head(&self, name: &str, head: &Head) -> Result<()> {
        let mut out = Writer::default();
        out.raw(MAGIC);
        out.raw(&FORMAT.to_be_bytes());
        out.id(self.derivers.to_u128());
        out.number(head.commit.0);
        out.id(head.stamp.to_u128());
        out.length(head.derived.len());
        for (record, digest) in &head.derived {
            let mut key = Vec::with_capacity(RecordId::WIDTH);
            record.write(&mut key);
            out.raw(&key);
            out.id(digest.to_u128());
        }
        out.length(head.segments.len());
        head.segments.iter().for_each(|segment| out.id(segment.to_u128()));
        out.length(head.manifest.len());
        out.raw(&head.manifest);
        let sealed = seal(name.as_bytes(), out.into_bytes());
        self.replace(&self.path(name, HEAD), |to| to.write_all(&sealed))
    }

    /// What was derived from the state at `point`, where that is what the file holds.
    pub(crate) fn read_derived(&self, point: Point) -> Option<Derived> {
        let head = self.read_head(DERIVED).filter(|head| head.commit == point.commit && head.stamp == point.stamp)?;
        serde_json::from_slice(&head.manifest).ok()
    }

    /// How the file of what was derived stands to what is `derived` from the state at `point`.
    pub(crate) fn check_derived(&self, point: Point, derived: &Derivations) -> Standing {
        let head = match self.look(DERIVED) {
            Look::Found(head) => head,
            other => return other.standing(),
        };
        if (head.commit, head.stamp) != (point.commit, point.stamp) {
            return Standing::Stale;
        }
        let mut found = Derivations::default();
        match serde_json::from_slice(&head.manifest) {
            Ok(stored) => found.add(stored),
            Err(error) => return Standing::Damaged(error.to_string()),
        }
        if found.all() == derived.all() {
            Standing::Sound(head.commit)
        } else {
            Standing::Damaged("something else is derived now".to_owned())
        }
    }

    /// Keeps what was derived from the state at `point`.
    pub(crate) fn write_derived(&self, point: Point, derived: &Derived) -> Result<()> {
        if self.read_derived(point).is_some() {
            return Ok(());
        }
        let manifest =
            serde_json::to_vec(derived).map_err(|error| Error::new(ErrorKind::Internal, OPERATION).because(error))?;
        let Point { commit, stamp } = point;
        self.write_head(DERIVED, &Head { commit, stamp, derived: BTreeMap::new(), segments: Vec::new(), manifest })
    }

    /// Removes the head called `name` and the segments it names.
    pub(crate) fn discard(&self, name: &str) {
        if let Some(head) = self.read_head(name) {
            for segment in head.segments {
                drop(fs::remove_file(self.segment_path(segment)));
            }
        }
        drop(fs::remove_file(self.path(name, HEAD)));
    }

    /// The commits that the heads are of.
    pub(crate) fn commits(&self) -> Vec<CommitId> {
        self.heads().filter(|(name, _)| name != DERIVED).map(|(_, head)| head.commit).collect()
    }

    fn heads(&self) -> impl Iterator<Item = (String, Head)> {
        self.names(HEAD).into_iter().filter_map(|name| Some((name.clone(), self.read_head(&name)?)))
    }

    /// Removes the segments that no head names.
    pub(crate) fn sweep(&self) {
        let kept: BTreeSet<String> =
            self.heads().flat_map(|(_, head)| head.segments).map(|segment| segment.to_string()).collect();
        for name in self.names(SEGMENT) {
            if !kept.contains(&name) {
                // One that stays is swept another time.
                drop(fs::remove_file(self.path(&name, SEGMENT)));
            }
        }
    }

    /// What is called something with this ending, without it.
    fn names(&self, ending: &str) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| Some(name.strip_suffix(ending)?.strip_suffix('.')?.to_owned())).collect()
    }

    /// Writes a file under another name and then gives it its own.
    fn replace(&self, path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<()> {
        let failed = |error| of_io(OPERATION, error).with("path", path.display());
        fs::create_dir_all(&self.dir).map_err(failed)?;
        let making = path.with_extension("new");
        let written = || {
            let mut file = BufWriter::new(File::create(&making)?);
            write(&mut file)?;
            file.into_inner()?.sync_data()?;
            fs::rename(&making, path)
        };
        written().map_err(failed)
    }
}

/// What stands in a head behind its form and its derivers.
fn read_body(mut reader: Reader<'_>) -> Option<Head> {
    let commit = CommitId(reader.number()?);
    let stamp = ContentHash::from_u128(reader.id()?);
    let derived = reader.list(|reader| {
        let record = RecordId::read(reader.raw(RecordId::WIDTH)?)?;
        Some((record, ContentHash::from_u128(reader.id()?)))
    })?;
    let segments = reader.list(|reader| Some(ContentHash::from_u128(reader.id()?)))?;
    let length = reader.length()?;
    let manifest = reader.raw(length)?.to_vec();
    let head = Head { commit, stamp, derived: derived.into_iter().collect(), segments, manifest };
    reader.is_at_end().then_some(head)
}
