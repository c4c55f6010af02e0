//! The table of the functions that every expression may call.

use super::{ExprType, Parameter, ResultType, Signature};

/// Name and aliases, parameters, result, what it does.
type Row = (&'static [&'static str], &'static [Takes], Gives, &'static str);

/// A parameter of the table.
#[derive(Clone, Copy)]
enum Takes {
    One(&'static str, &'static [Kind]),
    Optional(&'static str, &'static [Kind]),
    Many(&'static str, &'static [Kind]),
}

#[derive(Clone, Copy)]
enum Kind {
    Any,
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Interval,
    Quantity,
    List,
    Numbers,
    Quantities,
    Booleans,
}

#[derive(Clone, Copy)]
enum Gives {
    Is(Kind),
    Same,
    Item,
    ItemOfAll,
    AverageOfAll,
    ListOfAll,
}

use Gives::{AverageOfAll, Is, Item, ItemOfAll, ListOfAll, Same};
use Takes::{Many, One, Optional};

const LIST: &[Kind] = &[Kind::List];
const ANY: &[Kind] = &[Kind::Any];
const TEXT: &[Kind] = &[Kind::Text];
const AMOUNT: &[Kind] = &[Kind::Number, Kind::Quantity];
const AMOUNTS: &[Kind] = &[Kind::Numbers, Kind::Quantities, Kind::Number, Kind::Quantity];
const TIME: &[Kind] = &[Kind::Date, Kind::Interval];

/// Aggregates take a list or one value, which counts as a list of one. Missing values are
/// left out; so the count is of what is there.
const AGGREGATES: &[Row] = &[
    (
        &["count", "计数", "个数", "数量"],
        &[One("values", ANY)],
        Is(Kind::Integer),
        "How many different values there are; missing ones do not count, and 0 of an empty list.",
    ),
    (
        &["count_distinct", "countDistinct", "去重计数"],
        &[One("values", ANY)],
        Is(Kind::Integer),
        "How many different values there are.",
    ),
    (
        &["count_all", "countAll"],
        &[One("values", ANY)],
        Is(Kind::Integer),
        "How many values there are, repeated ones each time.",
    ),
    (&["sum", "total", "求和", "总和"], &[Many("values", AMOUNTS)], ItemOfAll, "The sum; 0 of an empty list."),
    (
        &["mean", "avg", "average", "平均", "平均值"],
        &[Many("values", AMOUNTS)],
        AverageOfAll,
        "The sum divided by how many there are.",
    ),
    (&["min", "minimum", "最小", "最小值"], &[Many("values", ANY)], ItemOfAll, "The least value."),
    (&["max", "maximum", "最大", "最大值"], &[Many("values", ANY)], ItemOfAll, "The greatest value."),
    (
        &["argmin", "arg_min"],
        &[One("values", LIST), One("keys", LIST)],
        Item,
        "The value whose key, at the same place of the second list, is least; the first of equals.",
    ),
    (
        &["argmax", "arg_max"],
        &[One("values", LIST), One("keys", LIST)],
        Item,
        "The value whose key, at the same place of the second list, is greatest; the first of equals.",
    ),
    (
        &["concat_agg", "concatAgg"],
        &[One("values", ANY)],
        Is(Kind::Text),
        "The values as one text with commas between them; empty of an empty list.",
    ),
    (
        &["all", "every"],
        &[Many("conditions", &[Kind::Booleans, Kind::Boolean])],
        Is(Kind::Boolean),
        "Whether all hold; true of an empty list.",
    ),
    (
        &["any", "some"],
        &[Many("conditions", &[Kind::Booleans, Kind::Boolean])],
        Is(Kind::Boolean),
        "Whether one holds; false of an empty list.",
    ),
];

const SETS: &[Row] = &[
    (
        &["union", "并集"],
        &[Many("sets", LIST)],
        ListOfAll,
        "The values in at least one of the lists, each once, by first occurrence.",
    ),
    (
        &["intersection", "intersect", "交集"],
        &[Many("sets", LIST)],
        ListOfAll,
        "The values in all of the lists, each once, by first occurrence.",
    ),
    (
        &["difference", "except", "差集"],
        &[One("set", LIST), One("without", LIST)],
        Same,
        "The values of the first list that are not in the second, each once.",
    ),
    (&["distinct", "unique", "去重"], &[One("values", LIST)], Same, "The values, each once, by first occurrence."),
    (&["first"], &[One("values", LIST)], Item, "The first value."),
    (&["last"], &[One("values", LIST)], Item, "The last value."),
];

const NUMBERS: &[Row] = &[
    (&["abs", "绝对值"], &[One("number", AMOUNT)], Same, "The number without its sign."),
    (
        &["round", "四舍五入"],
        &[One("number", AMOUNT), Optional("digits", &[Kind::Integer])],
        Same,
        "The number with so many digits after the point (0), halves away from zero.",
    ),
    (&["floor"], &[One("number", AMOUNT)], Same, "The greatest whole number that is not greater."),
    (&["ceil", "ceiling"], &[One("number", AMOUNT)], Same, "The least whole number that is not less."),
    (
        &["number", "to_number"],
        &[One("value", &[Kind::Text, Kind::Number, Kind::Quantity])],
        Is(Kind::Number),
        "The number that a text or quantity holds, in its own unit.",
    ),
];

