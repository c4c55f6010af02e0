//! Shows what follows from tables by rules: derived facts, members of concepts, created events, a proof.
//!
//! `supply_chain [DIR] [--now DATE] [--check FILE]`: `DIR` is laid out as the examples of KAG are
//! (`schema`, `builder/data`, `reasoner`); without it, a small domain of our own is used.
//! `--check` compares with results that were computed elsewhere and ends with status 1 on a
//! difference.

mod day;
mod domain;
mod expected;

use std::path::{Path, PathBuf};

use domain::{Domain, Failure, Shown, Written};
use kag::{
    PartialDate, Value,
    reason::{Inference, InferredFact, ProofId},
    schema::{ConceptName, TypeKind},
};

const USAGE: &str = "usage: supply_chain [DIR] [--now DATE] [--check FILE]";

/// Most lines that are shown of one answer.
const SHOWN: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (folder, now, check) = arguments()?;
    let domain = load(&folder).await?;
    println!("{}\n{} nodes, {} facts", domain.report, domain.view.nodes().count(), domain.view.facts().count());
    let inference = domain.inference(now);
    let shown = Shown::new(&domain, &inference)?;

    let derived = derived_facts(&domain, &inference, &shown)?;
    members(&domain, &inference, &shown)?;
    let created = created(&inference)?;
    queries(&folder, &inference, &shown)?;
    for proof in derived.into_iter().chain(created) {
        println!("\nA proof:\n{}", inference.proof(proof)?);
    }
    match check {
        Some(file) => expected::check(&file, &domain, &inference),
        None => Ok(()),
    }
}

/// Loads a folder laid out as the examples of KAG are.
async fn load(folder: &Path) -> Result<Domain, Failure> {
    let schemas = domain::files(&folder.join("schema"), "schema")?;
    let [schema] = schemas.as_slice() else {
        return Err(format!("{}: {} schemas, not one", folder.join("schema").display(), schemas.len()).into());
    };
    let rules = Some(folder.join("schema/concept.rule")).filter(|rules| rules.exists());
    Domain::load(schema, rules.as_deref(), Vec::new(), folder).await
}

/// The facts of each predicate that has a rule; the longest of the first proofs.
fn derived_facts(domain: &Domain, inference: &Inference<'_>, shown: &Shown<'_>) -> Result<Option<ProofId>, Failure> {
    let mut longest: Option<(usize, ProofId)> = None;
    for type_def in domain.rules.schema().types() {
        for property in type_def.properties.iter().filter(|property| property.rule.is_some()) {
            let mut facts = inference.facts(None, property.name.as_str(), None)?;
            // The predicate may say something of other types too.
            facts.retain(|inferred| is_of(domain, shown, inferred, type_def.name.as_str()));
            println!("\n{} {}: {} facts", type_def.name, property.name, facts.len());
            for InferredFact { fact, .. } in facts.iter().take(SHOWN) {
                let subject = text(shown, &fact.subject.into());
                println!("  {subject} {} {}", fact.predicate, text(shown, &fact.object));
            }
            if let Some(derived) = facts.iter().find(|inferred| inferred.rule.is_some()) {
                let lines = inference.proof(derived.proof)?.to_string().lines().count();
                longest = longest.filter(|(most, _)| *most >= lines).or(Some((lines, derived.proof)));
            }
        }
    }
    Ok(longest.map(|(_, proof)| proof))
}

fn is_of(domain: &Domain, shown: &Shown<'_>, inferred: &InferredFact, type_name: &str) -> bool {
    shown.node(inferred.fact.subject).is_some_and(|node| domain.rules.schema().is_a(node.type_name.as_str(), type_name))
}

/// What belongs to each concept, by rules or because a table says so.
fn members(domain: &Domain, inference: &Inference<'_>, shown: &Shown<'_>) -> Result<(), Failure> {
    for node in domain.view.nodes() {
        let node = node?;
        let type_def = domain.rules.schema().get(node.type_name.as_str());
        if type_def.is_none_or(|type_def| type_def.kind != TypeKind::Concept) {
            continue;
        }
        let name = shown.key(node.id)?.unwrap_or_else(|| node.name.clone());
        let members = inference.members(&ConceptName::new(node.type_name.clone(), name))?;
        if !members.is_empty() {
            println!("\n{}/{}: {} members", node.type_name, node.name, members.len());
            members.iter().take(SHOWN).for_each(|member| println!("  {}", text(shown, &member.node.into())));
        }
    }
    Ok(())
}

/// What actions create, by rule; the last of them serves as an example.
fn created(inference: &Inference<'_>) -> Result<Option<ProofId>, Failure> {
    let created = inference.created()?;
    let mut rules: Vec<_> = created.iter().map(|created| &created.rule).collect();
    rules.sort();
    rules.dedup();
    for rule in rules {
        let own: Vec<_> = created.iter().filter(|created| created.rule == *rule).collect();
        let firings: u64 = own.iter().map(|created| created.firings).sum();
        println!("\ncreated by {rule}: {} nodes in {firings} rows", own.len());
        own.iter().take(SHOWN).for_each(|created| println!("  {}", created.node.name));
    }
    Ok(created.last().map(|created| created.proof))
}

/// The answers to the queries that lie beside the tables.
fn queries(folder: &Path, inference: &Inference<'_>, shown: &Shown<'_>) -> Result<(), Failure> {
    for file in domain::files(&folder.join("reasoner"), "dsl")? {
        let written = Written::read(&file, &domain::read(&file)?)?;
        for query in written.queries() {
            let table = inference.query(query)?;
            let name = file.file_name().unwrap_or_default().display();
            table.warnings.iter().for_each(|warning| eprintln!("{}", warning.render(&name.to_string(), &written.text)));
            println!("\n{name}: {} rows: {}", table.rows.len(), table.columns.join(" | "));
            for row in table.rows.iter().take(SHOWN) {
                let values =
                    row.values.iter().map(|value| value.as_ref().map_or("-".into(), |value| text(shown, value)));
                println!("  {}", values.collect::<Vec<_>>().join(" | "));
            }
        }
    }
    Ok(())
}

/// A value in words: a node by its name.
fn text(shown: &Shown<'_>, value: &Value) -> String {
    match value {
        Value::Node(id) => shown.node(*id).map_or_else(|| id.to_string(), |node| node.name.to_string()),
        Value::Text(text) => text.to_string(),
        other => other.to_string(),
    }
}

fn arguments() -> Result<(PathBuf, PartialDate, Option<PathBuf>), Failure> {
    let (mut folder, mut now, mut check) = (None, None, None);
    let mut given = std::env::args().skip(1);
    while let Some(option) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{option} needs a value\n{USAGE}"));
        match option.as_str() {
            "--now" => now = Some(day::read(&value()?)?),
            "--check" => check = Some(value()?.into()),
            path if folder.is_none() && !path.starts_with('-') => folder = Some(PathBuf::from(path)),
            other => return Err(format!("what is {other:?}?\n{USAGE}").into()),
        }
    }
    // The days on which the payments in the tables are recent.
    let usual = if folder.is_some() { "2023-09-01" } else { "2024-06-30" };
    let now = now.map_or_else(|| day::read(usual), Ok)?;
    let own = || [env!("CARGO_MANIFEST_DIR"), "data", "paper"].iter().collect();
    Ok((folder.unwrap_or_else(own), now, check))
}
