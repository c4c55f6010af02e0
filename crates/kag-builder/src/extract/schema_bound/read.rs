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

/// The keys of a type.
const TYPE: [&str; 4] = ["type", "category", "类型", "类别"];

/// The keys of the words of the passage.
const QUOTE: [&str; 3] = ["quote", "evidence", "原文"];

/// What a reply says of one fact.
struct Stated<'j> {
    value: Term<'j>,
    quote: Option<String>,
    qualifiers: Option<&'j Map<String, Json>>,
}

/// The object of a fact, as a reply has it.
enum Term<'j> {
    /// A literal, or a name.
    Literal(String),
    /// Something described: an entity, if it has a name.
    Object(&'j Map<String, Json>),
}

impl<'s> Reader<'s> {
    fn entity(&mut self, json: &Json) {
        match json {
            Json::Object(object) if self.described(object, None).is_some() => {}
            // What is wrong with one that has a name and a type is said already.
            Json::Object(object) if text(object, &NAME).is_some() && text(object, &TYPE).is_some() => {}
            _ => self.problem(&format!("malformed entity {json}")),
        }
    }

    /// The entity that `object` describes, with all its properties; of type `expected` where it says none.
    /// `None`, and a problem where it names a type, if it is of none that is asked for.
    fn described(&mut self, object: &Map<String, Json>, expected: Option<&TypeName>) -> Option<EntityRef> {
        let name = text(object, &NAME)?;
        let stated = text(object, &TYPE).or_else(|| expected.map(|expected| expected.as_str().to_owned()))?;
        let type_def = self.type_called(&stated, &name)?;
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
        Some(entity)
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
            let read = match &stated.value {
                Term::Literal(text) => {
                    self.vocabulary.read(&entity.type_name, &property.name, &Cast::Declared, text).map(Some)
                }
                Term::Object(object) => self.nested(property, object),
            };
            match read {
                Ok(Some(object)) => {
                    self.fact(entity.clone(), property, object, stated.quote.as_deref(), stated.qualifiers)
                }
                Ok(None) => {}
                Err(reason) => self.problem(&format!("{}: {reason}", property.name)),
            }
        }
    }

    /// The entity that is described in place of its name; `None` where what is wrong with it is said already.
    fn nested(&mut self, property: &PropertyDef, object: &Map<String, Json>) -> Result<Option<Object>, String> {
        if text(object, &NAME).is_none() {
            return Err(format!("malformed value {}", Json::Object(object.clone())));
        }
        let expected = self.only_object(property);
        if expected.is_none() && text(object, &TYPE).is_none() {
            return Err(format!("malformed value {}", Json::Object(object.clone())));
        }
        let Some(entity) = self.described(object, expected.as_ref()) else { return Ok(None) };
        if self.schema.accepts(property, entity.type_name.as_str()) {
            return Ok(Some(Object::Entity(entity)));
        }
        Err(format!("it does not lead to a {}", entity.type_name))
    }

    /// The type that all objects of `property` are of, if there is one and it has nodes.
    fn only_object(&self, property: &PropertyDef) -> Option<TypeName> {
        match property.objects.as_slice() {
            [only] if self.schema.get(only.as_str()).is_some_and(TypeDef::has_nodes) => Some(only.clone()),
            _ => None,
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
        let quote = text(object, &QUOTE);
        let qualifiers = object.get("qualifiers").and_then(Json::as_object);
        for name in objects {
            if let Some(object) = self.object(object, property, &name) {
                let subject = EntityRef::new(subject_type.name.clone(), subject.as_str());
                self.fact(subject, property, object, quote.as_deref(), qualifiers);
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
        let allowed = self.only_object(property).map(|only| only.as_str().to_owned());
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

    fn fact(
        &mut self,
        subject: EntityRef,
        property: &PropertyDef,
        object: Object,
        quote: Option<&str>,
        qualifiers: Option<&Map<String, Json>>,
    ) {
        let mut fact = ExtractedFact::new(subject, property.name.clone(), object);
        fact.quote = quote.map(Into::into);
        for (name, value) in qualifiers.into_iter().flatten() {
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

/// The facts that the value of a property states: it is a literal, an object with a value and a quote, an
/// entity with a name and properties of its own, a list of any of these, or nothing.
fn stated(json: &Json) -> Vec<Stated<'_>> {
    match json {
        Json::Array(members) => members.iter().flat_map(stated).collect(),
        Json::Object(object) => {
            let (quote, qualifiers) = (text(object, &QUOTE), object.get("qualifiers").and_then(Json::as_object));
            let Some(inner) = ["value", "values", "值"].iter().find_map(|key| object.get(*key)) else {
                return vec![Stated { value: Term::Object(object), quote, qualifiers }];
            };
            let mut all = stated(inner);
            for said in &mut all {
                said.quote = said.quote.take().or_else(|| quote.clone());
                said.qualifiers = said.qualifiers.or(qualifiers);
            }
            all
        }
        Json::Bool(truth) => vec![Stated { value: Term::Literal(truth.to_string()), quote: None, qualifiers: None }],
        other => {
            let literal = |value| Stated { value: Term::Literal(value), quote: None, qualifiers: None };
            one(other).map(literal).into_iter().collect()
        }
    }
}
