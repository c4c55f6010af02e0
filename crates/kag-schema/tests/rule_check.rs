//! Rules are checked against a schema: each mistake with its place and the nearest name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use expect_test::{Expect, expect};
use kag_schema::{
    Functions, Hypernym, PropertyDef, RuleProgram, RuleText, Schema, SemanticGroup, TypeDef, check_rules,
};

fn shop() -> Schema {
    Schema::builder("Shop")
        .with_type(TypeDef::concept("Style", Hypernym::IsA).with_zh("风格"))
        .with_type(
            TypeDef::entity("Person")
                .with_zh("顾客")
                .with_property(PropertyDef::property("age", "Integer").with_zh("年龄"))
                .with_property(PropertyDef::property("city", "Text").with_zh("城市"))
                .with_property(
                    PropertyDef::relation("buys", ["Dress"])
                        .with_zh("购买")
                        .many()
                        .with_qualifier(PropertyDef::property("price", "Float").with_zh("价格")),
                )
                .with_property(PropertyDef::relation("knows", ["Person"]).with_zh("认识").many())
                .with_property(
                    PropertyDef::property("spending", "Float").with_rule(RuleText::new("", kag_core::Span::default())),
                ),
        )
        .with_type(
            TypeDef::entity("Dress")
                .with_zh("裙子")
                .with_property(PropertyDef::property("size", "Integer"))
                .with_property(PropertyDef::relation("belongTo", ["Style"]).with_group(SemanticGroup::Ind)),
        )
        .with_type(
            TypeDef::event("Sale")
                .with_zh("促销")
                .with_property(PropertyDef::relation("subject", ["Dress"]))
                .with_property(PropertyDef::property("start", "Date")),
        )
        .build()
        .unwrap()
}

fn reports(source: &str, expect: &Expect) {
    let (program, diagnostics) = RuleProgram::parse(source);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let found = check_rules(&[&program], &shop(), &Functions::standard());
    let lines: String = found[0].iter().map(|wrong| format!("{wrong}\n")).collect();
    expect.assert_eq(&lines);
}

#[test]
fn what_fits_the_schema_is_fine() {
    reports(
        "Define (s:Person)-[p:spending]->(o:Float) {
             Structure { (s)-[b:购买]->(d:裙子) }
             Constraint { R1('贵'): b.price > 100 and d.size >= 38
                 o = group(s).sum(b.价格) }
         }
         Define (d:Shop.Dress)-[p:belongTo]->(o:`Style`/`party`) {
             Structure { (s:Person)-[b:buys]->(d) (e:Sale)-[subject]->(d) }
             Constraint { many = group(d).countIf(s.city == '巴黎', s)
                 R1: many > 3 and d.name like '%party%'
                 p.count = many }
         }
         MATCH (s:顾客)-[k:knows]->{1,3}(t:Person WHERE age > 30), (s)-[:buys]->(x:`Style`/`party`)
         WHERE s.spending > 10 and t.id != s.id and x.size is not null
         RETURN s.name AS 名字, t.年龄, s.city in ['Rome', '北京']",
        &expect![""],
    );
}