const DATES: &[Row] = &[
    (&["year", "年份"], &[One("date", &[Kind::Date])], Is(Kind::Integer), "The year of a date."),
    (
        &["month", "月份"],
        &[One("date", &[Kind::Date])],
        Is(Kind::Integer),
        "The month of a date, from 1; missing where the date is only a year.",
    ),
    (
        &["day", "日"],
        &[One("date", &[Kind::Date])],
        Is(Kind::Integer),
        "The day of the month, from 1; missing where the date is only a month.",
    ),
    (
        &["date_diff", "datediff", "dateDiff", "日期差"],
        &[One("later", &[Kind::Date]), One("earlier", &[Kind::Date]), Optional("unit", TEXT)],
        Is(Kind::Integer),
        "How many whole units (`day`, `month` or `year`; `day` if not said) lie from the second date to the first.",
    ),
    (&["to_date", "toDate"], &[One("text", &[Kind::Text, Kind::Date])], Is(Kind::Date), "The date that a text states."),
    (&["start_of", "开始"], &[One("time", TIME)], Is(Kind::Date), "When the interval begins."),
    (&["end_of", "结束"], &[One("time", TIME)], Is(Kind::Date), "When the interval ends."),
];

const TEXTS: &[Row] = &[
    (
        &["length", "len", "长度"],
        &[One("value", &[Kind::Text, Kind::List])],
        Is(Kind::Integer),
        "How many characters a text or values a list has.",
    ),
    (&["lower", "lowercase"], &[One("text", TEXT)], Is(Kind::Text), "The text in lower case."),
    (&["upper", "uppercase"], &[One("text", TEXT)], Is(Kind::Text), "The text in upper case."),
    (&["trim"], &[One("text", TEXT)], Is(Kind::Text), "The text without white space at its ends."),
    (&["concat", "拼接"], &[Many("values", ANY)], Is(Kind::Text), "The values as text, one after the other."),
    (
        &["starts_with", "startsWith"],
        &[One("text", TEXT), One("start", TEXT)],
        Is(Kind::Boolean),
        "Whether the text begins with the other.",
    ),
    (
        &["ends_with", "endsWith"],
        &[One("text", TEXT), One("end", TEXT)],
        Is(Kind::Boolean),
        "Whether the text ends with the other.",
    ),
];

const PRESENCE: &[Row] = &[
    (
        &["exists", "存在"],
        &[One("value", ANY)],
        Is(Kind::Boolean),
        "Whether there is a value: it is not missing and no empty list.",
    ),
    (&["is_null", "isNull"], &[One("value", ANY)], Is(Kind::Boolean), "Whether there is no value."),
    (&["is_not_null", "isNotNull"], &[One("value", ANY)], Is(Kind::Boolean), "Whether there is a value."),
    (
        &["rule_value", "ruleValue"],
        &[One("condition", &[Kind::Boolean]), One("value", ANY), One("otherwise", ANY)],
        ItemOfAll,
        "The first value where the condition holds, else the second, also where it is undecided; the other is not computed.",
    ),
    (&["coalesce", "if_missing"], &[Many("values", ANY)], ItemOfAll, "The first value that is not missing."),
];

/// Every signature of the standard table.
pub(super) fn signatures() -> Vec<Signature> {
    [AGGREGATES, SETS, NUMBERS, DATES, TEXTS, PRESENCE].into_iter().flatten().filter_map(signature).collect()
}

fn signature((names, takes, gives, doc): &Row) -> Option<Signature> {
    let (name, aliases) = names.split_first()?;
    let result = match gives {
        Is(kind) => ResultType::Is(kind.expr_type()),
        Same => ResultType::SameAs(0),
        Item => ResultType::ItemOf(0),
        AverageOfAll => ResultType::AverageOfAll,
        ItemOfAll => ResultType::ItemOfAll,
        ListOfAll => ResultType::ListOfAll,
    };
    let mut signature = Signature::new(*name, result).with_aliases(aliases.iter().copied()).with_doc(*doc);
    for takes in *takes {
        signature = signature.with_parameter(takes.parameter());
    }
    Some(signature)
}

impl Takes {
    fn parameter(self) -> Parameter {
        let new = |name: &'static str, kinds: &[Kind]| Parameter::new(name, kinds.iter().map(|kind| kind.expr_type()));
        match self {
            One(name, kinds) => new(name, kinds),
            Optional(name, kinds) => new(name, kinds).optional(),
            Many(name, kinds) => new(name, kinds).many(),
        }
    }
}

impl Kind {
    fn expr_type(self) -> ExprType {
        match self {
            Self::Any => ExprType::Any,
            Self::Text => ExprType::Text,
            Self::Integer => ExprType::Integer,
            Self::Number => ExprType::Number,
            Self::Boolean => ExprType::Boolean,
            Self::Date => ExprType::Date,
            Self::Interval => ExprType::Interval,
            Self::Quantity => ExprType::Quantity,
            Self::List => ExprType::list(ExprType::Any),
            Self::Numbers => ExprType::list(ExprType::Number),
            Self::Quantities => ExprType::list(ExprType::Quantity),
            Self::Booleans => ExprType::list(ExprType::Boolean),
        }
    }
}
