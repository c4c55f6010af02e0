//! What cutting text into chunks costs: megabytes a second of mixed English and Chinese.
//!
//! The text is generated: sentences of words of both languages, one paragraph of each in turn, with
//! abbreviations, decimals and quotation marks. With `--report [MEGABYTES]` it prints, instead of measuring
//! by criterion, megabytes a second of processor time by characters and by tokens.

use std::{hint::black_box, sync::LazyLock, time::Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use kag_builder::{Characters, LengthSplitter, TokenEstimate, sentences};
use kag_core::{ContentHash, Document, ReadDocument};

const ENGLISH: [&str; 24] = [
    "the",
    "club",
    "was",
    "founded",
    "in",
    "Madrid",
    "and",
    "won",
    "its",
    "first",
    "cup",
    "after",
    "a",
    "long",
    "season",
    "against",
    "teams",
    "from",
    "other",
    "cities",
    "Dr.",
    "3.5",
    "million",
    "“record”",
];

const CHINESE: [&str; 20] = [
    "俱乐部",
    "成立",
    "于",
    "马德里",
    "并",
    "在",
    "漫长",
    "的",
    "赛季",
    "之后",
    "赢得",
    "第一",
    "座",
    "奖杯",
    "，",
    "、",
    "9,400万",
    "“纪录”",
    "Real Madrid",
    "对手",
];

/// Numbers that look random: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}

/// A document of at least so many bytes.
fn document(bytes: usize) -> ReadDocument {
    let (mut text, mut numbers) = (String::with_capacity(bytes + 4096), Numbers(5));
    while text.len() < bytes {
        for (words, gap, end) in [(&ENGLISH[..], " ", ". "), (&CHINESE[..], "", "。")] {
            for _ in 0..4 + numbers.below(6) {
                for _ in 0..6 + numbers.below(18) {
                    text.push_str(numbers.pick(words));
                    text.push_str(gap);
                }
                text.truncate(text.trim_end().len());
                text.push_str(end);
            }
            text.push_str("\n\n");
        }
    }
    ReadDocument::new(Document::new("bench:1", ContentHash::of(&text)), text)
}

fn splitters() -> [(&'static str, LengthSplitter); 4] {
    [
        ("characters", LengthSplitter::new(1_000).with_counter(Characters)),
        ("characters, overlap 100", LengthSplitter::new(1_000).with_overlap(100).with_counter(Characters)),
        ("tokens", LengthSplitter::new(300).with_counter(TokenEstimate)),
        ("tokens, overlap 40", LengthSplitter::new(300).with_overlap(40).with_counter(TokenEstimate)),
    ]
}

fn bench(criterion: &mut Criterion) {
    let document = document(4_000_000);
    let mut group = criterion.benchmark_group("split/length");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(document.text.len() as u64));
    for (name, splitter) in splitters() {
        group.bench_with_input(BenchmarkId::from_parameter(name), &document, |bencher, document| {
            bencher.iter(|| black_box(splitter.cut(document)));
        });
    }
    group.bench_with_input("sentences", &document, |bencher, document| {
        bencher.iter(|| black_box(sentences(&document.text).count()));
    });
    group.finish();
}

/// Seconds that this thread has run, where the system tells; else since some moment. What
/// others do meanwhile counts less than in time on the wall.
fn on_cpu() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().next()?.parse::<u64>().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed().as_secs_f64(), |told| told as f64 / 1e9)
}

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

fn report(megabytes: usize) {
    let document = document(megabytes * 1_000_000);
    let size = document.text.len() as f64 / 1e6;
    let fastest = |run: &dyn Fn() -> usize| {
        let mut made = 0;
        let timed = (0..7).map(|_| {
            let begun = on_cpu();
            made = black_box(run());
            on_cpu() - begun
        });
        let time = timed.fold(f64::MAX, f64::min);
        (time, made)
    };
    println!("{size:.1} MB, {} characters", document.text.chars().count());
    for (name, splitter) in splitters() {
        let (time, made) = fastest(&|| splitter.cut(&document).len());
        println!("{name}: {made} chunks, {time:.4} s, {:.0} MB/s", size / time);
    }
    let (time, made) = fastest(&|| sentences(&document.text).count());
    println!("sentences: {made}, {time:.4} s, {:.0} MB/s", size / time);
}

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--report").skip(1);
    if std::env::args().any(|argument| argument == "--report") {
        report(arguments.next().and_then(|size| size.parse().ok()).unwrap_or(32));
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    bench(&mut criterion);
    criterion.final_summary();
}
