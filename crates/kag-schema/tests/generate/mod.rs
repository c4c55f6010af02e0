//! Schemas that are valid and use everything the language has.

use kag_core::{PartialDate, Quantity, Span, Value};
use kag_schema::{
    Basic, Constraint, Hypernym, IndexKind, Labels, PropertyDef, PropertyKind, RuleText, Schema, SemanticGroup,
    TypeDef, TypeKind,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// The start of a name; what makes it unique is put behind it.
fn stem() -> impl Strategy<Value = String> {
    let odd = [
        "desc",
        "rule",
        "properties",
        "namespace",
        "Entity type ",
        "a#b",
        "CAU#",
        "x(y)",
        "人物（",
        "# no comment ",
        "`q`",
        "\\",
        "->",
        "a:b",
        "甲、乙",
        "STD.",
        "Other.",
        "Gen.",
        "é",
        "\u{65}\u{301}",
        "Имя",
        "اسم",
        "名前",
        "[[",
        "\"",
        "tab\t",
        "two\nlines",
        "description",
        "abstract",
        "label",
    ];
    prop_oneof![4 => "[A-Za-z][A-Za-z0-9]{0,6}", 2 => "[\u{4e00}-\u{9fa5}]{1,4}", 2 => select(odd.to_vec()).prop_map(str::to_owned)]
}

/// Any words: of any script, with quotes, brackets and line ends.
fn words() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "\"",
        "\"quoted\"",
        "(a) b",
        ")",
        "（全角）",
        "line\nline",
        "# no comment",
        "a # b",
        "back\\slash",
        "\\n",
        "\u{7}",
        "[[ a ]]",
        "[\"a\"]",
        "a, b",
        "甲、乙",
        "`b`",
        "True",
        "Text",
        "\u{feff}",
        "：",
        "x ",
        "\u{2028}",
    ];
    prop_oneof![3 => "[ -~]{0,12}", 3 => "[\u{4e00}-\u{9fa5}]{1,6}", 2 => select(odd.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,10}"]
}

fn labels() -> impl Strategy<Value = Labels> {
    (option::of(words()), option::weighted(0.7, words()), vec(words(), 0..3), option::of(words())).prop_map(
        |(en, zh, aliases, description)| Labels {
            en: en.map(Into::into),
            zh: zh.map(Into::into),
            aliases: aliases.into_iter().map(Into::into).collect(),
            description: description.map(Into::into),
        },
    )
}

fn rule() -> impl Strategy<Value = RuleText> {
    let texts = [
        "Define (s:A)-[p:q]->(o:B) {\n    Structure {\n        (s)\n    }\n}",
        "\tDefine {\r\n\t\tR1: s.x > 1\r\n\t}",
        "one line",
        "",
        "a[b[1]]",
        "first ]]\nsecond",
        "]]",
        "rule: [[\n x",
        "x\nrule: [[ y",
        "x\nPerson(人物): EntityType",
        "x\nPlayer(球员) -> Person:",
        "]=]\n]]",
        "规则\n  # 说明\n  R1(\"占比\"): a > 0.5",
        "a\n\n\n  b",
    ];
    prop_oneof![3 => select(texts.to_vec()).prop_map(str::to_owned), 1 => "[ -~\n]{0,40}"]
        .prop_map(|text| RuleText::new(text, Span::default()))
}

fn pattern() -> impl Strategy<Value = String> {
    let patterns = [
        "[0-9]+",
        "^a\"b$",
        "[[:alpha:]]+",
        "x\ny",
        "“”",
        "\\\"",
        "a\\]=\\]b",
        " lead",
        "\"",
        "\\d{4}",
        "甲|乙",
        "#",
        "a,b",
        "",
    ];
    select(patterns.to_vec()).prop_map(str::to_owned)
}

/// Values of one kind of literal.
fn values(basic: Basic) -> BoxedStrategy<Vec<Value>> {
    let one = match basic {
        Basic::Integer => any::<i64>().prop_map(Value::from).boxed(),
        Basic::Float | Basic::Decimal => prop_oneof![
            any::<i64>().prop_map(Value::from),
            select(vec!["1.5", "0.10", "-2"]).prop_map(|text| Value::Decimal(text.parse().unwrap())),
        ]
        .boxed(),
        Basic::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Basic::Date => (1900i16..2100).prop_map(|year| PartialDate::of_year(year).unwrap().into()).boxed(),
        Basic::Quantity => select(vec!["5 km", "3 kg"]).prop_map(|text| Quantity::read(text).unwrap().into()).boxed(),
        Basic::Interval => {
            Just(PartialDate::of_year(2001).unwrap()).prop_map(|date| Value::Interval(date.into())).boxed()
        }
        _ => words().prop_map(Value::from).boxed(),
    };
    vec(one, 1..4).boxed()
}

