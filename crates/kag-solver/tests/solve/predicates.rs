//! Predicates that mean what a plan says in other words.

use std::sync::Arc;

use futures::executor::block_on;
use kag_core::Embedding;
use kag_llm::{Embedder, Purpose};
use kag_solver::{Answer, Outcome, PredicateLinkOptions, SolveOptions, async_trait, trace::Note};

use crate::world::{answered, snapshot_of, solver};

/// Trainers and coaches are much alike, grounds and stadiums the same.
#[derive(Debug)]
struct Meaning;

#[async_trait]
impl Embedder for Meaning {
    fn id(&self) -> &str {
        "meaning"
    }

    fn dim(&self) -> usize {
        2
    }

    async fn embed(&self, texts: &[&str], _: Purpose) -> kag_llm::Result<Vec<Embedding>> {
        let vector = |text: &&str| match *text {
            "coach" => [1.0, 0.0],
            "trainer" => [0.8, 0.6],
            "stadium" | "ground" => [0.0, 1.0],
            _ => [0.0, 0.0],
        };
        Ok(texts.iter().map(|text| Embedding::new(vector(text))).collect())
    }
}

const CLUBS: &str = "Club:Alpha coach Person:Ada\nClub:Alpha stadium Place:Hill
Club:Beta coach Person:Bo\nPerson:Cleo coach Club:Gamma
Club:Delta coach Person:Dan\nClub:Delta coach Person:Dora";

fn ask(club: &str, predicate: &str, link: Option<(f32, f32)>) -> Answer {
    let form = format!("Retrieval(s=s1:Club[{club}], p=p1:{predicate}, o=o1)\nOutput(o1)");
    let mut options = SolveOptions::default();
    options.link_predicates =
        link.map(|(threshold, margin)| PredicateLinkOptions::default().with_threshold(threshold).with_margin(margin));
    let solver = solver(&form).with_embedder(Arc::new(Meaning)).with_options(options);
    block_on(solver.solve(&snapshot_of(CLUBS), "?")).unwrap()
}

/// The predicate that was compared, its score, that of the next one, and whether it was taken.
fn compared(answer: &Answer) -> Vec<(String, f32, Option<f32>, bool)> {
    let notes = answer.trace.rounds[0].steps[0].notes.iter();
    let linked = notes.filter_map(|note| match note {
        Note::PredicateLinked { predicate, score, next, used, .. } => {
            Some((predicate.to_string(), score.get(), next.map(|next| next.get()), *used))
        }
        _ => None,
    });
    linked.collect()
}

#[test]
fn a_predicate_that_means_the_same_answers_with_its_fact_and_its_score() {
    let answer = ask("Alpha", "trainer", Some((0.7, 0.1)));
    assert_eq!(answered(&answer), (vec!["Ada".to_owned()], vec!["Club:Alpha coach Person:Ada"]));
    assert_eq!(compared(&answer), [("coach".to_owned(), 0.8, Some(0.6), true)]);
    assert!(answer.trace.to_string().contains("\"coach\" of Alpha is taken for \"trainer\": 0.80, the next 0.60"));
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(values.rows()[0].score.get(), 0.8, "no surer than the link");
    assert_eq!(answered(&ask("Gamma", "trainer", Some((0.7, 0.1)))).0, ["Cleo"], "in the other direction too");
}

#[test]
fn what_is_not_like_enough_or_not_alone_is_noted_and_not_taken() {
    for (club, predicate, link, expected) in [
        ("Alpha", "trainer", (0.9, 0.1), ("coach", 0.8, Some(0.6))),
        ("Alpha", "trainer", (0.7, 0.3), ("coach", 0.8, Some(0.6))),
        ("Delta", "trainer", (0.7, 0.1), ("coach", 0.8, None)),
        ("Beta", "unheard of", (0.7, 0.1), ("coach", 0.0, None)),
    ] {
        let answer = ask(club, predicate, Some(link));
        assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "{club} {predicate}: {}", answer.trace);
        let (name, score, next) = expected;
        assert_eq!(compared(&answer), [(name.to_owned(), score, next, false)], "{club} {predicate}");
    }
}

#[test]
fn a_predicate_that_the_graph_has_is_not_compared_and_by_default_none_is() {
    let stadium = ask("Alpha", "stadium", Some((0.0, 0.0)));
    assert_eq!((answered(&stadium).0, compared(&stadium)), (vec!["Hill".to_owned()], Vec::new()));
    let ground = ask("Alpha", "ground", None);
    assert!(matches!(ground.outcome, Outcome::Insufficient { .. }) && compared(&ground).is_empty());
    assert_eq!(answered(&ask("Alpha", "ground", Some((0.7, 0.1)))).0, ["Hill"]);
}
