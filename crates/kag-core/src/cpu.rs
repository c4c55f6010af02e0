//! The one place where computing leaves the async executor.

use std::{
    any::Any,
    fmt,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};

use futures::channel::oneshot;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{Error, ErrorKind, Result};

/// A bounded set of threads for work of more than about a millisecond.
///
/// Async code is for waiting; what computes for long is a plain function and runs here,
/// under any executor or none. Parallel iterators inside the work use the same threads, so
/// the pool bounds them too. Cloning is cheap and shares the threads. They start with the
/// first work, and end when the last clone is gone and what was started is done.
///
/// ```
/// use kag_core::CpuPool;
///
/// # futures::executor::block_on(async {
/// let cpu = CpuPool::default();
/// let sum = cpu.run("sum", || (1..=100).sum::<u32>()).await?;
/// assert_eq!(sum, 5050);
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct CpuPool {
    threads: NonZeroUsize,
    started: Arc<Mutex<Option<Arc<ThreadPool>>>>,
}

impl Default for CpuPool {
    /// As many threads as the process may use cores, or one where that is unknown.
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

impl CpuPool {
    /// A pool of so many threads.
    #[must_use]
    pub fn new(threads: NonZeroUsize) -> Self {
        Self { threads, started: Arc::default() }
    }

    /// Number of threads.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads.get()
    }

    /// Runs `work` on one of the threads and gives back its result. `name` says in errors
    /// what the work was (`"graph.pagerank"`).
    ///
    /// The work is queued by this call itself, not by the first poll of the future, so two
    /// calls run at the same time even if they are awaited one after the other. Do not block
    /// on the future from within other work of the same pool: with one thread that waits
    /// for ever.
    ///
    /// # Errors
    /// [`Internal`](ErrorKind::Internal) if the work panics; the pool stays usable.
    /// [`Unavailable`](ErrorKind::Unavailable) if the threads cannot be started.
    ///
    /// # Cancellation
    /// Dropping the future abandons the result. Work that has not begun is then skipped;
    /// work that has begun runs to its end.
    pub fn run<T: Send + 'static>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send + 'static {
        let (sender, receiver) = oneshot::channel();
        let queued = self.start().map(|pool| {
            pool.spawn(move || {
                if sender.is_canceled() {
                    return;
                }
                let result = catch_unwind(AssertUnwindSafe(work));
                // An error means that nobody waits for the result any more.
                let _ = sender.send(result);
            });
        });
        async move {
            queued?;
            match receiver.await {
                Ok(Ok(result)) => Ok(result),
                Ok(Err(panic)) => Err(Error::new(ErrorKind::Internal, name)
                    .reason("the work panicked")
                    .with("message", message(panic.as_ref()))),
                Err(gone) => Err(Error::new(ErrorKind::Internal, name).reason("the work never ran").because(gone)),
            }
        }
    }

    fn start(&self) -> Result<Arc<ThreadPool>> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = &*started {
            return Ok(Arc::clone(pool));
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.threads.get())
            .thread_name(|number| format!("kag-cpu-{number}"))
            .build()
            .map_err(|error| Error::new(ErrorKind::Unavailable, "cpu.start").because(error))?;
        Ok(Arc::clone(started.insert(Arc::new(pool))))
    }
}

impl fmt::Debug for CpuPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CpuPool").field("threads", &self.threads()).finish()
    }
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(not a text)")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures::executor::block_on;

    use super::*;

    fn one_thread() -> CpuPool {
        CpuPool::new(NonZeroUsize::MIN)
    }

    #[test]
    fn work_runs_on_a_thread_of_the_pool() {
        let name = block_on(one_thread().run("name", || std::thread::current().name().map(str::to_owned)));
        assert_eq!(name.unwrap().as_deref(), Some("kag-cpu-0"));
    }

    #[test]
    fn a_panic_becomes_an_error_and_the_pool_lives_on() {
        let pool = one_thread();
        let error = block_on(pool.run("graph.pagerank", || -> u8 { panic!("no {}", "图") }));
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(error.to_string(), "graph.pagerank: internal: the work panicked (message = no 图)");
        assert_eq!(block_on(pool.run("next", || 7)).unwrap(), 7);
    }

    #[test]
    fn abandoned_work_that_has_not_begun_is_skipped() {
        let pool = one_thread();
        let (release, wait) = mpsc::channel::<()>();
        let (ran, log) = mpsc::channel();
        let blocking = pool.run("block", move || wait.recv().is_ok());
        let ran_too = ran.clone();
        drop(pool.run("abandoned", move || ran_too.send("abandoned")));
        release.send(()).unwrap();
        assert!(block_on(blocking).unwrap());
        block_on(pool.run("kept", move || ran.send("kept").unwrap())).unwrap();
        assert_eq!(log.into_iter().collect::<Vec<_>>(), ["kept"]);
    }

    #[test]
    fn clones_share_the_threads() {
        let pool = CpuPool::new(NonZeroUsize::new(2).unwrap());
        assert_eq!((pool.threads(), pool.clone().threads()), (2, 2));
        let inside = block_on(pool.clone().run("inside", rayon::current_num_threads));
        assert_eq!(inside.unwrap(), 2);
    }
}
