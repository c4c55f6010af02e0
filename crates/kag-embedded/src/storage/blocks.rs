//! A backend of redb that knows a damaged block when it reads one.

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind},
    ops::Bound,
    sync::{Mutex, PoisonError},
};

use redb::{BackendError, StorageBackend};

use super::layout::{BLOCK, LAYOUT, MAGIC, SUM, blocks_in, left_in_group, length_of, place_of, sum_of};

/// Bytes at the beginning of the first block that redb uses, with room to spare.
const HEAD: usize = 480;
/// Bytes of one copy of them: what a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Keeps a checksum of every block beside the blocks, and compares when it reads.
///
/// redb never writes over a page that a commit needs, and a commit is only told when all of
/// it is on the disk. So a block that does not fit its checksum after a crash is one that
/// nobody will read, with one exception: the first, where redb says which commit is the last.
/// Of that one there are two numbered copies, each with its checksum. One of them is on the
/// disk for sure, and only the other is written; after a sync they change their parts, and the
/// older is made like the newer. So a write that went wrong leaves what was synced before it,
/// and damage leaves an equal copy.
#[derive(Debug)]
pub(crate) struct Blocks<B> {
    file: B,
    /// Held while the first block is written.
    first: Mutex<First>,
}

/// What is known of the copies of the first block.
#[derive(Debug, Default)]
struct First {
    /// The place of the copy that is on the disk for sure, once that is known.
    durable: Option<u64>,
    /// Whether the other was written since the last sync.
    is_ahead: bool,
}

/// One of the two copies of the first block.
#[derive(Clone, Debug)]
struct Head {
    /// Which of the two places it lies in.
    place: u64,
    /// Later ones have larger numbers; 0 for one that was never written.
    number: u64,
    content: Vec<u8>,
}

/// A block that is not what was written.
#[derive(Debug)]
pub(crate) struct Damaged {
    pub(crate) block: u64,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {} is not what was written", self.block)
    }
}

impl Error for Damaged {}

/// A file that is not one of ours, or of another version.
#[derive(Debug)]
pub(crate) enum Foreign {
    Magic,
    Version { found: u32, known: u32 },
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => f.write_str("the file is not that of a store"),
            Self::Version { found, known } => write!(f, "the file has layout {found}, and layout {known} is known"),
        }
    }
}

impl Error for Foreign {}

impl<B: StorageBackend> Blocks<B> {
    /// The blocks in `file`, which may be empty.
    ///
    /// # Errors
    /// Those of reading it; [`InvalidData`](ErrorKind::InvalidData) with [`Foreign`] or [`Damaged`] inside.
    pub(crate) fn new(file: B) -> io::Result<Self> {
        let length = file.len()?;
        if length > 0 {
            check_header(&file)?;
            if blocks_in(length) == 0 {
                return Err(damaged(0));
            }
        }
        Ok(Self { file, first: Mutex::default() })
    }

    fn is_fresh(&self) -> io::Result<bool> {
        Ok(self.file.len()? == 0)
    }