/// What a property has as objects, and what must hold for it.
fn objects(nodes: Vec<String>, relation: bool) -> BoxedStrategy<(Vec<String>, Vec<Constraint>)> {
    let usual = || {
        let all = [vec![], vec![Constraint::NotNull], vec![Constraint::MultiValue, Constraint::NotNull]];
        select(all.to_vec())
    };
    let mut named: Vec<String> = nodes;
    named.extend(["Other.Thing", "STD.Email", "STD.Unknown", "Thing"].map(str::to_owned));
    let of_nodes = vec(select(named), 1..3).prop_map(|mut objects| {
        objects.dedup();
        objects
    });
    let of_nodes = (of_nodes, usual()).boxed();
    if relation {
        return of_nodes;
    }
    let of_literals = select(Basic::ALL.to_vec()).prop_flat_map(move |basic| {
        (Just(basic), usual(), option::of(values(basic)), option::of(pattern())).prop_map(
            |(basic, mut constraints, values, pattern)| {
                constraints.extend(values.map(Constraint::Enum));
                constraints.extend(pattern.filter(|_| basic == Basic::Text).map(|p| Constraint::Regular(p.into())));
                (vec![basic.name().to_owned()], constraints)
            },
        )
    });
    let of_texts = (pattern(), usual()).prop_map(|(pattern, mut constraints)| {
        constraints.push(Constraint::Regular(pattern.into()));
        (vec!["Text".to_owned(), "STD.Email".to_owned()], constraints)
    });
    prop_oneof![2 => of_nodes, 3 => of_literals, 1 => of_texts].boxed()
}

fn bare(nodes: Vec<String>, relation: bool) -> impl Strategy<Value = PropertyDef> {
    (stem(), labels(), objects(nodes, relation)).prop_map(move |(name, labels, (objects, constraints))| {
        let mut property = PropertyDef::property(name.as_str(), "");
        property.kind = if relation { PropertyKind::Relation } else { PropertyKind::Property };
        property.labels = labels;
        property.objects = objects.iter().map(|object| object.as_str().into()).collect();
        property.constraints = constraints;
        property
    })
}

fn qualifier(nodes: Vec<String>) -> impl Strategy<Value = PropertyDef> {
    let index = option::weighted(0.1, select(IndexKind::ALL.to_vec()));
    (bare(nodes, false), option::weighted(0.1, rule()), index).prop_map(|(mut qualifier, rule, index)| {
        (qualifier.rule, qualifier.index) = (rule, index);
        qualifier
    })
}

fn property(nodes: Vec<String>, groups: Vec<SemanticGroup>) -> impl Strategy<Value = PropertyDef> {
    any::<bool>().prop_flat_map(move |relation| {
        let index = option::of(select(IndexKind::ALL.to_vec()));
        let group = if groups.is_empty() { Just(None).boxed() } else { option::of(select(groups.clone())).boxed() };
        (bare(nodes.clone(), relation), vec(qualifier(nodes.clone()), 0..3), option::of(rule()), index, group).prop_map(
            |(mut property, mut qualifiers, rule, index, group)| {
                for (at, qualifier) in qualifiers.iter_mut().enumerate() {
                    qualifier.name = format!("{}{at}", qualifier.name).as_str().into();
                }
                property.qualifiers = qualifiers;
                (property.rule, property.index) = (rule, index);
                // What every group allows as an object.
                if let Some(group) = group {
                    property.group = Some(group);
                    property.objects = vec!["Other.Thing".into()];
                    property.constraints.retain(|c| matches!(c, Constraint::NotNull | Constraint::MultiValue));
                }
                property
            },
        )
    })
}

#[derive(Clone, Debug)]
struct Plan {
    name: String,
    kind: TypeKind,
    parent: Option<usize>,
    foreign_parent: bool,
}

