//! Names of variables.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};

/// The name of a variable, such as `s1`, `math2` or `球队`.
///
/// A letter of any script or `_`, then letters, digits and `_`; at most
/// [`Var::MAX_BYTES`] bytes. Compared byte for byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Var(Arc<str>);

impl Var {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 128;

    /// The variable called `name`, or `None` where that is not a name.
    ///
    /// ```
    /// use kag_solver::logical::Var;
    ///
    /// assert_eq!(Var::new("o1").unwrap().as_str(), "o1");
    /// assert!(Var::new("成立年份").is_some());
    /// assert!(Var::new("1o").is_none() && Var::new("o 1").is_none() && Var::new("").is_none());
    /// ```
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let mut chars = name.chars();
        let begins = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        (begins && name.len() <= Self::MAX_BYTES && chars.all(|c| c.is_alphanumeric() || c == '_'))
            .then(|| Self(name.into()))
    }

    /// The name that the result of step `number` (from 1) has where nobody named it:
    /// `step3`.
    #[must_use]
    pub fn of_step(number: usize) -> Self {
        Self(format!("step{number}").into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Borrow<str> for Var {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Var {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::new(&name).ok_or_else(|| de::Error::custom(format_args!("{name:?} is not a variable name")))
    }
}
