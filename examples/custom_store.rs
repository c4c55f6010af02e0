//! Shows a store of your own: one file of contributions, which passes the conformance suite.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use kag::core::Settings;
use kag::{
    Change, ChangeSet, Commit, CommitId, ContentHash, Contribution, ContributionDraft, Document, DocumentId,
    EmbeddingSpace, Error, ErrorKind, KnowledgeBase, Layer, Result, Scope, Snapshot, async_trait, dump, memory,
};

/// A knowledge base in one file, which every commit writes anew and puts in place at once.
#[derive(Debug)]
struct FileStore {
    file: PathBuf,
    space: EmbeddingSpace,
    writing: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

/// What the last commit left.
#[derive(Clone, Debug, Default)]
struct State {
    commit: CommitId,
    contributions: BTreeMap<DocumentId, Arc<Contribution>>,
    settings: Settings,
}

impl FileStore {
    fn open(file: &Path, space: EmbeddingSpace) -> Result<Self> {
        let failed =
            |error: io::Error| Error::new(ErrorKind::Unavailable, "open").with("file", file.display()).because(error);
        let mut state = State::default();
        if file.exists() {
            let read = || fs::File::open(file).map(io::BufReader::new).map_err(failed);
            state.settings = dump::settings(read()?)?;
            for contribution in dump::read(read()?) {
                let contribution = contribution?;
                state.contributions.insert(contribution.document().id, Arc::new(contribution));
            }
        }
        Ok(Self { file: file.into(), space, writing: tokio::sync::Mutex::default(), state: Mutex::new(state) })
    }

    fn snapshot_of(&self, scope: &Scope, state: &State) -> Result<Snapshot> {
        let contributions = state.contributions.values().cloned();
        let snapshot = memory::snapshot_of(state.commit, scope, contributions, &[], Some(&self.space))?;
        Ok(snapshot.with_settings(Arc::new(state.settings.clone())))
    }
}

#[async_trait]
impl KnowledgeBase for FileStore {
    fn embedding_space(&self) -> Option<&EmbeddingSpace> {
        Some(&self.space)
    }

    async fn commit(&self, change: ChangeSet) -> Result<Commit> {
        let _writer = self.writing.lock().await;
        let mut after = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut done = Commit { id: after.commit, ..Commit::default() };
        for (document, change) in change.iter() {
            match change {
                Change::Put(new) => {
                    if new.space().is_some_and(|space| *space != self.space) {
                        return Err(
                            Error::invalid("commit", "vectors of another space").with("document", &new.document().uri)
                        );
                    }
                    match after.contributions.insert(document, Arc::clone(new)) {
                        Some(old) if old == *new => done.unchanged += 1,
                        Some(_) => done.replaced += 1,
                        None => done.added += 1,
                    }
                }
                Change::Remove if after.contributions.remove(&document).is_some() => done.removed += 1,
                Change::Remove => done.unchanged += 1,
            }
        }
        done.settings = after.settings.apply(&change);
        if done.added + done.replaced + done.removed + done.settings > 0 {
            after.commit = after.commit.next();
            done.id = after.commit;
            let mut bytes = Vec::new();
            dump::write(&self.snapshot_of(&Scope::All, &after)?, &mut bytes).await?;
            let beside = self.file.with_extension("new");
            let put = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &self.file));
            put.map_err(|error| Error::new(ErrorKind::Unavailable, "commit").because(error))?;
            *self.state.lock().unwrap_or_else(PoisonError::into_inner) = after;
        }
        Ok(done)
    }

    async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.snapshot_of(scope, &state)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let file = std::env::temp_dir().join(format!("kag-custom-store-{}.jsonl", std::process::id()));
    let space = EmbeddingSpace::new("none", 0);
    let mut draft = ContributionDraft::new(Document::new("note:1", ContentHash::of("…")));
    draft.add_node("Club", "皇家马德里", Layer::Knowledge);
    FileStore::open(&file, space.clone())?.commit(ChangeSet::new().put(draft.seal()?)).await?;

    let reopened = FileStore::open(&file, space)?;
    let mut bytes = Vec::new();
    dump::write(&reopened.snapshot(&Scope::All).await?, &mut bytes).await?;
    println!("{} after opening it again:\n{}", file.display(), String::from_utf8_lossy(&bytes));
    fs::remove_file(&file).map_err(|error| Error::new(ErrorKind::Unavailable, "remove").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    kag::knowledge_base_conformance!(async {
        let file =
            std::env::temp_dir().join(format!("kag-{}-{:?}.jsonl", std::process::id(), std::thread::current().id()));
        let _ = fs::remove_file(&file);
        FileStore::open(&file, kag::conformance::space()).unwrap()
    });
}
