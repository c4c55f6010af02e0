//! What is written in the schema language, and what each mistake is answered with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use expect_test::{Expect, expect, expect_file};
use kag_core::Value;
use kag_schema::{
    AutoRelate, Constraint, Diagnostic, IndexKind, PropertyKind, Schema, SchemaDocument, SemanticGroup, TypeKind,
};

/// The canonical text of what is read of `text`, then the diagnostics as a person sees them.
fn shown(text: &str) -> String {
    let reading = SchemaDocument::parse(text);
    let mut shown = reading.document.to_string();
    for diagnostic in &reading.diagnostics {
        shown.push_str(&diagnostic.render("x.schema", text));
    }
    shown
}

#[track_caller]
fn check(text: &str, expect: &Expect) {
    expect.assert_eq(&shown(text));
}

/// Reads a text of which nothing is wrong.
#[track_caller]
fn read(text: &str) -> Schema {
    let (schema, diagnostics) = Schema::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    schema
}

#[test]
fn tabs_spaces_and_odd_indentation_mean_the_same() {
    let tidy = "namespace N\n\nA(甲): EntityType\n    desc: 说明\n    properties:\n        x(未知): Text\n            index: Text\n        y(数): Integer\n\nB(乙): EntityType\n    properties:\n        z(甲): A\n";
    let schema = read(tidy);
    for untidy in [
        tidy.replace("    ", "\t"),
        tidy.replace("    ", " "),
        tidy.replace("        ", "     \t  ").replace("\n\nB", "\nB"),
        tidy.replace('\n', "\r\n"),
        tidy.replace('\n', "\r"),
        format!("\u{feff}{}", tidy.trim_end()),
        tidy.replace('(', "（").replace(')', "）").replace(": ", "："),
        tidy.replace("    properties:\n        z", "\tproperties:\n    z"),
        tidy.replace("EntityType\n    desc", "EntityType\n\n\n    desc"),
    ] {
        assert_eq!(read(&untidy), schema, "{untidy:?}");
        assert_eq!(read(&untidy).to_string(), tidy);
    }
}

