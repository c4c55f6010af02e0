//! Functions of what may be missing, and the choice between values.

use super::{ANY, Gives, Kind, Row, Takes};

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["exists", "exist", "存在"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Boolean))],
        doc: "Whether there is a value: it is not missing and no empty list.",
    },
    Row {
        names: &["is_null", "isNull"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Boolean))],
        doc: "Whether there is no value.",
    },
    Row {
        names: &["is_not_null", "isNotNull"],
        forms: &[(&[Takes::One("value", ANY)], Gives::Is(Kind::Boolean))],
        doc: "Whether there is a value.",
    },
    Row {
        names: &["coalesce", "if_missing"],
        forms: &[(&[Takes::Many("values", ANY)], Gives::ItemOfAll)],
        doc: "The first value that is not missing.",
    },
    Row {
        names: &["rule_value", "ruleValue"],
        forms: &[(
            &[Takes::One("condition", &[Kind::Boolean]), Takes::One("value", ANY), Takes::One("otherwise", ANY)],
            Gives::Is(Kind::Any),
        )],
        doc: "The first value where the condition holds, else the second, also where it is undecided; the other is not computed.",
    },
];
