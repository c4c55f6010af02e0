//! From text to words.

use kag_core::Span;

use super::quote;

/// One word of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// What a word is; what it says is the text of its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(`, or the wide one.
    Open(Bracket),
    /// `)`, or the wide one.
    Close(Bracket),
    /// `,` or `，`.
    Comma,
    /// `:` or `：`.
    Colon,
    /// `|` or `｜`.
    Pipe,
    /// `->` or `→`.
    Arrow,
    /// Made of `=`, `<`, `>`, `!`, and their wide forms.
    Compare,
    /// A text in quotes, the quotes included.
    Quoted(char),
    /// Anything else.
    Word,
}

/// The shape of a bracket; its width does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
}

/// Reads words of `source` from `at` up to `end`, skipping white space and comment lines.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'s> {
    pub(super) source: &'s str,
    pub(super) at: usize,
    pub(super) end: usize,
    /// Whether the last word read was plain, so that an apostrophe opens no text.
    after_word: bool,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s str, span: Span) -> Self {
        Self { source, at: span.start, end: span.end, after_word: false }
    }

    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.at..self.end).unwrap_or_default()
    }

    /// The next word without reading it.
    pub(super) fn peek(&self) -> Option<Token> {
        self.clone().next()
    }

    /// Skips white space; a line that begins with `//` is white space.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(is_blank);
            let skipped = rest.get(..rest.len() - trimmed.len()).unwrap_or_default();
            self.at += skipped.len();
            if !(trimmed.starts_with("//") && skipped.contains('\n')) {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let apostrophe = self.after_word && matches!(first, '\'' | '‘');
        let quoted = || if apostrophe { None } else { quote::length(rest) };
        let (kind, length) = symbol(rest, first)
            .or_else(|| quoted().map(|length| (Kind::Quoted(first), length)))
            .unwrap_or_else(|| (Kind::Word, word(rest)));
        self.after_word = kind == Kind::Word;
        let start = self.at;
        self.at += length;
        Some(Token { kind, span: Span::new(start, self.at) })
    }
}

/// White space, and what looks like nothing at all.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

/// The length of the comparison that `text` begins with; 0 where it begins with none.
fn comparison(text: &str) -> usize {
    let is = |c: char| "=＝<＜>＞!！≠≤≥".contains(c);
    let run = text.find(|c| !is(c)).unwrap_or(text.len());
    let run = text.get(..run).unwrap_or_default();
    // A `!` alone is a mark of exclamation.
    if run.chars().all(|c| "!！".contains(c)) {
        return 0;
    }
    let mut chars = run.chars();
    let first = chars.next().map_or(0, char::len_utf8);
    first + chars.next().map_or(0, char::len_utf8)
}

fn symbol(text: &str, first: char) -> Option<(Kind, usize)> {
    let kind = match first {
        '(' | '（' => Kind::Open(Bracket::Round),
        ')' | '）' => Kind::Close(Bracket::Round),
        '[' | '［' | '【' => Kind::Open(Bracket::Square),
        ']' | '］' | '】' => Kind::Close(Bracket::Square),
        ',' | '，' => Kind::Comma,
        ':' | '：' => Kind::Colon,
        '|' | '｜' => Kind::Pipe,
        '→' => Kind::Arrow,
        '-' | '－' | '—' => {
            let after = text.get(first.len_utf8()..)?.chars().next()?;
            let length = first.len_utf8() + after.len_utf8();
            return matches!(after, '>' | '＞').then_some((Kind::Arrow, length));
        }
        _ => {
            let length = comparison(text);
            return (length > 0).then_some((Kind::Compare, length));
        }
    };
    Some((kind, first.len_utf8()))
}

/// The length of the word that `text` begins with: at least one character, up to white
/// space, a symbol or a back-quote.
fn word(text: &str) -> usize {
    let mut chars = text.char_indices();
    chars.next();
    let ends = |(at, c): &(usize, char)| {
        let rest = text.get(*at..).unwrap_or_default();
        is_blank(*c) || *c == '`' || symbol(rest, *c).is_some()
    };
    chars.find(ends).map_or(text.len(), |(at, _)| at)
}
