//! The pieces, found by prefix: the longest one that a word begins with.

use crate::{Error, Result};

const UNKNOWN: &str = "[UNK]";
const CONTINUES: &str = "##";
const SEED: u64 = 0xCBF2_9CE4_8422_2325;

/// The pieces of a vocabulary by their spelling; the number of a piece is its row in the table.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    first: Pieces,
    following: Pieces,
    unknown: u32,
    len: usize,
}

impl Vocabulary {
    /// Reads one piece a line, numbered from 0.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let len = text.lines().count();
        let follow = text.lines().filter(|l| l.starts_with(CONTINUES)).count();
        let mut first = Pieces::with_capacity(len - follow);
        let mut following = Pieces::with_capacity(follow);
        for (id, line) in text.lines().enumerate() {
            let (pieces, spelling) = match line.strip_prefix(CONTINUES) {
                // "##" itself is a piece that follows nothing.
                Some(spelling) if !spelling.is_empty() => (&mut following, spelling),
                _ => (&mut first, line),
            };
            let new = u32::try_from(id).is_ok_and(|id| pieces.insert(spelling, id));
            if !new {
                let piece = line.to_owned();
                return Err(Error::Duplicate { piece, line: id + 1 });
            }
        }
        let unknown = first.get(UNKNOWN).ok_or(Error::NoUnknown)?;
        Ok(Self { first, following, unknown, len })
    }

    /// Number of pieces.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The piece that stands for a word no pieces spell.
    pub(crate) fn unknown(&self) -> u32 {
        self.unknown
    }

    /// The longest piece that begins a word with `text`: its number and its length in bytes.
    pub(crate) fn longest_first(&self, text: &str) -> Option<(u32, usize)> {
        self.first.longest(text)
    }

    /// The longest piece that goes on with `text` inside a word.
    pub(crate) fn longest_following(&self, text: &str) -> Option<(u32, usize)> {
        self.following.longest(text)
    }
}

/// An open-addressing table from spelling to number, at most half full.
///
/// One pass over a word gives the hash of every prefix, so that looking for the longest known
/// prefix reads the word once and probes once a candidate.
#[derive(Debug)]
struct Pieces {
    slots: Vec<Slot>,
    spellings: String,
    longest: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The upper half of the hash.
    tag: u32,
    /// The number of the piece, plus one; 0 when the slot is free.
    piece: u32,
    start: u32,
    len: u32,
}

impl Pieces {
    fn with_capacity(pieces: usize) -> Self {
        Self {
            slots: vec![Slot::default(); (pieces * 2).next_power_of_two().max(2)],
            spellings: String::new(),
            longest: 0,
        }
    }

    /// Adds a piece; `false` when it is there already.
    fn insert(&mut self, spelling: &str, id: u32) -> bool {
        let hash = spelling.bytes().fold(SEED, step);
        let (Ok(start), Ok(len)) = (self.spellings.len().try_into(), spelling.len().try_into()) else {
            return false;
        };
        if self.find(hash, spelling).is_some() {
            return false;
        }
        let free = self.probe(hash).find(|at| self.slot(*at).piece == 0);
        let Some(slot) = free.and_then(|at| self.slots.get_mut(at)) else {
            return false;
        };
        *slot = Slot { tag: tag(hash), piece: id + 1, start, len };
        self.spellings.push_str(spelling);
        self.longest = self.longest.max(spelling.len());
        true
    }

    fn get(&self, spelling: &str) -> Option<u32> {
        self.find(spelling.bytes().fold(SEED, step), spelling)
    }

    fn longest(&self, text: &str) -> Option<(u32, usize)> {
        let text = text.get(..text.floor_char_boundary(self.longest))?;
        let hash = text.bytes().fold(SEED, step);
        if let Some(id) = self.find(hash, text) {
            return Some((id, text.len()));
        }
        self.longest_proper(text)
    }

    /// The longest known prefix of `text` other than all of it.
    #[cold]
    fn longest_proper(&self, text: &str) -> Option<(u32, usize)> {
        let mut hashes = Vec::with_capacity(text.len());
        text.bytes().fold(SEED, |hash, byte| {
            hashes.push(hash);
            step(hash, byte)
        });
        hashes.into_iter().enumerate().skip(1).rev().find_map(|(end, hash)| {
            let id = self.find(hash, text.get(..end)?)?;
            Some((id, end))
        })
    }

    fn find(&self, hash: u64, spelling: &str) -> Option<u32> {
        for at in self.probe(hash) {
            let slot = self.slot(at);
            if slot.piece == 0 {
                return None;
            }
            if slot.tag == tag(hash) && self.spelling(slot) == Some(spelling) {
                return Some(slot.piece - 1);
            }
        }
        None
    }

    fn spelling(&self, slot: Slot) -> Option<&str> {
        let start = slot.start as usize;
        self.spellings.get(start..start + slot.len as usize)
    }

    fn slot(&self, at: usize) -> Slot {
        self.slots.get(at).copied().unwrap_or_default()
    }

    /// Every slot once, from where `hash` belongs.
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        let start = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) as usize >> 24;
        (0..self.slots.len()).map(move |step| (start + step) & mask)
    }
}

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}