#[test]
fn everything_a_property_can_have_is_read() {
    let schema = read(
        "namespace N\nTax(分类): ConceptType\nA(甲): EventType\n  properties:\n    subject(主体): A, B，Other.C\n      \
         constraint: notnull，MULTIVALUE\n    s(状态): Text\n      constraint: Enum=“开, 关”,Regular = \"[^\\d\\\"]+\"\n      \
         index: text, Vector\n    n(数): Integer\n      constraint: enum=\"1,2\"\n    IND#belongTo(属于): Tax\n  relations:\n    \
         CAU#leadTo(导致): A\n      properties:\n        p(概率): Float\n      rule: [[ x ]]\n\nB(乙): EntityType\n",
    );
    let property = |name: &str| schema.property("A", name).unwrap();
    assert_eq!(property("subject").objects.iter().map(|o| o.as_str()).collect::<Vec<_>>(), ["A", "B", "Other.C"]);
    assert!(property("subject").is_required() && property("subject").is_multi_valued());
    assert_eq!(
        property("s").constraints,
        [Constraint::Enum(vec!["开".into(), "关".into()]), Constraint::Regular(r#"[^\d\"]+"#.into())]
    );
    assert_eq!(property("s").index, Some(IndexKind::TextAndVector));
    assert_eq!(property("n").constraints, [Constraint::Enum(vec![Value::Integer(1), Value::Integer(2)])]);
    assert_eq!(
        (property("belongTo").group, property("belongTo").kind),
        (Some(SemanticGroup::Ind), PropertyKind::Property)
    );
    let lead = property("leadTo");
    assert_eq!((lead.group, lead.kind, lead.qualifiers.len()), (Some(SemanticGroup::Cau), PropertyKind::Relation, 1));
    assert_eq!(lead.rule.as_ref().map(|rule| &*rule.text), Some("x"));
}

#[test]
fn types_of_every_kind_and_their_settings_are_read() {
    let schema = read(
        "namespace N\nE(实体): EntityType\nV(事件): eventtype\nC(概念): ConceptType\n  hypernymPredicate: locateAt\n  autoRelate: C, N.D\nD(概念): ConceptType\n  \
         autoRelate: true\nSTD.S(标准): StandardType\n  spreadable: true\n  regular: [[:digit:]]{3} \nI(索引): IndexType\nText(文本): BasicType\nF(子) -> E:\nG(孙)->N.F:\n",
    );
    let kinds: Vec<TypeKind> = schema.types().map(|t| t.kind).collect();
    use TypeKind::{Basic, Concept, Entity, Event, Index, Standard};
    assert_eq!(kinds, [Entity, Event, Concept, Concept, Standard, Index, Basic, Entity, Entity]);
    assert!(schema.is_a("G", "E"));
    assert_eq!(schema.get("C").unwrap().auto_relate, AutoRelate::To(vec!["C".into(), "D".into()]));
    assert_eq!(schema.property("C", "similarTo").unwrap().objects.len(), 2);
    assert_eq!(schema.get("STD.S").unwrap().pattern.as_deref(), Some("[[:digit:]]{3}"));
    assert!(schema.get("STD.S").unwrap().has_nodes());
}

#[test]
fn labels_say_their_language_by_their_script() {
    let schema = read(
        "namespace N\nA(Person): EntityType\nB(\"客户 (内部)\"): EntityType\n  labelEn: client\nC: EntityType\nD(电压(V)): EntityType\n",
    );
    let label = |name: &str| {
        let labels = &schema.get(name).unwrap().labels;
        (labels.en.as_deref(), labels.zh.as_deref())
    };
    assert_eq!(label("A"), (Some("Person"), None));
    assert_eq!(label("B"), (Some("client"), Some("客户 (内部)")));
    assert_eq!(label("C"), (None, None));
    assert_eq!(label("D"), (None, Some("电压(V)")));
}

#[test]
fn a_rule_is_kept_where_and_as_it_stands() {
    let text = "namespace N\r\nA(甲): EntityType\r\n  relations:\r\n    r(关系): A\r\n      rule: [[\r\n\tDefine {\r\n\t  // [[x]] #\r\n\t}\r\n  ]]\r\n    q(另): A\r\n      rule:\r\n        [ [ a\r\n        ] ]\r\n    p(三): A\r\n      rule: o = 1\r\n";
    let schema = read(text);
    let rule = |name: &str| schema.property("A", name).unwrap().rule.clone().unwrap();
    assert_eq!(&*rule("r").text, "Define {\r\n\t  // [[x]] #\r\n\t}");
    assert_eq!(rule("r").span.of(text), Some(&*rule("r").text));
    assert_eq!((&*rule("q").text, &*rule("p").text), ("a", "o = 1"));
    assert_eq!(read(&text.replace("\r\n", "\n")), schema, "line ends do not count");
}

#[test]
fn relations_declared_once_for_each_object_are_one() {
    let schema = read("namespace N\nA(甲): EntityType\n relations:\n  r(关系): A\n  r(关系): B\nB(乙): EntityType\n");
    assert_eq!(schema.property("A", "r").unwrap().objects.len(), 2);
    let (_, wrong) = Schema::parse("namespace N\nA(甲): EntityType\n relations:\n  r(关系): A\n  r(别的): A\n");
    assert_eq!(wrong.len(), 1);
}

#[test]
fn comments_stay_with_what_follows_them() {
    check(
        "# top\nnamespace N # the name\n\n\n#type\nA(甲): EntityType # inline\n  # about x\n  properties:\n    # more about x\n    x(值): Text\n      properties:\n         # sub\n         y(子): Text\n      # after y\n  # a(废): Text\n#between\nB(乙): EntityType\n  # last of B\n# end",
        &expect![[r#"
            # top
            # the name
            namespace N

            #type
            # inline
            A(甲): EntityType
                properties:
                    # about x
                    # more about x
                    x(值): Text
                        properties:
                            # sub
                            y(子): Text
                # after y
                # a(废): Text

            #between
            B(乙): EntityType
                # last of B

            # end
        "#]],
    );
}

#[test]
fn comments_of_other_languages_are_read_and_printed_as_ours() {
    check(
        "/*\n * top\n */\nnamespace N /* name */\n// type\nA(甲): EntityType // tail\n  desc: [[\n    two\n    lines # kept\n  ]]\n  properties:\n    /* x */\n    x(值): Text\n    y(类): EntityType\n/* open\n",
        &expect![[r##"
            # top
            # name
            namespace N

            # type
            # tail
            A(甲): EntityType
                desc: "two\nlines # kept"
                properties:
                    # x
                    x(值): Text
                    y(类): Text
            error: `y` of type `A` has unknown object type `EntityType`
              --> x.schema:14:11
               |
            14 |     y(类): EntityType
               |            ^^^^^^^^^^
               = hint: `EntityType` is a kind of types; name a type, or `Thing` for any
            error: a comment without an end
              --> x.schema:15:1
               |
            15 | /* open
               | ^^^^^^^
               = expected: `*/`
        "##]],
    );
}

#[test]
fn a_type_declared_again_with_nothing_said_is_one() {
    check(
        "namespace N\nA(甲): EntityType\nB(乙): EntityType\nA(甲): EntityType\n  properties:\n    x(值): B\nB(乙): EntityType\nA(甲): EntityType\n",
        &expect![[r#"
            namespace N

            A(甲): EntityType
                properties:
                    x(值): B

            B(乙): EntityType
            warning: type `A` is declared again
             --> x.schema:4:1
              |
            4 | A(甲): EntityType
              | ^
              = hint: one of the two says nothing and can be left out
            warning: type `B` is declared again
             --> x.schema:7:1
              |
            7 | B(乙): EntityType
              | ^
              = hint: one of the two says nothing and can be left out
            warning: type `A` is declared again
             --> x.schema:8:1
              |
            8 | A(甲): EntityType
              | ^
              = hint: one of the two says nothing and can be left out
        "#]],
    );
}

#[test]
fn all_mistakes_of_a_file_are_reported_in_one_pass() {
    let expect = expect_file!["golden/mistakes.txt"];
    expect.assert_eq(&shown(include_str!("golden/mistakes.schema")));
}

#[test]
fn what_belongs_to_nothing_is_said_so() {
    check(
        "desc: nothing\n    x(y): Text\nrule: [[\n a\n]]\nA(甲): EntityType\n    x(值): Text\n        index: Text\n    properties:\n        `\n        (空): Text\n        ok(好): Text\n        constraint: NotNull\n          z(子): Text\n            w(孙): Text\n    constraint: NotNull\nnamespace Late\n",
        &expect![[r#"
            namespace Late

            A(甲): EntityType
                properties:
                    x(值): Text
                        index: Text
                    ok(好): Text
                        constraint: NotNull
                        properties:
                            z(子): Text
                            w(孙): Text
                                constraint: NotNull
            error: `desc` outside of a type
             --> x.schema:1:1
              |
            1 | desc: nothing
              | ^^^^^^^^^^^^^
              = expected: a type first, as in `Person(人物): EntityType`
            error: a property outside of a type
             --> x.schema:2:5
              |
            2 |     x(y): Text
              |     ^^^^^^^^^^
              = expected: a type first, as in `Person(人物): EntityType`
            error: `rule` outside of a type
             --> x.schema:3:1
              |
            3 | rule: [[
              | ^^^^^^^^
              = expected: a type first, as in `Person(人物): EntityType`
            error: a rule that belongs to nothing
             --> x.schema:4:2
              |
            4 |  a
              |  ^
            error: a property that is neither below `properties:` nor below `relations:`
             --> x.schema:7:5
              |
            7 |     x(值): Text
              |     ^^^^^^^^^^^
              = expected: `properties:` or `relations:` before it
            error: name without an end
              --> x.schema:10:9
               |
            10 |         `
               |         ^
               = expected: '`'
            error: a line that says nothing known
              --> x.schema:11:9
               |
            11 |         (空): Text
               |         ^^^^^^^^^^
               = expected: a type as in `Person(人物): EntityType`, a property as in `age(年龄): Integer`, or a keyword
            warning: `constraint` is not indented below its property
              --> x.schema:13:9
               |
            13 |         constraint: NotNull
               |         ^^^^^^^^^^
            error: a sub-property of a sub-property
              --> x.schema:15:13
               |
            15 |             w(孙): Text
               |             ^^^^^^^^^^^
               = hint: sub-properties have none of their own
            warning: `constraint` is not indented below its property
              --> x.schema:16:5
               |
            16 |     constraint: NotNull
               |     ^^^^^^^^^^
               = hint: `constraint` is said of a property, indented below it
            error: a namespace after a type
              --> x.schema:17:1
               |
            17 | namespace Late
               | ^^^^^^^^^^^^^^
               = hint: the namespace stands on the first line
        "#]],
    );
}

#[test]
fn a_circle_of_types_is_broken_and_told() {
    check(
        "namespace N\nA(甲) -> B:\nB(乙) -> A:\nC(丙) -> Text:\n",
        &expect![[r#"
            namespace N

            A(甲): EntityType

            B(乙) -> A:

            C(丙): EntityType
            error: types inherit in a circle: A -> B -> A
             --> x.schema:2:9
              |
            2 | A(甲) -> B:
              |          ^
            error: type `C` of kind EntityType inherits from `Text` of kind BasicType
             --> x.schema:4:9
              |
            4 | C(丙) -> Text:
              |          ^^^^
        "#]],
    );
}

#[test]
fn what_is_doubtful_is_a_warning() {
    let text = "namespace N\nA(甲): EventType\n aliases:# 乙\n properties:\n  leadTo(导致): A\n  CAU#leadsTo(导致): A\n  \
                d(日期): STD.Dat\n";
    let (schema, diagnostics) = Schema::parse(text);
    assert!(!diagnostics.iter().any(Diagnostic::is_error));
    assert_eq!(schema.property("A", "d").unwrap().objects[0].as_str(), "STD.Dat");
    check(
        text,
        &expect![[r#"
        namespace N

        A(甲): EventType
            properties:
                # 乙
                leadTo(导致): A
                CAU#leadsTo(导致): A
                d(日期): STD.Dat
        warning: `aliases` without a name
         --> x.schema:3:2
          |
        3 |  aliases:# 乙
          |  ^^^^^^^^^^^^
          = expected: names between commas
        warning: `leadTo` is a predicate of CAU
         --> x.schema:5:3
          |
        5 |   leadTo(导致): A
          |   ^^^^^^
          = hint: `CAU#leadTo` says so
        warning: `leadsTo` is no known predicate of CAU
         --> x.schema:6:7
          |
        6 |   CAU#leadsTo(导致): A
          |       ^^^^^^^
          = expected: leadTo, causedBy, causes, obstructedBy, createdBy, causesDesire
          = hint: did you mean `leadTo`?
        warning: standard type `STD.Dat` is neither declared here nor known
         --> x.schema:7:10
          |
        7 |   d(日期): STD.Dat
          |            ^^^^^^^
          = expected: STD.ChinaMobile, STD.Email, STD.IdCardNo, STD.MacAddress, STD.ChinaTelCode, STD.Date, STD.Timestamp
          = hint: did you mean `STD.Date`?
    "#]],
    );
}

#[test]
fn long_input_takes_time_in_proportion() {
    let mut text = "namespace N\n".to_owned();
    for at in 0..4000 {
        text.push_str(&format!("T{at}(类型{at}): EntityType\n  properties:\n    p(值): Missing{at}\n"));
    }
    let started = std::time::Instant::now();
    let (schema, diagnostics) = Schema::parse(&text);
    assert_eq!((schema.types().count(), diagnostics.len()), (4000, 4000));
    let open = "rule: [[\n".repeat(4000);
    let (_, diagnostics) =
        Schema::parse(&format!("namespace N\nA(甲): EntityType\n properties:\n  p(值): Text\n   {open}"));
    assert!(diagnostics.len() >= 4000);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
