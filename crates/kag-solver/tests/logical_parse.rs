//! What is read of forms as models write them, and what is reported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag_solver::logical::{Limits, Operand, Parser, Reading, Term, Var};

fn read(text: &str) -> Reading {
    Parser::default().parse(text)
}

/// The canonical form of `text`, which must be read without any remark.
fn canonical(text: &str) -> String {
    let reading = read(text);
    assert!(reading.diagnostics.is_empty(), "{text}\n{:?}", reading.diagnostics);
    reading.plan.to_string()
}

/// The canonical form of `text`, and the texts of what is reported, each with its place.
fn reported(text: &str) -> (String, Vec<(String, String)>) {
    let reading = read(text);
    let reported = reading.diagnostics.iter().map(|diagnostic| {
        let place = diagnostic.span.of(text).expect("spans are of the text");
        (place.to_owned(), diagnostic.message.clone())
    });
    (reading.plan.to_string(), reported.collect())
}

#[test]
fn both_dialects_have_one_canonical_form() {
    for (written, expect) in [
        (
            "Retrieval(s=s1:球员[`C罗`],p=p1:效力于,o=o1:俱乐部|国家队,p.time=2011)",
            "Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1:俱乐部|国家队, p.time=2011)\n",
        ),
        ("Sort(o1, direction=min, limit=1)", "Sort(set=o1, direction=min, limit=1)\n"),
        (
            "sort(set=o1, orderby=[o2, o3.height], direction=desc)",
            "Sort(set=o1, orderby=[o2, o3.height], direction=max)\n",
        ),
        ("total=Math(o1+2)", "Math(o1 + 2)->total\n"),
        ("Count(o3)->n", "Math(count(o3))->n\n"),
        (
            "Math(content=[`o2`], target=`成立时间最晚的球队`)->math3",
            "Math(content=[o2], target=\"成立时间最晚的球队\")->math3\n",
        ),
        ("Deduce(left=o1, right=o2, op=大于)->d1", "Deduce(left=o1, right=o2, op=greater)->d1\n"),
        (
            "deduce(op=Multi-Choice, content=[`o2`, \"o2\"], target='Which ones?')->d",
            "Deduce(op=multi_choice, content=[o2, \"o2\"], target=\"Which ones?\")->d\n",
        ),
        ("output(o1, `o2`, o3.founded)", "Output(o1, o2, o3.founded)\n"),
        ("get_spo(s=s1:[如梦令], p=歌曲原唱, o=o1)", "Retrieval(s=s1:[如梦令], p=:歌曲原唱, o=o1)\n"),
        ("sum(2024,-o3)->s", "Math(sum([2024, -o3]))->s\n"),
    ] {
        assert_eq!(canonical(written), expect);
        assert_eq!(canonical(expect), expect);
    }
}

#[test]
fn full_width_punctuation_is_read() {
    assert_eq!(
        canonical("Retrieval（s＝s1：人物【张三】，p＝p1：妻子，o＝o1，p.time＞＝2011）"),
        "Retrieval(s=s1:人物[张三], p=p1:妻子, o=o1, p.time>=2011)\n"
    );
    assert_eq!(canonical("Sort（set＝o1，direction＝max）→ t1"), "Sort(set=o1, direction=max)->t1\n");
}

#[test]
fn every_comparison_is_read() {
    let text = "Retrieval(s=s1:人, p=p1, o=o1, s.a=1, s.b==1, s.c!=1, s.d≠1, s.e<>1, s.f<1, s.g≤1, s.h>1, \
                s.i≥1, s.城市 in [\"杭州\", 苏州], p.role contains 队长)";
    assert_eq!(
        canonical(text),
        "Retrieval(s=s1:人, p=p1, o=o1, s.a=1, s.b=1, s.c!=1, s.d!=1, s.e!=1, s.f<1, s.g<=1, s.h>1, s.i>=1, \
         s.城市 in [\"杭州\", \"苏州\"], p.role contains \"队长\")\n"
    );
}

