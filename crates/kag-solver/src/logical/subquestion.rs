//! References in the question of a step: `Who founded #o1?`.

use super::Var;

/// `text` with each `#name` for which `known` knows something replaced by that.
///
/// A name ends before a character that is no ASCII letter, digit or `_`, and the longest one
/// that is known counts: so `#o10` is never `#o1`, and `#o1的创始人` is, though `o1的创始人`
/// could be a name as well.
pub(crate) fn replaced(text: &str, mut known: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        out.push_str(before);
        let found = names(after).into_iter().rev().find_map(|name| Some((name.len(), known(name)?)));
        match found {
            Some((bytes, put_in)) => {
                out.push_str(&put_in);
                rest = after.get(bytes..).unwrap_or_default();
            }
            None => {
                out.push('#');
                rest = after;
            }
        }
    }
    out + rest
}

/// The variables that `text` refers to and `is_known` knows, in order, each once.
pub(crate) fn referred(text: &str, is_known: impl Fn(&Var) -> bool) -> Vec<Var> {
    let mut vars = Vec::new();
    replaced(text, |name| {
        let var = Var::new(name).filter(&is_known)?;
        if !vars.contains(&var) {
            vars.push(var);
        }
        Some(String::new())
    });
    vars
}

/// What `text` may begin with as a name, the shortest first.
fn names(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let whole = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let whole = text.get(..whole).unwrap_or_default();
    let ends = whole.char_indices().map(|(at, _)| at).skip(1).chain([whole.len()]);
    let goes_on = |end: usize| {
        let next = whole.get(end..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let ends = ends.filter(|end| *end > 0 && !goes_on(*end));
    ends.filter_map(|end| whole.get(..end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_values(text: &str) -> String {
        replaced(text, |name| match name {
            "o1" => Some("Real Madrid".to_owned()),
            "球队" => Some("曼联".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn names_end_where_they_must() {
        for (text, expected) in [
            ("Who founded #o1?", "Who founded Real Madrid?"),
            ("#o1的创始人是谁", "Real Madrid的创始人是谁"),
            ("#球队的创始人，#o1 和 #o1", "曼联的创始人，Real Madrid 和 Real Madrid"),
            ("#o10, #o, ##o1 and a lone #", "#o10, #o, #Real Madrid and a lone #"),
            ("no reference", "no reference"),
            ("", ""),
        ] {
            assert_eq!(with_values(text), expected);
        }
    }

    #[test]
    fn what_is_referred_to_comes_in_order_and_once() {
        let known = ["o1", "o2"];
        let vars = referred("#o2 and #o1 and #o2 and #o3", |var| known.contains(&var.as_str()));
        assert_eq!(vars.iter().map(Var::as_str).collect::<Vec<_>>(), ["o2", "o1"]);
    }
}
