//! Criterion benches of every kernel, and the generated data they run on.
//!
//! The same seed gives the same data on every machine, so figures differ by machine and
//! code alone. One bench: `cargo bench --bench pagerank`.

use kag_core::{
    Embedding, Scored,
    graph::{Csr, CsrBuilder, Direction},
};

/// A stream of random numbers (SplitMix64): small, fast, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number at least 0 and below `end`, all equally likely; 0 if `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(end)) >> 32) as u32
    }

    /// A number at least 0 and below 1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// A number below `end`, small ones far more likely, as words and links are spread.
    pub fn skewed(&mut self, end: u32) -> u32 {
        let exponent = self.unit() * (end.max(1) as f32).ln();
        (exponent.exp() as u32).saturating_sub(1).min(end.saturating_sub(1))
    }
}

/// Edges of which few vertices have many: one end is any vertex, the other is skewed, and
/// weights are 1 to 4.
#[must_use]
pub fn edges(vertices: u32, count: usize) -> CsrBuilder {
    let mut random = Random::new(17);
    let mut builder = CsrBuilder::new(vertices);
    let stride = (vertices / 2).max(1) | 1;
    for _ in 0..count {
        let from = random.below(vertices);
        // Hubs are spread over the numbers rather than all at the beginning.
        let hub = u64::from(random.skewed(vertices)) * u64::from(stride) % u64::from(vertices.max(1));
        let added = builder.add(from, hub as u32, 1.0 + random.below(4) as f32);
        debug_assert!(added.is_ok(), "every vertex is below {vertices}");
    }
    builder
}

/// The graph of these [`edges`].
#[must_use]
pub fn graph(vertices: u32, count: usize, direction: Direction) -> Csr {
    edges(vertices, count).build(direction)
}

/// Five seeds of different weights.
#[must_use]
pub fn seeds(vertices: u32) -> Vec<(u32, f32)> {
    let mut random = Random::new(23);
    (0..5).map(|_| (random.below(vertices), 0.1 + random.unit())).collect()
}

/// Texts of about `words` words: two in three in English-like words, one in three in Chinese
/// characters (two for each word), by skewed frequency.
#[must_use]
pub fn texts(count: usize, words: usize) -> Vec<String> {
    let mut random = Random::new(31);
    (0..count).map(|at| text(&mut random, at % 3 == 2, words)).collect()
}

fn text(random: &mut Random, chinese: bool, words: usize) -> String {
    let mut text = String::new();
    for at in 0..words {
        if chinese {
            text.extend((0..2).filter_map(|_| char::from_u32(0x4e00 + random.skewed(4_000))));
            text.push_str(if at % 12 == 11 { "。" } else { "" });
        } else {
            text.push_str(&word(random.skewed(30_000)));
            text.push_str(if at % 12 == 11 { ". " } else { " " });
        }
    }
    text
}

/// The word of this number, made of syllables.
fn word(number: u32) -> String {
    const SYLLABLES: [&str; 16] =
        ["ka", "re", "mi", "to", "an", "el", "su", "or", "di", "pe", "lu", "ha", "ve", "ri", "no", "ge"];
    let mut word = String::new();
    let mut rest = number + 1;
    while rest > 0 {
        word.extend(SYLLABLES.get(rest as usize % SYLLABLES.len()).copied());
        rest /= SYLLABLES.len() as u32;
    }
    word
}

/// Unit vectors in 200 clusters, as those of texts are.
#[must_use]
pub fn vectors(count: usize, dim: usize) -> Vec<Embedding> {
    let mut random = Random::new(41);
    let centres: Vec<Vec<f32>> = (0..200).map(|_| direction(&mut random, dim)).collect();
    let near = |random: &mut Random, centre: &Vec<f32>| {
        let noise = direction(random, dim);
        Embedding::normalised(centre.iter().zip(noise).map(|(a, b)| a + 0.7 * b).collect())
    };
    (0..count).filter_map(|at| Some(near(&mut random, centres.get(at % centres.len())?))).collect()
}

/// Components about normally distributed around 0.
fn direction(random: &mut Random, dim: usize) -> Vec<f32> {
    (0..dim).map(|_| (0..4).map(|_| random.unit() - 0.5).sum()).collect()
}

/// A ranked list of `count` of the items below `end`, best first.
#[must_use]
pub fn ranked(seed: u64, count: usize, end: u32) -> Vec<Scored<u32>> {
    let mut random = Random::new(seed);
    let mut items: Vec<u32> = (0..count).map(|_| random.below(end)).collect();
    items.sort_unstable();
    items.dedup();
    let mut hits: Vec<_> = items.into_iter().map(|item| Scored::new(item, random.unit())).collect();
    hits.sort_by(Scored::best_first);
    hits
}
