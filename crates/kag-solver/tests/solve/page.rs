//! A trace as text, JSON, a graph and a page, also where everything it shows is hostile.

use std::{collections::BTreeSet, sync::Arc};

use futures::executor::block_on;
use kag_llm::Scripted;
use kag_solver::{Answer, GivenPlan, Solver, logical::parse};

use crate::world::{as_given, snapshot_of, solve, solver};

const FORM: &str = "Step1: Which clubs?
Action1: Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1:Club, p.time=2011)
Retrieval(s=o1, p=p2:founded, o=o2)
Retrieval(s=o1, p=p3:coach, o=o3)
Sort(set=o1, orderby=o2, direction=max, limit=1)
Output(o1, o3)";

fn answer() -> Answer {
    solve(&solver(FORM), "2011年C罗效力的俱乐部？").unwrap()
}

const EVIL: &str = "</td></svg><script>alert('x')</script><img src=x onerror=\"alert(1)\"> & \u{202e}";

/// A solve in which a document, its names, the plan, the question and the model are hostile.
fn hostile() -> Answer {
    let name = EVIL.replace(' ', "_");
    let world = format!("Club:{name} founded \"{}\"\nClub:{name} owner Person:{name}", EVIL.replace('"', "'"));
    let mut plan =
        parse("Retrieval(s=s1:Club, p=p1:founded|owner, o=o1)\nRetrieval(s=s1, p=p2:coach, o=o2)\nOutput(o1, o2)").0;
    for step in &mut plan.steps {
        step.subquestion = Some(EVIL.into());
    }
    let evil = serde_json::json!(EVIL);
    let said = |text: String| vec![kag_llm::Answer::from(text.as_str())];
    let model = Scripted::new()
        .on("read_values", said(format!(r#"{{"values": [{{"passage": 1, "quote": {evil}, "value": {evil}}}]}}"#)))
        .on("judge", said(format!(r#"{{"answer": "this", "missing": [{evil}], "next": ""}}"#)))
        .on("generate", said(format!(r#"{{"sentences": [{{"text": {evil}, "sources": [1]}}]}}"#)));
    let solver = Solver::new(GivenPlan(plan)).with_model(Arc::new(model)).with_options(as_given());
    block_on(solver.solve(&snapshot_of(&world), EVIL)).unwrap()
}

/// The names of all tags of a page.
fn tags(page: &str) -> BTreeSet<&str> {
    let begins = page.split('<').skip(1);
    begins.map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && !"/!".contains(c)).unwrap()]).collect()
}

#[test]
fn a_page_holds_only_the_tags_that_it_is_made_of() {
    let made_of: BTreeSet<&str> = [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "h3",
        "section",
        "article",
        "p",
        "a",
        "em",
        "dl",
        "div",
        "dt",
        "dd",
        "ol",
        "ul",
        "li",
        "blockquote",
        "mark",
        "br",
        "small",
        "svg",
        "path",
        "rect",
        "text",
        "details",
        "summary",
        "pre",
        "code",
        "span",
        "table",
        "tr",
        "th",
        "td",
    ]
    .into();
    let hostile = hostile().to_html();
    for page in [answer().to_html(), hostile.clone()] {
        let foreign: Vec<_> =
            tags(&page).into_iter().filter(|tag| !made_of.contains(tag.trim_start_matches('/'))).collect();
        assert!(foreign.is_empty(), "{foreign:?}");
        for tag in ["section", "article", "div", "table", "tr", "td", "ul", "li", "svg", "details", "pre", "a", "p"] {
            let count = |begin: &str| page.matches(begin).count();
            let opened = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
            assert_eq!(opened, count(&format!("</{tag}>")), "{tag} is closed as often as it is opened");
        }
    }
    assert!(hostile.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"), "the text is shown");
    assert!(!hostile.contains('\u{202e}'));
    // Quotes in attributes: nothing begins an attribute but the page's own.
    assert!(!hostile.contains("onerror=\""), "{hostile}");
}

#[test]
fn a_page_shows_the_plan_the_layers_the_sources_and_the_cost() {
    let page = answer().to_html();
    for part in [
        "<mark>2009年至2018年效力于皇家马德里</mark>",
        "<dt>answered by</dt><dd>graph 2, nothing 1</dd>",
        "<svg class=\"plan\"",
        "<a href=\"#r1s1\">",
        "<article id=\"r1s1\">",
        "<li class=\"answered\"><span class=\"information\">information</span> ",
        "<li class=\"unasked\"><span class=\"rules\">rules</span> not asked, for there are no rules</li>",
        "<p>Which clubs?</p>",
        "runs before Retrieval(s=o1, p=p3:coach, o=o3)",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let targets = page.split("href=\"#").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]);
    for target in targets {
        assert!(page.contains(&format!("id=\"{target}\"")), "{target} is somewhere");
    }
    assert!(!page.contains("http") && !page.contains("<script") && !page.contains("src="), "nothing is loaded");
}

#[test]
fn every_step_costs_what_it_asked() {
    let page = hostile().to_html();
    let step = &page[page.find("<article id=\"r1s2\">").unwrap()..];
    assert!(step[..step.find("</article>").unwrap()].contains(" 1 calls, "), "{step}");
}

#[test]
fn the_graph_has_a_box_a_step_and_an_arrow_a_need() {
    let dot = answer().trace.to_dot();
    assert!(dot.contains("    r1s1 -> r1s2;\n") && dot.contains("r1s5 [label=\"5. Output(o1, o3)"), "{dot}");
    assert!(dot.contains("information: 1, best 1.00"), "{dot}");
    let hostile = hostile().trace.to_dot();
    // Outside of quotes there are only our own words.
    let mut outside = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for character in hostile.chars() {
        match (quoted, character) {
            (true, _) if escaped => escaped = false,
            (true, '\\') => escaped = true,
            (_, '"') => quoted = !quoted,
            (false, other) => outside.push(other),
            (true, _) => {}
        }
    }
    assert!(!quoted && !outside.contains("script") && !outside.contains('<'), "{outside}");
    assert_eq!(outside.matches('{').count(), outside.matches('}').count());
}

#[test]
fn an_answer_is_json_with_its_summary() {
    for (answer, graph) in [(answer(), 2), (hostile(), 1)] {
        let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&answer).unwrap()).unwrap();
        assert_eq!(json["layers"]["graph"], graph);
        assert_eq!(json["model"]["calls"], answer.model.calls);
        let steps = json["trace"]["rounds"][0]["steps"].as_array().unwrap();
        assert_eq!(steps.len(), answer.trace.rounds[0].steps.len());
        assert!(steps[0]["answers"][0]["said"].is_object(), "{}", steps[0]["answers"]);
        assert!(steps[0]["micros"].is_number());
    }
}

#[test]
fn a_trace_in_words_names_layers_and_their_reasons() {
    let text = answer().trace.to_string();
    for part in [
        "  asks: Which clubs?\n",
        "    text: not asked, for the graph's 1.00 reaches 0.50\n",
        "Layers: graph 2, nothing 1\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
