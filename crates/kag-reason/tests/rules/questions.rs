//! What is known of a question before it is asked, and columns that aggregate.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{Fact, Value};
use kag_reason::{Inference, RuleBase, RuleError};
use kag_schema::{ConceptName, Hypernym, PropertyDef, Schema, SemanticGroup, TypeDef};

use crate::world::{World, ask, inference, query, rules, table};

fn shops() -> Schema {
    Schema::builder("Trade")
        .with_type(TypeDef::concept("Kind", Hypernym::IsA).with_zh("种类"))
        .with_type(
            TypeDef::entity("Shop")
                .with_zh("商店")
                .with_property(PropertyDef::property("city", "Text").with_zh("城市"))
                .with_property(PropertyDef::property("rank", "Integer"))
                .with_property(
                    PropertyDef::relation("sells", ["Goods"])
                        .with_zh("出售")
                        .many()
                        .with_qualifier(PropertyDef::property("price", "Integer")),
                ),
        )
        .with_type(
            TypeDef::entity("Goods")
                .with_zh("货物")
                .with_property(PropertyDef::property("weight", "Integer"))
                .with_property(PropertyDef::property("day", "Text"))
                .with_property(PropertyDef::relation("belongTo", ["Kind"]).with_group(SemanticGroup::Ind).many()),
        )
        .build()
        .unwrap()
}

fn world() -> World {
    World::read(
        "Kind 茶叶
         Kind porcelain
         Shop 东铺
         Shop West
         Shop Empty
         Goods 龙井
         Goods 普洱
         Goods cup
         东铺 city = 苏州
         West city = 苏州
         Empty city = Rome
         龙井 weight = 3
         普洱 weight = 3
         cup weight = 10
         龙井 day = 05/07/2023
         普洱 day = soon
         东铺 sells 龙井 price=5
         东铺 sells 普洱 price=5
         West sells 龙井 price=7
         West sells cup price=2
         龙井 belongTo 茶叶",
    )
}

fn asked(text: &str, expect: &[&str]) {
    assert_eq!(ask(&inference(&rules(&shops(), ""), &world()), text), expect, "{text}");
}

#[test]
fn columns_that_aggregate_group_by_the_others() {
    asked("MATCH (s:Shop)-[:sells]->(o) RETURN s.id, count(o)", &["West,2", "东铺,2"]);
    asked(
        "MATCH (s:Shop)-[e:sells]->(o) RETURN s.id, sum(e.price) AS total, max(o.weight) - min(o.weight) as spread",
        &["West,9,7", "东铺,10,0"],
    );
    asked("MATCH (s:商店)-[e:出售]->(o) RETURN s.城市, avg(e.price), count(*)", &["苏州,4.75,4"]);
    asked("MATCH (s:Shop) RETURN s.city, count(s), concat_agg(s.name)", &["Rome,1,Empty", "苏州,2,West,东铺"]);
}

#[test]
fn a_thing_counts_once_in_its_group_and_a_star_counts_matches() {
    let text = "MATCH (s:Shop)-[e:sells]->(o)<-[f:sells]-(t:Shop) RETURN count(o), count(*), count(s)";
    asked(text, &["1,2,2"]);
    asked("MATCH (s:Shop)-[e:sells]->(o) RETURN count(DISTINCT o.weight), count(o.weight), count(e)", &["2,3,4"]);
    // As with `group`, what is shown and what is named are one.
    let grouped =
        "Structure { (s:Shop)-[e:sells]->(o) } Rule { n = group(s).sum(o.weight) } Action { distinctGet(s.id, n) }";
    asked(grouped, &["West,13", "东铺,6"]);
    asked("MATCH (s:Shop)-[e:sells]->(o) RETURN s.id, sum(o.weight)", &["West,13", "东铺,6"]);
}

