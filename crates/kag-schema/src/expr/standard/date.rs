//! Functions of dates and times.
//!
//! A date may be given as a text: in ISO 8601, without separators (`20230901`,
//! `20230901 12:30:00`), or as a document writes it. Times without a zone count as UTC
//! wherever a zone is needed.

use super::{Gives, Kind, Row, TEXT, Takes};

const TIME: &[Kind] = &[Kind::Date, Kind::Interval];
const DATED: &[Kind] = &[Kind::Date, Kind::Text];
const DAYS: &[Kind] = &[Kind::Date, Kind::Text, Kind::Integer];
const CLOCKED: &[Kind] = &[Kind::Date, Kind::Text, Kind::Number];

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["year", "年份"],
        forms: &[(&[Takes::One("date", DATED)], Gives::Is(Kind::Integer))],
        doc: "The year of a date.",
    },
    Row {
        names: &["month", "月份"],
        forms: &[(&[Takes::One("date", DATED)], Gives::Is(Kind::Integer))],
        doc: "The month of a date, from 1; missing where the date is only a year.",
    },
    Row {
        names: &["day", "日"],
        forms: &[(&[Takes::One("date", DATED)], Gives::Is(Kind::Integer))],
        doc: "The day of the month, from 1; missing where the date is only a month.",
    },
    Row {
        names: &["hour_of_day", "hourOfDay", "hour", "小时"],
        forms: &[(&[Takes::One("time", CLOCKED)], Gives::Is(Kind::Integer))],
        doc: "The hour of a time, from 0 to 23, in UTC; a number, or its digits as text, counts milliseconds since 1970.",
    },
    Row {
        names: &["day_of_week", "dayOfWeek", "星期几"],
        forms: &[(&[Takes::One("date", CLOCKED)], Gives::Is(Kind::Integer))],
        doc: "The day of the week, from 1 on Monday to 7 on Sunday; a number, or its digits as text, counts milliseconds since 1970.",
    },
    Row {
        names: &["date_diff", "dateDiff", "日期差"],
        forms: &[(
            &[Takes::One("later", DAYS), Takes::One("earlier", DAYS), Takes::Optional("unit", TEXT)],
            Gives::Is(Kind::Integer),
        )],
        doc: "How many whole units (`day`, `month` or `year`; `day` if not said) lie from the second date to the first, towards zero; a number states a day by its digits, as in 20230901.",
    },
    Row {
        names: &["date_add", "dateAdd", "DtAdd", "日期加"],
        forms: &[(
            &[
                Takes::One("date", &[Kind::Date, Kind::Text]),
                Takes::One("count", &[Kind::Integer, Kind::Text]),
                Takes::Optional("unit", TEXT),
            ],
            Gives::Same,
        )],
        doc: "The date so many units later (`year` or `yyyy`, `month` or `mm`, `day` or `dd`, `hour` or `hh`, `minute` or `mi`, `second` or `ss`; `day` if not said); a text in the form in which it was given.",
    },
    Row {
        names: &["time_diff", "timeDiff"],
        forms: &[(&[Takes::One("later", CLOCKED), Takes::One("earlier", CLOCKED)], Gives::Is(Kind::Integer))],
        doc: "How many seconds lie from the second time to the first; a number, or its digits as text, counts seconds.",
    },
    Row {
        names: &["to_date", "toDate"],
        forms: &[
            (&[Takes::One("text", &[Kind::Text, Kind::Date, Kind::Integer])], Gives::Is(Kind::Date)),
            (&[Takes::One("text", DAYS), Takes::One("format", TEXT)], Gives::Is(Kind::Date)),
        ],
        doc: "The date that a text or the digits of a number state; with a format (`yyyy-MM-dd HH:mm:ss`) the date that they state by it, where anything else is an error.",
    },
    Row {
        names: &["date_format", "dateFormat"],
        forms: &[
            (&[Takes::One("date", DATED), Takes::One("format", TEXT)], Gives::Is(Kind::Text)),
            (&[Takes::One("text", TEXT), Takes::One("from", TEXT), Takes::One("to", TEXT)], Gives::Is(Kind::Text)),
        ],
        doc: "A date written by a format, and before that read by one where two are given.",
    },
    Row {
        names: &["now", "现在"],
        forms: &[(&[], Gives::Is(Kind::Integer))],
        doc: "The time that it is, in seconds since 1970, as the environment says.",
    },
    Row {
        names: &["current_time_millis", "currentTimeMillis"],
        forms: &[(&[], Gives::Is(Kind::Integer))],
        doc: "The time that it is, in milliseconds since 1970, as the environment says.",
    },
    Row {
        names: &["unix_timestamp", "unixTimestamp"],
        forms: &[
            (&[], Gives::Is(Kind::Integer)),
            (&[Takes::One("date", DATED), Takes::Optional("format", TEXT)], Gives::Is(Kind::Integer)),
        ],
        doc: "The seconds from 1970 to a date, read by the format where one is given; the time that it is where no date is given.",
    },
    Row {
        names: &["from_unix_time", "from_unixtime", "fromUnixTime"],
        forms: &[(
            &[Takes::One("seconds", &[Kind::Number, Kind::Text]), Takes::Optional("format", TEXT)],
            Gives::Is(Kind::Text),
        )],
        doc: "The time so many seconds after 1970, in UTC, written by the format (`yyyy-MM-dd HH:mm:ss`).",
    },
    Row {
        names: &["to_timestamp", "toTimestamp"],
        forms: &[(&[Takes::One("milliseconds", &[Kind::Number, Kind::Text])], Gives::Is(Kind::Text))],
        doc: "The time so many milliseconds after 1970, in UTC, as `yyyy-MM-dd HH:mm:ss`.",
    },
    Row {
        names: &["start_of", "开始"],
        forms: &[(&[Takes::One("time", TIME)], Gives::Is(Kind::Date))],
        doc: "When the interval begins.",
    },
    Row {
        names: &["end_of", "结束"],
        forms: &[(&[Takes::One("time", TIME)], Gives::Is(Kind::Date))],
        doc: "When the interval ends.",
    },
];
