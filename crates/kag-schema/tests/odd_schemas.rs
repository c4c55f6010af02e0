//! Schemas as they come: odd indentation, line ends and signs mean what tidy ones mean.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use expect_test::{expect, expect_file};
use kag_schema::{RuleProgram, Schema, SchemaDocument};

/// What makes each odd, and the text.
const ODD: &[(&str, &str)] = &[
    (
        "tabs here, blanks there",
        "namespace Harbour\n\nShip(船): EntityType\n\tdesc: a vessel\n\tproperties:\n\t\tflag(旗): Text\n\t\t\tindex: Text\n\t  \
         tons(吨位): Integer\n\t\tbuilt(建造日): Date\n\trelations:\n\t\tberthedAt(停靠): Port\n\t\t\tproperties:\n\t\t\t\t\
         since(起): Date\nPort(港口): EntityType\n  properties:\n    depth(水深): Float\n",
    ),
    (
        "five blanks, types with no line between",
        "namespace Clinic\nDrug(药品): EntityType\n     properties:\n          dose(剂量): Text\n               \
         constraint: NotNull\n          form(剂型): Text\n               constraint: Enum=\"片,丸,汤\"\n     relations:\n          \
         treats(治疗): Illness\nIllness(疾病): ConceptType\n     hypernymPredicate: isA\n     autoRelate: Illness\n",
    ),
    (
        "lines that end in a carriage return, a mark at the beginning",
        "\u{feff}namespace Opera\r\n\r\n# 剧目\r\nPlay(剧目): EntityType\r\n\tproperties:\r\n\t\tacts(幕数): \
         Integer\r\n\r\nSinger(歌者): EntityType\r\n\trelations:\r\n\t\tsings(演唱): Play\r\n\t\t\tconstraint: MultiValue\r\n",
    ),
    (
        "wide colons, brackets and blanks",
        "namespace　Tea\n\n茶（Tea）：EntityType\n　　properties：\n　　　　产地（origin）：Text\n　　　　　　index：TextAndVector\n　　　　价格（price）：Float\n",
    ),
    ("no line end at the end", "namespace Zoo\n\nAnimal(动物): EntityType\n    properties:\n        legs(腿): Integer"),
    (
        "blocks that hold nothing",
        "namespace Empty\n\nA(甲): EntityType\n    properties:\n    relations:\n\nB(乙): EventType\n    properties:\n        \
         subject(主体): A\n    relations:\n\n\n\nC(丙): ConceptType\n    hypernymPredicate: isA\n    properties:\n\nD(丁): EntityType\n",
    ),
    (
        "sub-properties below properties and relations, with and without a word before",
        "namespace Bank\n\nAccount(账户): EntityType\n    properties:\n        holder(户主): Person\n            properties:\n                \
         since(开户日): Date\n                    constraint: NotNull\n                share(份额): Float\n        pays(转账): \
         Account\n            constraint: MultiValue\n            properties:\n                amount(金额): Float\n                \
         kind(类别): Text\n                    constraint: Enum=\"in,out\"\n        seat(所在): Text\n            sure(可信度): Float\nPerson(人): EntityType\n",
    ),
    (
        "rules on one line, on many, and with their brackets apart",
        "namespace Shop\n\nCustomer(顾客): EntityType\n    properties:\n        spent(消费): Float\n            rule: [[ Define \
         (s:Customer)-[p:spent]->(o:Float) { Structure { (s)-[b:buys]->(g:Goods) } Constraint { o = group(s).sum(b.price) } } ]]\n        \
         rich(富): Boolean\n            rule: [[Structure { (s) } Constraint { o = rule_value(s.spent > 100, true, false) }]]\n    \
         relations:\n        buys(购买): Goods\n            properties:\n                price(价格): Float\n        likes(喜欢): Goods\n            \
         rule: [[\nDefine (s:Customer)-[p:likes]->(o:Goods) {\nStructure { (s)-[b:buys]->(o) }\nConstraint { R1(\"常买\"): group(s, o).count(b) > 3 }\n}]]\n        \
         knows(认识): Customer\n            rule:\n                [ [\n                Structure { (s)-[:buys]->(g)<-[:buys]-(o) }\n                ] ]\n\nGoods(货物): EntityType\n",
    ),
    (
        "comments wherever one can stand",
        "# 铁路\nnamespace Rail # the network\n\n# stations\nStation(车站): EntityType # with platforms\n    # what is known\n    \
         properties:\n        # the number\n        platforms(站台数): Integer # from 1\n\n        code(代码): Text\n            # four \
         letters\n            constraint: Regular=\"^[A-Z]{4}$\"\n    # lines\n    relations:\n        next(下一站): Station\n\n\n# end\n",
    ),
    (
        "blanks before colons, behind lines and in empty lines",
        "namespace  Ws   \n\n\nA (甲) : EntityType   \n\n    properties :   \n        x (未知) : Text   \n            index : Vector   \n   \n\t\n        \
         y(数):Integer\n\nB(乙):EntityType\n  properties:\n    a(甲):A\n\n  relations:\n    r(关系) :  A\n      constraint:   MultiValue  \n",
    ),
    (
        "what is said of a property below what else is said of it",
        "namespace Mill\n\nMill(磨坊): EntityType\n  desc: grinds\n  properties:\n    grain(粮食): Text\n      desc: what it grinds\n        \
         constraint: NotNull, Enum=\"rye,wheat\"\n      properties:\n        from(来源): Text\n          desc: where it is from\n          \
         constraint: Regular=\"^[a-z]+$\"\n\nFire(火灾): EventType\n  properties:\n    subject: Mill\n\nWindmill(风车) -> Mill:\n  desc: turned by wind\n",
    ),
    (
        "names of every kind",
        "namespace Names\n\n行业_2(Industry 2): ConceptType\n    hypernymPredicate: locateAt\n\nPhone(电话): StandardType\n    regular: \
         \"^[0-9-]+$\"\n    spreadable: True\n\n公司(Company, Inc.): EntityType\n    properties:\n        高-低(high/low): Text\n        \
         `odd name`(奇): Text\n        phone(电话): Phone\n        mail(邮箱): STD.Email\n        IND#belongTo(属于): 行业_2\n\n争吵(Quarrel): \
         EventType\n    properties:\n        subject(主体): 公司, Names.Teacher\n        CAU#leadTo(导致): 争吵\nTeacher(教师)->公司:\n    relations:\n        \
         SYNANT#synonym(同义): Teacher\nDoc(文档): IndexType\n    properties:\n        content(内容): Text\n            index: textandsparsevector\n",
    ),
];

