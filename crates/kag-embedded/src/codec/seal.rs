//! Checksums of records.

/// Number of bytes behind a record.
const LENGTH: usize = 4;

/// `value` with a checksum of itself and of the `key` it is stored under behind it.
pub(crate) fn seal(key: &[u8], mut value: Vec<u8>) -> Vec<u8> {
    let sum = checksum(key, &value);
    value.extend_from_slice(&sum.to_le_bytes());
    value
}

/// The value that was [sealed](seal) under `key`; `None` where it is damaged or was stored
/// under another key.
pub(crate) fn open<'v>(key: &[u8], sealed: &'v [u8]) -> Option<&'v [u8]> {
    let (value, sum) = sealed.split_at_checked(sealed.len().checked_sub(LENGTH)?)?;
    (checksum(key, value).to_le_bytes() == *sum).then_some(value)
}

fn checksum(key: &[u8], value: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(value);
    hasher.finalize()
}
