//! The last states that a deriver compared.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kag_core::NodeId;

/// A node as it was compared, by hash: equal prints are compared alike.
pub(super) trait Print: PartialEq {
    fn node(&self) -> NodeId;
}

/// What is known of the nodes of one state; by default of none.
pub(super) trait State: Default {
    type Print: Print;

    /// By node.
    fn prints(&self) -> &[Self::Print];
}

/// The last states, and what the last derivation took. Clones share them.
pub(super) struct Memory<S, W>(Arc<Mutex<Last<S, W>>>);

struct Last<S, W> {
    /// The most recent in front.
    states: VecDeque<Arc<S>>,
    work: W,
}

/// States that are remembered: that of everything, and of the scopes that were asked last.
const REMEMBERED: usize = 4;

/// One node in so many is hardly anything.
const FEW: usize = 8;

impl<S: State, W: Copy> Memory<S, W> {
    /// What the last derivation took.
    pub(super) fn work(&self) -> W {
        self.last().work
    }

    /// The state that differs in the fewest nodes from that of `prints`; none known, that of nothing.
    pub(super) fn nearest(&self, prints: &[S::Print]) -> Arc<S> {
        let states = self.last().states.clone();
        let distance = |state: &&Arc<S>| {
            let mut distance = 0;
            joined(state.prints(), prints, |before, after| distance += usize::from(before != after));
            distance
        };
        states.iter().min_by_key(distance).map_or_else(Arc::default, Arc::clone)
    }

    /// Remembers `now`, which came of `before` by `changed` nodes that are new or other ones.
    pub(super) fn keep(&self, before: &Arc<S>, now: Arc<S>, changed: usize, work: W) {
        let mut last = self.last();
        last.work = work;
        // A state of which hardly anything changed is left behind; another is likely to be of another scope.
        let left_behind = FEW * changed < before.prints().len();
        last.states.retain(|state| !left_behind || !Arc::ptr_eq(state, before));
        last.states.push_front(now);
        last.states.truncate(REMEMBERED);
    }
}

impl<S, W> Memory<S, W> {
    fn last(&self) -> MutexGuard<'_, Last<S, W>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S, W> Clone for Memory<S, W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S, W: Default> Default for Memory<S, W> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Last { states: VecDeque::new(), work: W::default() })))
    }
}

impl<S, W: fmt::Debug> fmt::Debug for Memory<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.last();
        f.debug_struct("Memory").field("states", &last.states.len()).field("work", &last.work).finish()
    }
}

/// Calls `with` with what each node was and is, by id.
pub(super) fn joined<P: Print>(before: &[P], after: &[P], mut with: impl FnMut(Option<&P>, Option<&P>)) {
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let (left, right) = (before.peek().map(|print| print.node()), after.peek().map(|print| print.node()));
        match (left, right) {
            (None, None) => return,
            (Some(left), Some(right)) if left == right => with(before.next(), after.next()),
            (Some(left), right) if right.is_none_or(|right| left < right) => with(before.next(), None),
            _ => with(None, after.next()),
        }
    }
}
