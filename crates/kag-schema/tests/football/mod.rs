//! A small football schema in two languages, shared by the tests.

use kag_core::Value;
use kag_schema::{Constraint, Hypernym, IndexKind, PropertyDef, Schema, SchemaBuilder, SemanticGroup, TypeDef};

/// People, clubs, national teams, transfers and positions.
pub(crate) fn football() -> Schema {
    builder().build().unwrap()
}

fn builder() -> SchemaBuilder {
    Schema::builder("Football")
        .with_type(person())
        .with_type(
            TypeDef::entity("Team")
                .with_zh("球队")
                .as_abstract()
                .with_property(PropertyDef::property("founded", "Date").with_en("founding date").with_zh("成立时间"))
                .with_property(
                    PropertyDef::property("colour", "Text")
                        .with_zh("球衣颜色")
                        .with_constraint(Constraint::Enum(vec!["white".into(), "red".into(), Value::from("蓝")])),
                ),
        )
        .with_type(
            TypeDef::entity("Club")
                .with_parent("Team")
                .with_zh("俱乐部")
                .with_alias("football club")
                .with_alias("足球俱乐部")
                .with_property(PropertyDef::property("phone", "Phone").with_zh("电话"))
                .with_property(PropertyDef::relation("rival", ["Club"]).with_zh("死敌").many()),
        )
        .with_type(TypeDef::entity("NationalTeam").with_parent("Team").with_en("national team").with_zh("国家队"))
        .with_type(
            TypeDef::event("Transfer")
                .with_zh("转会")
                .with_property(PropertyDef::relation("subject", ["Person", "Club"]).with_zh("主体").many())
                .with_property(PropertyDef::property("fee", "Quantity").with_zh("转会费"))
                .with_property(
                    PropertyDef::relation("leadTo", ["Transfer"]).with_zh("导致").with_group(SemanticGroup::Cau).many(),
                ),
        )
        .with_type(TypeDef::concept("Position", Hypernym::IsA).with_zh("场上位置"))
        .with_type(TypeDef::standard("Phone", r"\+?[0-9]{5,15}").with_zh("电话号码"))
}

fn person() -> TypeDef {
    TypeDef::entity("Person")
        .with_zh("人物")
        .with_alias("球员")
        .with_description("A human being.")
        .with_property(
            PropertyDef::property("birthDate", "Date").with_en("date of birth").with_zh("出生日期").required(),
        )
        .with_property(PropertyDef::property("goals", "Integer").with_zh("进球数"))
        .with_property(
            PropertyDef::property("shirt", "Text")
                .with_zh("球衣号码")
                .with_constraint(Constraint::Regular("[1-9][0-9]?".into()))
                .with_index(IndexKind::Text),
        )
        .with_property(
            PropertyDef::relation("playsFor", ["Club", "NationalTeam"])
                .with_en("plays for")
                .with_zh("效力于")
                .with_alias("played for")
                .many()
                .with_qualifier(PropertyDef::property("from", "Date").with_zh("加盟时间"))
                .with_qualifier(PropertyDef::property("until", "Date").with_zh("离队时间"))
                .with_qualifier(PropertyDef::property("matches", "Integer").with_zh("出场次数")),
        )
        .with_property(
            PropertyDef::relation("position", ["Position"]).with_zh("位置").with_group(SemanticGroup::Ind).many(),
        )
}
