//! Names of types, predicates and nodes.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

text_newtype! {
    /// The name of a type of node, such as `Person` or `SupplyChain.Company`.
    ///
    /// Compared byte for byte; aliases in another language belong to the schema.
    TypeName
}
text_newtype! {
    /// The name of a relation or property, such as `founded` or `效力于`.
    ///
    /// Compared byte for byte; aliases in another language belong to the schema.
    Predicate
}
text_newtype! {
    /// A name made comparable: NFKC, default case folding, white space collapsed.
    ///
    /// Accents, Kana, Hangul, Cyrillic and decimal points survive, so `São Paulo` and
    /// `Sao Paulo` have different keys while `ＲＥＡＬ　Madrid` and `real madrid` share one.
    NameKey
}

impl TypeName {
    /// The type called `name`.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }
}

impl Predicate {
    /// The predicate called `name`.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }
}

impl From<&str> for TypeName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<&str> for Predicate {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// `text` in NFKC with default case folding.
pub(crate) fn fold(text: &str) -> String {
    caseless::default_case_fold_str(&text.nfkc().collect::<String>()).nfkc().collect()
}

impl NameKey {
    /// The key of `name`. The key of a key is itself; a name without any visible
    /// character has the empty key.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let folded = fold(name);
        let mut key = String::with_capacity(folded.len());
        for word in folded.split_whitespace() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(word);
        }
        Self(key.into())
    }

    /// The key of `name` as older systems make it: everything but ASCII letters and
    /// digits becomes a space. Names in other scripts become empty, and `1.5` becomes
    /// `1 5`; it exists for comparisons with those systems only.
    #[must_use]
    pub fn ascii_only(name: &str) -> Self {
        let spaced: String =
            name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
        Self(spaced.trim().into())
    }

    /// Whether there is no visible character in the name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_key_however_it_is_typed() {
        for (left, right) in [
            ("ＲＥＡＬ　Madrid", "real  madrid "),
            ("皇家马德里", "\u{3000}皇家马德里\n"),
            ("Straße", "STRASSE"),
            ("Ångström", "A\u{30a}ngstro\u{308}m"),
            ("ｶﾀｶﾅ", "カタカナ"),
            ("ΟΔΟΣ", "οδος"),
        ] {
            assert_eq!(NameKey::of(left), NameKey::of(right), "{left} {right}");
        }
    }

    #[test]
    fn what_tells_names_apart_survives() {
        for (left, right) in [
            ("São Paulo", "Sao Paulo"),
            ("GPT-3.5", "GPT-35"),
            ("は", "ば"),
            ("북한", "남한"),
            ("C++", "C"),
            ("北京", ""),
        ] {
            assert_ne!(NameKey::of(left), NameKey::of(right), "{left} {right}");
        }
        assert!(NameKey::of(" \u{3000}\t").is_empty());
    }

    #[test]
    fn the_old_rule_keeps_ascii_only() {
        assert_eq!(NameKey::ascii_only("Version 1.5!").as_str(), "version 1 5");
        assert!(NameKey::ascii_only("北京").is_empty());
    }
}
