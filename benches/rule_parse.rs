//! Reading, printing and checking rules; throughput in bytes of text.
#![allow(missing_docs, reason = "benches")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kag_schema::{Functions, PropertyDef, RuleProgram, Schema, TypeDef, check_rules};

/// A rule and a query of the usual size, in both languages.
const RULES: &str = r#"
Define (s:Company)-[p:mainSupply]->(o:公司) {
    Structure {
        (s)-[:product]->(up:Product)-[:hasSupplyChain]->(down:Product)<-[:product]-(o),
        (o)-[f:fundTrans]->(s)
    }
    Constraint {
        // 计算公司o的转入占比
        total("转入金额") = group(s, o).sum(f.transAmt)
        R1("占比必须超过50%"): total * 1.0 / s.totalTransInAmt > 0.5
        R2: f.transDate >= '20230101' and not (o.name like '%测试%')
    }
}

MATCH (s:Company)-[:mainSupply]->(o:Company WHERE o.capital > 100)
WHERE s.name != o.name
RETURN DISTINCT s.name AS 供应商, o.name LIMIT 10
"#;

fn schema() -> Option<Schema> {
    let company = TypeDef::entity("Company")
        .with_zh("公司")
        .with_property(PropertyDef::property("capital", "Integer"))
        .with_property(PropertyDef::property("totalTransInAmt", "Float"))
        .with_property(PropertyDef::relation("product", ["Product"]).many())
        .with_property(PropertyDef::relation("mainSupply", ["Company"]).many())
        .with_property(
            PropertyDef::relation("fundTrans", ["Company"])
                .with_qualifier(PropertyDef::property("transDate", "Text"))
                .with_qualifier(PropertyDef::property("transAmt", "Integer")),
        );
    let product = TypeDef::entity("Product").with_property(PropertyDef::relation("hasSupplyChain", ["Product"]).many());
    Schema::builder("Supply").with_type(company).with_type(product).build().ok()
}

fn rule_parse(criterion: &mut Criterion) {
    let schema = schema();
    let functions = Functions::standard();
    for copies in [1, 1000] {
        let text = RULES.repeat(copies);
        let (program, problems) = RuleProgram::parse(&text);
        assert!(problems.is_empty(), "{problems:?}");
        let mut group = criterion.benchmark_group("rules");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("parse", copies), |bench| {
            bench.iter(|| RuleProgram::parse(black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("print", copies), |bench| {
            bench.iter(|| black_box(&program).to_string());
        });
        if let Some(schema) = schema.as_ref().filter(|_| copies == 1) {
            let found = check_rules(&[&program], schema, &functions);
            assert!(found.iter().all(Vec::is_empty), "{found:?}");
            group.bench_function(BenchmarkId::new("check", copies), |bench| {
                bench.iter(|| check_rules(black_box(&[&program]), schema, &functions));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, rule_parse);
criterion_main!(benches);
