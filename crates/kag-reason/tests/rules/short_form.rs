//! Rules on concepts in the short form, and their order.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::Value;
use kag_reason::RuleBase;
use kag_schema::{ConceptName, ConceptRules, Hypernym, PropertyDef, RuleProgram, Schema, SemanticGroup, TypeDef};

use crate::world::{World, ask, inference, rules, table};

fn schema() -> Schema {
    let patient = TypeDef::entity("Patient")
        .with_zh("患者")
        .with_property(PropertyDef::property("systolic", "Integer").with_zh("收缩压"))
        .with_property(PropertyDef::property("diastolic", "Integer").with_zh("舒张压"))
        .with_property(PropertyDef::property("creatinine", "Float").with_zh("血肌酐"))
        .with_property(PropertyDef::property("advice", "Text").with_zh("建议"))
        .with_property(PropertyDef::relation("takes", ["Drug"]).with_zh("用药").many())
        .with_property(PropertyDef::relation("shows", ["Sign"]).with_zh("体征").many())
        .with_property(PropertyDef::property("belongTo", "Disease").with_group(SemanticGroup::Ind).many())
        .with_property(PropertyDef::property("risk", "Risk").with_group(SemanticGroup::Ind).many());
    let sign = TypeDef::concept("Sign", Hypernym::IsA).with_property(PropertyDef::property("level", "Integer"));
    let types = [
        TypeDef::concept("Disease", Hypernym::IsA).with_zh("疾病"),
        TypeDef::concept("Drug", Hypernym::IsA).with_zh("药品"),
        TypeDef::concept("Risk", Hypernym::IsA).with_zh("危险分层"),
        sign,
        patient,
    ];
    types.into_iter().fold(Schema::builder("Med"), |builder, def| builder.with_type(def)).build().unwrap()
}

fn world() -> World {
    World::read(
        "Patient 甲
         Patient Bea
         Patient 丙
         Patient Dan
         Disease 糖尿病
         Sign 头痛
         甲 systolic = 150
         甲 creatinine = 80
         Bea systolic = 120
         Bea diastolic = 95
         丙 systolic = 110
         丙 diastolic = 70
         Dan systolic = 190
         甲 belongTo 糖尿病
         头痛 level = 4
         Dan shows 头痛",
    )
}

const HYPERTENSION: &str = "
    Define (疾病/`高血压`) { R1('收缩压高'): 收缩压 >= 140   R2('舒张压高'): 舒张压 >= 90 }
    Description: '按指南'\n";

