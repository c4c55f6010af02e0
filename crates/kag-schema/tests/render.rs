//! A schema as text for a model and as the form of its answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod football;

use expect_test::{expect, expect_file};
use football::football;
use kag_schema::{ExtractionForm, LabelLanguage, Schema, TextOptions};
use proptest::prelude::*;
use serde_json::Value as Json;

#[test]
fn the_text_has_a_line_for_each_type_and_property() {
    let shown = football().to_text(&TextOptions::default());
    assert_eq!((shown.left_out_types.len(), shown.left_out_properties), (0, 0));
    let expect = expect![[r#"
        Person (人物): EntityType -- A human being.
          birthDate (date of birth, 出生日期): Date, required
          goals (进球数): Integer
          shirt (球衣号码): Text, matches [1-9][0-9]?
          playsFor (plays for, 效力于): Club|NationalTeam, several {from (加盟时间): Date; until (离队时间): Date; matches (出场次数): Integer}
          IND#position (位置): Position, several
        Team (球队): EntityType, abstract
          founded (founding date, 成立时间): Date
          colour (球衣颜色): Text, one of white / red / 蓝
        Club (俱乐部): EntityType < Team
          phone (电话): Phone
          rival (死敌): Club, several
        NationalTeam (national team, 国家队): EntityType < Team
        Transfer (转会): EventType
          subject (主体): Person|Club, several
          fee (转会费): Quantity
          CAU#leadTo (导致): Transfer, several
        Position (场上位置): ConceptType, isA
        Phone (电话号码): StandardType, matches \+?[0-9]{5,15}
    "#]];
    expect.assert_eq(&shown.text);
}

#[test]
fn labels_are_shown_in_one_language() {
    let options = TextOptions::default().with_types(["NationalTeam", "Transfer"]);
    let en = football().to_text(&options.clone().with_language(LabelLanguage::En));
    let expect_en = expect![[r#"
        NationalTeam (national team): EntityType < Team
        Transfer: EventType
          subject: Person|Club, several
          fee: Quantity
          CAU#leadTo: Transfer, several
    "#]];
    expect_en.assert_eq(&en.text);
    let zh = football().to_text(&options.with_language(LabelLanguage::Zh));
    let expect_zh = expect![[r#"
        NationalTeam (国家队): EntityType < Team
        Transfer (转会): EventType
          subject (主体): Person|Club, several
          fee (转会费): Quantity
          CAU#leadTo (导致): Transfer, several
    "#]];
    expect_zh.assert_eq(&zh.text);
}

#[test]
fn a_small_budget_keeps_the_most_connected_types_and_required_properties() {
    let shown = football().to_text(&TextOptions::default().with_language(LabelLanguage::Zh).with_budget(290));
    let expect = expect![[r#"
        Person (人物): EntityType -- A human being.
        Team (球队): EntityType, abstract
        Club (俱乐部): EntityType < Team
        NationalTeam (国家队): EntityType < Team
        Transfer (转会): EventType
        Position (场上位置): ConceptType, isA
        Phone (电话号码): StandardType, matches \+?[0-9]{5,15}
        (left out: 0 types, 12 properties)
        []"#]];
    expect.assert_eq(&format!("{}{:?}", shown.text, shown.left_out_types));
}

#[test]
fn the_extraction_form_asks_for_typed_facts_with_quotes() {
    let form = ExtractionForm::default().with_language(LabelLanguage::Zh).with_types(["Person", "Club"]);
    let schema = football().extraction_schema(&form);
    let expect = expect_file!["golden/extraction.json"];
    expect.assert_eq(&serde_json::to_string_pretty(&schema).unwrap());
}

/// What strict structured output asks of every schema inside a schema.
fn assert_strict(schema: &Json) {
    match schema {
        Json::Object(fields) => {
            if let Some(properties) = fields.get("properties").and_then(Json::as_object)
                && fields.contains_key("type")
                && fields.contains_key("additionalProperties")
            {
                assert_eq!(fields["additionalProperties"], false);
                let required: Vec<&str> =
                    fields["required"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
                let mut sorted = required.clone();
                sorted.sort_unstable();
                assert!(sorted.iter().eq(properties.keys()), "{required:?}");
            }
            assert!(!fields.contains_key("$ref") && !fields.contains_key("oneOf"));
            fields.values().for_each(assert_strict);
        }
        Json::Array(items) => items.iter().for_each(assert_strict),
        _ => {}
    }
}

#[test]
fn the_extraction_form_is_strict_and_has_no_abstract_types() {
    let schema = football().extraction_schema(&ExtractionForm::default());
    assert_strict(&schema);
    let text = schema.to_string();
    assert!(text.contains("\"enum\":[\"Club\",\"NationalTeam\"]"));
    assert!(!text.contains("[\"Team\"]") && !text.contains("[\"Phone\"]") && !text.contains("belongTo"));
    assert_eq!(schema["type"], "object");
}

#[test]
fn without_types_nothing_can_be_extracted() {
    let schema = Schema::builder("Empty").build().unwrap();
    let form = schema.extraction_schema(&ExtractionForm::default());
    assert_strict(&form);
    assert_eq!(form["properties"]["entities"]["maxItems"], 0);
    assert_eq!(schema.to_text(&TextOptions::default()).text, "");
}

proptest! {
    #[test]
    fn the_budget_is_kept_and_everything_is_accounted_for(budget in 0usize..2500) {
        let schema = football();
        let shown = schema.to_text(&TextOptions::default().with_budget(budget));
        prop_assert!(shown.text.chars().count() <= budget);
        let lines = shown.text.lines().filter(|line| !line.starts_with('(')).count();
        let properties = schema.types()
            .filter(|t| !shown.left_out_types.contains(&t.name))
            .map(|t| t.properties.len() + 1)
            .sum::<usize>();
        if !shown.text.is_empty() {
            prop_assert_eq!(lines + shown.left_out_properties, properties);
        }
        prop_assert_eq!(&schema.to_text(&TextOptions::default().with_budget(budget)), &shown);
    }
}

#[test]
fn relations_that_are_not_declared_are_told_in_a_word_and_not_asked_for() {
    let (schema, wrong) = Schema::parse(
        "namespace N\nIndustry(行业): ConceptType\n  hypernymPredicate: isA\n  autoRelate: Industry\n  relations:\n    INC#isPartOf(属于): Industry\n",
    );
    assert!(wrong.is_empty(), "{wrong:?}");
    let shown = schema.to_text(&TextOptions::default()).text;
    assert_eq!(shown, "Industry (行业): ConceptType, isA, related to Industry\n  INC#isPartOf (属于): Industry\n");
    assert!(schema.property("Industry", "leadTo").is_some());
    let form = schema.extraction_schema(&ExtractionForm::default()).to_string();
    assert!(form.contains("\"isPartOf\"") && form.contains("\"isA\"") && !form.contains("\"leadTo\""));
}
