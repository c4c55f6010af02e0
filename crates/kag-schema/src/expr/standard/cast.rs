//! Functions that make one kind of value of another.

use super::{ANY, Gives, Kind, Row, TEXT, Takes};

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["cast_type", "cast", "castType"],
        forms: &[(&[Takes::One("value", ANY), Takes::One("type", TEXT)], Gives::Is(Kind::Any))],
        doc: "The value as another kind: `bigint`, `long`, `int`; `double`, `float`, `decimal`; `string`, `text`, `varchar`; `boolean`; `date`.",
    },
    Row {
        names: &["to_integer", "to_int", "to_long", "to_bigint", "toInteger", "toLong", "转整数"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Integer))],
        doc: "The whole number that a value or its text is, what follows the point left out.",
    },
    Row {
        names: &["to_float", "to_double", "to_decimal", "toFloat", "toDouble", "转小数"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Number))],
        doc: "The number that a value or its text is, exactly.",
    },
    Row {
        names: &["to_string", "to_text", "toString", "转文本"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Text))],
        doc: "The value as it is written.",
    },
    Row {
        names: &["to_boolean", "to_bool", "toBoolean"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Boolean))],
        doc: "The truth that a text (`true`, `false`) or a number (0 is false) states.",
    },
];
