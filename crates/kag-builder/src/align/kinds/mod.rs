//! A model asked which kinds things are of.

mod prompt;

use std::{collections::BTreeSet, sync::Arc};

use futures::{StreamExt as _, stream};
use kag_core::{Contribution, GraphView, NameKey, Node, NodeId, Result, TypeName};
use kag_llm::{LanguageModel, LanguageModelExt as _, Wording};

pub use prompt::{FindKinds, KindsOf};

use super::{Taxonomy, TaxonomyReport, record::record};

/// Asks a model for the chains of kinds above things: a tea garden, a farm, a business.
///
/// What it says becomes a document of its own that the host commits: concepts, which of them are kinds of which, and
/// which thing is one of which. So derivation stays a function of what is stored and is the same again without
/// a model, and a guess is taken back with its document. It is of the layer of information, with a
/// confidence of 0.7.
///
/// Chains of different things need not agree. Where together they would make a concept a kind of itself,
/// none of the relations of that circle is taken; what follows from others is left out; both are
/// in the report. Calls are bounded, several things are asked about in one, and concepts that there
/// are already are offered, so that one kind does not get many names. Model text is untrusted: what names
/// no kind is left out, a name is kept as a name and nothing else.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::KindFinder;
/// use kag_core::{
///     ChangeSet, ContentHash, ContributionDraft, Document, GraphNeed, KnowledgeBase, Layer, Scope,
///     memory::MemoryKnowledgeBase,
/// };
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let mut draft = ContributionDraft::new(Document::new("gardens", ContentHash::of("")));
/// let garden = draft.add_node("Place", "Halem Garden", Layer::Information);
/// let base = MemoryKnowledgeBase::new();
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
///
/// let reply = r#"{"things": [{"number": 1, "kinds": ["tea garden", "farm"]}]}"#;
/// let finder = KindFinder::new(Arc::new(Scripted::new().on("find_kinds", [reply])), "Kind");
/// let found = finder.find(&*view, &[garden], "kinds:model").await?;
/// assert_eq!((found.calls, found.answered, found.order.relations), (1, 1, 1));
///
/// base.commit(ChangeSet::new().put(found.contribution)).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// assert_eq!(&*view.outgoing(garden)?[0].statement, "Halem Garden belongTo tea garden");
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct KindFinder {
    model: Arc<dyn LanguageModel>,
    type_name: TypeName,
    wording: Wording,
    most: usize,
    batch: usize,
    concurrency: usize,
}

/// What a model found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundKinds {
    /// The document: concepts, their order, and what belongs to them.
    pub contribution: Contribution,
    /// What of the order was not taken.
    pub order: TaxonomyReport,
    /// Calls made.
    pub calls: usize,
    /// Things of which a kind is known now.
    pub answered: usize,
    /// Things that were asked about in a call without an answer, with what was wrong, in the order asked.
    pub unread: Vec<(NodeId, Arc<str>)>,
    /// Things that were left, because there were more than may be asked about.
    pub left: usize,
}

/// Things asked about where the host gives no bound.
const MOST: usize = 1000;
/// Things in one call.
const BATCH: usize = 10;
/// Calls under way at once.
const CONCURRENCY: usize = 8;
/// Characters of what is shown of a thing: names and a few values.
const SHOWN: usize = 300;
/// Concepts that are offered.
const OFFERED: usize = 200;

