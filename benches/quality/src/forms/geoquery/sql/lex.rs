//! From text to words.

use crate::Result;

/// A word of a query; words and names are in small letters, texts as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Number(String),
    Symbol(String),
}

/// The words of `sql`.
///
/// # Errors
/// A text without an end, or a character that no query has.
pub(super) fn tokens(sql: &str) -> Result<Vec<Token>> {
    let mut rest = sql.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => {
                let end = rest.get(1..).and_then(|body| body.find(first)).ok_or("a text without an end")?;
                tokens.push(Token::Text(rest.get(1..=end).unwrap_or_default().to_owned()));
                end + 2
            }
            c if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                tokens.push(Token::Number(rest.get(..end).unwrap_or_default().to_owned()));
                end
            }
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                tokens.push(Token::Word(rest.get(..end).unwrap_or_default().to_lowercase()));
                end
            }
            '<' | '>' | '!' => {
                let two = rest.get(..2).filter(|two| ["<=", ">=", "<>", "!="].contains(two));
                let symbol = two.unwrap_or_else(|| rest.get(..1).unwrap_or_default());
                tokens.push(Token::Symbol(symbol.to_owned()));
                symbol.len()
            }
            '(' | ')' | ',' | '.' | '=' | '*' | '/' | '+' | '-' | ';' => {
                tokens.push(Token::Symbol(first.to_string()));
                1
            }
            other => return Err(format!("{other:?} is in no query").into()),
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}
