//! Ids: 128-bit hashes of what identifies a thing.
//!
//! Any worker anywhere derives the same id from the same source, so every write is
//! idempotent and no id is ever handed out by a counter. The hash is BLAKE3 (cut to 128
//! bits) over a domain word and length-prefixed parts, so that no two kinds of thing and
//! no two ways of cutting a text into parts share an id.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, NameKey, Predicate, TypeName, Value};

/// A hash over `domain` and `parts`, each prefixed with its length.
fn hash(domain: &str, parts: &[&[u8]]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    for part in std::iter::once(&domain.as_bytes()).chain(parts) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut first = [0; 16];
    hasher.finalize_xof().fill(&mut first);
    u128::from_be_bytes(first)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The id with exactly these bits, as read back from a store.
            #[must_use]
            pub const fn from_u128(bits: u128) -> Self {
                Self(bits)
            }

            /// The bits.
            #[must_use]
            pub const fn to_u128(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(Error::invalid("id.parse", "an id is 32 hexadecimal digits").with("text", text));
                }
                u128::from_str_radix(text, 16)
                    .map(Self)
                    .map_err(|error| Error::invalid("id.parse", "not hexadecimal").because(error))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id! {
    /// Identifies a document: the hash of its source URI.
    DocumentId
}
id! {
    /// Identifies a chunk: 96 bits of its document's id, then its 32-bit ordinal, so that
    /// the chunks of a document are adjacent and in reading order.
    ChunkId
}
id! {
    /// Identifies a node: the hash of its type and normalised name, or of its type and key
    /// columns for mapped rows.
    NodeId
}
id! {
    /// Identifies a fact: the hash of its subject, predicate, object and qualifiers.
    FactId
}
id! {
    /// The hash of a text or of bytes; equal content has equal hashes.
    ContentHash
}

impl DocumentId {
    /// The id of the document found at `uri`, byte for byte as given.
    #[must_use]
    pub fn of(uri: &str) -> Self {
        Self(hash("document", &[uri.as_bytes()]))
    }
}

impl ChunkId {
    /// The id of the chunk number `ordinal` (from 0, in reading order) of `document`.
    #[must_use]
    pub const fn new(document: DocumentId, ordinal: u32) -> Self {
        Self((document.0 & !(u32::MAX as u128)) | ordinal as u128)
    }

    /// The place of this chunk within its document, from 0.
    #[must_use]
    pub const fn ordinal(self) -> u32 {
        (self.0 & u32::MAX as u128) as u32
    }
}

impl NodeId {
    /// The id of the node of `type_name` whose normalised name is `key`.
    #[must_use]
    pub fn named(type_name: &TypeName, key: &NameKey) -> Self {
        Self(hash("node.name", &[type_name.as_str().as_bytes(), key.as_str().as_bytes()]))
    }

    /// The id of the node of `type_name` whose key columns hold `key`, byte for byte.
    #[must_use]
    pub fn keyed(type_name: &TypeName, key: &[&str]) -> Self {
        let mut parts = vec![type_name.as_str().as_bytes()];
        parts.extend(key.iter().map(|column| column.as_bytes()));
        Self(hash("node.key", &parts))
    }
}

impl FactId {
    pub(crate) fn of<'a>(
        subject: NodeId,
        predicate: &Predicate,
        object: &Value,
        qualifiers: impl Iterator<Item = (&'a str, &'a Value)>,
    ) -> Self {
        let mut bytes = object.canonical_bytes();
        for (name, value) in qualifiers {
            bytes.extend((name.len() as u64).to_le_bytes());
            bytes.extend(name.as_bytes());
            bytes.extend(value.canonical_bytes());
        }
        Self(hash("fact", &[&subject.0.to_le_bytes(), predicate.as_str().as_bytes(), &bytes]))
    }
}

impl ContentHash {
    /// The hash of `content`.
    #[must_use]
    pub fn of(content: impl AsRef<[u8]>) -> Self {
        Self(hash("content", &[content.as_ref()]))
    }

    /// The hash of several parts, cut as given: `["ab", "c"]` and `["a", "bc"]` differ.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        Self(hash("parts", parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_of_a_document_are_adjacent_and_ordered() {
        let document = DocumentId::of("file:a.txt");
        let (first, second) = (ChunkId::new(document, 0), ChunkId::new(document, 1));
        assert_eq!(first.to_u128() + 1, second.to_u128());
        assert_eq!(second.ordinal(), 1);
    }

    #[test]
    fn ids_print_and_parse() {
        let id = DocumentId::of("file:a.txt");
        assert_eq!(id.to_string().parse::<DocumentId>().unwrap(), id);
        for wrong in ["", "+0000000000000000000000000000001", "g", "0123"] {
            assert!(wrong.parse::<DocumentId>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn how_parts_are_cut_matters() {
        assert_ne!(ContentHash::of_parts(&[b"ab", b"c"]), ContentHash::of_parts(&[b"a", b"bc"]));
    }
}
