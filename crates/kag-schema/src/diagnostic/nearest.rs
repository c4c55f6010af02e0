//! The known name that was probably meant.

use kag_core::NameKey;

/// The candidate nearest to `name`, or `None` where none is near enough to be meant.
///
/// Names are compared by their [`NameKey`], so case and width do not count. Near enough
/// is one edit (swapped neighbours are one) for up to four characters, and one more for
/// each further four. Among equally near ones the first wins; an equal one is the nearest.
///
/// ```
/// use kag_schema::nearest;
///
/// assert_eq!(nearest("cuont", ["count", "sum"]), Some("count"));
/// assert_eq!(nearest("足球俱乐布", ["足球俱乐部", "国家队"]), Some("足球俱乐部"));
/// assert_eq!(nearest("banana", ["count", "sum"]), None);
/// ```
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = NameKey::of(name);
    let length = name.as_str().chars().count();
    let allowed = match length {
        0 => return None,
        // Of one character nothing would be left.
        1 => 0,
        _ => 1 + (length - 1) / 4,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let key = NameKey::of(candidate);
        if key.as_str().chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(name.as_str(), key.as_str());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_width_do_not_count() {
        assert_eq!(nearest("ＰＥＲＳＯＮ", ["Parson", "Person"]), Some("Person"));
    }

    #[test]
    fn short_names_need_to_be_nearly_equal() {
        assert_eq!(nearest("x", ["y", "z"]), None);
        assert_eq!(nearest("ab", ["cd"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(nearest("hat", ["cat", "bat"]), Some("cat"));
    }
}