#[test]
fn a_value_may_hold_commas_and_brackets() {
    assert_eq!(
        canonical("Retrieval(s=s1:Event[Washington, D.C. (1968)], p=p1:place, o=o1, s.location=West Lake, Hangzhou)"),
        "Retrieval(s=s1:Event[`Washington, D.C. (1968)`], p=p1:place, o=o1, s.location=\"West Lake, Hangzhou\")\n"
    );
    let reading = read("Retrieval(s=s1:指标[`营业收入`,`2018`], p=p1:维度, o=o1)");
    let subject = &reading.plan.steps[0].op.as_retrieval().unwrap().subject;
    assert_eq!(subject.names[0].text(), "营业收入, 2018");
}

#[test]
fn constants_are_typed() {
    let text = "Retrieval(s=s1:人, p=p1, o=o1, s.a=1.50, s.b=true, s.c=2011-07-03, s.d=007, s.e=\"5\", s.f=`o1`, s.g=C罗, p.time=2011-07, s.h=2011年7月, s.i=3亿元)";
    assert_eq!(
        canonical(text),
        "Retrieval(s=s1:人, p=p1, o=o1, s.a=1.5, s.b=true, s.c=date(\"2011-07-03\"), s.d=\"007\", s.e=\"5\", s.f=o1, s.g=\"C罗\", p.time=date(\"2011-07\"), s.h=date(\"2011-07\"), s.i=300000000 CNY)\n"
    );
}

#[test]
fn the_owner_of_a_constraint_is_a_place_or_a_variable() {
    let text = "Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1, p1.from<=2011, o1.city=马德里)";
    assert_eq!(canonical(text), "Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1, p.from<=2011, o.city=\"马德里\")\n");
    let (_, problems) = reported("Retrieval(s=s1:Person, p=p1, o=o1, x9.from=2011)");
    assert_eq!(problems, [("x9.from=2011".into(), "`x9` is not part of this pattern".into())]);
}

#[test]
fn the_envelope_is_taken_off() {
    let text = "好的，我来分解这个问题。\n\
        ```\n\
        **Step1**: 2011年C罗效力于哪些球队？\n\
        Action1：Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1:球队,\n    p.time=2011)\n\
        Step 2: When was each founded? Action2: `Retrieval(s=o1, p=p2:成立年份, o=o2)`\n\
        Step3: 哪支最晚？\n\
        Action3:\n\
        Sort(set=o1, orderby=o2, direction=max, limit=1); Output(o1)\n\
        ```\n\
        以上就是计划。";
    let reading = read(text);
    assert_eq!(reading.diagnostics, []);
    assert_eq!(
        reading.plan.to_string(),
        "Step1: 2011年C罗效力于哪些球队？\n\
         Action1: Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1:球队, p.time=2011)\n\
         Step2: When was each founded?\n\
         Action2: Retrieval(s=o1, p=p2:成立年份, o=o2)\n\
         Step3: 哪支最晚？\n\
         Action3: Sort(set=o1, orderby=o2, direction=max, limit=1)\n\
         Output(o1)\n"
    );
    let prose: Vec<_> = reading.prose.iter().filter_map(|span| span.of(text)).map(str::trim).collect();
    assert_eq!(prose, ["好的，我来分解这个问题。", "以上就是计划。"]);
}

#[test]
fn lists_comments_and_emphasis_are_read() {
    let text = "1. Retrieval(s=s1:人[张三], p=p1:妻子, o=o1) // first\n\
                // a remark\n\
                - **Output(o1)**\n";
    assert_eq!(canonical(text), "Retrieval(s=s1:人[张三], p=p1:妻子, o=o1)\nOutput(o1)\n");
}