#[test]
fn odd_files_are_read_without_a_word_and_mean_what_tidy_ones_do() {
    let mut said = String::new();
    for (name, text) in ODD {
        let reading = SchemaDocument::parse(text);
        assert!(reading.diagnostics.is_empty(), "{name}: {:?}", reading.diagnostics);
        let printed = reading.document.to_string();
        let again = SchemaDocument::parse(&printed);
        assert!(again.diagnostics.is_empty(), "{name}:\n{printed}\n{:?}", again.diagnostics);
        assert_eq!(again.document.schema, reading.document.schema, "{name}");
        assert_eq!(again.document.to_string(), printed, "{name}");
        let (rules, wrong) = RuleProgram::of_schema(&reading.document.schema);
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let held = reading.document.schema.types().flat_map(|t| &t.properties).filter(|p| p.rule.is_some()).count();
        assert_eq!(rules.statements.len(), held, "{name}");
        said.push_str(&format!("#### {name}\n{printed}"));
    }
    expect_file!["golden/odd_schemas.txt"].assert_eq(&said);
}

/// Reads text of which only warnings are told; gives these and the canonical text.
fn read_with_warnings(text: &str) -> (Schema, String, String) {
    let reading = SchemaDocument::parse(text);
    assert!(reading.diagnostics.iter().all(|warning| !warning.is_error()), "{:?}", reading.diagnostics);
    let warnings = reading.diagnostics.iter().map(|warning| format!("{warning}\n")).collect();
    let printed = reading.document.to_string();
    assert_eq!(SchemaDocument::parse(&printed).document.schema, reading.document.schema, "{printed}");
    (reading.document.schema, warnings, printed)
}

