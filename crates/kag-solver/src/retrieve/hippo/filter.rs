//! Which of the facts near a question speak to it.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use kag_core::{BoxError, FactRecord};

/// Chooses, of the facts nearest to a question, those that help to answer it: the
/// recognition memory of HippoRAG 2.
///
/// ```
/// use std::sync::Arc;
/// use kag_core::{BoxError, FactRecord};
/// use kag_solver::{FactFilter, async_trait};
///
/// /// Keeps facts one of whose words stands in the question.
/// #[derive(Debug)]
/// struct SharesAWord;
///
/// #[async_trait]
/// impl FactFilter for SharesAWord {
///     async fn keep(&self, question: &str, facts: &[Arc<FactRecord>]) -> Result<Vec<usize>, BoxError> {
///         let shares = |fact: &FactRecord| fact.statement.split(' ').any(|word| question.contains(word));
///         Ok((0..).zip(facts).filter(|(_, fact)| shares(fact)).map(|(at, _)| at).collect())
///     }
/// }
/// ```
#[async_trait]
pub trait FactFilter: fmt::Debug + Send + Sync + 'static {
    /// The places in `facts` of those to keep, in any order; one that is no place counts for
    /// nothing. None at all leaves the question to the passages.
    ///
    /// # Errors
    /// Why the filter could not choose. The retriever then keeps every fact and says so.
    async fn keep(&self, question: &str, facts: &[Arc<FactRecord>]) -> Result<Vec<usize>, BoxError>;
}