#[test]
fn numbered_references_become_variables() {
    let text = "Step1: a\nAction1: Retrieval(s=s1:公司[华为], p=p1:创始人, o=o1)\n\
                Step2: b\nAction2: Retrieval(s=#1, p=p2:出生年份, o=o2)\n\
                Step3: c\nAction3: Math(2024 - #2)\n\
                Step4: d\nAction4: Output(#3)";
    let reading = read(text);
    assert_eq!(reading.diagnostics, []);
    let steps: Vec<String> = reading.plan.steps.iter().map(ToString::to_string).collect();
    assert_eq!(steps[1..], ["Retrieval(s=o1, p=p2:出生年份, o=o2)", "Math(2024 - o2)->step3", "Output(step3)"]);
}

#[test]
fn a_reference_to_no_step_is_reported() {
    let (_, problems) = reported("Output(#7)");
    assert_eq!(problems, [("#7".into(), "no step is called `#7`".into())]);
}

#[test]
fn nothing_is_dropped_in_silence() {
    for (text, place, message) in [
        ("Retreival(s=s1, p=p1, o=o1)", "Retreival", "unknown operation `Retreival`"),
        ("Action1: 我不知道", "我不知道", "no operation is read here"),
        ("Output(o1) and so on", "and so on", "this is not read"),
        ("Retrieval(s=s1:A, q=5)", "q=5", "Retrieval has no argument `q`"),
        ("Retrieval(s=s1:A[b], s=s2:C)", "s=s2:C", "`s` is given twice"),
        ("Retrieval(s=s1:A[b", "(", "this parenthesis is never closed"),
        ("Retrieval(s=s1:A[b]x, p=p1, o=o1)", "x", "`x` is not read"),
        ("Retrieval(s=:)", "Retrieval(s=:)", "the retrieval has no pattern"),
        ("Retrieval(s=, p=p1, o=o1)", "s=", "`s=` has no value"),
        ("Retrieval(s=s1:A, o=o1, s.age>)", "s.age>", "`s.age>` has no value"),
        ("Sort(set=o1, direction=up)", "direction=up", "direction `up`"),
        ("Sort(set=o1, direction=min, limit=0)", "limit=0", "limit `0`"),
        ("Deduce(op=guess)", "op=guess", "`guess` is no kind of conclusion"),
        ("Math(which one is larger)", "which one is larger", "no expression, so it is taken in words"),
        ("Math(o1)->2x", "2x", "`2x` cannot name a result"),
        ("Retrieval(s=s1:A, p=p1, o=o1, s.x><5)", "><", "`><` compares nothing"),
    ] {
        let (_, problems) = reported(text);
        assert!(problems.iter().any(|(at, what)| at == place && what.starts_with(message)), "{text}: {problems:?}");
    }
}

#[test]
fn reading_goes_on_behind_a_mistake() {
    let (plan, problems) = reported("Action1: Retrieval(s=s1:A[b\nAction2: Explode(o1)\nAction3: Output(o1)");
    assert_eq!(plan, "Output(o1)\n");
    assert_eq!(problems.len(), 2);
}

#[test]
fn brackets_without_a_partner_are_text() {
    let (plan, problems) = reported("Retrieval(s=s1:电影（，明星[张三], p=p1:参演, o=o1)\nOutput(o1)");
    assert_eq!(plan, "Retrieval(s=s1:`电影（，明星`[张三], p=p1:参演, o=o1)\nOutput(o1)\n");
    assert!(problems.iter().any(|(_, what)| what.starts_with("brackets do not match")), "{problems:?}");
    assert_eq!(
        canonical("Retrieval(s=s1:A[a) b], p=p1:演）员, o=o1)"),
        "Retrieval(s=s1:A[`a) b`], p=p1:`演）员`, o=o1)\n"
    );
}

#[test]
fn a_term_is_read_alone() {
    let (term, problems) = Parser::default().term("s1:电影明星|`电影导演`[张三][`1|3`|2]");
    assert!(problems.is_empty());
    assert_eq!(term.types.len(), 2);
    assert_eq!(term.ids.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["1|3", "2"]);
    let expect = Term::var(Var::new("s1").unwrap()).with_type("Person").with_name("C罗");
    assert_eq!(Parser::default().term("s1:Person[C罗]").0, expect);
}

