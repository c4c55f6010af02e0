//! The record of a comparison: written after every question, and gone on with.

use std::{
    fmt, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    Ways,
    asked::{Asked, Outcome, Side},
    bounded, figures,
    figures::Figures,
    solver,
};
use crate::{
    Result,
    arguments::{PlannerChoice, Served, Solve},
    dataset::Dataset,
    index::PARAMETERS,
    interval::bootstrap,
};

/// What is compared, with what: answers of one setup are not mixed with those of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) version: String,
    pub(super) data: String,
    pub(super) data_hash: String,
    pub(super) model: String,
    pub(super) embedder: String,
    pub(super) planner: PlannerChoice,
    /// Passages a reading.
    pub(super) passages: usize,
    pub(super) parameters: Vec<String>,
}

/// The record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    #[serde(flatten)]
    setup: Setup,
    questions: usize,
    plain: Figures,
    solver: Figures,
    /// EM and F1 of the values that the solver's answers are written from, in percent.
    solver_values: [f64; 2],
    /// F1 of the solver's values less that of plain retrieval, question by question, in points.
    difference: Difference,
    each: Vec<Asked>,
    /// Where it is kept.
    #[serde(skip)]
    file: Option<PathBuf>,
}

/// A mean difference with the 95 % interval of a paired bootstrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Difference {
    mean: f64,
    interval: [f64; 2],
}

impl Setup {
    pub(super) fn of(dataset: &Dataset, ways: &Ways, arguments: &Solve, served: &Served) -> Self {
        let bound = format!("replies of at most {} tokens where a prompt sets no bound", bounded::MOST);
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data: dataset.name.clone(),
            data_hash: dataset.hash.to_string(),
            model: ways.model.id().to_owned(),
            embedder: kag::Embedder::id(&*ways.embedder).to_owned(),
            planner: served.planner,
            passages: arguments.passages,
            parameters: vec![PARAMETERS.to_owned(), format!("{:?}", solver::options(arguments)), bound],
        }
    }
}

impl Report {
    /// An empty record of `setup`, kept in `file`; or, to `resume`, what `file` holds of it
    /// without the questions at which the model failed.
    ///
    /// # Errors
    /// A file that holds something else, or answers of another setup.
    pub(super) fn begin(setup: Setup, file: Option<&Path>, resume: bool) -> Result<Self> {
        let mut each = Vec::new();
        if let Some(path) = file.filter(|_| resume) {
            let held = match fs::read(path) {
                Ok(held) => Some(serde_json::from_slice::<Self>(&held)?),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(error.into()),
            };
            if let Some(held) = held {
                if held.setup != setup {
                    return Err(format!("{} holds answers of another setup: {:?}", path.display(), held.setup).into());
                }
                each = held.each;
                each.retain(|asked| ![&asked.plain, &asked.solver].iter().any(|side| side.outcome == Outcome::Failed));
            }
        }
        Ok(Self::of(setup, each, file.map(Path::to_owned)))
    }

    fn of(setup: Setup, each: Vec<Asked>, file: Option<PathBuf>) -> Self {
        let sides = |of: fn(&Asked) -> &Side| each.iter().map(of).collect::<Vec<&Side>>();
        let (plain, solver) = (sides(|asked| &asked.plain), sides(|asked| &asked.solver));
        let percent =
            |of: fn(&Side) -> f64| 100.0 * solver.iter().map(|side| of(side)).sum::<f64>() / solver.len().max(1) as f64;
        // Gold is a name, a date or yes and no: what plain retrieval is told to answer, and what values are.
        let differences: Vec<f64> =
            each.iter().map(|asked| 100.0 * (asked.solver.values_f1 - asked.plain.f1)).collect();
        let (mean, interval) = bootstrap(&differences);
        Self {
            questions: each.len(),
            solver_values: [percent(|side| side.values_exact), percent(|side| side.values_f1)],
            plain: Figures::of(&plain),
            solver: Figures::of(&solver),
            difference: Difference { mean, interval },
            setup,
            each,
            file,
        }
    }

    /// Whether it has an answer to this question.
    pub(super) fn has(&self, question: &str) -> bool {
        self.each.iter().any(|asked| asked.question == question)
    }

    /// Adds what became of one more question, and writes the file: whole, or as it was.
    pub(super) fn push(&mut self, asked: Asked) -> Result<()> {
        let mut each = std::mem::take(&mut self.each);
        each.push(asked);
        *self = Self::of(self.setup.clone(), each, self.file.take());
        let Some(file) = &self.file else { return Ok(()) };
        let beside = file.with_extension("json.part");
        fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        Ok(fs::rename(&beside, file)?)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setup { data, model, embedder, planner, passages, .. } = &self.setup;
        writeln!(f, "{data}: {} questions, model {model}, embedder {embedder}", self.questions)?;
        writeln!(f, "{passages} passages a reading; the solver's planner: {planner:?}\n")?;
        writeln!(f, "{:<8}{}", "", figures::HEADS)?;
        writeln!(f, "{:<8}{}\n{:<8}{}", "plain", self.plain, "solver", self.solver)?;
        let [em, f1] = self.solver_values;
        writeln!(f, "\nthe solver's values, before they are written into sentences: EM {em:.1}, F1 {f1:.1}")?;
        let Difference { mean, interval: [low, high] } = self.difference;
        writeln!(f, "F1 of these values less that of plain retrieval: {mean:+.1} [{low:+.1}, {high:+.1}]")
    }
}
