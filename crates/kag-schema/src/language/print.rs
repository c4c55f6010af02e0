//! The canonical text of a schema: four spaces a step, one blank line between types.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use kag_core::{Predicate, TypeName, Value};
use serde_json::json;

use super::{
    comment::{Comment, CommentPlace},
    fence::fence,
    keyword::Keyword,
    read::has_han,
    resolve::{basics, read_value},
    text::{is_blank, is_plain_line, quoted, quoted_length},
};
use crate::{
    AutoRelate, Constraint, Instances, Labels, PropertyDef, PropertyKind, RuleText, Schema, Spread, TypeDef,
    expr::continues_name, model::is_standard,
};

/// The text of `schema` with `comments` in their places.
pub(super) fn print(schema: &Schema, comments: &[Comment]) -> String {
    let mut placed: HashMap<&CommentPlace, Vec<&str>> = HashMap::new();
    for comment in comments {
        placed.entry(&comment.place).or_default().push(&comment.text);
    }
    let declared = schema.types().map(|type_def| type_def.name.as_str()).collect();
    let mut printer = Printer { schema, declared, comments: placed, out: String::new() };
    printer.comments(&CommentPlace::Namespace, 0);
    if !schema.namespace().is_empty() {
        printer.line(0, &format!("namespace {}", namespace(schema.namespace())));
    }
    for type_def in schema.types() {
        printer.blank();
        printer.type_def(type_def);
    }
    printer.end();
    printer.out
}

struct Printer<'s> {
    schema: &'s Schema,
    /// The names of its types.
    declared: HashSet<&'s str>,
    /// Those not yet printed.
    comments: HashMap<&'s CommentPlace, Vec<&'s str>>,
    out: String,
}

impl<'s> Printer<'s> {
    fn type_def(&mut self, type_def: &'s TypeDef) {
        let type_name = type_def.name.clone();
        self.comments(&CommentPlace::Type(type_name.clone()), 0);
        let head = self.head(type_def);
        let label = label(&type_def.labels);
        let inherits = type_def.parent.as_ref().filter(|_| self.takes_kind_of_parent(type_def));
        self.line(
            0,
            &match (inherits, &type_def.parent) {
                (Some(parent), _) => format!("{head}{label} -> {}:", self.reference(parent)),
                (None, Some(parent)) => format!("{head}{label}: {} -> {}", type_def.kind, self.reference(parent)),
                (None, None) => format!("{head}{label}: {}", type_def.kind),
            },
        );
        self.labels(&type_def.labels, 1);
        self.settings(type_def);
        for rule in &type_def.rules {
            self.rule(rule, 1);
        }
        let mut open = None;
        for property in &type_def.properties {
            if open != Some(property.kind) {
                let keyword = match property.kind {
                    PropertyKind::Property => Keyword::Properties,
                    PropertyKind::Relation => Keyword::Relations,
                };
                self.line(1, &format!("{}:", keyword.name()));
                open = Some(property.kind);
            }
            self.property(&type_name, property);
        }
        self.comments(&CommentPlace::EndOf(type_name), 1);
    }

    /// The name of a type where it is declared. With a namespace before it only standard
    /// types are, unless it is in back-quotes.
    fn head(&self, type_def: &TypeDef) -> String {
        let text = type_def.name.as_str();
        if text.contains('.') && (!is_standard(text) || self.is_own(text)) {
            return quoted(text, '`');
        }
        name(text, shown_label(&type_def.labels).is_some())
    }

    /// Whether a name would be read without its first part, which is the namespace.
    fn is_own(&self, text: &str) -> bool {
        text.strip_prefix(self.schema.namespace()).is_some_and(|rest| rest.starts_with('.'))
    }

    /// Whether the parent alone tells the kind of a type.
    fn takes_kind_of_parent(&self, type_def: &TypeDef) -> bool {
        let parent = type_def.parent.as_ref().and_then(|parent| self.schema.get(parent.as_str()));
        parent.is_some_and(|parent| parent.kind == type_def.kind)
    }

    fn settings(&mut self, type_def: &TypeDef) {
        if type_def.instances == Instances::Inherited {
            self.said(1, Keyword::Abstract, "True");
        }
        if let Some(hypernym) = type_def.hypernym {
            self.said(1, Keyword::HypernymPredicate, hypernym.name());
        }
        match &type_def.auto_relate {
            AutoRelate::To(types) if types.is_empty() => {}
            AutoRelate::Off => {}
            AutoRelate::On => self.said(1, Keyword::AutoRelate, "True"),
            AutoRelate::To(types) => {
                let types: Vec<String> = types.iter().map(|name| self.reference(name)).collect();
                self.said(1, Keyword::AutoRelate, &types.join(","));
            }
        }
        if let Some(pattern) = &type_def.pattern {
            self.said(1, Keyword::Regular, &plain_or_quoted(pattern));
        }
        if type_def.spread == Spread::On {
            self.said(1, Keyword::Spreadable, "True");
        }
    }

