//! GeoQuery: questions on US geography, with SQL and what it answers. Each query is compiled
//! to a logical form and run over the graph of the tables.

mod compile;
mod load;
mod scope;
mod shape;
mod sql;
mod sqlite;

use std::{fs, path::Path};

use kag::SolveOptions;
use serde::Deserialize;

use super::{
    report::{Report, Verdict},
    run::{Rows, run},
};
use crate::Result;

/// A question with its query and what that gave.
#[derive(Deserialize)]
struct Question {
    question: String,
    sql: String,
    /// Missing where the query failed.
    answer: Option<Vec<Vec<serde_json::Value>>>,
}

/// Compiles and runs the queries of `directory`.
pub(crate) async fn measure(directory: &Path) -> Result<Report> {
    let tables = sqlite::tables(&fs::read(directory.join("geography.sqlite"))?)?;
    let snapshot = load::load(&tables).await?;
    let mut options = SolveOptions::default();
    // A name that the tables do not have means nothing: it is not taken for one like it.
    options.link.threshold = 2.0;
    options.link.other_type = 0.0;
    let mut report = Report::new("geoquery", "question");
    for file in question_files(directory)? {
        for line in fs::read_to_string(file)?.lines().filter(|line| !line.trim().is_empty()) {
            let Question { question, sql, answer } = serde_json::from_str(line)?;
            let Some(answer) = answer else {
                report.add(&question, "", Verdict::NoGold, None);
                continue;
            };
            let form =
                match sql::parse(&sql).map_err(|error| error.to_string()).and_then(|query| compile::compile(&query)) {
                    Ok(form) => form,
                    Err(why) => {
                        report.add(&question, &sql, Verdict::NotExpressible(why), None);
                        continue;
                    }
                };
            let gold: Rows = answer.iter().map(|row| row.iter().map(text).collect()).collect();
            match run(&snapshot, &form, &options).await {
                Ok(ran) => {
                    let found: Rows =
                        ran.rows.iter().map(|row| row.iter().map(|text| number(text)).collect()).collect();
                    let verdict = if found == gold { Verdict::Exact } else { Verdict::differs(&gold, &found) };
                    report.add(&question, &form, verdict, Some(ran.time));
                }
                Err(error) => report.add(&question, &form, Verdict::Failed(chain(&*error)), None),
            }
        }
    }
    Ok(report)
}

/// The error and its causes in a line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The files of questions: every `questions*.jsonl`, by name.
fn question_files(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("questions") && name.ends_with(".jsonl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => number(text),
        serde_json::Value::Null => String::new(),
        other => number(&other.to_string()),
    }
}

/// A number in one form, to nine digits, which is what floats of SQLite and exact decimals
/// have in common; another text as it is.
fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => format!("{number:.8e}"),
        _ => text.to_owned(),
    }
}
