//! Both ways with a model whose every word is written down.

use std::{fs, path::PathBuf};

use kag::{
    ContentHash, Scripted,
    llm::{Answer, ErrorKind, PromptId, Request, When},
};

use super::{asked::Outcome, *};
use crate::arguments::{By, EmbedderChoice, Part, PlannerChoice};

const PASSAGES: &str = r#"{"id": "a", "title": "Harbour Song", "text": "Harbour Song is a film that Mara Lind directed in 1961."}
{"id": "b", "title": "Mara Lind", "text": "Mara Lind was born in Tromso and grew up at sea."}
{"id": "c", "title": "Elbe", "text": "The Elbe rises in the mountains and runs to the North Sea."}
{"id": "d", "title": "Danube", "text": "The Danube runs through ten countries to the Black Sea."}
"#;

const PLAN: &str = "Retrieval(s=s1[`Harbour Song`], p=p1:`director`, o=o1)\n\
                    Retrieval(s=o1, p=p2:`town of birth`, o=o2)\nOutput(o2)";

const BIRTH: &str = r#"{"question": "In which town was the director of Harbour Song born?", "answer": "Tromso",
                        "gold_passage_ids": ["a", "b"], "type": "bridge"}"#;

const RIVER: &str =
    r#"{"question": "Where does the Elbe rise?", "answer": "the mountains", "gold_passage_ids": ["c"]}"#;

fn dataset(questions: &[&str]) -> Dataset {
    let questions = questions.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let hash = ContentHash::of_parts(&[PASSAGES.as_bytes()]);
    Dataset { name: "ours".to_owned(), passages: PASSAGES.as_bytes().into(), recorded: false, questions, hash }
}

fn served(planner: PlannerChoice) -> Served {
    Served { url: String::new(), name: "scripted".to_owned(), planner, record: None, resume: false }
}

fn arguments() -> Solve {
    let (embedder, by, part) = (EmbedderChoice::Static, By::Oracle, Part::All);
    let (data, json, cache) = (PathBuf::new(), None, None);
    Solve { data, embedder, json, cache, rounds: 2, passages: 2, limit: usize::MAX, part, link_predicates: None, by }
}

/// A model that reads `value` in the passage that says `quote`.
fn reading(quote: &'static str, value: &'static str) -> Answer {
    Answer::with(move |request: &Request| {
        let shown = &request.messages.last().unwrap().text;
        let values = match shown.find(quote) {
            Some(at) => {
                let passage = shown[..at].matches("\nPassage ").count();
                serde_json::json!([{ "passage": passage, "quote": quote, "value": value }])
            }
            None => serde_json::json!([]),
        };
        Ok(kag::Reply::new(serde_json::json!({ "values": values }).to_string()))
    })
}

/// A model that does all as it should.
fn able() -> Scripted {
    else_able(Scripted::new())
}