    fn property(&mut self, type_name: &TypeName, property: &'s PropertyDef) {
        self.comments(&CommentPlace::Property(type_name.clone(), property.name.clone()), 2);
        self.declared(property, 2);
        if !property.qualifiers.is_empty() {
            self.line(3, &format!("{}:", Keyword::Properties.name()));
        }
        for qualifier in &property.qualifiers {
            self.qualifier(type_name, &property.name, qualifier);
        }
        if let Some(rule) = &property.rule {
            self.rule(rule, 3);
        }
    }

    fn qualifier(&mut self, type_name: &TypeName, property: &Predicate, qualifier: &'s PropertyDef) {
        let place = CommentPlace::Qualifier(type_name.clone(), property.clone(), qualifier.name.clone());
        self.comments(&place, 4);
        self.declared(qualifier, 4);
        if let Some(rule) = &qualifier.rule {
            self.rule(rule, 5);
        }
    }

    /// The declaration of a property or sub-property, its labels, constraints and index.
    fn declared(&mut self, property: &PropertyDef, depth: usize) {
        let group = property.group.map(|group| format!("{group}#")).unwrap_or_default();
        let is_labelled = shown_label(&property.labels).is_some() || property.group.is_some();
        let head = name(property.name.as_str(), is_labelled);
        let objects: Vec<String> = property.objects.iter().map(|object| self.reference(object)).collect();
        self.line(depth, &format!("{group}{head}{}: {}", label(&property.labels), objects.join(",")));
        self.labels(&property.labels, depth + 1);
        if !property.constraints.is_empty() {
            let declared = |name: &str| self.declared.contains(name);
            let is_enum = property.constraints.iter().any(|constraint| matches!(constraint, Constraint::Enum(_)));
            let basics = if is_enum { basics(property, &declared) } else { Vec::new() };
            let constraints: Vec<String> = property.constraints.iter().map(|c| constraint(c, &basics)).collect();
            self.said(depth + 1, Keyword::Constraint, &constraints.join(", "));
        }
        if let Some(index) = property.index {
            self.said(depth + 1, Keyword::Index, index.name());
        }
    }

    /// What of the labels is not in parentheses.
    fn labels(&mut self, labels: &Labels, depth: usize) {
        let shown = shown_label(labels);
        if let Some(description) = &labels.description {
            let fenced = description.starts_with('[');
            let text = if fenced { quoted(description, '"') } else { plain_or_quoted(description) };
            self.said(depth, Keyword::Desc, &text);
        }
        if let Some(en) = labels.en.as_deref().filter(|en| shown != Some(Shown::En(en))) {
            self.said(depth, Keyword::LabelEn, &plain_or_quoted(en));
        }
        if let Some(zh) = labels.zh.as_deref().filter(|zh| shown != Some(Shown::Zh(zh))) {
            self.said(depth, Keyword::LabelZh, &plain_or_quoted(zh));
        }
        if !labels.aliases.is_empty() {
            self.said(depth, Keyword::Aliases, &aliases(&labels.aliases));
        }
    }

    fn rule(&mut self, rule: &RuleText, depth: usize) {
        let text = fence(&rule.text, &"    ".repeat(depth));
        self.said(depth, Keyword::Rule, &text);
    }

    /// A reference to a type.
    fn reference(&self, type_name: &TypeName) -> String {
        let text = type_name.as_str();
        if self.is_own(text) { quoted(text, '`') } else { name(text, true) }
    }

    fn said(&mut self, depth: usize, keyword: Keyword, value: &str) {
        self.line(depth, &format!("{}: {value}", keyword.name()));
    }

    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{}{text}", "    ".repeat(depth));
    }

    fn blank(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn comments(&mut self, place: &CommentPlace, depth: usize) {
        for text in self.comments.remove(place).into_iter().flatten() {
            self.line(depth, &format!("#{}", one_line(text)));
        }
    }

    /// The comments at the end, and those of what is no longer there.
    fn end(&mut self) {
        let last = self.comments.remove(&CommentPlace::End).unwrap_or_default();
        let mut lost: Vec<(String, Vec<&str>)> =
            self.comments.drain().map(|(place, texts)| (format!("{place:?}"), texts)).collect();
        lost.sort();
        let texts: Vec<&str> = lost.into_iter().flat_map(|(_, texts)| texts).chain(last).collect();
        if !texts.is_empty() {
            self.blank();
        }
        for text in texts {
            self.line(0, &format!("#{}", one_line(text)));
        }
    }
}

