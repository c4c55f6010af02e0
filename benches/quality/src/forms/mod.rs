//! Questions whose way to the answer is known, run as logical forms over a graph without a
//! model: whether the executor finds what the data say, and how fast.

mod facts;
mod geoquery;
mod metaqa;
mod report;
mod run;
pub(crate) mod wiki;

use std::{fs, path::PathBuf};

use report::Report;

use crate::Result;

/// Which questions are run, and where the report goes.
#[derive(Debug)]
pub(crate) struct Forms {
    pub(crate) set: Set,
    pub(crate) data: PathBuf,
    /// Every question with its form and what became of it.
    pub(crate) json: Option<PathBuf>,
}

/// A set of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// US geography, with SQL.
    GeoQuery,
    /// Films, with paths.
    MetaQa,
    /// 2WikiMultiHopQA, with triples.
    Wiki,
}

/// Runs the forms of a set and prints the figures and all that is not exact.
pub(crate) async fn run(arguments: &Forms) -> Result<()> {
    let reports: Vec<Report> = match arguments.set {
        Set::GeoQuery => vec![geoquery::measure(&arguments.data).await?],
        Set::MetaQa => metaqa::measure(&arguments.data).await?,
        Set::Wiki => vec![wiki::measure(&arguments.data).await?],
    };
    for report in &reports {
        print!("{}", report.text());
    }
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&reports)?)?;
    }
    Ok(())
}
