//! The time limits of one exchange.

use std::{future::Future, time::Duration};

use kag_llm::{Error, ErrorKind, Result};
use tokio::time::{Instant, timeout_at};

use super::Call;
use crate::Timeouts;

/// When the exchange began, and whether anything of the body has come.
#[derive(Debug)]
pub(crate) struct Clock {
    limits: Timeouts,
    started: Instant,
    any_byte: bool,
}

impl Clock {
    pub(crate) fn start(limits: Timeouts) -> Self {
        Self { limits, started: Instant::now(), any_byte: false }
    }

    /// From now on the limit between bytes holds.
    pub(crate) fn byte_came(&mut self) {
        self.any_byte = true;
    }

    /// What `work` gives, unless a limit is reached before.
    pub(crate) async fn wait<F: Future>(&self, call: &Call, work: F) -> Result<F::Output> {
        let (what, limit, deadline) = self.next_limit();
        // A limit beyond the end of time is none.
        let Some(deadline) = deadline else {
            return Ok(work.await);
        };
        timeout_at(deadline, work).await.map_err(|_| timed_out(call, what, limit))
    }

    fn next_limit(&self) -> (&'static str, Duration, Option<Instant>) {
        let limits = &self.limits;
        let step = if self.any_byte {
            let until = Instant::now().checked_add(limits.between_bytes);
            ("between_bytes", limits.between_bytes, until)
        } else {
            let until = self.started.checked_add(limits.first_byte);
            ("first_byte", limits.first_byte, until)
        };
        let Some(total) = limits.total else {
            return step;
        };
        match (step.2, self.started.checked_add(total)) {
            (Some(by_step), Some(in_all)) if by_step <= in_all => step,
            (_, None) => step,
            (_, in_all) => ("total", total, in_all),
        }
    }
}

/// The error of a call that ran into the limit `what`.
pub(crate) fn timed_out(call: &Call, what: &'static str, limit: Duration) -> Error {
    call.error(ErrorKind::Timeout)
        .reason(match what {
            "connect" => "no connection in the time allowed",
            "first_byte" => "no byte of an answer came in the time allowed",
            "between_bytes" => "the answer stalled: no further byte came in the time allowed",
            _ => "the answer was not complete in the time allowed",
        })
        .with("limit", format_args!("{what} {limit:?}"))
}
