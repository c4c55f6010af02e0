//! Values read from passages: only with a quote that is there.

use std::sync::Arc;

use kag_llm::{Scripted, When};
use kag_solver::{Outcome, trace::Note};

use crate::world::{UNREAD, column, solve, solver};

const COACH: &str = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:coach, o=o1:Person)\nOutput(o1)";

fn model(read: &str) -> Scripted {
    Scripted::new()
        .on("read_values", [read])
        .on("judge", [r#"{"sufficient": true, "missing": [], "next": ""}"#])
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
        r#"{"values": [{"passage": 99, "quote": "The coach of Real Madrid is Zinedine", "value": "Zinedine"}]}"#,
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
    let probe = Arc::new(
        Scripted::new().on(When::any(), [r#"{"values": [], "sufficient": false, "missing": ["教练"], "next": ""}"#]),
    );
    let form = "Retrieval(s=s1:Club[`皇家马德里`], p=p1:教练, o=o1)\nOutput(o1)";
    let answer = solve(&solver(form).with_model(probe.clone()), "皇家马德里的教练是谁？").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }));
    assert!(probe.requests().iter().any(|request| request.messages[0].text.contains("你阅读段落")));
}
