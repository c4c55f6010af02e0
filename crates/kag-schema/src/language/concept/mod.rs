//! Files of rules over concepts: which instances belong to a concept, and which concept
//! leads to which.
//!
//! | head | what its rule says |
//! |---|---|
//! | `` `Type`/`name`: `` | which instances belong to the concept |
//! | `` `A`/`a`:B/`b` `` | when the concept `a` leads to the concept `b` |
//! | `` (`Type`/`name`): `` | when the concept holds (thinker) |
//! | `` [pred]->(`Type`/`name`): `` | when something has the concept as its `pred` (thinker) |
//! | `` (`A`/`a`)-[pred]->(`B`/`b`): `` | when the one concept has the other as its `pred` (thinker) |
//! | ``Priority(`Type`):`` | which of the type's concepts come first (thinker) |
//!
//! Below each head stands `rule: [[ ... ]]`. Of the last concept of a thinker head a second
//! part can be asked for: `` (`Type`/`name`+`other`) ``.

mod head;
mod print;

use std::{fmt, sync::Arc};

use kag_core::{Predicate, Span, TypeName};
use serde::{Deserialize, Serialize};

use super::{
    comment::{block_comment, comment_at, comment_text},
    fence::fenced,
    keyword::word_line,
    lines::{Line, Lines},
    read::namespace,
    text::{is_blank, trimmed, unquoted},
};
use crate::{ConceptName, Diagnostic, RuleText};

/// A file of rules over concepts. Displayed it is canonical text that is read back as the
/// same rules.
///
/// ```
/// use kag_schema::ConceptRules;
///
/// let source = "namespace Football\n\n`Form`/`hot`:\n    rule: [[\n        R1: s.goals > 3\n    ]]\n";
/// let reading = ConceptRules::parse(source);
/// assert!(reading.diagnostics.is_empty());
/// let rule = &reading.rules.rules[0];
/// assert_eq!((rule.head.to_string().as_str(), &*rule.rule.text), ("`Form`/`hot`:", "R1: s.goals > 3"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConceptRules {
    /// The namespace of the types named.
    pub namespace: Arc<str>,
    /// The rules, in the order of the text.
    pub rules: Vec<ConceptRuleText>,
    /// The lines that begin with `#`, without it, each with how many rules stand before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<(usize, Arc<str>)>,
}

/// What was read of a file of rules over concepts, and what is wrong with it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ConceptRulesReading {
    /// Everything that could be read.
    pub rules: ConceptRules,
    /// Every mistake, in the order of the text. The text of rules is not looked into.
    pub diagnostics: Vec<Diagnostic>,
}

/// A rule and what it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConceptRuleText {
    /// What it is about.
    pub head: ConceptRuleHead,
    /// Where the head stands.
    #[serde(default)]
    pub span: Span,
    /// The rule.
    pub rule: RuleText,
}

/// What a rule over concepts is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConceptRuleHead {
    /// Which instances belong to a concept.
    Membership(ConceptName),
    /// When one concept leads to another.
    Causation {
        /// The cause.
        cause: ConceptName,
        /// The effect.
        effect: ConceptName,
    },
    /// When a concept holds.
    Definition(ConceptName),
    /// When something has a concept as the object of a predicate.
    Conclusion {
        /// The predicate.
        predicate: Predicate,
        /// The concept.
        object: ConceptName,
        /// A second concept of the same type that must hold with it.
        with: Option<Arc<str>>,
    },
    /// When a concept has another as the object of a predicate.
    Relation {
        /// The one.
        subject: ConceptName,
        /// The predicate.
        predicate: Predicate,
        /// The other.
        object: ConceptName,
        /// A second concept of the other's type that must hold with it.
        with: Option<Arc<str>>,
    },
    /// Which concepts of a type come first.
    Priority(TypeName),
}

impl ConceptRuleHead {
    /// The concept that is said to be the cause, or the subject of a predicate.
    #[must_use]
    pub fn subject(&self) -> Option<&ConceptName> {
        match self {
            Self::Causation { cause, .. } => Some(cause),
            Self::Relation { subject, .. } => Some(subject),
            _ => None,
        }
    }

    /// The concept that something belongs to, that is led to, or that is concluded.
    #[must_use]
    pub fn object(&self) -> Option<&ConceptName> {
        match self {
            Self::Membership(concept) | Self::Definition(concept) => Some(concept),
            Self::Causation { effect, .. } => Some(effect),
            Self::Conclusion { object, .. } | Self::Relation { object, .. } => Some(object),
            Self::Priority(_) => None,
        }
    }

    /// The predicate of what is concluded: `belongTo` of a membership, `leadTo` of a
    /// causation.
    #[must_use]
    pub fn predicate(&self) -> Option<Predicate> {
        match self {
            Self::Membership(_) => Some("belongTo".into()),
            Self::Causation { .. } => Some("leadTo".into()),
            Self::Conclusion { predicate, .. } | Self::Relation { predicate, .. } => Some(predicate.clone()),
            Self::Definition(_) | Self::Priority(_) => None,
        }
    }
}

impl ConceptRuleText {
    /// A rule that stood nowhere.
    #[must_use]
    pub fn new(head: ConceptRuleHead, rule: RuleText) -> Self {
        Self { head, span: Span::default(), rule }
    }
}

/// Two rules are equal that say the same, wherever they stood.
impl PartialEq for ConceptRuleText {
    fn eq(&self, other: &Self) -> bool {
        self.head == other.head && self.rule == other.rule
    }
}

impl Eq for ConceptRuleText {}

