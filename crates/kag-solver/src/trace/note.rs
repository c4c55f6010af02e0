//! What is worth knowing of a step besides its table.

use std::{fmt, sync::Arc};

use kag_core::{ChunkId, FactId, Score};
use kag_reason::Proof;
use serde::{Deserialize, Serialize};

use crate::{Degradation, Link, logical::Deduction};

/// Which way the concept graph was followed from what was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expansion {
    /// To what is more general: what is said of it is true of what was asked about.
    Up,
    /// To what is more special: it is of the kind that was asked about.
    Down,
}

/// Something that a reader of the trace should know.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "note")]
#[non_exhaustive]
pub enum Note {
    /// What a name in the plan was taken for; no link means that nothing was found.
    Linked {
        /// The name.
        name: Arc<str>,
        /// Each node's name and how it was recognised.
        links: Vec<(Arc<str>, Link)>,
    },
    /// The predicate of a node's facts that is most like the plan's, of which the graph has none.
    PredicateLinked {
        /// The node that is asked about.
        asked: Arc<str>,
        /// The words of the plan.
        words: Arc<str>,
        /// The predicate, as the graph has it.
        predicate: Arc<str>,
        /// How alike the two are.
        score: Score,
        /// How alike the next predicate of the node is.
        next: Option<Score>,
        /// The facts with it, in words.
        facts: Vec<Arc<str>>,
        /// Whether it was sure enough to be taken for the plan's.
        used: bool,
    },
    /// Facts that match but for a condition on time, of which they say nothing.
    Untimed {
        /// How many.
        facts: usize,
    },
    /// Facts that neither meet a condition nor fail it.
    Undecided {
        /// How many.
        facts: usize,
    },
    /// Rows for which nothing was found.
    Unmatched {
        /// How many.
        rows: usize,
        /// Whether they stay, with null.
        kept: bool,
    },
    /// An aggregate that has no value, for there is nothing to compute it of.
    NothingToCompute {
        /// The part of the expression.
        expression: Arc<str>,
    },
    /// Rows that do not decide a condition, and were left out.
    RowsUndecided {
        /// How many.
        rows: usize,
    },
    /// Matches that fail a condition which a filter sets later, and were left out at once.
    FailedEarly {
        /// How many.
        matches: usize,
    },
    /// An equal step that saw the same ran, and this one has its result.
    SameAs {
        /// That step, from 1.
        step: usize,
    },
    /// Values that are as good as the last one kept by a sort, and were left out.
    Tied {
        /// The values.
        left_out: Vec<Arc<str>>,
    },
    /// More matches than the limit of rows.
    Truncated {
        /// How many were kept.
        rows: usize,
    },
    /// A retriever had to do without something.
    Degraded(#[serde(serialize_with = "as_text")] Degradation),
    /// Passages were found, and there is no model to read them.
    PassagesFound {
        /// The passages, best first.
        chunks: Vec<ChunkId>,
    },
    /// A model read passages.
    PassagesRead {
        /// The passages, best first.
        chunks: Vec<ChunkId>,
        /// How many values it claims.
        values: usize,
    },
    /// Nodes and values about which no passages were read, for there were too many.
    NotRead {
        /// How many.
        things: usize,
    },
    /// A model's reply could not be used, and nothing was read from it.
    ReplyUnusable {
        /// Why.
        reason: Arc<str>,
    },
    /// The judge's reply could not be used; whether the tables hold a value decided alone.
    JudgedByTables {
        /// Why it could not.
        reason: Arc<str>,
    },
    /// The generator's reply could not be used; the answer is its values, as they are.
    WrittenAsValues {
        /// Why it could not.
        reason: Arc<str>,
    },
    /// Neither values, concepts nor rules decide a conclusion, and no model was asked.
    NotConcluded,
    /// A value that a model claims and whose quote is in no passage that it was shown, with or
    /// beside the value.
    QuoteRefused {
        /// The value.
        value: Arc<str>,
        /// The quote.
        quote: Arc<str>,
    },
    /// A value that a model claims of something which its passage does not name.
    NotAbout {
        /// The value.
        value: Arc<str>,
        /// What it was claimed of.
        about: Arc<str>,
    },
    /// A model wrote the expression that was evaluated.
    ExpressionWritten {
        /// The expression.
        expression: Arc<str>,
    },
    /// An expression that a model wrote and that was not evaluated.
    ExpressionRefused {
        /// The expression.
        expression: Arc<str>,
        /// Why: it is none, uses what is not bound, or does not check.
        reason: Arc<str>,
    },
    /// Another node counted for one that was asked about, as the concept graph relates them.
    Expanded {
        /// Which way it lies.
        expansion: Expansion,
        /// What was asked about.
        asked: Arc<str>,
        /// What counted for it.
        node: Arc<str>,
        /// The facts between them.
        facts: Vec<FactId>,
        /// These facts in words.
        path: Vec<Arc<str>>,
    },
    /// A fact follows by a rule.
    Proved {
        /// The fact.
        fact: FactId,
        /// The rule.
        rule: Arc<str>,
        /// Why, down to what is stored.
        proof: Arc<Proof>,
    },
    /// Rules could not say what is above or below something; what is stored was used alone.
    RulesFailed {
        /// Why.
        reason: String,
    },
    /// Matches of a rule that were left out, because the data do not fit it.
    RowsFailed {
        /// The rule.
        rule: Arc<str>,
        /// The clause that could not be computed.
        clause: Arc<str>,
        /// How many, up to now.
        rows: u64,
        /// Why, of the first.
        reason: String,
    },
    /// More paths and proofs than the limit.
    NotShown {
        /// How many were left out.
        reasons: usize,
    },
    /// A conclusion follows from a path of facts in the concept graph, some of which rules may
    /// have derived; from none where something is said to be itself.
    ConceptPath {
        /// The facts of the path.
        facts: Vec<FactId>,
        /// These facts in words.
        path: Vec<Arc<str>>,
    },
    /// A model concluded.
    Judged {
        /// The model.
        by: Arc<str>,
        /// The premises that it says it needed; all that it was shown, where it names none.
        premises: Vec<Arc<str>>,
    },
    /// A conclusion of a model that is not of the kind that was asked for: no truth, not in
    /// the premises, none of the options.
    ConclusionRefused {
        /// The conclusion.
        conclusion: Arc<str>,
        /// The kind.
        deduction: Deduction,
    },
}

fn as_text<S: serde::Serializer>(degradation: &Degradation, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry("degradation", degradation)?;
    map.end()
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linked { name, links } if links.is_empty() => write!(f, "{name:?} is not in the graph"),
            Self::Linked { name, links } => {
                write!(f, "{name:?} is")?;
                for (at, (node, link)) in links.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma} {node} ({}, {:.2})", link.kind, link.node.score.get())?;
                }
                Ok(())
            }
            Self::PredicateLinked { asked, words, predicate, score, next, facts, used } => {
                let taken = if *used { "is taken for" } else { "is not taken for" };
                write!(f, "{predicate:?} of {asked} {taken} {words:?}: {:.2}", score.get())?;
                next.iter().try_for_each(|next| write!(f, ", the next {:.2}", next.get()))?;
                write!(f, "; {}", facts.iter().map(|fact| &**fact).collect::<Vec<_>>().join("; "))
            }
            Self::Untimed { facts } => write!(f, "{facts} facts say nothing of time and were left out"),
            Self::Undecided { facts } => write!(f, "{facts} facts do not decide a condition and were left out"),
            Self::Unmatched { rows, kept: true } => write!(f, "{rows} rows found nothing and stay, with null"),
            Self::Unmatched { rows, kept: false } => {
                write!(f, "{rows} rows do not meet the condition and were left out")
            }
            Self::NothingToCompute { expression } => write!(f, "{expression} has no value, for nothing was found"),
            Self::RowsUndecided { rows } => write!(f, "{rows} rows do not decide the condition and were left out"),
            Self::FailedEarly { matches } => {
                write!(f, "{matches} matches fail the condition of a filter and were left out at once")
            }
            Self::SameAs { step } => write!(f, "the same as step {step}, which ran for both"),
            Self::Tied { left_out } => write!(f, "as good as the last one kept: {}", left_out.join(", ")),
            Self::Truncated { rows } => write!(f, "more than {rows} matches; the rest was left out"),
            Self::Degraded(degradation) => write!(f, "{degradation}"),
            Self::PassagesFound { chunks } => write!(f, "{} passages found, no model to read them", chunks.len()),
            Self::PassagesRead { chunks, values } => write!(f, "{values} values read in {} passages", chunks.len()),
            Self::NotRead { things } => write!(f, "no passages were read about {things} further things"),
            Self::ReplyUnusable { reason } => write!(f, "a reply could not be used: {reason}"),
            Self::JudgedByTables { reason } => {
                write!(f, "the tables alone were judged by, for the judge's reply could not be used: {reason}")
            }
            Self::WrittenAsValues { reason } => {
                write!(f, "the answer is its values alone, for the reply that wrote it could not be used: {reason}")
            }
            Self::NotConcluded => f.write_str("neither values, concepts nor rules decide it, and there is no model"),
            Self::QuoteRefused { value, quote } => write!(f, "{value:?} refused: no passage says it with {quote:?}"),
            Self::NotAbout { value, about } => write!(f, "{value:?} refused: its passage does not name {about:?}"),
            Self::ExpressionRefused { expression, reason } => write!(f, "{expression:?} refused: {reason}"),
            Self::ExpressionWritten { expression } => write!(f, "a model wrote the expression {expression}"),
            Self::Expanded { expansion, asked, node, path, .. } => {
                let above = if *expansion == Expansion::Up { "above" } else { "below" };
                write!(f, "{node} is {above} {asked}: {}", path.join("; "))
            }
            Self::Proved { proof, .. } => write!(f, "by rules:\n{}", proof.to_string().trim_end()),
            Self::RulesFailed { reason } => write!(f, "rules could not be run: {reason}"),
            Self::RowsFailed { rule, clause, rows, reason } => {
                write!(f, "{rows} matches were left out of {rule}, for {clause} cannot be computed: {reason}")
            }
            Self::NotShown { reasons } => write!(f, "{reasons} further paths and proofs are not shown"),
            Self::ConceptPath { path, .. } if path.is_empty() => f.write_str("it is the same thing"),
            Self::ConceptPath { path, .. } => write!(f, "follows from: {}", path.join("; ")),
            Self::Judged { by, premises } => write!(f, "{by} concluded it from: {}", premises.join("; ")),
            Self::ConclusionRefused { conclusion, deduction } => {
                write!(f, "{conclusion:?} refused: it is no {deduction} from the premises")
            }
        }
    }
}
