//! What is known of a question beforehand: how it is answered, and where each part stands.

use std::collections::BTreeMap;

use kag::{
    NameKey, Value,
    core::text::Locator,
    logical::{Output, Plan, PredicateTerm, Retrieval, Step, Term, Var},
};

use crate::{
    Result,
    dataset::{Dataset, Question},
    forms::wiki,
};

/// A question with its plan in gold.
#[derive(Debug)]
pub(crate) struct Gold {
    pub(crate) question: String,
    /// How its parts hang together, where the set says so.
    pub(crate) kind: String,
    /// The answer, then what else it may be called.
    pub(crate) answers: Vec<String>,
    pub(crate) steps: Vec<GoldStep>,
    /// The logical form of the whole question.
    pub(crate) form: String,
    /// How a supplementary question is planned.
    pub(crate) shape: Shape,
}

/// What a supplementary question is planned as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The rest of the steps, each of which goes on from the ones before.
    Chain,
    /// The whole form again: its steps are compared in the end.
    Whole,
}

/// A sub-question in gold.
#[derive(Debug)]
pub(crate) struct GoldStep {
    /// As it is asked, with `#n` for the answer of step n.
    pub(crate) question: String,
    /// The thing that it is asked of and the relation, where gold has them apart.
    pub(crate) parts: Option<(String, String)>,
    pub(crate) answers: Vec<String>,
    /// The passages in which the answer may be read, by id.
    pub(crate) passages: Vec<String>,
    /// Whether all of them must be shown.
    pub(crate) all: bool,
    /// What a passage must name to say it; nothing where that is not known.
    pub(crate) about: Vec<String>,
}

/// The plans of a data set's questions.
#[derive(Debug)]
pub(crate) struct Golds {
    pub(crate) golds: Vec<Gold>,
    /// The text of each passage, by id.
    pub(crate) passages: BTreeMap<String, String>,
}

impl Golds {
    /// Makes a plan of each question: of its sub-questions; of its triples; of itself where
    /// it has neither.
    pub(crate) fn of(dataset: &Dataset) -> Result<Self> {
        let golds = dataset.questions.iter().map(gold).collect::<Result<_>>()?;
        Ok(Self { golds, passages: dataset.passage_texts()? })
    }
}

fn gold(question: &Question) -> Result<Gold> {
    let mut answers = vec![question.answer.clone()];
    answers.extend(question.answer_aliases.iter().cloned());
    let (text, kind) = (question.question.clone(), question.kind.clone());
    if !question.decomposition.is_empty() {
        let steps = decomposed(question);
        let form = chain(&steps, 0, &[]);
        return Ok(Gold { question: text, kind, answers, steps, form, shape: Shape::Chain });
    }
    let passages: Vec<String> = question.gold_passage_ids.iter().cloned().collect();
    if !question.evidences.is_empty() {
        let steps = triples(question, &passages);
        let puzzle = wiki::Question {
            question: text.clone(),
            kind: kind.clone(),
            answer: question.answer.clone(),
            evidences: question.evidences.clone(),
        };
        let form = wiki::form(&puzzle).map_err(|why| format!("{text:?}: {why}"))?;
        return Ok(Gold { question: text, kind, answers, steps, form, shape: Shape::Whole });
    }
    let steps = vec![GoldStep {
        question: text.clone(),
        parts: None,
        answers: answers.clone(),
        passages,
        all: true,
        about: Vec::new(),
    }];
    let form = chain(&steps, 0, &[]);
    Ok(Gold { question: text, kind, answers, steps, form, shape: Shape::Whole })
}

/// A step a triple. One that goes on from another asks of that one's answer; where the two
/// spell it in two ways, they hang together as the type of the question says.
fn triples(question: &Question, passages: &[String]) -> Vec<GoldStep> {
    let mut steps: Vec<GoldStep> = Vec::new();
    for (at, [subject, relation, object]) in question.evidences.iter().enumerate() {
        let before = match question.kind.as_str() {
            "compositional" | "inference" => at.checked_sub(1),
            "bridge_comparison" => at.checked_sub(2),
            _ => None,
        };
        let named = steps.iter().position(|step| step.answers.iter().any(|answer| same(answer, subject)));
        let before = named.or(before);
        let question = match before {
            Some(before) => format!("#{} {relation}", before + 1),
            None => format!("{subject} {relation}"),
        };
        if let Some(step) = before.and_then(|before| steps.get_mut(before))
            && !step.answers.contains(subject)
        {
            step.answers.push(subject.clone());
        }
        let mut about = vec![subject.clone()];
        about.extend(before.and_then(|before| steps.get(before)).into_iter().flat_map(|step| step.answers.clone()));
        let (answers, passages) = (vec![object.clone()], passages.to_vec());
        steps.push(GoldStep { question, parts: None, answers, passages, all: false, about });
    }
    steps
}

