//! What is asked of a retriever for each question.

use kag::{Embedder, Purpose, Query};

use crate::{
    Result,
    arguments::Plan,
    dataset::{Dataset, Question},
    embedder::TimedEmbedder,
};

/// The queries of each question of `dataset`, in order.
pub(super) async fn queries(
    dataset: &Dataset,
    plan: Plan,
    embedder: Option<&TimedEmbedder>,
) -> Result<Vec<Vec<Query>>> {
    let texts: Vec<Vec<String>> = match plan {
        Plan::Single => dataset.questions.iter().map(|question| vec![question.question.clone()]).collect(),
        Plan::Gold => dataset.questions.iter().map(gold).collect::<Result<_>>()?,
    };
    let flat: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
    let mut queries: Vec<Query> = flat.iter().map(|text| Query::new(*text)).collect();
    if let Some(embedder) = embedder {
        let vectors = embedder.embed(&flat, Purpose::Query).await?;
        queries = queries.into_iter().zip(vectors).map(|(query, vector)| query.with_vector(vector)).collect();
    }
    let mut queries = queries.into_iter();
    Ok(texts.iter().map(|parts| queries.by_ref().take(parts.len()).collect()).collect())
}

/// The gold sub-questions with the answers of those before put in; for triples, what each
/// asks of its subject.
fn gold(question: &Question) -> Result<Vec<String>> {
    let mut parts: Vec<String> = Vec::new();
    for part in &question.decomposition {
        let mut text = part.question.replace(" >> ", " ");
        // Highest first, so that `#1` is not read in `#10`.
        for (number, before) in question.decomposition.iter().enumerate().rev() {
            text = text.replace(&format!("#{}", number + 1), &before.answer);
        }
        parts.push(text);
    }
    parts.extend(question.evidences.iter().map(|[subject, relation, _]| format!("{subject} {relation}")));
    parts.dedup();
    if parts.is_empty() {
        return Err(format!("no gold plan for {:?}", question.question).into());
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(json: serde_json::Value) -> Result<Vec<String>> {
        gold(&serde_json::from_value(json)?)
    }

    #[test]
    fn answers_are_put_in_and_triples_become_questions() {
        let asked = parts(serde_json::json!({ "question": "q", "decomposition": [
            { "question": "Red Fort >> architect", "answer": "Lahori" },
            { "question": "Where was #1 born?", "answer": "Lahore" },
        ]}));
        assert_eq!(asked.unwrap(), ["Red Fort architect", "Where was Lahori born?"]);
        let asked = parts(serde_json::json!({ "question": "q", "evidences": [["红堡", "建筑师", "拉合里"]] }));
        assert_eq!(asked.unwrap(), ["红堡 建筑师"]);
        assert!(parts(serde_json::json!({ "question": "q" })).is_err());
    }
}
