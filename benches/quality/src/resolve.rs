//! Which pairs of records are of one thing.
//!
//! Labels are only counted with: the rarity of words comes from the records of the file, as
//! it would from a graph, and everything else is constant.

use std::{
    collections::{HashMap, HashSet},
    fmt, fs,
    time::Instant,
};

use kag::{NameKey, Profile, Profiles};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use crate::{Result, arguments::Resolve};

/// From this score on a pair is held to be one thing.
const ONE: f32 = 0.5;
/// From this share of common words on, the baseline holds a pair to be one thing.
const COMMON: f64 = 0.5;

/// What the attribute with the name of a thing may be called.
const NAMES: [&str; 5] = ["name", "title", "label", "名称", "标题"];

/// A record: its attributes and their values as text, in the file's order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Record(Vec<(String, String)>);

#[derive(Deserialize)]
struct Pair {
    left: Record,
    right: Record,
    #[serde(rename = "match")]
    is_match: u8,
}

/// What was measured.
#[derive(Serialize)]
struct Resolved {
    pairs: usize,
    matches: usize,
    /// Seconds to read the records and judge all pairs.
    seconds: f64,
    pairs_per_second: f64,
    /// Our comparison, from a score of 0.5.
    fusion: Figures,
    /// The same name, as a key.
    exact_name: Figures,
    /// Half of all words in common (Jaccard).
    common_words: Figures,
}

/// Shares between 0 and 1.
#[derive(Clone, Copy, Default, Serialize)]
struct Figures {
    precision: f64,
    recall: f64,
    f1: f64,
}

/// Judges all pairs of a file.
pub(crate) fn run(arguments: &Resolve) -> Result<()> {
    let text = fs::read_to_string(&arguments.pairs)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(at, line)| serde_json::from_str(line).map_err(|error| format!("line {}: {error}", at + 1)));
    let pairs: Vec<Pair> = read.collect::<Result<_, _>>()?;

    let start = Instant::now();
    let fused = fuse(&pairs);
    let seconds = start.elapsed().as_secs_f64();
    let judged = |judge: &dyn Fn(&Pair) -> bool| pairs.iter().map(judge).collect::<Vec<bool>>();
    let resolved = Resolved {
        pairs: pairs.len(),
        matches: pairs.iter().filter(|pair| pair.is_match == 1).count(),
        seconds,
        pairs_per_second: pairs.len() as f64 / seconds,
        fusion: figures(&pairs, &fused),
        exact_name: figures(&pairs, &judged(&|pair| pair.left.name_key() == pair.right.name_key())),
        common_words: figures(&pairs, &judged(&|pair| common(&pair.left, &pair.right) >= COMMON)),
    };
    print(&resolved);
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&resolved)?)?;
    }
    Ok(())
}

/// Which pairs are one thing. A record that stands in several pairs is one profile.
fn fuse(pairs: &[Pair]) -> Vec<bool> {
    let mut places: HashMap<&Record, usize> = HashMap::new();
    let mut profiles = Vec::new();
    let mut place = |record| {
        *places.entry(record).or_insert_with(|| {
            profiles.push(Record::profile(record));
            profiles.len() - 1
        })
    };
    let places: Vec<_> = pairs.iter().map(|pair| (place(&pair.left), place(&pair.right))).collect();
    let profiles = Profiles::of(profiles);
    let is_one = |(left, right)| profiles.compare(left, right).is_some_and(|found| found.score() >= ONE);
    places.into_iter().map(is_one).collect()
}

impl Record {
    /// The value of the first attribute that is called as names are, or else of the first.
    fn name(&self) -> Option<usize> {
        let named = self.0.iter().position(|(attribute, _)| NAMES.contains(&attribute.as_str()));
        named.or(if self.0.is_empty() { None } else { Some(0) })
    }

    fn name_key(&self) -> NameKey {
        let name = self.name().and_then(|at| self.0.get(at));
        NameKey::of(name.map_or("", |(_, name)| name))
    }

    fn profile(&self) -> Profile {
        let name = self.name();
        let mut profile = Profile::default();
        for (at, (attribute, value)) in self.0.iter().enumerate() {
            profile = if Some(at) == name { profile.with_name(value) } else { profile.with(attribute.as_str(), value) };
        }
        profile
    }

    fn words(&self) -> HashSet<String> {
        let keys = self.0.iter().map(|(_, value)| NameKey::of(value));
        keys.flat_map(|key| key.as_str().split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Attributes;

        impl<'de> Visitor<'de> for Attributes {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
                let mut attributes = Vec::new();
                while let Some((attribute, value)) = map.next_entry::<String, Value>()? {
                    attributes.push((attribute, shown(&value)));
                }
                Ok(Record(attributes))
            }
        }

        deserializer.deserialize_map(Attributes)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The share of words that both records have.
fn common(left: &Record, right: &Record) -> f64 {
    let (left, right) = (left.words(), right.words());
    left.intersection(&right).count() as f64 / left.union(&right).count().max(1) as f64
}

fn figures(pairs: &[Pair], judged: &[bool]) -> Figures {
    let count = |is_match: bool, said: bool| {
        pairs.iter().zip(judged).filter(|(pair, judged)| (pair.is_match == 1) == is_match && **judged == said).count()
            as f64
    };
    let (right, wrong, missed) = (count(true, true), count(false, true), count(true, false));
    let share = |of: f64, all: f64| if all > 0.0 { of / all } else { 0.0 };
    Figures {
        precision: share(right, right + wrong),
        recall: share(right, right + missed),
        f1: share(2.0 * right, 2.0 * right + wrong + missed),
    }
}

fn print(resolved: &Resolved) {
    println!(
        "{} pairs, {} of one thing; {:.0} pairs a second\n",
        resolved.pairs, resolved.matches, resolved.pairs_per_second
    );
    println!("{:<14} {:>9} {:>9} {:>9}", "", "precision", "recall", "F1");
    let rows =
        [("fusion", resolved.fusion), ("exact name", resolved.exact_name), ("common words", resolved.common_words)];
    for (name, Figures { precision, recall, f1 }) in rows {
        println!("{name:<14} {:>9.1} {:>9.1} {:>9.1}", 100.0 * precision, 100.0 * recall, 100.0 * f1);
    }
}
