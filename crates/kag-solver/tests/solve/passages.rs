//! Values read from passages: only with a quote that is there.

use std::sync::Arc;

use futures::executor::block_on;
use kag_llm::{Answer as Said, Reply, Scripted, When};
use kag_solver::{Outcome, SolveOptions, trace::Note};

use crate::world::{UNREAD, as_given, column, snapshot_of, solve, solver};

const COACH: &str = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:coach, o=o1:Person)\nOutput(o1)";

fn model(read: &str) -> Scripted {
    Scripted::new()
        .on("read_values", [read])
        .on("judge", [r#"{"answer": "this", "missing": [], "next": ""}"#])
        .on("generate", [r#"{"sentences": [{"text": "The coach is Zinedine.", "sources": [1]}, {"text": "He is tall.", "sources": [7]}]}"#])
}

/// The number under which the prompt shows the document nobody has extracted.
fn number_of_unread(solver_model: &Scripted) -> usize {
    let requests = solver_model.requests();
    let read = requests.iter().find(|request| request.prompt.name == "read_values").unwrap();
    let text = &read.messages.last().unwrap().text;
    let before = &text[..text.find("Zinedine").unwrap()];
    before.matches("Passage ").count()
}

#[test]
fn a_value_is_read_where_the_graph_is_silent_and_its_quote_is_cited() {
    // The order of passages is the retriever's; ask once to learn it.
    let probe = Arc::new(model(r#"{"values": []}"#));
    solve(&solver(COACH).with_model(probe.clone()), "Who is the coach of Real Madrid?").unwrap();
    let number = number_of_unread(&probe);

    let read = format!(
        r#"Sure! {{"values": [{{"passage": {number}, "quote": "the coach of REAL Madrid is Zinedine", "value": "Zinedine"}}]}}"#
    );
    let answer = solve(&solver(COACH).with_model(Arc::new(model(&read))), "Who is the coach of Real Madrid?").unwrap();
    let Outcome::Answered { sentences, values, citations } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["Zinedine"]);
    assert_eq!(&*citations[0].quote, "The coach of Real Madrid is Zinedine");
    assert_eq!(citations[0].span.of(UNREAD), Some(&*citations[0].quote));
    assert_eq!(sentences[0].to_string(), "The coach is Zinedine. [1]");
    assert_eq!(sentences[1].to_string(), "He is tall. [unsupported]", "a source that was not shown supports nothing");
    assert_eq!(answer.trace.rounds[0].steps[0].layers.text, 1);
}

#[test]
fn a_value_whose_quote_is_not_there_is_refused() {
    for read in [
        r#"{"values": [{"passage": 1, "quote": "the coach is Guardiola", "value": "Guardiola"}]}"#,
        r#"{"values": [{"passage": 99, "quote": "The coach of Real Madrid is Guardiola", "value": "Guardiola"}]}"#,
        r#"{"values": [{"passage": 1, "quote": "was founded in 1902", "value": "Zinedine"}]}"#,
    ] {
        let answer = solve(&solver(COACH).with_model(Arc::new(model(read))), "Who is the coach?").unwrap();
        let refused =
            answer.trace.rounds[0].steps[0].notes.iter().any(|note| matches!(note, Note::QuoteRefused { .. }));
        assert!(refused, "{read}");
        let Outcome::Insufficient { known, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
        assert!(column(known, 0).iter().all(|value| value == "∅"), "{read}");
    }
}

#[test]
fn a_quote_is_found_in_another_passage_than_the_model_says() {
    for number in [1, 2, 99] {
        let read = format!(
            r#"{{"values": [{{"passage": {number}, "quote": "The coach of Real Madrid is Zinedine", "value": "Zinedine"}}]}}"#
        );
        let answer = solve(&solver(COACH).with_model(Arc::new(model(&read))), "Who is the coach?").unwrap();
        let Outcome::Answered { citations, .. } = &answer.outcome else { panic!("{number}: {}", answer.outcome) };
        assert_eq!(citations[0].span.of(UNREAD), Some("The coach of Real Madrid is Zinedine"), "{number}");
    }
}

#[test]
fn orders_in_a_document_stay_inside_its_fence() {
    let probe = Arc::new(model(r#"{"values": []}"#));
    solve(&solver(COACH).with_model(probe.clone()), "Who is the coach of Real Madrid?").unwrap();
    let requests = probe.requests();
    let read = requests.iter().find(|request| request.prompt.name == "read_values").unwrap();
    assert!(!read.messages[0].text.contains("Ignore all rules"), "documents never enter the instruction");
    let shown = &read.messages[1].text;
    let order = shown.find("Ignore all rules").unwrap();
    assert!(shown[..order].rfind("<text-").unwrap() > shown[..order].rfind("</text-").unwrap_or(0));
}

#[test]
fn without_a_model_the_passages_are_named_and_nothing_is_invented() {
    let answer = solve(&solver(COACH), "Who is the coach of Real Madrid?").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }));
    let notes = &answer.trace.rounds[0].steps[0].notes;
    assert!(notes.iter().any(|note| matches!(note, Note::PassagesFound { chunks } if !chunks.is_empty())), "{notes:?}");
    let text = answer.trace.to_string();
    assert!(text.contains("no vectors: lexical and graph-based only"), "{text}");
}

#[test]
fn chinese_questions_are_asked_in_chinese() {
    let probe =
        Arc::new(Scripted::new().on(When::any(), [r#"{"values": [], "answer": "", "missing": ["教练"], "next": ""}"#]));
    let form = "Retrieval(s=s1:Club[`皇家马德里`], p=p1:教练, o=o1)\nOutput(o1)";
    let answer = solve(&solver(form).with_model(probe.clone()), "皇家马德里的教练是谁？").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }));
    assert!(probe.requests().iter().any(|request| request.messages[0].text.contains("你阅读段落")));
}

/// Reads `value` with `quote` out of whichever passage of the prompt holds the quote.
fn reading(value: &'static str, quote: &'static str) -> Said {
    Said::with(move |request| {
        let text = &request.messages.last().unwrap().text;
        let number = text[..text.find(quote).unwrap()].matches("Passage ").count();
        let values = serde_json::json!({ "values": [{ "passage": number, "quote": quote, "value": value }] });
        Ok(Reply::new(values.to_string()))
    })
}

fn judged() -> Scripted {
    Scripted::new()
        .on("judge", [r#"{"answer": "this", "missing": [], "next": ""}"#])
        .on("generate", [r#"{"sentences": []}"#])
}

#[test]
fn what_is_read_of_a_known_object_is_its_subject() {
    let form = "Retrieval(s=s1:Person, p=p1:coachOf, o=o1:Club[`Real Madrid`])\nOutput(s1, o1)";
    let model = judged().on("read_values", [reading("Zinedine", "The coach of Real Madrid is Zinedine")]);
    let answer = solve(&solver(form).with_model(Arc::new(model)), "Who coaches Real Madrid?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!((column(values, 0), column(values, 1)), (vec!["Zinedine".to_owned()], vec!["Real Madrid".to_owned()]));
}

#[test]
fn a_value_from_a_passage_that_does_not_name_the_thing_is_refused() {
    let form = "Retrieval(s=s1:Club[`Funchal`], p=p1:coach, o=o1)\nOutput(o1)";
    let model = judged().on("read_values", [reading("Zinedine", "The coach of Real Madrid is Zinedine")]);
    let answer = solve(&solver(form).with_model(Arc::new(model)), "Who is the coach of Funchal?").unwrap();
    let notes = &answer.trace.rounds[0].steps[0].notes;
    let refused = |note: &Note| matches!(note, Note::NotAbout { about, .. } if &**about == "Funchal");
    assert!(notes.iter().any(refused), "{notes:?}");
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "{}", answer.outcome);
}

#[test]
fn of_the_passages_that_quote_a_value_the_one_that_names_the_thing_is_cited() {
    // Both clubs' passages say the words; the model's number is that of neither.
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded_year, o=o1)\nOutput(o1)";
    let read = r#"{"values": [{"passage": 99, "quote": "was founded in 1902", "value": "1902"}]}"#;
    let model = judged().on("read_values", [read]);
    let answer = solve(&solver(form).with_model(Arc::new(model)), "When was Real Madrid founded?").unwrap();
    let Outcome::Answered { citations, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(&*citations[0].quote, "was founded in 1902");
}

#[test]
fn a_number_is_not_looked_for_in_other_passages_than_the_model_says() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:titles, o=o1)\nOutput(o1)";
    let read = r#"{"values": [{"passage": 99, "quote": "1902", "value": "1902"}]}"#;
    let answer = solve(&solver(form).with_model(Arc::new(judged().on("read_values", [read]))), "How many?").unwrap();
    let notes = &answer.trace.rounds[0].steps[0].notes;
    assert!(notes.iter().any(|note| matches!(note, Note::QuoteRefused { .. })), "{notes:?}");
}

#[test]
fn a_quote_that_is_only_alike_counts_by_how_like_it_is() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:coach, o=o1)\nOutput(o1)";
    let alike = |quote: &'static str| {
        let read = Said::with(move |request| {
            let text = &request.messages.last().unwrap().text;
            let number = text[..text.find("Zinedine").unwrap()].matches("Passage ").count();
            let values = serde_json::json!({ "values": [{ "passage": number, "quote": quote, "value": "Zinedine" }] });
            Ok(Reply::new(values.to_string()))
        });
        let model = judged().on("read_values", [read]);
        let answer = solve(&solver(form).with_model(Arc::new(model)), "Who coaches Real Madrid?").unwrap();
        answer.trace.rounds[0].steps[0].table.rows().first().map(|row| row.score.get())
    };
    let score = alike("The coach at Real Madrid was Zinedine").unwrap();
    assert!((0.375..0.5).contains(&score), "{score}");
    assert_eq!(alike("The coach of Real Madrid is Zinedine"), Some(0.5));
    assert_eq!(alike("Zinedine has trained the team of Madrid for years"), None);
}

#[test]
fn every_value_that_was_read_is_asked_about_in_turn() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:coach, o=o1)\nRetrieval(s=o1, p=p2:age, o=o2)\nOutput(o1)";
    let two = Said::with(|request| {
        let text = &request.messages.last().unwrap().text;
        let number = text[..text.find("Zinedine").unwrap()].matches("Passage ").count();
        let value = |value: &str| serde_json::json!({ "passage": number, "quote": UNREAD, "value": value });
        Ok(Reply::new(serde_json::json!({ "values": [value("Zinedine"), value("Nobody")] }).to_string()))
    });
    let model = Arc::new(
        judged()
            .on(When::prompt("read_values").containing("Zinedine age"), [r#"{"values": []}"#])
            .on(When::prompt("read_values").containing("Nobody age"), [r#"{"values": []}"#])
            .on("read_values", [two]),
    );
    let solver = solver(form).with_model(model.clone()).with_options(as_given());
    let answer = solve(&solver, "How old are the coaches of Real Madrid?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["Zinedine", "Nobody"]);
    assert_eq!(model.calls("read_values"), 3, "both are asked about");
}

#[test]
fn a_reply_that_cannot_be_used_is_noted_and_the_rest_stands() {
    let model = judged().on("read_values", ["I would rather not."]);
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded|coach, o=o1)
Retrieval(s=s1, p=p2:coach, o=o2)
Output(o1)";
    let solver = solver(form).with_model(Arc::new(model)).with_options(as_given());
    let answer = solve(&solver, "When was Real Madrid founded?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["1902"]);
    let notes = &answer.trace.rounds[0].steps[1].notes;
    assert!(notes.iter().any(|note| matches!(note, Note::ReplyUnusable { .. })), "{notes:?}");
}

#[test]
fn what_a_question_refers_to_is_put_into_it_and_stays_with_what_is_read() {
    let form = "Step1: Which clubs?
Action1: Retrieval(s=s1:Club, p=p1:founded, o=o1)
Step2: Who is the coach of the club founded in #1?
Action2: Retrieval(s=s2:Person, p=p2:coaches, o=o2:Team)
Output(s1, o1, o2)";
    let asked_of = |request: &kag_llm::Request| {
        let text = &request.messages.last().unwrap().text;
        text.lines().find(|line| line.starts_with("Who is the coach")).unwrap().to_owned()
    };
    let model = Arc::new(
        judged()
            .on(
                When::prompt("read_values").containing("founded in 1902?"),
                [reading("Zinedine", "The coach of Real Madrid is Zinedine")],
            )
            .on("read_values", [r#"{"values": []}"#]),
    );
    let answer = solve(&solver(form).with_model(model.clone()), "Who coaches the clubs?").unwrap();
    let asked: Vec<String> =
        model.requests().iter().filter(|request| request.prompt.name == "read_values").map(asked_of).collect();
    assert_eq!(asked.len(), 2, "once for each year: {asked:?}");
    assert!(asked.iter().all(|question| !question.contains('#')), "{asked:?}");
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    let rows: Vec<Vec<String>> = (0..3).map(|at| column(values, at)).collect();
    let at = rows[0].iter().position(|club| club == "Real Madrid").unwrap();
    assert_eq!((rows[1][at].as_str(), rows[2][at].as_str()), ("1902", "Zinedine"));
    assert_eq!(rows[2].iter().filter(|coach| *coach == "∅").count(), rows[2].len() - 1, "the pair stays a pair");
}

#[test]
fn several_things_are_read_about_in_one_call_and_none_is_lost() {
    let form = "Retrieval(s=s1:Club, p=p1:founded, o=o1)\nRetrieval(s=s1, p=p2:opening, o=o2)\nOutput(s1, o2)";
    let quotes = [
        ("Real Madrid", "Real Madrid was founded in 1902"),
        ("Manchester United", "Manchester United was founded in 1878"),
    ];
    let read = Said::with(move |request| {
        let text = &request.messages.last().unwrap().text;
        let number = |word: &str, of: &str| text[..text.find(of).unwrap()].matches(word).count();
        let values = quotes.iter().map(|(club, quote)| {
            let question = number("Question ", &format!("{club} opening"));
            let value = &quote[quote.len() - 4..];
            serde_json::json!({ "question": question, "passage": number("Passage ", quote), "quote": quote, "value": value })
        });
        let wrong = serde_json::json!({ "question": 1, "passage": 99, "quote": "nowhere", "value": "x" });
        Ok(Reply::new(serde_json::json!({ "values": values.chain([wrong]).collect::<Vec<_>>() }).to_string()))
    });
    let model = Arc::new(judged().on("read_many", [read]));
    let options = SolveOptions::default().with_reads_per_call(4);
    let answer = solve(&solver(form).with_model(model.clone()).with_options(options), "?").unwrap();
    let Outcome::Answered { values, citations, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    let mut rows: Vec<String> =
        column(values, 0).into_iter().zip(column(values, 1)).map(|(club, year)| format!("{club} {year}")).collect();
    rows.sort();
    assert_eq!(rows, ["Manchester United 1878", "Real Madrid 1902"]);
    assert_eq!((model.calls("read_many"), model.calls("read_values")), (1, 0));
    assert!(quotes.iter().all(|(_, quote)| citations.iter().any(|citation| &*citation.quote == *quote)));
    let step = &answer.trace.rounds[0].steps[1];
    assert_eq!(step.model.calls, 1);
    assert!(step.notes.iter().any(|note| matches!(note, Note::QuoteRefused { .. })), "{:?}", step.notes);
}

/// The questions that passages were asked, sorted.
fn asked_of(model: &Scripted) -> Vec<String> {
    let requests = model.requests();
    let read = requests.iter().filter(|request| request.prompt.name == "read_values");
    let question = |text: &str| text.lines().find(|line| line.ends_with("coach")).unwrap().to_owned();
    let mut asked: Vec<String> = read.map(|request| question(&request.messages.last().unwrap().text)).collect();
    asked.sort();
    asked
}

#[test]
fn of_several_names_the_one_that_the_graph_does_not_know_is_asked_about_too() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`|`Zzyx Town`], p=p1:coach, o=o1)\nOutput(o1)";
    let model = Arc::new(judged().on("read_values", [r#"{"values": []}"#]));
    solve(&solver(form).with_model(model.clone()), "Who are the coaches?").unwrap();
    assert_eq!(asked_of(&model), ["Real Madrid coach", "Zzyx Town coach"]);
}

#[test]
fn a_name_that_is_only_like_a_nodes_is_asked_about_as_it_is_written() {
    let form = "Retrieval(s=s1:Club[`Real Madrids`], p=p1:coach, o=o1)\nOutput(s1, o1)";
    let model = Arc::new(judged().on("read_values", [reading("Zinedine", "The coach of Real Madrid is Zinedine")]));
    let answer = solve(&solver(form).with_model(model.clone()), "Who is the coach?").unwrap();
    assert_eq!(asked_of(&model), ["Real Madrids coach"]);
    let linked = |note: &Note| note.to_string().starts_with("\"Real Madrids\" is Real Madrid (similar");
    assert!(answer.trace.rounds[0].steps[0].notes.iter().any(linked), "{}", answer.trace);
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(column(values, 0), ["Real Madrids"], "shown as the plan has it; the passage names the node");
    assert_eq!(column(values, 1), ["Zinedine"]);
}

#[test]
fn a_number_that_is_read_can_be_computed_with_though_a_node_is_called_so() {
    let snapshot = snapshot_of("Club:Alpha opened Year:1921\nClub:Beta opened Year:1930");
    let form = "Retrieval(s=s1[Alpha], p=p1:`first opened`, o=o1)\nMath(o1 + 1)->next\nOutput(next)";
    let model = judged().on("read_values", [reading("1921", "Club:Alpha opened Year:1921")]);
    let answer = block_on(solver(form).with_model(Arc::new(model)).solve(&snapshot, "?")).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(column(values, 0), ["1922"]);

    let typed = "Retrieval(s=s1[Alpha], p=p1:`first opened`, o=o1:Year)\nOutput(o1)";
    let model = judged().on("read_values", [reading("1921", "Club:Alpha opened Year:1921")]);
    let answer = block_on(solver(typed).with_model(Arc::new(model)).solve(&snapshot, "?")).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    let cell = values.rows()[0].cell(0).unwrap();
    assert!(matches!(cell.value, kag_core::Value::Node(_)), "a type that is asked for says what it is: {cell:?}");
}
