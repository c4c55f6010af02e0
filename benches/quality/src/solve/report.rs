//! What became of the questions.

use std::{collections::BTreeMap, fmt, time::Duration};

use kag::{Answer, Outcome, logical::Plan, trace::StepTrace};
use serde::Serialize;

use super::{
    gold::Gold,
    missed::{Missed, Reading},
    oracle::said,
    score,
};
use crate::{arguments::Solve, dataset::Dataset};

/// What became of one question.
#[derive(Debug, Serialize)]
pub(crate) struct Asked {
    question: String,
    /// How its parts hang together, where the set says so.
    kind: String,
    gold: Vec<String>,
    said: String,
    exact: f64,
    f1: f64,
    outcome: &'static str,
    /// What was missing in the end.
    missing: Vec<String>,
    /// Why it is not right.
    missed: Option<Missed>,
    /// What the solver did, where it is not right.
    trace: Option<String>,
    /// What passages were asked.
    readings: Vec<Reading>,
    rounds: usize,
    calls: u64,
    /// Retrieval steps by the layer that answered them, of several the most trusted; `none`
    /// where none did.
    layers: BTreeMap<&'static str, usize>,
    /// Of the steps that the graph answered, how many it answered as gold.
    graph_right: usize,
    /// Microseconds, models not counted.
    micros: u64,
}

/// The record of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    version: &'static str,
    data: String,
    data_hash: String,
    embedder: String,
    parameters: Vec<String>,
    rounds: usize,
    questions: usize,
    em: f64,
    f1: f64,
    answered: usize,
    insufficient: usize,
    /// By type of question, where the set has types.
    kinds: BTreeMap<String, Kind>,
    /// Questions without a right answer, by what kept them from it.
    missed: BTreeMap<Missed, usize>,
    /// Questions by how many rounds were run.
    rounds_used: BTreeMap<usize, usize>,
    /// Calls of the model, all questions together.
    calls: u64,
    /// Retrieval steps by the layer that answered, in percent.
    layers: BTreeMap<&'static str, f64>,
    /// Steps that the graph answered as gold.
    graph_right: usize,
    p50_us: u64,
    each: Vec<Asked>,
}

/// The questions of one type.
#[derive(Debug, Default, Serialize)]
struct Kind {
    questions: usize,
    em: f64,
    insufficient: usize,
}

