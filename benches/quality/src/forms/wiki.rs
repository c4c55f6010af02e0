//! 2WikiMultiHopQA: the gold triples of all questions as one graph, and each question as the
//! form that its type and its triples make.

use std::{collections::BTreeMap, fs, path::Path};

use kag::{NameKey, SolveOptions, Value};
use serde::Deserialize;

use super::{
    facts::{Facts, Object, quoted},
    report::{Report, Verdict},
    run::{Rows, run},
};
use crate::Result;

/// A question with its type and gold triples.
#[derive(Deserialize)]
pub(crate) struct Question {
    pub(crate) question: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) answer: String,
    pub(crate) evidences: Vec<[String; 3]>,
}

/// What asks for the end of an order, as written in a question; the last one that occurs counts.
const LAST: [&str; 9] =
    ["later", "younger", "most recent", "more recent", "recently", "last", "latest", "youngest", "newer"];
const FIRST: [&str; 7] = ["first", "earlier", "older", "earliest", "oldest", "before", "sooner"];

/// Runs the forms of the questions in `directory`.
pub(crate) async fn measure(directory: &Path) -> Result<Report> {
    let text = fs::read_to_string(directory.join("questions.jsonl"))?;
    let questions = text.lines().map(serde_json::from_str).collect::<Result<Vec<Question>, _>>()?;
    let triples = questions.iter().flat_map(|question| &question.evidences).map(|[subject, predicate, object]| {
        let object = match Value::read(object) {
            Value::Text(_) => Object::Thing(("Thing", object.as_str())),
            value => Object::Value(value),
        };
        (("Thing", subject.as_str()), predicate.as_str(), object)
    });
    let facts = Facts::of("2wiki", &spellings(&questions), triples).await?;
    let mut options = SolveOptions::default();
    options.link.threshold = 2.0;
    let mut report = Report::new("2wiki, gold triples", "question");
    for question in &questions {
        let form = match form(question) {
            Ok(form) => form,
            Err(why) => {
                report.add(&question.question, "", Verdict::NotExpressible(why), None);
                continue;
            }
        };
        let gold: Rows = [vec![said(&question.answer)]].into();
        let ran = run(&facts.snapshot, &form, &options).await?;
        let found: Rows = ran.rows.iter().map(|row| row.iter().map(|text| said(text)).collect()).collect();
        let verdict = if found == gold { Verdict::Exact } else { Verdict::differs(&gold, &found) };
        report.add(&question.question, &form, verdict, Some(ran.time));
    }
    Ok(report)
}

/// The form of a question: those of one chain of triples ask for its end; those of two compare
/// the ends.
pub(crate) fn form(question: &Question) -> Result<String, String> {
    let chains = chains(question);
    let predicates = |chain: &[&[String; 3]]| chain.iter().map(|triple| triple[1].clone()).collect::<Vec<_>>();
    match (question.kind.as_str(), chains.as_slice()) {
        ("compositional" | "inference", [chain]) => {
            let [start, ..] = chain.as_slice() else { return Err("no triples".to_owned()) };
            let mut lines = walk("a", &[start[0].as_str()], &predicates(chain));
            lines.push(format!("Output(a{})", chain.len()));
            Ok(lines.join("\n"))
        }
        ("comparison" | "bridge_comparison", [first, second]) if predicates(first) == predicates(second) => {
            let ([left, ..], [right, ..]) = (first.as_slice(), second.as_slice()) else {
                return Err("no triples".to_owned());
            };
            let names = [left[0].as_str(), right[0].as_str()];
            if matches!(question.answer.as_str(), "yes" | "no") {
                return Ok(alike(names, &predicates(first)));
            }
            let direction = direction(&question.question).ok_or("no word says which end is asked for")?;
            let mut lines = walk("a", &names, &predicates(first));
            lines.push(format!("Sort(set=a0, orderby=a{}, direction={direction}, limit=1)", first.len()));
            lines.push("Output(a0)".to_owned());
            Ok(lines.join("\n"))
        }
        (kind, chains) => Err(format!("{kind} of {} chains that do not fit", chains.len())),
    }
}

/// The triples of a question in chains, as its type says how they hang together. A triple
/// goes on from the one whose object it names, else, where names are spelt in two ways, from
/// the one in its place.
fn chains(question: &Question) -> Vec<Vec<&[String; 3]>> {
    let triples: Vec<&[String; 3]> = question.evidences.iter().collect();
    match (question.kind.as_str(), triples.as_slice()) {
        ("compositional" | "inference", all) => vec![all.to_vec()],
        ("bridge_comparison", [first, second, third, fourth]) => {
            let crossed = third[0] == second[2] || fourth[0] == first[2];
            let (third, fourth) = if crossed && first[2] != second[2] { (fourth, third) } else { (third, fourth) };
            vec![vec![*first, *third], vec![*second, *fourth]]
        }
        (_, all) => all.iter().map(|triple| vec![*triple]).collect(),
    }
}

/// The names under which triples go on from others that call the same thing otherwise.
fn spellings(questions: &[Question]) -> BTreeMap<&str, &str> {
    let mut same = BTreeMap::new();
    for chain in questions.iter().flat_map(chains) {
        for pair in chain.windows(2) {
            if let [before, after] = pair
                && before[2] != after[0]
            {
                same.insert(after[0].as_str(), before[2].as_str());
            }
        }
    }
    same
}

/// The retrievals along `chain` from things of these names: `a0`, then `a1` and so on.
fn walk(letter: &str, names: &[&str], chain: &[String]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let step = |(at, predicate): (usize, &String)| {
        let start = match at {
            0 => format!("{letter}0:Thing[{}]", names.join("|")),
            _ => format!("{letter}{at}"),
        };
        format!("Retrieval(s={start}, p=:{}, o={letter}{})", quoted(predicate), at + 1)
    };
    chain.iter().enumerate().map(step).collect()
}

/// Whether two things have an end in common.
fn alike([left, right]: [&str; 2], chain: &[String]) -> String {
    let mut lines = walk("a", &[left], chain);
    lines.extend(walk("b", &[right], chain));
    let end = chain.len();
    lines.push(format!("Math(count(intersection(a{end}, b{end})) > 0)->same"));
    lines.push("Output(same)".to_owned());
    lines.join("\n")
}

fn direction(question: &str) -> Option<&'static str> {
    let question = question.to_lowercase();
    let words: Vec<&str> = question.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let text = format!(" {} ", words.join(" "));
    let place = |names: &[&str]| names.iter().filter_map(|name| text.rfind(&format!(" {name} "))).max();
    match (place(&FIRST), place(&LAST)) {
        (None, None) => None,
        (first, last) => Some(if first > last { "min" } else { "max" }),
    }
}

/// An answer in one form: dates as they sort, truth as yes and no, names by their key.
fn said(text: &str) -> String {
    match text {
        "true" => "yes".to_owned(),
        "false" => "no".to_owned(),
        text => match Value::read(text) {
            Value::Text(text) => NameKey::of(&text).as_str().to_owned(),
            value => value.to_string(),
        },
    }
}
