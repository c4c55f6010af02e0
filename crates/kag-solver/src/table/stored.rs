//! Tables in JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};

use super::{BindingTable, Row};
use crate::logical::Var;

impl Serialize for BindingTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut table = serializer.serialize_struct("BindingTable", 2)?;
        table.serialize_field("columns", &self.columns)?;
        table.serialize_field("rows", &self.rows)?;
        table.end()
    }
}

impl<'de> Deserialize<'de> for BindingTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Stored {
            columns: Vec<Var>,
            rows: Vec<Row>,
        }

        let stored = Stored::deserialize(deserializer)?;
        let mut table = Self::new(stored.columns);
        for row in stored.rows {
            table.push(row).map_err(de::Error::custom)?;
        }
        Ok(table)
    }
}
