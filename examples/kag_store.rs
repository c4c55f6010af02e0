//! Looks after a durable store: checks, measures, dumps, loads, copies and compacts it.
//!
//! ```text
//! kag_store verify|stats|compact DIR
//! kag_store dump DIR [FILE]      the logical dump, as lines of JSON
//! kag_store load DIR FILE        adds the documents and settings of a dump
//! kag_store backup DIR TO
//! ```

use std::{
    env,
    error::Error,
    fs::File,
    io::{BufReader, BufWriter, Write, stdout},
    process::ExitCode,
};

use kag::core::{ChangeSet, KnowledgeBase, Scope, dump};
use kag::{Access, EmbeddedKnowledgeBase, StoreOptions};

/// Documents of one commit while a dump is loaded.
const BATCH: usize = 256;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let read = |dir: &str| StoreOptions::default().with_access(Access::Read).open(dir);
    match arguments {
        ["verify", dir] => return verify(&read(dir)?).await,
        ["stats", dir] => stats(&read(dir)?).await?,
        ["dump", dir] => write_dump(&read(dir)?, &mut stdout()).await?,
        ["dump", dir, file] => write_dump(&read(dir)?, &mut BufWriter::new(File::create(file)?)).await?,
        ["load", dir, file] => load(dir, file).await?,
        ["backup", dir, to] => println!("commit {} is in {to}", read(dir)?.backup_to(to).await?),
        ["compact", dir] => EmbeddedKnowledgeBase::open(dir)?.compact().await?,
        _ => {
            eprintln!("usage: kag_store verify|stats|compact DIR | dump DIR [FILE] | load DIR FILE | backup DIR TO");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(base: &EmbeddedKnowledgeBase) -> Result<ExitCode, Box<dyn Error>> {
    let report = base.verify().await?;
    println!("commit {}: {} documents, {} rows", report.commit, report.documents, report.rows);
    for problem in &report.problems {
        println!("{}: {}", problem.table, problem.what);
    }
    for file in &report.derived {
        println!("derived/{}: {:?}", file.name, file.state);
    }
    println!("{} problems", report.found);
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn stats(base: &EmbeddedKnowledgeBase) -> Result<(), Box<dyn Error>> {
    let stats = base.stats().await?;
    println!("commit {}, {} documents, {} chunks", stats.commit, stats.documents, stats.chunks);
    println!("{} bytes of truth, {} bytes of what is derived", stats.truth_bytes, stats.derived_bytes);
    for table in &stats.tables {
        println!("{:>18}  {:>10} rows  {:>12} bytes", table.name, table.rows, table.page_bytes);
    }
    Ok(())
}

async fn write_dump(base: &EmbeddedKnowledgeBase, out: &mut (dyn Write + Send)) -> Result<(), Box<dyn Error>> {
    let snapshot = base.snapshot(&Scope::All).await?;
    dump::write(&snapshot, out).await?;
    Ok(out.flush()?)
}

async fn load(dir: &str, file: &str) -> Result<(), Box<dyn Error>> {
    // A dump that was cut off is refused before anything of it is there.
    let contributions = dump::read(BufReader::new(File::open(file)?)).collect::<Result<Vec<_>, _>>()?;
    let settings = dump::settings(BufReader::new(File::open(file)?))?;
    let space = contributions.iter().find_map(|contribution| contribution.space().cloned());
    let base = space.into_iter().fold(StoreOptions::default(), StoreOptions::with_space).open(dir)?;
    let mut change =
        settings.iter().fold(ChangeSet::new(), |change, (name, text)| change.set(name.clone(), text.clone()));
    for batch in contributions.chunks(BATCH) {
        change = batch.iter().cloned().fold(change, ChangeSet::put);
        let done = base.commit(std::mem::take(&mut change)).await?;
        println!("commit {}: {} added, {} replaced, {} unchanged", done.id, done.added, done.replaced, done.unchanged);
    }
    Ok(())
}