    /// Writes whole blocks from `block` on, checksums first.
    fn write_blocks(&self, mut block: u64, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            let count = left_in_group(block).min(data.len() as u64 / BLOCK);
            let (now, rest) = data.split_at((count * BLOCK) as usize);
            let mut sums = Vec::with_capacity((count * SUM) as usize);
            for (content, number) in now.chunks(BLOCK as usize).zip(block..) {
                sums.extend_from_slice(&checksum(number, content).to_le_bytes());
            }
            self.file.write(sum_of(block), &sums)?;
            self.file.write(place_of(block), now)?;
            block += count;
            data = rest;
        }
        Ok(())
    }

    /// Reads whole blocks from `block` on and compares them with their checksums.
    fn read_blocks(&self, mut block: u64, mut out: &mut [u8]) -> io::Result<()> {
        while !out.is_empty() {
            let count = left_in_group(block).min(out.len() as u64 / BLOCK);
            let (now, rest) = out.split_at_mut((count * BLOCK) as usize);
            let mut sums = vec![0; (count * SUM) as usize];
            self.file.read(sum_of(block), &mut sums)?;
            self.file.read(place_of(block), now)?;
            for ((content, sum), number) in now.chunks(BLOCK as usize).zip(sums.chunks(SUM as usize)).zip(block..) {
                if !fits(number, content, sum) {
                    return Err(damaged(number));
                }
            }
            block += count;
            out = rest;
        }
        Ok(())
    }

    /// Reads a part of the first block, which is where redb says what is committed.
    fn read_first(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut content = self.head()?.content;
        content.resize(BLOCK as usize, 0);
        let part = content.get(offset as usize..offset as usize + out.len()).ok_or_else(outside)?;
        out.copy_from_slice(part);
        Ok(())
    }

    fn write_first(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let mut head = self.head()?;
        // Beyond what it uses, redb writes zeros when it writes a whole page.
        let used = HEAD.saturating_sub(offset as usize).min(data.len());
        let (data, rest) = data.split_at(used);
        if rest.iter().any(|byte| *byte != 0) {
            return Err(io::Error::new(ErrorKind::Unsupported, "more than the head of the first block is used"));
        }
        head.content.get_mut(offset as usize..offset as usize + used).ok_or_else(outside)?.copy_from_slice(data);
        let durable = match first.durable {
            Some(durable) => durable,
            None => {
                // Somebody else may have written what we read, and not synced it.
                self.file.sync_data()?;
                *first.durable.insert(head.place)
            }
        };
        first.is_ahead = true;
        self.write_head(&Head { place: 1 - durable, number: head.number + 1, ..head })
    }

    /// The later of the copies of the first block that are whole.
    fn head(&self) -> io::Result<Head> {
        let mut sectors = vec![0; 2 * SECTOR];
        let (one, other) = sectors.split_at_mut(SECTOR);
        self.file.read(place_of_head(0), one)?;
        self.file.read(place_of_head(1), other)?;
        let heads = [read_head(0, one), read_head(1, other)];
        heads.into_iter().flatten().max_by_key(|head| head.number).ok_or_else(|| damaged(0))
    }

    fn write_head(&self, head: &Head) -> io::Result<()> {
        let mut sector = head.content.clone();
        sector.extend_from_slice(&head.number.to_le_bytes());
        let sum = checksum(0, &sector);
        sector.extend_from_slice(&sum.to_le_bytes());
        sector.resize(SECTOR, 0);
        self.file.write(place_of_head(head.place), &sector)
    }
}

/// Where one of the two copies of the first block lies.
fn place_of_head(place: u64) -> u64 {
    place_of(0) + place * BLOCK / 2
}

fn read_head(place: u64, sector: &[u8]) -> Option<Head> {
    if sector.iter().all(|byte| *byte == 0) {
        return Some(Head { place, number: 0, content: vec![0; HEAD] });
    }
    let (checked, rest) = sector.split_at_checked(HEAD + 8)?;
    let (sum, padding) = rest.split_first_chunk()?;
    let whole = checksum(0, checked) == u32::from_le_bytes(*sum) && padding.iter().all(|byte| *byte == 0);
    let (content, number) = checked.split_at_checked(HEAD)?;
    let number = u64::from_le_bytes(number.try_into().ok()?);
    whole.then(|| Head { place, number, content: content.to_vec() })
}

fn check_header(file: &impl StorageBackend) -> io::Result<()> {
    let mut header = [0; 16];
    if file.len()? < header.len() as u64 {
        return Err(io::Error::new(ErrorKind::InvalidData, Foreign::Magic));
    }
    file.read(0, &mut header)?;
    let (magic, version) = header.split_at(MAGIC.len());
    let version = version.try_into().map(u32::from_le_bytes).unwrap_or_default();
    match (magic == MAGIC, version) {
        (false, _) => Err(io::Error::new(ErrorKind::InvalidData, Foreign::Magic)),
        (true, LAYOUT) => Ok(()),
        (true, other) => Err(io::Error::new(ErrorKind::InvalidData, Foreign::Version { found: other, known: LAYOUT })),
    }
}

/// The checksum of a block at its place; never 0, which stands for a block never written.
fn checksum(block: u64, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&block.to_le_bytes());
    hasher.update(content);
    hasher.finalize().max(1)
}

fn fits(block: u64, content: &[u8], sum: &[u8]) -> bool {
    match sum {
        [0, 0, 0, 0] => content.iter().all(|byte| *byte == 0),
        sum => checksum(block, content).to_le_bytes() == *sum,
    }
}

fn damaged(block: u64) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, Damaged { block })
}

fn outside() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not within one block")
}

