//! Plain retrieval and the solver side by side, with a model that is served.
//!
//! Both get the same model and the same number of passages a reading. Plain retrieval shows
//! the best passages by meaning in one prompt, and asks once. The solver plans, reads,
//! judges and writes with the prompts that the library has. What a model does wrong, and a
//! model that cannot be reached, is an outcome of the question, not the end of the run.

mod asked;
mod bounded;
mod figures;
mod plain;
mod report;
mod solver;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, num::NonZeroUsize, sync::Arc, time::Instant};

use kag::{
    Embedder, LanguageModel, OpenAi, Solver,
    llm::{LimitOptions, Meter, Recording, RetryOptions, Stack, Tally},
};

use crate::{
    Result,
    arguments::{Served, Solve},
    dataset::{Dataset, Question},
    embedder::TimedEmbedder,
    index::{Index, Nodes, Place},
};
use asked::{Asked, Shown, Side};
use bounded::Bounded;
use report::{Report, Setup};

/// How often a call is made that may succeed later.
const ATTEMPTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

/// Builds the index of a data set and answers its questions both ways, one after the other.
pub(crate) async fn run(arguments: &Solve, served: &Served) -> Result<()> {
    let mut dataset = Dataset::read(&arguments.data)?;
    dataset.keep(arguments.part);
    dataset.questions.truncate(arguments.limit);
    let Some(embedder) = TimedEmbedder::open(&arguments.embedder, arguments.cache.as_deref())? else {
        return Err("plain retrieval goes by vectors: --embedder none has none".into());
    };
    let index = Index::build(&dataset, Nodes::Own, Some(Arc::clone(&embedder)), &Place::Memory).await?;
    let meter = Meter::new();
    let ways = Ways::new(open(served, meter.clone())?, meter, embedder, arguments, served);
    let setup = Setup::of(&dataset, &ways, arguments, served);
    let mut report = Report::begin(setup, arguments.json.as_deref(), served.resume)?;
    ask_all(&ways, &index, &dataset, &mut report).await?;
    print!("{report}");
    Ok(())
}

/// Asks the questions that `report` has no answer to, and puts each there as it is answered.
async fn ask_all(ways: &Ways, index: &Index, dataset: &Dataset, report: &mut Report) -> Result<()> {
    for (number, question) in (1..).zip(&dataset.questions) {
        if report.has(&question.question) {
            continue;
        }
        let asked = ways.ask(index, question).await?;
        eprintln!("{number} of {}: {asked}", dataset.questions.len());
        report.push(asked)?;
    }
    Ok(())
}

/// The model, one call at a time: it shares the machine's cores with nothing that is timed.
fn open(served: &Served, meter: Meter) -> Result<Arc<dyn LanguageModel>> {
    let model = Arc::new(Bounded::new(OpenAi::new(&served.url, served.name.as_str())?));
    let mut stack = Stack::new(model)
        .with_limit(LimitOptions::default().with_concurrent(NonZeroUsize::MIN))
        .with_meter(meter)
        .with_retry(RetryOptions::default().with_attempts(ATTEMPTS));
    if let Some(file) = &served.record {
        stack = stack.with_recording(Recording::append(file)?);
    }
    Ok(stack.build())
}

/// The two ways to an answer, and what counts their calls.
struct Ways {
    model: Arc<dyn LanguageModel>,
    /// Counts the calls of `model`.
    meter: Meter,
    embedder: Arc<TimedEmbedder>,
    solver: Solver,
    /// Passages a reading.
    passages: usize,
}

impl Ways {
    fn new(
        model: Arc<dyn LanguageModel>,
        meter: Meter,
        embedder: Arc<TimedEmbedder>,
        arguments: &Solve,
        served: &Served,
    ) -> Self {
        let solver = solver::of(Arc::clone(&model), served.planner, arguments)
            .with_embedder(Arc::clone(&embedder) as Arc<dyn Embedder>);
        Self { model, meter, embedder, solver, passages: arguments.passages }
    }

    /// Asks `question` both ways, plain retrieval first.
    ///
    /// # Errors
    /// Those of the index and of the embedder.
    async fn ask(&self, index: &Index, question: &Question) -> Result<Asked> {
        let gold: Vec<String> = std::iter::once(&question.answer).chain(&question.answer_aliases).cloned().collect();
        let before = self.began();
        let said = plain::answer(&*self.model, index, &*self.embedder, &question.question, self.passages).await?;
        let plain = self.ended(before, said, index, question, &gold);
        let before = self.began();
        let said = solver::answer(&self.solver, index, &question.question).await?;
        let solver = self.ended(before, said, index, question, &gold);
        Ok(Asked { question: question.question.clone(), kind: question.kind.clone(), gold, plain, solver })
    }

    fn began(&self) -> (Tally, Instant) {
        (self.meter.report().total(), Instant::now())
    }

    fn ended(
        &self,
        (before, start): (Tally, Instant),
        said: asked::Said,
        index: &Index,
        question: &Question,
        gold: &[String],
    ) -> Side {
        let (seconds, after) = (start.elapsed().as_secs_f64(), self.meter.report().total());
        let passages = said.chunks.iter().filter_map(|chunk| index.passage_of(*chunk));
        let gold_shown = passages.filter(|id| question.gold_passage_ids.contains(*id));
        let shown = Shown {
            passages: said.chunks.len(),
            gold: gold_shown.collect::<BTreeSet<_>>().len(),
            of_gold: question.gold_passage_ids.len(),
        };
        Side::of(said, gold, shown, seconds).with_calls(before, after)
    }
}
