//! The text of rules: what is printed is read back, and nothing makes the reader fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod cases;
mod rule;

use kag_core::Span;
use kag_schema::{ConceptHead, ConceptName, Diagnostic, Expr, Label, NodePattern, RuleHead, RuleProgram, RuleText};
use proptest::prelude::*;
use rule::{any_expr, any_program};

const RULES: &str = include_str!("golden/rules.dsl");

proptest! {
    #![proptest_config(cases::cases(500))]

    #[test]
    fn printed_rules_are_read_back(program in any_program()) {
        let printed = program.to_string();
        let (read, diagnostics) = RuleProgram::parse(&printed);
        prop_assert!(diagnostics.is_empty(), "{}\n{:?}", printed, diagnostics);
        prop_assert_eq!(&read, &program, "{}", printed);
        prop_assert_eq!(read.to_string(), printed);
    }

    #[test]
    fn printed_expressions_are_read_back(expr in any_expr()) {
        let printed = expr.to_rule_text();
        prop_assert_eq!(Expr::parse_in_rule(&printed).0, Some(expr), "{}", printed);
    }

    #[test]
    fn broken_rules_are_reported_and_never_lost(
        start in 0usize..4000, length in 0usize..40, insert in "(\\PC|[-{}()\\[\\]:=,.>`'\"/|%$\n ]){0,4}", keep in any::<bool>(),
    ) {
        let start = RULES.floor_char_boundary(start.min(RULES.len()));
        let end = RULES.floor_char_boundary((start + length).min(RULES.len())).max(start);
        let rest = if keep { &RULES[end..] } else { "" };
        let text = format!("{}{insert}{rest}", &RULES[..start]);
        check_any(&text)?;
    }

    #[test]
    fn any_text_gives_rules_and_diagnostics(
        text in "(Define|Structure|Rule|Action|MATCH|RETURN|group|[-{}()\\[\\]:=,.><`'\"/|%$*+?!\n ]|[a-c]|\\PC){0,60}",
    ) {
        check_any(&text)?;
    }
}

fn check_any(text: &str) -> Result<(), TestCaseError> {
    let (program, diagnostics) = RuleProgram::parse(text);
    for diagnostic in &diagnostics {
        prop_assert!(diagnostic.span.of(text).is_some(), "{}\n{:?}", text, diagnostic);
    }
    let spans: Vec<usize> = diagnostics.iter().map(|d| d.span.start).collect();
    prop_assert!(spans.is_sorted());
    let printed = program.to_string();
    let (again, wrong) = RuleProgram::parse(&printed);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        prop_assert!(wrong.is_empty(), "{}\n{}\n{:?}", text, printed, wrong);
        prop_assert_eq!(&again, &program);
        prop_assert_eq!(again.to_string(), printed);
    }
    // The same in the middle of another text.
    let around = format!("公司 {text} x");
    let (inside, shifted) = RuleProgram::parse_within(&around, Span::new(7, 7 + text.len()));
    prop_assert_eq!(inside, RuleProgram::parse(text).0);
    let moved: Vec<Diagnostic> = diagnostics.into_iter().map(|diagnostic| diagnostic.shifted(7)).collect();
    prop_assert_eq!(shifted, moved);
    Ok(())
}

#[test]
fn nesting_of_any_kind_is_bounded() {
    let forms = [
        ("(", "a", ")"),
        ("not ", "a", ""),
        ("- ", "a", ""),
        ("!", "a", ""),
        ("f(", "a", ")"),
        ("a.b(", "a", ")"),
        ("[", "a", "]"),
        ("if(a, b, ", "a", ")"),
        ("f((x, y) => ", "a", ")"),
        ("(a WHERE ", "b", ")-[]->(c)"),
        ("(a)-[e WHERE ", "b", "]->(c)"),
        ("(a)-[e:f(", "b", ")]->(c)"),
        ("a => ", "b", ""),
        ("2 ^ ", "2", ""),
        ("rule_value(a, ", "b", ", c)"),
    ];
    for (open, middle, close) in forms {
        for depth in [10, 63, 100, 5000] {
            let nested = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
            let text = format!("Structure {{ (s) }} Rule {{ R1: {nested}\nR2: zz > 3 }} Action {{ get(s.id) }}");
            let (program, diagnostics) = RuleProgram::parse(&text);
            if diagnostics.is_empty() {
                assert_eq!(RuleProgram::parse(&program.to_string()).0, program, "{open}");
            } else {
                assert!(depth > 20, "{open} {depth}: {diagnostics:?}");
                assert!(diagnostics[0].message.contains("nested too deeply"), "{open} {depth}: {diagnostics:?}");
            }
            // What comes after is read all the same.
            assert!(program.to_string().contains("zz > 3"), "{open} {depth}");
        }
    }
    for (open, close) in [("a + ", "b"), ("a and ", "b"), ("a.", "b"), ("a.b().", "c")] {
        for length in [100, 100_000] {
            let text = format!("MATCH (s) RETURN {}{close}", open.repeat(length));
            let (program, diagnostics) = RuleProgram::parse(&text);
            assert_eq!(diagnostics.is_empty(), length == 100, "{open}: {diagnostics:?}");
            drop(program.to_string());
        }
    }
}

