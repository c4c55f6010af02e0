//! The words of the expression language.

use std::sync::Arc;

use kag_core::{Span, Value};

use super::Dialect;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// A number, with its unit if one follows, or a date written out.
    Literal(Value),
    /// A quoted text, its escapes resolved.
    Text(Arc<str>),
    /// A name without quotes, or a reference with its `#`.
    Name(Arc<str>),
    /// A name in back-quotes: never a keyword.
    Quoted(Arc<str>),
    Keyword(Keyword),
    Symbol(Symbol),
    /// What has been reported already; stands where a value was meant.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    And,
    Or,
    Xor,
    Not,
    In,
    Contains,
    Mod,
    If,
    Then,
    Else,
    True,
    False,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    Comma,
    Dot,
    Bang,
    Plus,
    Minus,
    Star,
    Slash,
    Caret,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    /// `=`
    Assign,
    /// `=>`
    FatArrow,
    LeftBrace,
    RightBrace,
    Colon,
    Semicolon,
    Question,
    Bar,
    Percent,
    Dollar,
}

/// The most bytes that a keyword has.
const LONGEST_KEYWORD: usize = 8;

impl Keyword {
    /// The keyword that `word` is, whatever its case.
    pub(super) fn of(word: &str) -> Option<Self> {
        if word.len() > LONGEST_KEYWORD {
            return None;
        }
        const WORDS: [(&str, Keyword); 15] = [
            ("and", Keyword::And),
            ("or", Keyword::Or),
            ("xor", Keyword::Xor),
            ("not", Keyword::Not),
            ("in", Keyword::In),
            ("contains", Keyword::Contains),
            ("mod", Keyword::Mod),
            ("if", Keyword::If),
            ("then", Keyword::Then),
            ("else", Keyword::Else),
            ("true", Keyword::True),
            ("false", Keyword::False),
            ("且", Keyword::And),
            ("或", Keyword::Or),
            ("非", Keyword::Not),
        ];
        WORDS.iter().find(|(text, _)| text.eq_ignore_ascii_case(word)).map(|(_, keyword)| *keyword)
    }
}

impl Symbol {
    /// The symbol that `text` begins with, and its length in bytes; the longest wins.
    pub(super) fn at(text: &str, dialect: Dialect) -> Option<(Self, usize)> {
        let mut chars = text.chars();
        let first = narrow(chars.next()?);
        let second = chars.next().map(narrow);
        let two = match (first, second) {
            ('=', Some('=')) => Some(Self::Equal),
            ('!', Some('=')) | ('<', Some('>')) => Some(Self::NotEqual),
            ('<', Some('=')) => Some(Self::LessOrEqual),
            ('>', Some('=')) => Some(Self::GreaterOrEqual),
            ('&', Some('&')) => Some(Self::And),
            ('|', Some('|')) => Some(Self::Or),
            ('*', Some('*')) => Some(Self::Caret),
            ('=', Some('>')) if dialect == Dialect::Rule => Some(Self::FatArrow),
            _ => None,
        };
        if let Some(symbol) = two {
            let length = text.chars().take(2).map(char::len_utf8).sum();
            return Some((symbol, length));
        }
        let one = match first {
            '(' => Self::LeftParen,
            ')' => Self::RightParen,
            '[' => Self::LeftBracket,
            ']' => Self::RightBracket,
            ',' => Self::Comma,
            '.' => Self::Dot,
            '!' => Self::Bang,
            '+' => Self::Plus,
            '-' => Self::Minus,
            '*' => Self::Star,
            '/' => Self::Slash,
            '^' => Self::Caret,
            '=' => Self::Assign,
            '≠' => Self::NotEqual,
            '<' => Self::Less,
            '≤' => Self::LessOrEqual,
            '>' => Self::Greater,
            '≥' => Self::GreaterOrEqual,
            c if dialect == Dialect::Rule => Self::of_rule(c)?,
            _ => return None,
        };
        text.chars().next().map(|c| (one, c.len_utf8()))
    }

    /// The symbol that only rules have.
    const fn of_rule(c: char) -> Option<Self> {
        Some(match c {
            '{' => Self::LeftBrace,
            '}' => Self::RightBrace,
            ':' => Self::Colon,
            ';' => Self::Semicolon,
            '?' => Self::Question,
            '|' => Self::Bar,
            '%' => Self::Percent,
            '$' => Self::Dollar,
            _ => return None,
        })
    }
}

/// The plain form of a character of punctuation or digit that may be written wide.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '【' => '[',
        '】' => ']',
        '、' => ',',
        '−' | '–' => '-',
        '×' | '⋅' => '*',
        '÷' | '∕' => '/',
        '≦' | '⩽' => '≤',
        '≧' | '⩾' => '≥',
        c => c,
    }
}
