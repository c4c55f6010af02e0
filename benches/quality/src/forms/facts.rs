//! Triples as curated knowledge.

use std::collections::{BTreeMap, BTreeSet};

use kag::{
    ChangeSet, Chunk, Confidence, ContentHash, ContributionDraft, Document, Evidence, Fact, KnowledgeBase, Layer,
    MemoryKnowledgeBase, NameKey, NodeId, Origin, Scope, Snapshot, TypeName, Value,
};

use crate::Result;

/// A thing: its type, and its name as the data write it.
pub(crate) type Thing<'t> = (&'static str, &'t str);

/// What a triple says of its subject.
pub(crate) enum Object<'t> {
    Thing(Thing<'t>),
    Value(Value),
}

/// A graph of triples, every one Knowledge, and how its things are written in a form.
pub(crate) struct Facts {
    pub(crate) snapshot: Snapshot,
    /// The names that several things of one type have when case and width do not count.
    ambiguous: BTreeSet<(&'static str, String)>,
}

impl Facts {
    /// The graph of `triples`. A thing is identified by its type and its name, letter by letter;
    /// a name that `same` leads from is another name of what it leads to.
    pub(crate) async fn of<'t>(
        name: &str,
        same: &BTreeMap<&'t str, &'t str>,
        triples: impl IntoIterator<Item = (Thing<'t>, &'t str, Object<'t>)>,
    ) -> Result<Self> {
        let mut draft = ContributionDraft::new(Document::new(format!("file:{name}"), ContentHash::of(name)));
        let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, name));
        let mut known: BTreeMap<Thing<'t>, NodeId> = BTreeMap::new();
        for (subject, predicate, object) in triples {
            let mut node = |(type_name, name): Thing<'t>| {
                let called = meant(same, name);
                let node = *known
                    .entry((type_name, called))
                    .or_insert_with(|| draft.add_keyed_node(type_name, &[called], called, Layer::Knowledge));
                if called != name {
                    draft.add_alias(node, name);
                }
                node
            };
            let subject = node(subject);
            let object = match object {
                Object::Thing(thing) => Value::Node(node(thing)),
                Object::Value(value) => value,
            };
            let origin = Origin::Extracted { by: name.into() };
            let (layer, confidence) = (Layer::Knowledge, Confidence::CERTAIN);
            draft.add_fact(
                Fact::new(subject, predicate, object),
                Evidence { chunk, span: None, origin, layer, confidence },
            );
        }
        let mut names: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
        for (type_name, name) in known.keys() {
            *names.entry((*type_name, NameKey::of(name).as_str().to_owned())).or_default() += 1;
        }
        let ambiguous = names.into_iter().filter(|(_, things)| *things > 1).map(|(name, _)| name).collect();
        let base = MemoryKnowledgeBase::new();
        base.commit(ChangeSet::new().put(draft.seal()?)).await?;
        Ok(Self { snapshot: base.snapshot(&Scope::All).await?, ambiguous })
    }

    /// The thing as a form writes it: by its name, or by its id where the name is not its alone.
    pub(crate) fn term(&self, var: &str, (type_name, name): Thing<'_>) -> String {
        if self.ambiguous.contains(&(type_name, NameKey::of(name).as_str().to_owned())) {
            let id = NodeId::keyed(&TypeName::new(type_name), &[name]);
            return format!("{var}:{type_name}[][`{id}`]");
        }
        format!("{var}:{type_name}[{}]", quoted(name))
    }
}

/// The name that `name` stands for.
fn meant<'t>(same: &BTreeMap<&'t str, &'t str>, name: &'t str) -> &'t str {
    let mut at = name;
    // A circle of names ends where it began.
    while let Some(next) = same.get(at).copied().filter(|next| *next != name) {
        at = next;
    }
    at
}

/// A name in back-quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}
