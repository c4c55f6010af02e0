//! Types that a schema names without declaring them: those of other namespaces.

use std::collections::BTreeSet;

use kag_core::TypeName;

use super::{AutoRelate, PropertyDef, Spread, TypeDef, TypeKind};

/// What standard types are named with.
const STANDARD: &str = "STD.";

/// The standard types that every schema may name: name, Chinese label, what their values
/// match, and whether they spread.
const KNOWN: [(&str, &str, &str, Spread); 7] = [
    ("STD.ChinaMobile", "手机号码", r"(\+?86[- ]?)?1[3-9][0-9]{9}", Spread::On),
    ("STD.Email", "电子邮箱", r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", Spread::On),
    ("STD.IdCardNo", "身份证号", r"[1-9]([0-9]{14}|[0-9]{16}[0-9Xx])", Spread::On),
    ("STD.MacAddress", "网卡地址", r"[0-9A-Fa-f]{2}([-:]?[0-9A-Fa-f]{2}){5}", Spread::On),
    ("STD.ChinaTelCode", "电话号码", r"(\+?86[- ]?)?(1[3-9][0-9]{9}|(0[0-9]{2,3}[- ]?)?[2-9][0-9]{6,7})", Spread::On),
    ("STD.Date", "日期", r"[0-9]{4}([-/.]?[0-9]{1,2}([-/.]?[0-9]{1,2})?)?([ T].*)?", Spread::Off),
    ("STD.Timestamp", "时间戳", r"[0-9]{10}([0-9]{3})?", Spread::Off),
];

/// The names of the standard types that every schema may name.
pub(crate) fn standard_names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(name, ..)| *name)
}

/// Whether `name` has a namespace before it: a type so called need not be declared.
fn is_qualified(name: &str) -> bool {
    name.split_once('.').is_some_and(|(namespace, name)| !namespace.is_empty() && !name.is_empty())
}

/// Whether `name` is that of a standard type.
pub(crate) fn is_standard(name: &str) -> bool {
    name.strip_prefix(STANDARD).is_some_and(|name| !name.is_empty())
}

/// The types that `types` name with a namespace and do not declare. Of a standard type the
/// form of its values is known; of one of another namespace, nothing: it stands for a type
/// of entities until the schemas are joined.
pub(super) fn types(types: &[TypeDef]) -> Vec<TypeDef> {
    let named = types.iter().flat_map(named_by).filter(|name| is_qualified(name.as_str()));
    let mut named: BTreeSet<&TypeName> = named.collect();
    for type_def in types {
        named.remove(&type_def.name);
    }
    named.into_iter().map(stand_in).collect()
}

/// The types that a type names.
fn named_by(type_def: &TypeDef) -> impl Iterator<Item = &TypeName> {
    let related = match &type_def.auto_relate {
        AutoRelate::To(related) => related.as_slice(),
        AutoRelate::Off | AutoRelate::On => &[],
    };
    type_def.parent.iter().chain(related).chain(type_def.properties.iter().flat_map(objects))
}

fn objects(property: &PropertyDef) -> impl Iterator<Item = &TypeName> {
    let qualifiers = property.qualifiers.iter().flat_map(|qualifier| &qualifier.objects);
    property.objects.iter().chain(qualifiers)
}

fn stand_in(name: &TypeName) -> TypeDef {
    if !is_standard(name.as_str()) {
        return TypeDef::entity(name.clone());
    }
    match KNOWN.iter().find(|(known, ..)| *known == name.as_str()) {
        Some((known, zh, pattern, spread)) => {
            let known = TypeDef::standard(*known, *pattern).with_zh(*zh);
            TypeDef { spread: *spread, ..known }
        }
        None => TypeDef::new(name.clone(), TypeKind::Standard),
    }
}
