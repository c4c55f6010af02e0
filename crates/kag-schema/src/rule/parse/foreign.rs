//! What other query languages write differently.

use crate::expr::{Parser, Symbol, TokenKind};

/// Words of other languages, in capitals, and what is written here.
const WORDS: &[(&str, &str)] = &[
    (
        "ORDER",
        "rows have no order but that of their matches: sort what the query gives, or keep the first in a \
         `Rule` block, as in `R1: top(x, 10)` or `R1: group(s).desc(x).limit(1)`",
    ),
    ("SKIP", "leave rows out of what the query gives"),
    ("OFFSET", "leave rows out of what the query gives"),
    ("GROUP", "matches are grouped by the columns that do not aggregate: `RETURN s.city, count(s)`"),
    ("HAVING", "what must hold of a group goes into a `Rule` block: `n = group(s).count(o)`, `R1: n > 3`"),
    ("WITH", "what is computed on the way goes into a `Rule` block: `n = group(s).count(o)`"),
    ("UNION", "write two queries"),
    ("UNWIND", "lists are asked by operations: `e.edges().if(e.x > 3)`"),
    ("WHEN", "write `rule_value(condition, value, other value)`"),
    ("STARTS", "write `x like 'begin%'`"),
    ("ENDS", "write `x like '%end'`"),
    ("BETWEEN", "write `x >= a and x <= b`"),
    ("CREATE", "what is created stands in the `Action` of a `Define`: `createNodeInstance(…)`"),
    ("SELECT", "write `MATCH (s:Type)-[:predicate]->(o) RETURN s.name, o.name`"),
];

impl Parser<'_> {
    /// Says of the word or sign that comes next that it is not expected, and what is written
    /// instead where it is of another language.
    pub(super) fn misplaced(&mut self, expected: &str) {
        let hint = self.foreign_hint();
        let known = self.diagnostics.len();
        let _: Option<()> = self.unexpected(expected);
        if let (Some(hint), Some(wrong)) = (hint, self.diagnostics.get_mut(known)) {
            wrong.hint = Some(hint.to_owned());
        }
    }

    /// What is written here instead of what comes next.
    pub(super) fn foreign_hint(&self) -> Option<&'static str> {
        match self.ahead(0)? {
            TokenKind::Name(name) => {
                let known = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name));
                known.map(|(_, hint)| *hint)
            }
            TokenKind::Symbol(Symbol::Semicolon) => Some("a query or clause ends by itself"),
            TokenKind::Symbol(Symbol::LeftBrace) if self.at > 0 && self.word_at(self.at - 1, "EXISTS") => {
                Some("write `exists((s)-[:predicate]->(o))`")
            }
            TokenKind::Symbol(Symbol::Star) => Some("name each thing that is shown"),
            _ => None,
        }
    }
}
