//! What becomes of the names that a model once found in the questions.

use std::collections::BTreeSet;

use kag::{
    Embedder, GraphNeed, NodeId, Purpose,
    solver::{LinkKind, LinkOptions, Name, link, named_in},
};

use crate::{Result, dataset::Dataset, embedder::TimedEmbedder, index::Index, manifest::Linking};

/// Links the recorded names of every question; `None` where none were recorded.
pub(super) async fn linking(
    dataset: &Dataset,
    index: &Index,
    embedder: Option<&TimedEmbedder>,
) -> Result<Option<Linking>> {
    let names: Vec<&str> =
        dataset.questions.iter().flat_map(|question| &question.recorded_query_entities).map(String::as_str).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let vectors = match embedder {
        Some(embedder) => embedder.embed(&names, Purpose::Query).await?.into_iter().map(Some).collect(),
        None => vec![None; names.len()],
    };
    let view = index.snapshot().graph().view(&GraphNeed::Everything).await?;
    let mut linking = Linking { names: names.len(), ..Linking::default() };
    let mut vectors = vectors.iter();
    for question in &dataset.questions {
        let alone: BTreeSet<NodeId> = named_in(&*view, &question.question)?.into_iter().collect();
        for text in &question.recorded_query_entities {
            let vector = vectors.next().and_then(Option::as_ref);
            let name = Name { text, vector, types: None };
            let links = link(index.snapshot(), &*view, name, &LinkOptions::default()).await?;
            match links.first().map(|link| link.kind) {
                Some(LinkKind::Exact) => linking.exact += 1,
                Some(_) => linking.similar += 1,
                None => {}
            }
            let mut in_gold = false;
            for link in &links {
                for mention in view.mentions_of(link.node.item)? {
                    let passage = index.passage_of(mention.chunk);
                    in_gold |= passage.is_some_and(|passage| question.gold_passage_ids.contains(passage));
                }
            }
            linking.in_gold += usize::from(in_gold);
            linking.found_alone += usize::from(links.iter().any(|link| alone.contains(&link.node.item)));
        }
    }
    Ok(Some(linking))
}
