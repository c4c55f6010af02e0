//! Lines that begin with a keyword.

use std::sync::Arc;

use kag_core::Span;

use super::{Reader, Target, declare::split};
use crate::{
    AutoRelate, Hypernym, IndexKind, Instances, Labels, PropertyKind, RuleText, Spread, TypeKind,
    language::{
        fence::fenced,
        keyword::Keyword,
        lines::Line,
        text::{trimmed, unquoted},
    },
};

impl Reader<'_> {
    /// Whether a line that begins with a keyword declares a property so called: it stands
    /// where properties do, and a literal type follows.
    pub(super) fn names_a_property(&self, keyword: Keyword, line: Line, value: Span) -> bool {
        use Keyword::{Abstract, Aliases, Desc, LabelEn, LabelZh};
        matches!(keyword, Desc | LabelEn | LabelZh | Aliases | Abstract)
            && self.is_literal(value)
            && self.block.is_some_and(|(_, block)| line.indent > block)
            && self.property.is_none_or(|property| line.indent <= property)
    }

    pub(super) fn keyword(&mut self, keyword: Keyword, line: Line, word: Span, value: Span) {
        if self.read.draft.types.is_empty() {
            self.error(line.span, format!("`{}` outside of a type", keyword.name()))
                .expected("a type first, as in `Person(人物): EntityType`");
            self.skip_fence(keyword, value);
            return;
        }
        if matches!(keyword, Keyword::Properties | Keyword::Relations) {
            self.open_block(keyword, line, value);
            return;
        }
        let target = self.target_of(keyword, line, word);
        if keyword == Keyword::Rule {
            self.rule(target, line, word, value);
            return;
        }
        let settings = match target {
            Target::Type => self.last_type().map(|(_, place)| &mut place.settings),
            other => self.property_of(other).map(|(_, place)| &mut place.settings),
        };
        let new = settings.is_none_or(|settings| settings.note(keyword, value));
        if !new && keyword != Keyword::Constraint {
            self.error(line.span, format!("`{}` is said twice", keyword.name()));
            return;
        }
        match keyword {
            Keyword::Desc | Keyword::LabelEn | Keyword::LabelZh | Keyword::Aliases => {
                self.labels(keyword, target, line, value);
            }
            Keyword::Constraint => self.constraints(target, line, value),
            Keyword::Index => self.index(target, line, value),
            _ => self.setting_of_type(keyword, line, value),
        }
    }

    /// What a keyword says something of.
    fn target_of(&mut self, keyword: Keyword, line: Line, word: Span) -> Target {
        let (target, aligned) = self.target(line.indent);
        let name = keyword.name();
        if !keyword.is_of_properties() {
            if target != Target::Type {
                self.error(word, format!("`{name}` is said of a property"))
                    .hint(format!("`{name}` is said of a type, before its properties"));
            }
            return Target::Type;
        }
        if !keyword.is_of_types() && target == Target::Type {
            let last = if self.qualifier.is_some() { Target::Qualifier } else { Target::Property };
            let hint = format!("`{name}` is said of a property, indented below it");
            if self.property_of(last).is_none() && self.in_standard_type() {
                let hint = "the form of its values is written `regular: \"^[0-9]+$\"`";
                self.error(line.span, format!("`{name}` is said of a type")).hint(hint);
            } else if self.property_of(last).is_none() {
                self.error(line.span, format!("`{name}` is said of a type")).hint(hint);
            } else {
                self.warning(word, format!("`{name}` is not indented below its property")).hint(hint);
            }
            return last;
        }
        if !aligned {
            self.warning(word, format!("`{name}` is not indented below its property"));
        }
        target
    }

    /// Whether the type at hand is one whose values have a form.
    fn in_standard_type(&self) -> bool {
        self.read.draft.types.last().is_some_and(|type_def| type_def.kind == TypeKind::Standard)
    }

    fn open_block(&mut self, keyword: Keyword, line: Line, value: Span) {
        let value = self.without_comment(value, line.indent);
        if !value.is_empty() {
            self.error(value, format!("unexpected text behind `{}:`", keyword.name()))
                .expected("the end of the line; what it holds is indented below");
        }
        let inside = self.block.is_some() && self.property.is_some_and(|property| line.indent > property);
        if keyword == Keyword::Properties && inside {
            (self.explicit, self.qualifier) = (true, None);
            return;
        }
        let kind = if keyword == Keyword::Properties { PropertyKind::Property } else { PropertyKind::Relation };
        self.block = Some((kind, line.indent));
        (self.property, self.qualifier, self.explicit) = (None, None, false);
    }

    fn labels(&mut self, keyword: Keyword, target: Target, line: Line, value: Span) {
        let text = self.text(value);
        let over_lines = fenced(self.source, value.start).filter(|found| keyword == Keyword::Desc && found.closed);
        let single = match over_lines {
            Some(found) => {
                self.lines.go_on_after(found.end);
                self.last_end = found.end;
                let lines: Vec<&str> = self.text(found.text).lines().map(str::trim).collect();
                lines.join("\n")
            }
            None => unquoted(text, '"').unwrap_or_else(|| text.to_owned()),
        };
        let said: Vec<Arc<str>> = match keyword {
            Keyword::Aliases => self.aliases(line, value),
            _ if text.is_empty() => return,
            _ => vec![single.into()],
        };
        let labels: Option<&mut Labels> = match target {
            Target::Type => self.last_type().map(|(type_def, _)| &mut type_def.labels),
            other => self.property_of(other).map(|(property, _)| &mut property.labels),
        };
        let Some(labels) = labels else { return };
        let first = said.first().cloned();
        let twice = match keyword {
            Keyword::Desc => labels.description.replace_if_none(first),
            Keyword::LabelEn => labels.en.replace_if_none(first),
            Keyword::LabelZh => labels.zh.replace_if_none(first),
            _ => {
                labels.aliases.extend(said);
                false
            }
        };
        if twice {
            self.error(line.span, "a second label in one language").hint("other names go behind `aliases:`");
        }
    }

    /// Names between commas, each perhaps quoted.
    fn aliases(&mut self, line: Line, value: Span) -> Vec<Arc<str>> {
        let text = self.text(value);
        if let Ok(listed) = serde_json::from_str::<Vec<String>>(text) {
            return listed.into_iter().map(Arc::from).collect();
        }
        let value = self.without_comment(value, line.indent);
        if value.is_empty() {
            self.warning(line.span, "`aliases` without a name").expected("names between commas");
        }
        let name = |item: Span| unquoted(self.text(item), '"').map_or_else(|| self.text(item).into(), Arc::from);
        split(self.source, value).into_iter().map(name).collect()
    }

    fn index(&mut self, target: Target, line: Line, value: Span) {
        let value = self.without_comment(value, line.indent);
        let mut kind = None;
        for item in split(self.source, value) {
            let name = self.text(item);
            let found = IndexKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
            match found {
                Some(found) => kind = Some(kind.map_or(found, |before| joined(before, found))),
                None if name.eq_ignore_ascii_case("none") => {}
                None => {
                    let known = IndexKind::ALL.map(IndexKind::name);
                    self.error(item, format!("unknown index `{name}`"))
                        .expected(format!("{} or None", known.join(", ")))
                        .nearest(name, known);
                }
            }
        }
        if value.is_empty() {
            self.error(value, "an index without a kind").expected(IndexKind::ALL.map(IndexKind::name).join(", "));
        }
        if let Some((property, _)) = self.property_of(target) {
            property.index = kind;
        }
    }

    fn setting_of_type(&mut self, keyword: Keyword, line: Line, value: Span) {
        let text = self.text(value);
        if keyword == Keyword::Regular {
            let pattern = unquoted(text, '"').unwrap_or_else(|| text.to_owned());
            if text.is_empty() {
                self.error(value, "no regular expression").expected("what values match, as in `regular: [0-9]{11}`");
            } else if let Some((type_def, _)) = self.last_type() {
                type_def.pattern = Some(pattern.into());
            }
            return;
        }
        let value = self.without_comment(value, line.indent);
        match keyword {
            Keyword::HypernymPredicate => self.hypernym(value),
            Keyword::AutoRelate => self.auto_relate(value),
            Keyword::Spreadable => {
                let spread = self.truth(keyword, value);
                if let (Some(true), Some((type_def, _))) = (spread, self.last_type()) {
                    type_def.spread = Spread::On;
                }
            }
            _ => {
                let inherited = self.truth(keyword, value);
                if let (Some(true), Some((type_def, _))) = (inherited, self.last_type()) {
                    type_def.instances = Instances::Inherited;
                }
            }
        }
    }

    fn hypernym(&mut self, value: Span) {
        let name = self.text(value);
        let found = Hypernym::ALL.into_iter().find(|hypernym| hypernym.name().eq_ignore_ascii_case(name));
        if found.is_none() {
            let known = Hypernym::ALL.map(Hypernym::name);
            self.error(value, format!("unknown hypernym predicate `{name}`"))
                .expected("isA, locateAt or mannerOf")
                .nearest(name, known);
        }
        if let Some((type_def, _)) = self.last_type() {
            type_def.hypernym = found;
        }
    }

    fn auto_relate(&mut self, value: Span) {
        let text = self.text(value);
        let (auto_relate, places) = if text.eq_ignore_ascii_case("true") {
            (AutoRelate::On, Vec::new())
        } else if text.eq_ignore_ascii_case("false") {
            (AutoRelate::Off, Vec::new())
        } else {
            let items = split(self.source, value);
            if items.is_empty() {
                self.error(value, "nothing to relate to").expected("concept types, or True");
                return;
            }
            let types = items.iter().map(|item| self.reference(self.text(*item))).collect();
            (AutoRelate::To(types), items)
        };
        if let Some((type_def, place)) = self.last_type() {
            type_def.auto_relate = auto_relate;
            place.related = places;
        }
    }

    fn truth(&mut self, keyword: Keyword, value: Span) -> Option<bool> {
        let text = self.text(value);
        if text.eq_ignore_ascii_case("true") {
            return Some(true);
        }
        if !text.eq_ignore_ascii_case("false") {
            self.error(value, format!("`{}` is neither true nor false", keyword.name())).expected("True or False");
        }
        None
    }

    fn rule(&mut self, target: Target, line: Line, word: Span, value: Span) {
        let rule = self.rule_text(word, value);
        if rule.text.is_empty() && value.is_empty() {
            self.error(line.span, "no rule").expected("`[[`, the rule and `]]`");
            return;
        }
        let twice = match target {
            Target::Type => {
                if let Some((type_def, _)) = self.last_type() {
                    type_def.rules.push(rule.clone());
                }
                false
            }
            other => self.property_of(other).is_some_and(|(property, place)| {
                place.settings.note(Keyword::Rule, rule.span);
                let twice = property.rule.is_some();
                if !twice {
                    property.rule = Some(rule.clone());
                }
                twice
            }),
        };
        if twice {
            let whole = Span::new(line.span.start, rule.span.end.max(line.span.end));
            self.error(whole, "a second rule of one property").hint("several heads can stand in one rule");
        }
    }

    /// The text of a rule: between fences, which may begin on the next line, or the rest of
    /// the line.
    fn rule_text(&mut self, word: Span, value: Span) -> RuleText {
        let mut at = value.start;
        if value.is_empty()
            && let Some(next) = self.lines.clone().next()
        {
            at = next.span.start;
        }
        let Some(found) = fenced(self.source, at) else {
            return RuleText::new(self.text(value), value);
        };
        self.lines.go_on_after(found.end);
        self.last_end = found.end;
        if found.closed {
            self.after_fence(found.end);
        } else {
            let open = Span::new(word.start, (at + 2).min(self.source.len()));
            self.error(open, "a rule without an end").expected("`]]` at the end of its last line");
        }
        RuleText::new(self.text(found.text), found.text)
    }

    /// Reports what stands behind a closing fence on its line.
    fn after_fence(&mut self, end: usize) {
        let rest = self.source.get(end..).unwrap_or("");
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let after = trimmed(self.source, Span::new(end, end + length));
        if !after.is_empty() {
            self.error(after, "unexpected text behind a rule").expected("the end of the line");
        }
    }

    /// Passes over a rule that belongs to nothing.
    fn skip_fence(&mut self, keyword: Keyword, value: Span) {
        if let (Keyword::Rule, Some(found)) = (keyword, fenced(self.source, value.start)) {
            self.lines.go_on_after(found.end);
            self.error(found.text, "a rule that belongs to nothing");
        }
    }
}

/// Setting what was not set.
trait ReplaceIfNone<T> {
    /// Whether something else was there already; it stays.
    fn replace_if_none(&mut self, value: Option<T>) -> bool;
}

impl<T> ReplaceIfNone<T> for Option<T> {
    fn replace_if_none(&mut self, value: Option<T>) -> bool {
        if self.is_none() {
            *self = value;
            return false;
        }
        true
    }
}

/// One index for what two find.
fn joined(left: IndexKind, right: IndexKind) -> IndexKind {
    use IndexKind::{SparseVector, Text, TextAndSparseVector, TextAndVector, Vector};
    match (left, right) {
        (Text, Vector) | (Vector, Text) => TextAndVector,
        (Text, SparseVector) | (SparseVector, Text) => TextAndSparseVector,
        (_, last) => last,
    }
}
