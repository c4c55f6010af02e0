//! Extraction by patterns that the host writes: no model.

mod compile;
mod declare;
mod file;
mod run;

pub use compile::{PatternError, PatternProblem};
pub use declare::{ObjectOf, Pattern, Patterns, SubjectOf, Within};
pub use file::PatternFileError;
pub use run::PatternExtractor;
