//! The tables of US geography as a graph: each row is mapped by the library's own mapping.

use std::{collections::BTreeMap, fmt::Write as _};

use kag::{
    BuildPipeline, Cast, Column, KnowledgeBase, LengthSplitter, MemoryKnowledgeBase, MentionExtractor, Scope, Snapshot,
    Source, TableMapping, TextReader,
};

use super::sqlite::Table;
use crate::Result;

/// What the tables say: things with properties, joined by `inState`, `traverses`, `borders`.
///
/// The heights in `highlow` are texts in SQLite, and are kept so, for the answers compare
/// them as texts.
fn mappings() -> Vec<(&'static str, TableMapping)> {
    let property = |name: &'static str, column: &'static str| Column::property(name, column);
    let text = |name: &'static str, column: &'static str| Column::property(name, column).with_cast(Cast::Text);
    let in_state = || Column::relation("inState", "state_name", "State");
    vec![
        (
            "state",
            TableMapping::new("state", "State", "state_name")
                .with(text("stateName", "state_name"))
                .with(text("country", "country_name"))
                .with(property("population", "population"))
                .with(property("area", "area"))
                .with(text("capital", "capital"))
                .with(property("density", "density")),
        ),
        (
            "city",
            TableMapping::new("city", "City", "city_name")
                .with_key(["city_name", "state_name"])
                .with(text("cityName", "city_name"))
                .with(text("country", "country_name"))
                .with(property("population", "population"))
                .with(in_state()),
        ),
        (
            "river",
            TableMapping::new("river", "River", "river_name")
                .with(text("riverName", "river_name"))
                .with(text("country", "country_name"))
                .with(property("length", "length"))
                .with(Column::relation("traverses", "traverse", "State")),
        ),
        (
            "mountain",
            TableMapping::new("mountain", "Mountain", "mountain_name")
                .with(text("mountainName", "mountain_name"))
                .with(text("country", "country_name"))
                .with(property("altitude", "mountain_altitude"))
                .with(in_state()),
        ),
        (
            "lake",
            TableMapping::new("lake", "Lake", "lake_name")
                .with(text("lakeName", "lake_name"))
                .with(text("country", "country_name"))
                .with(property("area", "area"))
                .with(in_state()),
        ),
        (
            "border_info",
            TableMapping::new("border_info", "State", "state_name")
                .with(Column::relation("borders", "border", "State")),
        ),
        (
            "highlow",
            TableMapping::new("highlow", "State", "state_name")
                .with(text("highestPoint", "highest_point"))
                .with(text("highestElevation", "highest_elevation"))
                .with(text("lowestPoint", "lowest_point"))
                .with(text("lowestElevation", "lowest_elevation")),
        ),
    ]
}

/// The graph of `tables`.
pub(super) async fn load(tables: &BTreeMap<String, Table>) -> Result<Snapshot> {
    let base = MemoryKnowledgeBase::new();
    let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(1000), MentionExtractor::new());
    for (name, mapping) in mappings() {
        let table = tables.get(name).ok_or_else(|| format!("the file has no table {name}"))?;
        let source = Source::new(format!("geography/{name}.csv"), csv(table).into_bytes());
        pipeline.import(&base, &mapping, &source).await?;
    }
    Ok(base.snapshot(&Scope::All).await?)
}

fn csv(table: &Table) -> String {
    let mut out = String::new();
    for row in std::iter::once(&table.columns).chain(&table.rows) {
        for (at, cell) in row.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // Writing to a string cannot fail.
            let _ = write!(out, "{comma}\"{}\"", cell.replace('"', "\"\""));
        }
        out.push('\n');
    }
    out
}
