//! Paths into JSON: `$.a.b[0]`, `$['a']`, `$[name = 'x'].id`, `$..id`.

use kag_core::Value;

use super::{Json, Why};
use crate::expr::{
    EvalErrorKind,
    error::shortened,
    pattern::{Pattern, PatternKind},
    reading,
};

/// Steps from the outermost value on.
pub(super) struct Path {
    steps: Vec<Step>,
}

/// The most steps, as following them nests.
const MOST_STEPS: usize = 64;
/// The most steps to any depth, as the ways to go multiply.
const MOST_ANYWHERE: usize = 3;

enum Step {
    Member(String),
    /// From the end where it is negative.
    Item(i64),
    /// Of the items, or of the members' values.
    Every,
    /// Of the items, those with such a member.
    Where(Condition),
    /// At any depth, the member of this name.
    Anywhere(String),
}

struct Condition {
    member: String,
    test: Test,
}

enum Test {
    Present,
    Equal(Value),
    NotEqual(Value),
    Order(std::cmp::Ordering, bool, Value),
    Matches(Pattern),
}

impl Path {
    /// The path to the member `name`.
    pub(super) fn member(name: &str) -> Self {
        Self { steps: vec![Step::Member(name.to_owned())] }
    }

    /// The path that `text` is.
    pub(super) fn read(text: &str) -> Result<Self, Why> {
        let wrong = || -> Why {
            EvalErrorKind::Unreadable { text: shortened(text), expected: "a path, as in `$.a.b[0]`" }.into()
        };
        let mut steps = Vec::new();
        let trimmed = text.trim();
        let mut rest = trimmed.strip_prefix('$').unwrap_or(trimmed);
        if rest.len() == trimmed.len() && !rest.is_empty() && !rest.starts_with(['.', '[']) {
            let (name, after) = name_at(rest).ok_or_else(wrong)?;
            steps.push(Step::Member(name));
            rest = after;
        }
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("..") {
                let (name, after) = name_at(after).ok_or_else(wrong)?;
                steps.push(Step::Anywhere(name));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let (name, after) = name_at(after).ok_or_else(wrong)?;
                steps.push(if name == "*" { Step::Every } else { Step::Member(name) });
                rest = after;
            } else {
                let inside = rest.strip_prefix('[').ok_or_else(wrong)?;
                let end = end_of_bracket(inside).ok_or_else(wrong)?;
                let (inside, after) = inside.split_at_checked(end).ok_or_else(wrong)?;
                steps.push(bracket(inside.trim())?.ok_or_else(wrong)?);
                rest = after.get(1..).unwrap_or_default();
            }
        }
        let anywhere = steps.iter().filter(|step| matches!(step, Step::Anywhere(_))).count();
        if steps.len() > MOST_STEPS || anywhere > MOST_ANYWHERE { Err(wrong()) } else { Ok(Self { steps }) }
    }

    /// What stands at the path in `json`, the first in its order where there are several.
    pub(super) fn of<'j, 't>(&self, json: &'j Json<'t>) -> Option<&'j Json<'t>> {
        follow(&self.steps, json)
    }
}

fn follow<'j, 't>(steps: &[Step], json: &'j Json<'t>) -> Option<&'j Json<'t>> {
    let Some((step, rest)) = steps.split_first() else {
        return (*json != Json::Null).then_some(json);
    };
    match (step, json) {
        (Step::Member(name), Json::Object { members, .. }) => follow(rest, member(members, name)?),
        (Step::Item(place), Json::Array { items, .. }) => {
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let place = if *place < 0 { place.saturating_add(length) } else { *place };
            follow(rest, items.get(usize::try_from(place).ok()?)?)
        }
        (Step::Every, Json::Array { items, .. }) => items.iter().find_map(|item| follow(rest, item)),
        (Step::Every, Json::Object { members, .. }) => members.iter().find_map(|(_, value)| follow(rest, value)),
        (Step::Where(condition), Json::Array { items, .. }) => {
            items.iter().filter(|item| condition.holds(item)).find_map(|item| follow(rest, item))
        }
        (Step::Where(condition), object @ Json::Object { .. }) if condition.holds(object) => follow(rest, object),
        (Step::Anywhere(name), json) => anywhere(name, rest, json),
        _ => None,
    }
}

