//! Files of rules over concepts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{fs, path::PathBuf};

use expect_test::expect_file;
use kag_core::Span;
use kag_schema::{ConceptName, ConceptRuleHead, ConceptRuleText, ConceptRules, RuleText};
use proptest::prelude::*;

const SOURCE: &str = "\
# 联赛规则
namespace League

`Form`/`hot`:
    rule: [[
        Define (s:Club)-[p:belongTo]->(o:`Form`/`hot`) {
            R1: s.goals > 3
        }
    ]]
`League.Form`/`cold (冷)`:
     rule: [[ R1: s.goals == 0 ]]
/* effects */
`Form`/`hot`:Mood/`happy` // one leads to the other
  rule: [[
    Structure { (s) }
  ]]

(`Mood`/`happy`):
  rule: [[ a ]]
[mood]->(Mood/`happy`+`calm`):
  rule: [[ b ]]
(`Form`/`hot`)-[makes]->(`Mood`/`calm`)：
  rule: [[ c ]]
Priority(`Mood`):
  rule: [[ d ]]
";

#[test]
fn every_head_is_read_and_printed() {
    let reading = ConceptRules::parse(SOURCE);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let rules = reading.rules;
    let heads: Vec<String> = rules.rules.iter().map(|rule| rule.head.to_string()).collect();
    assert_eq!(
        heads,
        [
            "`Form`/`hot`:",
            "`Form`/`cold (冷)`:",
            "`Form`/`hot`:`Mood`/`happy`",
            "(`Mood`/`happy`):",
            "[mood]->(`Mood`/`happy`+`calm`):",
            "(`Form`/`hot`)-[makes]->(`Mood`/`calm`):",
            "Priority(`Mood`):",
        ]
    );
    let (hot, happy) = (ConceptName::new("Form", "hot"), ConceptName::new("Mood", "happy"));
    assert_eq!(rules.rules[0].head, ConceptRuleHead::Membership(hot.clone()));
    assert_eq!((rules.rules[2].head.subject(), rules.rules[2].head.object()), (Some(&hot), Some(&happy)));
    assert_eq!(rules.rules[2].head.predicate().unwrap().as_str(), "leadTo");
    for rule in &rules.rules {
        assert_eq!(rule.rule.span.of(SOURCE), Some(&*rule.rule.text));
    }
    let printed = rules.to_string();
    assert_eq!(ConceptRules::parse(&printed).rules, rules);
    assert!(printed.contains("# effects\n# one leads to the other\n`Form`/`hot`:`Mood`/`happy`\n"), "{printed}");
    assert_eq!(ConceptRules::parse(&printed).rules.to_string(), printed);
}

#[test]
fn mistakes_are_reported_and_the_rest_is_read() {
    let source = "`Form`:\n  rule: [[ lost ]]\n`Form`/`hot`\n`Form`/`warm`: more words\n  rule: [[ a ]]\n  rule: [[ b ]]\n`Form`/`cold`:\nnamespace Late\n`Form`/`cool`:\n  rule: [[\n   c\n`Form`/`x`:Form/\n`Form`/`last`:\n";
    let reading = ConceptRules::parse(source);
    let shown: String = reading.diagnostics.iter().map(|wrong| wrong.render("concept.rule", source)).collect();
    expect_file!["golden/concept_mistakes.txt"].assert_eq(&shown);
}

#[test]
fn real_files_are_read_without_a_mistake() {
    let data = std::env::var_os("KAG_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    for (example, count) in [("riskmining", 3), ("supplychain", 5)] {
        let Ok(text) = fs::read_to_string(data.join("kag_examples").join(example).join("schema/concept.rule")) else {
            println!("skipped: KAG_DATA names no directory with kag_examples");
            continue;
        };
        let reading = ConceptRules::parse(&text);
        assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        assert_eq!(reading.rules.rules.len(), count);
        assert_eq!(ConceptRules::parse(&reading.rules.to_string()).rules, reading.rules);
    }
}

fn concept() -> impl Strategy<Value = ConceptName> {
    ("[A-Za-z]{1,4}|[\u{4e00}-\u{9fa5}]{1,3}|a`b|c/d", "[!-~]{1,6}|[\u{4e00}-\u{9fa5}]{1,4}|a b|`|\\+")
        .prop_map(|(type_name, name)| ConceptName::new(type_name.as_str(), name))
}

fn head() -> impl Strategy<Value = ConceptRuleHead> {
    let predicate = || "[a-z]{1,4}|导致|a b|\\]".prop_map(|name| name.as_str().into());
    let with = || prop::option::of("[a-z]{1,3}|甲".prop_map(|with| with.as_str().into()));
    prop_oneof![
        concept().prop_map(ConceptRuleHead::Membership),
        (concept(), concept()).prop_map(|(cause, effect)| ConceptRuleHead::Causation { cause, effect }),
        concept().prop_map(ConceptRuleHead::Definition),
        (predicate(), concept(), with()).prop_map(|(predicate, object, with)| ConceptRuleHead::Conclusion {
            predicate,
            object,
            with
        }),
        (concept(), predicate(), concept(), with()).prop_map(|(subject, predicate, object, with)| {
            ConceptRuleHead::Relation { subject, predicate, object, with }
        }),
        concept().prop_map(|concept| ConceptRuleHead::Priority(concept.type_name)),
    ]
}

#[test]
fn a_quote_that_is_escaped_begins_no_comment() {
    let printed = ConceptRules::parse("namespace `rule: #").rules.to_string();
    assert_eq!(printed, "namespace `\\`rule: #`\n");
    assert_eq!(ConceptRules::parse(&printed).rules.to_string(), printed);
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(heads in prop::collection::vec((head(), "[ -~\n]{0,30}"), 0..6)) {
        let source = "namespace Gen\n";
        let mut rules = ConceptRules::parse(source).rules;
        rules.rules.extend(heads.into_iter().map(|(head, text)| ConceptRuleText::new(head, RuleText::new(text, Span::default()))));
        let printed = rules.to_string();
        let reading = ConceptRules::parse(&printed);
        prop_assert!(reading.diagnostics.is_empty(), "{:?}\n{printed}", reading.diagnostics);
        prop_assert_eq!(&reading.rules, &rules, "{}", printed);
        prop_assert_eq!(reading.rules.to_string(), printed);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(\\PC|[\n`/:()\\[\\]+>-]|rule: |namespace |Priority\\(){0,40}") {
        let reading = ConceptRules::parse(&text);
        for wrong in &reading.diagnostics {
            prop_assert!(wrong.span.of(&text).is_some(), "{wrong} in {text:?}");
        }
        let printed = reading.rules.to_string();
        prop_assert_eq!(ConceptRules::parse(&printed).rules.to_string(), printed);
    }
}