fn members(text: &str, concept: &str) -> Vec<String> {
    let base = rules(&schema(), text);
    let inference = inference(&base, &world());
    let (type_name, name) = concept.split_once('/').unwrap();
    let mut names: Vec<String> = inference
        .members(&ConceptName::new(type_name, name))
        .unwrap()
        .iter()
        .map(|member| inference.node(member.node).unwrap().unwrap().name.to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn conditions_with_names_are_alternatives_for_everything_that_can_belong() {
    assert_eq!(members(HYPERTENSION, "Disease/高血压"), ["Bea", "Dan", "甲"]);
    let none = members("Define (疾病/`缺少血肌酐数据`) { R1: !血肌酐 }", "疾病/缺少血肌酐数据");
    assert_eq!(none, ["Bea", "Dan", "丙"]);
    // One that later ones refer to is no alternative.
    let both = "Define (疾病/`重度`) { R1: 收缩压 > 180  R2: Sign/`头痛`  R3: R1 and R2 }";
    assert_eq!(members(both, "Disease/重度"), ["Dan"]);
    assert_eq!(members("Define (疾病/`一切`) { }", "Disease/一切").len(), 4);
}

#[test]
fn conditions_speak_of_other_concepts_and_their_implications() {
    // Who has no hypertension, or is diabetic: a => b.
    let implied = format!("{HYPERTENSION} Define (疾病/`无碍`) {{ R1: 疾病/`高血压` => 疾病/`糖尿病` }}");
    assert_eq!(members(&implied, "Disease/无碍"), ["丙", "甲"]);
    let hits =
        format!("{HYPERTENSION} Define (疾病/`多病`) {{ hits(疾病/`高血压`, 疾病/`糖尿病`, Sign/`头痛`) >= 2 }}");
    assert_eq!(members(&hits, "Disease/多病"), ["Dan", "甲"]);
    // What a path names is spoken of beside it, alone and within an alternative.
    let path = "Define (疾病/`头痛重`) { R1: (s)-[:shows]->(b:Sign) and b.level > 3 }";
    assert_eq!(members(path, "Disease/头痛重"), ["Dan"]);
    let within = "Define (疾病/`或`) { 收缩压 > 300 or (s)-[:shows]->(b:Sign) and b.level > 3 }";
    assert_eq!(members(within, "Disease/或"), ["Dan"]);
    let none = "Define (疾病/`或`) { 收缩压 > 300 or (s)-[:shows]->(b:Sign) and b.level > 4 }";
    assert_eq!(members(none, "Disease/或"), [""; 0]);
}

#[test]
fn a_relation_leads_to_each_concept_and_its_action_to_properties() {
    let text = format!(
        "{HYPERTENSION}
         Define ()-[:用药]->(:药品/`利尿剂` + 药品/`ACEI`) {{
             疾病/`高血压` and not 疾病/`糖尿病`
             Action {{ 建议 = '低盐' }}
         }}"
    );
    let base = rules(&schema(), &text);
    let inference = inference(&base, &world());
    let taken = "MATCH (s:Patient)-[:takes]->(o:Drug) RETURN s.name, o.name, s.advice";
    let expect = ["Bea,ACEI,低盐", "Bea,利尿剂,低盐", "Dan,ACEI,低盐", "Dan,利尿剂,低盐"];
    assert_eq!(ask(&inference, taken), expect);
    // A value that is a concept meets its label itself.
    assert_eq!(ask(&inference, "MATCH (s:Patient)-[:用药]->(o:药品/`ACEI`) RETURN s.name"), ["Bea", "Dan"]);
}

const RISK: &str = "
    Define (危险分层/`低危`) { R1: 收缩压 > 100 }
    Define (危险分层/`中危`) { R1: 收缩压 > 130 }
    Define (危险分层/`高危`) { R1: 收缩压 > 180 }
    Define (危险分层/`观察`) { R1: 收缩压 > 100 }
    DefinePriority (危险分层) { 高危=80 低危=-10.5 中危=20 }";

#[test]
fn of_concepts_with_an_order_the_one_with_the_highest_number_stands() {
    for (concept, expect) in
        [("低危", &["Bea", "丙"][..]), ("中危", &["甲"]), ("高危", &["Dan"]), ("观察", &["Bea", "Dan", "丙", "甲"])]
    {
        assert_eq!(members(RISK, &format!("Risk/{concept}")), expect, "{concept}");
    }
    // The order of the text does not matter, nor does what is asked first.
    let base = rules(&schema(), RISK);
    let inference = inference(&base, &world());
    let rows = table(&inference, "MATCH (s:Patient)-[:risk]->(o:`Risk`/`低危`) WHERE s.name == '丙' RETURN o.name");
    assert_eq!(rows.rows.len(), 1, "{:?}", rows.steps);
    let proof = inference.proof(rows.rows[0].proof).unwrap().to_string();
    for part in
        ["R1: s.收缩压 > 100", "s.收缩压 = 110", "`高危` comes before", "`中危` comes before", "丙 systolic 110"]
    {
        assert!(proof.contains(part), "{part}\n{proof}");
    }
}

#[test]
fn an_order_goes_for_long_definitions_and_relations_too_and_stored_facts_stand() {
    let text = "
        Define (s:Patient)-[p:risk]->(o:`Risk`/`low`) { Structure { (s) } Constraint { R1: s.systolic > 100 } }
        Define (s:Patient)-[p:risk]->(o:`Risk`/`high`) { Structure { (s) } Constraint { R1: s.systolic > 180 } }
        Define ()-[:takes]->(:药品/`A`) { 收缩压 > 100 }
        Define ()-[:takes]->(:药品/`B`) { 收缩压 > 180 }
        DefinePriority (Risk) { low=1 high=2 }
        DefinePriority (药品) { A=1 B=2 }";
    let mut world = world();
    world.node("Risk", "high");
    world.add(kag_core::Fact::new(world.id("丙"), "risk", world.id("high")));
    let base = rules(&schema(), text);
    let inference = inference(&base, &world);
    let risks = ask(&inference, "MATCH (s:Patient)-[:risk]->(o:Risk) RETURN s.name, o.name");
    assert_eq!(risks, ["Bea,low", "Dan,high", "丙,high", "甲,low"]);
    let taken = ask(&inference, "MATCH (s:Patient)-[:takes]->(o:Drug) RETURN s.name, o.name");
    assert_eq!(taken, ["Bea,A", "Dan,B", "丙,A", "甲,A"]);
}

#[test]
fn what_the_schema_does_not_know_is_what_the_host_gives() {
    let text = "Define (疾病/`肥胖`) { R1: 体重指数 >= 28 }  Define (疾病/`吸烟者`) { 吸烟 }";
    let base = rules(&schema(), text);
    assert_eq!(base.given().collect::<Vec<_>>(), ["体重指数", "吸烟"]);
    let asked = |given: &[(&str, Value)], concept: &str| {
        let parameters: BTreeMap<String, Value> =
            given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut world = World::read("Patient 甲\nPatient Bea");
        world.add(kag_core::Fact::new(world.id("Bea"), "体重指数", Value::Integer(22)));
        let inference = inference(&base, &world).with_parameters(parameters);
        inference.members(&ConceptName::new("Disease", concept)).unwrap().len()
    };
    // What the thing itself has comes first, and what nobody gives is missing.
    assert_eq!(asked(&[("体重指数", Value::Integer(30))], "肥胖"), 1);
    assert_eq!(asked(&[], "肥胖"), 0);
    assert_eq!(asked(&[("吸烟", Value::Boolean(true))], "吸烟者"), 2);
    assert_eq!(asked(&[("吸烟", Value::Boolean(false))], "吸烟者"), 0);
}

#[test]
fn files_of_rules_over_concepts_say_the_same() {
    let text = "namespace Med\n\n(`Risk`/`low`):\n    rule: [[\n        R1: systolic > 100\n    ]]\n\n(`Risk`/`high`):\n    rule: [[\n        R1: systolic > 180\n    ]]\n\nPriority(`Risk`):\n    rule: [[\n        low=1 high=2\n    ]]\n";
    let reading = ConceptRules::parse(text);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let schema = schema();
    let (program, mistakes) = RuleProgram::of_concept_rules(&reading.rules, Some(&schema));
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let base = Arc::new(RuleBase::builder(schema).with_program("concept.rule", program).build().unwrap());
    let risks = ask(&inference(&base, &world()), "MATCH (s:Patient)-[:risk]->(o:Risk) RETURN s.name, o.name");
    assert_eq!(risks, ["Bea,low", "Dan,high", "丙,low", "甲,low"]);
}

#[test]
fn an_order_that_turns_in_a_circle_with_its_conditions_is_refused() {
    let text = "
        Define (危险分层/`低危`) { R1: 收缩压 > 100 }
        Define (危险分层/`高危`) { R1: 危险分层/`低危` and 收缩压 > 180 }
        DefinePriority (危险分层) { 高危=2 低危=1 }";
    let refused = RuleBase::builder(schema()).with_text("test.rule", text).build().unwrap_err();
    assert!(refused[0].diagnostic.message.contains("circle"), "{refused:?}");
}

#[test]
fn what_belongs_to_one_concept_may_hang_on_what_does_not_belong_to_another() {
    let rules = "
        Define (s:Patient)-[:belongTo]->(o:Disease/`高血压`) { R1: s.systolic >= 140 }
        Define (s:Patient)-[:belongTo]->(o:Disease/`观察`) { R1: not (s)-[:belongTo]->(d:Disease/`高血压`) }";
    assert_eq!(members(rules, "Disease/高血压"), ["Dan", "甲"]);
    assert_eq!(members(rules, "Disease/观察"), ["Bea", "丙"]);
    let blocks = "
        Define (s:Patient)-[p:belongTo]->(o:Disease/`高血压`) { Structure { (s) } Constraint { R1: s.systolic >= 140 } }
        Define (s:Patient)-[p:belongTo]->(o:Disease/`观察`) {
            Structure { (s) } Constraint { R1: not (s)-[:belongTo]->(d:Disease/`高血压`) } }";
    assert_eq!(members(blocks, "Disease/观察"), ["Bea", "丙"]);
}
