//! Which types the things of a rule can be of.

use kag_core::{Span, TypeName};

use super::Checker;
use crate::{Basic, Diagnostic, Label, Schema, SemanticGroup, TypeKind};

/// What a thing can be: one of some types, or anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Types(Option<Vec<TypeName>>);

impl Types {
    pub(super) const ANY: Self = Self(None);

    pub(super) fn of(names: impl IntoIterator<Item = TypeName>) -> Self {
        let mut names: Vec<TypeName> = names.into_iter().collect();
        names.sort();
        names.dedup();
        Self(Some(names))
    }

    /// The types, where they are known.
    pub(super) fn known(&self) -> Option<&[TypeName]> {
        self.0.as_deref()
    }

    /// What is both; `None` where nothing can be.
    pub(super) fn both(&self, other: &Self, schema: &Schema) -> Option<Self> {
        let (Some(left), Some(right)) = (self.known(), other.known()) else {
            return Some(if self.0.is_some() { self.clone() } else { other.clone() });
        };
        let narrower = |names: &[TypeName], than: &[TypeName]| -> Vec<TypeName> {
            let is = |name: &TypeName| than.iter().any(|wanted| schema.is_a(name.as_str(), wanted.as_str()));
            names.iter().filter(|name| is(name)).cloned().collect()
        };
        let mut both = narrower(left, right);
        both.extend(narrower(right, left));
        (!both.is_empty()).then(|| Self::of(both))
    }

    /// Whether something can be of one of them and of one of `other`.
    pub(super) fn meet(&self, other: &Self, schema: &Schema) -> bool {
        self.both(other, schema).is_some()
    }

    /// As messages say it.
    pub(super) fn text(&self) -> String {
        let names = self.known().unwrap_or(&[]);
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
    }
}

/// The type that `text` names: one of the schema, or a literal as other systems call it.
pub(super) fn resolve<'s>(schema: &'s Schema, text: &str) -> Option<&'s TypeName> {
    if let Some(found) = schema.resolve_type(text) {
        return Some(&found.name);
    }
    let basic = match text.to_ascii_lowercase().as_str() {
        "int" | "long" | "bigint" | "short" => Basic::Integer,
        "string" | "str" | "varchar" => Basic::Text,
        "double" | "number" => Basic::Float,
        "bool" => Basic::Boolean,
        "datetime" | "timestamp" => Basic::Date,
        _ => return None,
    };
    schema.get(basic.name()).map(|found| &found.name)
}

impl Checker<'_> {
    /// What is of one of `labels`, which stand in `span`.
    pub(super) fn labels(&mut self, labels: &[Label], span: Span) -> Types {
        if labels.is_empty() {
            return Types::ANY;
        }
        let mut all: Option<Vec<TypeName>> = Some(Vec::new());
        for label in labels {
            let types = self.label(label, span);
            match (&mut all, types.known()) {
                (Some(all), Some(names)) => all.extend_from_slice(names),
                _ => all = None,
            }
        }
        all.map_or(Types::ANY, Types::of)
    }

    fn label(&mut self, label: &Label, span: Span) -> Types {
        match label {
            Label::Type(name) => match self.type_named(name, span) {
                Some(name) => Types::of([name]),
                None => Types::ANY,
            },
            Label::Concepts(concepts) => {
                let mut types = Types::ANY;
                for concept in concepts {
                    let members = match self.concept_type(&concept.type_name, span) {
                        Some(name) => members_of(self.schema, &name),
                        None => Types::ANY,
                    };
                    types = types.both(&members, self.schema).unwrap_or(Types::ANY);
                }
                types
            }
        }
    }

    /// The type called `name`; one that is not there is reported.
    pub(super) fn type_named(&mut self, name: &TypeName, span: Span) -> Option<TypeName> {
        if let Some(found) = resolve(self.schema, name.as_str()) {
            return Some(found.clone());
        }
        // Types of the standard library need not be declared.
        if !name.as_str().starts_with("STD.") {
            let wrong = Diagnostic::error(span, format!("unknown type `{name}`"));
            let bare = name.as_str().rsplit('.').next().unwrap_or(name.as_str());
            let near = self.schema.nearest_type(bare);
            let wrong = match near {
                Some(near) => wrong.with_hint(format!("did you mean `{near}`?")),
                None => wrong,
            };
            self.report(wrong);
        }
        None
    }

    /// The concept type called `name`; what is none is reported.
    pub(super) fn concept_type(&mut self, name: &TypeName, span: Span) -> Option<TypeName> {
        let found = self.type_named(name, span)?;
        if self.schema.get(found.as_str()).is_some_and(|found| found.kind != TypeKind::Concept) {
            let wrong = Diagnostic::error(span, format!("`{found}` is no type of concepts"));
            self.report(wrong.with_expected("a `ConceptType`"));
            return None;
        }
        Some(found)
    }
}

/// What can belong to concepts of the type `concept`, and they themselves; anything where
/// the schema does not say.
pub(super) fn members_of(schema: &Schema, concept: &TypeName) -> Types {
    let mut members: Vec<TypeName> = Vec::new();
    for type_def in schema.types() {
        let belongs = |property: &crate::PropertyDef| {
            (property.group == Some(SemanticGroup::Ind) || property.name.as_str() == "belongTo")
                && property
                    .objects
                    .iter()
                    .any(|object| object.as_str() != crate::THING && schema.is_a(concept.as_str(), object.as_str()))
        };
        if type_def.properties.iter().any(belongs) {
            members.push(type_def.name.clone());
        }
    }
    if members.is_empty() {
        return Types::ANY;
    }
    members.push(concept.clone());
    Types::of(members)
}
