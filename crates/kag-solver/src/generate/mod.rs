//! From what was found to sentences with citations.

mod model;
mod quoting;

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

pub use model::ModelGenerator;
pub use quoting::QuotingGenerator;

use crate::{BindingTable, Citation, Result};

/// What a generator writes from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GenerateInput<'g> {
    /// The question.
    pub question: &'g str,
    /// The parts of the answer, a row each.
    pub answer: &'g BindingTable,
    /// The citations, number 1 first.
    pub citations: &'g [Citation],
    /// For each row of the answer the numbers of its citations.
    pub of_rows: &'g [Vec<usize>],
}

/// A sentence of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// The sentence, without citation marks.
    pub text: String,
    /// The numbers of its citations, sorted; each exists. Empty marks it as unsupported.
    pub citations: Vec<usize>,
}

impl Sentence {
    /// Whether a source supports it.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        !self.citations.is_empty()
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if self.citations.is_empty() {
            return f.write_str(" [unsupported]");
        }
        self.citations.iter().try_for_each(|number| write!(f, " [{number}]"))
    }
}

/// Writes answers.
///
/// ```
/// use kag_solver::{GenerateInput, Generator, Result, Sentence, async_trait};
///
/// /// Says how many answers there are.
/// #[derive(Debug)]
/// struct Count;
///
/// #[async_trait]
/// impl Generator for Count {
///     async fn generate(&self, input: GenerateInput<'_>) -> Result<Vec<Sentence>> {
///         let citations = (1..=input.citations.len()).collect();
///         Ok(vec![Sentence { text: format!("{} rows.", input.answer.len()), citations }])
///     }
/// }
/// ```
#[async_trait]
pub trait Generator: fmt::Debug + Send + Sync + 'static {
    /// The sentences of the answer, in order. A number that no citation has is dropped by
    /// the solver, and with it perhaps the sentence's support.
    ///
    /// # Errors
    /// Those of a model that is asked.
    async fn generate(&self, input: GenerateInput<'_>) -> Result<Vec<Sentence>>;
}
