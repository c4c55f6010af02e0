//! Rewritten plans find what the plans as given find, for less.

use std::sync::Arc;

use futures::executor::block_on;
use kag_core::Snapshot;
use kag_llm::{Answer as Said, Scripted};
use kag_solver::{
    Answer, GivenPlan, Outcome, SolveOptions, Solver,
    logical::{Optimiser, Plan, Rewriting, check, parse},
    trace::Note,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::world::{answered, solve, solver};

const WORLD: &str = "City:Ulm in Country:Germany
City:Ulm inhabitants \"126000\"
City:Ulm river River:Donau
City:Ulm river River:Iller
City:Ulm twin City:Lyon
City:Köln in Country:Germany
City:Köln inhabitants \"1084000\"
City:Köln river River:Rhein
City:Lyon in Country:France
City:Lyon inhabitants \"522000\"
City:Lyon river River:Rhône
City:Lyon river River:Saône
City:杭州 in Country:中国
City:杭州 twin City:Köln
City:Atlantis in Country:France
City:Atlantis inhabitants \"522000\"
River:Rhein length \"1233 km\"
River:Rhône length \"812 km\"
River:Donau length \"2857 km\"
Country:Monaco borders Country:France
Country:France borders Country:Germany
Country:Germany founded \"1871\"
Country:France founded \"843\"";

fn run(snapshot: &Snapshot, plan: &Plan, optimiser: Optimiser) -> Result<Answer, String> {
    let options = SolveOptions::default().with_optimiser(optimiser);
    let solver = Solver::new(GivenPlan(plan.clone())).with_options(options);
    block_on(solver.solve(snapshot, "?")).map_err(|error| error.to_string())
}

/// The rows of what the plan named, in order, each cell as text.
fn rows(answer: &Answer) -> Vec<Vec<String>> {
    let table = match &answer.outcome {
        Outcome::Answered { values, .. } => values,
        Outcome::Insufficient { known, .. } => known,
        other => panic!("{other:?}"),
    };
    let cell = |cell: &Option<kag_solver::Cell>| cell.as_ref().map_or("∅".to_owned(), ToString::to_string);
    let rows = table.rows().iter().map(|row| row.cells().iter().map(cell).collect());
    rows.collect()
}

/// A step over the variables of a plan of at most eight steps: what is bound is `v0`, `v1`, ….
fn step() -> impl Strategy<Value = String> {
    let var = || (0_usize..8).prop_map(|number| format!("v{number}"));
    let predicate = select(vec!["in", "inhabitants", "river", "twin", "borders", "length", "founded", "in|twin"]);
    let kind = select(vec![":City", ":Country", ":River", "", ":Country[Germany]"]);
    let compared =
        select(vec!["> 500000", "< 1000", "= \"Lyon\"", "!= \"Germany\"", "in [\"Ulm\", \"Köln\"]", "is null"]);
    let more = select(vec!["", " and not v0 = \"Ulm\"", " or v1 is null", ".founded > 800", ".in = \"France\""]);
    let direction = select(vec!["min", "max"]);
    let of = select(vec!["count", "sum", "max", "count_all"]);
    prop_oneof![
        4 => (var(), predicate.clone(), var(), kind.clone()).prop_map(|(from, predicate, to, kind)| {
            format!("Retrieval(s={from}, p=:{predicate}, o={to}{kind})")
        }),
        1 => (select(vec![":City", ":City[Ulm]", ":Country"]), predicate, var(), var()).prop_map(|(kind, predicate, from, to)| {
            format!("Retrieval(s={from}{kind}, p=:{predicate}, o={to})")
        }),
        3 => (var(), compared, more).prop_map(|(var, compared, more)| {
            if more.starts_with('.') { format!("Filter({var}{more})") } else { format!("Filter({var} {compared}{more})") }
        }),
        1 => (var(), var(), direction, 1_usize..3).prop_map(|(set, by, direction, limit)| {
            format!("Sort(set={set}, orderby={by}, direction={direction}, limit={limit})")
        }),
        1 => (of.clone(), var(), 0_usize..9).prop_map(|(of, var, to)| format!("Math({of}({var}))->m{to}")),
        1 => (of, var(), var(), 0_usize..9).prop_map(|(of, var, by, to)| format!("Math({of}({var}), by={by})->m{to}")),
    ]
}

/// Plans that check: steps with mistakes are left out.
fn plan() -> impl Strategy<Value = Plan> {
    let outputs = vec(select(vec!["v0", "v1", "v2", "v3", "m1", "m2", "m3"]), 1..4);
    (vec(step(), 2..14), outputs).prop_map(|(steps, outputs)| {
        let mut text = "Retrieval(s=v0:City, p=:in, o=v1:Country)\n".to_owned();
        let sound = |text: &str| !check(&parse(text).0, None).iter().any(kag_schema::Diagnostic::is_error);
        for step in steps {
            let with = format!("{text}{step}\n");
            text = if sound(&with) { with } else { text };
        }
        let mut named = Vec::new();
        for output in outputs {
            named.push(output);
            named = if sound(&format!("{text}Output({})", named.join(", "))) { named } else { vec!["v0"] };
        }
        parse(&format!("{text}Output({})", named.join(", "))).0
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_rewritten_plan_finds_the_same(plan in plan()) {
        let snapshot = crate::world::snapshot_of(WORLD);
        // What is left out cannot fail; else nothing fails that did not.
        if let Ok(plain) = run(&snapshot, &plan, Optimiser::NONE) {
            let rewritten = run(&snapshot, &plan, Optimiser::default());
            let rewritten = rewritten.map_err(|error| TestCaseError::fail(format!("{error}\n{plan}")))?;
            prop_assert_eq!(rows(&plain), rows(&rewritten), "{}\n{}", plan, plan.explain());
        }
    }
}

fn given(form: &str) -> Plan {
    let (plan, problems) = parse(form);
    assert!(problems.is_empty(), "{problems:?}");
    plan
}

#[test]
fn plans_of_the_property_are_rewritten_in_every_way() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let (mut removed, mut moved, mut pushed) = (0, 0, 0);
    for _ in 0..150 {
        for rewriting in plan().new_tree(&mut runner).unwrap().current().optimised(&Optimiser::default()).rewritings {
            match rewriting {
                Rewriting::Removed { .. } => removed += 1,
                Rewriting::Moved { .. } => moved += 1,
                Rewriting::Pushed { .. } => pushed += 1,
                _ => {}
            }
        }
    }
    assert!(removed > 30 && moved > 3 && pushed > 15, "{removed} {moved} {pushed}");
}

#[test]
fn what_nothing_uses_does_not_run_and_is_told() {
    let plan = given(
        "Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)\nRetrieval(s=s1, p=p2:coach, o=o2)
Math(count(o2))->n\nOutput(o1)",
    );
    let optimised = plan.optimised(&Optimiser::default());
    assert_eq!(optimised.plan.steps.len(), 2, "{}", optimised.plan);
    assert!(plan.explain().to_string().contains("not run, for nothing uses what it finds: Math(count(o2))->n"));
    let model =
        Arc::new(Scripted::new().on("judge", [r#"{"answer": "this"}"#]).on("generate", [r#"{"sentences": []}"#]));
    let answer = solve(&Solver::new(GivenPlan(plan)).with_model(model.clone()), "?").unwrap();
    assert_eq!(answered(&answer).0, ["1878"]);
    assert_eq!(model.calls("read_values"), 0, "nobody asked for the coach");
    assert_eq!(answer.trace.rounds[0].rewritings, optimised.rewritings);
    assert!(answer.trace.explain_analyze().contains("not run, for nothing uses what it finds"));
}

#[test]
fn what_takes_rows_away_runs_although_nothing_names_what_it_binds() {
    let plan = given(
        "Retrieval(s=s1:City, p=:in, o=o1:Country)\nRetrieval(s=o1, p=:borders, o=o2:Country[Germany])\nOutput(s1)",
    );
    assert_eq!(plan.optimised(&Optimiser::default()).rewritings, []);
}

#[test]
fn a_filter_runs_before_lookups_and_spares_the_model_their_rows() {
    let form = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1:Club)
Retrieval(s=o1, p=p2:founded, o=o2)
Retrieval(s=o1, p=p3:coach, o=o3)
Filter(o2 < date(\"1900\"))
Output(o1, o3)";
    let asked = |optimiser| {
        let model = Arc::new(
            Scripted::new()
                .on("read_values", [r#"{"values": []}"#])
                .on("judge", [r#"{"answer": "this"}"#])
                .on("generate", [r#"{"sentences": []}"#]),
        );
        let options = SolveOptions::default().with_optimiser(optimiser);
        let answer = solve(&solver(form).with_model(model.clone()).with_options(options), "?").unwrap();
        let shown = model.requests().into_iter().filter(|request| request.prompt.name == "read_values");
        let shown: String = shown.map(|request| request.messages[1].text.to_string()).collect();
        (rows(&answer), shown.contains("Real Madrid coach"), shown.contains("Manchester United coach"))
    };
    let expect = vec![vec!["Manchester United".to_owned(), "∅".to_owned()]];
    assert_eq!(asked(Optimiser::NONE), (expect.clone(), true, true));
    assert_eq!(asked(Optimiser::default()), (expect, false, true));
}

#[test]
fn a_pushed_condition_counts_what_it_leaves_out_and_asks_no_passages_for_it() {
    let form = "Retrieval(s=s1:City[Ulm], p=:inhabitants, o=o1)\nFilter(o1 > 500000)\nOutput(o1)";
    let answer = run(&crate::world::snapshot_of(WORLD), &given(form), Optimiser::default()).unwrap();
    let first = &answer.trace.rounds[0].steps[0];
    assert!(first.notes.contains(&Note::FailedEarly { matches: 1 }), "{:?}", first.notes);
    assert!(!first.notes.iter().any(|note| matches!(note, Note::PassagesFound { .. })), "{:?}", first.notes);
    assert!(rows(&answer).iter().flatten().all(|cell| cell == "∅"));
}

#[test]
fn a_filter_on_the_time_of_facts_is_a_condition_of_the_retrieval() {
    let form = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1)\nFilter(p1.time = 2011)\nOutput(o1)";
    let answer = solve(&solver(form), "?").unwrap();
    let mut clubs = answered(&answer).0;
    clubs.sort();
    assert_eq!(clubs, ["Portugal", "Real Madrid"]);
    assert!(matches!(answer.trace.rounds[0].rewritings[0], Rewriting::Qualified { .. }));
}

#[test]
fn more_matches_than_fit_are_filtered_before_they_are_cut() {
    let many: Vec<String> = (0..20).map(|at| format!("City:c{at} inhabitants \"{at}\"")).collect();
    let snapshot = crate::world::snapshot_of(&many.join("\n"));
    let mut options = SolveOptions::default();
    options.max_rows = 5;
    let solver = solver("Retrieval(s=s1:City, p=:inhabitants, o=o1)\nFilter(o1 >= 17)\nMath(count(s1))->n\nOutput(n)");
    let answer = block_on(solver.with_options(options).solve(&snapshot, "?")).unwrap();
    assert_eq!(answered(&answer).0, ["3"]);
}

#[test]
fn equal_conclusions_are_drawn_once() {
    let form = "Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)
Deduce(op=judgement, content=[o1], target=\"Is it old?\")->d1
Deduce(op=judgement, content=[o1], target=\"Is it old?\")->d2
Output(d1, d2)";
    let concluded = Said::with(|_| Ok(kag_llm::Reply::new(r#"{"conclusion": "true"}"#)));
    let model = Arc::new(
        Scripted::new()
            .on("judge_premises", [concluded])
            .on("judge", [r#"{"answer": "this"}"#])
            .on("generate", [r#"{"sentences": []}"#]),
    );
    let answer = solve(&solver(form).with_model(model.clone()), "?").unwrap();
    assert_eq!(rows(&answer), [["true", "true"]]);
    assert_eq!(model.calls("judge_premises"), 1);
    let steps = &answer.trace.rounds[0].steps;
    assert_eq!((steps[1].model.calls, steps[2].model.calls), (1, 0));
    assert!(steps[1].model.input_tokens > 50 && steps[1].model.output_tokens > 0, "{:?}", steps[1].model);
    assert!(steps[2].notes.contains(&Note::SameAs { step: 2 }));
    assert!(given(form).explain().to_string().contains("steps 2, 3 compute the same"));
}

#[test]
fn a_plan_that_names_no_output_answers_with_its_last_step() {
    let form = "Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)";
    assert_eq!(answered(&solve(&solver(form), "?").unwrap()).0, ["1878"]);
}
