//! The command line.

mod solve;

use std::{ffi::OsString, path::PathBuf};

use kag::HybridOptions;
use lexopt::prelude::*;
use serde::Serialize;

use crate::{
    Result,
    forms::{Forms, Set},
    index::Place,
    scale::{Phase, Scale},
};

pub(crate) use solve::{By, PlannerChoice, Served, Solve};

/// What the program says of itself.
pub(crate) const USAGE: &str = "\
usage: kag-quality retrieval --data DIR --embedder static|none|DIR [--json FILE] [--store DIR | --memory]
                             [--plan gold] [--questions even|odd] [--hybrid FIELD=NUMBER]...
       kag-quality ablation --data DIR --embedder static|none|DIR [--json FILE] [--questions even|odd]
       kag-quality align --names FILE --embedder static|none|DIR [--json FILE]
       kag-quality resolve --pairs FILE [--json FILE]
       kag-quality solve --data DIR --oracle [--rounds N] [--passages N] [--limit N] [--json FILE]
                         [--embedder static|none|DIR] [--cache DIR] [--questions even|odd]
                         [--link-predicates THRESHOLD,MARGIN]
       kag-quality solve --data DIR --model URL [--model-name NAME] [--planner whole|steps|plain]
                         [--record FILE] [--resume] and what --oracle takes
       kag-quality scale --chunks N [--json FILE] [--store DIR]
       kag-quality geoquery|metaqa|2wiki --data DIR [--json FILE]

DIR of --data holds passages.jsonl (id, title, text; entities and triples where they were
recorded) and questions.jsonl (id, question, gold_passage_ids). --embedder is `static` for the
table that ships with the library, `none` for words and graph alone, or the directory of a
BERT-family sentence model. --cache DIR keeps its vectors between runs. The index is a durable
store, in a directory that is removed in the end; --store DIR keeps it there, and --memory keeps
it in memory only. --plan gold asks the gold sub-questions, each with the gold answers of those
before it. --questions even|odd takes every other question only, counted from 0.
--hybrid sets one of the weights of the hybrid, as lexical_alone=1.

`ablation` measures PageRank and the hybrid on the same data with each stage of alignment switched on,
and what one passage more costs. `align` measures how long it takes to align the names in a file, a line each.

`resolve` says of pairs of records (lines of left, right, match) which are of one thing.

`solve` answers the questions and counts exact matches, F1, calls and layers. --oracle is a model that
plans as the gold sub-questions or triples say and reads only what it is shown: the most that retrieval
and the solver allow. --rounds is how often it may ask on, --passages how many passages a step reads
at first, --limit how many questions are asked. --link-predicates lets the graph answer under another
predicate that is so much like the plan's, and more than the next one. --model is a server
that speaks OpenAI's protocol: its model answers each question twice, from the best passages by meaning in
one prompt and through the solver, and both are counted. --planner is how the solver plans: a whole plan at
once, step after step, or not at all. Each answer goes into the file of --json as it comes; --resume keeps
those that are there and asks the others, and those that failed. --record FILE takes every call with its reply.

`scale` fills a durable store with N generated chunks, N nodes and 14 N facts, and measures it.
--store DIR keeps it there.

`geoquery` compiles the SQL of its questions to logical forms, `metaqa` their paths, `2wiki` their
types and gold triples. The forms run over a graph of the data, without a model; all that is not
exact is printed. --json FILE takes every question with its form.";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    /// Measure recall.
    Retrieval(Retrieval),
    /// Measure what each stage of alignment brings.
    Ablation(Ablation),
    /// Measure how long it takes to align names.
    Names(Names),
    /// Measure which records are held to be one thing.
    Resolve(Resolve),
    /// Answer questions.
    Solve(Solve),
    /// Measure the durable store.
    Scale(Scale),
    /// Run logical forms over a graph.
    Forms(Forms),
    /// Say how the program is used.
    Help,
}

