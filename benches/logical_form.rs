//! Reading, checking and printing logical forms; throughput in bytes of text.
#![allow(missing_docs, reason = "benches")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kag_solver::logical::{check, parse};

/// One question as a model answers it, in both languages.
const REPLY: &str = "好的，我来分解这个问题。\n\
    Step1: 2011年C罗效力于哪些球队？\n\
    Action1: Retrieval(s=s1:球员[`C罗`], p=p1:效力于, o=o1:俱乐部|国家队, p.time=2011)\n\
    Step2: When was each of them founded?\n\
    Action2: Retrieval(s=o1, p=p2:FoundationYear, o=o2:Year, o.source=West Lake, Hangzhou)\n\
    Step3: 哪支成立最晚？\n\
    Action3: Sort(set=o1, orderby=o2, direction=max, limit=1)\n\
    Step4: How long ago was that?\n\
    Action4: Math(2027 - max(o2))->math4\n\
    Step5: 这能说明什么？\n\
    Action5: Deduce(op=entailment, content=[`o1`, `它是最年轻的球队`], target=`它成立于哪个世纪？`)->d5\n\
    Output(o1, math4, d5)\n";

fn logical_form(criterion: &mut Criterion) {
    for replies in [1, 64] {
        let text = REPLY.repeat(replies);
        let (plan, problems) = parse(&text);
        assert!(problems.is_empty(), "{problems:?}");
        let mut group = criterion.benchmark_group("logical form");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("parse", replies), |bench| {
            bench.iter(|| parse(black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("print", replies), |bench| {
            bench.iter(|| black_box(&plan).to_string());
        });
        if replies == 1 {
            group.bench_function(BenchmarkId::new("check", replies), |bench| {
                bench.iter(|| check(black_box(&plan), None));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, logical_form);
criterion_main!(benches);
