//! Vocabularies in JSON Lines.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{ReadProblem, TypeName};
use serde_json::{Map, Value};

use super::{Dictionary, Term};

/// Which fields of a line hold what of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DictionaryFields {
    /// The name. Default `name`.
    pub name: Arc<str>,
    /// The aliases, in any of these fields: a list of texts, or of lists whose first member is the text,
    /// as ontologies write a synonym and its kind. Default `aliases` and `synonyms`.
    pub aliases: Vec<Arc<str>>,
    /// The type; a line may do without. Default `type`.
    pub type_name: Arc<str>,
    /// The type of lines without one. Default `Entity`.
    pub default_type: TypeName,
}

impl Default for DictionaryFields {
    fn default() -> Self {
        Self {
            name: "name".into(),
            aliases: vec!["aliases".into(), "synonyms".into()],
            type_name: "type".into(),
            default_type: "Entity".into(),
        }
    }
}

impl DictionaryFields {
    /// The same fields with the name in `field`.
    #[must_use]
    pub fn with_name(mut self, field: impl Into<Arc<str>>) -> Self {
        self.name = field.into();
        self
    }

    /// The same fields with the aliases in `fields`.
    #[must_use]
    pub fn with_aliases<F: Into<Arc<str>>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.aliases = fields.into_iter().map(Into::into).collect();
        self
    }

    /// The same fields with the type in `field`.
    #[must_use]
    pub fn with_type(mut self, field: impl Into<Arc<str>>) -> Self {
        self.type_name = field.into();
        self
    }

    /// The same fields, where a line without a type is of `type_name`.
    #[must_use]
    pub fn with_default_type(mut self, type_name: impl Into<TypeName>) -> Self {
        self.default_type = type_name.into();
        self
    }

    fn term(&self, line: &str) -> Result<Term, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
        let Value::Object(object) = value else { return Err("not a JSON object".to_owned()) };
        let name = text(&object, &self.name)?.ok_or_else(|| format!("field {:?} is missing", self.name))?;
        let type_name = text(&object, &self.type_name)?.map_or_else(|| self.default_type.clone(), TypeName::from);
        let aliases = self.aliases_of(&object)?;
        Ok(Term { type_name, name: name.into(), aliases })
    }

    fn aliases_of(&self, object: &Map<String, Value>) -> Result<BTreeSet<Arc<str>>, String> {
        let alias = |member: &Value| match member {
            Value::Array(parts) => parts.first().and_then(Value::as_str).map(Arc::from),
            other => other.as_str().map(Arc::from),
        };
        let mut aliases = BTreeSet::new();
        for field in &self.aliases {
            let members = match object.get(&**field) {
                None | Some(Value::Null) => continue,
                Some(Value::Array(members)) => members.iter().map(alias).collect::<Option<Vec<_>>>(),
                Some(_) => None,
            };
            aliases.extend(members.ok_or_else(|| format!("field {field:?} is not a list of texts"))?);
        }
        Ok(aliases)
    }
}

/// The text in `field`, trimmed; `None` where it is missing or blank.
fn text<'o>(object: &'o Map<String, Value>, field: &str) -> Result<Option<&'o str>, String> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err(format!("field {field:?} is not text")),
    }
}

impl Dictionary {
    /// The terms in `text`, one a line of JSON, and the lines that could not be read, in their order.
    /// Empty lines are passed over, and so are fields that are not asked for.
    ///
    /// ```
    /// use kag_builder::{Dictionary, DictionaryFields};
    ///
    /// let fields = DictionaryFields::default().with_default_type("Phenotype");
    /// let text = r#"{"id": 1, "name": "Short stature", "synonyms": [["Small stature", "EXACT"]]}
    /// {"id": 2}"#;
    /// let (dictionary, problems) = Dictionary::from_jsonl(text, &fields);
    /// assert_eq!(dictionary.len(), 1);
    /// assert_eq!((&*problems[0].place, &*problems[0].reason), ("line 2", "field \"name\" is missing"));
    /// ```
    #[must_use]
    pub fn from_jsonl(text: &str, fields: &DictionaryFields) -> (Self, Vec<ReadProblem>) {
        let (mut dictionary, mut problems) = (Self::new(), Vec::new());
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match fields.term(line) {
                Ok(term) => dictionary.add(term),
                Err(reason) => {
                    problems.push(ReadProblem { place: format!("line {number}").into(), reason: reason.into() });
                }
            }
        }
        (dictionary, problems)
    }
}