#[test]
fn unknown_names_come_with_the_nearest() {
    reports(
        "Define (s:Persn)-[p:spending]->(o:Flaot) { Structure { (s)-[:buys]->(o) } Constraint { o = 1 } }",
        &expect![[r#"
            error at 7..16: unknown type `Persn`; did you mean `Person`?
            error at 31..40: unknown type `Flaot`; did you mean `Float`?
        "#]],
    );
    reports(
        "MATCH (s:Person)-[b:buy]->(d:Dress), (a:Person)-[:know]-(s) RETURN s.agee, d.sizes, zz.age, lenght(s.city)",
        &expect![[r#"
            error at 16..26: `Person` has no predicate `buy`; did you mean `buys`?
            error at 47..56: `Person` has no predicate `know`; did you mean `knows`?
            error at 67..73: `Person` has no property `agee`; did you mean `age`?
            error at 75..82: `Dress` has no property `sizes`; did you mean `size`?
            error at 84..86: unknown variable `zz`; expected `a`, `b`, `d`, `s`
            error at 92..106: unknown function `lenght`; did you mean `length`?
        "#]],
    );
    reports(
        "MATCH (s:Person)-[b:buys]->(d), (d:`Person`/`x`) RETURN b.prise, e.edges().constraint((a, c) => c.price > a.prise)",
        &expect![[r#"
            error at 32..48: `Person` is no type of concepts; expected a `ConceptType`
            error at 56..63: edge `buys` has no property `prise`; did you mean `price`?
            error at 65..66: unknown variable `e`; expected `b`, `d`, `s`
        "#]],
    );
}

#[test]
fn an_edge_without_a_colon_is_a_predicate_where_there_is_one() {
    reports("MATCH (s:Person)-[buys]->(d:Dress) RETURN s.id", &expect![""]);
    reports("MATCH (s:Person)-[buys]->(d:Dress) RETURN buys.price", &expect![""]);
    reports(
        "MATCH (s:Person)-[buy]->(d:Dress) RETURN s.id",
        &expect![[r#"
            warning at 16..24: `buy` is no predicate, so it names any edge; did you mean `buys`? Write `-[:buys]-`
        "#]],
    );
}

#[test]
fn an_edge_leads_where_the_schema_says() {
    reports(
        "MATCH (s:Person)-[:buys]->(p:Person), (d:Dress)-[:buys]->(q:Person) RETURN s.id",
        &expect![[r#"
            error at 16..26: `buys` does not lead to `Person`; expected `Dress`
            error at 47..57: `Dress` has no predicate `buys`; it is a predicate of `Person`: turn the arrow
        "#]],
    );
    reports(
        "MATCH (s:Person)-[:knows]->(t), (t:Dress), (t:Person) RETURN t.size",
        &expect![[r#"
            error at 43..53: `t` cannot be `Person` and `Dress`
            error at 61..67: `Person` has no property `size`
        "#]],
    );
}

#[test]
fn kinds_have_to_fit() {
    reports(
        "GraphStructure { (s:Person)-[b:buys]->(d:Dress) }
         Rule { R1: s.age + s.city > 3 R2: s.age R3: not s.city x = group(s).sum(s.city) R4: size(1, 2) }
         Action { get(s.id, x) }",
        &expect![[r#"
            error at 70..84: `+` between whole number and text
            error at 93..98: a condition does not take whole number; expected truth value
            error at 107..113: `not` does not take text; expected truth value
            error at 131..137: `sum` does not take text; expected numbers or quantities
            error at 143..153: unknown function `size`
        "#]],
    );
}

#[test]
fn what_is_derived_has_to_be_given() {
    reports(
        "Define (s:Person)-[p:spending]->(o:Float) { Structure { (s) } Constraint { x = 1 } }
         Define (s:Person)-[p:knows]->(o:Person) { Structure { (s) } }",
        &expect![[r#"
            error at 32..41: nothing gives `o` a value; in the `Constraint` write `o = …`
            error at 123..133: nothing gives `o` a value; let the `Structure` lead to `(o)`
        "#]],
    );
}

#[test]
fn a_predicate_that_is_defined_is_known_to_every_rule() {
    reports(
        "Define (s:Person)-[p:fans]->(o:Person) { Structure { (o)-[:knows]->(s) } Constraint { p.since = o.age } }
         MATCH (s:Person)-[f:fans]->(o:Person) RETURN f.since, s.fans, f.sinse",
        &expect![[r#"
            error at 177..184: edge `fans` has no property `sinse`; did you mean `since`?
        "#]],
    );
    reports(
        "Define (s:Person)-[p:know]->(o:Person) { Structure { (o)-[:knows]->(s) } }",
        &expect![[r#"
            warning at 7..38: `Person` has no predicate `know`; did you mean `knows`? The rule defines a new one
        "#]],
    );
}

#[test]
fn what_is_created_has_to_be_of_the_schema() {
    reports(
        "Define (s:`Style`/`a`)-[p:leadTo]->(o:`Style`/`b`) {
             Structure { (e:Sale)-[:subject]->(d:Dress) }
             Action { n = createNodeInstance(type=Sal, value={ subject = d.id })
                 m = createNodeInstance(type=Sale, value={ subjct = dd.id start = d.size })
                 createEdgeInstance(src=e, dst=k, type=leadTo, value={}) }
         }",
        &expect![[r#"
            error at 133..191: unknown type `Sal`; did you mean `Sale`?
            error at 251..257: `Sale` has no property `subjct`; did you mean `subject`?
            error at 260..262: unknown variable `dd`; did you mean `d`?
            error at 301..356: unknown variable `k`; expected `d`, `e`, `m`, `n`, `o`, `p`, `s`
        "#]],
    );
}

#[test]
fn recursion_needs_a_beginning_and_no_negation() {
    // Stored facts may begin it.
    reports(
        "Define (a:Person)-[p:knows]->(c:Person) { Structure { (a)-[:knows]->(b:Person)-[:knows]->(c) } }",
        &expect![[r#"
            warning at 7..39: `knows` needs itself, and only stored facts begin it: `knows` → `knows`; add a rule that does not need it
        "#]],
    );
    // Another rule begins it.
    reports(
        "Define (a:Person)-[p:reach]->(c:Person) { Structure { (a)-[:knows]->(c) } }
         Define (a:Person)-[p:reach]->(c:Person) { Structure { (a)-[:reach]->(b:Person)-[:reach]->(c) } }",
        &expect![""],
    );
    reports(
        "Define (a:Person)-[p:reach]->(c:Person) { Structure { (a)-[:reach]->(b:Person)-[:reach]->(c) } }",
        &expect![[r#"
            error at 7..39: `reach` needs itself, and nothing begins it: `reach` → `reach`; add a rule that does not need it
        "#]],
    );
    reports(
        "Define (s:Person)-[p:spending]->(o:Float) { Structure { (s) } Constraint { o = s.spending + 1 } }",
        &expect![[r#"
            warning at 7..41: `spending` needs itself, and only stored facts begin it: `spending` → `spending`; add a rule that does not need it
        "#]],
    );
    reports(
        "Define (a:Person)-[p:rich]->(o:Integer) { Structure { (a)-[:knows]->(b:Person) } Constraint { o = group(a).sum(b.poor) } }
         Define (a:Person)-[p:poor]->(o:Integer) { Structure { (a) } Constraint { R1: not a.rich > 3 o = 1 } }",
        &expect![[r#"
            error at 7..39: `rich` rests on the negation or an aggregate of itself: `rich` → `poor` → `rich`; what is negated or counted must be settled first: define it without this one
        "#]],
    );
}

#[test]
fn what_is_said_of_one_concept_does_not_need_what_is_said_of_another() {
    let plain = "Define (d:Dress)-[:belongTo]->(o:Style/`plain`) {
             Structure { (d)-[:belongTo]->(w:Style/`white`) } }";
    let fancy = |not: &str| {
        format!(
            "Define (d:Dress)-[:belongTo]->(o:Style/`fancy`) {{
                 Structure {{ (d) }} Constraint {{ R1: not (d)-[:belongTo]->(x:Style/`{not}`) }} }}"
        )
    };
    reports(&format!("{plain} {}", fancy("plain")), &expect![""]);
    // In the short form too.
    let short = "Define (d:Dress)-[:belongTo]->(o:Style/`plain`) { R1: (d)-[:belongTo]->(w:Style/`white`) }
         Define (d:Dress)-[:belongTo]->(o:Style/`fancy`) { R1: not (d)-[:belongTo]->(x:Style/`plain`) }";
    reports(short, &expect![""]);
    reports(
        &format!("{plain} {}", fancy("fancy")),
        &expect![[r#"
        error at 121..161: `Style`/`fancy` rests on the negation or an aggregate of itself: `Style`/`fancy` → `Style`/`fancy`; what is negated or counted must be settled first: define it without this one
    "#]],
    );
    // Whether it is of some style or other hangs on all that is said of styles.
    reports(
        "Define (d:Dress)-[:belongTo]->(o:Style/`bare`) {
             Structure { (d) } Constraint { R1: not (d)-[:belongTo]->(x:Style) } }",
        &expect![[r#"
            error at 7..46: `Style`/`bare` rests on the negation or an aggregate of itself: `Style`/`bare` → `Style`/`bare`; what is negated or counted must be settled first: define it without this one
        "#]],
    );
}

#[test]
fn a_definition_leads_to_one_concept() {
    reports(
        "Define (d:Dress)-[p:belongTo]->(o:Style/`plain`+Style/`white`) { Structure { (d) } }",
        &expect![[r#"
            error at 31..62: a definition leads to one concept; write one for each
        "#]],
    );
}

#[test]
fn rules_on_concepts_may_speak_of_what_the_host_gives() {
    reports(
        "Define (Style/`warm`) { R1: 温度 < 10 and Style/`wool` R2: hits(Style/`wool`, Style/`fur`) >= 2 }
         Define (Styl/`x`) { lenght(a) > 3 }
         DefinePriority (Style) { warm = 2 }",
        &expect![[r#"
            error at 109..144: unknown type `Styl`; did you mean `Style`?
            error at 129..138: unknown function `lenght`; did you mean `length`?
        "#]],
    );
}

#[test]
fn programs_are_checked_together() {
    let (first, _) = RuleProgram::parse("Define (s:Person)-[p:fans]->(o:Person) { Structure { (o)-[:knows]->(s) } }");
    let (second, _) = RuleProgram::parse("MATCH (s:Person)-[:fans]->(o:Person) RETURN s.id");
    let found = check_rules(&[&second, &first], &shop(), &Functions::standard());
    assert_eq!(found, [vec![], vec![]]);
    let alone = check_rules(&[&second], &shop(), &Functions::standard());
    assert_eq!(alone[0].len(), 1);
}
