//! The types that every schema has.

use kag_core::TypeName;

use super::{Basic, PropertyDef, SemanticGroup, TypeDef, TypeKind, property::IndexKind};

/// The name of the type that all types of nodes inherit from.
pub const THING: &str = "Thing";

/// [`THING`] and one type for each [`Basic`].
pub(super) fn types() -> Vec<TypeDef> {
    let basics = Basic::ALL.into_iter().map(|basic| TypeDef::new(basic.name(), TypeKind::Basic).with_zh(basic.zh()));
    std::iter::once(thing()).chain(basics).collect()
}

/// What can be said of every node. Its name and aliases are in the node itself.
fn thing() -> TypeDef {
    TypeDef::entity(THING)
        .with_zh("事物")
        .as_abstract()
        .with_property(
            PropertyDef::property("description", Basic::Text.name())
                .with_zh("描述")
                .with_alias("desc")
                .with_description("What it is, in a sentence or two.")
                .with_index(IndexKind::TextAndVector),
        )
        .with_property(
            PropertyDef::property("id", Basic::Text.name())
                .with_zh("编号")
                .with_description("The key under which tables list it."),
        )
        .with_property(
            PropertyDef::property("summary", Basic::Text.name())
                .with_zh("摘要")
                .with_description("What the documents say of it, in short."),
        )
        .with_property(
            PropertyDef::property("supporting_chunks", Basic::Text.name())
                .with_zh("支撑文块")
                .with_description("The ids of the chunks it was read from.")
                .many(),
        )
        .with_property(
            PropertyDef::relation("belongTo", [THING])
                .with_zh("属于")
                .with_description("The concepts it is an instance of.")
                .with_group(SemanticGroup::Ind)
                .many(),
        )
}

/// Whether no type can be declared with this name. The basic types that are our extensions
/// give way to a declared type: schemas written for others may have a type `Date`.
pub(super) fn is_reserved(name: &TypeName) -> bool {
    name.as_str() == THING || Basic::of(name.as_str()).is_some_and(|basic| !basic.is_extension())
}
