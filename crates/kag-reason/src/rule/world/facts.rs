//! Facts as dense numbers.

use std::{cmp::Ordering, ops::Range, sync::Arc};

use kag_core::{Fact, FactColumns, FactId, FactRecord, Predicate};

use super::{FastMap, NONE, nodes::Ends};

/// A fact that has been met.
#[derive(Clone, Copy)]
pub(in crate::rule) struct FactEntry<'f> {
    pub(in crate::rule) subject: u32,
    pub(in crate::rule) predicate: u32,
    /// The object where it is a node, else [`NONE`].
    pub(in crate::rule) object: u32,
    pub(in crate::rule) source: FactSource<'f>,
}

/// Where a fact is from.
#[derive(Clone, Copy)]
pub(in crate::rule) enum FactSource<'f> {
    Stored(&'f Arc<FactRecord>),
    Derived(&'f DerivedEntry),
}

/// A fact that a rule gave first.
pub(in crate::rule) struct DerivedEntry {
    pub(in crate::rule) id: FactId,
    pub(in crate::rule) fact: Fact,
    pub(in crate::rule) origin: Origin,
}

/// The row of matches that something was derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::rule) struct Origin {
    pub(in crate::rule) evaluation: u32,
    pub(in crate::rule) row: u32,
}

/// The facts that have been met, numbered in that order: one by one, or a relation at once.
#[derive(Default)]
pub(in crate::rule) struct Facts {
    runs: Vec<Run>,
    singles: Vec<Single>,
    /// What the derived ones among them say.
    derived: Vec<DerivedEntry>,
    /// The single ones by id.
    at: FastMap<FactId, u32>,
    /// By predicate, the single ones that are stored.
    stored_singles: Vec<Vec<u32>>,
    pub(super) predicates: Vec<Predicate>,
}

/// Facts with numbers one after the other.
struct Run {
    begin: u32,
    what: What,
}

enum What {
    /// Single ones, from a place on.
    Singles(usize),
    Relation(Arc<Loaded>),
}

/// A whole relation.
pub(super) struct Loaded {
    pub(super) predicate: u32,
    pub(super) columns: Arc<FactColumns>,
    pub(super) ends: Ends,
}

/// The numbers of the facts of a relation, by row of its columns.
pub(super) enum RowNumbers {
    /// One after the other.
    Run(Range<u32>),
    /// Some have been met before.
    Each(Vec<u32>),
}

struct Single {
    subject: u32,
    predicate: u32,
    object: u32,
    source: SingleSource,
}

/// Where a fact is from that was met alone.
enum SingleSource {
    Stored(Arc<FactRecord>),
    /// The place among those derived.
    Derived(u32),
}

impl<'f> FactEntry<'f> {
    pub(in crate::rule) fn fact(self) -> &'f Fact {
        match self.source {
            FactSource::Stored(record) => &record.fact,
            FactSource::Derived(derived) => &derived.fact,
        }
    }

    pub(in crate::rule) fn id(self) -> FactId {
        match self.source {
            FactSource::Stored(record) => record.id,
            FactSource::Derived(derived) => derived.id,
        }
    }

    pub(in crate::rule) fn origin(self) -> Option<Origin> {
        match self.source {
            FactSource::Stored(_) => None,
            FactSource::Derived(derived) => Some(derived.origin),
        }
    }
}

impl RowNumbers {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Run(run) => run.len(),
            Self::Each(numbers) => numbers.len(),
        }
    }

    /// The numbers from a row on.
    pub(super) fn since(&self, row: usize) -> impl Iterator<Item = u32> + '_ {
        let (run, numbers) = match self {
            Self::Run(run) => (run.clone(), &[][..]),
            Self::Each(numbers) => (0..0, numbers.get(row..).unwrap_or_default()),
        };
        run.skip(row).chain(numbers.iter().copied())
    }
}

impl Loaded {
    /// By row, the number of the subject.
    pub(super) fn subjects(&self) -> &[u32] {
        match &self.ends {
            Ends::InColumns => self.columns.subjects(),
            Ends::Own(subjects, _) => subjects,
        }
    }

    /// By row, the number of the object; [`NONE`] for a literal.
    pub(super) fn objects(&self) -> &[u32] {
        match &self.ends {
            Ends::InColumns => self.columns.objects(),
            Ends::Own(_, objects) => objects,
        }
    }

    fn get(&self, row: usize) -> Option<FactEntry<'_>> {
        Some(FactEntry {
            subject: *self.subjects().get(row)?,
            predicate: self.predicate,
            object: *self.objects().get(row)?,
            source: FactSource::Stored(self.columns.records().get(row)?),
        })
    }
}

impl Facts {
    /// The run that a fact is of, and its place there.
    fn run_of(&self, fact: u32) -> Option<(&What, usize)> {
        let after = self.runs.partition_point(|run| run.begin <= fact);
        let run = self.runs.get(after.checked_sub(1)?)?;
        Some((&run.what, (fact - run.begin) as usize))
    }

