//! The programs that show the solver and its parts, run as programs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

mod program;

use program::{run, text};

/// What the program says, which must succeed.
fn told(example: &str, arguments: &[&str]) -> String {
    let output = run(example, arguments);
    assert!(output.status.success(), "{example}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn every_retriever_finds_the_passage_that_says_so() {
    let told = told("search_only", &["Who played for Tottenham Hotspur?"]);
    for retriever in ["bm25", "dense", "fusion", "hybrid"] {
        let begin = told.find(&format!("\n{retriever}")).unwrap_or_else(|| panic!("{retriever}: {told}"));
        let found: Vec<&str> = told[begin..].lines().skip(2).take(3).collect();
        assert!(found.iter().all(|line| line.starts_with("  ") && line.contains("football/")), "{retriever}: {told}");
    }
    assert_eq!(told.matches("football/").count(), 12, "{told}");
}

#[test]
fn what_rules_derive_answers_and_is_proved() {
    let told = told("solve_with_rules", &[]);
    assert!(told.contains("Ronaldo Nazário, 2.") && !told.contains("Lionel Messi, 1."), "{told}");
    assert!(told.contains("Luís Figo, 3."), "{told}");
    assert!(told.contains("rules: 2, best 1.00") && told.contains("number of clubs"), "{told}");
    assert!(
        told.contains("«Ronaldo Nazário played for Barcelona.»"),
        "what is derived is cited from its premises: {told}"
    );
}

#[test]
fn a_planner_reads_questions_of_its_shapes_and_goes_round_again() {
    let told = told("custom_planner", &[]);
    for part in [
        "When was Juventus founded?\n1897",
        "曼联成立于哪一年？\n1878",
        "Who coaches Juventus?\nAllegri",
        "born?\n1967",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert!(told.contains("Round 2: born"), "{told}");
}