/// What recall is measured on, and with.
#[derive(Debug)]
pub(crate) struct Retrieval {
    pub(crate) data: PathBuf,
    pub(crate) embedder: EmbedderChoice,
    pub(crate) json: Option<PathBuf>,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) place: Place,
    pub(crate) plan: Plan,
    pub(crate) part: Part,
    pub(crate) hybrid: HybridOptions,
}

/// What alignment is measured on, and with.
#[derive(Debug)]
pub(crate) struct Ablation {
    pub(crate) data: PathBuf,
    pub(crate) embedder: EmbedderChoice,
    pub(crate) json: Option<PathBuf>,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) part: Part,
}

/// Which names are aligned.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) names: PathBuf,
    pub(crate) embedder: EmbedderChoice,
    pub(crate) json: Option<PathBuf>,
    pub(crate) cache: Option<PathBuf>,
}

/// What is asked for one question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Plan {
    /// The question itself.
    #[default]
    Single,
    /// Its gold sub-questions, with gold answers put in.
    Gold,
}

/// Which questions are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// All of them.
    #[default]
    All,
    /// The first, the third and so on.
    Even,
    /// The others.
    Odd,
}

/// Which pairs are judged.
#[derive(Debug)]
pub(crate) struct Resolve {
    pub(crate) pairs: PathBuf,
    pub(crate) json: Option<PathBuf>,
}

/// Which embedder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EmbedderChoice {
    /// None: words and graph alone.
    None,
    /// The table that ships with the library.
    Static,
    /// A sentence model in this directory.
    Directory(PathBuf),
}

impl EmbedderChoice {
    fn named(name: OsString) -> Self {
        match name {
            name if name == "none" => Self::None,
            name if name == "static" => Self::Static,
            directory => Self::Directory(directory.into()),
        }
    }
}

/// Reads the command line.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut parser = lexopt::Parser::from_iter(arguments);
    match parser.next()? {
        Some(Value(name)) if name == "retrieval" => {}
        Some(Value(name)) if name == "ablation" => return parse_ablation(&mut parser),
        Some(Value(name)) if name == "align" => return parse_names(&mut parser),
        Some(Value(name)) if name == "resolve" => return parse_resolve(&mut parser),
        Some(Value(name)) if name == "solve" => {
            return Ok(solve::parse(&mut parser)?.map_or(Command::Help, Command::Solve));
        }
        Some(Value(name)) if name == "scale" => return parse_scale(&mut parser),
        Some(Value(name)) if name == "geoquery" => return parse_forms(&mut parser, Set::GeoQuery),
        Some(Value(name)) if name == "metaqa" => return parse_forms(&mut parser, Set::MetaQa),
        Some(Value(name)) if name == "2wiki" => return parse_forms(&mut parser, Set::Wiki),
        Some(Long("help") | Short('h')) | None => return Ok(Command::Help),
        Some(other) => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
    }
    let (mut data, mut embedder, mut json, mut cache, mut place) = (None, EmbedderChoice::Static, None, None, None);
    let (mut plan, mut part, mut hybrid) = (Plan::default(), Part::default(), HybridOptions::default());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("json") => json = Some(PathBuf::from(parser.value()?)),
            Long("cache") => cache = Some(PathBuf::from(parser.value()?)),
            Long("store") => place = Some(Place::Store(parser.value()?.into())),
            Long("memory") => place = Some(Place::Memory),
            Long("plan") => {
                plan = match parser.value()? {
                    name if name == "gold" => Plan::Gold,
                    other => return Err(format!("no such plan: {}", other.display()).into()),
                }
            }
            Long("questions") => part = parse_part(parser.value()?)?,
            Long("embedder") => embedder = EmbedderChoice::named(parser.value()?),
            Long("hybrid") => set(&mut hybrid, &parser.value()?.string()?)?,
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    let data = data.ok_or_else(|| format!("--data is missing\n\n{USAGE}"))?;
    let place = place.unwrap_or_else(Place::scratch);
    Ok(Command::Retrieval(Retrieval { data, embedder, json, cache, place, plan, part, hybrid }))
}