impl Asked {
    /// What `answer` makes of a question.
    pub(crate) fn of(
        gold: &Gold,
        answer: &Answer,
        readings: Vec<Reading>,
        calls: u64,
        beside_models: Duration,
    ) -> Self {
        let (outcome, said, missing) = match &answer.outcome {
            Outcome::Answered { sentences, .. } => {
                let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
                ("answered", texts.join(" "), Vec::new())
            }
            Outcome::Insufficient { missing, .. } => ("insufficient", String::new(), missing.clone()),
            _ => ("budget_spent", String::new(), Vec::new()),
        };
        let score::Match { exact, f1 } = score::best(&said, gold.answers.iter().map(String::as_str));
        let (mut layers, mut graph_right) = (BTreeMap::new(), 0);
        for round in &answer.trace.rounds {
            for step in round.steps.iter().filter(|step| is_retrieval(&round.plan, step)) {
                let first = step.layers.each().into_iter().find(|(_, count)| *count > 0);
                graph_right += usize::from(step.layers.information > 0 && is_gold(gold, &round.plan, step));
                *layers.entry(first.map_or("none", |(layer, _)| layer)).or_default() += 1;
            }
        }
        Self {
            question: gold.question.clone(),
            kind: gold.kind.clone(),
            gold: gold.answers.clone(),
            said,
            exact,
            f1,
            outcome,
            missing,
            missed: Some(Missed::of(gold, answer, &readings)).filter(|_| exact < 1.0),
            trace: (exact < 1.0).then(|| answer.trace.to_string()),
            readings,
            rounds: answer.trace.rounds.len(),
            calls,
            layers,
            graph_right,
            micros: u64::try_from(beside_models.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

/// Whether one of the objects that a step bound is the answer of a step of gold.
fn is_gold(gold: &Gold, plan: &Plan, step: &StepTrace) -> bool {
    let retrieval = plan.steps.get(step.step - 1).and_then(|step| step.op.as_retrieval());
    let object = retrieval.and_then(|retrieval| retrieval.object.var.as_ref());
    let found = object.and_then(|object| step.table.values(object).ok()).unwrap_or_default();
    let answers: Vec<&String> = gold.steps.iter().flat_map(|step| &step.answers).collect();
    found.iter().any(|cell| answers.iter().any(|answer| said(&cell.to_string(), answer)))
}

fn is_retrieval(plan: &Plan, step: &StepTrace) -> bool {
    plan.steps.get(step.step - 1).is_some_and(|step| step.op.as_retrieval().is_some())
}

impl Report {
    /// The figures of all questions together.
    pub(crate) fn of(
        dataset: &Dataset,
        embedder: &str,
        arguments: &Solve,
        parameters: Vec<String>,
        each: Vec<Asked>,
    ) -> Self {
        let count = |outcome: &str| each.iter().filter(|asked| asked.outcome == outcome).count();
        let mean = |of: fn(&Asked) -> f64| 100.0 * each.iter().map(of).sum::<f64>() / each.len().max(1) as f64;
        let mut rounds_used = BTreeMap::new();
        let mut steps: BTreeMap<&'static str, usize> = BTreeMap::new();
        for asked in &each {
            *rounds_used.entry(asked.rounds).or_default() += 1;
            asked.layers.iter().for_each(|(layer, count)| *steps.entry(layer).or_default() += count);
        }
        let all = steps.values().sum::<usize>().max(1) as f64;
        let mut times: Vec<u64> = each.iter().map(|asked| asked.micros).collect();
        times.sort_unstable();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            data: dataset.name.clone(),
            data_hash: dataset.hash.to_string(),
            embedder: embedder.to_owned(),
            parameters,
            rounds: arguments.rounds,
            questions: each.len(),
            em: mean(|asked| asked.exact),
            f1: mean(|asked| asked.f1),
            answered: count("answered"),
            insufficient: count("insufficient"),
            kinds: kinds(&each),
            missed: each.iter().filter_map(|asked| asked.missed).fold(BTreeMap::new(), |mut missed, why| {
                *missed.entry(why).or_default() += 1;
                missed
            }),
            rounds_used,
            calls: each.iter().map(|asked| asked.calls).sum(),
            layers: steps.into_iter().map(|(layer, count)| (layer, 100.0 * count as f64 / all)).collect(),
            graph_right: each.iter().map(|asked| asked.graph_right).sum(),
            p50_us: times.get(times.len() / 2).copied().unwrap_or_default(),
            each,
        }
    }
}

fn kinds(each: &[Asked]) -> BTreeMap<String, Kind> {
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    for asked in each.iter().filter(|asked| !asked.kind.is_empty()) {
        let kind = kinds.entry(asked.kind.clone()).or_default();
        kind.questions += 1;
        kind.em += 100.0 * asked.exact;
        kind.insufficient += usize::from(asked.outcome == "insufficient");
    }
    kinds.values_mut().for_each(|kind| kind.em /= kind.questions as f64);
    kinds
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data, questions, embedder, rounds, em, f1, answered, insufficient, calls, p50_us, .. } = self;
        writeln!(f, "{data}: {questions} questions, embedder {embedder}, at most {rounds} rounds")?;
        writeln!(f, "EM {em:.1}, F1 {f1:.1}; answered {answered}, insufficient {insufficient}")?;
        for (name, Kind { questions, em, insufficient }) in &self.kinds {
            writeln!(f, "  {name}: {questions} questions, EM {em:.1}, insufficient {insufficient}")?;
        }
        let missed = self.missed.iter().map(|(why, count)| format!("{why} {count}"));
        writeln!(f, "not right: {}", missed.collect::<Vec<_>>().join(", "))?;
        let used = self.rounds_used.iter().map(|(rounds, count)| format!("{count} in {rounds}"));
        writeln!(f, "rounds used: {}", used.collect::<Vec<_>>().join(", "))?;
        writeln!(f, "model calls: {calls}, {:.1} a question", *calls as f64 / (*questions).max(1) as f64)?;
        let layers = self.layers.iter().map(|(layer, share)| format!("{layer} {share:.1} %"));
        writeln!(f, "retrieval steps answered by: {}", layers.collect::<Vec<_>>().join(", "))?;
        let graph = self.each.iter().filter_map(|asked| asked.layers.get("information")).sum::<usize>();
        if graph > 0 {
            writeln!(f, "of {graph} steps that the graph answered, {} as gold", self.graph_right)?;
        }
        writeln!(f, "p50 beside the models: {:.1} ms", *p50_us as f64 / 1000.0)
    }
}
