//! What becomes of records when the schema changes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod cases;
mod generate;

use expect_test::expect;
use generate::schema;
use kag_schema::{Schema, SchemaDiff};
use proptest::prelude::*;

#[track_caller]
fn read(text: &str) -> Schema {
    let (schema, diagnostics) = Schema::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    schema
}

const OLD: &str = "\
namespace Market

Industry(行业): ConceptType
    hypernymPredicate: isA
Area(地区): ConceptType
STD.Code(代码): StandardType
    regular: [0-9]+
Party(主体): EntityType
    properties:
        name(名称): Text
Company(公司) -> Party:
    properties:
        code(代码): STD.Code
        size(规模): Integer
            constraint: MultiValue
        status(状态): Text
            constraint: Enum=\"a,b\"
            index: Text
        score(得分): Float
            rule: [[ o = 1 ]]
    relations:
        owns(持股): Company
            properties:
                share(比例): Text
                since(起始): Text
Person(人) -> Party:
Trade(交易): EventType
    properties:
        subject(主体): Company
        at(时间): Text
Gone(旧): EntityType
";

#[test]
fn each_change_is_safe_needs_a_reindex_or_is_refused() {
    let new = "\
namespace Market2

Industry(行业分类): ConceptType
    hypernymPredicate: locateAt
Area(地区): ConceptType
    hypernymPredicate: isA
    autoRelate: True
STD.Code(代码): StandardType
    regular: [0-9]{6}
    spreadable: True
Party(主体): EntityType
    properties:
        name(姓名): Text
        phone(电话): Text
Company(公司) -> Party:
    desc: 公司
    properties:
        code(代码): Text
        size(规模): Integer
            constraint: NotNull
        status(状态): Text
            constraint: Enum=\"a,b,c\"
            index: TextAndVector
        score(得分): Float
            rule: [[ o = 2 ]]
        extra(其他): Text
        needed(必填): Text
            constraint: NotNull
    relations:
        owns(持股): Company,Person
            properties:
                share(比例): Float
Person(人): EventType
Trade(交易): EventType
    properties:
        at(时间): Text
New(新): EntityType
";
    let plan = Schema::diff(&read(OLD), &read(new));
    assert!(plan.is_refused() && plan.needs_reindex());
    expect![[r#"
        refused: Industry: hypernym predicate changed from isA to locateAt (its concepts are ordered by it; remove the type and declare it anew)
        refused: STD.Code: spreadable changed from False to True (its values were not made nodes; remove the type and declare it anew)
        refused: Party.phone: added (other types inherit it; change it in each of them, or remove those first)
        refused: Person: kind changed from EntityType to EventType (its nodes were made as EntityType; remove the type and declare it anew)
        refused: Person: parent changed from Party to none (what it inherits would change; remove the type and declare it anew)
        refused: Trade.subject: removed (an event without its subject says nothing; keep it, or remove the type)
        needs reindex: STD.Code: regular expression changed from [0-9]+ to [0-9]{6} (stored values are checked against it)
        needs reindex: Company.code: objects changed from STD.Code to Text (stored facts are read again as the new types)
        needs reindex: Company.size: constraint NotNull added (stored facts are checked against it)
        needs reindex: Company.size: constraint MultiValue removed (of several stored values one is allowed)
        needs reindex: Company.status: index changed from Text to TextAndVector (the index is built again)
        needs reindex: Company.needed: added (stored records lack it, and it must not be missing)
        needs reindex: Company.owns.share: objects changed from Text to Float (stored facts are read again as the new types)
        needs reindex: Company.owns.since: removed (facts are told apart by what they say of themselves)
        needs reindex: Gone: EntityType removed (its records no longer fit; documents that have them are built again)
        safe: namespace changed from Market to Market2 (names of records have no namespace)
        safe: Industry: labels changed (names are looked up in the schema, not stored)
        safe: Area: auto-relate changed (concepts can be related in more ways)
        safe: Party.name: labels changed (names are looked up in the schema, not stored)
        safe: Company: labels changed (names are looked up in the schema, not stored)
        safe: Company.status: constraint Enum(a, b, c) added (whatever was allowed is allowed)
        safe: Company.status: constraint Enum(a, b) removed (less must hold than before)
        safe: Company.score: rule changed (what it derives is derived again by the new rule)
        safe: Company.extra: added (there are no facts of it yet)
        safe: Company.owns: objects changed from Company to Company, Person (whatever was allowed is allowed)
        safe: New: EntityType added (there are no records of it yet)
    "#]].assert_eq(&plan.to_string());
}

#[test]
fn nothing_changes_between_equal_schemas_in_another_order() {
    let old = read(OLD);
    assert_eq!(Schema::diff(&old, &old), SchemaDiff::default());
    let other =
        OLD.replace("Gone(旧): EntityType\n", "").replace("Industry(行业)", "Gone(旧): EntityType\nIndustry(行业)");
    assert_eq!(Schema::diff(&old, &read(&other)).to_string(), "nothing changed\n");
}

#[test]
fn a_type_can_be_removed_with_those_that_inherit_from_it() {
    let new = read("namespace Market\nIndustry(行业): ConceptType\n    hypernymPredicate: isA\n");
    assert!(!Schema::diff(&read(OLD), &new).is_refused());
}

proptest! {
    #![proptest_config(cases::cases(48))]

    #[test]
    fn a_plan_is_empty_exactly_where_nothing_differs(old in schema(), new in schema()) {
        prop_assert!(Schema::diff(&old, &old).is_empty());
        prop_assert!(Schema::diff(&new, &old) == Schema::diff(&new, &old));
        let same = old.namespace() == new.namespace() && old.types().count() == 0 && new.types().count() == 0;
        prop_assert!(!Schema::diff(&old, &new).is_empty() || same || old == new);
    }
}
