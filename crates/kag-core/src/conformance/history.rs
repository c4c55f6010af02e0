//! Long random histories.

use super::{dump_of, fixture};
use crate::{ChangeSet, Contribution, KnowledgeBase, Scope};

/// After any history of inserts, replacements and removals the dump is that of a base that
/// was given the surviving documents in one commit. The history is fixed by a seed.
pub async fn a_long_history_equals_its_outcome(base: &dyn KnowledgeBase) {
    let mut random = SplitMix(0x5eed);
    let mut survivors: Vec<Option<Contribution>> = vec![None; 6];
    for _ in 0..60 {
        let mut change = ChangeSet::new();
        for _ in 0..=random.below(2) {
            let slot = random.below(survivors.len());
            let uri = format!("note:{slot}");
            if random.below(3) == 0 {
                change = change.remove(crate::DocumentId::of(&uri));
                survivors[slot] = None;
            } else {
                let new = random_document(&uri, &mut random);
                change = change.put(new.clone());
                survivors[slot] = Some(new);
            }
        }
        base.commit(change).await.expect("a commit");
    }
    let lived = dump_of(base, &Scope::All).await;
    let all = (0..survivors.len()).map(|slot| crate::DocumentId::of(&format!("note:{slot}")));
    base.commit(all.fold(ChangeSet::new(), ChangeSet::remove)).await.expect("a commit");
    base.commit(survivors.into_iter().flatten().collect()).await.expect("a commit");
    assert_eq!(lived, dump_of(base, &Scope::All).await, "{base:?}");
}

fn random_document(uri: &str, random: &mut SplitMix) -> Contribution {
    let clubs = ["Real Madrid", "real madrid", "皇家马德里", "Juventus", "曼联"];
    let sentences: String = (0..=random.below(3))
        .map(|_| {
            let (left, right) = (clubs[random.below(clubs.len())], clubs[random.below(clubs.len())]);
            format!("{left} met {right} in {}.", 1900 + random.below(4))
        })
        .collect();
    fixture::contribution(uri, &sentences, &clubs, &[])
}

/// SplitMix64: enough to make histories, the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("below a usize")
    }
}
