//! Questions to cited answers: logical forms, retrieval, reasoning, reflection and traces.

pub mod logical;
mod table;

pub use table::{BindingTable, Cell, Row, Support, TableError, Top};
