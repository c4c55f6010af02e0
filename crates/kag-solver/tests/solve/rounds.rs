//! Planning, judging, asking again; and running out of money.

use std::sync::Arc;

use kag_llm::{Answer as Said, ErrorKind, LanguageModel, Reply, Scripted, When};
use kag_schema::{PropertyDef, Schema, TypeDef};
use kag_solver::{ModelPlanner, Outcome, SolveOptions, Solver, Verdict, trace::Note};

use crate::world::{column, solve};

fn solver(model: &Arc<Scripted>) -> Solver {
    let model: Arc<dyn LanguageModel> = model.clone();
    Solver::new(ModelPlanner::new(Arc::clone(&model))).with_model(model)
}

/// The same, but that a question is never looked for as it is.
fn planned_only(model: &Arc<Scripted>) -> Solver {
    let mut planner = ModelPlanner::new(model.clone());
    planner.then_plain = false;
    Solver::new(planner).with_model(model.clone())
}

/// What the Chinese wording of the judge's prompt has as its example.
const EXAMPLE_ZH: &str = r#"{"answer": "", "missing": ["安娜·贝格的出生国家"], "next": "安娜·贝格出生在哪个国家？"}"#;

const QUESTION: &str = "In which year was the first club of Cristiano Ronaldo after Manchester founded?";

