//! What the graph answers without a model.

use kag_solver::{Error, Outcome, trace::Note};

use crate::world::{CAREER, column, solve, solver, values_of};

const YOUNGEST_OF_2011: &str = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1, p1.time=2011)
Retrieval(s=o1, p=p2:founded, o=o2)
Sort(set=o1, orderby=o2, direction=max, limit=1)
Output(o1)";

#[test]
fn the_youngest_team_of_2011_is_found_through_intervals_and_pairs() {
    let answer = solve(&solver(YOUNGEST_OF_2011), "2011年C罗效力的球队中，哪支成立最晚？").unwrap();
    let Outcome::Answered { sentences, values, citations } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["Portugal"]);
    assert_eq!(sentences[0].text, "Portugal。");
    let quotes: Vec<&str> = citations.iter().map(|citation| &*citation.quote).collect();
    assert!(
        quotes.contains(&"2003年起效力于葡萄牙国家队") && quotes.contains(&"Portugal was founded in 1921."),
        "{quotes:?}"
    );
    for citation in citations.iter().filter(|citation| &*citation.uri == "note:career") {
        assert_eq!(citation.span.of(CAREER), Some(&*citation.quote), "spans are bytes of the document");
    }
    let steps = &answer.trace.rounds[0].steps;
    assert_eq!(column(&steps[0].table, 2), ["Real Madrid", "Portugal"], "2009-2018 meets 2011; 2003-2009 does not");
    assert!(steps[0].notes.contains(&Note::Untimed { facts: 1 }), "{:?}", steps[0].notes);
    assert_eq!((steps[0].layers.information, steps[1].layers.knowledge), (2, 2));
}

#[test]
fn pairs_stay_together_and_rows_without_a_match_stay_with_null() {
    let form = "Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1)
Retrieval(s=o1, p=p2:founded, o=o2)
Sort(set=o1, orderby=o2, direction=min)
Output(o1, o2)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Answered { values, .. } = answer.outcome else { panic!() };
    let pairs: Vec<_> = column(&values, 0).into_iter().zip(column(&values, 1)).collect();
    let expected = [("Manchester United", "1878"), ("Real Madrid", "1902"), ("Portugal", "1921"), ("Funchal", "∅")];
    assert_eq!(pairs, expected.map(|(team, year)| (team.to_owned(), year.to_owned())));
}

#[test]
fn a_retrieval_to_something_fixed_is_a_condition() {
    let form = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1:Club)
Retrieval(s=o1, p=p2:belongTo, o=c1:Concept[giant])
Output(o1)";
    assert_eq!(values_of(form), ["Real Madrid"]);
}

#[test]
fn a_pattern_can_be_entered_from_its_object() {
    assert_eq!(values_of("Retrieval(s=s1:Person, p=p1:playsFor, o=o1:Club[曼联])\nOutput(s1)"), ["C罗"]);
}

#[test]
fn constraints_compare_dates_in_either_direction() {
    let before =
        "Retrieval(s=s1:Club, p=p1:founded, o=o1)\nRetrieval(s=s1, p=p2:founded, o=o2, s.founded<1900)\nOutput(s1)";
    assert_eq!(values_of(before), ["Manchester United"]);
    let from = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1, p.from>=2009)\nOutput(o1)";
    assert_eq!(values_of(from), ["Real Madrid"]);
}

#[test]
fn a_misspelt_name_is_linked_and_the_trace_says_how() {
    let form = "Retrieval(s=s1:Club[`Manchestr United`], p=p1:founded, o=o1)\nOutput(o1)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["1878"]);
    let text = answer.trace.to_string();
    assert!(text.contains("\"Manchestr United\" is Manchester United (similar, 0."), "{text}");
}

#[test]
fn a_name_that_only_a_node_of_another_type_bears_means_that_node() {
    let form = "Retrieval(s=s1:NationalTeam[`皇家马德里`], p=p1:founded, o=o1)\nOutput(o1)";
    let answer = solve(&solver(form), "皇家马德里何时成立？").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["1902"]);
    assert!(answer.trace.to_string().contains("of another type, 0.50"), "{}", answer.trace);
}

#[test]
fn what_is_not_there_is_insufficient_and_says_what_is_missing() {
    let form = "Retrieval(s=s1:Club[`Nowhere FC`], p=p1:founded, o=o1)\nOutput(o1)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Insufficient { missing, known, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(missing, &["a value for `o1`: Retrieval(s=s1:Club[Nowhere FC], p=p1:founded, o=o1)"]);
    assert!(known.is_empty());
    assert!(answer.trace.to_string().contains("\"Nowhere FC\" is not in the graph"));
}