fn plan() -> impl Strategy<Value = Plan> {
    let kinds = vec![TypeKind::Entity, TypeKind::Event, TypeKind::Concept, TypeKind::Standard, TypeKind::Index];
    (stem(), select(kinds), option::weighted(0.4, 0usize..8), prop::bool::weighted(0.1))
        .prop_map(|(name, kind, parent, foreign_parent)| Plan { name, kind, parent, foreign_parent })
}

/// The groups that a subject of this kind can have predicates of.
fn groups(kind: TypeKind) -> Vec<SemanticGroup> {
    let objects = [TypeKind::Entity, TypeKind::Event, TypeKind::Concept];
    SemanticGroup::ALL.into_iter().filter(|group| objects.iter().any(|object| group.connects(kind, *object))).collect()
}

/// A valid schema of up to eight types.
pub(crate) fn schema() -> impl Strategy<Value = Schema> {
    vec(plan(), 0..8).prop_flat_map(|plans| {
        let named: Vec<Plan> = plans
            .into_iter()
            .enumerate()
            .map(|(at, plan)| Plan { name: format!("{}{at}", plan.name), ..plan })
            .collect();
        let nodes: Vec<String> = named.iter().map(|plan| plan.name.clone()).collect();
        let concepts: Vec<String> =
            named.iter().filter(|plan| plan.kind == TypeKind::Concept).map(|plan| plan.name.clone()).collect();
        let types: Vec<_> = (0..named.len()).map(|at| type_def(&named, at, nodes.clone(), concepts.clone())).collect();
        let namespace = prop_oneof![3 => Just("Gen".to_owned()), 1 => stem().prop_map(|stem| format!("{stem}0"))];
        (namespace, types, any::<bool>()).prop_map(|(namespace, mut types, basic): (String, Vec<TypeDef>, bool)| {
            if basic {
                types.push(TypeDef::new("Text", TypeKind::Basic).with_zh("文本"));
            }
            match Schema::builder(namespace).with_types(types).build() {
                Ok(schema) => schema,
                Err(problems) => panic!("the generator makes valid schemas: {problems:?}"),
            }
        })
    })
}

fn type_def(
    plans: &[Plan],
    at: usize,
    nodes: Vec<String>,
    concepts: Vec<String>,
) -> impl Strategy<Value = TypeDef> + use<> {
    let plan = plans[at].clone();
    let parent = plan.parent.filter(|parent| *parent < at && plans[*parent].kind == plan.kind);
    let parent = match (parent, plan.foreign_parent, plan.kind) {
        (Some(parent), ..) => Some(plans[parent].name.clone()),
        (None, true, TypeKind::Standard) => Some("STD.Email".to_owned()),
        (None, true, _) => Some(if at.is_multiple_of(2) { "Thing" } else { "Other.Base" }.to_owned()),
        _ => None,
    };
    let properties = if plan.kind == TypeKind::Standard {
        Just(Vec::new()).boxed()
    } else {
        vec(property(nodes, groups(plan.kind)), 0..5).boxed()
    };
    let related = if concepts.is_empty() { Just(Vec::new()).boxed() } else { vec(select(concepts), 0..3).boxed() };
    let settings =
        (any::<bool>(), any::<bool>(), option::of(select(Hypernym::ALL.to_vec())), option::of(pattern()), related);
    (labels(), properties, settings, vec(rule(), 0..2)).prop_map(move |(labels, properties, settings, rules)| {
        let (is_abstract, flag, hypernym, pattern, related) = settings;
        let mut type_def = TypeDef::new(plan.name.as_str(), plan.kind);
        (type_def.labels, type_def.rules) = (labels, rules);
        type_def.parent = parent.as_deref().map(Into::into);
        if is_abstract {
            type_def = type_def.as_abstract();
        }
        if plan.kind == TypeKind::Concept {
            type_def.hypernym = hypernym;
            type_def = match (flag, related.is_empty()) {
                (true, true) => type_def.with_auto_relate(),
                (true, false) => type_def.with_auto_relate_to(related.iter().map(String::as_str)),
                _ => type_def,
            };
        }
        if plan.kind == TypeKind::Standard {
            type_def.pattern = pattern.map(Into::into);
            if flag {
                type_def = type_def.with_spread();
            }
        }
        for (number, mut property) in properties.into_iter().enumerate() {
            property.name = format!("{}{at}_{number}", property.name).as_str().into();
            type_def = type_def.with_property(property);
        }
        type_def
    })
}
