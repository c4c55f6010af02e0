//! A disk in memory that fails when it is told to.
#![allow(dead_code, reason = "each test uses a part")]

use std::{
    io::{Error, ErrorKind, Result},
    sync::{Arc, Mutex},
};

use redb::StorageBackend;

use super::Random;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Half of a write is written.
    Short,
    /// The disk is full.
    Full,
    /// The device does not answer.
    Device,
    /// A sync says that it failed; what was written since the last may be there or not.
    Sync,
}

/// A disk; clones are the same disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What a reader sees.
    now: Vec<u8>,
    /// What is there after the power was cut.
    synced: Vec<u8>,
    /// Calls that change something.
    calls: usize,
    fail: Option<(usize, Failure)>,
    failed: bool,
}

impl Disk {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State { synced: bytes.clone(), now: bytes, ..State::default() })))
    }

    /// Fails from the call number `at` on, counted from now.
    pub(crate) fn fail_at(&self, at: usize, failure: Failure) {
        let mut state = self.0.lock().unwrap();
        state.fail = Some((state.calls + at, failure));
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.0.lock().unwrap().failed
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    /// What is on it when the process died.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().now.clone()
    }

    /// What is on it when the power was cut: of what was written since the last sync, any sectors.
    pub(crate) fn bytes_after_power_cut(&self, random: &mut Random) -> Vec<u8> {
        const SECTOR: usize = 512;
        let state = self.0.lock().unwrap();
        let length = if random.below(2) == 0 { state.now.len() } else { state.synced.len().max(state.now.len()) };
        let mut bytes = state.synced.clone();
        bytes.resize(length, 0);
        for start in (0..length).step_by(SECTOR) {
            let end = (start + SECTOR).min(state.now.len());
            if start < end && random.below(2) == 0 {
                bytes[start..end].copy_from_slice(&state.now[start..end]);
            }
        }
        bytes
    }
}

impl State {
    /// Counts a call; says how it fails, where it does.
    fn call(&mut self, is_sync: bool) -> Option<Failure> {
        let at = self.calls;
        self.calls += 1;
        let (fail_at, failure) = self.fail?;
        let due = at >= fail_at && (self.failed || is_sync == (failure == Failure::Sync));
        self.failed |= due;
        due.then_some(failure)
    }
}

fn error(failure: Failure) -> Error {
    match failure {
        Failure::Short => Error::from(ErrorKind::WriteZero),
        Failure::Full => Error::from(ErrorKind::StorageFull),
        Failure::Device | Failure::Sync => Error::other("input/output error"),
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64> {
        Ok(self.0.lock().unwrap().now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let state = self.0.lock().unwrap();
        let found = state.now.get(offset as usize..offset as usize + out.len());
        out.copy_from_slice(found.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        if let Some(failure) = state.call(false) {
            return Err(error(failure));
        }
        state.now.resize(len as usize, 0);
        Ok(())
    }

    fn sync_data(&self) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        if let Some(failure) = state.call(true) {
            return Err(error(failure));
        }
        state.synced = state.now.clone();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        let failure = state.call(false);
        let written = match failure {
            None => data.len(),
            Some(Failure::Short) => data.len() / 2,
            Some(_) => 0,
        };
        let at = offset as usize;
        if let Some(place) = state.now.get_mut(at..at + written) {
            place.copy_from_slice(&data[..written]);
        }
        failure.map_or(Ok(()), |failure| Err(error(failure)))
    }
}