#[test]
fn a_relation_declared_for_each_of_its_objects_is_one_with_all_that_is_said_of_it() {
    let (schema, warnings, printed) = read_with_warnings(
        "namespace Mill\n\nGrain(谷物): EntityType\n    relations:\n        turnsInto(变成): Flour\n            desc: ground\n            \
         rule: [[\n                Define (s:Grain)-[p:turnsInto]->(o:Flour) { Structure { (s)-[:kept]->(o) } }\n            ]]\n        \
         turnsInto(制成): Malt\n            desc: wetted\n            rule: [[\n                \
         Define (s:Grain)-[p:turnsInto]->(o:Malt) { Structure { (s)-[:wetted]->(o) } }\n            ]]\n        \
         turnsInto(制成): Ale\n            desc: wetted\n            rule: [[\n                \
         Define (s:Grain)-[p:turnsInto]->(o:Malt) { Structure { (s)-[:wetted]->(o) } }\n            ]]\n        \
         kept(存为): Flour\n        kept(存为): Malt\n        wetted(浸为): Malt\n\nFlour(面粉): EntityType\n\nMalt(麦芽): EntityType\n\nAle(酒): EntityType\n",
    );
    expect![[r#"
        warning at 252..261: relation `turnsInto` is declared again; it is one relation, to which the names and rules of both belong
        warning at 439..448: relation `turnsInto` is declared again; it is one relation, to which the names and rules of both belong
    "#]].assert_eq(&warnings);
    expect![[r#"
        namespace Mill

        Grain(谷物): EntityType
            rule: [[
                Define (s:Grain)-[p:turnsInto]->(o:Malt) { Structure { (s)-[:wetted]->(o) } }
            ]]
            relations:
                turnsInto(变成): Flour,Malt,Ale
                    desc: "ground\nwetted"
                    aliases: 制成
                    rule: [[
                        Define (s:Grain)-[p:turnsInto]->(o:Flour) { Structure { (s)-[:kept]->(o) } }
                    ]]
                kept(存为): Flour,Malt
                wetted(浸为): Malt

        Flour(面粉): EntityType

        Malt(麦芽): EntityType

        Ale(酒): EntityType
    "#]]
    .assert_eq(&printed);
    assert_eq!(RuleProgram::of_schema(&schema).0.statements.len(), 2);
    let twice = "namespace Mill\nA(甲): EntityType\n    relations:\n        x(一): A\n        x(二): A\n";
    assert!(Schema::parse(twice).1.iter().any(|wrong| wrong.is_error()), "the same objects twice");
    // A rule without a head is about all objects of its relation.
    let bare = "namespace Mill\nA(甲): EntityType\n    relations:\n        x(一): A\n            rule: [[ // Define\n  \
                Structure { (s)-[:y]->(o) } ]]\n        x(一): B\n        y(二): A\nB(乙): EntityType\n";
    assert!(Schema::parse(bare).1.iter().any(|wrong| wrong.is_error()), "a rule of one of them");
}

#[test]
fn what_is_said_of_a_sub_property_is_kept() {
    let (_, warnings, printed) = read_with_warnings(
        "namespace Mill\n\nGrain(谷物): EntityType\n    properties:\n        price(价格): Float\n            properties:\n                \
         note(说明): Text\n                    index: Text\n                sum(合计): Float\n                    rule: [[ o = 1 ]]\n        \
         age(年份): Integer\n",
    );
    expect![[r#"
        warning at 173..177: the index of a sub-property is kept, and changes nothing
        warning at 242..247: the rule of a sub-property is kept, and changes nothing
    "#]]
    .assert_eq(&warnings);
    expect![[r#"
        namespace Mill

        Grain(谷物): EntityType
            properties:
                price(价格): Float
                    properties:
                        note(说明): Text
                            index: Text
                        sum(合计): Float
                            rule: [[
                                o = 1
                            ]]
                age(年份): Integer
    "#]]
    .assert_eq(&printed);
}

#[test]
fn a_keyword_in_capitals_is_read_and_warned_of() {
    let (schema, diagnostics) = Schema::parse(
        "Namespace N\n\nA(甲): entitytype\n    Properties:\n        x(未知): Text\n            Index: Vector\n",
    );
    assert_eq!(diagnostics.len(), 3, "{diagnostics:?}");
    assert!(diagnostics.iter().all(|warning| !warning.is_error()), "{diagnostics:?}");
    assert!(schema.property("A", "x").is_some_and(|property| property.index.is_some()));
}

#[test]
fn a_sub_property_by_tabs_against_blanks_is_warned_of() {
    let text = "namespace N\n\nA(甲): EntityType\n\tproperties:\n\t\tx(未知): Text\n        y(数): Integer\n";
    let (_, diagnostics) = Schema::parse(text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert!(!diagnostics[0].is_error() && diagnostics[0].message.contains("sub-property"), "{diagnostics:?}");
}

#[test]
fn what_a_standard_type_may_be_is_said_by_its_regular_expression() {
    let (_, diagnostics) =
        Schema::parse("namespace N\n\nPhone(电话): StandardType\n    constraint: Regular=\"^[0-9]+$\"\n");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert!(diagnostics[0].hint.as_deref().is_some_and(|hint| hint.contains("`regular:")), "{diagnostics:?}");
}
