//! Finding the operations in what a model wrote around them: `Step1: … Action1: …`, prose,
//! lists, code fences.

use kag_core::Span;
use kag_schema::nearest;

use super::{
    call,
    lex::{Lexer, is_blank},
    quote,
    tags::holds_tag,
};

/// A part of the text that begins with an operation.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// The number it is given in the text.
    pub(super) number: Option<usize>,
    /// The question in front of it.
    pub(super) subquestion: Option<String>,
    /// From its first character to the next statement, heading or fence.
    pub(super) span: Span,
    /// Whether the text says that an operation comes here.
    pub(super) announced: bool,
}

/// What stands at the beginning of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    Step,
    Action,
}

const HEADINGS: [(&str, Heading); 16] = [
    ("sub-question", Heading::Step),
    ("subquestion", Heading::Step),
    ("sub question", Heading::Step),
    ("step", Heading::Step),
    ("步骤", Heading::Step),
    ("子问题", Heading::Step),
    ("logical form", Heading::Action),
    ("logic form", Heading::Action),
    ("logic_form", Heading::Action),
    ("function", Heading::Action),
    ("action", Heading::Action),
    ("动作", Heading::Action),
    ("操作", Heading::Action),
    ("行动", Heading::Action),
    ("算子", Heading::Action),
    ("逻辑形式", Heading::Action),
];

/// The operations that may follow a question on its line without a heading between them.
const AFTER_QUESTION: [&str; 6] = ["Retrieval", "get_spo", "Sort", "Math", "Deduce", "Output"];

/// The statements of `source` in order, and the lines that are none.
pub(super) fn statements(source: &str, known: &[&str]) -> (Vec<Statement>, Vec<Span>) {
    let mut scan =
        Scan { source, known, statements: Vec::new(), prose: Vec::new(), question: None, announced: None, open: false };
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let end = start + line.len();
        scan.line(Span::new(start, end));
        start = end;
    }
    (scan.statements, scan.prose)
}

/// Whether `text` begins with `Action1:` or holds it further on, and where.
pub(in super::super) fn inline_action(text: &str) -> Option<usize> {
    let ends_word = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_ascii_alphanumeric())
    };
    text.char_indices().map(|(at, _)| at).find(|at| {
        let rest = text.get(*at..).unwrap_or_default();
        ends_word(*at) && matches!(heading(rest), Some((Heading::Action, ..)))
    })
}

/// Whether a subquestion keeps its meaning when it is written without quotes.
pub(in super::super) fn is_plain_question(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| !is_blank(c) && !"*\"".contains(c));
    let mut lexer = Lexer::new(text, Span::new(marker(text).0, text.len()));
    edge(text.chars().next())
        && edge(text.chars().next_back())
        && !text.chars().any(char::is_control)
        && inline_action(text).is_none()
        && inline_operation(text).is_none()
        && !holds_tag(text)
        && call::head(&mut lexer).is_none()
}

struct Scan<'s> {
    source: &'s str,
    known: &'s [&'s str],
    statements: Vec<Statement>,
    prose: Vec<Span>,
    /// The last `Step` heading that has no operation yet.
    question: Option<(Option<usize>, String)>,
    /// An `Action` heading with nothing behind it.
    announced: Option<Option<usize>>,
    /// Whether the last statement may go on in the next line.
    open: bool,
}

impl Scan<'_> {
    fn line(&mut self, line: Span) {
        let text = line.of(self.source).unwrap_or_default();
        if text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~") {
            self.open = false;
            return;
        }
        let (marker, number) = marker(text);
        let content = Span::new(line.start + marker, line.end);
        let written = content.of(self.source).unwrap_or_default();
        if let Some((heading, number, length)) = heading(written) {
            self.heading(heading, number, Span::new(content.start + length, line.end));
        } else if self.announced.is_some() && !written.trim().is_empty() {
            let given = self.announced.take().flatten();
            self.begin(content, given.or(number), true);
        } else if self.begins_operation(content) {
            self.begin(content, number, false);
        } else if let (true, Some(last)) = (self.open, self.statements.last_mut()) {
            last.span.end = line.end;
        } else if !text.trim().is_empty() {
            self.prose.push(line);
        }
    }

    fn heading(&mut self, heading: Heading, number: Option<usize>, rest: Span) {
        self.open = false;
        let text = rest.of(self.source).unwrap_or_default();
        if heading == Heading::Action {
            if text.trim().is_empty() {
                self.announced = Some(number);
            } else {
                self.begin(rest, number, true);
            }
            return;
        }
        self.announced = None;
        let (marker, _) = marker(text);
        if self.begins_operation(Span::new(rest.start + marker, rest.end)) {
            self.begin(rest, number, false);
            return;
        }
        let action = outside_quotes(text, |text| inline_action(text).or_else(|| inline_operation(text)));
        let question = text.get(..action.unwrap_or(text.len())).unwrap_or_default();
        let question = question.trim_matches(|c| is_blank(c) || c == '*');
        let whole = quote::length(question) == Some(question.len());
        let question = if whole && question.starts_with('"') { quote::decode(question) } else { question.to_owned() };
        if action.is_none()
            && let Some(first) = self.unasked(number)
        {
            first.subquestion = Some(question);
            return;
        }
        self.question = Some((number, question));
        if let Some(action) = action {
            self.line(Span::new(rest.start + action, rest.end));
        }
    }

    /// The first of the last statements, announced by this number, whose question has not
    /// come yet: it follows them.
    fn unasked(&mut self, number: Option<usize>) -> Option<&mut Statement> {
        let number = number?;
        let waits = |statement: &&mut Statement| statement.number == Some(number) && statement.announced;
        let last = self.statements.iter_mut().rev().take_while(waits).last();
        last.filter(|first| first.subquestion.is_none())
    }

    fn begin(&mut self, span: Span, number: Option<usize>, announced: bool) {
        let question = self.question.take();
        let (asked, text) = question.map_or((None, None), |(number, text)| (number, Some(text)));
        self.announced = None;
        self.open = true;
        self.statements.push(Statement { number: number.or(asked), subquestion: text, span, announced });
    }

    /// Whether a line is an operation, known, misspelt, or unmistakable by its shape.
    fn begins_operation(&self, line: Span) -> bool {
        let mut lexer = Lexer::new(self.source, line);
        let Some(head) = call::head(&mut lexer) else {
            return false;
        };
        let name = head.name(self.source);
        let known = self.known.iter().copied();
        if known.clone().any(|known| known.eq_ignore_ascii_case(name)) {
            return true;
        }
        let adjacent = lexer.at - head.name_span().end <= '（'.len_utf8()
            && !head.name_span().of(self.source).is_some_and(|n| n.contains(['.', '"', '\'']));
        let rest = lexer.rest().trim_end();
        let whole = rest.ends_with([')', '）']) || rest.contains("->") || rest.contains('=');
        adjacent && (nearest(name, known).is_some() || whole)
    }
}

