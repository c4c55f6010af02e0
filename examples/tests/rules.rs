//! The programs that run rules, run as programs: over our own domain of paper, and over the
//! examples of KAG where they are.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

mod program;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use program::{run, text};
use serde_json::{Value, json};

/// The rows that a query over the paper domain gives, and the standard error.
fn ask(query: &str, more: &[&str]) -> (Vec<Value>, String) {
    let fixed = ["--schema", "data/paper/schema/Paper.schema", "--rules", "data/paper/schema/concept.rule"];
    let given = ["--data", "data/paper", "--now", "2024-06-30", "--query", query];
    let output = run("run_rules", &[&fixed[..], &given, more].concat());
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let rows = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (rows, errors)
}

fn set(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(Value::to_string).collect()
}

#[test]
fn rows_are_lines_of_json() {
    let (rows, errors) = ask("data/paper/reasoner/receipts.dsl", &[]);
    let expected = [
        json!({"s.id": "F1", "s.name": "北林浆厂", "s.received": 1000, "s.receivedThisQuarter": 500}),
        json!({"s.id": "F2", "s.name": "Riverside Paper", "s.received": 1000, "s.receivedThisQuarter": 1000}),
        json!({"s.id": "F3", "s.name": "晨光印务", "s.received": null, "s.receivedThisQuarter": null}),
        json!({"s.id": "F4", "s.name": "Crate & Carton", "s.received": null, "s.receivedThisQuarter": null}),
        json!({"s.id": "F5", "s.name": "南岭纸业", "s.received": 200, "s.receivedThisQuarter": 150}),
    ];
    assert_eq!(set(&rows), set(&expected));
    assert!(errors.contains("Goods \"纸箱\" is not listed"), "{errors}");
}

#[test]
fn each_payment_counts_once_though_goods_join_it_twice() {
    let (rows, _) = ask("MATCH (s:Firm)-[p:大客户]->(o:Firm) RETURN s.id as seller, o.id as buyer", &[]);
    let pairs = [("F1", "F2"), ("F2", "F3"), ("F2", "F4")];
    let expected: Vec<Value> = pairs.iter().map(|(seller, buyer)| json!({"seller": seller, "buyer": buyer})).collect();
    assert_eq!(set(&rows), set(&expected));
}

#[test]
fn news_leads_to_news_to_the_end() {
    let (rows, _) = ask("data/paper/reasoner/falling_profits.dsl", &[]);
    let expected = [
        json!({"firm": "Riverside Paper", "news": "Riverside Paper利润下降"}),
        json!({"firm": "南岭纸业", "news": "南岭纸业利润下降"}),
    ];
    assert_eq!(set(&rows), set(&expected));
}

#[test]
fn a_proof_goes_down_to_the_rows_of_tables() {
    let (rows, _) = ask("data/paper/reasoner/key_customers.dsl", &["--proof"]);
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let proof = row["proof"].to_string();
        for said in ["超过全部收款的四成", "该客户付款", "全部收款", "\"mapped\"", "table Firm_pays_Firm"]
        {
            assert!(proof.contains(said), "{said}: {proof}");
        }
    }
}

#[test]
fn mistakes_are_shown_in_their_place_and_end_with_status_one() {
    let schema = "data/paper/schema/Paper.schema";
    let given = |query: &'static str| ["--schema", schema, "--data", "data/paper", "--query", query];
    for (arguments, said) in [
        (&["--schema", schema][..], "--data is missing"),
        (&["--shcema", schema], "--shcema"),
        (
            &["--schema", "no/such.schema", "--data", "data/paper", "--query", "MATCH (s:Firm) RETURN s.id"],
            "no/such.schema",
        ),
        (&["--schema", schema, "--data", "no/such", "--query", "MATCH (s:Firm) RETURN s.id"], "no/such"),
        (&given("MATCH (s:Frim) RETURN s.id"), "did you mean `Firm`?"),
        (&given("no_such.dsl"), "no_such.dsl: no such file"),
        (&given("MATCH (s:Firm"), "query:1:"),
        (&given("Define (s:Firm)-[p:big]->(o:Integer) { Structure { (s) } Constraint { o = 1 } }"), "no query"),
    ] {
        let output = run("run_rules", arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let errors = text(&output.stderr);
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
}

#[test]
fn the_supply_chain_of_paper_is_told_with_a_proof() {
    let output = run("supply_chain", &[]);
    let told = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for said in [
        "Firm keyCustomer: 3 facts",
        "Firm inTrade: 4 facts",
        "Firm sameManager: 2 facts",
        "FirmNewsKind/成本上升: 2 members",
        "FirmNewsKind/利润下降: 2 members",
        "2 nodes in 3 rows",
        "2 nodes in 2 rows",
        "A proof:",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

/// A folder of the examples of KAG, where it is.
fn example(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAG_DATA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"));
    let folder = root.join("kag_examples").join(name);
    if !folder.exists() {
        println!("skipped: no {}", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn the_supply_chain_of_kag_is_as_computed_elsewhere() {
    let Some(folder) = example("supplychain") else { return };
    let expected = folder.join("../supplychain_expected.json");
    let output = run("supply_chain", &[folder.to_str().unwrap(), "--check", expected.to_str().unwrap()]);
    let told = text(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", text(&output.stderr));
    assert_eq!(told.matches("as expected: ").count(), 10, "{told}");
}

#[test]
fn the_other_examples_of_kag_run() {
    // Counted from the tables by hand-written loops.
    let risk = [
        "Person developed: 15 facts",
        "Person release: 20 facts",
        "TaxOfRiskApp/赌博应用: 5 members",
        "TaxOfRiskUser/赌博App开发者: 3 members",
        "TaxOfRiskUser/赌博App老板: 1 members",
        "gambling_app.dsl: 9 rows",
    ];
    for (name, expected) in [("riskmining", &risk[..]), ("medicine", &["rule.dsl: 144 rows"])] {
        let Some(folder) = example(name) else { return };
        let output = run("supply_chain", &[folder.to_str().unwrap()]);
        let told = text(&output.stdout);
        assert!(output.status.success(), "{told}\n{}", text(&output.stderr));
        for said in expected {
            assert!(told.contains(said), "{said}: {told}");
        }
    }
}
