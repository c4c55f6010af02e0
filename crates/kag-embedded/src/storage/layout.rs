//! Where blocks and their checksums lie in the file.
//!
//! The file begins with a block of ours. Behind it come groups: a block of checksums, then
//! the blocks that they are of. What redb takes for its file are those blocks alone, one
//! after the other.

/// Bytes of a block.
pub(super) const BLOCK: u64 = 4096;
/// Bytes of one checksum.
pub(super) const SUM: u64 = 4;
/// Blocks of a group, not counting that of their checksums.
const GROUP: u64 = BLOCK / SUM;

/// The version of this layout, which stands in the first block.
pub(super) const LAYOUT: u32 = 1;
/// What the file begins with.
pub(super) const MAGIC: &[u8; 12] = b"kag truth\r\n\0";

/// Where the block number `block` lies.
pub(super) fn place_of(block: u64) -> u64 {
    (1 + block / GROUP * (GROUP + 1) + 1 + block % GROUP) * BLOCK
}

/// Where its checksum lies.
pub(super) fn sum_of(block: u64) -> u64 {
    (1 + block / GROUP * (GROUP + 1)) * BLOCK + block % GROUP * SUM
}

/// How many of the blocks from `block` on lie in its group, so that they and their
/// checksums are adjacent.
pub(super) fn left_in_group(block: u64) -> u64 {
    GROUP - block % GROUP
}

/// The length of a file that holds `blocks` blocks.
pub(super) fn length_of(blocks: u64) -> u64 {
    match blocks.checked_sub(1) {
        None => BLOCK,
        Some(last) => place_of(last) + BLOCK,
    }
}

/// The number of whole blocks in a file of this length.
pub(super) fn blocks_in(length: u64) -> u64 {
    let Some(behind) = (length / BLOCK).checked_sub(1) else { return 0 };
    let (groups, rest) = (behind / (GROUP + 1), behind % (GROUP + 1));
    groups * GROUP + rest.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_checksums_have_places_of_their_own() {
        let mut last = 0;
        for block in 0..3 * GROUP {
            assert!(place_of(block) > last, "{block}");
            last = place_of(block);
            assert_eq!(blocks_in(length_of(block)), block);
            assert_eq!(length_of(block + 1), place_of(block) + BLOCK);
            assert!(sum_of(block) + SUM <= place_of(block) && sum_of(block) >= BLOCK);
        }
        assert_eq!(sum_of(GROUP), place_of(GROUP) - BLOCK);
        assert_eq!(left_in_group(GROUP - 1), 1);
    }
}
