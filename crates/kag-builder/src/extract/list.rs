//! Lists in running text.

/// Words between the members of a list.
const WORDS: [&str; 4] = [" and ", " or ", " & ", "以及"];

/// Chinese words between the last two members of a list; also part of other words.
const LAST: [char; 3] = ['和', '与', '及'];

/// The members of a list as people write it, trimmed, none of them empty.
///
/// Members are separated by `、`, commas and semicolons, ` and `, ` or `, ` & ` and `以及`;
/// the last two of a list with `、` also by `和`, `与` or `及`, which do not separate
/// elsewhere because words contain them. A comma between digits does not separate.
///
/// ```
/// use kag_builder::split_list;
///
/// assert_eq!(split_list("法国、德国和意大利"), ["法国", "德国", "意大利"]);
/// assert_eq!(split_list("red, white, and 1,000 blue"), ["red", "white", "1,000 blue"]);
/// ```
#[must_use]
pub fn split_list(text: &str) -> Vec<&str> {
    let mut members: Vec<&str> = by_signs(text).into_iter().flat_map(by_words).collect();
    if text.contains('、')
        && let Some(last) = members.pop()
    {
        match last.split_once(LAST) {
            Some((left, right)) if !within_word(left, right) => members.extend([left.trim(), right.trim()]),
            _ => members.push(last),
        }
    }
    members.retain(|member| !member.is_empty());
    members
}

fn by_signs(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, sign) in text.char_indices() {
        let end = at + sign.len_utf8();
        let digit = |next: Option<char>| next.is_some_and(|c| c.is_ascii_digit());
        let separates = match sign {
            '、' | '，' | '；' | ';' => true,
            ',' => {
                let (before, after) = (text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default());
                !(digit(before.chars().next_back()) && digit(after.chars().next()))
            }
            _ => false,
        };
        if separates {
            parts.push(text.get(start..at).unwrap_or_default());
            start = end;
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

fn by_words(part: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let mut rest = part.trim();
    for word in WORDS {
        rest = rest.strip_prefix(word.trim_start()).unwrap_or(rest);
    }
    while let Some((at, word)) = WORDS.iter().filter_map(|word| Some((rest.find(word)?, word))).min() {
        members.push(rest.get(..at).unwrap_or_default().trim());
        rest = rest.get(at + word.len()..).unwrap_or_default();
    }
    members.push(rest.trim());
    members
}

/// Whether the sign between these stands inside a word such as 共和国 or 和平.
fn within_word(left: &str, right: &str) -> bool {
    left.is_empty() || left.ends_with('共') || right.starts_with(['平', '谐', '其', '时', '格'])
}

#[cfg(test)]
mod tests {
    use super::split_list;

    #[test]
    fn lists_are_read_as_written() {
        for (text, expect) in [
            ("苹果", vec!["苹果"]),
            ("美国、中华人民共和国", vec!["美国", "中华人民共和国"]),
            ("张三、李四与王五", vec!["张三", "李四", "王五"]),
            ("A and B or C", vec!["A", "B", "C"]),
            ("Anderson, Orlando; Andorra", vec!["Anderson", "Orlando", "Andorra"]),
            ("，、and ", vec!["and"]),
            ("", vec![]),
        ] {
            assert_eq!(split_list(text), expect, "{text}");
        }
    }
}