fn one_line(text: &str) -> String {
    text.trim_end_matches(is_blank).replace(['\n', '\r'], " ")
}

/// The label that stands in parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown<'l> {
    En(&'l str),
    Zh(&'l str),
}

/// Of the labels the one whose script tells its language: the Chinese one where it can be.
fn shown_label(labels: &Labels) -> Option<Shown<'_>> {
    let zh = labels.zh.as_deref().filter(|zh| has_han(zh)).map(Shown::Zh);
    zh.or_else(|| labels.en.as_deref().filter(|en| !has_han(en)).map(Shown::En))
}

fn label(labels: &Labels) -> String {
    let Some(Shown::En(label) | Shown::Zh(label)) = shown_label(labels) else { return String::new() };
    let balanced = label.chars().try_fold(0usize, |depth, c| match c {
        '(' | '（' => Some(depth + 1),
        ')' | '）' => depth.checked_sub(1),
        _ => Some(depth),
    });
    if is_plain_line(label) && balanced == Some(0) { format!("({label})") } else { format!("({})", quoted(label, '"')) }
}

/// A name as it is read back: in back-quotes where it could be taken for something else.
/// `is_clear` where what follows shows that it is no keyword.
pub(super) fn name(name: &str, is_clear: bool) -> String {
    let plain = name.chars().all(|c| continues_name(c) || c == '.') && !name.is_empty();
    if plain && (is_clear || Keyword::of(name).is_none()) { name.to_owned() } else { quoted(name, '`') }
}

pub(super) fn namespace(text: &str) -> String {
    if text.contains('.') { quoted(text, '`') } else { name(text, true) }
}

fn plain_or_quoted(text: &str) -> String {
    if is_plain_line(text) { text.to_owned() } else { quoted(text, '"') }
}

fn aliases(aliases: &[std::sync::Arc<str>]) -> String {
    let odd = |alias: &str| {
        let marks = [",", "，", "、", "`", "#", "//", "/*"];
        !is_plain_line(alias) || marks.iter().any(|mark| alias.contains(mark)) || alias.starts_with('[')
    };
    if aliases.iter().any(|alias| odd(alias)) {
        return json!(aliases.iter().map(|alias| &**alias).collect::<Vec<&str>>()).to_string();
    }
    aliases.join(", ")
}

fn constraint(constraint: &Constraint, basics: &[crate::Basic]) -> String {
    match constraint {
        Constraint::NotNull => "NotNull".to_owned(),
        Constraint::MultiValue => "MultiValue".to_owned(),
        Constraint::Enum(values) => format!("Enum={}", enumeration(values, basics)),
        Constraint::Regular(pattern) => format!("Regular={}", regular(pattern)),
    }
}

fn enumeration(values: &[Value], basics: &[crate::Basic]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    let same = |(value, text): (&Value, &String)| {
        read_value(&Value::from(text.as_str()), basics).is_some_and(|read| is_identical(&read, value))
    };
    let odd = |text: &String| !is_plain_line(text) || text.contains(['"', '\\', ',', '，', '、']);
    if values.iter().zip(&texts).all(same) && !texts.iter().any(odd) && !texts.is_empty() {
        return format!("\"{}\"", texts.join(","));
    }
    let items = values.iter().zip(&texts).map(|(value, text)| match value {
        _ if same((value, text)) => json!(text),
        value => serde_json::to_value(value).unwrap_or_default(),
    });
    serde_json::Value::Array(items.collect()).to_string()
}

/// Whether two values are equal and of one kind.
fn is_identical(left: &Value, right: &Value) -> bool {
    left == right && left.kind() == right.kind()
}

fn regular(pattern: &str) -> String {
    let quoted = format!("\"{pattern}\"");
    if quoted_length(&quoted, '"', '"') == Some(quoted.len()) {
        return quoted;
    }
    let levels = (1..).map(|level| "=".repeat(level));
    let closes = |level: &String| format!("{pattern}]").contains(&format!("]{level}]"));
    let level = levels.into_iter().find(|level| !closes(level)).unwrap_or_default();
    format!("[{level}[{pattern}]{level}]")
}
