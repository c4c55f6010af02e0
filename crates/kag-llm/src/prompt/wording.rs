//! A prompt's wording in every language.

use kag_core::ContentHash;
use serde::Serialize;

use super::Template;
use crate::{Error, ErrorKind, Format, Language, PromptId, Request, Result};

/// The wording of a prompt in each [`Language`], and the JSON Schema of its reply if it has one.
///
/// ```
/// use kag_llm::{Language, PromptId, Template, Wording};
/// use serde_json::json;
///
/// const WORDING: Wording = Wording::from_static("# user\nDefine {{ x }}.", "# user\n解释{{ x }}。");
///
/// let ours = WORDING.with_template(Language::En, Template::new("# user\nWhat is {{ x }}?")?);
/// let id = PromptId::new("define", "1");
/// let request = ours.request(id, Language::En, json!({ "x": "isA" }))?;
/// assert_eq!(&*request.messages[0].text, "What is isA?");
/// # Ok::<(), kag_llm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    en: Template,
    zh: Template,
    schema: Option<&'static str>,
}

impl Wording {
    /// Wording that is part of the program, as a rule `include_str!`-ed from
    /// `prompts/NAME.en.md` and `prompts/NAME.zh.md`.
    #[must_use]
    pub const fn from_static(en: &'static str, zh: &'static str) -> Self {
        Self { en: Template::from_static(en), zh: Template::from_static(zh), schema: None }
    }

    /// Wording given by the host.
    #[must_use]
    pub fn new(en: Template, zh: Template) -> Self {
        let schema = None;
        Self { en, zh, schema }
    }

    /// The same wording for a reply in JSON of `schema`, a JSON Schema as text; each request
    /// then carries [`Format::Json`] under the prompt's name.
    #[must_use]
    pub const fn with_schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// The same wording with another template for `language`.
    #[must_use]
    pub fn with_template(mut self, language: Language, template: Template) -> Self {
        match language {
            Language::En => self.en = template,
            Language::Zh => self.zh = template,
        }
        self
    }

    /// The wording in `language`.
    #[must_use]
    pub const fn template(&self, language: Language) -> &Template {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    /// A hash of all of it, for fingerprints of pipelines.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash::of_parts(&[
            self.en.source().as_bytes(),
            self.zh.source().as_bytes(),
            self.schema.unwrap_or_default().as_bytes(),
        ])
    }

    /// The request of `prompt` in `language`, its holes filled from `values`.
    ///
    /// # Errors
    /// As [`Template::request`]; also when the schema is not JSON.
    pub fn request(&self, prompt: PromptId, language: Language, values: impl Serialize) -> Result<Request> {
        let name = prompt.name.clone();
        let request =
            self.template(language).request(prompt, values).map_err(|error| error.with("language", language))?;
        let Some(schema) = self.schema else {
            return Ok(request);
        };
        let schema = serde_json::from_str(schema).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "wording.request")
                .reason("the reply's schema is not JSON")
                .with("prompt", &name)
                .because(error)
        })?;
        Ok(request.with_format(Format::json(name, schema)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WORDING: Wording =
        Wording::from_static("# user\nHi {{ x }}", "# user\n你好 {{ x }}").with_schema(r#"{"type": "array"}"#);

    #[test]
    fn a_prompt_with_a_schema_asks_for_json_under_its_name() {
        let prompt = PromptId::new("greet", "1");
        let request = WORDING.request(prompt, Language::Zh, json!({"x": "世界"})).unwrap();
        assert_eq!(&*request.messages.first().unwrap().text, "你好 世界");
        assert_eq!(request.format, Format::json("greet", json!({"type": "array"})));
    }

    #[test]
    fn a_replaced_template_changes_the_hash() {
        let other = WORDING.with_template(Language::En, Template::new("# user\nHi!").unwrap());
        assert_ne!(other.hash(), WORDING.hash());
        assert_eq!(other.template(Language::Zh), WORDING.template(Language::Zh));
    }
}
