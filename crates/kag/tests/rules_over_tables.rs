//! Questions that rules answer, over real tables: those of OpenSPG's examples, found through
//! `KAG_DATA` (by default `../shared/data` beside the workspace). Without them each test says
//! that it skips.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use kag::{
    Answer, BuildPipeline, GivenPlan, KnowledgeBase, LengthSplitter, MemoryKnowledgeBase, MentionExtractor,
    OnViolation, Outcome, Schema, Scope, Snapshot, Solver, Source, TableSet, TextReader, logical,
    reason::RuleBase,
    schema::{ConceptRules, RuleProgram},
    trace::Note,
};

/// An example, loaded: its graph and its rules.
struct Domain {
    snapshot: Snapshot,
    rules: Arc<RuleBase>,
}

impl Domain {
    async fn load(name: &str) -> Option<Self> {
        let named = std::env::var_os("KAG_DATA").map(PathBuf::from);
        let data = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
        let folder = data.join("kag_examples").join(name);
        if !folder.is_dir() {
            println!("skipped: no {}", folder.display());
            return None;
        }
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        let inside = |folder: PathBuf, ending: &str| {
            let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            files.filter(|path| path.extension().is_some_and(|found| found == ending)).collect::<BTreeSet<_>>()
        };
        let schema_file = inside(folder.join("schema"), "schema").pop_first().unwrap();
        let (schema, diagnostics) = Schema::parse(&read(schema_file));
        assert!(diagnostics.iter().all(|diagnostic| !diagnostic.is_error()), "{diagnostics:?}");
        let schema = Arc::new(schema);
        let mut builder = RuleBase::builder(Arc::clone(&schema)).with_schema_rules();
        for rule in &ConceptRules::parse(&read(folder.join("schema/concept.rule"))).rules.rules {
            builder = builder.with_program("concept.rule", RuleProgram::parse_text(&rule.rule).0);
        }
        let rules = Arc::new(builder.build().unwrap());

        let tables = inside(folder.join("builder/data"), "csv");
        let source = |path: PathBuf| Source::new(path.display().to_string(), fs::read(&path).unwrap());
        let set = TableSet::new(Arc::clone(&schema), tables.into_iter().map(source));
        let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(1000), MentionExtractor::new())
            .with_schema(schema, OnViolation::Report);
        let base = MemoryKnowledgeBase::new();
        pipeline.import_set(&base, &set).await.unwrap();
        let snapshot = base.snapshot(&Scope::All).await.unwrap();
        Some(Self { snapshot, rules })
    }

    async fn solve(&self, form: &str) -> Answer {
        let (plan, diagnostics) = logical::parse(form);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let solver = Solver::new(GivenPlan(plan)).with_rules(Arc::clone(&self.rules));
        solver.solve(&self.snapshot, "?").await.unwrap()
    }
}

/// The rows of an answer, as they are shown.
fn rows(answer: &Answer) -> BTreeSet<Vec<String>> {
    let Outcome::Answered { values, .. } = &answer.outcome else { return BTreeSet::new() };
    let shown = |row: &kag::Row| row.cells().iter().flatten().map(ToString::to_string).collect();
    values.rows().iter().map(shown).collect()
}

fn proofs(answer: &Answer) -> usize {
    let notes = answer.trace.rounds.iter().flat_map(|round| &round.steps).flat_map(|step| &step.notes);
    notes.filter(|note| matches!(note, Note::Proved { .. })).count()
}

#[tokio::test]
async fn the_main_supplier_of_a_company_follows_by_a_rule() {
    let Some(domain) = Domain::load("supplychain").await else { return };
    let answer = domain.solve("Retrieval(s=s1:Company[`CSF0000001579`], p=p1:mainSupply, o=o1)\nOutput(o1)").await;
    let Outcome::Answered { values, citations, .. } = &answer.outcome else { panic!("{}", answer.trace) };
    assert_eq!(values.len(), 1, "{}", answer.trace);
    assert!(!citations.is_empty() && proofs(&answer) == 1, "{}", answer.trace);
    let chinese = domain.solve("Retrieval(s=s1:企业[`CSF0000001579`], p=p1:主要客户, o=o1)\nOutput(o1)").await;
    assert_eq!(rows(&chinese), rows(&answer));
    let all = domain.solve("Retrieval(s=s1:Company, p=p1:mainSupply, o=o1)\nOutput(o1)").await;
    assert_eq!(rows(&all), rows(&answer), "no other company has one");
}

#[tokio::test]
async fn a_price_that_rises_leads_to_falling_profits() {
    let Some(domain) = Domain::load("supplychain").await else { return };
    let effects =
        domain.solve("Retrieval(s=s1:ProductChainEvent[`顺丁橡胶成本上涨`], p=p1:leadTo, o=o1)\nOutput(o1)").await;
    assert_eq!(rows(&effects).len(), 40, "an event for each company downstream");
    let leads = domain.solve("Deduce(left=\"顺丁橡胶成本上涨\", right=\"利润下跌\", op=causes)->d1\nOutput(d1)").await;
    assert_eq!(rows(&leads), BTreeSet::from([vec!["true".to_owned()]]), "{}", leads.trace);
    assert!(proofs(&leads) > 1, "{}", leads.trace);
}

#[tokio::test]
async fn who_is_a_risk_user_follows_by_rules() {
    let Some(domain) = Domain::load("riskmining").await else { return };
    let all = domain.solve("Retrieval(s=s1:自然人, p=p1:属于, o=o1:风险用户)\nOutput(s1, o1)").await;
    let found = rows(&all);
    assert!(!found.is_empty(), "{}", all.trace);
    for row in found.iter().take(5) {
        let form = format!("Retrieval(s=s1:自然人[`{}`], p=p1:属于, o=o1:风险用户)\nOutput(s1, o1)", row[0]);
        let one = domain.solve(&form).await;
        let expected: BTreeSet<_> = found.iter().filter(|other| other[0] == row[0]).cloned().collect();
        assert_eq!(rows(&one), expected, "asked alone: {}", one.trace);
        assert!(proofs(&one) > 0);
        let form = format!("Deduce(left=\"{}\", right=\"{}\", op=belong_to)->d1\nOutput(d1)", row[0], row[1]);
        assert_eq!(rows(&domain.solve(&form).await), BTreeSet::from([vec!["true".to_owned()]]));
    }
}