fn decomposed(question: &Question) -> Vec<GoldStep> {
    let last = question.decomposition.len();
    let steps = (1..).zip(&question.decomposition).map(|(number, part)| {
        let mut answers = vec![part.answer.clone()];
        if number == last {
            answers.push(question.answer.clone());
            answers.extend(question.answer_aliases.iter().cloned());
        }
        let passages = part.support_passage_id.iter().cloned().collect();
        let question = part.question.replace(" >> ", " ");
        let parts = part.question.split_once(" >> ").map(|(thing, relation)| (thing.to_owned(), relation.to_owned()));
        GoldStep { question, parts, answers, passages, all: false, about: Vec::new() }
    });
    steps.collect()
}

/// The form that asks `steps` from `first` on, one after the other; what those before it
/// found is put in from `known`.
pub(crate) fn chain(steps: &[GoldStep], first: usize, known: &[String]) -> String {
    let object = |number: usize| Var::of_step(number);
    let mut plan = Plan::default();
    for (at, step) in steps.iter().enumerate().skip(first) {
        let (mut question, mut subject) = (step.question.clone(), Term::default());
        // Highest first, so that `#1` is not read in `#10`.
        for number in (1..=at).rev().filter(|number| step.question.contains(&format!("#{number}"))) {
            let (put_in, term) = match known.get(number - 1).filter(|_| number <= first) {
                Some(known) => (known.clone(), Term::default().with_name(known.as_str())),
                None => (format!("#{}", object(number)), Term::var(object(number))),
            };
            question = question.replace(&format!("#{number}"), &put_in);
            subject = term;
        }
        let words = match &step.parts {
            Some((thing, relation)) => {
                if !thing.contains('#') {
                    subject = Term::default().with_name(thing.as_str());
                }
                relation
            }
            None => &step.question,
        };
        let predicate = PredicateTerm { names: vec![words.as_str().into()], ..PredicateTerm::default() };
        let retrieval = Retrieval::new(subject, predicate, Term::var(object(at + 1)));
        plan.steps.push(Step::new(retrieval).with_subquestion(question));
    }
    plan.steps.push(Step::new(Output::new([object(steps.len())])));
    plan.to_string()
}

impl GoldStep {
    /// The question with the gold answers of the steps before it.
    pub(crate) fn filled(&self, steps: &[GoldStep]) -> String {
        let mut question = self.question.clone();
        for (number, before) in (1..).zip(steps).collect::<Vec<_>>().into_iter().rev() {
            if let Some(answer) = before.answers.first() {
                question = question.replace(&format!("#{number}"), answer);
            }
        }
        question
    }

    /// The answer that `passage` says of what the step is about; `None` where it names neither.
    pub(crate) fn said_in(&self, passage: &str) -> Option<&String> {
        let locator = Locator::new(passage);
        let stands = |words: &String| !locator.occurrences(words).is_empty();
        let answer = self.answers.iter().find(|answer| stands(answer))?;
        Some(answer).filter(|_| self.about.is_empty() || self.about.iter().any(stands))
    }
}

/// Whether two texts say the same: the same name, or the same value.
pub(crate) fn same(left: &str, right: &str) -> bool {
    NameKey::of(left) == NameKey::of(right)
        || Value::read(left).equals(&Value::read(right)).is_ok_and(|same| same == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(question: &str, answers: &[&str], about: &[&str]) -> GoldStep {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let (answers, about) = (owned(answers), owned(about));
        GoldStep { question: question.to_owned(), parts: None, answers, passages: Vec::new(), all: false, about }
    }

    #[test]
    fn a_passage_says_what_it_names_with_the_thing_it_is_of() {
        let director = step("Dream director", &["A. Bo", "Anna Bo"], &["Dream"]);
        assert_eq!(director.said_in("Dream\nA film by Anna Bo.").map(String::as_str), Some("Anna Bo"));
        assert_eq!(director.said_in("Anna Bo\nAnna Bo makes films."), None, "of whom, it does not say");
        assert_eq!(director.said_in("Dream\nA film by Annabo."), None);
        assert!(step("Who?", &["Bo"], &[]).said_in("Bo did.").is_some(), "of what is not known");
    }

    #[test]
    fn a_chain_starts_from_the_thing_that_gold_names() {
        let mut first = step("Dream performer", &["Bo"], &[]);
        first.parts = Some(("Dream".to_owned(), "performer".to_owned()));
        let mut second = step("#1 spouse", &["Cy"], &[]);
        second.parts = Some(("#1".to_owned(), "spouse".to_owned()));
        let steps = [first, second];
        let form = chain(&steps, 0, &[]);
        let lines: Vec<&str> = form.lines().filter(|line| line.contains("Retrieval")).collect();
        assert!(lines[0].contains("[Dream]") && lines[0].contains("performer"), "{form}");
        assert!(lines[1].contains("s=step1") && lines[1].contains("spouse"), "{form}");
        assert!(chain(&steps, 1, &["Bo".to_owned()]).contains("[Bo]"));
    }
}
