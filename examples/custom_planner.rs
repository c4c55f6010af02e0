//! Shows a planner of your own: questions of three shapes, in two languages, become plans, and a
//! question in two steps is planned one round after the other.

use kag::{
    BindingTable, BuildPipeline, Cast, JudgeInput, KnowledgeBase, LengthSplitter, MemoryKnowledgeBase, Pattern,
    Patterns, PlanInput, Planner, Scope, Solver, Source, TextReader, Verdict, async_trait,
    logical::{LogicalOp, Output, Path, Plan, PredicateTerm, Retrieval, Step, Term, Var},
    solver,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Plans one lookup: of `predicate`, of whatever is asked about.
#[derive(Debug)]
struct Shapes;

/// How a question begins, how it ends, and the predicate that it is about.
const SHAPES: [(&str, &str, &str); 4] = [
    ("When was ", " founded?", "founded"),
    ("", "成立于哪一年？", "founded"),
    ("Who coaches ", "?", "coachedBy"),
    ("", "的教练是谁？", "coachedBy"),
];

impl Shapes {
    /// What is asked about, and the predicate.
    fn read(question: &str) -> Option<(&str, &'static str)> {
        SHAPES.iter().find_map(|(begin, end, predicate)| {
            let about = question.strip_prefix(begin)?.strip_suffix(end)?;
            Some((about, *predicate))
        })
    }
}

#[async_trait]
impl Planner for Shapes {
    async fn plan(&self, input: PlanInput<'_>) -> solver::Result<Plan> {
        let [Some(subject), Some(predicate), Some(object)] = ["s1", "p1", "o1"].map(Var::new) else {
            return Ok(Plan::default());
        };
        let (about, name) = Self::read(input.question).unwrap_or((input.question, "name"));
        let lookup = Retrieval::new(
            Term::var(subject).with_name(about),
            PredicateTerm::new(predicate, name),
            Term::var(object.clone()),
        );
        // Passages are asked the question in its own words.
        let find = Step::new(lookup).with_subquestion(input.question);
        Ok(Plan::new([find, Step::new(LogicalOp::Output(Output::new([Path::from(object)])))]))
    }
}

/// The one value of an answer.
fn only_value(answer: &BindingTable) -> Option<String> {
    match answer.rows() {
        [row] => row.cell(0).map(ToString::to_string),
        _ => None,
    }
}

/// Asks on: the first round finds the coach, the second the year in which he was born.
#[derive(Debug)]
struct ThenBorn;

#[async_trait]
impl kag::Judge for ThenBorn {
    async fn judge(&self, input: JudgeInput<'_>) -> solver::Result<Verdict> {
        Ok(match input.answers {
            [coach] if only_value(coach).is_some() => Verdict::Insufficient {
                missing: vec!["when the coach was born".to_owned()],
                next: Some("born".to_owned()),
            },
            [.., answer] if only_value(answer).is_some() => Verdict::Sufficient,
            _ => Verdict::Insufficient { missing: vec!["a coach who is known".to_owned()], next: None },
        })
    }
}

/// Plans the second round: a lookup of `born`, of what the first has found.
#[derive(Debug)]
struct CoachThenBorn;

#[async_trait]
impl Planner for CoachThenBorn {
    async fn plan(&self, input: PlanInput<'_>) -> solver::Result<Plan> {
        match input.answers.last().and_then(only_value) {
            None => Shapes.plan(input).await,
            Some(coach) => {
                Ok(kag::logical::parse(&format!("Retrieval(s=s1[`{coach}`], p=p1:born, o=o1)\nOutput(o1)")).0)
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let extractor = Patterns::new("football")
        .with(
            Pattern::property("founded", "Club", r"(?<subject>\w+) was founded in (?<object>\d{4})")
                .with_cast(Cast::Date),
        )
        .with(Pattern::property("founded", "Club", r"(?<subject>\w+)成立于(?<object>\d{4}年)").with_cast(Cast::Date))
        .with(Pattern::relation("coachedBy", "Club", "Person", r"(?<subject>\w+) is coached by (?<object>\w+)"))
        .with(
            Pattern::property("born", "Person", r"(?<subject>\w+) was born in (?<object>\d{4})").with_cast(Cast::Date),
        )
        .compile()?;
    let text =
        "Juventus was founded in 1897. 曼联成立于1878年。Juventus is coached by Allegri. Allegri was born in 1967.";
    let base = MemoryKnowledgeBase::new();
    let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), extractor);
    pipeline.run(&base, [Source::new("note:1", text.as_bytes())]).await?;
    let snapshot = base.snapshot(&Scope::All).await?;

    for question in ["When was Juventus founded?", "曼联成立于哪一年？", "Who coaches Juventus?"] {
        let answer = Solver::new(Shapes).solve(&snapshot, question).await?;
        println!("{question}\n{}", answer.outcome);
    }
    let two_rounds = Solver::new(CoachThenBorn).with_judge(ThenBorn);
    let answer = two_rounds.solve(&snapshot, "Who coaches Juventus?").await?;
    println!("When was the coach of Juventus born?\n{}\n{}", answer.outcome, answer.trace);
    Ok(())
}
