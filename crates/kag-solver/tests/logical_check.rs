//! Order, dependencies and checks of plans.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag_solver::logical::{Plan, check, parse};

fn plan(text: &str) -> Plan {
    let (plan, problems) = parse(text);
    assert!(problems.is_empty(), "{text}\n{problems:?}");
    plan
}

/// What the check says of `text`: `error: …` or `warning: …`.
fn problems(text: &str) -> Vec<String> {
    let found = check(&plan(text), None);
    let found = found.iter().map(|problem| format!("{}: {}", problem.severity, problem.message));
    found.collect()
}

const TEAMS: &str = "Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1:球队, p.time=2011)\n\
                     Retrieval(s=o1, p=p2:成立年份, o=o2)\n\
                     Retrieval(s=o1, p=p3:主教练, o=o3)\n\
                     Sort(set=o1, orderby=o2, direction=max, limit=1)\n\
                     Output(o1, o3)";

#[test]
fn a_sound_plan_has_no_problems() {
    assert_eq!(problems(TEAMS), [""; 0]);
}

#[test]
fn independent_steps_share_a_level() {
    assert_eq!(plan(TEAMS).levels(), [vec![0], vec![1, 2], vec![3], vec![4]]);
}

#[test]
fn a_plan_out_of_order_is_put_in_order_with_a_warning() {
    let text = "Output(o2)\nRetrieval(s=o1, p=p2:成立年份, o=o2)\nRetrieval(s=s1:球员[C罗], p=p1:效力于, o=o1)";
    let ordered = plan(text).ordered();
    assert_eq!(
        ordered.to_string(),
        "Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1)\nRetrieval(s=o1, p=p2:成立年份, o=o2)\nOutput(o2)\n"
    );
    assert_eq!(
        problems(text),
        ["warning: `o2` is used before step 2 binds it", "warning: `o1` is used before step 3 binds it",]
    );
    assert_eq!(check(&ordered, None), []);
}

#[test]
fn a_circle_names_its_steps() {
    let text = "Retrieval(s=o2, p=p1:a, o=o1)\nRetrieval(s=o1, p=p2:b, o=o2)\nOutput(o1)";
    assert_eq!(plan(text).dependencies().cycle().unwrap().steps, [0, 1]);
    assert_eq!(problems(text), ["error: steps 1, 2 need each other"]);
    assert_eq!(plan(text).levels(), [vec![0], vec![1, 2]], "the first comes before what it needs");
}

#[test]
fn unknown_variables_are_reported_with_the_nearest() {
    let (plan, _) = parse("Retrieval(s=s1:A[b], p=p1:c, o=team1)\nOutput(taem1)");
    let mut found = check(&plan, None);
    found.retain(|problem| problem.is_error());
    assert_eq!(found[0].message, "nothing binds `taem1`");
    assert_eq!(found[0].hint.as_deref(), Some("did you mean `team1`?"));
    let (plan, _) = parse("Retrieval(s=张三, p=p1:妻子, o=o1)\nOutput(o1)");
    assert_eq!(check(&plan, None)[0].hint.as_deref(), Some("if it is a name, write [张三]"));
}

#[test]
fn one_variable_has_one_meaning() {
    for (text, step) in [
        ("Retrieval(s=s1:A[a], p=p1:x, o=o1)\nRetrieval(s=s1:A[b], p=p1:x, o=o2)\nOutput(o1, o2)", 1),
        ("Retrieval(s=s1:A[a], p=p1:x, o=o1)\nMath(o1 + 1)->o1\nOutput(o1)", 1),
        ("Retrieval(s=s1:A[a], p=o1:x, o=o2)\nRetrieval(s=o2, p=p2:y, o=o1)\nOutput(o1)", 1),
    ] {
        let message = |problem: &String| {
            problem.starts_with("error")
                && problem.ends_with(&format!("is bound here and, with another meaning, in step {step}"))
        };
        assert!(problems(text).iter().any(message), "{text}: {:?}", problems(text));
    }
    // Two retrievals may look for one variable: what they find is joined.
    assert_eq!(
        problems("Retrieval(s=s1:人[甲], p=p1:朋友, o=o1)\nRetrieval(s=s2:人[乙], p=p1:朋友, o=o1)\nOutput(o1)"),
        [""; 0]
    );
}

#[test]
fn sorting_by_what_has_nothing_to_do_with_it_is_an_error() {
    let text = "Retrieval(s=s1:A[a], p=p1:x, o=o1)\nRetrieval(s=s2:B[b], p=p2:y, o=o2)\n\
                Sort(set=o1, orderby=o2, direction=max)\nOutput(o1)";
    assert_eq!(problems(text), ["error: `o2` has nothing to do with `o1`"]);
}

#[test]
fn unused_steps_and_missing_output_are_warned_of() {
    let text = "Retrieval(s=s1:A[a], p=p1:x, o=o1)\nRetrieval(s=s2:B[b], p=p2:y, o=o2)\nMath(count(o1))->n";
    assert_eq!(
        problems(text),
        ["warning: nothing uses what this step finds", "warning: no `Output`: this step is the answer",]
    );
    assert_eq!(plan(text).answer()[0].to_string(), "n");
    // A step that narrows what others bind is of use without a name.
    assert_eq!(
        problems("Retrieval(s=s1:人[甲], p=p1:朋友, o=o1)\nRetrieval(s=o1, p=p2:国籍, o=:国家[中国])\nOutput(o1)"),
        [""; 0]
    );
}

#[test]
fn deductions_need_their_sides() {
    assert_eq!(problems("Deduce(op=greater, left=\"1\")->d\nOutput(d)")[0], "error: two sides are wanted");
    assert_eq!(problems("Deduce(op=greater, content=[\"1\", \"2\"])->d\nOutput(d)"), [""; 0]);
    assert!(problems("Deduce(op=judgement)->d\nOutput(d)")[0].starts_with("warning: no premises"));
}

#[test]
fn equal_retrievals_are_found_through_what_they_bind() {
    let text = "Retrieval(s=s1:公司[华为], p=p1:创始人, o=o1)\n\
                Retrieval(s=s9:公司[华为], p=p9:创始人, o=o9)\n\
                Retrieval(s=o1, p=p2:出生年份, o=o2)\n\
                Retrieval(s=o9, p=p3:出生年份, o=o3)\n\
                Retrieval(s=o9, p=p4:出生地, o=o4)\n\
                Output(o2, o3, o4)";
    assert_eq!(plan(text).equal_retrievals(), [vec![0, 1], vec![2, 3]]);
}
