//! G6: a store with documents that a reader may not see answers that reader, through every
//! port and to the last bit, as a store that never held them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod world;

use std::sync::Arc;

use kag_core::{Change, ChangeSet, Scope};
use proptest::prelude::*;
use tempfile::TempDir;
use world::{Random, change, commit, open, shown, snapshot};

const SLOTS: usize = 6;

/// What of `change` a store is told that must not hold what `scope` does not see.
fn visible(change: &ChangeSet, scope: &Scope) -> ChangeSet {
    let settings = change.settings().fold(ChangeSet::new(), |told, (name, text)| match text {
        Some(text) => told.set(Arc::clone(name), Arc::clone(text)),
        None => told.unset(Arc::clone(name)),
    });
    change.iter().fold(settings, |told, (document, change)| match change {
        Change::Put(contribution) if scope.sees(contribution.document()) => told.put((**contribution).clone()),
        _ => told.remove(document),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Both stores are closed and opened now and then, so that what they answer from comes from
    /// files, from memory, and from the truth.
    #[test]
    fn a_store_answers_as_one_that_never_held_what_is_hidden(
        seed in any::<u64>(),
        steps in 1u64..12,
        scope in prop_oneof![Just(Scope::of::<&str>([])), Just(Scope::of(["board"]))],
    ) {
        let (all, some) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let (mut whole, mut part) = (open(all.path()), open(some.path()));
        let mut random = Random(seed);
        for number in 0..steps {
            let change = change(seed, number, SLOTS);
            commit(&part, visible(&change, &scope));
            commit(&whole, change);
            if random.below(4) == 0 {
                drop((whole, part));
                (whole, part) = (open(all.path()), open(some.path()));
            }
            if random.below(3) == 0 {
                prop_assert_eq!(shown(&snapshot(&whole, &scope)), shown(&snapshot(&part, &Scope::All)));
            }
        }
        let seen = shown(&snapshot(&whole, &scope));
        prop_assert_eq!(&seen, &shown(&snapshot(&part, &Scope::All)));
        prop_assert_eq!(&seen, &shown(&snapshot(&part, &scope)));
    }
}
