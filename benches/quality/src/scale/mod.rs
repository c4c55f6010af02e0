//! How the durable store grows: generated data, fixed seed.
//!
//! Loading and asking are processes of their own, so that neither is measured with the
//! other's memory.

mod ask;
mod load;
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::{Map, Value};

use crate::Result;

/// What is measured.
#[derive(Debug)]
pub(crate) struct Scale {
    pub(crate) chunks: usize,
    pub(crate) json: Option<PathBuf>,
    /// The part of the measuring that this process does; all, where there is none.
    pub(crate) phase: Option<Phase>,
    /// Where the store lies; a new directory that is removed afterwards, where none is given.
    pub(crate) store: Option<PathBuf>,
}

/// A part of the measuring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Fill the store.
    Load,
    /// Change it a little, and ask.
    Ask,
}

/// What a phase measured, by name.
type Measures = Map<String, Value>;

pub(crate) async fn run(scale: &Scale) -> Result<()> {
    let world = world::World { documents: scale.chunks.div_ceil(world::CHUNKS).max(2) };
    match (scale.phase, &scale.store) {
        (Some(Phase::Load), Some(store)) => print(&load::run(world, store).await?),
        (Some(Phase::Ask), Some(store)) => print(&ask::run(world, store).await?),
        (Some(_), None) => Err("a phase needs --store".into()),
        (None, store) => {
            let dir = match store {
                Some(store) => store.clone(),
                None => std::env::temp_dir().join(format!("kag-scale-{}", std::process::id())),
            };
            let measured = both(scale, &dir);
            if store.is_none() {
                fs::remove_dir_all(&dir)?;
            }
            report(scale, measured?)
        }
    }
}

/// Runs both phases, each in a process of its own.
fn both(scale: &Scale, dir: &Path) -> Result<Measures> {
    let mut measured = Measures::new();
    for phase in ["load", "ask"] {
        let child = Command::new(std::env::current_exe()?)
            .args(["scale", "--chunks", &scale.chunks.to_string(), "--phase", phase, "--store"])
            .arg(dir)
            .stderr(std::process::Stdio::inherit())
            .output()?;
        if !child.status.success() {
            return Err(format!("the phase `{phase}` failed: {}", child.status).into());
        }
        measured.extend(serde_json::from_slice::<Measures>(&child.stdout)?);
    }
    Ok(measured)
}

fn print(measured: &Measures) -> Result<()> {
    println!("{}", serde_json::to_string(measured)?);
    Ok(())
}

fn report(scale: &Scale, measured: Measures) -> Result<()> {
    for (name, value) in &measured {
        println!("{name:>18}  {value}");
    }
    if let Some(path) = &scale.json {
        fs::write(path, serde_json::to_string_pretty(&measured)?)?;
    }
    Ok(())
}

/// Keeps a number to three digits behind the point.
fn put(measured: &mut Measures, name: &str, value: f64) {
    measured.insert(name.to_owned(), ((value * 1000.0).round() / 1000.0).into());
}

/// The middle one of `times`, in microseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e6)
}

/// A line of `/proc/self/status`, in megabytes; 0 where there is no such file.
fn memory(line: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|found| found.strip_prefix(line)?.trim().strip_suffix("kB"));
    found.and_then(|kilobytes| kilobytes.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Bytes of all files below `dir`, in megabytes.
fn size_of(dir: &Path) -> Result<f64> {
    let mut total = 0.0;
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                open.push(entry.path());
            } else {
                total += metadata.len() as f64 / (1 << 20) as f64;
            }
        }
    }
    Ok(total)
}
