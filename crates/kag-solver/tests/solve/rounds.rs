//! Planning, judging, asking again; and running out of money.

use std::sync::Arc;

use kag_llm::{Answer as Said, ErrorKind, LanguageModel, Scripted, When};
use kag_schema::{PropertyDef, Schema, TypeDef};
use kag_solver::{ModelJudge, ModelPlanner, Outcome, SolveOptions, Solver, Verdict};

use crate::world::{column, solve};

fn solver(model: &Arc<Scripted>) -> Solver {
    let model: Arc<dyn LanguageModel> = model.clone();
    Solver::new(ModelPlanner::new(Arc::clone(&model))).with_model(model)
}

/// What the Chinese wording of the judge's prompt has as its example.
const EXAMPLE_ZH: &str = r#"{"sufficient": false, "missing": ["安娜·贝格的年龄"], "next": "安娜·贝格多大年纪？"}"#;

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
            .on(When::prompt("judge").containing("1902"), [r#"{"sufficient": true, "missing": [], "next": ""}"#])
            .on("judge", [r#"{"sufficient": false, "missing": ["the year"], "next": "When was Real Madrid founded?"}"#])
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
            .on("judge", [r#"{"sufficient": false, "missing": ["more"], "next": "Who?"}"#]),
    );
    let answer = solve(&solver(&model), "?").unwrap();
    let Outcome::Insufficient { missing, known, citations } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(missing, &["more"]);
    assert_eq!((column(known, 0), citations.len()), (vec!["1902".to_owned()], 1), "what is known is not lost");
    assert_eq!(answer.trace.rounds.len(), 2, "the third question would be the second again");
}

#[test]
fn a_judge_that_repeats_its_example_has_asked_nothing() {
    for (question, example) in [
        ("Who?", r#"{"sufficient": false, "missing": ["the age of Anna Berg"], "next": "How old is Anna Berg? "}"#),
        ("谁？", EXAMPLE_ZH),
    ] {
        let model = Arc::new(
            Scripted::new()
                .on("plan", ["Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)"])
                .on("judge", [example]),
        );
        let answer = solve(&solver(&model), question).unwrap();
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
            .on("judge", [r#"{"sufficient": true}"#])
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
    let answer = solve(&solver(&model), "?").unwrap();
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
            .on("judge", [r#"{"sufficient": false, "missing": ["教练"], "next": ""}"#]),
    );
    let answer = solve(&solver(&model), "曼联的教练生于哪一年？").unwrap();
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
            .on("judge", [r#"{"sufficient": false, "missing": ["教练"], "next": ""}"#]),
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
            .on(When::prompt("judge").containing("Zinedine"), [r#"{"sufficient": true}"#])
            .on("judge", [r#"{"sufficient": false, "missing": ["the coach"], "next": "Who is the coach?"}"#])
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
            .on("judge", [r#"{"sufficient": false, "missing": ["the stadium"], "next": "Where does it play?"}"#]),
    );
    solve(&solver(&model), QUESTION).unwrap();
    let plans: Vec<_> = model.requests().into_iter().filter(|request| request.prompt.name == "plan").collect();
    assert!(!plans[0].messages[1].text.contains("Real Madrid"));
    assert!(plans[1].messages[1].text.contains("Real Madrid"), "what no answer named is known as well");
}

#[test]
fn a_judge_is_shown_what_a_choice_was_made_from_where_it_asks_for_that() {
    let form = "Retrieval(s=s1:Club, p=p1:founded, o=o1)
Sort(set=s1, orderby=o1, direction=min, limit=1)
Output(s1)";
    let model = Arc::new(
        Scripted::new()
            .on("plan", [form])
            .on(When::prompt("judge").containing("1902"), [r#"{"sufficient": true, "missing": [], "next": ""}"#])
            .on("judge", [r#"{"sufficient": false, "missing": ["the other year"], "next": ""}"#])
            .on("generate", [r#"{"sentences": [{"text": "Manchester United.", "sources": [1]}]}"#]),
    );
    let question = "Which club is the oldest?";
    let answer = solve(&solver(&model), question).unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "{}", answer.trace);
    let judge = ModelJudge::new(model.clone()).with_left_out();
    let answer = solve(&solver(&model).with_judge(judge), question).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(column(values, 0), ["Manchester United"], "what lost is shown to the judge and is no answer");
}
