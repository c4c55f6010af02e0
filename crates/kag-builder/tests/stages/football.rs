//! A small bilingual schema.

use kag_schema::{Constraint, PropertyDef, Schema, TypeDef};

pub(crate) fn football() -> Schema {
    let club = TypeDef::entity("Club")
        .with_zh("俱乐部")
        .with_property(PropertyDef::property("founded", "Date").with_zh("成立时间"))
        .with_property(PropertyDef::property("members", "Integer").with_zh("会员数"))
        .with_property(
            PropertyDef::property("colour", "Text")
                .many()
                .with_constraint(Constraint::Enum(vec!["white".into(), "red".into()])),
        );
    let person = TypeDef::entity("Person").with_zh("人物").with_property(
        PropertyDef::relation("playsFor", ["Club"])
            .with_zh("效力于")
            .many()
            .with_qualifier(PropertyDef::property("from", "Date").with_zh("加盟时间"))
            .with_qualifier(PropertyDef::property("matches", "Integer").with_zh("场次")),
    );
    Schema::builder("Football").with_types([club, person]).build().unwrap()
}
