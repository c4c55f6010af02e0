//! What a passage says as sentences of their own, for retrieval: knowledge units, and questions it answers.

mod question;
mod unit;

use std::sync::Arc;

use kag_core::TypeName;
use kag_llm::{Fence, Format, Language, PromptId, Request, Wording};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use question::{AnsweredQuestion, ExtractQuestions, QuestionExtractor, Questions};
pub use unit::{ExtractUnits, KnowledgeUnit, KnowledgeUnits, UnitExtractor};

use super::{
    EntityRef, ExtractedEntity, ExtractedFact, Extraction, Object,
    reply::{reply_tokens, text, texts},
};

/// The predicate from a statement to the things it is about.
const ABOUT: &str = "about";

/// The keys of the words of the passage.
const QUOTE: [&str; 4] = ["quote", "evidence", "原文", "引文"];

#[derive(Serialize)]
struct Holes<'a> {
    passage: &'a Fence<'a>,
    context: Option<&'a Fence<'a>>,
}

/// Asks `wording` about a passage; the reply is a list under `key` of objects of the texts `fields`, `quote`,
/// and the list `names`.
fn request(
    id: PromptId,
    wording: &Wording,
    passage: &str,
    context: &str,
    (key, fields): (&str, &[&str]),
) -> kag_llm::Result<Request> {
    let fences = Fence::all(&[passage, context]);
    let [fenced, above] = fences.as_slice() else { return Ok(Request::new(id, Vec::new())) };
    let above = (!context.is_empty()).then_some(above);
    let words = json!({"type": "string"});
    let mut properties: Map<String, Value> = fields.iter().map(|field| ((*field).to_owned(), words.clone())).collect();
    properties.insert("quote".to_owned(), words.clone());
    properties.insert("names".to_owned(), json!({"type": "array", "items": words}));
    let required: Vec<&String> = properties.keys().collect();
    let item = json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false});
    let schema = json!({
        "type": "object",
        "properties": {key: {"type": "array", "items": item}},
        "required": [key],
        "additionalProperties": false,
    });
    let name = id.name.clone();
    let request = wording.request(id, Language::of(passage), Holes { passage: fenced, context: above })?;
    Ok(request.with_max_tokens(reply_tokens(passage)).with_format(Format::json(name, schema)))
}

/// The names and the quote of a member of a list.
fn about(object: &Map<String, Value>) -> (Vec<String>, Option<String>) {
    (texts(object, &["names", "entities", "名称", "实体"]), text(object, &QUOTE))
}

/// Adds a statement: a node called by its words, `facts` of it, and what it is about.
fn add(found: &mut Extraction, entity: ExtractedEntity, facts: &[(&str, &str)], names: &[String]) {
    let subject = entity.entity.clone();
    let quote: Option<Arc<str>> = entity.quote.clone();
    let literals = facts.iter().map(|(predicate, value)| (*predicate, Object::Literal((*value).into())));
    let things =
        names.iter().map(|name| (ABOUT, Object::Entity(EntityRef::new(TypeName::from("Entity"), name.as_str()))));
    for (predicate, object) in literals.chain(things) {
        let mut fact = ExtractedFact::new(subject.clone(), predicate, object);
        fact.quote.clone_from(&quote);
        found.facts.push(fact);
    }
    found.entities.push(entity);
}