#[test]
fn a_second_round_happens_and_is_needed() {
    let model = Arc::new(
        Scripted::new()
            .on(
                When::prompt("plan").containing("When was Real Madrid founded?"),
                ["Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)"],
            )
            .on("plan", ["Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1, p1.from=2009)\nOutput(o1)"])
            .on(When::prompt("judge").containing("1902"), [r#"{"answer": "this", "missing": [], "next": ""}"#])
            .on("judge", [r#"{"answer": "", "missing": ["the year"], "next": "When was Real Madrid founded?"}"#])
            .on("generate", [r#"{"sentences": [{"text": "In 1902.", "sources": [1]}]}"#]),
    );
    let answer = solve(&solver(&model), QUESTION).unwrap();
    let Outcome::Answered { values, sentences, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["1902"]);
    assert_eq!(sentences[0].to_string(), "In 1902. [1]");
    assert_eq!(answer.trace.rounds.len(), 2);
    assert!(matches!(answer.trace.rounds[0].verdict, Some(Verdict::Insufficient { .. })));
    let second = model.requests().into_iter().filter(|request| request.prompt.name == "plan").nth(1).unwrap();
    assert!(second.messages[1].text.contains("Real Madrid"), "the second plan is told what the first round found");

    let once = SolveOptions::default().with_rounds(1);
    let answer = solve(&solver(&model).with_options(once), QUESTION).unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "without round two there is no answer");
}

#[test]
fn rounds_end_where_nothing_new_is_asked() {
    let model = Arc::new(
        Scripted::new()
            .on("plan", ["Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)"])
            .on("judge", [r#"{"answer": "", "missing": ["more"], "next": "Who?"}"#]),
    );
    let answer = solve(&planned_only(&model), "?").unwrap();
    let Outcome::Insufficient { missing, known, citations } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(missing, &["more"]);
    assert_eq!((column(known, 0), citations.len()), (vec!["1902".to_owned()], 1), "what is known is not lost");
    assert_eq!(answer.trace.rounds.len(), 2, "the third question would be the second again");
}

#[test]
fn a_judge_that_repeats_its_example_has_asked_nothing() {
    for (question, example) in [
        (
            "Who?",
            r#"{"answer": "", "missing": ["where Anna Berg was born"], "next": "In which country was Anna Berg born? "}"#,
        ),
        ("Who?", r#"{"answer": "Norway", "missing": [], "next": ""}"#),
        ("谁？", EXAMPLE_ZH),
    ] {
        let model = Arc::new(
            Scripted::new()
                .on("plan", ["Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)"])
                .on("judge", [example]),
        );
        let answer = solve(&planned_only(&model), question).unwrap();
        let Outcome::Insufficient { missing, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
        assert_eq!(missing, &["what the judge did not say"], "{example}");
        assert_eq!((answer.trace.rounds.len(), model.calls("plan")), (1, 1), "the example is not planned");
    }
}

#[test]
fn a_plan_that_does_not_check_goes_back_with_its_mistakes() {
    let model = Arc::new(
        Scripted::new()
            .on(
                "plan",
                [
                    "Here you are:\nSort(set=o1, orderby=o2, direction=max, limit=1)\nOutput(o1)",
                    "Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)\nOutput(o1)",
                ],
            )
            .on("judge", [r#"{"answer": "this"}"#])
            .on("generate", [r#"{"sentences": [{"text": "1878年。", "sources": ["[1]"]}]}"#]),
    );
    let answer = solve(&solver(&model), "曼联成立于哪一年？").unwrap();
    let Outcome::Answered { sentences, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(sentences[0].to_string(), "1878年。 [1]");
    let plans: Vec<_> = model.requests().into_iter().filter(|request| request.prompt.name == "plan").collect();
    assert_eq!(plans.len(), 2);
    assert!(plans[1].messages[1].text.contains("o1"), "the mistakes are shown");
}

#[test]
fn a_planner_that_never_writes_a_plan_ends_in_an_outcome_that_says_so() {
    let model = Arc::new(Scripted::new().on("plan", ["I am sorry, I cannot do that.\nOutput(nothing"]));
    let answer = solve(&planned_only(&model), "?").unwrap();
    let Outcome::Unplanned { text, diagnostics, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert!(text.starts_with("I am sorry") && !diagnostics.is_empty());
    assert_eq!(model.requests().len(), 3);
}

#[test]
fn a_spent_budget_is_an_outcome_with_what_is_known() {
    let model = Arc::new(
        Scripted::new()
            .on("plan", ["Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)\nOutput(o1)"])
            .on("judge", [Said::error(ErrorKind::BudgetSpent)]),
    );
    let answer = solve(&solver(&model), "曼联成立于哪一年？").unwrap();
    let Outcome::BudgetSpent { known, citations } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(known, 0), ["1878"]);
    assert_eq!(&*citations[0].quote, "Manchester United was founded in 1878.");
}

#[test]
fn a_step_about_nothing_asks_no_model() {
    let model = Arc::new(
        Scripted::new()
            .on(
                "plan",
                ["Retrieval(s=s1:Club[`曼联`], p=p1:coach, o=o1)\nRetrieval(s=o1, p=p2:born, o=o2)\nOutput(o2)"],
            )
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", [r#"{"answer": "", "missing": ["教练"], "next": ""}"#]),
    );
    let answer = solve(&planned_only(&model), "曼联的教练生于哪一年？").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }));
    assert_eq!(model.calls("read_values"), 1, "no coach was found, so nothing is read of him");
}

#[test]
fn a_predicate_that_the_schema_does_not_have_goes_back_and_is_then_let_through() {
    let founded = PropertyDef::property("founded", "Date");
    let schema = Schema::builder("Football").with_type(TypeDef::entity("Club").with_property(founded)).build().unwrap();
    let model = Arc::new(
        Scripted::new()
            .on("plan", ["Retrieval(s=s1:Club[`曼联`], p=p1:trainer, o=o1)\nOutput(o1)"])
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", [r#"{"answer": "", "missing": ["教练"], "next": ""}"#]),
    );
    let answer = solve(&solver(&model).with_schema(Arc::new(schema)), "曼联的教练是谁？").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "the graph may know more than the schema");
    assert_eq!(model.calls("plan"), 3);
    let second = model.requests().into_iter().filter(|request| request.prompt.name == "plan").nth(1).unwrap();
    assert!(second.messages[1].text.contains("trainer"), "the warning is shown");
}

#[test]
fn a_question_asked_again_reads_further_passages() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:coach, o=o1:Person)\nOutput(o1)";
    let quote = "The coach of Real Madrid is Zinedine";
    let read = Said::with(move |request| {
        let text = &request.messages.last().unwrap().text;
        let values = match text.matches("Passage ").count() {
            3 => serde_json::json!([{
                "passage": text[..text.find(quote).unwrap()].matches("Passage ").count(),
                "quote": quote,
                "value": "Zinedine",
            }]),
            _ => serde_json::json!([]),
        };
        Ok(kag_llm::Reply::new(serde_json::json!({ "values": values }).to_string()))
    });
    let model = Arc::new(
        Scripted::new()
            .on("plan", [form])
            .on("read_values", [read])
            .on(When::prompt("judge").containing("Zinedine"), [r#"{"answer": "this"}"#])
            .on("judge", [r#"{"answer": "", "missing": ["the coach"], "next": "Who is the coach?"}"#])
            .on("generate", [r#"{"sentences": [{"text": "Zinedine.", "sources": [1]}]}"#]),
    );
    let one_more_a_round = SolveOptions::default().with_passages(1);
    let answer = solve(&solver(&model).with_options(one_more_a_round), "Who is the coach?").unwrap();
    assert!(matches!(answer.outcome, Outcome::Answered { .. }), "{}", answer.trace);
    let read: Vec<usize> = model
        .requests()
        .iter()
        .filter(|request| request.prompt.name == "read_values")
        .map(|request| request.messages[1].text.matches("Passage ").count())
        .collect();
    assert_eq!(read, [1, 2, 3]);
}

#[test]
fn a_later_round_is_told_all_that_earlier_ones_found() {
    let form = "Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1, p1.from=2009)
Retrieval(s=o1, p=p2:stadium, o=o2)
Output(o2)";
    let model = Arc::new(
        Scripted::new()
            .on("plan", [form])
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", [r#"{"answer": "", "missing": ["the stadium"], "next": "Where does it play?"}"#]),
    );
    solve(&solver(&model), QUESTION).unwrap();
    let plans: Vec<_> = model.requests().into_iter().filter(|request| request.prompt.name == "plan").collect();
    assert!(!plans[0].messages[1].text.contains("Real Madrid"));
    assert!(plans[1].messages[1].text.contains("Real Madrid"), "what no answer named is known as well");
}

#[test]
fn a_judge_is_shown_what_a_choice_was_made_from() {
    let form = "Retrieval(s=s1:Club, p=p1:founded, o=o1)
Sort(set=s1, orderby=o1, direction=min, limit=1)
Output(s1)";
    let model = Arc::new(
        Scripted::new()
            .on("plan", [form])
            .on(When::prompt("judge").containing("1902"), [r#"{"answer": "this", "missing": [], "next": ""}"#])
            .on("judge", [r#"{"answer": "", "missing": ["the other year"], "next": ""}"#])
            .on("generate", [r#"{"sentences": [{"text": "Manchester United.", "sources": [1]}]}"#]),
    );
    let answer = solve(&solver(&model), "Which club is the oldest?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(column(values, 0), ["Manchester United"], "what lost is shown to the judge and is no answer");
}

#[test]
fn a_question_that_plans_leave_unanswered_is_looked_for_as_it_is() {
    let question = "Who coaches the club that was founded in 1902?";
    let coach = Said::with(|request| {
        let text = &request.messages.last().unwrap().text;
        let number = text[..text.find("Zinedine").unwrap()].matches("Passage ").count();
        let quote = "The coach of Real Madrid is Zinedine";
        Ok(Reply::new(
            serde_json::json!({ "values": [{ "passage": number, "quote": quote, "value": "Zinedine" }] }).to_string(),
        ))
    });
    let model = Arc::new(
        Scripted::new()
            .on("plan", ["Retrieval(s=s1[`the club of 1902`], p=p1:`coach`, o=o1)\nOutput(o1)"])
            .on(When::prompt("read_values").containing(question), [coach])
            .on("read_values", [r#"{"values": []}"#])
            .on(When::prompt("judge").containing("Zinedine"), [r#"{"answer": "Zinedine", "missing": [], "next": ""}"#])
            .on("judge", [r#"{"answer": "", "missing": ["the coach"], "next": ""}"#])
            .on("generate", [r#"{"sentences": [{"text": "Zinedine.", "sources": [1]}]}"#]),
    );
    let answer = solve(&solver(&model), question).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!((column(values, 0), model.calls("plan")), (vec!["Zinedine".to_owned()], 1));
    assert_eq!((answer.trace.rounds.len(), &*answer.trace.rounds[1].question), (2, question));

    let once = solver(&model).with_options(SolveOptions::default().with_rounds(1));
    let answer = solve(&once, question).unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "no round is left for it");
}

#[test]
fn a_question_that_has_no_plan_is_looked_for_as_it_is() {
    let model = Arc::new(
        Scripted::new()
            .on("plan", ["I am sorry, I cannot do that."])
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", [r#"{"answer": "", "missing": ["the coach"], "next": ""}"#]),
    );
    let answer = solve(&solver(&model), "Who coaches Real Madrid?").unwrap();
    assert!(matches!(answer.outcome, Outcome::Unplanned { .. }), "still it is told that there was no plan");
    assert_eq!((model.calls("plan"), model.calls("read_values"), model.calls("judge")), (3, 1, 1));
}

#[test]
fn a_judge_is_told_what_the_columns_were_to_be() {
    let plan = "Step1: Which club does Cristiano Ronaldo play for since 2009?
Action1: Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1, p1.from=2009)
Output(o1)";
    let model = Arc::new(
        Scripted::new()
            .on("plan", [plan])
            .on("judge", [r#"{"answer": "Real Madrid", "missing": [], "next": ""}"#])
            .on("generate", [r#"{"sentences": []}"#]),
    );
    solve(&solver(&model), "Which club?").unwrap();
    let requests = model.requests();
    let judged = requests.iter().find(|request| request.prompt.name == "judge").unwrap();
    let shown = &judged.messages[1].text;
    assert!(shown.contains("o1: Which club does Cristiano Ronaldo play for since 2009?\no1"), "{shown}");
    assert!(!shown.contains("score"), "{shown}");
}

const FOUNDED: &str = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)";

#[test]
fn a_reply_that_cannot_be_used_costs_no_answer() {
    let model = Arc::new(
        Scripted::new()
            .on("plan", [FOUNDED])
            .on("judge", ["It looks fine to me."])
            .on("generate", ["1902, I would say."]),
    );
    let answer = solve(&solver(&model), "When was Real Madrid founded?").unwrap();
    let Outcome::Answered { values, sentences, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(column(values, 0), ["1902"]);
    assert_eq!(sentences[0].to_string(), "1902. [1]");
    let notes = &answer.trace.rounds[0].notes;
    assert!(matches!(&notes[..], [Note::JudgedByTables { .. }, Note::WrittenAsValues { .. }]), "{notes:?}");
    let (text, page) = (answer.trace.to_string(), answer.to_html().to_string());
    assert!(text.contains("note: the tables alone were judged by") && page.contains("the answer is its values alone"));
}

#[test]
fn a_writer_that_repeats_its_example_or_writes_nothing_has_written_nothing() {
    for written in [r#"{"sentences": [{"sources": [1], "text": "one sentence"}]}"#, r#"{"sentences": []}"#] {
        let judged = r#"{"answer": "1902", "missing": [], "next": ""}"#;
        let model = Scripted::new().on("plan", [FOUNDED]).on("judge", [judged]).on("generate", [written]);
        let answer = solve(&solver(&Arc::new(model)), "When was Real Madrid founded?").unwrap();
        let Outcome::Answered { sentences, .. } = &answer.outcome else { panic!("{}", answer.trace) };
        assert_eq!(sentences[0].to_string(), "1902. [1]", "{written}");
    }
}

#[test]
fn a_plan_that_cannot_be_run_is_followed_by_a_plain_round() {
    let plan = "Retrieval(s=s1:Club, p=p1:founded, o=o1)
Math(count(o1))->m1
Sort(set=s1, orderby=m1, direction=max, limit=1)
Output(s1)";
    let model = Arc::new(
        Scripted::new()
            .on("plan", [plan])
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", [r#"{"answer": "", "missing": [], "next": ""}"#]),
    );
    let answer = solve(&solver(&model), "Which of the two is older?").unwrap();
    let Outcome::Insufficient { missing, known, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert!(missing[0].contains("needs `m1`, which is not bound"), "{missing:?}");
    assert!(known.to_string().contains("1902"), "what it found is known: {known}");
    assert_eq!(answer.trace.rounds.len(), 2);
    let given = Solver::new(kag_solver::GivenPlan(kag_solver::logical::parse(plan).0)).with_model(model);
    assert!(solve(&given, "Which of the two is older?").is_err(), "a host is told of the mistake in its plan");
}

#[test]
fn a_judge_that_answers_and_asks_on_counts_by_what_the_tables_hold() {
    let solved = |judged: &'static str| {
        let model =
            Scripted::new().on("plan", [FOUNDED]).on("judge", [judged]).on("generate", [r#"{"sentences": []}"#]);
        let once = solver(&Arc::new(model)).with_options(SolveOptions::default().with_rounds(1));
        let answer = solve(&once, "When was Real Madrid founded?").unwrap();
        matches!(answer.outcome, Outcome::Answered { .. })
    };
    assert!(!solved(r#"{"answer": "unknown", "missing": ["the year"], "next": "When?"}"#));
    assert!(!solved(r#"{"answer": "1908", "missing": [], "next": "When was it founded?"}"#));
    assert!(!solved(r#"{"answer": "Retrieval", "missing": ["the year"], "next": ""}"#), "a heading is no value");
    assert!(solved(r#"{"answer": "1902", "missing": [], "next": "Where was it founded?"}"#));
    assert!(solved(r#"{"answer": "in the year nineteen hundred and two", "missing": [], "next": ""}"#));
    assert!(!solved(r#"{"missing": ["the year"], "next": "When was it founded?"}"#), "no answer is none");
    assert!(solved(r#"{"answer": "", "missing": [], "next": ""}"#), "nothing said is no verdict: the tables decide");
}

#[test]
fn a_judge_that_cannot_be_used_makes_no_answer_of_nothing() {
    let nothing = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:stadium, o=o1)\nOutput(o1)";
    let model = Arc::new(
        Scripted::new()
            .on("plan", [nothing])
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", ["It looks fine to me."]),
    );
    let answer = solve(&solver(&model), "What is its stadium?").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "{}", answer.trace);
    assert!(matches!(&answer.trace.rounds[0].notes[..], [Note::JudgedByTables { .. }]));
}

#[test]
fn a_judge_that_fails_otherwise_ends_the_solve() {
    let down = Said::error(ErrorKind::Unavailable);
    let model = Arc::new(Scripted::new().on("plan", [FOUNDED]).on("judge", [down]));
    assert!(solve(&solver(&model), "When was Real Madrid founded?").is_err(), "it may succeed later");
}
