//! The schema as compact text for a prompt.

use std::collections::BTreeMap;

use kag_core::TypeName;

use crate::{
    AutoRelate, Constraint, Instances, LabelLanguage, Labels, PropertyDef, Schema, TypeDef, TypeKind, model::THING,
};

/// What of a schema is shown to a model.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TextOptions {
    /// The language of labels. Names are shown in any case, since answers use them.
    pub language: LabelLanguage,
    /// Most characters of the text.
    pub budget: usize,
    /// The types to show; all declared ones where `None`.
    pub types: Option<Vec<TypeName>>,
}

/// A schema as text, and what did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaText {
    /// The text, of at most [`TextOptions::budget`] characters.
    pub text: String,
    /// The types that are not in it, in the order of declaration.
    pub left_out_types: Vec<TypeName>,
    /// How many properties of the types that are in it are not.
    pub left_out_properties: usize,
}

impl Default for TextOptions {
    /// Both languages, 8,000 characters, all types.
    fn default() -> Self {
        Self { language: LabelLanguage::default(), budget: 8_000, types: None }
    }
}

impl TextOptions {
    /// The same with labels in `language`.
    #[must_use]
    pub fn with_language(mut self, language: LabelLanguage) -> Self {
        self.language = language;
        self
    }

    /// The same with at most `budget` characters.
    #[must_use]
    pub fn with_budget(mut self, budget: usize) -> Self {
        self.budget = budget;
        self
    }

    /// The same, showing only these types.
    #[must_use]
    pub fn with_types<T: Into<TypeName>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(types.into_iter().map(Into::into).collect());
        self
    }
}

/// A line that may be shown: a type, or a property below its type.
struct Line {
    text: String,
    type_at: usize,
    is_type: bool,
    shown: bool,
}

impl Schema {
    /// The schema as text for a prompt: a line for each type, below it one for each of its
    /// own properties; the same for the same schema and options.
    ///
    /// Where the budget is too small, types come before properties, types with more
    /// connections before others, required properties before others; what is left out is
    /// counted in a last line. A budget too small even for that gives an empty text.
    ///
    /// ```
    /// use kag_schema::{LabelLanguage, PropertyDef, Schema, TextOptions, TypeDef};
    ///
    /// let schema = Schema::builder("Football")
    ///     .with_type(
    ///         TypeDef::entity("Person")
    ///             .with_zh("人物")
    ///             .with_property(PropertyDef::property("birthDate", "Date").with_zh("出生日期").required()),
    ///     )
    ///     .build()
    ///     .map_err(|problems| format!("{problems:?}"))?;
    /// let shown = schema.to_text(&TextOptions::default().with_language(LabelLanguage::Zh));
    /// assert_eq!(shown.text, "Person (人物): EntityType\n  birthDate (出生日期): Date, required\n");
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn to_text(&self, options: &TextOptions) -> SchemaText {
        let wanted = |t: &&TypeDef| options.types.as_ref().is_none_or(|types| types.contains(&t.name));
        let types: Vec<&TypeDef> = self.types().filter(wanted).collect();
        let mut lines = Vec::new();
        for (type_at, type_def) in types.iter().enumerate() {
            let text = type_line(type_def, options.language);
            lines.push(Line { text, type_at, is_type: true, shown: false });
            for property in &type_def.properties {
                let text = property_line(property, options.language);
                lines.push(Line { text, type_at, is_type: false, shown: false });
            }
        }
        let all: usize = lines.iter().map(|line| length(&line.text)).sum();
        if all <= options.budget {
            lines.iter_mut().for_each(|line| line.shown = true);
        } else {
            self.choose(&types, &mut lines, options.budget);
        }
        finish(&types, &lines, options.budget)
    }

    /// Marks the lines to show, most important first, while they fit.
    fn choose(&self, types: &[&TypeDef], lines: &mut [Line], budget: usize) {
        // The longest last line there can be.
        let mut left = budget.saturating_sub(length(&left_out(types.len(), lines.len())));
        let degrees = self.degrees();
        let rank = |type_at: usize| {
            let degree = types.get(type_at).and_then(|t| degrees.get(t.name.as_str())).copied();
            (std::cmp::Reverse(degree.unwrap_or(0)), type_at)
        };
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|at| {
            lines.get(*at).map(|line| {
                let required = line.text.ends_with(", required\n");
                (!line.is_type, rank(line.type_at), !required, *at)
            })
        });
        let mut shown_types = vec![false; types.len()];
        for at in order {
            let Some(line) = lines.get_mut(at) else { continue };
            let cost = length(&line.text);
            let below_type = shown_types.get(line.type_at) == Some(&true);
            if cost > left || (!line.is_type && !below_type) {
                continue;
            }
            left -= cost;
            line.shown = true;
            if let Some(shown) = shown_types.get_mut(line.type_at) {
                *shown = true;
            }
        }
    }

    /// How many properties each type has and is the object of.
    fn degrees(&self) -> BTreeMap<&str, usize> {
        let mut degrees = BTreeMap::new();
        for type_def in self.types() {
            *degrees.entry(type_def.name.as_str()).or_insert(0) += type_def.properties.len();
            for object in type_def.properties.iter().flat_map(|p| &p.objects) {
                *degrees.entry(object.as_str()).or_insert(0) += 1;
            }
        }
        degrees
    }
}

