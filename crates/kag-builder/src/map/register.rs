//! Which things the tables of a set list.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use kag_core::{NameKey, TypeName};
use kag_schema::Schema;

use super::listing::Referent;

/// The things that tables list, by type, key and name.
#[derive(Debug, Default)]
pub(super) struct Register(BTreeMap<TypeName, Things>);

/// The things of one type.
#[derive(Debug, Default)]
struct Things {
    /// Their names by their keys.
    names: HashMap<Arc<str>, Arc<str>>,
    /// The keys of those that bear a name.
    keys: HashMap<NameKey, BTreeSet<Arc<str>>>,
}

/// What a reference leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    /// This thing.
    One(Referent),
    /// Nothing that a table lists.
    None,
    /// As many things bear this name, and none has it as its key.
    Several(usize),
}

impl Register {
    /// Adds a thing; of several names of one key the smallest by bytes stays.
    pub(super) fn add(&mut self, type_name: &TypeName, key: Arc<str>, name: Arc<str>) {
        let things = self.0.entry(type_name.clone()).or_default();
        things.keys.entry(NameKey::of(&name)).or_default().insert(Arc::clone(&key));
        let kept = things.names.entry(key).or_insert_with(|| Arc::clone(&name));
        if name < *kept {
            *kept = name;
        }
    }

    /// Adds another name of a thing.
    pub(super) fn add_alias(&mut self, type_name: &TypeName, key: &Arc<str>, alias: &str) {
        let things = self.0.entry(type_name.clone()).or_default();
        things.keys.entry(NameKey::of(alias)).or_default().insert(Arc::clone(key));
    }

    /// The thing of one of `types`, or of a type that inherits from one, whose key is `text`;
    /// otherwise the only one that bears it as a name. Earlier types win, then wider ones.
    pub(super) fn find(&self, schema: &Schema, types: &[TypeName], text: &Arc<str>) -> Lookup {
        let wanted = || types.iter().flat_map(|name| with_descendants(schema, name));
        let listed = || wanted().filter_map(|name| Some((name, self.0.get(name)?)));
        let referent = |type_name: &TypeName, things: &Things, key: &Arc<str>| {
            let name = things.names.get(key).unwrap_or(key);
            Referent { type_name: type_name.clone(), key: Arc::clone(key), name: Arc::clone(name) }
        };
        if let Some((type_name, things)) = listed().find(|(_, things)| things.names.contains_key(text)) {
            return Lookup::One(referent(type_name, things, text));
        }
        let name = NameKey::of(text);
        let mut bearers: Vec<Referent> = Vec::new();
        for (type_name, things) in listed() {
            for key in things.keys.get(&name).into_iter().flatten() {
                let bearer = referent(type_name, things, key);
                if !bearers.contains(&bearer) {
                    bearers.push(bearer);
                }
            }
        }
        match (bearers.pop(), bearers.len()) {
            (Some(one), 0) => Lookup::One(one),
            (None, _) => Lookup::None,
            (Some(_), others) => Lookup::Several(others + 1),
        }
    }
}

fn with_descendants<'s>(schema: &'s Schema, name: &'s TypeName) -> impl Iterator<Item = &'s TypeName> {
    std::iter::once(name).chain(schema.descendants(name.as_str()).map(|type_def| &type_def.name))
}

#[cfg(test)]
mod tests {
    use kag_schema::TypeDef;

    use super::*;

    #[test]
    fn keys_win_over_names_and_a_shared_name_leads_nowhere() {
        let schema = Schema::builder("Trade")
            .with_type(TypeDef::entity("Firm"))
            .with_type(TypeDef::entity("Mill").with_parent("Firm"))
            .build()
            .unwrap();
        let (firm, mill) = (TypeName::new("Firm"), TypeName::new("Mill"));
        let mut register = Register::default();
        register.add(&firm, "F1".into(), "东风纸业".into());
        register.add(&firm, "F2".into(), "F1".into());
        register.add(&mill, "M1".into(), "Northern Paper".into());
        register.add(&mill, "M2".into(), "northern  paper".into());
        let find = |text: &str| register.find(&schema, std::slice::from_ref(&firm), &text.into());
        let key = |found: Lookup| match found {
            Lookup::One(referent) => (referent.type_name.to_string(), referent.key.to_string()),
            other => panic!("{other:?}"),
        };
        assert_eq!(key(find("F1")), ("Firm".into(), "F1".into()), "a key wins over a name");
        assert_eq!(key(find("东风纸业")), ("Firm".into(), "F1".into()));
        assert_eq!(key(find("M1")), ("Mill".into(), "M1".into()), "things of narrower types count");
        assert_eq!(find("NORTHERN PAPER"), Lookup::Several(2));
        assert_eq!(find("无"), Lookup::None);
        assert_eq!(register.find(&schema, &[mill], &"F1".into()), Lookup::None, "things of wider types do not");
    }
}
