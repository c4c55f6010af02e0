//! The rows of one contribution.

use kag_core::{Error, NameKey, Result};

use super::{
    Prepared,
    key::{Number, bytes, hash_of, key, span_bytes},
};
use crate::codec::{Writer, seal};

/// The rows that a contribution has in each table; a function of it and of its document's number.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) documents: Vec<([u8; 16], Vec<u8>)>,
    pub(crate) chunks: Vec<([u8; 16], Vec<u8>)>,
    pub(crate) failures: Vec<([u8; 16], Vec<u8>)>,
    pub(crate) nodes: Vec<([u8; 20], Vec<u8>)>,
    pub(crate) facts: Vec<([u8; 20], Vec<u8>)>,
    pub(crate) mentions_in: Vec<[u8; 41]>,
    pub(crate) mentions_of: Vec<[u8; 41]>,
    pub(crate) node_documents: Vec<[u8; 20]>,
    pub(crate) fact_documents: Vec<[u8; 20]>,
    pub(crate) outgoing: Vec<[u8; 36]>,
    pub(crate) incoming: Vec<[u8; 36]>,
    pub(crate) predicates: Vec<[u8; 28]>,
    pub(crate) names: Vec<[u8; 28]>,
    pub(crate) types: Vec<[u8; 28]>,
    pub(crate) document_vectors: Vec<([u8; 20], [u8; 16])>,
    pub(crate) vector_documents: Vec<[u8; 36]>,
    pub(crate) vectors: Vec<([u8; 32], Vec<u8>)>,
}

/// The rows of `prepared` as document number `number`.
///
/// # Errors
/// [`InvalidInput`](kag_core::ErrorKind::InvalidInput) for a mention beyond the first four
/// gigabytes of a chunk.
pub(crate) fn rows_of(prepared: &Prepared, number: Number) -> Result<Rows> {
    let mut rows = Rows::default();
    rows.add_document(prepared, number);
    rows.add_nodes(prepared, number);
    rows.add_facts(prepared, number);
    rows.add_vectors(prepared, number);
    rows.add_mentions(prepared)?;
    rows.sort();
    Ok(rows)
}

impl Rows {
    fn add_document(&mut self, prepared: &Prepared, number: Number) {
        let contribution = &prepared.contribution;
        let id = bytes(contribution.document().id.to_u128());
        let mut record = Writer::default();
        record.raw(&number.bytes());
        record.id(prepared.digest.to_u128());
        record.raw(&prepared.document);
        self.documents.push((id, seal(&id, record.into_bytes())));
        for (chunk, record) in contribution.chunks().iter().zip(&prepared.chunks) {
            let id = bytes(chunk.id.to_u128());
            self.chunks.push((id, seal(&id, record.clone())));
        }
        for failure in contribution.failures() {
            let id = bytes(failure.chunk.to_u128());
            self.failures.push((id, seal(&id, failure.reason.as_bytes().to_vec())));
        }
    }

    fn add_nodes(&mut self, prepared: &Prepared, number: Number) {
        let number = number.bytes();
        for (entry, record) in prepared.contribution.nodes().iter().zip(&prepared.nodes) {
            let node = bytes(entry.id.to_u128());
            let id = key(&[&number, &node]);
            self.nodes.push((id, seal(&id, record.clone())));
            self.node_documents.push(key(&[&node, &number]));
            self.types.push(key(&[&hash_of(entry.type_name.as_str()), &node, &number]));
            for name in entry.names.keys().chain(&entry.aliases) {
                self.names.push(key(&[&hash_of(NameKey::of(name).as_str()), &node, &number]));
            }
        }
        // Several spellings may have one key.
        self.names.sort_unstable();
        self.names.dedup();
    }

    fn add_facts(&mut self, prepared: &Prepared, number: Number) {
        let number = number.bytes();
        for (entry, record) in prepared.contribution.facts().iter().zip(&prepared.facts) {
            let fact = bytes(entry.id.to_u128());
            let id = key(&[&number, &fact]);
            self.facts.push((id, seal(&id, record.clone())));
            self.fact_documents.push(key(&[&fact, &number]));
            self.outgoing.push(key(&[&bytes(entry.fact.subject.to_u128()), &fact, &number]));
            if let Some(object) = entry.fact.object_node() {
                self.incoming.push(key(&[&bytes(object.to_u128()), &fact, &number]));
            }
            self.predicates.push(key(&[&hash_of(entry.fact.predicate.as_str()), &fact, &number]));
        }
    }

    fn add_vectors(&mut self, prepared: &Prepared, number: Number) {
        let number = number.bytes();
        for (brought, (version, vector)) in prepared.contribution.vectors().iter().zip(&prepared.vectors) {
            let (text, version) = (bytes(brought.text.to_u128()), bytes(version.to_u128()));
            self.document_vectors.push((key(&[&number, &text]), version));
            self.vector_documents.push(key(&[&text, &version, &number]));
            let id = key(&[&text, &version]);
            self.vectors.push((id, seal(&id, vector.clone())));
        }
    }

    fn add_mentions(&mut self, prepared: &Prepared) -> Result<()> {
        for mention in prepared.contribution.mentions() {
            let too_far = || Error::invalid("commit", "a mention lies too far into a chunk").with("node", mention.node);
            let span = span_bytes(mention.span).ok_or_else(too_far)?;
            let (node, chunk) = (bytes(mention.node.to_u128()), bytes(mention.chunk.to_u128()));
            self.mentions_of.push(key(&[&node, &chunk, &span]));
            self.mentions_in.push(key(&[&chunk, &node, &span]));
        }
        Ok(())
    }

    /// In the order of keys, so that a table is walked through once.
    fn sort(&mut self) {
        self.mentions_in.sort_unstable();
        self.outgoing.sort_unstable();
        self.incoming.sort_unstable();
        self.predicates.sort_unstable();
        self.types.sort_unstable();
    }
}
