//! Decorators: a model around a model.
//!
//! Each is a plain type that holds a model and is one. Their order matters, and it is this,
//! outermost first; [`Stack`] keeps to it:
//!
//! | decorator | why there |
//! |---|---|
//! | [`Trace`] | sees what the caller sees: one event a question, cached or not |
//! | [`Cache`] | a hit costs nothing: no budget, no wait, no attempt |
//! | [`Retry`] | each attempt below is charged; what the budget refuses is not tried again |
//! | [`Budgeted`], [`Metered`] | charge every attempt, and stop before the one too many |
//! | [`Limit`] | an attempt waits its turn only once it is allowed and counted |
//! | [`Record`], [`Replay`] | hold what the provider really said, errors included |
//! | the adapter | speaks to the provider |
//!
//! Every decorator passes [`stream`](crate::LanguageModel::stream) through with the same
//! accounting. A stream or call that is dropped half way is charged for what came.

mod bucket;
mod budget;
mod cache;
mod clock;
mod limit;
mod meter;
mod price;
mod record;
mod recording;
mod replay;
mod retry;
mod stack;
mod trace;
mod watch;

pub use budget::{Budget, BudgetLimits, Budgeted};
pub use cache::{Cache, CacheStats};
pub use clock::{Clock, TokioClock};
pub use limit::{Limit, LimitOptions};
pub use meter::{Meter, MeterReport, Metered, Tally};
pub use price::{Price, Spent};
pub use record::Record;
pub use recording::{RECORDING_VERSION, RecordedCall, RecordedError, RecordedOutcome, Recording};
pub use replay::Replay;
pub use retry::{Jitter, Retry, RetryOptions};
pub use stack::Stack;
pub use trace::{CallLog, CallOutcome, CallText, CallTrace, Trace, TraceSink, TraceText};
