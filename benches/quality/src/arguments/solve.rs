//! What `solve` is told.

use std::path::PathBuf;

use kag::PredicateLinkOptions;
use lexopt::prelude::*;
use serde::{Deserialize, Serialize};

use super::{EmbedderChoice, Part, USAGE, parse_part};
use crate::Result;

/// What is answered, by whom, and how.
#[derive(Debug)]
pub(crate) struct Solve {
    pub(crate) data: PathBuf,
    pub(crate) embedder: EmbedderChoice,
    pub(crate) json: Option<PathBuf>,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) rounds: usize,
    pub(crate) passages: usize,
    pub(crate) limit: usize,
    pub(crate) part: Part,
    pub(crate) link_predicates: Option<PredicateLinkOptions>,
    pub(crate) by: By,
}

/// Who answers.
#[derive(Debug)]
pub(crate) enum By {
    /// A model that knows every plan.
    Oracle,
    /// A model behind an address.
    Served(Served),
}

/// A model that is served, and how it is asked.
#[derive(Debug)]
pub(crate) struct Served {
    /// Where its API begins.
    pub(crate) url: String,
    /// What the server calls it.
    pub(crate) name: String,
    pub(crate) planner: PlannerChoice,
    /// The file that takes every call.
    pub(crate) record: Option<PathBuf>,
    /// Whether answers that the JSON file has are kept.
    pub(crate) resume: bool,
}

/// How the solver plans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlannerChoice {
    /// A whole plan at once.
    #[default]
    Whole,
    /// One step after the other.
    Steps,
    /// The question itself is the only step.
    Plain,
}

/// Reads the arguments of `solve`; `None` where help is asked for.
pub(super) fn parse(parser: &mut lexopt::Parser) -> Result<Option<Solve>> {
    let (mut data, mut embedder, mut json, mut cache) = (None, EmbedderChoice::Static, None, None);
    let (mut rounds, mut passages, mut limit, mut part) = (3, 5, usize::MAX, Part::default());
    let (mut oracle, mut url, mut name) = (false, None, "model".to_owned());
    let mut link_predicates = None;
    let (mut planner, mut record, mut resume) = (PlannerChoice::default(), None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("json") => json = Some(PathBuf::from(parser.value()?)),
            Long("cache") => cache = Some(PathBuf::from(parser.value()?)),
            Long("embedder") => embedder = EmbedderChoice::named(parser.value()?),
            Long("oracle") => oracle = true,
            Long("model") => url = Some(parser.value()?.string()?),
            Long("model-name") => name = parser.value()?.string()?,
            Long("planner") => planner = planner_named(&parser.value()?.string()?)?,
            Long("record") => record = Some(PathBuf::from(parser.value()?)),
            Long("resume") => resume = true,
            Long("rounds") => rounds = parser.value()?.parse()?,
            Long("passages") => passages = parser.value()?.parse()?,
            Long("limit") => limit = parser.value()?.parse()?,
            Long("questions") => part = parse_part(parser.value()?)?,
            Long("link-predicates") => link_predicates = Some(parse_link(&parser.value()?.string()?)?),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    let data = data.ok_or_else(|| format!("--data is missing\n\n{USAGE}"))?;
    let by = match (oracle, url) {
        (true, None) => By::Oracle,
        (false, Some(url)) => By::Served(Served { url, name, planner, record, resume }),
        _ => return Err(format!("which model answers? --oracle, or --model URL\n\n{USAGE}").into()),
    };
    if resume && json.is_none() {
        return Err(format!("--resume goes on with the file of --json\n\n{USAGE}").into());
    }
    Ok(Some(Solve { data, embedder, json, cache, rounds, passages, limit, part, link_predicates, by }))
}

/// `THRESHOLD,MARGIN`.
fn parse_link(given: &str) -> Result<PredicateLinkOptions> {
    let (threshold, margin) = given.split_once(',').ok_or_else(|| format!("not THRESHOLD,MARGIN: {given}"))?;
    Ok(PredicateLinkOptions::default().with_threshold(threshold.parse()?).with_margin(margin.parse()?))
}

fn planner_named(name: &str) -> Result<PlannerChoice> {
    match name {
        "whole" => Ok(PlannerChoice::Whole),
        "steps" => Ok(PlannerChoice::Steps),
        "plain" => Ok(PlannerChoice::Plain),
        _ => Err(format!("no such planner: {name}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Option<Solve>> {
        parse(&mut lexopt::Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn one_model_answers() {
        let Some(Solve { by: By::Served(served), passages: 4, part: Part::Even, .. }) =
            read("--data D --model http://127.0.0.1:1/v1 --passages 4 --planner steps --questions even").unwrap()
        else {
            panic!("no model")
        };
        assert_eq!((&*served.url, &*served.name), ("http://127.0.0.1:1/v1", "model"));
        assert_eq!(served.planner, PlannerChoice::Steps);
        assert!(matches!(read("--data D --oracle"), Ok(Some(Solve { by: By::Oracle, rounds: 3, .. }))));
        assert!(matches!(read("--help"), Ok(None)));
        for wrong in [
            "--data D",
            "--oracle",
            "--data D --oracle --model http://127.0.0.1:1/v1",
            "--data D --model http://127.0.0.1:1/v1 --planner best",
            "--data D --model http://127.0.0.1:1/v1 --resume",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
