//! A model as judge of what is in doubt.

mod prompt;

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use kag_core::{GraphView, NodeId, Result};
use kag_llm::{LanguageModel, LanguageModelExt as _, Wording};

pub use prompt::{SameThing, SameThingVerdict};

use super::{Decision, Decisions, Doubtful, record::record};

/// Asks a model about the pairs that [`InstanceFusion`](crate::InstanceFusion) holds to be doubtful, and about no others.
///
/// What it says becomes [`Decisions`], which the host commits like any document: so derivation stays a
/// function of what is stored, is the same again without a model, and a judgement is
/// taken back with its document. What a pair was asked by earlier decisions is not asked again, for
/// then it is not doubtful any more.
///
/// Calls are bounded: the likeliest pairs are asked, [so many](Self::with_most) of them, and the others counted. Model
/// text is untrusted: what is no plain yes or no decides nothing and is counted, and a reason is
/// kept as words only.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{FusionJudge, InstanceFusion};
/// use kag_core::{
///     ChangeSet, Clusters, ContentHash, ContributionDraft, Document, GraphNeed, KnowledgeBase, Layer, Scope,
///     memory::MemoryKnowledgeBase,
/// };
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let mut draft = ContributionDraft::new(Document::new("clubs", ContentHash::of("")));
/// let [one, other] = ["Barcelona", "FC Barcelona"].map(|name| draft.add_node("Club", name, Layer::Information));
/// let base = MemoryKnowledgeBase::new();
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
///
/// let model = Scripted::new().on("same_thing", [r#"{"same": true, "reason": "the club's short name"}"#]);
/// let doubtful = InstanceFusion::new().with_thresholds(0.1, 0.999).doubtful(&*view)?;
/// let judged = FusionJudge::new(Arc::new(model)).judge(&*view, &doubtful, "decisions:model").await?;
/// assert_eq!((judged.asked, judged.same, judged.decisions.len()), (1, 1, 1));
///
/// base.commit(ChangeSet::new().put(judged.decisions.seal()?)).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// assert!(Clusters::of(&*view)?.are_one(one, other));
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct FusionJudge {
    model: Arc<dyn LanguageModel>,
    wording: Wording,
    most: usize,
    concurrency: usize,
}

/// What a model decided.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Judged {
    /// Each pair with an answer. The reason begins with the model's id, and names the resemblance.
    pub decisions: Decisions,
    /// Pairs that were asked about: calls made.
    pub asked: usize,
    /// Answers that the two are one.
    pub same: usize,
    /// Pairs to which there was no plain answer, with what was wrong, by node.
    pub unread: Vec<((NodeId, NodeId), Arc<str>)>,
    /// Pairs that were left, because there were more than the judge may ask about.
    pub left: usize,
}

/// Pairs asked about where the host gives no bound.
const MOST: usize = 1000;
/// Calls under way at once.
const CONCURRENCY: usize = 8;
/// Characters of each record that are shown: enough for names and a dozen values.
const SHOWN: usize = 1200;

impl FusionJudge {
    /// A judge that asks `model` about at most 1,000 pairs, eight at a time.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, wording: SameThing::WORDING, most: MOST, concurrency: CONCURRENCY }
    }

    /// The same judge, asking about at most so many pairs a run.
    #[must_use]
    pub fn with_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// The same judge with so many calls under way at once, at least one.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// The same judge with other words ([`SameThing`]).
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self
    }

    /// Asks about the first of `doubtful`, and gives what was decided as the document `uri`.
    ///
    /// Asked and decided in their order, whichever answer comes first. A call that fails is
    /// counted as unread with its reason; a [budget](kag_llm::Budgeted) that is spent leaves the rest unread.
    ///
    /// # Errors
    /// The reading of `graph`.
    pub async fn judge(
        &self,
        graph: &dyn GraphView,
        doubtful: &[Doubtful],
        uri: impl Into<Arc<str>>,
    ) -> Result<Judged> {
        let asked = doubtful.get(..self.most).unwrap_or(doubtful);
        let mut records = Vec::with_capacity(asked.len());
        for pair in asked {
            let (one, other) = pair.nodes;
            if let (Some(one), Some(other)) = (graph.node(one)?, graph.node(other)?) {
                let shown = [record(graph, &one, SHOWN)?, record(graph, &other, SHOWN)?];
                records.push((pair, [one, other], shown));
            }
        }
        let mut judged = Judged {
            decisions: Decisions::new(uri),
            asked: records.len(),
            same: 0,
            unread: Vec::new(),
            left: doubtful.len() - asked.len(),
        };
        let questions = records.iter().map(|(_, [node, _], [one, other])| async move {
            let type_name = node.type_name.as_str();
            self.model.ask(&SameThing { type_name, one, other, wording: &self.wording }).await
        });
        let mut answers = stream::iter(questions).buffered(self.concurrency);
        for (pair, [one, other], _) in &records {
            match answers.next().await {
                Some(Ok(verdict)) => {
                    judged.same += usize::from(verdict.same);
                    let decision = if verdict.same { Decision::Same } else { Decision::Different };
                    let reason = format!("{}: {} ({})", self.model.id(), verdict.reason, pair.resemblance);
                    judged.decisions = judged.decisions.with(one, other, decision, reason);
                }
                Some(Err(error)) => judged.unread.push((pair.nodes, error.to_string().into())),
                None => break,
            }
        }
        Ok(judged)
    }
}
