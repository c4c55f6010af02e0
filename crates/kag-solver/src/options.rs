//! How a question is solved.

use kag_core::PartialDate;
use kag_reason::Limits;

use crate::{LinkOptions, logical::Optimiser};

/// How a question is solved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SolveOptions {
    /// Most rounds of planning: 3, as KAG published.
    pub rounds: usize,
    /// Most steps of a round that is planned step by step: 12.
    pub steps: usize,
    /// The score at which a graph's answer to a step is enough: 0.5. Unlocated facts score that.
    pub threshold: f32,
    /// How many passages are read for a step: 5.
    pub passages: usize,
    /// The score of a value that a model read and quoted: 0.5.
    pub read_score: f32,
    /// For how many subjects of a step passages are read: 8.
    pub max_reads: usize,
    /// For how many of them a model reads in one call: 1. More is fewer calls, with the passages
    /// of all of them in one prompt, which a small model can confuse.
    pub reads_per_call: usize,
    /// Most rows of a step's pattern: 10,000.
    pub max_rows: usize,
    /// Most paths and proofs that a step puts into the trace, of each: 20.
    pub max_proofs: usize,
    /// What rules take for the present moment; without it those that ask for it fail.
    pub now: Option<PartialDate>,
    /// How much rules may cost.
    pub rule_limits: Limits,
    /// How names are linked.
    pub link: LinkOptions,
    /// Whether a plan's predicate may be taken for another one that means the same, and how
    /// alike they must be; by default it may not. It needs an embedder.
    pub link_predicates: Option<PredicateLinkOptions>,
    /// How plans are rewritten before they run.
    pub optimiser: Optimiser,
}

/// When a plan's predicate is taken for another one of the node that is asked about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PredicateLinkOptions {
    /// The least cosine between the words of the two: 0.8.
    pub threshold: f32,
    /// How much less alike every other predicate of the node must be: 0.1.
    pub margin: f32,
}

impl Default for PredicateLinkOptions {
    fn default() -> Self {
        Self { threshold: 0.8, margin: 0.1 }
    }
}

impl PredicateLinkOptions {
    /// The same options with another threshold.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self
    }

    /// The same options with another margin.
    #[must_use]
    pub fn with_margin(mut self, margin: f32) -> Self {
        self.margin = margin;
        self
    }
}

impl Default for SolveOptions {
    fn default() -> Self {
        Self {
            rounds: 3,
            steps: 12,
            threshold: 0.5,
            passages: 5,
            read_score: 0.5,
            max_reads: 8,
            reads_per_call: 1,
            max_rows: 10_000,
            max_proofs: 20,
            now: None,
            rule_limits: Limits::default(),
            link: LinkOptions::default(),
            link_predicates: None,
            optimiser: Optimiser::default(),
        }
    }
}

impl SolveOptions {
    /// The same options with at most so many rounds.
    #[must_use]
    pub fn with_rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// The same options with at most so many steps where a round is planned step by step.
    #[must_use]
    pub fn with_steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// The same options with another score at which the graph's answer is enough.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self
    }

    /// The same options with so many passages read for a step.
    #[must_use]
    pub fn with_passages(mut self, passages: usize) -> Self {
        self.passages = passages;
        self
    }

    /// The same options, with `now` as the present moment of rules.
    #[must_use]
    pub fn with_now(mut self, now: PartialDate) -> Self {
        self.now = Some(now);
        self
    }

    /// The same options with other limits for rules.
    #[must_use]
    pub fn with_rule_limits(mut self, limits: Limits) -> Self {
        self.rule_limits = limits;
        self
    }

    /// The same options, linking names in another way.
    #[must_use]
    pub fn with_link(mut self, link: LinkOptions) -> Self {
        self.link = link;
        self
    }

    /// The same options, taking predicates for others that mean the same.
    #[must_use]
    pub fn with_link_predicates(mut self, link: PredicateLinkOptions) -> Self {
        self.link_predicates = Some(link);
        self
    }

    /// The same options, rewriting plans in another way.
    #[must_use]
    pub fn with_optimiser(mut self, optimiser: Optimiser) -> Self {
        self.optimiser = optimiser;
        self
    }

    /// The same options, reading for so many things in one call.
    #[must_use]
    pub fn with_reads_per_call(mut self, things: usize) -> Self {
        self.reads_per_call = things;
        self
    }
}
