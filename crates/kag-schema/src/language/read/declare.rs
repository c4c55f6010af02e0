//! Lines that declare types, properties and sub-properties.

use kag_core::{Predicate, Span, TypeName};

use super::{Reader, Target};
use crate::{
    Basic, PropertyDef, PropertyKind, SemanticGroup, TypeDef, TypeKind,
    language::{
        comment::CommentPlace,
        declaration::{Declaration, Tail, first_word, kind_called},
        draft::{PropertyPlace, TypePlace},
        keyword::Keyword,
        lines::Line,
        text::{is_blank, trimmed, unquoted},
    },
    model::is_standard,
    nearest,
};

impl Reader<'_> {
    pub(super) fn declare(&mut self, line: Line, declared: &Declaration) {
        let bare = declared.label.is_none() && !declared.is_quoted && matches!(declared.tail, Tail::Neither(_));
        if bare && declared.name.contains(is_blank) {
            self.nothing_known(line);
            return;
        }
        // Among properties the kind of a type is no more than a wrong type of objects.
        let among = self.block.is_some_and(|(_, block)| line.indent > block);
        let kind = declared.kind(self.source).filter(|_| !among);
        let is_type = kind.is_some() || matches!(declared.tail, Tail::Arrow(_));
        if is_type || (line.indent == 0 && !self.is_property_at_margin(declared)) {
            if self.is_misspelt_keyword(line, declared, kind.is_some()) {
                return;
            }
            if line.indent > 0 {
                self.warning(line.span, "a type that is indented").hint("types begin at the margin");
            }
            self.declare_type(line, declared, kind);
            return;
        }
        if line.indent == 0 {
            self.error(line.span, "a property at the margin").hint("indent it below `properties:` or `relations:`");
        }
        if self.is_misspelt_keyword(line, declared, false) {
            return;
        }
        if self.read.draft.types.is_empty() {
            self.error(line.span, "a property outside of a type")
                .expected("a type first, as in `Person(人物): EntityType`");
            return;
        }
        self.declare_property(line, declared);
    }

    /// Whether a declaration at the margin can only be that of a property.
    fn is_property_at_margin(&self, declared: &Declaration) -> bool {
        let Tail::Colon(rest) = declared.tail else { return false };
        self.block.is_some() && (self.is_literal(rest) || declared.group.is_some())
    }

    /// Whether the name of a literal type stands at `span`.
    pub(super) fn is_literal(&self, span: Span) -> bool {
        let word = self.text(first_word(self.source, span));
        Basic::of(word).is_some() || is_standard(word)
    }

    /// Takes a line whose name is not, but nearly, a keyword for that keyword.
    fn is_misspelt_keyword(&mut self, line: Line, declared: &Declaration, is_type: bool) -> bool {
        let (true, Tail::Colon(rest)) = (declared.is_bare() && !is_type, declared.tail) else { return false };
        let name = declared.name.as_str();
        let in_type = self.block.is_none_or(|(_, indent)| line.indent <= indent) && line.indent > 0;
        let in_property = self.property.is_some_and(|indent| line.indent > indent) && !self.explicit;
        let found = if in_type {
            nearest(name, Keyword::names_of_types())
        } else if in_property || line.indent == 0 || rest.is_empty() {
            let names = Keyword::names_of_types().chain(Keyword::names_of_properties());
            // A sub-property without a label is more likely than a slip before a literal type.
            nearest(name, names).filter(|near| *near == Keyword::Index.name() || !self.is_literal(rest))
        } else {
            None
        };
        let found = if name == "description" && !self.is_literal(rest) { Some("desc") } else { found };
        let Some(keyword) = found.and_then(Keyword::of) else {
            if in_type && self.block.is_some() {
                let known: Vec<&str> = Keyword::names_of_types().collect();
                self.error(line.span, format!("unknown keyword `{name}`")).expected(known.join(", "));
                return true;
            }
            return false;
        };
        if name.eq_ignore_ascii_case(keyword.name()) {
            self.warning(declared.name_span, format!("the keyword `{}` begins with a small letter", keyword.name()));
        } else {
            self.error(declared.name_span, format!("unknown keyword `{name}`"))
                .hint(format!("did you mean `{}`?", keyword.name()));
        }
        self.keyword(keyword, line, declared.name_span, rest);
        true
    }

    fn declare_type(&mut self, line: Line, declared: &Declaration, kind: Option<(TypeKind, Span)>) {
        let mut type_def = TypeDef::new(self.type_name(declared), TypeKind::Entity);
        label(&mut type_def.labels, declared.label.as_deref());
        let mut place = TypePlace { name: declared.name_span, ..TypePlace::default() };
        if let Some((group, span)) = &declared.group {
            self.error(*span, format!("`{group}#` before a type")).hint("only properties belong to a semantic group");
        }
        match (declared.tail, kind) {
            (Tail::Colon(rest), Some((kind, word))) => {
                type_def.kind = kind;
                self.after_kind(line, rest, word, &mut type_def, &mut place);
            }
            (Tail::Arrow(rest), _) => self.parent(line, rest, true, &mut type_def, &mut place),
            (Tail::Colon(rest) | Tail::Neither(rest), _) => self.missing_kind(line, declared, rest, &mut type_def),
        }
        self.place_comments_of_type(&type_def.name);
        self.read.draft.types.push(type_def);
        self.read.draft.places.push(place);
        (self.block, self.property, self.qualifier, self.explicit) = (None, None, None, false);
    }

    /// Comments that were indented belong to the type before.
    fn place_comments_of_type(&mut self, name: &TypeName) {
        if let Some(last) = self.read.draft.types.last() {
            let end = CommentPlace::EndOf(last.name.clone());
            let inside = self.pending.iter().take_while(|(_, indent)| *indent > 0).count();
            let rest = self.pending.split_off(inside);
            self.place_comments(&end);
            self.pending = rest;
        }
        self.place_comments(&CommentPlace::Type(name.clone()));
    }

    /// The name of the type declared, without its namespace before it.
    fn type_name(&mut self, declared: &Declaration) -> TypeName {
        let name = declared.name.as_str();
        if declared.is_quoted {
            return TypeName::new(name);
        }
        if let Some(own) = self.own(name) {
            return TypeName::new(own);
        }
        if name.contains('.') && !is_standard(name) {
            let own = self.read.namespace.clone().unwrap_or_default();
            self.error(declared.name_span, format!("type `{name}` is of another namespace"))
                .hint(format!("this file declares types of `{own}`, without the namespace before them"));
        }
        TypeName::new(name)
    }

    /// `name` without this file's namespace before it, if it stands there.
    pub(super) fn own<'n>(&self, name: &'n str) -> Option<&'n str> {
        let own = name.strip_prefix(self.read.namespace.as_deref()?)?.strip_prefix('.')?;
        Some(own).filter(|own| !own.is_empty())
    }

    /// What follows the kind of a type: nothing, or its parent.
    fn after_kind(&mut self, line: Line, rest: Span, word: Span, type_def: &mut TypeDef, place: &mut TypePlace) {
        let after = self.without_comment(trimmed(self.source, Span::new(word.end, rest.end)), line.indent);
        if after.is_empty() {
            return;
        }
        if self.text(after).starts_with("->") {
            let parent = trimmed(self.source, Span::new(after.start + 2, after.end));
            self.parent(line, parent, false, type_def, place);
        } else {
            self.error(after, "unexpected text behind the kind of a type").expected("the end of the line");
        }
    }

    fn parent(&mut self, line: Line, rest: Span, alone: bool, type_def: &mut TypeDef, place: &mut TypePlace) {
        let rest = self.without_comment(rest, line.indent);
        let text = self.text(rest);
        let name = text.trim_end_matches(|c| is_blank(c) || matches!(c, ':' | '：'));
        let closed = name.len() < text.len();
        let first = if name.starts_with('`') { name } else { self.text(first_word(self.source, rest)) };
        let first = first.trim_end_matches([':', '：']);
        let span = Span::new(rest.start, rest.start + first.len());
        if first.is_empty() {
            self.error(rest, "an arrow without a type").expected("the type it inherits from, as in `-> Person:`");
            return;
        }
        if first.len() < name.len() {
            let more = trimmed(self.source, Span::new(span.end, rest.start + name.len()));
            self.error(more, "more than one type to inherit from").hint("a type inherits from one type at most");
        } else if alone && !closed {
            self.warning(Span::new(rest.end, rest.end), "no colon behind the parent").expected("`:`");
        }
        (place.parent, place.takes_kind) = (span, alone);
        type_def.parent = Some(self.reference(first));
    }

    /// The type that `text`, in back-quotes or not, refers to.
    pub(super) fn reference(&self, text: &str) -> TypeName {
        match unquoted(text, '`') {
            Some(name) => TypeName::new(name),
            None => TypeName::new(self.own(text).unwrap_or(text)),
        }
    }

    fn missing_kind(&mut self, line: Line, declared: &Declaration, rest: Span, type_def: &mut TypeDef) {
        let rest = self.without_comment(rest, line.indent);
        let word = first_word(self.source, rest);
        let kinds = TypeKind::ALL.map(TypeKind::name);
        if let (Tail::Neither(_), Some(kind)) = (declared.tail, kind_called(self.text(word))) {
            type_def.kind = kind;
            self.error(Span::new(rest.start, rest.start), "no colon before the kind of a type").expected("`:`");
        } else if rest.is_empty() {
            let end = Span::new(line.span.end, line.span.end);
            self.error(end, format!("type `{}` without a kind", declared.name))
                .expected(format!("`:` and one of {}", kinds.join(", ")));
        } else {
            let name = self.text(word);
            let near = nearest(name, kinds).and_then(kind_called);
            type_def.kind = near.unwrap_or(TypeKind::Entity);
            self.error(rest, format!("unknown kind of type `{}`", self.text(rest)))
                .expected(kinds.join(", "))
                .nearest(name, kinds);
        }
    }

    fn declare_property(&mut self, line: Line, declared: &Declaration) {
        let target = self.place_property(line);
        let mut place = PropertyPlace { name: declared.name_span, ..PropertyPlace::default() };
        let kind = match target {
            Target::Property => self.block.map_or(PropertyKind::Property, |(kind, _)| kind),
            _ => PropertyKind::Property,
        };
        let mut property = PropertyDef::property(Predicate::new(declared.name.as_str()), "");
        property.kind = kind;
        label(&mut property.labels, declared.label.as_deref());
        if let Some((group, span)) = &declared.group {
            place.group = *span;
            property.group = group.to_uppercase().parse().ok();
            if property.group.is_none() {
                let known = SemanticGroup::ALL.map(SemanticGroup::name);
                self.error(*span, format!("unknown semantic group `{group}`"))
                    .expected(known.join(", "))
                    .nearest(group, known);
            }
        }
        (property.objects, place.objects) = self.objects(line, declared);
        self.add_property(target, property, place);
    }

    /// Whether the declaration on a line is that of a property or of a sub-property. Opens a
    /// block where none is.
    fn place_property(&mut self, line: Line) -> Target {
        let Some((_, block)) = self.block else {
            self.error(line.span, "a property that is neither below `properties:` nor below `relations:`")
                .expected("`properties:` or `relations:` before it");
            self.block = Some((PropertyKind::Property, line.indent.saturating_sub(1)));
            self.property = Some(line.indent);
            return Target::Property;
        };
        let (Some(property), indent) = (self.property, line.indent) else {
            if line.indent <= block && line.indent > 0 {
                self.warning(line.span, "a property that is not indented below its block");
            }
            self.property = Some(line.indent);
            return Target::Property;
        };
        if indent <= property || (indent == property + 1 && !self.explicit) {
            if indent > property {
                self.warning(line.span, "a property that is indented more than the one before")
                    .hint("properties of a type begin in one column, their sub-properties in another");
            } else {
                self.property = Some(indent);
            }
            (self.qualifier, self.explicit) = (None, false);
            return Target::Property;
        }
        if self.qualifier.is_some_and(|qualifier| indent > qualifier + 1) {
            self.error(line.span, "a sub-property of a sub-property").hint("sub-properties have none of their own");
        }
        if !self.explicit && self.qualifier.is_none() && self.other_blanks(line) {
            self.warning(line.span, "a sub-property, as it is indented more than the property before")
                .hint("a tab counts as two blanks: indent both with the same signs, or put it below `properties:`");
        }
        self.qualifier = Some(self.qualifier.map_or(indent, |qualifier| qualifier.min(indent)));
        Target::Qualifier
    }

    /// Whether a line is indented with other signs than the last property, so that which of them
    /// stands further in is a matter of counting.
    fn other_blanks(&self, line: Line) -> bool {
        let before = |start: usize| {
            let line = self.source.get(..start).unwrap_or("");
            line.rfind(['\n', '\r']).map_or(line, |end| line.get(end + 1..).unwrap_or(""))
        };
        let last = self.read.draft.places.last().and_then(|place| place.properties.last());
        last.is_some_and(|property| !before(line.span.start).starts_with(before(property.name.start)))
    }

    fn add_property(&mut self, target: Target, property: PropertyDef, place: PropertyPlace) {
        let name = property.name.clone();
        if target == Target::Qualifier {
            if let Some((type_name, predicate)) = self.path() {
                self.place_comments(&CommentPlace::Qualifier(type_name, predicate, name));
            }
            if let Some((of, of_place)) = self.last_property() {
                of.qualifiers.push(property);
                of_place.qualifiers.push(place);
            }
            return;
        }
        if let Some((type_def, type_place)) = self.last_type() {
            let type_name = type_def.name.clone();
            type_def.properties.push(property);
            type_place.properties.push(place);
            self.place_comments(&CommentPlace::Property(type_name, name));
        }
    }

    /// The types of a property's objects. Where none can be read it is taken for text.
    fn objects(&mut self, line: Line, declared: &Declaration) -> (Vec<TypeName>, Vec<Span>) {
        let rest = match declared.tail {
            Tail::Colon(rest) => rest,
            Tail::Neither(rest) | Tail::Arrow(rest) => {
                let end = if rest.is_empty() { line.span.end } else { rest.start };
                self.error(Span::new(end, end), format!("no colon behind `{}`", declared.name))
                    .expected("`:` and a type, as in `age(年龄): Integer`");
                rest
            }
        };
        let rest = self.without_comment(rest, line.indent);
        let items = split(self.source, rest);
        if items.is_empty() && matches!(declared.tail, Tail::Colon(_)) {
            self.error(Span::new(line.span.end, line.span.end), format!("`{}` has no type", declared.name))
                .expected("the type of its objects, as in `age(年龄): Integer`");
        }
        let (mut objects, mut places) = (Vec::new(), Vec::new());
        for item in items {
            let text = self.text(item);
            let word = if text.starts_with('`') { item } else { first_word(self.source, item) };
            if word.end < item.end {
                let more = trimmed(self.source, Span::new(word.end, item.end));
                self.error(more, "unexpected text behind a type").expected("`,` or the end of the line");
            }
            if word.is_empty() {
                continue;
            }
            objects.push(self.reference(self.text(word)));
            places.push(word);
        }
        if objects.is_empty() {
            objects.push(Basic::Text.name().into());
            places.push(declared.name_span);
        }
        (objects, places)
    }
}

/// The parts of `span` between commas, without white space and without empty ones.
pub(super) fn split(source: &str, span: Span) -> Vec<Span> {
    let text = span.of(source).unwrap_or("");
    let (mut items, mut start, mut quoted) = (Vec::new(), 0, false);
    let mut add = |from: usize, to: usize| {
        let item = trimmed(source, Span::new(span.start + from, span.start + to));
        if !item.is_empty() {
            items.push(item);
        }
    };
    for (at, c) in text.char_indices() {
        match c {
            '`' => quoted = !quoted,
            ',' | '，' | '、' if !quoted => {
                add(start, at);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    add(start, text.len());
    items
}

/// Puts the label in parentheses where its script says: Han characters make it the Chinese
/// one, any other the English one.
pub(super) fn label(labels: &mut crate::Labels, label: Option<&str>) {
    let Some(label) = label else { return };
    if has_han(label) {
        labels.zh = Some(label.into());
    } else {
        labels.en = Some(label.into());
    }
}

/// Whether there is a Han character in `text`.
pub(in crate::language) fn has_han(text: &str) -> bool {
    text.chars().any(
        |c| matches!(c, '\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'),
    )
}
