//! Time as decorators see it.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use tokio::time::Instant;

/// A clock that can be waited on; given to decorators so that tests, and hosts with another
/// runtime, bring their own.
///
/// ```
/// use std::{sync::atomic::{AtomicU64, Ordering}, time::Duration};
///
/// use async_trait::async_trait;
/// use kag_llm::Clock;
///
/// /// A clock that runs only when it is waited on.
/// #[derive(Debug, Default)]
/// struct Lazy(AtomicU64);
///
/// #[async_trait]
/// impl Clock for Lazy {
///     fn now(&self) -> Duration {
///         Duration::from_millis(self.0.load(Ordering::SeqCst))
///     }
///     async fn sleep(&self, wait: Duration) {
///         self.0.fetch_add(wait.as_millis() as u64, Ordering::SeqCst);
///     }
/// }
/// ```
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Time since a moment that stays the same for this clock; never goes back.
    fn now(&self) -> Duration;

    /// Returns once `wait` has passed. Dropping the future stops waiting.
    async fn sleep(&self, wait: Duration);
}

/// The clock of the `tokio` runtime; the default everywhere. Waiting needs a runtime with
/// its timer on, and follows it when a test pauses time.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    start: Instant,
}

impl TokioClock {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        let start = Instant::now();
        Self { start }
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}
