//! Functions of texts.

use super::{ANY, Gives, INTEGER, Kind, Row, TEXT, Takes};

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["length", "len", "str_length", "strLength", "长度"],
        forms: &[(&[Takes::One("value", &[Kind::Text, Kind::List])], Gives::Is(Kind::Integer))],
        doc: "How many characters a text or values a list has.",
    },
    Row {
        names: &["lower", "lowercase"],
        forms: &[(&[Takes::One("text", TEXT)], Gives::Is(Kind::Text))],
        doc: "The text in lower case.",
    },
    Row {
        names: &["upper", "uppercase"],
        forms: &[(&[Takes::One("text", TEXT)], Gives::Is(Kind::Text))],
        doc: "The text in upper case.",
    },
    Row {
        names: &["trim"],
        forms: &[(&[Takes::One("text", TEXT)], Gives::Is(Kind::Text))],
        doc: "The text without white space at its ends.",
    },
    Row {
        names: &["concat", "拼接"],
        forms: &[(&[Takes::Many("values", ANY)], Gives::Is(Kind::Text))],
        doc: "The values as text, one after the other, missing ones left out.",
    },
    Row {
        names: &["concat_ws", "concatWs"],
        forms: &[(&[Takes::One("between", TEXT), Takes::Many("values", ANY)], Gives::Is(Kind::Text))],
        doc: "The values as text with the first text between them, missing ones left out.",
    },
    Row {
        names: &["sub_str", "subStr", "substring", "子串"],
        forms: &[(
            &[Takes::One("text", TEXT), Takes::One("start", INTEGER), Takes::Optional("length", INTEGER)],
            Gives::Is(Kind::Text),
        )],
        doc: "The characters of a text from place `start` on, counted from 1, and at most so many; from place 0 down it is counted from the end.",
    },
    Row {
        names: &["in_str", "inStr"],
        forms: &[(
            &[Takes::One("text", TEXT), Takes::One("sought", ANY), Takes::Optional("from", INTEGER)],
            Gives::Is(Kind::Integer),
        )],
        doc: "The place, from 1, where the second text first occurs in the first; 0 where it does not.",
    },
    Row {
        names: &["split", "拆分"],
        forms: &[(&[Takes::One("text", TEXT), Takes::Optional("separator", TEXT)], Gives::Is(Kind::Texts))],
        doc: "The parts of a text between separators (`,` if not said).",
    },
    Row {
        names: &["split_part", "splitPart"],
        forms: &[(
            &[Takes::One("text", TEXT), Takes::One("separators", TEXT), Takes::One("place", INTEGER)],
            Gives::Is(Kind::Text),
        )],
        doc: "The part at a place, from 0, of a text cut at each of the separating characters, empty parts left out; the last where the place is negative, empty where there is none.",
    },
    Row {
        names: &["starts_with", "startsWith"],
        forms: &[(&[Takes::One("text", TEXT), Takes::One("start", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether the text begins with the other.",
    },
    Row {
        names: &["ends_with", "endsWith"],
        forms: &[(&[Takes::One("text", TEXT), Takes::One("end", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether the text ends with the other.",
    },
    Row {
        names: &["str_contains", "strContains"],
        forms: &[(&[Takes::One("text", TEXT), Takes::One("part", ANY)], Gives::Is(Kind::Boolean))],
        doc: "Whether the second text occurs in the first.",
    },
    Row {
        names: &["contains_any", "containsAny", "contains"],
        forms: &[(
            &[Takes::One("text", TEXT), Takes::One("parts", &[Kind::Texts, Kind::Text])],
            Gives::Is(Kind::Boolean),
        )],
        doc: "Whether one of the texts occurs in the first; false of an empty text.",
    },
    Row {
        names: &["contains_tag", "containsTag"],
        forms: &[(
            &[Takes::One("text", TEXT), Takes::One("tags", TEXT), Takes::Optional("separator", TEXT)],
            Gives::Is(Kind::Boolean),
        )],
        doc: "Whether two lists in texts, their items between separators (`,` if not said), have one in common.",
    },
    Row {
        names: &["is_blank", "isBlank"],
        forms: &[(&[Takes::One("text", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether a text is missing or nothing but white space.",
    },
    Row {
        names: &["is_not_blank", "isNotBlank"],
        forms: &[(&[Takes::One("text", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether a text has more than white space.",
    },
    Row {
        names: &["regex_match", "re_match", "regexMatch"],
        forms: &[(&[Takes::One("text", TEXT), Takes::One("pattern", TEXT)], Gives::Is(Kind::Text))],
        doc: "What a regular expression finds first in a text; missing where it finds nothing.",
    },
    Row {
        names: &["regex_like", "regexLike", "rlike"],
        forms: &[(&[Takes::One("text", TEXT), Takes::One("pattern", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether a regular expression is found in a text, as `rlike` says.",
    },
    Row {
        names: &["json_get", "UDF_JsonGet", "jsonGet"],
        forms: &[(&[Takes::One("json", TEXT), Takes::One("path", TEXT)], Gives::Is(Kind::Any))],
        doc: "What stands at a path (`$.a.b[0]`, `$[name rlike 'x'].id`) of a JSON text, of a list of objects in the first that has it; missing where nothing does.",
    },
    Row {
        names: &["get_rdf_property", "getRdfProperty"],
        forms: &[(&[Takes::One("properties", TEXT), Takes::One("name", TEXT)], Gives::Is(Kind::Any))],
        doc: "The named property within the member `basicInfo` of a JSON text.",
    },
];
