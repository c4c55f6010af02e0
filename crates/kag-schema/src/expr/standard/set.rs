//! Lists as sets, and their ends.

use super::{Gives, LIST, Row, Takes};

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["union", "并集"],
        forms: &[(&[Takes::Many("sets", LIST)], Gives::ListOfAll)],
        doc: "The values in at least one of the lists, each once, by first occurrence.",
    },
    Row {
        names: &["intersection", "intersect", "交集"],
        forms: &[(&[Takes::Many("sets", LIST)], Gives::ListOfAll)],
        doc: "The values in all of the lists, each once, by first occurrence.",
    },
    Row {
        names: &["difference", "except", "差集"],
        forms: &[(&[Takes::One("set", LIST), Takes::One("without", LIST)], Gives::Same)],
        doc: "The values of the first list that are not in the second, each once.",
    },
    Row {
        names: &["distinct", "unique", "去重"],
        forms: &[(&[Takes::One("values", LIST)], Gives::Same)],
        doc: "The values, each once, by first occurrence.",
    },
    Row { names: &["first"], forms: &[(&[Takes::One("values", LIST)], Gives::Item)], doc: "The first value." },
    Row { names: &["last"], forms: &[(&[Takes::One("values", LIST)], Gives::Item)], doc: "The last value." },
];