/// What follows `rest` from a member called `name`, outer ones first. JSON is bounded in
/// depth, and so is this.
fn anywhere<'j, 't>(name: &str, rest: &[Step], json: &'j Json<'t>) -> Option<&'j Json<'t>> {
    match json {
        Json::Object { members, .. } => {
            let here = member(members, name).and_then(|value| follow(rest, value));
            here.or_else(|| members.iter().find_map(|(_, value)| anywhere(name, rest, value)))
        }
        Json::Array { items, .. } => items.iter().find_map(|item| anywhere(name, rest, item)),
        _ => None,
    }
}

fn member<'j, 't>(members: &'j [(String, Json<'t>)], name: &str) -> Option<&'j Json<'t>> {
    members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

impl Condition {
    fn holds(&self, json: &Json<'_>) -> bool {
        let Json::Object { members, .. } = json else {
            return false;
        };
        let Some(found) = member(members, &self.member).and_then(Json::value) else {
            return false;
        };
        let against = |value: &Value| found.compare(value).ok().flatten();
        match &self.test {
            Test::Present => true,
            Test::Equal(value) => against(value).is_some_and(std::cmp::Ordering::is_eq),
            Test::NotEqual(value) => !against(value).is_some_and(std::cmp::Ordering::is_eq),
            Test::Order(wanted, or_equal, value) => {
                against(value).is_some_and(|order| order == *wanted || (*or_equal && order.is_eq()))
            }
            Test::Matches(pattern) => matches!(&found, Value::Text(text) if pattern.matches(text)),
        }
    }
}

/// The step between brackets; `None` where it is none.
fn bracket(inside: &str) -> Result<Option<Step>, Why> {
    if inside == "*" {
        return Ok(Some(Step::Every));
    }
    if let Ok(place) = inside.parse() {
        return Ok(Some(Step::Item(place)));
    }
    if let Some(name) = unquoted(inside) {
        return Ok(Some(Step::Member(name.to_owned())));
    }
    // `[?(@.name = 'x')]` says the same as `[name = 'x']`.
    let filter = inside.strip_prefix('?').unwrap_or(inside).trim();
    let filter = filter.strip_prefix('(').and_then(|filter| filter.strip_suffix(')')).unwrap_or(filter).trim();
    let filter = filter.strip_prefix("@.").unwrap_or(filter);
    let Some((member, rest)) = name_at(filter) else {
        return Ok(None);
    };
    Ok(test(rest.trim())?.map(|test| Step::Where(Condition { member, test })))
}

/// Makes a test of what stands after its sign.
type Make = fn(Value) -> Test;

fn test(text: &str) -> Result<Option<Test>, Why> {
    use std::cmp::Ordering::{Greater, Less};
    if text.is_empty() {
        return Ok(Some(Test::Present));
    }
    for (word, kind) in [("rlike", PatternKind::Regex), ("like", PatternKind::Like)] {
        if let Some(pattern) = text.strip_prefix(word).and_then(|rest| unquoted(rest.trim())) {
            return Ok(Some(Test::Matches(kind.compile(pattern)?)));
        }
    }
    let make: [(&str, Make); 8] = [
        ("==", Test::Equal),
        ("!=", Test::NotEqual),
        ("<>", Test::NotEqual),
        ("<=", |value| Test::Order(Less, true, value)),
        (">=", |value| Test::Order(Greater, true, value)),
        ("=", Test::Equal),
        ("<", |value| Test::Order(Less, false, value)),
        (">", |value| Test::Order(Greater, false, value)),
    ];
    let found = make.iter().find_map(|(sign, make)| Some((make, literal(text.strip_prefix(sign)?.trim())?)));
    Ok(found.map(|(make, value)| make(value)))
}

fn literal(text: &str) -> Option<Value> {
    if let Some(text) = unquoted(text) {
        return Some(text.into());
    }
    reading::truth(text).map(Value::from).or_else(|| reading::number(text).map(Value::from))
}

fn unquoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote)).then_some(inside)
}

/// The name that `text` begins with, and what follows it.
fn name_at(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| ".[]()=<>! \t'\"".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

/// Where the bracket that was opened before `text` closes, quotes left aside.
fn end_of_bracket(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, ']') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        None
    })
}