#[test]
fn variables_of_earlier_plans_can_be_made_known() {
    let text = "Retrieval(s=s1:A, p=p1, o=o1, s.year=year1)";
    let value = |parser: &Parser| {
        let reading = parser.parse(text);
        reading.plan.steps[0].op.as_retrieval().unwrap().constraints[0].value.clone()
    };
    assert_eq!(value(&Parser::default()), Operand::text("year1"));
    let year = Var::new("year1").unwrap();
    assert_eq!(value(&Parser::default().with_bound([year.clone()])), Operand::from(year));
}

#[test]
fn size_and_depth_are_bounded() {
    let mut limits = Limits::default();
    limits.bytes = 20;
    assert!(Parser::default().with_limits(limits).parse("Output(aaaaaaaaaaaaaaaaaaaaaa)").has_errors());
    limits = Limits::default();
    limits.steps = 1;
    let reading = Parser::default().with_limits(limits).parse("Output(a)\nOutput(b)");
    assert_eq!((reading.plan.steps.len(), reading.has_errors()), (1, true));
    let deep = format!("Output({}o1{})", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(&deep).has_errors());
    let deep = format!("Math({}o1{})", "(".repeat(100_000), ")".repeat(100_000));
    assert!(read(&deep).has_errors());
}

#[test]
fn reading_takes_time_in_proportion_to_the_text() {
    for unit in ["'a ", "[", "`", "Output(", "(o1", "s.a", "Action1:", "\"x", "a,", "Step1: x\n", "）"] {
        let text = format!("Retrieval(s={}", unit.repeat(100_000 / unit.len()));
        let start = std::time::Instant::now();
        let _ = read(&text);
        let elapsed = start.elapsed();
        assert!(elapsed.as_secs() < 5, "{unit:?}: {elapsed:?}");
    }
}

/// Forms as models write them in three dialects and two languages: `written TAB canonical`.
#[test]
fn forms_are_read_as_they_are_meant() {
    let golden = include_str!("golden/forms.txt");
    let mut count = 0;
    for line in golden.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        let (written, expect) = line.split_once('\t').expect("a form and what it means");
        assert_eq!(canonical(written).trim_end(), expect, "{written}");
        assert_eq!(canonical(expect).trim_end(), expect);
        count += 1;
    }
    assert!(count > 130, "{count}");
}

#[test]
fn signatures_and_slips_are_refused_where_they_stand() {
    for (text, place, message) in [
        ("get(alias)", "alias", "this declares `get` and is no step: `alias` stands for something"),
        ("Retrieval(s=s_alias:类型[名称], p=p_alias:谓词, o=o_alias)", "s_alias", "this declares `Retrieval`"),
        ("Math(content=[`XXX`], target=`XXX`)->m1", "`XXX`", "this declares `Math`"),
        ("sum(o1, ...)", "...", "this declares `sum`"),
        ("x=Math(expr)", "expr", "this declares `Math`"),
        ("count(o1)->n_alias", "count(o1)->n_alias", "this declares `count`"),
        ("Deduce(op=extract|choice, content=[o1])", "op=extract|choice", "`extract|choice` are several kinds"),
        ("Math(content[`o3`], target=`最大的`)", "content", "`=` is missing after `content`"),
        ("Math(o1 - o2)/365", "/365", "this is not read"),
        ("Math(o1) - o2", "o2", "this is not read"),
        ("Output(#1)", "#1", "`#1` is this step itself"),
        ("Retrieval(s=s1:A, p=p1, o=o1, s.x=#4)", "#4", "no step is called `#4`"),
        ("compare(set=[o1, o2, o3], op=greater)", "op=greater", "`greater` compares nothing"),
        ("compare(op=max)", "compare(op=max)", "nothing is compared"),
        ("filter(left_expr=o1, op=大于)", "filter(left_expr=o1, op=大于)", "the filter has no condition"),
        ("filter()", "filter()", "nothing is given to filter by"),
        ("verify(left_expr=o1, right_expr=o2)", "verify(left_expr=o1, right_expr=o2)", "two sides"),
        ("extractor()", "extractor()", "nothing is given to extract from"),
        ("count(o1, o2)", "count(o1, o2)", "several things are given to count"),
        ("Math(count(o1), by=o1.年龄)", "o1.年龄", "`o1.年龄` is a property, and a variable is wanted"),
    ] {
        let reading = read(text);
        assert!(reading.has_errors(), "{text}");
        let (_, problems) = reported(text);
        let found = problems.iter().any(|(at, what)| at.contains(place) && what.starts_with(message));
        assert!(found, "{text}: {problems:?}");
    }
}

