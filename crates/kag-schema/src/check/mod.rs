//! Whether records are as the schema says.
//!
//! [`Schema::check`](crate::Schema::check) lists what is wrong with nodes and facts;
//! [`Schema::cast`](crate::Schema::cast) turns literals into what was asked for, where
//! nothing is lost. Both are pure: what becomes of a broken record is for the caller.

mod cast;
mod record;
mod violation;

pub use cast::CastProblem;
pub use violation::{Broken, Violation};

pub(crate) use cast::is_basic;
