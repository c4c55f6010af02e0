//! Functions of one number.

use super::{AMOUNT, ANY, Gives, INTEGER, Kind, Row, Takes};

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["abs", "绝对值"],
        forms: &[(&[Takes::One("number", AMOUNT)], Gives::Same)],
        doc: "The number without its sign.",
    },
    Row {
        names: &["round", "四舍五入"],
        forms: &[(&[Takes::One("number", AMOUNT), Takes::Optional("digits", INTEGER)], Gives::Same)],
        doc: "The number with so many digits after the point (0), halves away from zero.",
    },
    Row {
        names: &["floor"],
        forms: &[(&[Takes::One("number", AMOUNT)], Gives::Same)],
        doc: "The greatest whole number that is not greater.",
    },
    Row {
        names: &["ceil", "ceiling"],
        forms: &[(&[Takes::One("number", AMOUNT)], Gives::Same)],
        doc: "The least whole number that is not less.",
    },
    Row {
        names: &["number", "to_number"],
        forms: &[(&[Takes::One("value", &[Kind::Text, Kind::Number, Kind::Quantity])], Gives::Is(Kind::Number))],
        doc: "The number that a text or quantity holds, in its own unit.",
    },
    Row {
        names: &["hash"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Integer))],
        doc: "A number from 0 to 2147483648 that is the same for the same value wherever it is computed: without its sign, what `hashCode` is in Java.",
    },
];