#[test]
fn what_looks_like_a_signature_in_a_name_is_none() {
    for text in [
        "Retrieval(s=s1:人物[张三], p=alias, o=o1)",
        "Retrieval(s=s1:人物[张三], p=has_alias, o=o1)",
        "Retrieval(s=s1:Film[XXX Returns], p=p1:director, o=o1, s.alias=`Triple`)",
        "Retrieval(s=s1:Song[Wait...], p=p1:singer, o=o1)",
    ] {
        assert!(!read(text).has_errors(), "{text}");
    }
}

#[test]
fn thoughts_and_tags_are_no_plan() {
    let text = "<think>\n先想想：Output(o9) 不对。\n</think>\n<answer>\nStep1: 谁导演了《长夜》？\n\
                Action1: Retrieval(s=s1:Film[长夜], p=p1:director, o=o1)\nOutput(o1)</answer>\n";
    let reading = read(text);
    assert_eq!(reading.diagnostics, []);
    assert_eq!(
        reading.plan.to_string(),
        "Step1: 谁导演了《长夜》？\nAction1: Retrieval(s=s1:Film[长夜], p=p1:director, o=o1)\nOutput(o1)\n"
    );
    let prose: Vec<_> = reading.prose.iter().filter_map(|span| span.of(text)).map(str::trim).collect();
    assert_eq!(prose, ["先想想：Output(o9) 不对。"]);
}

#[test]
fn a_question_may_follow_its_action_and_a_step_may_have_several() {
    let expect = "Step1: Where was Ada born?\n\
                  Action1: Retrieval(s=s1:Person[Ada], p=p1:born, o=o1)\n\
                  Retrieval(s=o1, p=p2:country, o=o2)\n\
                  Step3: How many people live there?\n\
                  Action3: Retrieval(s=o2, p=p3:population, o=o3)\n";
    for text in [
        "Action1: Retrieval(s=s1:Person[Ada], p=p1:born, o=o1)\nAction1: Retrieval(s=o1, p=p2:country, o=o2)\n\
         Step1: Where was Ada born?\nAction2: Retrieval(s=o2, p=p3:population, o=o3)\nStep2: How many people live there?",
        "Step 1. Where was Ada born?\nAction 1-1: Retrieval(s=s1:Person[Ada], p=p1:born, o=o1)\n\
         Action 1-2: Retrieval(s=o1, p=p2:country, o=o2)\n\
         **Step 2:** How many people live there?\n**Action 2:** `Retrieval(s=o2, p=p3:population, o=o3)`",
        "第一步：Where was Ada born?\n动作一：Retrieval(s=s1:Person[Ada], p=p1:born, o=o1), Retrieval(s=o1, p=p2:country, o=o2)\n\
         第2步：How many people live there?\n算子：Retrieval(s=o2, p=p3:population, o=o3)",
        "Sub-question 1: Where was Ada born? Retrieval(s=s1:Person[Ada], p=p1:born, o=o1); Retrieval(s=o1, p=p2:country, o=o2)\n\
         Sub-question 2: How many people live there? → Retrieval(s=o2, p=p3:population, o=o3)",
    ] {
        let reading = read(text);
        assert!(!reading.has_errors(), "{text}\n{:?}", reading.diagnostics);
        assert_eq!(reading.plan.to_string().replace(" →", ""), expect, "{text}");
    }
}
