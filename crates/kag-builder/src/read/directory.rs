//! The files of a directory as sources.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use kag_core::Source;
use walkdir::{DirEntry, WalkDir};

use crate::Unread;

/// The files at and below a path.
///
/// The URI of a file is that of the directory and its path in it, with `/` between names and
/// `#`, `?` and `%` written as `%23`, `%3F` and `%25`: it does not depend on where the directory lies, or on
/// the system. Files come in the order of their URIs. Names that begin with a dot are left out, and so are
/// links, unless they are asked for. What cannot be listed or read is an [`Unread`] with its reason.
///
/// ```
/// use kag_builder::Directory;
///
/// let notes = Directory::new("/srv/notes", "notes/").with_include(["*.md", "reports/**/*.pdf"])?.with_exclude(["drafts/"])?;
/// assert_eq!(notes.uri(), "notes/");
/// # Ok::<(), kag_builder::GlobError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
    uri: Arc<str>,
    include: Option<GlobSet>,
    exclude: GlobSet,
    links: Links,
    hidden: Hidden,
    largest: u64,
    labels: BTreeSet<Arc<str>>,
}

/// What happens to symbolic links below a directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// They are left out: nothing is read twice, and nothing from elsewhere.
    #[default]
    Skip,
    /// What they lead to is read as if it were there, wherever it is. A loop is reported.
    Follow,
}

/// What happens to names that begin with a dot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hidden {
    /// They are left out, with all that is below them.
    #[default]
    Skip,
    /// They are as others.
    Include,
}

/// A pattern of paths that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the pattern {pattern:?}")]
pub struct GlobError {
    /// The pattern.
    pub pattern: Arc<str>,
    /// What is wrong with it.
    #[source]
    pub source: globset::Error,
}

/// Something that was found: a source, or a file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Bytes to read.
    Source(Source),
    /// What there is instead.
    Unread(Unread),
}

impl From<Source> for Found {
    fn from(source: Source) -> Self {
        Self::Source(source)
    }
}