    pub(in crate::rule) fn get(&self, fact: u32) -> Option<FactEntry<'_>> {
        match self.run_of(fact)? {
            (What::Relation(loaded), row) => loaded.get(row),
            (What::Singles(begin), place) => {
                let Single { subject, predicate, object, source } = self.singles.get(begin + place)?;
                let source = match source {
                    SingleSource::Stored(record) => FactSource::Stored(record),
                    SingleSource::Derived(place) => FactSource::Derived(self.derived.get(*place as usize)?),
                };
                Some(FactEntry { subject: *subject, predicate: *predicate, object: *object, source })
            }
        }
    }

    pub(in crate::rule) fn find(&self, id: FactId) -> Option<u32> {
        self.at.get(&id).copied()
    }

    /// The columns that `fact` is a row of, and which; `None` where it was met alone.
    pub(in crate::rule) fn row_of(&self, fact: u32) -> Option<(&Arc<FactColumns>, usize)> {
        match self.run_of(fact)? {
            (What::Relation(loaded), row) => Some((&loaded.columns, row)),
            (What::Singles(_), _) => None,
        }
    }

    /// How two facts come one after the other, however they were met: by predicate, subject, then id, as
    /// in their columns. What is no fact comes first.
    pub(in crate::rule) fn compare(&self, left: u32, right: u32) -> Ordering {
        match (self.run_of(left), self.run_of(right)) {
            (Some((What::Relation(one), left)), Some((What::Relation(other), right))) if Arc::ptr_eq(one, other) => {
                left.cmp(&right)
            }
            _ => {
                let key =
                    |fact: u32| self.get(fact).map(|entry| (&entry.fact().predicate, entry.fact().subject, entry.id()));
                key(left).cmp(&key(right))
            }
        }
    }

    /// The number of the next fact.
    fn next(&self) -> u32 {
        let next = self.runs.last().map(|run| {
            let count = match &run.what {
                What::Singles(begin) => self.singles.len() - begin,
                What::Relation(loaded) => loaded.columns.len(),
            };
            u32::try_from(run.begin as usize + count).unwrap_or(NONE)
        });
        next.unwrap_or_default()
    }

    /// Adds the facts of a whole relation; gives their numbers, which those that have been met have
    /// already.
    pub(super) fn add_all(&mut self, predicate: u32, columns: Arc<FactColumns>, ends: Ends) -> RowNumbers {
        let begin = self.next();
        let run = begin..begin.saturating_add(u32::try_from(columns.len()).unwrap_or(NONE));
        let singles = self.stored_singles(predicate);
        let numbers = if singles.is_empty() {
            RowNumbers::Run(run)
        } else {
            let mut numbers: Vec<u32> = run.collect();
            for single in singles {
                let row = self.get(*single).and_then(|entry| columns.row(entry.fact().subject, entry.id()));
                row.and_then(|row| numbers.get_mut(row)).into_iter().for_each(|number| *number = *single);
            }
            RowNumbers::Each(numbers)
        };
        self.runs.push(Run { begin, what: What::Relation(Arc::new(Loaded { predicate, columns, ends })) });
        numbers
    }

    /// The stored facts of a predicate that were met alone.
    pub(super) fn stored_singles(&self, predicate: u32) -> &[u32] {
        self.stored_singles.get(predicate as usize).map_or(&[], Vec::as_slice)
    }

    /// The relation of a predicate, once it has been added.
    pub(super) fn loaded(&self, predicate: u32) -> Option<&Arc<Loaded>> {
        self.runs.iter().find_map(|run| match &run.what {
            What::Relation(loaded) if loaded.predicate == predicate => Some(loaded),
            _ => None,
        })
    }

    /// Adds a stored fact between nodes of these numbers that has not been met.
    pub(super) fn add_stored(&mut self, predicate: u32, ends: (u32, u32), record: Arc<FactRecord>) -> u32 {
        let at = self.add(predicate, ends, record.id, SingleSource::Stored(record));
        let place = predicate as usize;
        if self.stored_singles.len() <= place {
            self.stored_singles.resize_with(place + 1, Vec::new);
        }
        self.stored_singles.iter_mut().skip(place).take(1).for_each(|singles| singles.push(at));
        at
    }

    /// Adds a derived fact between nodes of these numbers that has not been met.
    pub(super) fn add_derived(&mut self, predicate: u32, ends: (u32, u32), entry: DerivedEntry) -> u32 {
        let place = u32::try_from(self.derived.len()).unwrap_or(NONE);
        let at = self.add(predicate, ends, entry.id, SingleSource::Derived(place));
        self.derived.push(entry);
        at
    }

    fn add(&mut self, predicate: u32, (subject, object): (u32, u32), id: FactId, source: SingleSource) -> u32 {
        let at = self.next();
        if !self.runs.last().is_some_and(|run| matches!(run.what, What::Singles(_))) {
            self.runs.push(Run { begin: at, what: What::Singles(self.singles.len()) });
        }
        self.singles.push(Single { subject, predicate, object, source });
        self.at.insert(id, at);
        at
    }
}
