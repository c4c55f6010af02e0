//! The schema as JSON Schema: the form of what is extracted from a text.

use kag_core::TypeName;
use serde_json::{Map, Value as Json, json};

use crate::{
    Basic, Constraint, LabelLanguage, Labels, PropertyDef, Schema, SemanticGroup, SemanticPredicate, TypeDef,
    model::THING,
};

/// Which types are extracted, and how they are described to the model.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExtractionForm {
    /// The language of descriptions.
    pub language: LabelLanguage,
    /// The types of the entities to extract; where `None`, all declared ones that can have
    /// nodes. Types that cannot are passed over.
    pub types: Option<Vec<TypeName>>,
}

impl ExtractionForm {
    /// The same with descriptions in `language`.
    #[must_use]
    pub fn with_language(mut self, language: LabelLanguage) -> Self {
        self.language = language;
        self
    }

    /// The same for these types only.
    #[must_use]
    pub fn with_types<T: Into<TypeName>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(types.into_iter().map(Into::into).collect());
        self
    }
}

impl Schema {
    /// The JSON Schema of what a model extracts under this schema:
    ///
    /// ```json
    /// {"entities": [{"type": "Person", "name": "C罗", "aliases": ["Cristiano Ronaldo"],
    ///                "properties": {"birthDate": {"value": "1985-02-05", "quote": "born 5 February 1985"}}}],
    ///  "relations": [{"predicate": "playsFor", "subject_type": "Person", "subject": "C罗",
    ///                 "object_type": "Club", "object": "Real Madrid", "quote": "joined Real Madrid in 2009",
    ///                 "qualifiers": {"from": "2009", "until": null, "matches": null}}]}
    /// ```
    ///
    /// Properties are those with literal objects; they are `null` where the text says
    /// nothing, and lists where there can be several values. Everything with nodes as
    /// objects is a relation. Each fact has the `quote` of the text that says so.
    ///
    /// It keeps to what strict structured output allows: every object is closed and all of
    /// its fields are required, what may be missing is a union with `null`, and there is no
    /// `$ref`. Keys are sorted, so that equal schemas print alike.
    #[must_use]
    pub fn extraction_schema(&self, form: &ExtractionForm) -> Json {
        let wanted = |t: &&TypeDef| form.types.as_ref().is_none_or(|types| types.contains(&t.name)) && t.has_nodes();
        let types: Vec<&TypeDef> = self.types().filter(wanted).collect();
        let writer = Writer { schema: self, language: form.language, types: &types };
        let entities = types.iter().map(|t| writer.entity(t)).collect();
        let relations = types.iter().flat_map(|t| writer.relations(t)).collect();
        closed([("entities", any_of_items(entities)), ("relations", any_of_items(relations))])
    }
}

struct Writer<'s> {
    schema: &'s Schema,
    language: LabelLanguage,
    /// The types that are extracted.
    types: &'s [&'s TypeDef],
}

