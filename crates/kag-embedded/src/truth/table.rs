//! The tables of the truth.

use redb::TableDefinition;

/// A table of sealed records under keys of `N` bytes.
pub(crate) type Records<const N: usize> = TableDefinition<'static, &'static [u8; N], &'static [u8]>;
/// A table of keys of `N` bytes that say all there is to say.
pub(crate) type Keys<const N: usize> = TableDefinition<'static, &'static [u8; N], ()>;

/// Settings of the store and the number of its last commit, sealed, by name.
pub(crate) const META: TableDefinition<'static, &'static str, &'static [u8]> = TableDefinition::new("meta");
/// Document -> its number, digest and record.
pub(crate) const DOCUMENTS: Records<16> = TableDefinition::new("documents");
/// Number -> document.
pub(crate) const NUMBERS: TableDefinition<'static, u32, &'static [u8; 16]> = TableDefinition::new("numbers");
/// Chunk -> its record.
pub(crate) const CHUNKS: Records<16> = TableDefinition::new("chunks");
/// Chunk -> why it could not be read.
pub(crate) const FAILURES: Records<16> = TableDefinition::new("failures");
/// Document, node -> what the one says of the other.
pub(crate) const NODES: Records<20> = TableDefinition::new("nodes");
/// Document, fact -> what the one says of the other.
pub(crate) const FACTS: Records<20> = TableDefinition::new("facts");
/// Chunk, node, span.
pub(crate) const MENTIONS_IN: Keys<41> = TableDefinition::new("mentions_in");
/// Node, chunk, span.
pub(crate) const MENTIONS_OF: Keys<41> = TableDefinition::new("mentions_of");
/// Node, document.
pub(crate) const NODE_DOCUMENTS: Keys<20> = TableDefinition::new("node_documents");
/// Fact, document.
pub(crate) const FACT_DOCUMENTS: Keys<20> = TableDefinition::new("fact_documents");
/// Subject, fact, document.
pub(crate) const OUTGOING: Keys<36> = TableDefinition::new("outgoing");
/// Object, fact, document.
pub(crate) const INCOMING: Keys<36> = TableDefinition::new("incoming");
/// Hash of a predicate, fact, document.
pub(crate) const PREDICATES: Keys<28> = TableDefinition::new("predicates");
/// Hash of a name's key, node, document.
pub(crate) const NAMES: Keys<28> = TableDefinition::new("names");
/// Hash of a type, node, document.
pub(crate) const TYPES: Keys<28> = TableDefinition::new("types");
/// Document, text -> which of the text's vectors it brings.
pub(crate) const DOCUMENT_VECTORS: TableDefinition<'static, &'static [u8; 20], &'static [u8; 16]> =
    TableDefinition::new("document_vectors");
/// Text, which of its vectors, document.
pub(crate) const VECTOR_DOCUMENTS: Keys<36> = TableDefinition::new("vector_documents");
/// Text, which of its vectors -> the vector.
pub(crate) const VECTORS: Records<32> = TableDefinition::new("vectors");
/// Name -> a text that the host keeps, sealed.
pub(crate) const SETTINGS: TableDefinition<'static, &'static str, &'static [u8]> = TableDefinition::new("settings");
/// Commit -> the records it touched.
pub(crate) const JOURNAL: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("journal");

/// Calls a macro with every table whose rows are functions of contributions and nothing else.
macro_rules! each_table {
    ($with:ident) => {
        $with! {
            DOCUMENTS NUMBERS CHUNKS FAILURES NODES FACTS MENTIONS_IN MENTIONS_OF NODE_DOCUMENTS FACT_DOCUMENTS
            OUTGOING INCOMING PREDICATES NAMES TYPES DOCUMENT_VECTORS VECTOR_DOCUMENTS VECTORS
        }
    };
}
pub(crate) use each_table;