/// Sets what `given` names, as `lexical_alone=1`.
fn set(options: &mut HybridOptions, given: &str) -> Result<()> {
    let (field, number) = given.split_once('=').ok_or_else(|| format!("not FIELD=NUMBER: {given}"))?;
    let number: f32 = number.parse()?;
    match field {
        "lexical" => options.lexical = number,
        "lexical_alone" => options.lexical_alone = number,
        "sharpness" => options.sharpness = number,
        "node_weight" => options.node_weight = number,
        "own_weight" => options.own_weight = number,
        "damping" => options.damping = f64::from(number),
        _ => return Err(format!("the hybrid has no weight called {field}").into()),
    }
    Ok(())
}

fn parse_part(name: OsString) -> Result<Part> {
    match name {
        name if name == "even" => Ok(Part::Even),
        name if name == "odd" => Ok(Part::Odd),
        other => Err(format!("no such part of the questions: {}", other.display()).into()),
    }
}

fn parse_ablation(parser: &mut lexopt::Parser) -> Result<Command> {
    let (mut data, mut json, mut cache) = (None, None, None);
    let (mut embedder, mut part) = (EmbedderChoice::Static, Part::default());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("json") => json = Some(PathBuf::from(parser.value()?)),
            Long("cache") => cache = Some(PathBuf::from(parser.value()?)),
            Long("questions") => part = parse_part(parser.value()?)?,
            Long("embedder") => embedder = EmbedderChoice::named(parser.value()?),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    let data = data.ok_or_else(|| format!("--data is missing\n\n{USAGE}"))?;
    Ok(Command::Ablation(Ablation { data, embedder, json, cache, part }))
}

fn parse_names(parser: &mut lexopt::Parser) -> Result<Command> {
    let (mut names, mut json, mut cache, mut embedder) = (None, None, None, EmbedderChoice::Static);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("names") => names = Some(PathBuf::from(parser.value()?)),
            Long("json") => json = Some(PathBuf::from(parser.value()?)),
            Long("cache") => cache = Some(PathBuf::from(parser.value()?)),
            Long("embedder") => embedder = EmbedderChoice::named(parser.value()?),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    let names = names.ok_or_else(|| format!("--names is missing\n\n{USAGE}"))?;
    Ok(Command::Names(Names { names, embedder, json, cache }))
}

fn parse_forms(parser: &mut lexopt::Parser, set: Set) -> Result<Command> {
    let (mut data, mut json) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("json") => json = Some(PathBuf::from(parser.value()?)),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    let data = data.ok_or_else(|| format!("--data is missing\n\n{USAGE}"))?;
    Ok(Command::Forms(Forms { set, data, json }))
}

fn parse_resolve(parser: &mut lexopt::Parser) -> Result<Command> {
    let (mut pairs, mut json) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("pairs") => pairs = Some(PathBuf::from(parser.value()?)),
            Long("json") => json = Some(PathBuf::from(parser.value()?)),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    let pairs = pairs.ok_or_else(|| format!("--pairs is missing\n\n{USAGE}"))?;
    Ok(Command::Resolve(Resolve { pairs, json }))
}

fn parse_scale(parser: &mut lexopt::Parser) -> Result<Command> {
    let mut scale = Scale { chunks: 10_000, json: None, phase: None, store: None };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("chunks") => scale.chunks = parser.value()?.parse()?,
            Long("json") => scale.json = Some(PathBuf::from(parser.value()?)),
            Long("store") => scale.store = Some(PathBuf::from(parser.value()?)),
            Long("phase") => {
                scale.phase = Some(match parser.value()? {
                    name if name == "load" => Phase::Load,
                    name if name == "ask" => Phase::Ask,
                    other => return Err(format!("no such phase: {}", other.display()).into()),
                });
            }
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
        }
    }
    Ok(Command::Scale(scale))
}
