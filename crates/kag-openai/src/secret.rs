//! Credentials that never show.

use std::{fmt, sync::Arc};

/// A credential: printed as `***`, never serialised, read by the transport alone.
///
/// ```
/// let key = kag_openai::Secret::new("sk-test-1234");
/// assert_eq!(format!("{key:?}"), "Secret(***)");
/// ```
#[derive(Clone)]
pub struct Secret(Arc<str>);

/// What stands where a secret stood.
const MASK: &str = "***";

/// Shorter values are no secret, and masking them would make messages unreadable.
const SHORTEST_SECRET: usize = 4;

impl Secret {
    /// A credential; white space around it, such as the line end of a key file, is dropped.
    #[must_use]
    pub fn new(value: impl AsRef<str>) -> Self {
        Self(Arc::from(value.as_ref().trim()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// `text` with every occurrence of this secret masked, as it is and as JSON may write it.
    pub(crate) fn masked(&self, text: String) -> String {
        if self.0.len() < SHORTEST_SECRET {
            return text;
        }
        let masked = text.replace(&*self.0, MASK);
        if self.0.contains('/') { masked.replace(&self.0.replace('/', r"\/"), MASK) } else { masked }
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MASK})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_occurrence_is_masked() {
        let key = Secret::from("sk-秘密-42\n");
        assert_eq!(key.masked("Bearer sk-秘密-42, 密钥sk-秘密-42无效".to_owned()), "Bearer ***, 密钥***无效");
        let slashed = Secret::from("ab/cd");
        assert_eq!(slashed.masked(r"ab/cd ab\/cd".to_owned()), "*** ***");
    }

    #[test]
    fn a_value_too_short_to_be_secret_does_not_garble_messages() {
        assert_eq!(Secret::from("a").masked("a bad day".to_owned()), "a bad day");
    }
}