impl Writer<'_> {
    fn entity(&self, type_def: &TypeDef) -> Json {
        let name = type_def.name.as_str();
        let properties = self
            .own_and_inherited(name)
            .filter(|property| self.is_literal(property))
            .map(|property| (property.name.as_str(), self.literal_property(property)));
        let entity = closed([
            ("type", json!({"type": "string", "enum": [name]})),
            ("name", string("The name as the text gives it.")),
            ("aliases", sorted([("type", json!("array")), ("items", json!({"type": "string"}))])),
            ("properties", closed(properties)),
        ]);
        with_description(entity, self.described(name, &type_def.labels))
    }

    /// The properties that are extracted: all but those of every thing, of which only the
    /// description is asked for, and but those that concepts have without their being
    /// declared, which would fill the form.
    fn own_and_inherited(&self, name: &str) -> impl Iterator<Item = &PropertyDef> {
        let built_in = self.schema.get(THING).map_or(&[][..], |thing| thing.properties.as_slice());
        let line = || self.schema.get(name).into_iter().chain(self.schema.ancestors(name));
        let relates = line().any(|type_def| !type_def.auto_relate.is_off());
        let declared = move |property: &PropertyDef| {
            let known = SemanticPredicate::of(property.name.as_str()).map(|known| known.group);
            !relates
                || known.is_none_or(|group| matches!(group, SemanticGroup::Hyp | SemanticGroup::Ind))
                || line().any(|type_def| type_def.properties.contains(property))
        };
        self.schema.properties(name).iter().map(|property| &**property).filter(move |property| {
            let own = built_in.iter().all(|known| known != *property) && declared(property);
            property.name.as_str() == "description" || own
        })
    }

    fn is_literal(&self, property: &PropertyDef) -> bool {
        property.objects.iter().all(|object| self.schema.is_literal(object.as_str()))
    }

    fn literal_property(&self, property: &PropertyDef) -> Json {
        let mut fields = vec![("value", self.literal(property, false)), ("quote", quote())];
        if let Some(qualifiers) = self.qualifiers(property) {
            fields.push(("qualifiers", qualifiers));
        }
        let fact = closed(fields);
        let description = self.described(property.name.as_str(), &property.labels);
        if property.is_multi_valued() {
            let list = sorted([("type", json!("array")), ("items", fact)]);
            return with_description(list, description);
        }
        with_description(nullable(fact), description)
    }

    fn qualifiers(&self, property: &PropertyDef) -> Option<Json> {
        let qualifiers = property.qualifiers.iter().map(|qualifier| {
            let value = if self.is_literal(qualifier) {
                self.literal(qualifier, true)
            } else {
                nullable(string("The name of an entity."))
            };
            let description = self.described(qualifier.name.as_str(), &qualifier.labels);
            (qualifier.name.as_str(), with_description(value, description))
        });
        (!property.qualifiers.is_empty()).then(|| closed(qualifiers))
    }

    /// A literal of the property, or `null` where it may be missing.
    fn literal(&self, property: &PropertyDef, optional: bool) -> Json {
        let allowed = property.constraints.iter().find_map(|constraint| match constraint {
            Constraint::Enum(values) => Some(values),
            _ => None,
        });
        let value = if let Some(values) = allowed {
            // As text: what is allowed may be a date or a quantity.
            let values: Vec<Json> = values.iter().map(|value| json!(value.to_string())).collect();
            sorted([("type", json!("string")), ("enum", Json::Array(values))])
        } else {
            let object = property.objects.first().map_or("", TypeName::as_str);
            let pattern = property.constraints.iter().find_map(|constraint| match constraint {
                Constraint::Regular(pattern) => Some(&**pattern),
                _ => None,
            });
            let object = self.schema.get(object);
            match pattern.or(object.and_then(|object| object.pattern.as_deref())) {
                Some(pattern) => string(&format!("Text that matches {pattern}")),
                None => basic(object.and_then(TypeDef::basic).unwrap_or(Basic::Text)),
            }
        };
        if optional { nullable(value) } else { value }
    }

    /// One form for each predicate of the type that connects it to types that are
    /// extracted.
    fn relations(&self, type_def: &TypeDef) -> Vec<Json> {
        let name = type_def.name.as_str();
        self.own_and_inherited(name)
            .filter(|property| !self.is_literal(property))
            .filter_map(|property| {
                let objects: Vec<&str> = self
                    .types
                    .iter()
                    .map(|object| object.name.as_str())
                    .filter(|object| self.schema.accepts(property, object))
                    .collect();
                if objects.is_empty() {
                    return None;
                }
                let mut fields = vec![
                    ("predicate", json!({"type": "string", "enum": [property.name.as_str()]})),
                    ("subject_type", json!({"type": "string", "enum": [name]})),
                    ("subject", string("The name of an entity of the subject's type.")),
                    ("object_type", json!({"type": "string", "enum": objects})),
                    ("object", string("The name of an entity of the object's type.")),
                    ("quote", quote()),
                ];
                if let Some(qualifiers) = self.qualifiers(property) {
                    fields.push(("qualifiers", qualifiers));
                }
                Some(with_description(closed(fields), self.described(property.name.as_str(), &property.labels)))
            })
            .collect()
    }

    fn described(&self, name: &str, labels: &Labels) -> Option<String> {
        let shown = labels.shown(name, self.language);
        match (shown.as_slice(), labels.description.as_deref()) {
            ([], None) => None,
            ([], Some(description)) => Some(description.to_owned()),
            (shown, None) => Some(shown.join(", ")),
            (shown, Some(description)) => Some(format!("{}: {description}", shown.join(", "))),
        }
    }
}