/// What `find` finds in `text` behind the quoted text that it begins with.
fn outside_quotes(text: &str, find: impl Fn(&str) -> Option<usize>) -> Option<usize> {
    let blank = text.len() - text.trim_start().len();
    let quoted = text.get(blank..).and_then(quote::length);
    let from = quoted.map_or(0, |length| blank + length);
    find(text.get(from..)?).map(|at| at + from)
}

/// Where an operation begins that is the rest of the line `text`.
fn inline_operation(text: &str) -> Option<usize> {
    let ends = text.trim_end_matches(|c| is_blank(c) || "`*。.;；".contains(c));
    let closed = ends.ends_with([')', '）']) || ends.rsplit_once("->").is_some_and(|(before, _)| before.ends_with(')'));
    let begins = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let apart = before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        let mut lexer = Lexer::new(text, Span::new(at, text.len()));
        apart && call::head(&mut lexer).is_some_and(|head| lexer.at - head.name_span().end <= '（'.len_utf8())
    };
    let places = AFTER_QUESTION.iter().flat_map(|name| text.match_indices(name)).map(|(at, _)| at);
    places.filter(|at| closed && begins(*at)).min()
}

/// The length of the list marks, quotes and emphasis a line begins with, and its number.
fn marker(line: &str) -> (usize, Option<usize>) {
    let marks = |text: &str| {
        let rest = text.trim_start_matches(|c| is_blank(c) || "*-•>#`".contains(c));
        text.len() - rest.len()
    };
    let first = marks(line);
    let rest = line.get(first..).unwrap_or_default();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = rest.get(digits..).unwrap_or_default();
    let point = after.chars().next().filter(|c| ".)、:：".contains(*c));
    match (digits, point) {
        (1.., Some(point)) => {
            let length = first + digits + point.len_utf8();
            let more = marks(line.get(length..).unwrap_or_default());
            let number = rest.get(..digits).and_then(|digits| digits.parse().ok());
            (length + more, number)
        }
        _ => (first, None),
    }
}

/// The heading that `text` begins with, its number, and its length.
fn heading(text: &str) -> Option<(Heading, Option<usize>, usize)> {
    let (heading, number, rest) = ordinal(text).or_else(|| named(text))?;
    let rest = rest.trim_start_matches([' ', '*']);
    // A number may be followed by a point as well as a colon.
    let marks = if number.is_some() { ":：.、)）" } else { ":：" };
    let mark = rest.chars().next().filter(|c| marks.contains(*c))?;
    let rest = rest.get(mark.len_utf8()..)?;
    if mark == '.' && rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = rest.trim_start_matches(['*', ' ']);
    Some((heading, number, text.len() - rest.len()))
}

/// `Step 2`, `Action1-2`, `步骤二`: the heading, its number, and what follows.
fn named(text: &str) -> Option<(Heading, Option<usize>, &str)> {
    let (word, heading) = HEADINGS.iter().find(|(word, _)| {
        let start = text.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    })?;
    let after = text.get(word.len()..)?.trim_start_matches([' ', '_']);
    let (number, rest) = numeral(after);
    // The second action of a step keeps the step's number.
    let part = rest.strip_prefix(['.', '-', '_']).filter(|_| number.is_some()).map(numeral);
    match part {
        Some((Some(_), behind)) => Some((*heading, number, behind)),
        _ => Some((*heading, number, rest)),
    }
}

/// `第一步`, `第2步`: the heading, its number, and what follows.
fn ordinal(text: &str) -> Option<(Heading, Option<usize>, &str)> {
    let (number, rest) = numeral(text.strip_prefix('第')?.trim_start());
    let rest = rest.trim_start().strip_prefix('步')?;
    Some((Heading::Step, Some(number?), rest))
}

/// The number that `text` begins with, in digits or as a Chinese one up to ten.
fn numeral(text: &str) -> (Option<usize>, &str) {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < text.len() {
        return (text.get(..text.len() - rest.len()).and_then(|digits| digits.parse().ok()), rest);
    }
    let first = text.chars().next();
    match first.and_then(|first| "一二三四五六七八九十".chars().position(|c| c == first)) {
        Some(place) => (Some(place + 1), text.get('一'.len_utf8()..).unwrap_or_default()),
        None => (None, text),
    }
}
