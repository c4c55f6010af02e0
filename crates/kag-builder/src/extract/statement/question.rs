//! Atomic questions: what a passage answers.

use std::sync::Arc;

use kag_core::{BoxError, ContentHash, async_trait};
use kag_llm::{LanguageModel, LanguageModelExt as _, Prompt, Reply, Request, Wording};
use serde_json::Value;

use super::{about, add, request};
use crate::{
    Estimate, ExtractedEntity, Extraction, Extractor, Passage,
    extract::reply::{list, some_read, text},
};

/// Asks for questions that a passage answers.
///
/// The wording is filled with `passage`, fenced, and `context`, the title and headings, fenced, or empty.
#[derive(Clone, Copy, Debug)]
pub struct ExtractQuestions<'p> {
    /// The passage.
    pub text: &'p str,
    /// The title and headings above it; may be empty.
    pub context: &'p str,
    /// The words to ask with.
    pub wording: &'p Wording,
}

/// Questions that a passage answers, as a model writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// The questions.
    pub questions: Vec<AnsweredQuestion>,
    /// What could not be read of the reply, a sentence each.
    pub problems: Vec<Arc<str>>,
}

/// A question for one thing, and what the passage answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnsweredQuestion {
    /// The question.
    pub question: String,
    /// The answer, where the model gave it.
    pub answer: Option<String>,
    /// The words of the passage that hold it, where the model gave them.
    pub quote: Option<String>,
    /// The things that the question names.
    pub names: Vec<String>,
}

impl ExtractQuestions<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/extract_questions.en.md"),
        include_str!("../../../prompts/extract_questions.zh.md"),
    );
}

impl Prompt for ExtractQuestions<'_> {
    type Output = Questions;
    const NAME: &'static str = "extract_questions";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        request(Self::id(), self.wording, self.text, self.context, ("questions", &["question", "answer"]))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<Questions> {
        let (members, cut_off) = list(reply, &["questions", "atomic_questions", "queries", "问题"])?;
        let mut found = Questions::default();
        for member in &members {
            match question(member) {
                Some(question) => found.questions.push(question),
                None => found.problems.push(format!("malformed question {member}").into()),
            }
        }
        some_read(&members, !found.questions.is_empty())?;
        if cut_off {
            found.problems.push("the list of questions is cut off".into());
        }
        Ok(found)
    }
}

fn question(member: &Value) -> Option<AnsweredQuestion> {
    let Value::Object(object) = member else {
        let question = member.as_str().map(str::trim).filter(|question| !question.is_empty())?;
        return Some(AnsweredQuestion { question: question.to_owned(), ..AnsweredQuestion::default() });
    };
    let (names, quote) = about(object);
    let question = text(object, &["question", "query", "问题", "问"])?;
    Some(AnsweredQuestion { question, answer: text(object, &["answer", "答案", "答"]), quote, names })
}

/// Reads the questions that a passage answers with a language model: one call a passage.
///
/// A question is a node of type `Question`, called by its words, with the fact `answer`, and edges `about` to
/// the things it names, which are nodes of type `Entity`. A question of a user is nearer to a question than
/// to a passage, so retrieval by them finds passages that say it in other words.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{Extractor, Passage, QuestionExtractor};
/// use kag_core::{Chunk, ContentHash, Document};
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let model = Scripted::new().on("extract_questions", [r#"{"questions": [{"question": "皇马成立于哪一年？",
///     "answer": "1902年", "quote": "成立于1902年", "names": ["皇马"]}]}"#]);
/// let document = Document::new("note:1", ContentHash::of("皇马，成立于1902年。"));
/// let chunk = Chunk::new(document.id, 0, 0, "皇马，成立于1902年。");
/// let found = QuestionExtractor::new(Arc::new(model)).extract(&Passage::new(&document, &chunk)).await?;
/// let predicates: Vec<_> = found.facts.iter().map(|fact| fact.predicate.as_str()).collect();
/// assert_eq!(predicates, ["answer", "about"]);
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct QuestionExtractor {
    model: Arc<dyn LanguageModel>,
    wording: Wording,
    version: String,
}

impl QuestionExtractor {
    /// The extractor that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, wording: ExtractQuestions::WORDING, version: String::new() }.named()
    }

    /// The same extractor with other words for [`ExtractQuestions`].
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self.named()
    }

    fn named(mut self) -> Self {
        let settings = ContentHash::of(self.wording.hash().to_string()).to_string();
        self.version = format!("questions 1 {} {}", self.model.id(), settings.get(..12).unwrap_or_default());
        self
    }
}

#[async_trait]
impl Extractor for QuestionExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let context = passage.context();
        let ask = ExtractQuestions { text: passage.text(), context: &context, wording: &self.wording };
        Ok(Estimate::of_call(&ask.render()?, passage.text()))
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let context = passage.context();
        let ask = ExtractQuestions { text: passage.text(), context: &context, wording: &self.wording };
        let Questions { questions, problems } = self.model.ask(&ask).await?;
        let mut found = Extraction { problems, ..Extraction::default() };
        for AnsweredQuestion { question, answer, quote, names } in questions {
            let mut entity = ExtractedEntity::new("Question", question);
            entity.quote = quote.or_else(|| answer.clone()).map(Into::into);
            let answer = answer.as_deref().map(|answer| ("answer", answer));
            add(&mut found, entity, answer.as_slice(), &names);
        }
        Ok(found)
    }
}
