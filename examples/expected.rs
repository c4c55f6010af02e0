//! Comparing what follows with results that were computed elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use kag::{Value, reason::Inference, schema::ConceptName};
use serde_json::{Value as Json, json};

use crate::domain::{self, Domain, Failure, Written};

/// Compares what follows in the supply chain of KAG with the results in `file`.
///
/// # Errors
/// Every result that differs.
pub(crate) fn check(file: &Path, domain: &Domain, inference: &Inference<'_>) -> Result<(), Failure> {
    let expected: BTreeMap<String, Json> = serde_json::from_str(&domain::read(file)?)?;
    let found = found(domain, inference)?;
    let mut wrong = Vec::new();
    for (what, expected) in &expected {
        match found.get(what.as_str()) {
            Some(found) if found == expected => println!("as expected: {what}"),
            Some(found) => wrong.push(format!("{what}: {found}, not {expected}")),
            None => wrong.push(format!("{what}: not computed")),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The results, under the names that the file gives them.
fn found(domain: &Domain, inference: &Inference<'_>) -> Result<BTreeMap<&'static str, Json>, Failure> {
    let ask = |query: &str| rows(inference, query);
    let listed = |stem: &str| {
        let tables = domain.report.tables.iter();
        tables.filter(|table| *table.uri == format!("{stem}.csv")).map(|table| table.rows).sum::<usize>()
    };
    let event = ask("MATCH (e:ProductChainEvent) RETURN e.id, e.name, e.subject.id, e.index.id, e.trend.id")?;
    let fields = ["id", "name", "subject", "index", "trend"];
    let event: BTreeMap<_, _> = event.iter().flat_map(|row| fields.into_iter().zip(row)).collect();

    let created = inference.created()?;
    let costs = |name: &str| Ok::<_, Failure>(inference.members(&ConceptName::new("TaxOfCompanyEvent", name))?);
    let (risen, fallen) = (costs("成本上涨")?, costs("利润下跌")?);
    let risen: BTreeSet<_> = risen.iter().map(|member| member.node).collect();
    let firings: u64 = created.iter().filter(|it| risen.contains(&it.node.id)).map(|it| it.firings).sum();
    println!("events of risen costs: {}; of fallen profits: {}", risen.len(), fallen.len());
    if fallen.len() != risen.len() {
        return Err(format!("{} risen costs lead to {} fallen profits", risen.len(), fallen.len()).into());
    }

    let industries = ask("MATCH (s:Company)-[p:belongToIndustry]->(o:Industry) RETURN s.id, o.id")?;
    let legal = ask("MATCH (s:Company)-[p:sameLegalRepresentative]->(o:Company) RETURN s.id, o.id")?;
    let legal: BTreeSet<_> = legal.into_iter().filter(|row| row.first() != row.get(1)).collect();
    let supply = ask("MATCH (s:Company)-[p:mainSupply]->(o:Company) RETURN s.id, o.id")?;
    let candidates =
        ask("MATCH (s:Company)-[:product]->(up:Product)-[:hasSupplyChain]->(down:Product)<-[:product]-(o:Company),
               (o)-[f:fundTrans]->(s)
         RETURN s.id, o.id, up.id, down.id")?;
    let candidates: BTreeSet<_> = candidates.into_iter().collect();
    let mut paths: BTreeMap<String, u64> = BTreeMap::new();
    for pair in candidates.iter().filter_map(|row| Some(format!("{}<-{}", row.first()?, row.get(1)?))) {
        *paths.entry(pair).or_default() += 1;
    }
    Ok(BTreeMap::from([
        ("sc.products", json!(listed("Product"))),
        ("sc.companies", json!(listed("Company"))),
        ("sc.event", json!(event)),
        ("sc.lead1 rows(path)", json!(firings)),
        ("sc.lead1 distinct companies", json!(risen.len())),
        ("sc.belongToIndustry pairs", json!(industries.into_iter().collect::<BTreeSet<_>>().len())),
        ("sc.sameLegalRepresentative ordered pairs (exact-name link, a!=b)", json!(legal.len())),
        ("sc.mainSupply pairs (set semantics)", json!(supply.into_iter().collect::<BTreeSet<_>>())),
        ("sc.mainSupply candidate pairs & #product paths", json!(paths)),
        ("sc.fund features at 20230901", funds(inference)?),
    ]))
}

/// What flowed out of and into each company within one, three and six months.
fn funds(inference: &Inference<'_>) -> Result<Json, Failure> {
    let mut months = BTreeMap::new();
    for month in ["1", "3", "6"] {
        let mut ways: BTreeMap<&str, BTreeMap<String, Json>> = BTreeMap::new();
        for (way, suffix) in [("out", ""), ("in", "In")] {
            let query = format!("MATCH (s:Company) RETURN s.id, s.fundTrans{month}Month{suffix}");
            let amounts = rows(inference, &query)?.into_iter().filter_map(|row| match row.as_slice() {
                [company, amount] if !amount.is_empty() => Some((company.clone(), amount.parse().ok()?)),
                _ => None,
            });
            ways.insert(way, amounts.collect());
        }
        months.insert(month, ways);
    }
    Ok(json!(months))
}

/// The rows of a query as texts, empty where a value is missing.
fn rows(inference: &Inference<'_>, query: &str) -> Result<Vec<Vec<String>>, Failure> {
    let written = Written::read(Path::new("check"), query)?;
    let mut rows = Vec::new();
    for query in written.queries() {
        let table = inference.query(query)?;
        let text = |value: &Option<Value>| match value {
            None => String::new(),
            Some(Value::Text(text)) => text.to_string(),
            Some(other) => other.to_string(),
        };
        rows.extend(table.rows.iter().map(|row| row.values.iter().map(text).collect()));
    }
    Ok(rows)
}
