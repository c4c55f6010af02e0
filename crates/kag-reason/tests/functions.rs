//! The function library by its public names: what each function gives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{NodeId, PartialDate, Value};
use kag_reason::{Binding, Environment, EvalError, Prepared, evaluate};
use kag_schema::{Dialect, Expr, Functions};
use proptest::{prelude::*, test_runner::RngSeed};

/// A rule's world on the first of September 2023.
struct Rules(Dialect);

impl Environment for Rules {
    fn variable(&self, name: &str) -> Option<Binding> {
        Some(match name {
            "missing" => Binding::One(None),
            "days" => Binding::column(["20230801".into(), "20230905".into()]),
            "amounts" => Binding::Column(vec![Some(300.into()), None, Some(200.into()), Some(300.into())]),
            "none" => Binding::Column(Vec::new()),
            "index" => Value::from(NodeId::from_u128(7)).into(),
            "day" => Value::Date("2023-09-01".parse().unwrap()).into(),
            "year" => Value::Date("2023".parse().unwrap()).into(),
            "time" => Value::Date("2023-09-01T18:30:05".parse().unwrap()).into(),
            _ => return None,
        })
    }

    fn dialect(&self) -> Dialect {
        self.0
    }

    fn now(&self) -> Option<PartialDate> {
        "2023-09-01".parse().ok()
    }

    fn name(&self, node: NodeId) -> Option<Arc<str>> {
        (node.to_u128() == 7).then(|| "价格".into())
    }
}

fn run(source: &str, environment: &dyn Environment) -> Result<Option<Value>, EvalError> {
    let (expr, diagnostics) = Expr::parse(source);
    let expr = expr.unwrap_or_else(|| panic!("{source}: {diagnostics:?}"));
    let once = evaluate(&expr, environment);
    let prepared = Prepared::new(expr).evaluate(environment);
    match (&once, &prepared) {
        (Ok(once), Ok(prepared)) => assert_eq!(once, prepared, "{source}"),
        (Err(once), Err(prepared)) => assert_eq!(once.to_string(), prepared.to_string(), "{source}"),
        _ => panic!("{source} is one thing prepared and another not"),
    }
    once
}