#[test]
fn ties_at_the_limit_are_reported() {
    let form = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1, p1.time=2005)
Sort(set=o1, orderby=s1, direction=min, limit=1)
Output(o1)";
    let answer = solve(&solver(form), "?").unwrap();
    let notes = &answer.trace.rounds[0].steps[1].notes;
    assert!(matches!(&notes[..], [Note::Tied { left_out }] if left_out.len() == 1), "{notes:?}");
}

#[test]
fn a_plan_with_mistakes_is_refused_with_their_places() {
    let (plan, _) = kag_solver::logical::parse("Sort(set=o9, orderby=o9, direction=max, limit=1)\nOutput(o9)");
    let refused = solve(&kag_solver::Solver::new(kag_solver::GivenPlan(plan)), "?").unwrap_err();
    let Error::Plan { diagnostics, .. } = &refused else { panic!("{refused:?}") };
    assert!(diagnostics[0].message.contains("o9"), "{refused}");
}

#[test]
fn the_page_holds_everything_and_loads_nothing() {
    let answer = solve(&solver(YOUNGEST_OF_2011), "<script>alert(1)</script>？").unwrap();
    let page = answer.to_html();
    for part in [
        "Portugal was founded in 1921.",
        "Real Madrid",
        "information</span> 2, best",
        "knowledge</span> 2, best",
        "href=\"#c1\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("http"));
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["outcome"]["outcome"], "answered");
    assert_eq!(json["trace"]["rounds"][0]["steps"][0]["layers"]["information"], 2);
}

#[test]
fn a_node_equals_its_names() {
    let teams = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1:Club, p1.time=2011)\n";
    let equal = format!("{teams}Deduce(left=o1, right=\"皇家马德里\", op=equal)->d1\nOutput(d1)");
    assert_eq!(values_of(&equal), ["true"], "an alias in another language");
    let differ = format!("{teams}Deduce(left=o1, right=\"Manchester United\", op=equal)->d1\nOutput(d1)");
    assert_eq!(values_of(&differ), ["false"]);
    let condition = "Retrieval(s=s1:Club, p=p1:founded, o=o1, s.belongTo=\"giant\")\nOutput(s1)";
    assert_eq!(values_of(condition), ["Real Madrid"]);
    let other = "Retrieval(s=s1:Club, p=p1:founded, o=o1, s.belongTo!=\"giant\")\nOutput(s1)";
    assert!(!matches!(solve(&solver(other), "?").unwrap().outcome, Outcome::Answered { .. }), "a club of no concept");
}

#[test]
fn membership_in_a_list_is_equality_with_one_of_it() {
    let founded = |list: &str| format!("Retrieval(s=s1:Club, p=p1:founded, o=o1, s.belongTo in [{list}])\nOutput(s1)");
    assert_eq!(values_of(&founded("\"titan\", \"GIANT\"")), ["Real Madrid"]);
    let part = solve(&solver(&founded("\"a giant club\", \"x\"")), "?").unwrap();
    assert!(matches!(part.outcome, Outcome::Insufficient { .. }), "a part of a name is not the name");
}

#[test]
fn what_was_found_is_not_lost_beside_what_was_not() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)
Retrieval(s=s2:Club[`Nowhere FC`], p=p2:founded, o=o2)
Output(o1, o2)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Insufficient { missing, known, citations } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(missing, &["a value for `o2`: Retrieval(s=s2:Club[Nowhere FC], p=p2:founded, o=o2)"]);
    assert_eq!((column(known, 0), column(known, 1)), (vec!["1902".to_owned()], vec!["∅".to_owned()]));
    assert_eq!(&*citations[0].quote, "Real Madrid was founded in 1902.");
}

#[test]
fn one_variable_at_both_ends_is_one_thing() {
    let form = "Retrieval(s=a1:Concept, p=p1:isA, o=a1)\nOutput(a1)";
    let found = solve(&solver(form), "?").map(|answer| answer.outcome);
    assert!(!matches!(found, Ok(Outcome::Answered { .. })), "nothing is a kind of itself: {found:?}");
}

#[test]
fn predicates_that_are_called_alike_belong_each_to_its_own_retrieval() {
    let form = "Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1, p1.from=2009)
Retrieval(s=o1, p=p1:founded, o=o2)
Output(o1, o2)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!((column(values, 0), column(values, 1)), (vec!["Real Madrid".to_owned()], vec!["1902".to_owned()]));
}

#[test]
fn a_predicate_left_open_twice_is_one_predicate() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)
Retrieval(s=s2:Club[`曼联`], p=p1, o=o2)
Output(o2)";
    assert_eq!(values_of(form), ["1878"]);
}