fn finish(types: &[&TypeDef], lines: &[Line], budget: usize) -> SchemaText {
    let shown_type = |at: usize| lines.iter().any(|line| line.type_at == at && line.is_type && line.shown);
    let left_out_types: Vec<TypeName> =
        types.iter().enumerate().filter(|(at, _)| !shown_type(*at)).map(|(_, t)| t.name.clone()).collect();
    let missing = |line: &&Line| !line.shown && !line.is_type && shown_type(line.type_at);
    let left_out_properties = lines.iter().filter(missing).count();

    let mut text: String = lines.iter().filter(|line| line.shown).map(|line| line.text.as_str()).collect();
    if !left_out_types.is_empty() || left_out_properties > 0 {
        text.push_str(&left_out(left_out_types.len(), left_out_properties));
    }
    if length(&text) > budget {
        text.clear();
    }
    SchemaText { text, left_out_types, left_out_properties }
}

fn left_out(types: usize, properties: usize) -> String {
    format!("(left out: {types} types, {properties} properties)\n")
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn type_line(type_def: &TypeDef, language: LabelLanguage) -> String {
    let name = type_def.name.as_str();
    let mut line = format!("{}: {}", titled(name, &type_def.labels, language), type_def.kind);
    if let Some(parent) = type_def.parent.as_ref().filter(|parent| parent.as_str() != THING) {
        line.push_str(&format!(" < {parent}"));
    }
    if type_def.instances == Instances::Inherited {
        line.push_str(", abstract");
    }
    if let Some(hypernym) = type_def.hypernym {
        line.push_str(&format!(", {hypernym}"));
    }
    match &type_def.auto_relate {
        AutoRelate::Off => {}
        AutoRelate::On => line.push_str(", related among themselves"),
        AutoRelate::To(types) => {
            let types: Vec<&str> = types.iter().map(TypeName::as_str).collect();
            line.push_str(&format!(", related to {}", types.join("|")));
        }
    }
    if let (TypeKind::Standard, Some(pattern)) = (type_def.kind, &type_def.pattern) {
        line.push_str(&format!(", matches {pattern}"));
    }
    described(line, &type_def.labels)
}

fn property_line(property: &PropertyDef, language: LabelLanguage) -> String {
    let mut line = format!("  {}", signature(property, language));
    if !property.qualifiers.is_empty() {
        let qualifiers: Vec<String> = property.qualifiers.iter().map(|q| signature(q, language)).collect();
        line.push_str(&format!(" {{{}}}", qualifiers.join("; ")));
    }
    // Last but the description, so that it is seen.
    if property.is_required() {
        line.push_str(", required");
    }
    described(line, &property.labels)
}

/// The property's name, labels, objects and constraints.
fn signature(property: &PropertyDef, language: LabelLanguage) -> String {
    let group = property.group.map(|group| format!("{group}#")).unwrap_or_default();
    let objects: Vec<&str> = property.objects.iter().map(TypeName::as_str).collect();
    let title = titled(property.name.as_str(), &property.labels, language);
    let mut line = format!("{group}{title}: {}", objects.join("|"));
    for constraint in &property.constraints {
        match constraint {
            Constraint::NotNull => {}
            Constraint::MultiValue => line.push_str(", several"),
            Constraint::Enum(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                line.push_str(&format!(", one of {}", values.join(" / ")));
            }
            Constraint::Regular(pattern) => line.push_str(&format!(", matches {pattern}")),
        }
    }
    line
}

fn titled(name: &str, labels: &Labels, language: LabelLanguage) -> String {
    match labels.shown(name, language).as_slice() {
        [] => name.to_owned(),
        shown => format!("{name} ({})", shown.join(", ")),
    }
}

fn described(mut line: String, labels: &Labels) -> String {
    if let Some(description) = &labels.description {
        // One line each: a description cannot pretend to be another.
        let words: Vec<&str> = description.split_whitespace().collect();
        line.push_str(&format!(" -- {}", words.join(" ")));
    }
    line.push('\n');
    line
}