#[test]
fn every_example_of_the_guide_is_read() {
    let guide = include_str!("../../../docs/guides/write-a-rule.md");
    let blocks = guide.split("```text\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let mut read = 0;
    for block in blocks.filter(|block| !block.starts_with("cargo")) {
        let text = match block.split(['\n', ' ']).next().unwrap_or("") {
            "Define" | "Structure" | "MATCH" => block.to_owned(),
            // Paths, each with its explanation after some blanks.
            "(s:Company|Bank)" => {
                let paths = block.lines().flat_map(|line| line.rsplit_once("   ").map(|(paths, _)| paths));
                format!("Structure {{\n{}\n}}", paths.collect::<Vec<_>>().join("\n"))
            }
            "A" => format!("Structure {{\n{block}\n}}"),
            _ => {
                let clauses = block.lines().map(|line| format!("R: {}", line.split("   ").next().unwrap_or("")));
                let clauses = clauses.filter(|line| !line.contains("R:  "));
                format!("Structure {{ (s) }} Rule {{\n{}\n}}", clauses.collect::<Vec<_>>().join("\n"))
            }
        };
        let (program, mistakes) = RuleProgram::parse(&text);
        assert!(mistakes.is_empty(), "{text}\n{mistakes:?}");
        assert!(!program.statements.is_empty());
        read += 1;
    }
    assert_eq!(read, 7);
}

#[test]
fn a_rule_without_a_head_is_about_what_it_stands_below() {
    let fact = RuleHead::Fact {
        subject: Box::new(NodePattern::named("s").with_label(Label::Type("顾客".into()))),
        variable: Some("p".into()),
        predicate: "rank".into(),
        object: Box::new(NodePattern::named("o").with_label(Label::Type("Integer".into()))),
    };
    let read = |head: &RuleHead, text: &str| {
        let (program, wrong) = RuleProgram::parse_under(head, &RuleText::new(text, Span::new(100, 100 + text.len())));
        assert!(wrong.iter().all(|wrong| wrong.span.start >= 100), "{wrong:?}");
        (program.to_string(), wrong.len())
    };
    let whole = "Define (s:顾客)-[p:rank]->(o:Integer) {\n    Structure {\n        (s)\n    }\n    Constraint {\n        o = 1\n    }\n}\n";
    assert_eq!(read(&fact, "Structure { (s) } Constraint { o = 1 }"), (whole.to_owned(), 0));
    assert_eq!(read(&fact, whole), (whole.to_owned(), 0));
    // What is wrong is reported where it stands in the file.
    assert_eq!(read(&fact, "Structure { (s) } Constrain { o = 1 } }").1, 2);
    assert_eq!(read(&fact, "Structure { (s) Constraint { o = 1 }").1, 1);

    let member = RuleHead::Concept(ConceptHead::Member(ConceptName::new("疾病", "高血压")));
    let text = "Define (`疾病`/`高血压`) {\n    收缩压 >= 140\n    R2: x > 1\n}\n";
    assert_eq!(read(&member, "收缩压 >= 140\nR2: x > 1"), (text.to_owned(), 0));
    let order = RuleHead::Priority("危险".into());
    assert_eq!(read(&order, "高=2 低=1").0, "DefinePriority (危险) {\n    高 = 2\n    低 = 1\n}\n");
}

#[test]
fn mistakes_are_reported_in_one_pass_with_their_place() {
    let text = "Define (s:Film)-[p:x]->(o:Int) {
    Structure {
        (s)-[:starring->(u:Star),
        (u)-[:knows]->(v
    }
    Rule {
        n = group(s).count(u
        R1: n > > 3
        R2(\"why\": n > 3
        n > 4
        m = 1; k = 2 +
    }
    Acton {
    }
}
Defin (a)
MATCH (a)-[:b]->(c WHERE ) RETURN , a.id LIMIT x
";
    let (program, diagnostics) = RuleProgram::parse(text);
    let shown: String = diagnostics
        .iter()
        .map(|wrong| format!("{} {}\n", kag_schema::LineColumn::of(text, wrong.span.start), wrong.message))
        .collect();
    expect_test::expect![[r#"
        3:13 bracket without an end
        4:23 bracket without an end
        7:27 bracket without an end
        8:17 unexpected `>`
        9:11 bracket without an end
        10:9 unexpected `n`
        11:14 unexpected `;`
        11:23 unexpected end
        13:5 unexpected `Acton`
        16:1 unexpected `Defin`
        17:25 unexpected end
        17:35 unexpected `,`
        17:48 unexpected `x`
    "#]]
    .assert_eq(&shown);
    // What is not wrong is there.
    assert_eq!(program.statements.len(), 2);
}