impl KindFinder {
    /// A finder that asks `model` about at most 1,000 things, ten a call; kinds become nodes of `type_name`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>, type_name: impl Into<TypeName>) -> Self {
        let type_name = type_name.into();
        Self { model, type_name, wording: FindKinds::WORDING, most: MOST, batch: BATCH, concurrency: CONCURRENCY }
    }

    /// The same finder, asking about at most so many things a run.
    #[must_use]
    pub fn with_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// The same finder with so many things in one call, at least one.
    #[must_use]
    pub fn with_batch(mut self, batch: usize) -> Self {
        self.batch = batch.max(1);
        self
    }

    /// The same finder with so many calls under way at once, at least one.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// The same finder with other words ([`FindKinds`]).
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self
    }

    /// Asks about the first of `things`, and gives what was found as the document `uri`.
    ///
    /// Asked in their order, whichever answer comes first; what `graph` does not have, and what is a concept
    /// itself, is passed over. A call that fails is counted as unread with its reason; a
    /// [budget](kag_llm::Budgeted) that is spent leaves the rest unread.
    ///
    /// # Errors
    /// The reading of `graph`, and those of [`Taxonomy::contribution`].
    pub async fn find(&self, graph: &dyn GraphView, things: &[NodeId], uri: impl Into<Arc<str>>) -> Result<FoundKinds> {
        let mut nodes = Vec::new();
        for thing in things {
            nodes.extend(graph.node(*thing)?.filter(|node| node.type_name != self.type_name));
        }
        let left = nodes.len().saturating_sub(self.most);
        nodes.truncate(self.most);
        let known = self.known(graph)?;
        let mut records = Vec::with_capacity(nodes.len());
        for node in &nodes {
            records.push(format!("{}: {}", node.type_name, record(graph, node, SHOWN)?));
        }
        let questions = records.chunks(self.batch).map(|things| {
            let (known, wording) = (&known, &self.wording);
            async move { self.model.ask(&FindKinds { things, known, wording }).await }
        });
        let mut answers = stream::iter(questions).buffered(self.concurrency);
        let mut taxonomy = Taxonomy::new(self.type_name.clone()).guessed_by(self.model.id());
        let (mut unread, mut calls) = (Vec::new(), 0);
        for batch in nodes.chunks(self.batch) {
            let Some(answer) = answers.next().await else { break };
            calls += 1;
            match answer {
                Ok(kinds) => {
                    for (number, chain) in &kinds {
                        if let Some(thing) = number.checked_sub(1).and_then(|at| batch.get(at)) {
                            taxonomy = with_chain(taxonomy, thing, chain);
                        }
                    }
                }
                Err(error) => {
                    let reason: Arc<str> = error.to_string().into();
                    unread.extend(batch.iter().map(|node| (node.id, Arc::clone(&reason))));
                }
            }
        }
        let (answered, (contribution, order)) = (taxonomy.members(), taxonomy.contribution(uri)?);
        Ok(FoundKinds { contribution, order, calls, answered, unread, left })
    }

    /// The names of concepts that there are, in the order of their ids.
    fn known(&self, graph: &dyn GraphView) -> Result<Vec<Arc<str>>> {
        let ids = graph.of_type(&self.type_name)?;
        let nodes = ids.into_iter().take(OFFERED).filter_map(|id| graph.node(id).transpose());
        let names: BTreeSet<Arc<str>> = nodes.map(|node| Ok(Arc::clone(&node?.name))).collect::<Result<_>>()?;
        Ok(names.into_iter().collect())
    }
}

/// `taxonomy` with what a chain says: `thing` is one of the first kind, each kind one of the next. A thing is no
/// kind of itself.
fn with_chain(taxonomy: Taxonomy, thing: &Node, chain: &[Arc<str>]) -> Taxonomy {
    let own = NameKey::of(&thing.name);
    let chain: Vec<&Arc<str>> = chain.iter().filter(|kind| NameKey::of(kind) != own).collect();
    let Some(narrowest) = chain.first() else { return taxonomy };
    let taxonomy = chain.iter().fold(taxonomy, |taxonomy, kind| taxonomy.with(kind, [], []));
    let taxonomy = chain.windows(2).fold(taxonomy, |taxonomy, pair| match pair {
        [special, general] => taxonomy.with(special, [], [&***general]),
        _ => taxonomy,
    });
    taxonomy.with_member(thing, NameKey::of(narrowest).as_str())
}
