//! Where the time goes.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use crate::StageTimes;

/// A part of the pipeline that takes time.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    Read,
    Split,
    Extract,
    Assemble,
    Embed,
    Commit,
}

/// Sums up the time of each stage over all that runs at the same time.
pub(super) struct Clock {
    begun: Instant,
    spent: [AtomicU64; 6],
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), spent: Default::default() }
    }

    pub(super) async fn time<T>(&self, stage: Stage, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        self.add(stage, begun.elapsed());
        done
    }

    pub(super) fn times(&self) -> StageTimes {
        let spent = |stage: Stage| {
            Duration::from_nanos(self.spent.get(stage as usize).map_or(0, |spent| spent.load(Ordering::Relaxed)))
        };
        StageTimes {
            read: spent(Stage::Read),
            split: spent(Stage::Split),
            extract: spent(Stage::Extract),
            assemble: spent(Stage::Assemble),
            embed: spent(Stage::Embed),
            commit: spent(Stage::Commit),
            whole: self.begun.elapsed(),
        }
    }

    fn add(&self, stage: Stage, time: Duration) {
        if let Some(spent) = self.spent.get(stage as usize) {
            spent.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }
}
