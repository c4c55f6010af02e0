//! Real vocabularies of concepts, where `KAG_DATA` is set: it names the directory that holds `hpo` and `cilin_zh`, and WordNet
//! is where Debian's package `wordnet-base` puts it. What is absent is said and skipped.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, missing_docs, reason = "tests")]

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use futures::executor::block_on;
use kag_builder::{Taxonomy, TaxonomyReport};
use kag_core::{ChangeSet, GraphNeed, KnowledgeBase, NodeId, Scope, memory::MemoryKnowledgeBase};
use kag_reason::{ConceptGraph, ConceptRelations};
use serde_json::Value;

fn read(path: PathBuf) -> Option<String> {
    if std::env::var_os("KAG_DATA").is_none() {
        eprintln!("skipped: KAG_DATA is not set");
        return None;
    }
    let text = fs::read_to_string(&path);
    if text.is_err() {
        eprintln!("skipped: there is no {}", path.display());
    }
    text.ok()
}

fn data(file: &str) -> Option<String> {
    read(PathBuf::from(std::env::var_os("KAG_DATA").unwrap_or_default()).join(file))
}

/// Commits `taxonomy` and asks whether `special` is a kind of `general`, by id, and in how many steps.
fn steps(taxonomy: &Taxonomy, type_name: &str, special: &str, general: &str) -> (TaxonomyReport, Option<usize>) {
    let (contribution, report) = taxonomy.contribution("taxonomy").unwrap();
    let base = MemoryKnowledgeBase::new();
    block_on(async {
        base.commit(ChangeSet::new().put(contribution)).await.unwrap();
        let view = base.snapshot(&Scope::All).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap();
        let node = |id: &str| NodeId::keyed(&type_name.into(), &[id]);
        let concepts = ConceptGraph::with_relations(&*view, Arc::new(ConceptRelations::standard()));
        let path = concepts.is_a(node(special), node(general)).unwrap();
        (report, path.map(|path| path.facts().count()))
    })
}

#[test]
fn the_human_phenotype_ontology() {
    let Some(lines) = data("hpo/terms.jsonl") else { return };
    let mut taxonomy = Taxonomy::new("Phenotype");
    let (mut terms, mut relations) = (0, 0);
    for line in lines.lines() {
        let term: Value = serde_json::from_str(line).unwrap();
        let texts = |key: &str| term[key].as_array().into_iter().flatten();
        let synonyms = texts("synonyms").filter_map(|synonym| synonym[0].as_str());
        let parents: Vec<&str> = texts("isA").filter_map(Value::as_str).collect();
        (terms, relations) = (terms + 1, relations + parents.len());
        taxonomy = taxonomy.with_id(term["id"].as_str().unwrap(), term["name"].as_str().unwrap(), synonyms, parents);
    }
    let (report, steps) = steps(&taxonomy, "Phenotype", "HP:0000003", "HP:0000118");
    eprintln!("hpo: {terms} terms, {} of {relations} relations, {} implied", report.relations, report.implied.len());
    assert_eq!(taxonomy.len(), terms);
    assert_eq!(report.relations + report.implied.len(), relations);
    assert!(report.circles.is_empty() && report.unknown.is_empty(), "{report:?}");
    assert!(steps.is_some_and(|steps| steps > 2), "{steps:?}");
}

#[test]
fn a_chinese_thesaurus() {
    let Some(lines) = data("cilin_zh/cilin.jsonl") else { return };
    let mut taxonomy = Taxonomy::new("词林");
    for line in lines.lines() {
        let group: Value = serde_json::from_str(line).unwrap();
        let words: Vec<&str> = group["words"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let parents: Vec<&str> = group["parents"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        // Levels have a code and no name.
        for (at, code) in parents.iter().enumerate() {
            taxonomy = taxonomy.with_id(code, code, [], at.checked_sub(1).map(|above| parents[above]));
        }
        let rest = words.iter().skip(1).copied();
        taxonomy = taxonomy.with_id(group["code"].as_str().unwrap(), words[0], rest, parents.last().copied());
    }
    let (report, steps) = steps(&taxonomy, "词林", "Aa01A04", "Aa");
    eprintln!("cilin: {} concepts, {} relations", taxonomy.len(), report.relations);
    assert!(report.circles.is_empty() && report.unknown.is_empty() && report.implied.is_empty(), "{report:?}");
    assert_eq!(steps, Some(3), "Aa01A04 in Aa01A in Aa01 in Aa");
}

#[test]
fn wordnet() {
    let Some(lines) = read("/usr/share/wordnet/data.noun".into()) else { return };
    let mut taxonomy = Taxonomy::new("Synset");
    let mut synsets = BTreeMap::new();
    for line in lines.lines().filter(|line| !line.starts_with(' ')) {
        let fields: Vec<&str> = line.split(' ').collect();
        let words = usize::from_str_radix(fields[3], 16).unwrap();
        let word = |at: usize| fields[4 + 2 * at].replace('_', " ");
        let pointers = 4 + 2 * words;
        let count: usize = fields[pointers].parse().unwrap();
        let pointer = |at: usize| &fields[pointers + 1 + 4 * at..pointers + 5 + 4 * at];
        // `@` and `@i`: a kind of, an instance of.
        let above = (0..count).map(pointer).filter(|pointer| pointer[0].starts_with('@') && pointer[2] == "n");
        let above: Vec<&str> = above.map(|pointer| pointer[1]).collect();
        synsets.insert(fields[0], ((0..words).map(word).collect::<Vec<_>>(), above));
    }
    for (id, (words, above)) in &synsets {
        let rest = words.iter().skip(1).map(String::as_str);
        taxonomy = taxonomy.with_id(id, &words[0], rest, above.iter().copied());
    }
    let (contribution, report) = taxonomy.contribution("wordnet").unwrap();
    eprintln!(
        "wordnet: {} synsets, {} relations, {} implied, circles {:?}",
        taxonomy.len(),
        report.relations,
        report.implied.len(),
        report.circles
    );
    assert_eq!(taxonomy.len(), synsets.len());
    assert!(report.circles.is_empty() && report.unknown.is_empty());
    // What is above a laptop, up to what nothing is above.
    let above: BTreeMap<_, _> =
        contribution.facts().iter().map(|fact| (fact.fact.subject, fact.fact.object_node().unwrap())).collect();
    let named = |name: &str| contribution.nodes().iter().find(|node| node.names.contains_key(name)).unwrap().id;
    let chain: Vec<_> = std::iter::successors(Some(named("laptop")), |at| above.get(at).copied()).collect();
    assert_eq!(chain.last(), Some(&named("entity")));
    assert!(chain.len() > 6, "{chain:?}");
}
