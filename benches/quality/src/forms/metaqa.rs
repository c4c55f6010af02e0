//! MetaQA: questions of one to three hops over facts on films. Each path is a logical form.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use kag::SolveOptions;
use serde::Deserialize;

use super::{
    facts::{Facts, Object},
    report::{Report, Verdict},
    run::{Rows, run},
};
use crate::Result;

#[derive(Deserialize)]
struct Question {
    question: String,
    topic_entity: String,
    /// The path: `movie_to_director_to_movie`.
    qtype: String,
    answers: Vec<String>,
    #[serde(default)]
    exact: bool,
}

/// What a path calls a kind of thing, the predicate that leads to it from a film, and its type.
const KINDS: [(&str, &str, &str); 9] = [
    ("actor", "starred actors", "Person"),
    ("director", "directed by", "Person"),
    ("writer", "written by", "Person"),
    ("genre", "has genre", "Genre"),
    ("language", "in language", "Language"),
    ("year", "release year", "Year"),
    ("tags", "has tags", "Tag"),
    ("imdbrating", "has imdb rating", "Rating"),
    ("imdbvotes", "has imdb votes", "Votes"),
];

/// Runs the paths of the questions in `directory` that are marked as exact: one report for
/// each number of hops.
pub(crate) async fn measure(directory: &Path) -> Result<Vec<Report>> {
    let text = fs::read_to_string(directory.join("kb.tsv"))?;
    let triples = text.lines().filter_map(|line| {
        let mut parts = line.split('\t');
        let (subject, predicate, object) = (parts.next()?, parts.next()?, parts.next()?);
        let (.., type_name) = KINDS.into_iter().find(|(_, known, _)| *known == predicate)?;
        Some((("Movie", subject), predicate, Object::Thing((type_name, object))))
    });
    let facts = Facts::of("metaqa", &BTreeMap::new(), triples).await?;
    let mut reports = Vec::new();
    for (hops, name) in [(1, "metaqa, 1 hop"), (2, "metaqa, 2 hops"), (3, "metaqa, 3 hops")] {
        let mut report = Report::new(name, "question");
        for file in files(directory, &format!("{hops}hop"))? {
            measure_file(&facts, &fs::read_to_string(file)?, &mut report).await?;
        }
        reports.push(report);
    }
    Ok(reports)
}

async fn measure_file(facts: &Facts, text: &str, report: &mut Report) -> Result<()> {
    let mut options = SolveOptions::default();
    options.link.threshold = 2.0;
    options.max_rows = usize::MAX;
    for line in text.lines() {
        let asked: Question = serde_json::from_str(line)?;
        if !asked.exact {
            continue;
        }
        let form = match form(facts, &asked) {
            Ok(form) => form,
            Err(why) => {
                report.add(&asked.question, &asked.qtype, Verdict::NotExpressible(why), None);
                continue;
            }
        };
        let gold: Rows = asked.answers.iter().map(|answer| vec![answer.clone()]).collect();
        let ran = run(&facts.snapshot, &form, &options).await?;
        let verdict = if ran.rows == gold { Verdict::Exact } else { Verdict::differs(&gold, &ran.rows) };
        report.add(&asked.question, &form, verdict, Some(ran.time));
    }
    Ok(())
}

/// The form that walks the path from the topic. A path that ends at things of the topic's
/// type looks for others than the topic.
fn form(facts: &Facts, asked: &Question) -> Result<String, String> {
    let kinds: Vec<&str> = asked.qtype.split("_to_").collect();
    let mut lines = Vec::new();
    for (at, pair) in kinds.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let start = match at {
            0 => facts.term("v0", (kind(from)?.1, &asked.topic_entity)),
            _ => format!("v{at}"),
        };
        let end = format!("v{}", at + 1);
        lines.push(match (*from, *to) {
            ("movie", to) => format!("Retrieval(s={start}, p=:`{}`, o={end})", kind(to)?.0),
            (from, "movie") => format!("Retrieval(s={end}:Movie, p=:`{}`, o={start})", kind(from)?.0),
            (from, to) => return Err(format!("no way from {from} to {to}")),
        });
    }
    let last = kinds.len().saturating_sub(1);
    if let (Some(first), Some(end)) = (kinds.first(), kinds.last())
        && last > 1
        && kind(first)?.1 == kind(end)?.1
    {
        lines.push(format!("Filter(v{last} != v0)"));
    }
    lines.push(format!("Output(v{last})"));
    Ok(lines.join("\n"))
}

/// The predicate that leads from a film to a kind of thing, and the thing's type.
fn kind(name: &str) -> Result<(&'static str, &'static str), String> {
    if name == "movie" {
        return Ok(("", "Movie"));
    }
    let found = KINDS.into_iter().find(|(kind, ..)| *kind == name);
    found.map(|(_, predicate, type_name)| (predicate, type_name)).ok_or_else(|| format!("nothing is a {name}"))
}

/// The files of `directory` whose name begins so, by name.
fn files(directory: &Path, beginning: &str) -> Result<BTreeSet<std::path::PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(beginning) && name.ends_with(".jsonl") {
            files.insert(path);
        }
    }
    Ok(files)
}
