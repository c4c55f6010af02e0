//! Functions of many values.
//!
//! They take a list or one value, which counts as a list of one. Missing values are left
//! out; so the count is of what is there.

use super::{ANY, Gives, Kind, LIST, Row, Takes};

const AMOUNTS: &[Kind] = &[Kind::Numbers, Kind::Quantities, Kind::Number, Kind::Quantity];
const CONDITIONS: &[Kind] = &[Kind::Booleans, Kind::Boolean];

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["count", "计数", "个数", "数量"],
        forms: &[(&[Takes::One("values", ANY)], Gives::Is(Kind::Integer))],
        doc: "How many different values there are; missing ones do not count, and 0 of an empty list.",
    },
    Row {
        names: &["count_distinct", "countDistinct", "去重计数"],
        forms: &[(&[Takes::One("values", ANY)], Gives::Is(Kind::Integer))],
        doc: "How many different values there are.",
    },
    Row {
        names: &["count_all", "countAll"],
        forms: &[(&[Takes::One("values", ANY)], Gives::Is(Kind::Integer))],
        doc: "How many values there are, repeated ones each time.",
    },
    Row {
        names: &["sum", "total", "求和", "总和"],
        forms: &[(&[Takes::Many("values", AMOUNTS)], Gives::ItemOfAll)],
        doc: "The sum; 0 of an empty list.",
    },
    Row {
        names: &["mean", "avg", "average", "平均", "平均值"],
        forms: &[(&[Takes::Many("values", AMOUNTS)], Gives::AverageOfAll)],
        doc: "The sum divided by how many there are; of nothing an error, in rules missing.",
    },
    Row {
        names: &["min", "minimum", "最小", "最小值"],
        forms: &[(&[Takes::Many("values", ANY)], Gives::ItemOfAll)],
        doc: "The least value; of nothing an error, in rules missing.",
    },
    Row {
        names: &["max", "maximum", "最大", "最大值"],
        forms: &[(&[Takes::Many("values", ANY)], Gives::ItemOfAll)],
        doc: "The greatest value; of nothing an error, in rules missing.",
    },
    Row {
        names: &["concat_agg", "concatAgg"],
        forms: &[(&[Takes::One("values", ANY)], Gives::Is(Kind::Text))],
        doc: "The values as one text with commas between them; empty of an empty list.",
    },
    Row {
        names: &["argmin", "arg_min"],
        forms: &[(&[Takes::One("values", LIST), Takes::One("keys", LIST)], Gives::Item)],
        doc: "The value whose key, at the same place of the second list, is least; the first of equals.",
    },
    Row {
        names: &["argmax", "arg_max"],
        forms: &[(&[Takes::One("values", LIST), Takes::One("keys", LIST)], Gives::Item)],
        doc: "The value whose key, at the same place of the second list, is greatest; the first of equals.",
    },
    Row {
        names: &["all", "every"],
        forms: &[(&[Takes::Many("conditions", CONDITIONS)], Gives::Is(Kind::Boolean))],
        doc: "Whether all hold; true of an empty list.",
    },
    Row {
        names: &["any", "some"],
        forms: &[(&[Takes::Many("conditions", CONDITIONS)], Gives::Is(Kind::Boolean))],
        doc: "Whether one holds; false of an empty list.",
    },
];