#[test]
fn aggregates_of_no_match_are_one_row_where_nothing_groups() {
    let none = "MATCH (s:Shop)-[e:sells]->(o) WHERE s.city == 'Oslo' RETURN";
    asked(&format!("{none} count(o), sum(e.price) + 1, max(e.price), count(*)"), &["0,1,-,0"]);
    asked(&format!("{none} s.id, count(o)"), &[]);
    asked("MATCH (s:Shop)-[e:sells]->?(o) RETURN s.id, count(o)", &["Empty,0", "West,2", "东铺,2"]);
}

#[test]
fn a_condition_on_few_values_of_many_facts_counts_facts() {
    let mut world = world();
    let shop = world.id("West");
    for at in 0..400 {
        let name = format!("thing{at}");
        world.node("Goods", &name);
        let price = [Value::Integer(1), Value::Integer(8), Value::from("dear")][at % 3].clone();
        let fact = Fact::new(shop, "sells", world.id(&name));
        world.add(if at == 0 { fact } else { fact.with("price", price) });
    }
    let inference = inference(&rules(&shops(), ""), &world);
    let found = table(&inference, "MATCH (s:Shop)-[e:sells]->(o:Goods) WHERE e.price > 7 RETURN o.id");
    assert_eq!(found.rows.len(), 133);
    let faults: Vec<u64> = found.faults.iter().map(|fault| fault.rows).collect();
    assert_eq!(faults, [133], "{:?}", found.faults);
    let both = "MATCH (s:Shop)-[e:sells]->(o:Goods) WHERE e.price > 0 and e.price < 8 and e.price != 5 RETURN o.id";
    assert_eq!(table(&inference, both).rows.len(), 133 + 2, "{both}");
}

#[test]
fn limits_and_repeated_rows_are_of_what_is_shown() {
    let inference = inference(&rules(&shops(), ""), &world());
    let limited = table(&inference, "MATCH (s:Shop)-[e:sells]->(o) RETURN s.id, count(o) LIMIT 1");
    assert_eq!(limited.rows.len(), 1);
    assert_eq!(ask(&inference, "MATCH (s:Shop)-[:sells]->(o) RETURN DISTINCT count(o) as n, s.city"), ["3,苏州"]);
}

#[test]
fn a_row_of_a_group_is_proved_by_all_of_the_group() {
    let inference = inference(&rules(&shops(), ""), &world());
    let table = table(&inference, "MATCH (s:Shop)-[e:sells]->(o) RETURN s.city, count(o) AS kinds");
    assert_eq!(table.rows.len(), 1);
    let proof = inference.proof(table.rows[0].proof).unwrap().to_string();
    for shown in ["kinds", "count(o)", "= 3", "东铺 sells 普洱", "West sells cup", "东铺 city 苏州", "West city 苏州"]
    {
        assert!(proof.contains(shown), "{shown}:\n{proof}");
    }
    let none = crate::world::table(&inference, "MATCH (s:Shop)-[e:sells]->(o) WHERE o.weight > 99 RETURN count(o)");
    assert!(inference.proof(none.rows[0].proof).unwrap().to_string().contains("count(o)"));
}

