//! Decorators: a model around a model. The crate's documentation says in which order.

mod bucket;
mod budget;
mod cache;
mod clock;
mod limit;
mod meter;
mod price;
mod price_table;
mod record;
mod recording;
mod replay;
mod replay_embedder;
mod retry;
mod scope;
mod stack;
mod trace;
mod watch;

pub use budget::{Budget, BudgetLimits, Budgeted};
pub use cache::{Cache, CacheStats};
pub use clock::{Clock, TokioClock};
pub use limit::{Limit, LimitOptions};
pub use meter::{Meter, MeterReport, Metered, Tally};
pub use price::{Price, Spent};
pub use price_table::PriceTable;
pub use record::Record;
pub use recording::{RECORDING_VERSION, RecordedCall, RecordedEmbeddings, RecordedError, RecordedOutcome, Recording};
pub use replay::Replay;
pub use replay_embedder::ReplayEmbedder;
pub use retry::{Jitter, Retry, RetryOptions};
pub use stack::Stack;
pub use trace::{CallLog, CallOutcome, CallText, CallTrace, Trace, TraceSink, TraceText};
