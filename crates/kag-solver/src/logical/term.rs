//! The subject or object of a retrieval.

use std::sync::Arc;

use kag_core::TypeName;
use serde::{Deserialize, Serialize};

use super::{Place, Var};

/// The subject or object of a [`Retrieval`](super::Retrieval): what is known of a node or
/// value before it is looked for, and the name it is bound to.
///
/// `s1:Person|Coach[C罗]` is a person or coach called C罗, bound to `s1`. Everything may be
/// missing: the default term stands for anything and binds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The variable it is bound to; `None` binds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub var: Option<Var>,
    /// The types it may have, as written (names or aliases); none means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<TypeName>,
    /// The names it may have, one of them; none means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Constant>,
    /// The ids it may have, one of them, as the host writes ids; none means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Arc<str>>,
    /// Where it was read.
    #[serde(skip)]
    pub place: Place,
}

/// What names a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constant {
    /// One name: `[C罗]`.
    Name(Arc<str>),
    /// Several texts that name it together, as the key columns of a mapped row do:
    /// `` [`营业收入`,`2018`] ``. Never fewer than two when read.
    Key(Vec<Arc<str>>),
}

impl Term {
    /// The term that only binds `var`, or refers to it where it is bound already.
    #[must_use]
    pub fn var(var: Var) -> Self {
        Self { var: Some(var), ..Self::default() }
    }

    /// The same term with one more type it may have.
    #[must_use]
    pub fn with_type(mut self, name: impl Into<TypeName>) -> Self {
        self.types.push(name.into());
        self
    }

    /// The same term with one more name it may have.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.names.push(Constant::Name(name.into()));
        self
    }

    /// Whether nothing is known of it but its variable: then it refers to what is bound
    /// already, or stands for anything.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.types.is_empty() && !self.is_constant()
    }

    /// Whether it is named or has an id, so that it can be looked up.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        !self.names.is_empty() || !self.ids.is_empty()
    }
}

impl Constant {
    /// The name, or the parts of the key joined by `, `, for people and for text search.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Name(name) => name.to_string(),
            Self::Key(parts) => parts.join(", "),
        }
    }
}