impl ConceptRules {
    /// Reads a file of rules over concepts. All of its mistakes are reported, and what can
    /// be read beside them is.
    #[must_use]
    pub fn parse(text: &str) -> ConceptRulesReading {
        let mut reader = Reader {
            source: text,
            lines: Lines::new(text),
            named: false,
            head: None,
            read: ConceptRulesReading::default(),
        };
        while let Some(line) = reader.lines.next() {
            reader.line(line);
        }
        reader.no_rule();
        if !reader.named && !reader.read.rules.rules.is_empty() {
            let first = reader.read.rules.rules.first().map_or(Span::default(), |rule| rule.span);
            let wrong = Diagnostic::error(first, "no namespace");
            reader.report(wrong.with_hint("the first line says it, as in `namespace Football`"));
        }
        let mut read = reader.read;
        read.diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        read
    }
}

impl ConceptRulesReading {
    /// Whether something is wrong, and not only doubtful.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

struct Reader<'s> {
    source: &'s str,
    lines: Lines<'s>,
    /// Whether the namespace was read.
    named: bool,
    /// A head for which no rule was read yet.
    head: Option<(ConceptRuleHead, Span)>,
    read: ConceptRulesReading,
}

impl Reader<'_> {
    fn line(&mut self, line: Line) {
        let source = self.source;
        let text = line.span.of(source).unwrap_or("");
        if let Some((texts, end)) = comment(source, line.span) {
            let before = self.read.rules.rules.len() + usize::from(self.head.is_some());
            self.read.rules.comments.extend(texts.into_iter().map(|text| (before, text.into())));
            self.lines.go_on_after(end);
            return;
        }
        if let Some(name) = namespace(text) {
            self.namespace(line.span, name);
            return;
        }
        if let Some(found) = word_line(source, line.span)
            && found.word.eq_ignore_ascii_case("rule")
        {
            self.rule(line, found.word_span, found.value);
            return;
        }
        self.no_rule();
        let span = self.without_comment(line.span);
        match head::head(source, span, &self.read.rules.namespace) {
            Ok(head) => {
                self.head = Some((head.head, span));
                if let Some(rest) = head.rest {
                    let wrong = Diagnostic::error(rest, "unexpected text behind a concept");
                    self.report(wrong.with_expected("the end of the line, or `:`"));
                }
            }
            Err(wrong) => self.report(wrong),
        }
    }

    /// `span` up to a comment behind it, which is put above the line.
    fn without_comment(&mut self, span: Span) -> Span {
        let text = span.of(self.source).unwrap_or("");
        let at = comment_at(text).filter(|at| *at > 0);
        let found = at.and_then(|at| Some((at, comment_text(text.get(at..)?)?)));
        let Some((at, comment)) = found else { return span };
        self.read.rules.comments.push((self.read.rules.rules.len(), comment.into()));
        trimmed(self.source, Span::new(span.start, span.start + at))
    }

    fn namespace(&mut self, line: Span, name: &str) {
        let name = comment_at(name).and_then(|at| name.get(..at)).unwrap_or(name).trim_end_matches(is_blank);
        let name = unquoted(name, '`').unwrap_or_else(|| name.to_owned());
        let problem = if name.is_empty() {
            "a namespace without a name"
        } else if self.named {
            "the namespace is said twice"
        } else if !self.read.rules.rules.is_empty() || self.head.is_some() {
            "a namespace after a rule"
        } else {
            self.named = true;
            self.read.rules.namespace = name.into();
            return;
        };
        let wrong = Diagnostic::error(line, problem);
        self.report(wrong.with_hint("a file has one namespace, on its first line"));
    }

    /// Reports a head without a rule.
    fn no_rule(&mut self) {
        if let Some((_, span)) = self.head.take() {
            let wrong = Diagnostic::error(span, "a concept without a rule");
            self.report(wrong.with_expected("`rule: [[ ... ]]` below it"));
        }
    }

    fn rule(&mut self, line: Line, word: Span, value: Span) {
        let mut at = value.start;
        if value.is_empty()
            && let Some(next) = self.lines.clone().next()
        {
            at = next.span.start;
        }
        let rule = match fenced(self.source, at) {
            Some(found) => {
                self.lines.go_on_after(found.end);
                if !found.closed {
                    let open = Span::new(word.start, (at + 2).min(self.source.len()));
                    let wrong = Diagnostic::error(open, "a rule without an end");
                    self.report(wrong.with_expected("`]]` at the end of its last line"));
                }
                RuleText::new(found.text.of(self.source).unwrap_or(""), found.text)
            }
            None => RuleText::new(value.of(self.source).unwrap_or(""), value),
        };
        let whole = Span::new(line.span.start, rule.span.end.max(line.span.end));
        let Some((head, span)) = self.head.take() else {
            let again = self.read.rules.rules.last().is_some_and(|last| last.span.end <= line.span.start);
            let wrong = Diagnostic::error(
                whole,
                if again { "a second rule of one concept" } else { "a rule that belongs to nothing" },
            );
            self.report(wrong.with_expected("a concept before it, as in `` `Industry`/`chemicals`: ``"));
            return;
        };
        self.read.rules.rules.push(ConceptRuleText { head, span: trimmed(self.source, span), rule });
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.read.diagnostics.push(diagnostic);
    }
}

/// The lines of the comment that stands alone at `span`, and the end of it.
fn comment(source: &str, span: Span) -> Option<(Vec<&str>, usize)> {
    match comment_text(span.of(source)?) {
        Some(text) => Some((vec![text], span.end)),
        None => block_comment(source, span.start).filter(|(_, end)| {
            let rest = source.get(*end..).unwrap_or("");
            rest.split(['\n', '\r']).next().is_some_and(|rest| rest.trim_matches(is_blank).is_empty())
        }),
    }
}

impl fmt::Display for ConceptRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::rules(self, f)
    }
}

/// The line that stands above the rule.
impl fmt::Display for ConceptRuleHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::head(self, f)
    }
}