fn problems(text: &str) -> Vec<String> {
    match inference(&rules(&shops(), ""), &world()).query(&query(text)) {
        Err(RuleError::Invalid { problems }) => problems.iter().map(|problem| problem.diagnostic.to_string()).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn what_the_schema_shows_to_be_wrong_is_said_before_anything_runs() {
    let wrong =
        problems("MATCH (s:Shop)-[e:sells]->(o:Goods) WHERE s.rank > 'high' and o.wieght == 1 RETURN s.city + 1");
    assert!(wrong[0].contains("`>` between whole number and a text without a digit"), "{wrong:?}");
    assert!(wrong.iter().any(|wrong| wrong.contains("did you mean `weight`?")), "{wrong:?}");
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    let choice = "Structure { (s:Shop)-[e:sells]->(o) } Rule { top1 = group(s).desc(e.price).limit(1) } Action { get(s.id, top1) }";
    let wrong = problems(choice);
    assert_eq!(
        wrong,
        [
            "error at 52..83: a choice of matches gives no value; it is a condition: write `top1: group(s).desc(e.price).limit(1)`"
        ]
    );
    assert_eq!(problems("MATCH (s:Shop)-[e:sells]->(o) RETURN s.id, count(o) + s.rank").len(), 1);
}

#[test]
fn parameters_without_a_value_are_named_together_with_those_of_rules_in_use() {
    let rule = "Define (s:Shop)-[p:large]->(o:Boolean) {
        Structure { (s)-[e:sells]->(g) }
        Constraint { n = group(s).count(g)  o = rule_value(n > $least, true, false) }
    }
    Define (s:Shop)-[p:other]->(o:Boolean) { Structure { (s) } Constraint { o = rule_value(s.rank > $rank, true, false) } }";
    let base = rules(&shops(), rule);
    let text = "MATCH (s:Shop WHERE city in $cities) WHERE s.large and s.id != $not RETURN s.id";
    let error = inference(&base, &world()).query(&query(text)).unwrap_err();
    assert_eq!(error.to_string(), "no value is given for `$cities`, `$least`, `$not`");
    let given: BTreeMap<String, Value> = [
        ("cities".to_owned(), Value::from(vec![Value::from("苏州")])),
        ("least".to_owned(), 1.into()),
        ("not".to_owned(), "West".into()),
    ]
    .into();
    let ready: Inference<'_> = inference(&base, &world()).with_parameters(given);
    assert_eq!(ask(&ready, text), ["东铺"]);
    assert_eq!(ask(&ready, "MATCH (s:Shop) WHERE s.rank is null RETURN count(*)"), ["3"]);
}

#[test]
fn a_concept_that_nothing_can_belong_to_is_warned_of() {
    let rule =
        "Define (s:Goods)-[p:belongTo]->(o:`Kind`/`heavy`) { Structure { (s) } Constraint { R1: s.weight > 5 } }";
    let inference = inference(&rules(&shops(), rule), &world());
    let warnings =
        |text: &str| -> Vec<String> { table(&inference, text).warnings.iter().map(ToString::to_string).collect() };
    assert_eq!(
        warnings("MATCH (g:`种类`/`茶葉`) RETURN g.id"),
        ["warning at 6..27: there is no concept `种类`/`茶葉`, so nothing belongs to it; did you mean `种类`/`茶叶`?"]
    );
    assert!(
        warnings("MATCH (g:Goods)-[:belongTo]->(k:Kind/`heavi`) RETURN g.id")[0]
            .contains("did you mean `Kind`/`heavy`?")
    );
    for known in ["茶叶", "heavy", "porcelain"] {
        assert_eq!(warnings(&format!("MATCH (g:`Kind`/`{known}`) RETURN g.id")), [""; 0]);
    }
    assert_eq!(inference.members(&ConceptName::new("Kind", "nothing")).unwrap(), []);
}

#[test]
fn a_text_that_is_no_date_by_its_format_leaves_its_row_out_and_is_reported() {
    let inference = inference(&rules(&shops(), ""), &world());
    let table = table(&inference, "MATCH (g:Goods) WHERE to_date(g.day, 'dd/MM/yyyy') == '2023-07-05' RETURN g.id");
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.faults.len(), 1);
    assert!(table.faults[0].error.ends_with("\"soon\" is not a date by the format \"dd/MM/yyyy\""), "{table:?}");
}

#[test]
fn a_rule_below_a_property_needs_no_head_of_its_own() {
    let text = "namespace Trade

Shop(商店): EntityType
    properties:
        rank: Integer
        large(大): Boolean
            rule: [[ Structure { (s) } Constraint { o = rule_value(s.rank > 3, true, false) } ]]
";
    let (schema, diagnostics) = Schema::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let base = RuleBase::builder(schema).with_schema_rules().build().unwrap();
    let world = World::read("Shop A\n Shop B\n A rank = 5\n B rank = 1");
    assert_eq!(ask(&inference(&Arc::new(base), &world), "MATCH (s:Shop) WHERE s.large RETURN s.id"), ["A"]);
}