/// A model that does what `first` says, and else all as it should.
fn else_able(first: Scripted) -> Scripted {
    first
        .on(When::prompt("answer_from_passages").containing("Elbe rise"), [r#"{"answer": "the mountains"}"#])
        .on("answer_from_passages", [r#"{"answer": "in Tromso town"}"#])
        .on("plan", [PLAN])
        .on(When::prompt("read_values").containing("town of birth"), [reading("was born in Tromso", "Tromso")])
        .on("read_values", [reading("Mara Lind directed", "Mara Lind")])
        .on("judge", [r#"{"answer": "this", "missing": [], "next": ""}"#])
        .on("generate", [r#"{"sentences": [{"text": "She was born in Tromso.", "sources": [1]}]}"#])
}

struct Bench {
    ways: Ways,
    index: Index,
    dataset: Dataset,
    model: Arc<Scripted>,
    arguments: Solve,
    served: Served,
}

impl Bench {
    async fn of(model: Scripted, questions: &[&str]) -> Self {
        let (dataset, arguments, served) = (dataset(questions), arguments(), served(PlannerChoice::Whole));
        let embedder = TimedEmbedder::open(&arguments.embedder, None).unwrap().unwrap();
        let index = Index::build(&dataset, Nodes::Own, Some(Arc::clone(&embedder)), &Place::Memory).await.unwrap();
        let (meter, model) = (Meter::new(), Arc::new(model));
        let counted = Stack::new(Arc::clone(&model) as Arc<dyn LanguageModel>).with_meter(meter.clone()).build();
        let ways = Ways::new(counted, meter, embedder, &arguments, &served);
        Self { ways, index, dataset, model, arguments, served }
    }

    fn setup(&self) -> Setup {
        Setup::of(&self.dataset, &self.ways, &self.arguments, &self.served)
    }

    async fn ask(&self) -> Asked {
        self.ways.ask(&self.index, &self.dataset.questions[0]).await.unwrap()
    }

    async fn ask_all(&self, report: &mut Report) {
        ask_all(&self.ways, &self.index, &self.dataset, report).await.unwrap();
    }
}

/// A file of this test, which goes with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("kag-quality-{name}-{}.json", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn each_way_is_counted_by_itself() {
    let Asked { plain, solver, kind, .. } = Bench::of(able(), &[BIRTH]).await.ask().await;
    assert_eq!((plain.outcome, &*plain.said, plain.exact), (Outcome::Answered, "in Tromso town", 0.0));
    assert!((plain.f1 - 0.5).abs() < 1e-9, "one of three words: {}", plain.f1);
    assert_eq!((plain.calls, plain.rounds, plain.shown.passages), (1, 0, 2));
    assert!(plain.input_tokens > 50 && plain.output_tokens > 0);

    // A plan, two readings, a verdict and a sentence.
    assert_eq!((solver.outcome, solver.calls, solver.rounds), (Outcome::Answered, 5, 1), "{}", solver.trace);
    assert_eq!((&*solver.said, &*solver.values), ("She was born in Tromso.", &["Tromso".to_owned()][..]));
    assert_eq!((solver.exact, solver.values_exact, solver.values_f1), (0.0, 1.0, 1.0));
    assert_eq!((solver.shown.gold, solver.shown.of_gold, &*kind), (2, 2, "bridge"));
    assert!(solver.trace.contains("town of birth"), "{}", solver.trace);
}

#[tokio::test]
async fn what_a_model_does_wrong_is_an_outcome() {
    let model = Scripted::new()
        .on("answer_from_passages", [r#"{"answer": "  "}"#])
        .on("plan", ["I would look it up on the web."])
        .on("read_values", [r#"{"values": []}"#])
        .on("judge", [r#"{"answer": "", "missing": ["the town"], "next": ""}"#]);
    let Asked { plain, solver, .. } = Bench::of(model, &[BIRTH]).await.ask().await;
    assert_eq!((plain.outcome, plain.f1), (Outcome::Insufficient, 0.0));
    // Three times a plan, then the question itself: a reading and a verdict.
    assert_eq!((solver.outcome, solver.calls), (Outcome::Unplanned, 5));

    let model = Scripted::new()
        .on("answer_from_passages", ["Tromso, I believe."])
        .on("plan", [PLAN])
        .on("read_values", [Answer::error(ErrorKind::Unauthorised)]);
    let Asked { plain, solver, .. } = Bench::of(model, &[BIRTH]).await.ask().await;
    assert_eq!((plain.outcome, solver.outcome), (Outcome::Failed, Outcome::Failed));
    assert!(plain.error.unwrap().contains("answer_from_passages"));
    let error = solver.error.unwrap();
    assert!(error.contains("step 1") && error.contains("unauthorised"), "{error}");
}

#[tokio::test]
async fn what_is_known_without_an_answer_is_no_answer() {
    let judged = r#"{"answer": "", "missing": ["her birth certificate"], "next": ""}"#;
    let model = Scripted::new()
        .on("answer_from_passages", [r#"{"answer": "Tromso"}"#])
        .on("plan", [PLAN])
        .on(When::prompt("read_values").containing("In which town"), [r#"{"values": []}"#])
        .on(When::prompt("read_values").containing("town of birth"), [reading("was born in Tromso", "Tromso")])
        .on("read_values", [reading("Mara Lind directed", "Mara Lind")])
        .on("judge", [judged]);
    let Asked { solver, .. } = Bench::of(model, &[BIRTH]).await.ask().await;
    assert_eq!((solver.outcome, &*solver.missing), (Outcome::Insufficient, &["her birth certificate".to_owned()][..]));
    assert_eq!((&*solver.values, solver.values_f1), (&["Tromso".to_owned()][..], 0.0));
}

#[tokio::test]
async fn a_run_goes_on_with_what_it_has() {
    let file = Scratch::new("resumed");
    let first = Bench::of(able(), &[BIRTH]).await;
    let mut report = Report::begin(first.setup(), Some(&file.0), true).unwrap();
    first.ask_all(&mut report).await;
    assert!(report.to_string().contains("values less that of plain retrieval: +50.0"), "{report}");

    // Only the second question is asked. It got no plan, and that is kept: nothing is left to ask.
    let unplanned = Scripted::new().on(When::prompt("plan").containing("Elbe"), ["It rises somewhere."]);
    let second = Bench::of(else_able(unplanned), &[BIRTH, RIVER]).await;
    let mut report = Report::begin(second.setup(), Some(&file.0), true).unwrap();
    second.ask_all(&mut report).await;
    assert_eq!((second.model.calls("answer_from_passages"), second.model.calls("plan")), (1, 3));
    let third = Bench::of(Scripted::new(), &[BIRTH, RIVER]).await;
    let mut report = Report::begin(third.setup(), Some(&file.0), true).unwrap();
    third.ask_all(&mut report).await;
    assert_eq!(third.model.requests().len(), 0);
    assert!(report.to_string().contains("ours: 2 questions, model scripted"), "{report}");

    // Another setup is another run.
    let other = Setup { passages: 7, ..third.setup() };
    assert!(Report::begin(other.clone(), Some(&file.0), true).unwrap_err().to_string().contains("another setup"));
    assert!(!Report::begin(other, Some(&file.0), false).unwrap().has("Where does the Elbe rise?"));
}

#[tokio::test]
async fn what_failed_is_asked_again() {
    let file = Scratch::new("failed");
    let down = Bench::of(Scripted::new().on(When::any(), [Answer::error(ErrorKind::Unavailable)]), &[BIRTH]).await;
    let mut report = Report::begin(down.setup(), Some(&file.0), false).unwrap();
    down.ask_all(&mut report).await;
    assert!(fs::read_to_string(&file.0).unwrap().contains("unavailable"));

    let up = Bench::of(able(), &[BIRTH]).await;
    let mut report = Report::begin(up.setup(), Some(&file.0), true).unwrap();
    up.ask_all(&mut report).await;
    assert_eq!(up.model.requests().len(), 6);
    let kept: Report = serde_json::from_slice(&fs::read(&file.0).unwrap()).unwrap();
    assert_eq!(kept.to_string(), report.to_string());
}

#[tokio::test]
async fn a_reply_is_bounded_unless_its_prompt_bounds_it() {
    let model = Bounded::new(Scripted::new().on(
        When::any(),
        [Answer::with(|request: &Request| Ok(kag::Reply::new(request.max_tokens.unwrap_or_default().to_string())))],
    ));
    let request = Request::new(PromptId::new("judge", "1"), vec![kag::llm::Message::user("?")]);
    assert_eq!(model.complete(&request).await.unwrap().text, bounded::MOST.to_string());
    assert_eq!(model.complete(&request.with_max_tokens(5)).await.unwrap().text, "5");
}
