//! Numbers for vertices that they keep.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    ContentHash, Error, ErrorKind, Result,
    segment::{SealedSegment, SegmentKey},
};

/// New keys are merged with the old ones when they are more than this part of them, and more
/// than `SMALL`.
const PART: usize = 16;
const SMALL: usize = 1 << 10;

/// What the vertices of a graph stand for: keys numbered from 0, in the order of their
/// coming, for good.
///
/// A new version is made in time proportional to its new keys and those that came lately.
/// Keys are never taken out, so one that comes back has the number that it had; which
/// numbers are vertices is for the [graph](super::PatchedCsr) to say.
///
/// ```
/// use kag_core::graph::VertexNumbers;
///
/// let old = VertexNumbers::default().with(["巴黎", "Lyon"].map(|name| name.len() as u64))?;
/// let new = old.with([4, 9])?;
/// assert_eq!((new.number(6), new.number(4), new.number(9)), (Some(0), Some(1), Some(2)));
/// assert_eq!((new.key(2), old.key(2)), (Some(9), None));
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct VertexNumbers<K> {
    pub(super) base: Arc<BaseNumbers<K>>,
    /// Keys by number, behind those of the base.
    pub(super) newer: Vec<K>,
    by_key: BTreeMap<K, u32>,
}

/// The large, immutable part of [`VertexNumbers`], shared by many versions.
#[derive(Debug)]
pub struct BaseNumbers<K> {
    pub(super) keys: Vec<K>,
    /// The numbers by ascending key.
    pub(super) order: Vec<u32>,
    pub(super) name: OnceLock<ContentHash>,
}

impl<K: SegmentKey> BaseNumbers<K> {
    /// The name of [`sealed`](Self::sealed), which is computed when first asked for.
    pub fn name(&self) -> ContentHash {
        *self.name.get_or_init(|| self.seal().name())
    }

    /// Everything in the form in which it is written.
    #[must_use]
    pub fn sealed(&self) -> SealedSegment {
        let sealed = self.seal();
        self.name.get_or_init(|| sealed.name());
        sealed
    }
}

impl<K: SegmentKey> Default for VertexNumbers<K> {
    /// No keys.
    fn default() -> Self {
        Self::over(Arc::new(BaseNumbers { keys: Vec::new(), order: Vec::new(), name: OnceLock::new() }))
    }
}

impl<K: SegmentKey> VertexNumbers<K> {
    pub(super) fn over(base: Arc<BaseNumbers<K>>) -> Self {
        Self { base, newer: Vec::new(), by_key: BTreeMap::new() }
    }

    /// These and those of `keys` that are new, numbered in the order in which they are given.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if there are no numbers left.
    pub fn with(&self, keys: impl IntoIterator<Item = K>) -> Result<Self> {
        let mut next = self.clone();
        for key in keys {
            if next.number(key).is_none() {
                next.push(key)?;
            }
        }
        Ok(if next.newer.len() > SMALL.max(next.base.keys.len() / PART) { next.rebased() } else { next })
    }

    /// Adds a new key.
    pub(super) fn push(&mut self, key: K) -> Result<()> {
        // One less than there are, so that a number behind the last is a number too.
        let number = u32::try_from(self.len()).ok().filter(|number| *number < u32::MAX);
        let none_left = || Error::new(ErrorKind::Unsupported, "graph.number").reason("more than 2^32 vertices");
        self.by_key.insert(key, number.ok_or_else(none_left)?);
        self.newer.push(key);
        Ok(())
    }

    fn rebased(self) -> Self {
        let mut keys = self.base.keys.clone();
        keys.extend(self.newer);
        let mut order = self.base.order.clone();
        order.extend(self.by_key.into_values());
        // Two ascending runs, which this sort takes as they are.
        order.sort_by_key(|number| keys.get(*number as usize));
        Self::over(Arc::new(BaseNumbers { keys, order, name: OnceLock::new() }))
    }

    /// The number of `key`.
    #[must_use]
    pub fn number(&self, key: K) -> Option<u32> {
        let BaseNumbers { keys, order, .. } = &*self.base;
        match order.binary_search_by(|number| keys.get(*number as usize).cmp(&Some(&key))) {
            Ok(at) => order.get(at).copied(),
            Err(_) => self.by_key.get(&key).copied(),
        }
    }

    /// The key of `number`.
    #[must_use]
    pub fn key(&self, number: u32) -> Option<K> {
        let number = number as usize;
        let newer = || self.newer.get(number.checked_sub(self.base.keys.len())?);
        self.base.keys.get(number).or_else(newer).copied()
    }

    /// Keys by number.
    pub fn keys(&self) -> impl Iterator<Item = K> {
        self.base.keys.iter().chain(&self.newer).copied()
    }

    /// How many keys there are; their numbers are below this.
    #[must_use]
    pub fn len(&self) -> usize {
        self.base.keys.len() + self.newer.len()
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The part shared with other versions.
    #[must_use]
    pub fn base(&self) -> &Arc<BaseNumbers<K>> {
        &self.base
    }
}
