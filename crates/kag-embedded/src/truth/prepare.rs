//! A contribution as it will be stored, made before anybody waits for it.

use std::sync::Arc;

use kag_core::{ContentHash, Contribution, Result};

use crate::codec::{Writer, write_chunk, write_document, write_fact_entry, write_media_type, write_node_entry};

/// A contribution with the stored form of its records.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) contribution: Arc<Contribution>,
    /// The stored form of the document, without number and digest.
    pub(crate) document: Vec<u8>,
    /// In the order of the contribution.
    pub(crate) chunks: Vec<Vec<u8>>,
    /// In the order of the contribution.
    pub(crate) nodes: Vec<Vec<u8>>,
    /// In the order of the contribution.
    pub(crate) facts: Vec<Vec<u8>>,
    /// In the order of the contribution; and which of the text's vectors it is.
    pub(crate) vectors: Vec<(ContentHash, Vec<u8>)>,
    /// The hash of all of it: contributions are equal when theirs are.
    pub(crate) digest: ContentHash,
}

impl Prepared {
    /// # Errors
    /// Where a value cannot be stored, naming the document.
    pub(crate) fn of(contribution: Arc<Contribution>) -> Result<Self> {
        Self::encode(&contribution).map_err(|error| error.with("document", &contribution.document().uri))
    }

    fn encode(contribution: &Arc<Contribution>) -> Result<Self> {
        let mut document = Writer::default();
        write_document(contribution.document(), &mut document);
        match contribution.space() {
            None => document.byte(0),
            Some(space) => {
                document.byte(1);
                document.text(&space.model);
                document.length(space.dim);
            }
        }
        write_media_type(contribution.document(), &mut document);
        let chunks = contribution.chunks().iter().map(|chunk| {
            let mut out = Writer::default();
            write_chunk(chunk, &mut out);
            out.into_bytes()
        });
        let nodes = contribution.nodes().iter().map(|entry| {
            let mut out = Writer::default();
            write_node_entry(entry, &mut out);
            out.into_bytes()
        });
        let facts = contribution.facts().iter().map(|entry| {
            let mut out = Writer::default();
            write_fact_entry(entry, &mut out)?;
            Ok(out.into_bytes())
        });
        let vectors = contribution.vectors().iter().map(|brought| {
            let bytes: Vec<u8> =
                brought.vector.as_slice().iter().flat_map(|part| part.to_bits().to_be_bytes()).collect();
            (ContentHash::of(&bytes), bytes)
        });
        let mut prepared = Self {
            document: document.into_bytes(),
            chunks: chunks.collect(),
            nodes: nodes.collect(),
            facts: facts.collect::<Result<_>>()?,
            vectors: vectors.collect(),
            digest: ContentHash::from_u128(0),
            contribution: Arc::clone(contribution),
        };
        prepared.digest = prepared.hash();
        Ok(prepared)
    }

    fn hash(&self) -> ContentHash {
        let contribution = &self.contribution;
        let mut keys = Writer::default();
        contribution.chunks().iter().for_each(|chunk| keys.id(chunk.id.to_u128()));
        contribution.nodes().iter().for_each(|entry| keys.id(entry.id.to_u128()));
        contribution.facts().iter().for_each(|entry| keys.id(entry.id.to_u128()));
        for mention in contribution.mentions() {
            keys.id(mention.node.to_u128());
            keys.id(mention.chunk.to_u128());
            keys.span(mention.span);
        }
        for failure in contribution.failures() {
            keys.id(failure.chunk.to_u128());
            keys.text(&failure.reason);
        }
        for (brought, (version, _)) in contribution.vectors().iter().zip(&self.vectors) {
            keys.id(brought.text.to_u128());
            keys.id(version.to_u128());
        }
        let keys = keys.into_bytes();
        let records = self.chunks.iter().chain(&self.nodes).chain(&self.facts).map(Vec::as_slice);
        let parts: Vec<&[u8]> = [self.document.as_slice(), &keys].into_iter().chain(records).collect();
        ContentHash::of_parts(&parts)
    }
}
