//! Bars on the terminal while a build runs.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kag::builder::{BuildEvent, Observer, Outcome};

/// One bar: chunks extracted of those known so far, with documents and failures beside them.
///
/// Drawn on the standard error; where that is no terminal, nothing is.
#[derive(Debug)]
pub(crate) struct Bar {
    chunks: ProgressBar,
    counts: std::sync::Mutex<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    written: usize,
    kept: usize,
    failed: usize,
}

impl Bar {
    /// A bar at nothing of nothing.
    pub(crate) fn new() -> Result<Self, indicatif::style::TemplateError> {
        let style = "{bar:30} {pos}/{len} chunks, {per_sec}, {elapsed} of {duration}, {msg}";
        let chunks = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        chunks.set_style(ProgressStyle::with_template(style)?);
        chunks.enable_steady_tick(Duration::from_millis(500));
        Ok(Self { chunks, counts: std::sync::Mutex::default() })
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.chunks.finish_and_clear();
    }
}

impl Observer for Bar {
    fn observe(&self, event: &BuildEvent) {
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            BuildEvent::Split { extract, .. } => self.chunks.inc_length(*extract as u64),
            BuildEvent::Extracted { .. } => self.chunks.inc(1),
            BuildEvent::ChunkFailed { .. } => {
                self.chunks.inc(1);
                counts.failed += 1;
            }
            BuildEvent::Finished(report) if report.outcome == Outcome::Unchanged => counts.kept += 1,
            BuildEvent::Finished(_) => counts.written += 1,
            _ => return,
        }
        let Counts { written, kept, failed } = *counts;
        self.chunks.set_message(format!("{written} documents done, {kept} unchanged, {failed} chunks failed"));
    }
}
