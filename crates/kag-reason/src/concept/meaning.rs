//! What the predicates of a schema mean to the concept graph.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{NameKey, Predicate, TypeName};
use kag_schema::{PropertyDef, Schema, SemanticGroup, SemanticPredicate, TypeKind};

/// The facts that one relation is made of, and which way they are passed.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    /// Passed from subject to object.
    pub(super) forward: BTreeSet<Predicate>,
    /// Passed from object to subject: the inverses.
    pub(super) backward: BTreeSet<Predicate>,
}

/// Which predicates of a schema order concepts, put things under concepts, and so on.
///
/// Known are the predicates of [`SemanticPredicate`], by name or Chinese label, with or
/// without a schema. A schema adds what it calls them, the predicates that it puts into
/// their groups under other names, and by which predicate each of its concept types is
/// ordered. Of the groups only those count whose predicates all point one way: `HYP` to the
/// more general, `CAU` to the effect, `IND` to the concept.
#[derive(Clone, Debug)]
pub struct ConceptRelations {
    /// What each predicate is called in facts.
    spellings: BTreeMap<Predicate, BTreeSet<Predicate>>,
    /// The predicate that each spelling means.
    meant: BTreeMap<NameKey, Predicate>,
    /// By concept type, what orders its concepts.
    hypernyms: BTreeMap<TypeName, Steps>,
    pub(super) kinds: Steps,
    pub(super) membership: Steps,
    pub(super) causes: Steps,
    pub(super) parts: Steps,
    pub(super) places: Steps,
    pub(super) synonyms: Steps,
    /// Predicates that a schema puts into `HYP` and `CAU` under names of its own.
    transitive: BTreeSet<Predicate>,
}

/// How a predicate is called where nobody declared it.
const OTHER_SPELLINGS: [(&str, &str); 1] = [("leadTo", "causes")];

impl ConceptRelations {
    /// What is known without a schema.
    #[must_use]
    pub fn standard() -> Self {
        Self::gather(None)
    }

    /// What is known with `schema`.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        Self::gather(Some(schema))
    }

    fn gather(schema: Option<&Schema>) -> Self {
        let declared: Vec<&PropertyDef> =
            schema.into_iter().flat_map(|schema| schema.types()).flat_map(|type_def| &type_def.properties).collect();
        let mut relations = Self {
            spellings: spellings(&declared),
            meant: BTreeMap::new(),
            hypernyms: BTreeMap::new(),
            kinds: Steps::default(),
            membership: Steps::default(),
            causes: Steps::default(),
            parts: Steps::default(),
            places: Steps::default(),
            synonyms: Steps::default(),
            transitive: BTreeSet::new(),
        };
        for (name, spellings) in &relations.spellings {
            for spelling in spellings {
                relations.meant.entry(NameKey::of(spelling.as_str())).or_insert_with(|| name.clone());
            }
        }
        let own = |group| {
            let own = declared.iter().filter(move |p| p.group == Some(group));
            own.map(|p| p.name.clone()).filter(|name| SemanticPredicate::of(name.as_str()).is_none())
        };
        relations.transitive = own(SemanticGroup::Hyp).chain(own(SemanticGroup::Cau)).collect();
        relations.kinds = relations.union(["isA", "mannerOf"], own(SemanticGroup::Hyp));
        relations.membership = relations.union(["belongTo"], own(SemanticGroup::Ind));
        relations.causes = relations.union(["leadTo"], own(SemanticGroup::Cau));
        relations.parts = relations.union(["isPartOf"], []);
        relations.places = relations.union(["locateAt"], []);
        relations.synonyms = relations.union(["synonym"], []);
        for type_def in schema.into_iter().flat_map(|schema| schema.types()).filter(|t| t.kind == TypeKind::Concept) {
            let properties = schema.map_or(&[][..], |schema| schema.properties(type_def.name.as_str())).iter();
            let ordering = properties.filter(|p| p.group == Some(SemanticGroup::Hyp)).map(|p| p.name.clone());
            let steps = relations.union([], ordering);
            relations.hypernyms.insert(type_def.name.clone(), steps);
        }
        relations
    }

    /// What facts call the predicate that `text` names, by its name or a label: all its
    /// spellings; `text` alone where it names none that is known.
    #[must_use]
    pub fn spellings(&self, text: &str) -> BTreeSet<Predicate> {
        self.meaning(text).0.forward
    }

    /// What orders the concepts of `type_name`: for what is no concept type of the schema,
    /// `isA` and `mannerOf`.
    pub(super) fn hypernyms(&self, type_name: &TypeName) -> &Steps {
        self.hypernyms.get(type_name).unwrap_or(&self.kinds)
    }

    /// The facts that `predicate` is made of, and whether they add up to more of it.
    pub(super) fn meaning(&self, predicate: &str) -> (Steps, bool) {
        let key = NameKey::of(predicate);
        let name = self.meant.get(&key).cloned().unwrap_or_else(|| predicate.into());
        let transitive = SemanticPredicate::of(name.as_str()).is_some_and(|known| known.transitive);
        (self.steps(&name), transitive || self.transitive.contains(&name))
    }

    fn union(&self, known: impl IntoIterator<Item = &'static str>, own: impl IntoIterator<Item = Predicate>) -> Steps {
        let mut union = Steps::default();
        for name in known.into_iter().map(Predicate::from).chain(own) {
            let steps = self.steps(&name);
            union.forward.extend(steps.forward);
            union.backward.extend(steps.backward);
        }
        union
    }

    /// `name` forward and its inverse backward, in all their spellings.
    fn steps(&self, name: &Predicate) -> Steps {
        let spelt = |name: &Predicate| {
            self.spellings.get(name.as_str()).cloned().unwrap_or_else(|| BTreeSet::from([name.clone()]))
        };
        let inverse = SemanticPredicate::of(name.as_str()).and_then(|known| known.inverse);
        Steps { forward: spelt(name), backward: inverse.map(|name| spelt(&name.into())).unwrap_or_default() }
    }
}

impl Default for ConceptRelations {
    fn default() -> Self {
        Self::standard()
    }
}

/// What facts call each predicate: its name, the known labels and those of its declarations.
/// A label that is itself declared as a predicate is not taken from it.
fn spellings(declared: &[&PropertyDef]) -> BTreeMap<Predicate, BTreeSet<Predicate>> {
    let mut spellings: BTreeMap<Predicate, BTreeSet<Predicate>> = BTreeMap::new();
    let mut add = |name: &str, spelling: &str| {
        let is_declared = declared.iter().any(|p| p.name.as_str() == spelling && spelling != name);
        let spelt = spellings.entry(name.into()).or_insert_with(|| BTreeSet::from([name.into()]));
        if !is_declared {
            spelt.insert(spelling.into());
        }
    };
    for known in SemanticGroup::ALL.into_iter().flat_map(SemanticGroup::predicates) {
        add(known.name, known.zh);
    }
    OTHER_SPELLINGS.into_iter().for_each(|(name, spelling)| add(name, spelling));
    let semantic = declared.iter().filter(|p| p.group.is_some() || SemanticPredicate::of(p.name.as_str()).is_some());
    for property in semantic {
        property.labels.all().for_each(|label| add(property.name.as_str(), label));
    }
    spellings
}
