//! What types and properties are called, in two languages.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Which language a schema is shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelLanguage {
    /// English labels.
    En,
    /// Chinese labels.
    Zh,
    /// Both, where they differ.
    #[default]
    Both,
}

/// What something is called besides its name, and what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The English label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<Arc<str>>,
    /// The Chinese label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<Arc<str>>,
    /// Other names that mean the same, in any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Arc<str>>,
    /// What it means, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
}

impl Labels {
    /// The labels in both languages.
    #[must_use]
    pub fn new(en: impl Into<Arc<str>>, zh: impl Into<Arc<str>>) -> Self {
        Self { en: Some(en.into()), zh: Some(zh.into()), ..Self::default() }
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Everything it is called, labels before aliases.
    pub fn all(&self) -> impl Iterator<Item = &Arc<str>> {
        self.en.iter().chain(&self.zh).chain(&self.aliases)
    }

    /// The labels to show in `language` beside `name`, without those equal to it. Where
    /// there is none in that language, there is none to show.
    pub(crate) fn shown<'l>(&'l self, name: &str, language: LabelLanguage) -> Vec<&'l str> {
        let (en, zh) = match language {
            LabelLanguage::En => (true, false),
            LabelLanguage::Zh => (false, true),
            LabelLanguage::Both => (true, true),
        };
        let mut shown: Vec<&str> = Vec::new();
        let wanted = [(en, &self.en), (zh, &self.zh)];
        for label in wanted.into_iter().filter(|(wanted, _)| *wanted).filter_map(|(_, label)| label.as_deref()) {
            if label != name && !shown.contains(&label) {
                shown.push(label);
            }
        }
        shown
    }
}

/// The methods with which a definition is given its labels.
macro_rules! labelled {
    ($what:ident) => {
        impl $what {
            /// The same definition with an English label.
            #[must_use]
            pub fn with_en(mut self, label: impl Into<std::sync::Arc<str>>) -> Self {
                self.labels.en = Some(label.into());
                self
            }

            /// The same definition with a Chinese label.
            #[must_use]
            pub fn with_zh(mut self, label: impl Into<std::sync::Arc<str>>) -> Self {
                self.labels.zh = Some(label.into());
                self
            }

            /// The same definition, also called `alias`.
            #[must_use]
            pub fn with_alias(mut self, alias: impl Into<std::sync::Arc<str>>) -> Self {
                self.labels.aliases.push(alias.into());
                self
            }

            /// The same definition with a sentence on what it means.
            #[must_use]
            pub fn with_description(mut self, description: impl Into<std::sync::Arc<str>>) -> Self {
                self.labels.description = Some(description.into());
                self
            }
        }
    };
}

pub(super) use labelled;