fn basic(basic: Basic) -> Json {
    match basic {
        Basic::Text => json!({"type": "string"}),
        Basic::Integer => json!({"type": "integer"}),
        Basic::Float | Basic::Decimal => json!({"type": "number"}),
        Basic::Boolean => json!({"type": "boolean"}),
        Basic::Date => string("A date: YYYY, YYYY-MM or YYYY-MM-DD."),
        Basic::Interval => string("Two dates and a slash: YYYY-MM-DD/YYYY-MM-DD; `..` for an open end."),
        Basic::Quantity => string("A number and its unit, as in `12.5 km`."),
    }
}

fn quote() -> Json {
    string("The words of the text that say so, copied exactly.")
}

fn string(description: &str) -> Json {
    sorted([("type", json!("string")), ("description", json!(description))])
}

fn any_of_items(forms: Vec<Json>) -> Json {
    let items = match <[Json; 1]>::try_from(forms) {
        Ok([only]) => only,
        Err(forms) if forms.is_empty() => {
            // Nothing can be extracted: an empty list is the only answer.
            return sorted([("type", json!("array")), ("items", json!({"type": "null"})), ("maxItems", json!(0))]);
        }
        Err(forms) => sorted([("anyOf", Json::Array(forms))]),
    };
    sorted([("type", json!("array")), ("items", items)])
}

/// `schema` or `null`, in the one place where a type or an enumeration is stated.
fn nullable(schema: Json) -> Json {
    let Json::Object(fields) = schema else {
        return schema;
    };
    sorted(fields.into_iter().map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("type", kind) => json!([kind, "null"]),
            ("enum", Json::Array(mut values)) => {
                values.push(Json::Null);
                Json::Array(values)
            }
            (_, value) => value,
        };
        (key, value)
    }))
}

fn with_description(schema: Json, description: Option<String>) -> Json {
    let (Json::Object(fields), Some(description)) = (&schema, description) else {
        return schema;
    };
    let description = match fields.get("description").and_then(Json::as_str) {
        Some(form) => format!("{description}. {form}"),
        None => description,
    };
    let others = fields.iter().filter(|(key, _)| *key != "description");
    let others = others.map(|(key, value)| (key.clone(), value.clone()));
    sorted(others.chain([("description".to_owned(), json!(description))]))
}

/// A closed object all of whose fields are required, in the order given.
fn closed<'k>(fields: impl IntoIterator<Item = (&'k str, Json)>) -> Json {
    let fields: Vec<(&str, Json)> = fields.into_iter().collect();
    let required: Vec<Json> = fields.iter().map(|(name, _)| json!(name)).collect();
    sorted([
        ("type", json!("object")),
        ("properties", sorted(fields)),
        ("required", Json::Array(required)),
        ("additionalProperties", json!(false)),
    ])
}

/// An object with its keys sorted, whichever way `serde_json` keeps them.
fn sorted<K: Into<String>>(fields: impl IntoIterator<Item = (K, Json)>) -> Json {
    let mut fields: Vec<(String, Json)> = fields.into_iter().map(|(key, value)| (key.into(), value)).collect();
    fields.sort_by(|(left, _), (right, _)| left.cmp(right));
    Json::Object(fields.into_iter().collect::<Map<String, Json>>())
}