impl<B: StorageBackend> StorageBackend for Blocks<B> {
    fn len(&self) -> io::Result<u64> {
        Ok(blocks_in(self.file.len()?) * BLOCK)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let length = out.len() as u64;
        if offset < BLOCK {
            let here = (BLOCK - offset).min(length);
            let (first, rest) = out.split_at_mut(here as usize);
            self.read_first(offset, first)?;
            return if rest.is_empty() { Ok(()) } else { self.read(BLOCK, rest) };
        }
        if offset.is_multiple_of(BLOCK) && length.is_multiple_of(BLOCK) {
            return self.read_blocks(offset / BLOCK, out);
        }
        let (from, to) = (offset / BLOCK, (offset + length).div_ceil(BLOCK));
        let mut whole = vec![0; ((to - from) * BLOCK) as usize];
        self.read_blocks(from, &mut whole)?;
        let skipped = (offset % BLOCK) as usize;
        out.copy_from_slice(whole.get(skipped..skipped + out.len()).ok_or_else(outside)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let (before, after) = (blocks_in(self.file.len()?), len.div_ceil(BLOCK));
        if self.is_fresh()? {
            let mut header = vec![0; BLOCK as usize];
            let (magic, rest) = header.split_at_mut(MAGIC.len());
            magic.copy_from_slice(MAGIC);
            if let Some(version) = rest.first_chunk_mut() {
                *version = LAYOUT.to_le_bytes();
            }
            self.file.set_len(BLOCK)?;
            self.file.write(0, &header)?;
        }
        if after < before && after > 0 {
            // A block that comes back later is one never written.
            let gone = left_in_group(after).min(before - after);
            self.file.write(sum_of(after), &vec![0; (gone * SUM) as usize])?;
        }
        self.file.set_len(length_of(after))
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        self.file.sync_data()?;
        if let Some(durable) = first.durable.filter(|_| first.is_ahead) {
            *first = First { durable: Some(1 - durable), is_ahead: false };
            let head = self.head()?;
            self.write_head(&Head { place: durable, ..head })?;
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let length = data.len() as u64;
        if offset < BLOCK {
            let (first, rest) = data.split_at(((BLOCK - offset).min(length)) as usize);
            self.write_first(offset, first)?;
            return if rest.is_empty() { Ok(()) } else { self.write(BLOCK, rest) };
        }
        if offset.is_multiple_of(BLOCK) && length.is_multiple_of(BLOCK) {
            return self.write_blocks(offset / BLOCK, data);
        }
        let (from, to) = (offset / BLOCK, (offset + length).div_ceil(BLOCK));
        let mut whole = vec![0; ((to - from) * BLOCK) as usize];
        self.read_blocks(from, &mut whole)?;
        let skipped = (offset % BLOCK) as usize;
        whole.get_mut(skipped..skipped + data.len()).ok_or_else(outside)?.copy_from_slice(data);
        self.write_blocks(from, &whole)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn what_is_written_is_read_back_wherever_it_lies() {
        let blocks = Blocks::new(InMemoryBackend::new()).unwrap();
        assert_eq!(blocks.len().unwrap(), 0);
        blocks.set_len(3000 * BLOCK).unwrap();
        assert_eq!(blocks.len().unwrap(), 3000 * BLOCK);
        let mut expect = vec![0; 3000 * BLOCK as usize];
        for (offset, length) in [(0, 320), (4100, 5000), (1023 * 4096, 3 * 4096), (2047 * 4096 + 5, 9000)] {
            let data: Vec<u8> = (0..length).map(|at| (at * 7 + offset) as u8).collect();
            blocks.write(offset as u64, &data).unwrap();
            expect[offset..offset + length].copy_from_slice(&data);
        }
        let mut read = vec![0; expect.len()];
        blocks.read(0, &mut read).unwrap();
        assert_eq!(read, expect);
        blocks.set_len(1100 * BLOCK).unwrap();
        blocks.set_len(3000 * BLOCK).unwrap();
        let mut read = vec![1; 2 * BLOCK as usize];
        blocks.read(2047 * BLOCK, &mut read).unwrap();
        assert_eq!(read, vec![0; 2 * BLOCK as usize], "what was cut off comes back empty");
    }

    #[test]
    fn the_first_block_survives_a_torn_write_and_damage() {
        let blocks = Blocks::new(InMemoryBackend::new()).unwrap();
        blocks.set_len(4 * BLOCK).unwrap();
        let read = || {
            let mut bytes = [0; 3];
            blocks.read(0, &mut bytes).map(|()| bytes)
        };
        let spoil = |place| blocks.file.write(place_of_head(place) + 1, b"x").unwrap();
        blocks.write(0, b"one").unwrap();
        blocks.sync_data().unwrap();
        blocks.write(0, b"two").unwrap();
        spoil(blocks.head().unwrap().place);
        assert_eq!(&read().unwrap(), b"one", "the write that went wrong is as if it had not been");
        blocks.write(0, b"two").unwrap();
        blocks.sync_data().unwrap();
        spoil(0);
        assert_eq!(&read().unwrap(), b"two", "there is an equal copy");
        spoil(1);
        assert!(read().is_err());
    }
}
