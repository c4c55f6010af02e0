//! Reading and printing the schema language; throughput in bytes of text.
#![allow(missing_docs, reason = "benches")]

use std::{fmt::Write as _, hint::black_box};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kag_schema::Schema;

/// A schema of `types` types in both languages, as a domain expert writes them.
fn source(types: usize) -> String {
    let mut text = "namespace Bench\n\nIndustry(行业): ConceptType\n\thypernymPredicate: isA\n".to_owned();
    for at in 0..types {
        let other = (at * 7 + 3) % types;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "
# 第{at}类
Company{at}(公司{at}): EntityType
    desc: A firm of sort {at}, with what it owes and owns.
    properties:
        name(名称): Text
            index: TextAndVector
            constraint: NotNull
        code(统一社会信用代码): Text
        founded(成立日期): STD.Date
        status(状态): Text
            constraint: NotNull, Enum=\"active,dormant,closed\"
        capital(注册资本): Float
        IND#belongTo(所属行业): Industry
    relations:
        supplies(供应): Company{other}
            constraint: MultiValue
            properties:
                since(起始): Text
                amount(金额): Float
            rule: [[
                Define (s:Company{at})-[p:supplies]->(o:Company{other}) {{
                    Structure {{
                        (s)-[:sells]->(:Product)<-[:buys]-(o)
                    }}
                    Constraint {{
                        R1(\"占比\"): s.capital * 0.5 > o.capital
                    }}
                }}
            ]]
"
        );
    }
    text
}

fn schema_parse(criterion: &mut Criterion) {
    for types in [10, 1000] {
        let text = source(types);
        let (schema, problems) = Schema::parse(&text);
        assert!(problems.is_empty(), "{problems:?}");
        let mut group = criterion.benchmark_group("schema");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("parse", types), |bench| bench.iter(|| Schema::parse(black_box(&text))));
        group.bench_function(BenchmarkId::new("print", types), |bench| bench.iter(|| black_box(&schema).to_string()));
        group.finish();
    }
}

criterion_group!(benches, schema_parse);
criterion_main!(benches);
