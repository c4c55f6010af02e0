//! How much a rule may cost.

use std::time::Duration;

/// What stops the running of rules: each bound that is exceeded is a
/// [`RuleError::Bound`](crate::RuleError), never a wrong or a partial answer. How many subjects a rule
/// is run for at once says how it runs, and stops nothing.
///
/// ```
/// use kag_reason::Limits;
///
/// let limits = Limits::default().with_rows(100_000);
/// assert_eq!(limits.rows, 100_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Most rows that one table of matches may have at any moment.
    pub rows: usize,
    /// Most subjects that a rule is run for at once, where it can be run for some after others: what they
    /// match with is held at one time.
    pub subjects: usize,
    /// Most rounds after which rules that need each other must have said everything.
    pub rounds: usize,
    /// Most rules that may wait for each other's results at once.
    pub depth: usize,
    /// Most nodes that actions may create.
    pub created: usize,
    /// Longest time that one question may take; `None` where there is no bound.
    pub time: Option<Duration>,
}

impl Default for Limits {
    /// 10 million rows, 4,096 subjects, 100,000 rounds, 100 rules deep, 1 million created nodes, a minute.
    fn default() -> Self {
        Self {
            rows: 10_000_000,
            subjects: 4096,
            rounds: 100_000,
            depth: 100,
            created: 1_000_000,
            time: Some(Duration::from_secs(60)),
        }
    }
}

impl Limits {
    /// The same limits with at most `rows` rows.
    #[must_use]
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// The same limits with at most `subjects` subjects at once, and no fewer than one.
    #[must_use]
    pub fn with_subjects(mut self, subjects: usize) -> Self {
        self.subjects = subjects;
        self
    }

    /// The same limits with at most `rounds` rounds.
    #[must_use]
    pub fn with_rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// The same limits with at most `created` created nodes.
    #[must_use]
    pub fn with_created(mut self, created: usize) -> Self {
        self.created = created;
        self
    }

    /// The same limits with another time.
    #[must_use]
    pub fn with_time(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.time = time.into();
        self
    }
}
