//! Reading a reply by the schema.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{NameKey, Predicate, TypeName};
use kag_schema::{PropertyDef, Schema, TypeDef};
use serde_json::{Map, Value as Json};

use super::SchemaExtraction;
use crate::{
    Cast, EntityRef, ExtractedEntity, ExtractedFact, Extraction, Object,
    extract::reply::{NAME, one, text, texts},
    vocabulary::Vocabulary,
};

/// What a reply says that is of `schema`, and of `types` where they are given.
pub(super) fn read(schema: &Arc<Schema>, types: Option<&[TypeName]>, reply: SchemaExtraction) -> Extraction {
    let vocabulary = Vocabulary::of(Arc::clone(schema));
    let mut reader = Reader { schema, types, vocabulary, known: BTreeMap::new(), found: Extraction::default() };
    for entity in &reply.entities {
        reader.entity(entity);
    }
    for relation in &reply.relations {
        reader.relation(relation);
    }
    if reply.cut_off {
        reader.problem("the reply is cut off");
    }
    reader.found
}

struct Reader<'s> {
    schema: &'s Schema,
    types: Option<&'s [TypeName]>,
    vocabulary: Vocabulary,
    /// The types that the reply gives to names.
    known: BTreeMap<NameKey, TypeName>,
    found: Extraction,
}

/// What a reply says of one fact.
struct Stated<'j> {
    value: String,
    quote: Option<String>,
    qualifiers: Option<&'j Map<String, Json>>,
}

impl<'s> Reader<'s> {
    fn entity(&mut self, json: &Json) {
        let Json::Object(object) = json else { return self.problem(&format!("malformed entity {json}")) };
        let name = text(object, &NAME);
        let stated = text(object, &["type", "category", "类型", "类别"]);
        let (Some(name), Some(stated)) = (name, stated) else {
            return self.problem(&format!("malformed entity {json}"));
        };
        let Some(type_def) = self.type_called(&stated, &name) else { return };
        let entity = EntityRef::new(type_def.name.clone(), name.as_str());
        let mut extracted = ExtractedEntity::new(type_def.name.clone(), name.as_str());
        extracted.aliases = texts(object, &["aliases", "alias", "别名"]).into_iter().map(Into::into).collect();
        for name in std::iter::once(&entity.name).chain(&extracted.aliases) {
            self.known.entry(NameKey::of(name)).or_insert_with(|| type_def.name.clone());
        }
        self.found.entities.push(extracted);
        let properties = ["properties", "attributes", "属性"].iter().find_map(|key| object.get(*key));
        for (predicate, value) in properties.and_then(Json::as_object).into_iter().flatten() {
            self.property(&entity, type_def, predicate, value);
        }
    }

    fn property(&mut self, entity: &EntityRef, type_def: &TypeDef, predicate: &str, value: &Json) {
        let stated = stated(value);
        if stated.is_empty() {
            return;
        }
        let Some(property) = self.schema.resolve_predicate(type_def.name.as_str(), predicate) else {
            return self.problem(&format!("{type_def} has no {predicate:?}", type_def = type_def.name));
        };
        for stated in stated {
            match self.vocabulary.read(&entity.type_name, &property.name, &Cast::Declared, &stated.value) {
                Ok(object) => self.fact(entity.clone(), property, object, &stated),
                Err(reason) => self.problem(&format!("{}: {reason}", property.name)),
            }
        }
    }

    fn relation(&mut self, json: &Json) {
        let Json::Object(object) = json else { return self.problem(&format!("malformed relation {json}")) };
        let subject = text(object, &["subject", "head", "主语", "主体"]);
        let predicate = text(object, &["predicate", "relation", "谓语", "谓词", "关系"]);
        let objects = texts(object, &["object", "tail", "宾语", "客体"]);
        let (Some(subject), Some(predicate), false) = (subject, predicate, objects.is_empty()) else {
            return self.problem(&format!("malformed relation {json}"));
        };
        let Some(subject_type) = self.type_of(object, &["subject_type", "head_type"], &subject) else { return };
        let Some(property) = self.schema.resolve_predicate(subject_type.name.as_str(), &predicate) else {
            return self.problem(&format!("{} has no {predicate:?}", subject_type.name));
        };
        for name in objects {
            let stated = Stated {
                value: name,
                quote: text(object, &["quote", "evidence", "原文"]),
                qualifiers: object.get("qualifiers").and_then(Json::as_object),
            };
            let object = self.object(object, property, &stated.value);
            if let Some(object) = object {
                let subject = EntityRef::new(subject_type.name.clone(), subject.as_str());
                self.fact(subject, property, object, &stated);
            }
        }
    }