impl Directory {
    /// The directory (or file) at `root`. What is in it has a URI that begins with `uri`; end it with `/`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, uri: impl Into<Arc<str>>) -> Self {
        Self {
            root: root.into(),
            uri: uri.into(),
            include: None,
            exclude: GlobSet::empty(),
            links: Links::default(),
            hidden: Hidden::default(),
            largest: u64::MAX,
            labels: BTreeSet::new(),
        }
    }

    /// The same directory, only the files that one of `patterns` matches.
    ///
    /// `*` and `?` match within a name, `**` over many, `[a-z]` and `{md,txt}` as usual. A pattern without
    /// `/` matches names at any depth, another one the path from the root.
    ///
    /// # Errors
    /// Where a pattern cannot be read.
    pub fn with_include<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Result<Self, GlobError> {
        self.include = Some(set_of(patterns)?);
        Ok(self)
    }

    /// The same directory without the files and directories that one of `patterns` matches; a `/` at the end of one
    /// makes no difference.
    ///
    /// # Errors
    /// Where a pattern cannot be read.
    pub fn with_exclude<P: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = P>) -> Result<Self, GlobError> {
        self.exclude = set_of(patterns)?;
        Ok(self)
    }

    /// The same directory, with this done to links.
    #[must_use]
    pub fn with_links(mut self, links: Links) -> Self {
        self.links = links;
        self
    }

    /// The same directory, with this done to names that begin with a dot.
    #[must_use]
    pub fn with_hidden(mut self, hidden: Hidden) -> Self {
        self.hidden = hidden;
        self
    }

    /// The same directory, reporting files of more than `bytes` instead of reading them.
    #[must_use]
    pub fn with_largest(mut self, bytes: u64) -> Self {
        self.largest = bytes;
        self
    }

    /// The same directory, whose sources have `labels`.
    #[must_use]
    pub fn with_labels<L: Into<Arc<str>>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        self.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// What the URIs of its files begin with: the root of a [`sync`](crate::BuildPipeline::sync).
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Its files, by URI, each read when it is asked for. Reading waits on the thread that asks.
    pub fn sources(&self) -> impl Iterator<Item = Found> + Send + use<> {
        let directory = self.clone();
        self.paths().into_iter().map(move |(uri, path)| match path.and_then(|path| directory.read(&path)) {
            Ok(bytes) => Found::Source(Source::new(uri, bytes).with_labels(directory.labels.iter().cloned())),
            Err(reason) => Found::Unread(Unread { uri, place: "".into(), reason: reason.into() }),
        })
    }

    /// The paths of its files by URI, and why others cannot be told.
    fn paths(&self) -> Vec<(Arc<str>, Result<PathBuf, String>)> {
        let walk = WalkDir::new(&self.root).follow_links(self.links == Links::Follow).into_iter();
        let mut paths = Vec::new();
        for entry in walk.filter_entry(|entry| self.is_wanted(entry)) {
            match entry {
                Ok(entry) if !entry.file_type().is_file() => {}
                Ok(entry) => match self.uri_of(entry.path()) {
                    Some((inside, uri)) if self.is_included(&inside) => paths.push((uri, Ok(entry.into_path()))),
                    Some(_) => {}
                    None => {
                        let name = format!("{}{}", self.uri, entry.path().to_string_lossy());
                        paths.push((name.into(), Err("its name is not Unicode".to_owned())));
                    }
                },
                Err(error) => {
                    let uri = error.path().and_then(|path| Some(self.uri_of(path)?.1));
                    paths.push((uri.unwrap_or_else(|| Arc::clone(&self.uri)), Err(reason_of(error))));
                }
            }
        }
        paths.sort_by(|one, other| one.0.cmp(&other.0));
        paths
    }

    /// Whether an entry, or what is below it, may be wanted. The root is, unless it is a file that is excluded.
    fn is_wanted(&self, entry: &DirEntry) -> bool {
        let is_root = entry.depth() == 0;
        if is_root && entry.file_type().is_dir() {
            return true;
        }
        let is_hidden = !is_root && entry.file_name().to_string_lossy().starts_with('.');
        let is_excluded = || self.uri_of(entry.path()).is_some_and(|(inside, _)| self.exclude.is_match(inside));
        let is_left_out = is_hidden && self.hidden == Hidden::Skip;
        !is_left_out && !is_excluded()
    }

    fn is_included(&self, inside: &str) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(inside))
    }

    /// The path from the root with `/` between names, or the name of the root, and the URI; `None`
    /// where a name is not Unicode.
    fn uri_of(&self, path: &Path) -> Option<(String, Arc<str>)> {
        let inside = path.strip_prefix(&self.root).ok()?;
        if inside.as_os_str().is_empty() {
            let name = path.file_name().unwrap_or_default().to_str()?;
            return Some((name.to_owned(), Arc::clone(&self.uri)));
        }
        let names = inside.components().map(|component| match component {
            Component::Normal(name) => name.to_str(),
            _ => None,
        });
        let inside = names.collect::<Option<Vec<&str>>>()?.join("/");
        let escaped = inside.replace('%', "%25").replace('#', "%23").replace('?', "%3F");
        let uri = format!("{}{escaped}", self.uri).into();
        Some((inside, uri))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let read = || -> io::Result<Result<Vec<u8>, String>> {
            let size = fs::metadata(path)?.len();
            if size > self.largest {
                return Ok(Err(format!("it has {size} bytes, and {} are the most", self.largest)));
            }
            fs::read(path).map(Ok)
        };
        read().map_err(|error| error.to_string())?
    }
}

fn reason_of(error: walkdir::Error) -> String {
    if error.loop_ancestor().is_some() {
        return "a link leads back to a directory around it".to_owned();
    }
    error.into_io_error().map_or_else(|| "it cannot be listed".to_owned(), |error| error.to_string())
}

fn set_of<P: AsRef<str>>(patterns: impl IntoIterator<Item = P>) -> Result<GlobSet, GlobError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(glob_of(pattern.as_ref())?);
    }
    set.build().map_err(|source| GlobError { pattern: source.glob().unwrap_or_default().into(), source })
}

fn glob_of(pattern: &str) -> Result<Glob, GlobError> {
    let whole = pattern.trim_end_matches('/');
    let anywhere = if whole.contains('/') { whole.trim_start_matches('/').to_owned() } else { format!("**/{whole}") };
    let glob = GlobBuilder::new(&anywhere).literal_separator(true).build();
    glob.map_err(|source| GlobError { pattern: pattern.into(), source })
}