fn shown(source: &str, environment: &dyn Environment) -> String {
    match run(source, environment) {
        Ok(Some(Value::List(items))) => {
            format!("[{}]", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Ok(Some(Value::Text(text))) => format!("'{text}'"),
        Ok(Some(value)) => value.to_string(),
        Ok(None) => "missing".to_owned(),
        Err(error) if error.is_undecided() => "undecided".to_owned(),
        Err(error) => format!("error: {}", error.kind),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (source, expect) in cases {
        assert_eq!(shown(source, &Rules(Dialect::Rule)), *expect, "{source}");
    }
}

#[test]
fn dates_are_read_and_written_by_formats() {
    check(&[
        ("to_date('2023-07-05 16:26:27')", "2023-07-05T16:26:27"),
        ("to_date('20230705')", "2023-07-05"),
        ("to_date(20230705)", "2023-07-05"),
        ("to_date('2023年7月5日')", "2023-07-05"),
        ("to_date('05/07/2023', 'dd/MM/yyyy')", "2023-07-05"),
        ("to_date('2023-07-05 16:26:27', 'yyyy-MM-dd HH:mm:ss')", "2023-07-05T16:26:27"),
        ("to_date('2023年07月', 'yyyy年MM月')", "2023-07"),
        ("to_date('4 Jul 2023', 'd MMM yyyy')", "2023-07-04"),
        ("to_date(20230705, 'yyyyMMdd')", "2023-07-05"),
        ("to_date(day, 'dd/MM/yyyy') == day", "true"),
        ("to_date(missing, 'dd/MM/yyyy')", "missing"),
        ("to_date('2023-07-05', 'dd/MM/yyyy')", "error: \"2023-07-05\" is not a date by the format \"dd/MM/yyyy\""),
        ("to_date('31/02/2023', 'dd/MM/yyyy')", "error: \"31/02/2023\" is not a date by the format \"dd/MM/yyyy\""),
        ("to_date('2023', 'yyyyQ')", "error: the date format \"yyyyQ\" cannot be read"),
        ("to_date('abcdes')", "missing"),
        ("to_date('20231301')", "missing"),
        ("date_format('20230711 00:00:00', 'yyyyMMdd')", "'20230711'"),
        ("date_format('20230711', 'yyyy-MM-dd HH:mm:ss')", "'2023-07-11 00:00:00'"),
        ("date_format('20230711 00:00:00', 'yyyyMMdd HH:mm:ss', 'yyyyMMdd')", "'20230711'"),
        ("DateFormat('11/07/23', 'dd/MM/yy', \"yyyy'年'M'月'd'日'\")", "'2023年7月11日'"),
        ("date_format('Jul 4, 2023 9:05 PM', 'MMM d, yyyy h:mm a', 'yyyyMMddHHmmss')", "'20230704210500'"),
        ("date_format('20230704', 'EEEE d MMMM yyyy, D u')", "'Tuesday 4 July 2023, 185 2'"),
        ("date_format(time, 'yy-M-d H:m:s.SSS a h EEE')", "'23-9-1 18:30:5.000 PM 6 Fri'"),
        ("date_format('2023', 'yyyyMMdd')", "missing"),
        ("date_format(year, 'yyyy')", "'2023'"),
        ("date_format('x', 'yyyyMMdd', 'yyyy')", "missing"),
        ("date_format('20230704', 'yyyyQ')", "error: the date format \"yyyyQ\" cannot be read"),
        ("date_format('20230704', \"yyyy'\")", "error: the date format \"yyyy'\" cannot be read"),
        ("year('20230704')", "2023"),
        ("month(day)", "9"),
        ("day('2023-07-04')", "4"),
        ("day(year)", "missing"),
    ]);
    let formula = Rules(Dialect::Formula);
    assert_eq!(shown("to_date('abcdes')", &formula), "error: \"abcdes\" is not a date");
}

#[test]
fn days_between_dates_and_dates_some_days_later() {
    check(&[
        ("date_diff('20230711 00:00:00', '20230730')", "-19"),
        ("date_diff('20230711 12:00:00', '20230730')", "-18"),
        ("date_diff('2023-09-01', '20230801')", "31"),
        ("DateDiff(from_unix_time(now(), 'yyyyMMdd'), '20230805') < 30", "true"),
        ("date_diff(from_unix_time(now(), 'yyyyMMdd'), '20230802') < 30", "false"),
        ("date_diff(day, '20230831 18:00:00')", "0"),
        ("date_diff(20230901, 20230831)", "1"),
        ("date_diff(1, 20230831)", "error: operand 1 is an integer (1), expected a date"),
        ("date_diff(day, missing)", "missing"),
        ("date_diff(day, 'soon')", "missing"),
        ("date_diff('2023', '20230801')", "undecided"),
        ("date_diff('20230901', '20220902', 'year')", "0"),
        ("date_diff('20230901', '20220901', '年')", "1"),
        ("date_diff('20230901', '20230101', 'month')", "8"),
        (
            "date_diff('20230901', '20230101', 'hour')",
            "error: operand 3 is a text (hour), expected `day`, `month` or `year`",
        ),
        ("date_add('20230711', 1, 'dd')", "'20230712'"),
        ("date_add('20230711', 1, 'mm')", "'20230811'"),
        ("date_add('20230711', 1, 'yyyy')", "'20240711'"),
        ("date_add('20230711 00:00:00', 1, 'hh')", "'20230711 01:00:00'"),
        ("date_add('2023-07-11 00:00:00', 1, 'mi')", "'2023-07-11 00:01:00'"),
        ("DtAdd('20230711 00:00:00', 1, 'ss')", "'20230711 00:00:01'"),
        ("date_add('20230711', '1', 'day')", "'20230712'"),
        ("date_add('20230711', -11)", "'20230630'"),
        ("date_add('20230131', 1, 'month')", "'20230228'"),
        ("date_add('20230711', 25, 'hour')", "'20230712'"),
        ("date_add('2023年7月11日', 1)", "'2023-07-12'"),
        ("date_add(day, 1, 'month')", "2023-10-01"),
        ("date_add(day, 48, 'hour')", "2023-09-03"),
        ("date_add(day, 1, 'hour')", "error: 1 hour cannot be added to 2023-09-01"),
        ("date_add(time, 90, 'second')", "2023-09-01T18:31:35"),
        ("date_add(year, 1, 'day')", "error: 1 day cannot be added to 2023"),
        (
            "date_add(day, 1, 'week')",
            "error: operand 3 is a text (week), expected `year`, `month`, `day`, `hour`, `minute` or `second`",
        ),
        ("date_add('soon', 1)", "missing"),
    ]);
}

#[test]
fn times_count_from_1970_in_utc() {
    check(&[
        ("now()", "1693526400"),
        ("current_time_millis()", "1693526400000"),
        ("unix_timestamp()", "1693526400"),
        ("from_unix_time(1688545587)", "'2023-07-05 08:26:27'"),
        ("from_unix_time('1688545587', 'yyyyMMdd')", "'20230705'"),
        ("FROM_UNIXTIME(1688545587.9, 'HHmmss')", "'082627'"),
        ("from_unix_time(cast_type('1688545587123456', 'bigint')/1000/1000, 'yyyyMMdd')", "'20230705'"),
        ("from_unix_time(-1, 'yyyyMMdd HH:mm:ss')", "'19691231 23:59:59'"),
        ("from_unix_time(1e300)", "error: the result is too large"),
        ("from_unix_time(99999999999999)", "error: the result is too large"),
        ("from_unix_time(missing)", "missing"),
        ("unix_timestamp('2023-07-05 08:26:27')", "1688545587"),
        ("unix_timestamp('20230705', 'yyyyMMdd')", "1688515200"),
        ("unix_timestamp('1969-12-31 23:59:59')", "-1"),
        ("unix_timestamp('2023')", "missing"),
        ("to_timestamp(1688545587325)", "'2023-07-05 08:26:27'"),
        ("time_diff('12345', '12344')", "1"),
        ("time_diff('2023-07-05 16:26:27', '2023-07-05 16:26:26')", "1"),
        ("time_diff(12345, 12344)", "1"),
        ("time_diff(time, day)", "66605"),
        ("dayOfWeek('1681208495011')", "2"),
        ("dayofweek(1681208495011)", "2"),
        ("day_of_week('20230903')", "7"),
        ("day_of_week(day)", "5"),
        ("hourOFDAY('1681208495011')", "10"),
        ("hour(time)", "18"),
        ("hour(day)", "0"),
        ("hour('2023-07-05 16:26:27')", "16"),
        ("day_of_week(-1)", "3"),
    ]);
    let clockless = std::collections::BTreeMap::<String, Binding>::new();
    assert_eq!(shown("now()", &clockless), "error: no clock is given");
}

#[test]
fn texts_are_taken_apart_and_put_together() {
    check(&[
        ("concat('星:', 3, ' director:', missing)", "'星:3 director:'"),
        ("concat([1, 5, 100, 0])", "'151000'"),
        ("concat(index, '上涨')", "'价格上涨'"),
        ("concat_ws(',', 1, missing, 3)", "'1,3'"),
        ("ConcatWs('.', [4, 5])", "'4.5'"),
        ("concat_ws(missing, 1)", "missing"),
        ("concat_ws(',')", "error: `concat_ws` does not take 1 arguments"),
        ("sub_str('60岁', 3)", "'岁'"),
        ("SubStr('60岁', 3, 1)", "'岁'"),
        ("substring('hello', 2, 3)", "'ell'"),
        ("sub_str('hello', 0)", "'o'"),
        ("sub_str('hello', -1, 1)", "'l'"),
        ("sub_str('hello', 9)", "''"),
        ("sub_str('hello', 2, 0)", "''"),
        ("sub_str('hello', 2, 99)", "'ello'"),
        ("sub_str('hello', 9223372036854775807, 9223372036854775807)", "''"),
        ("in_str('60岁', '岁')", "3"),
        ("InStr('60岁', '岁', 1)", "3"),
        ("in_str('abab', 'ab', 2)", "3"),
        ("in_str('abab', 'x')", "0"),
        ("in_str('', '')", "1"),
        ("in_str('ab', 'a', 9)", "0"),
        ("str_contains('60岁', '岁')", "true"),
        ("str_contains('60岁', 60)", "true"),
        ("contains_any('UTTest', ['est', 'aa'])", "true"),
        ("contains_any('UTTest', ['test'])", "false"),
        ("contains_any('UTTest', 'A')", "false"),
        ("contains_any('', [''])", "false"),
        ("contains_any('UTTest', [])", "false"),
        ("contains_any(missing, ['a'])", "missing"),
        ("contains('突破包膜', ['累及', '包膜'])", "true"),
        ("contains_tag('1,2,3', '2,3')", "true"),
        ("contains_tag('1,2,3', ' 5, 3 ')", "true"),
        ("contains_tag('', '')", "false"),
        ("contains_tag('1_2_3', '3_5', '_')", "true"),
        ("ContainsTag('1|2|3', '4|5', '|')", "false"),
        ("is_blank('')", "true"),
        ("is_blank(' \u{3000}')", "true"),
        ("is_blank(missing)", "true"),
        ("is_not_blank('1')", "true"),
        ("split('a,b,,c')", "[a, b, , c]"),
        ("split('中|文', '|')", "[中, 文]"),
        ("split_part('a|b|c', '|', 1)", "'b'"),
        ("split_part('a||b;c', '|;', 1)", "'b'"),
        ("split_part('a|b', '|', -1)", "'b'"),
        ("split_part('a|b', '|', 5)", "''"),
        ("str_length('岁')", "1"),
        ("Length('')", "0"),
        ("lower('LoW')", "'low'"),
        ("UPPER('up')", "'UP'"),
        ("trim(' abc ')", "'abc'"),
        ("trim(12)", "'12'"),
        ("starts_with('价格上涨', '价格')", "true"),
        ("regex_match('Hello, mail me: a@example.com', '\\\\b\\\\w+@\\\\w+\\\\.\\\\w+\\\\b')", "'a@example.com'"),
        ("re_match('none', '[0-9]+')", "missing"),
        ("regex_like('1345-123', '(63-)|(1345-)')", "true"),
        ("rlike('1345-123', '^1345')", "true"),
        ("regex_match('x', '[')", "error: the pattern \"[\" cannot be read: unclosed character class"),
    ]);
}

#[test]
fn json_is_looked_into_by_paths() {
    check(&[
        ("json_get(\"{'v':'123'}\", '$.v')", "'123'"),
        ("UDF_JSONGet(\"[{'v':'123'}]\", '$.v')", "'123'"),
        ("json_get(\"[{'v':'123'}, {'k':'456'}]\", '$.k')", "'456'"),
        ("json_get(\"[{'v': {'v1': '111'}}, {'k': {'k1': '333', 'k2': '444'}}]\", '$.k.k2')", "'444'"),
        (
            "json_get(\"[{'案由': '斗殴'}, {'案由': '制造毒品', '日期': '20240202'}]\", \"$[案由 rlike '(.*)毒品(.*)'].日期\")",
            "'20240202'",
        ),
        ("json_get('{\"a\": {\"b\": [1, {\"c\": 2.50}]}}', '$.a.b[1].c')", "2.5"),
        ("json_get('{\"a\": {\"b\": [1, 2]}}', 'a.b')", "[1, 2]"),
        ("json_get('{\"a\": [{\"b\": 1}]}', '$.a')", "'[{\"b\": 1}]'"),
        ("json_get('{\"a\": {\"x\": [{\"id\": 7}]}}', '$..id')", "7"),
        ("json_get('{\"a b\": true}', \"$['a b']\")", "true"),
        ("json_get('[1, 2, 3]', '$[-1]')", "3"),
        ("json_get('[{\"n\": 1}, {\"n\": 5, \"id\": 9}]', '$[?(@.n >= 5)].id')", "9"),
        ("json_get('[{\"n\": 1}, {\"n\": 5, \"id\": 9}]', '$[*].id')", "9"),
        ("json_get('{\"a\": null}', '$.a')", "missing"),
        ("json_get('{\"a\": 1}', '$.b')", "missing"),
        ("json_get('not json', '$.b')", "missing"),
        ("json_get('{\"a\": {\"b\": {\"a\": {\"b\": 3}}}}', '$..a..a..b')", "3"),
        ("json_get('{\"a\": 1}', '$..a..a..a..a')", "error: \"$..a..a..a..a\" is not a path, as in `$.a.b[0]`"),
        ("json_get('{\"a\": 1}', '$.')", "error: \"$.\" is not a path, as in `$.a.b[0]`"),
        ("get_rdf_property(\"{'B': 1, 'basicInfo': '{\\\"v\\\": 123}'}\", 'v')", "123"),
        ("get_rdf_property(\"{'basicInfo': {'v': 'x'}}\", 'v')", "'x'"),
    ]);
    assert_eq!(shown("json_get('not json', '$.b')", &Rules(Dialect::Formula)), "error: \"not json\" is not JSON");
}

#[test]
fn casts_read_and_write() {
    check(&[
        ("cast_type('60', 'bigint')", "60"),
        ("cast_type('60.1', 'float')", "60.1"),
        ("Cast('0060', 'LONG')", "60"),
        ("cast_type(60.9, 'int')", "60"),
        ("cast_type(-60.9, 'int')", "-60"),
        ("cast_type(true, 'int')", "1"),
        ("cast_type(60, 'string')", "'60'"),
        ("cast_type('20230901', 'date')", "2023-09-01"),
        ("cast_type('abc', 'float')", "error: \"abc\" is not a number"),
        ("cast_type('1e3', 'double')", "1000"),
        ("cast_type(missing, 'int')", "missing"),
        (
            "cast_type(1, 'thing')",
            "error: operand 2 is a text (thing), expected `bigint`, `double`, `text`, `boolean` or `date`",
        ),
        ("to_integer('12.7')", "12"),
        ("to_long('9223372036854775808')", "error: the result is too large"),
        ("to_float('+0.50')", "0.5"),
        ("to_string(index)", "'价格'"),
        ("to_boolean('True')", "true"),
        ("to_boolean(0)", "false"),
        ("to_boolean('yes')", "error: \"yes\" is not true or false"),
    ]);
}

#[test]
fn a_hash_is_the_same_everywhere() {
    check(&[
        ("hash(1)", "1"),
        ("hash(-5)", "5"),
        ("hash('')", "0"),
        ("hash('abc')", "96354"),
        ("hash('hello world')", "1794106052"),
        ("hash('polygenelubricants')", "2147483648"),
        ("hash('中文')", "646394"),
        ("hash(4294967296)", "1"),
        ("hash(true)", "1231"),
        ("hash(1.5)", "1073217536"),
        ("hash(missing)", "missing"),
    ]);
}

#[test]
fn places_are_near_within_or_apart() {
    let square = "POLYGON((120 30, 121 30, 121 31, 120 31, 120 30))";
    for (source, expect) in [
        (format!("geo_within('120.5 30.5', '{square}')"), "true"),
        (format!("geo_within('POINT(122 30.5)', '{square}')"), "false"),
        (format!("geo_is_intersects('LINESTRING(119 30.5, 122 30.5)', '{square}')"), "true"),
        (format!("geo_distance('120.5 30.5', '{square}')"), "0"),
        ("geo_distance('116.4074 39.9042', '121.4737 31.2304') > 1066000".to_owned(), "true"),
        ("geo_distance('116.4074 39.9042', '121.4737 31.2304') < 1069000".to_owned(), "true"),
        ("geo_distance('1', '2')".to_owned(), "missing"),
        (format!("geo_within('杭州', '{square}')"), "missing"),
    ] {
        assert_eq!(shown(&source, &Rules(Dialect::Rule)), expect, "{source}");
    }
    let formula = shown("geo_distance('1', '2')", &Rules(Dialect::Formula));
    assert_eq!(formula, "error: \"1\" is not a place in WKT or as longitude and latitude");
}

#[test]
fn aggregates_leave_out_what_is_missing() {
    check(&[
        ("count(amounts)", "2"),
        ("count_all(amounts)", "3"),
        ("count_distinct(amounts)", "2"),
        ("sum(amounts)", "800"),
        ("sum(none)", "0"),
        ("max(amounts)", "300"),
        ("min(days)", "'20230801'"),
        ("first(amounts)", "300"),
        ("concat_agg(amounts)", "'300,200,300'"),
        ("concat_agg(none)", "''"),
        ("round(avg(amounts), 2)", "266.67"),
        ("avg(none)", "missing"),
        ("max(none)", "missing"),
        ("rule_value(avg(none) > 3, 1, 0)", "0"),
    ]);
    assert_eq!(shown("avg(none)", &Rules(Dialect::Formula)), "error: `mean` of no values");
}

/// What the public engine calls its functions, other names included.
const PUBLIC: &[&str] = &[
    "abs",
    "avg",
    "Cast",
    "cast_type",
    "ceil",
    "ceiling",
    "concat",
    "concat_agg",
    "concat_ws",
    "ConcatWs",
    "contains",
    "contains_any",
    "contains_tag",
    "ContainsTag",
    "count",
    "count_distinct",
    "current_time_millis",
    "date_add",
    "DateAdd",
    "DtAdd",
    "date_diff",
    "DateDiff",
    "date_format",
    "DateFormat",
    "dayOfWeek",
    "exist",
    "exists",
    "first",
    "floor",
    "from_unix_time",
    "from_unixtime",
    "FromUnixTime",
    "geo_distance",
    "geo_is_intersects",
    "geo_within",
    "get_rdf_property",
    "hash",
    "hourOfDay",
    "in_str",
    "InStr",
    "is_blank",
    "IsBlank",
    "is_not_blank",
    "json_get",
    "UDF_JSONGet",
    "Length",
    "lower",
    "max",
    "min",
    "Now",
    "re_match",
    "regex_match",
    "rule_value",
    "split",
    "split_part",
    "SplitPart",
    "str_contains",
    "StrContains",
    "str_length",
    "StrLength",
    "sub_str",
    "SubStr",
    "sum",
    "time_diff",
    "TimeDiff",
    "to_date",
    "ToDate",
    "to_timestamp",
    "ToTimestamp",
    "trim",
    "unix_timestamp",
    "UnixTimestamp",
    "upper",
];

#[test]
fn every_public_name_is_known_in_any_case() {
    let functions = Functions::standard();
    for name in PUBLIC {
        for name in [(*name).to_owned(), name.to_uppercase(), name.to_lowercase()] {
            assert!(functions.get(&name).is_some(), "{name}");
        }
    }
    let names: Vec<String> = functions.names().map(str::to_lowercase).collect();
    let different: BTreeSet<&String> = names.iter().collect();
    assert_eq!(names.len(), different.len(), "a name stands for two functions");
}

/// The same cases on every run.
fn laws() -> ProptestConfig {
    ProptestConfig {
        cases: 500,
        rng_seed: RngSeed::Fixed(2023),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn call<const N: usize>(function: &str, arguments: [Value; N]) -> Option<Value> {
    evaluate(&Expr::call(function, arguments.map(Expr::literal)), &Rules(Dialect::Rule)).unwrap()
}

/// Whether `text` is as `pattern` says, by trying every way.
fn naive_like(text: &[char], pattern: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('%', rest)) => (0..=text.len()).any(|at| naive_like(&text[at..], rest)),
        Some((c, rest)) => text.first().is_some_and(|first| *c == '_' || c == first) && naive_like(&text[1..], rest),
    }
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn adding_days_is_the_inverse_of_counting_them(year in 1600i16..2400, day in 0i64..365, days in -99_999i64..99_999) {
        let start = PartialDate::of_day(year, 1, 1).unwrap().plus_days(day).unwrap();
        for start in [Value::Date(start), start.to_string().into(), start.to_string().replace('-', "").into()] {
            let later = call("date_add", [start.clone(), days.into(), "day".into()]).unwrap();
            prop_assert_eq!(call("date_diff", [later.clone(), start.clone()]), Some(days.into()));
            prop_assert_eq!(call("date_diff", [start, later]), Some((-days).into()));
        }
    }

    #[test]
    fn a_time_is_read_as_it_is_written(seconds in -60_000_000_000i64..250_000_000_000) {
        for format in ["yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss", "d/M/yyyy h:mm:ss a", "MMMM d, yyyy 'at' HH.mm.ss"] {
            let text = call("from_unix_time", [seconds.into(), format.into()]).unwrap();
            prop_assert_eq!(call("unix_timestamp", [text, format.into()]), Some(seconds.into()));
        }
    }

    #[test]
    fn like_agrees_with_trying_every_way(text in "[ab中]{0,8}", pattern in "[ab中%_]{0,6}") {
        let expect = naive_like(&text.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>());
        let like = Expr::literal(&*text).binary(kag_schema::BinaryOp::Like, Expr::literal(&*pattern));
        prop_assert_eq!(evaluate(&like, &Rules(Dialect::Rule)).unwrap(), Some(expect.into()));
    }

    #[test]
    fn parts_of_a_text_make_it_up_again(text in "[a-c中文]{0,10}", at in 1i64..12) {
        let head = call("sub_str", [(&*text).into(), 1.into(), (at - 1).into()]).unwrap();
        let tail = call("sub_str", [(&*text).into(), at.into()]).unwrap();
        prop_assert_eq!(call("concat", [head, tail]), Some((&*text).into()));
    }

    #[test]
    fn distance_is_a_metric_near_enough(
        a in (-179f64..179.0, -80f64..80.0), b in (-179f64..179.0, -80f64..80.0), c in (-179f64..179.0, -80f64..80.0)
    ) {
        let place = |(longitude, latitude): (f64, f64)| format!("{longitude} {latitude}");
        let metres = |from, to| {
            call("geo_distance", [place(from).into(), place(to).into()]).unwrap().as_number().unwrap().to_f64()
        };
        prop_assert!((metres(a, b) - metres(b, a)).abs() < 1e-6);
        prop_assert!(metres(a, c) <= metres(a, b) + metres(b, c) + 1e-3);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..laws() })]

    #[test]
    fn no_text_makes_a_function_panic(text in "\\PC{0,24}", other in "\\PC{0,12}") {
        for function in Functions::standard().iter() {
            for arguments in [vec![&text], vec![&text, &other], vec![&text, &other, &text]] {
                let call = Expr::call(function.name.clone(), arguments.into_iter().map(|text| Expr::literal(&**text)));
                let _ = evaluate(&call, &Rules(Dialect::Rule));
                let _ = evaluate(&call, &Rules(Dialect::Formula));
            }
        }
    }
}