    /// The object of a relation: of the type the reply says, or gave to the name before, or
    /// else the only one that the schema allows.
    fn object(&mut self, relation: &Map<String, Json>, property: &PropertyDef, name: &str) -> Option<Object> {
        if property.objects.iter().all(|object| self.schema.is_literal(object.as_str())) {
            let owner = self.schema.types().find(|t| t.properties.contains(property)).map(|t| &t.name);
            let owner = owner.cloned().unwrap_or_else(|| TypeName::from(kag_schema::THING));
            let read = self.vocabulary.read(&owner, &property.name, &Cast::Declared, name);
            return read.map_err(|reason| self.problem(&format!("{}: {reason}", property.name))).ok();
        }
        let said = text(relation, &["object_type", "tail_type"]);
        let known = self.known.get(&NameKey::of(name)).map(|known| known.as_str().to_owned());
        let allowed = match property.objects.as_slice() {
            [only] if self.schema.get(only.as_str()).is_some_and(TypeDef::has_nodes) => Some(only.as_str().to_owned()),
            _ => None,
        };
        let Some(stated) = said.or(known).or(allowed) else {
            self.problem(&format!("{name:?} has no type"));
            return None;
        };
        let type_def = self.type_called(&stated, name)?;
        if !self.schema.accepts(property, type_def.name.as_str()) {
            self.problem(&format!("{} does not lead to a {}", property.name, type_def.name));
            return None;
        }
        Some(Object::Entity(EntityRef::new(type_def.name.clone(), name)))
    }

    fn fact(&mut self, subject: EntityRef, property: &PropertyDef, object: Object, stated: &Stated<'_>) {
        let mut fact = ExtractedFact::new(subject, property.name.clone(), object);
        fact.quote = stated.quote.as_deref().map(Into::into);
        for (name, value) in stated.qualifiers.into_iter().flatten() {
            let Some(value) = one(value) else { continue };
            if let Some((name, value)) = self.qualifier(&fact.subject.type_name, property, name, &value) {
                fact.qualifiers.insert(name, value);
            }
        }
        self.found.facts.push(fact);
    }

    /// A qualifier by its name in the schema; `None`, and a problem, where it has none or
    /// its value cannot be read. The fact is then less precise, but as true.
    fn qualifier(
        &mut self,
        subject: &TypeName,
        property: &PropertyDef,
        name: &str,
        value: &str,
    ) -> Option<(Arc<str>, Object)> {
        let key = NameKey::of(name);
        let is = |qualifier: &&PropertyDef| {
            let labels = qualifier.labels.all().any(|label| NameKey::of(label) == key);
            labels || NameKey::of(qualifier.name.as_str()) == key
        };
        let declared = property.qualifiers.iter().find(is).map(|qualifier| qualifier.name.as_str());
        let name = declared.unwrap_or(name);
        let predicate: &Predicate = &property.name;
        let checked = self.vocabulary.check_qualifier(subject, predicate, name).map_err(|error| error.to_string());
        let read =
            checked.and_then(|()| self.vocabulary.read_qualifier(subject, predicate, name, &Cast::Declared, value));
        match read {
            Ok(value) => Some((name.into(), value)),
            Err(reason) => {
                self.problem(&format!("{predicate}, {name}: {reason}"));
                None
            }
        }
    }

    fn type_of(&mut self, relation: &Map<String, Json>, keys: &[&str], name: &str) -> Option<&'s TypeDef> {
        let known = || self.known.get(&NameKey::of(name)).map(|known| known.as_str().to_owned());
        match text(relation, keys).or_else(known) {
            Some(stated) => self.type_called(&stated, name),
            None => {
                self.problem(&format!("{name:?} has no type"));
                None
            }
        }
    }

    /// The type called `stated`; `None`, and a problem, where the schema has none that can have nodes.
    fn type_called(&mut self, stated: &str, name: &str) -> Option<&'s TypeDef> {
        let wanted = |t: &&TypeDef| t.has_nodes() && self.types.is_none_or(|types| types.contains(&t.name));
        let found = self.schema.resolve_type(stated).filter(wanted);
        if found.is_none() {
            self.problem(&format!("{name:?} is of type {stated:?}, which is not asked for"));
        }
        found
    }

    fn problem(&mut self, reason: &str) {
        self.found.problems.push(reason.into());
    }
}

/// The facts that the value of a property states: it is a literal, an object with a value
/// and a quote, a list of either, or nothing.
fn stated(json: &Json) -> Vec<Stated<'_>> {
    match json {
        Json::Array(members) => members.iter().flat_map(stated).collect(),
        Json::Object(object) => {
            let values = ["value", "values", "值"].iter().find_map(|key| object.get(*key));
            let quote = text(object, &["quote", "evidence", "原文"]);
            let qualifiers = object.get("qualifiers").and_then(Json::as_object);
            let stated = |stated: Stated<'_>| Stated { quote: quote.clone(), qualifiers, ..stated };
            values.filter(|value| !value.is_object()).map(self::stated).into_iter().flatten().map(stated).collect()
        }
        Json::Bool(truth) => vec![Stated { value: truth.to_string(), quote: None, qualifiers: None }],
        other => one(other).map(|value| Stated { value, quote: None, qualifiers: None }).into_iter().collect(),
    }
}
