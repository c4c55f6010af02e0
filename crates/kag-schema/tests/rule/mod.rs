//! Generates rules of every form.

use kag_core::{Number, PartialDate, Predicate, Quantity, TypeName, Unit, Value};
use kag_schema::{
    Assignment, BinaryOp, Clause, ConceptHead, ConceptName, ConceptPriority, ConceptRule, Define, EdgeDirection,
    EdgePattern, EdgeTarget, Expr, ExprKind, Hops, Label, NodePattern, PathPattern, Production, ReturnItem,
    RuleProgram, RuleQuery, SourceSpan, Statement, UnaryOp,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

type Name = std::sync::Arc<str>;

pub(crate) fn any_name() -> impl Strategy<Value = Name> {
    prop_oneof![
        4 => "[a-z_][a-z0-9_]{0,4}",
        1 => select(vec![
            "公司", "金额", "and", "If", "is", "null", "like", "date", "a b", "`", "\\", "1a", "#1", "é", "或", "contains",
            "Define", "Rule", "Structure", "MATCH", "where", "RETURN", "limit", "as", "repeat", "optional", "action",
            "per_node_limit", "group", "accumulate", "Description", "mod", "then", "true", "x$y", "\n", "a/b", "a.b",
            "comment", "get", "__start__", "top", "e\u{301}", "//", "/*", ">>>", "”",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{1,4}",
    ]
    .prop_map(Name::from)
}

fn any_text() -> impl Strategy<Value = Name> {
    prop_oneof!["[a-z ]{0,8}", "\\PC{0,6}", Just("占比\n\"50%\"".to_owned()), Just("\\".to_owned())]
        .prop_map(Name::from)
}

/// A name without a slash, which would be that of a concept.
fn any_type() -> impl Strategy<Value = TypeName> {
    any_name().prop_map(|name| TypeName::new(name.replace('/', "_")))
}

fn any_predicate() -> impl Strategy<Value = Predicate> {
    any_type().prop_map(|name| Predicate::new(name.as_str()))
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        (-20i64..20).prop_map(Number::Integer),
        any::<i64>().prop_map(Number::Integer),
        (-1000i64..1000, 0u32..4).prop_map(|(n, scale)| rust_decimal::Decimal::new(n, scale).into()),
        any::<f64>().prop_filter_map("nan", |f| kag_core::Float::new(f).map(Number::Float)),
    ]
}

fn any_literal() -> impl Strategy<Value = Value> {
    prop_oneof![
        any_number().prop_map(Value::from),
        any::<bool>().prop_map(Value::Boolean),
        any_text().prop_map(Value::Text),
        (1900i16..2100, 1i8..13, 1i8..29)
            .prop_filter_map("date", |(y, m, d)| PartialDate::of_day(y, m, d).map(Value::Date)),
        (any_number(), select(vec!["km", "%", "CNY", "人"]))
            .prop_filter_map("unit", |(number, unit)| Some(Quantity::new(number, Unit::of(unit)?).into())),
    ]
}

fn any_concept() -> impl Strategy<Value = ConceptName> {
    (any_name(), any_name()).prop_map(|(type_name, name)| ConceptName::new(&*type_name, name))
}

fn any_label() -> impl Strategy<Value = Label> {
    prop_oneof![any_type().prop_map(Label::Type), vec(any_concept(), 1..3).prop_map(Label::Concepts)]
}

pub(crate) fn any_expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        3 => any_name().prop_map(Expr::variable),
        3 => any_literal().prop_map(Expr::literal),
        1 => Just(Expr::from(ExprKind::Null)),
        1 => any_name().prop_map(|name| Expr::from(ExprKind::Parameter(name))),
        1 => any_concept().prop_map(|concept| Expr::from(ExprKind::Concept(concept))),
    ];
    let ops = vec![
        BinaryOp::Or,
        BinaryOp::Xor,
        BinaryOp::And,
        BinaryOp::Equal,
        BinaryOp::NotEqual,
        BinaryOp::Less,
        BinaryOp::GreaterOrEqual,
        BinaryOp::In,
        BinaryOp::Contains,
        BinaryOp::Like,
        BinaryOp::RegexLike,
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Remainder,
        BinaryOp::Power,
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let unary = select(vec![UnaryOp::Negate, UnaryOp::Not, UnaryOp::IsNull]);
        let several = || vec(inner.clone(), 0..3);
        let method = |of: Expr, name, arguments| Expr::from(ExprKind::Method { of: Box::new(of), name, arguments });
        prop_oneof![
            4 => (inner.clone(), select(ops.clone()), inner.clone()).prop_map(|(a, op, b)| a.binary(op, b)),
            2 => (inner.clone(), unary).prop_map(|(a, op)| a.unary(op)),
            2 => (inner.clone(), any_name()).prop_map(|(a, name)| a.property(name)),
            2 => (any_name(), several()).prop_map(|(f, a)| Expr::call(f, a)),
            2 => (inner.clone(), any_name(), several()).prop_map(move |(of, name, a)| method(of, name, a)),
            1 => several().prop_map(Expr::list),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(c, a, b)| c.if_else(a, b)),
            1 => (vec(any_name(), 0..3), inner.clone()).prop_map(|(parameters, body)| {
                Expr::from(ExprKind::Lambda { parameters, body: Box::new(body) })
            }),
            1 => any_path_of(inner.clone(), 1).prop_map(|mut path| {
                (path.variable, path.optional) = (None, false);
                Expr::from(ExprKind::Path(Box::new(path)))
            }),
        ]
    })
    .boxed()
}

fn any_node_of(expr: BoxedStrategy<Expr>) -> BoxedStrategy<NodePattern> {
    (option::of(any_name()), vec(any_label(), 0..3), option::weighted(0.2, expr), prop::bool::weighted(0.1))
        .prop_map(|(variable, labels, condition, start)| NodePattern {
            variable,
            labels,
            condition,
            start,
            span: SourceSpan::default(),
        })
        .boxed()
}

fn any_edge_of(expr: BoxedStrategy<Expr>) -> BoxedStrategy<EdgePattern> {
    let target = prop_oneof![
        6 => vec(any_predicate(), 0..3).prop_map(EdgeTarget::Predicates),
        1 => (any_name(), vec(expr.clone(), 0..3)).prop_map(|(f, a)| EdgeTarget::Linked(Expr::call(f, a))),
    ];
    let direction = select(vec![EdgeDirection::Right, EdgeDirection::Left, EdgeDirection::Either]);
    let hops = option::weighted(
        0.2,
        (0u32..5, option::of(0u32..5)).prop_map(|(least, more)| Hops { least, most: more.map(|more| least + more) }),
    );
    let limit = option::weighted(0.1, any::<u32>());
    (option::of(any_name()), target, direction, hops, any::<bool>(), limit, option::weighted(0.2, expr))
        .prop_map(|(variable, target, direction, hops, optional, per_node_limit, condition)| EdgePattern {
            variable,
            target,
            direction,
            hops,
            optional,
            per_node_limit,
            condition,
            span: SourceSpan::default(),
        })
        .boxed()
}

fn any_path_of(expr: BoxedStrategy<Expr>, least: usize) -> BoxedStrategy<PathPattern> {
    let steps = vec((any_edge_of(expr.clone()), any_node_of(expr.clone())), least..3);
    (option::weighted(0.1, any_name()), prop::bool::weighted(0.1), any_node_of(expr), steps)
        .prop_map(|(variable, optional, start, steps)| PathPattern { variable, optional, start, steps })
        .boxed()
}

fn small() -> BoxedStrategy<Expr> {
    prop_oneof![
        any_name().prop_map(Expr::variable),
        any_literal().prop_map(Expr::literal),
        (any_name(), any_name()).prop_map(|(a, b)| Expr::variable(a).property(b)),
        (any_name(), any_literal()).prop_map(|(a, b)| Expr::variable(a).binary(BinaryOp::Greater, Expr::literal(b))),
    ]
    .boxed()
}

fn any_structure() -> BoxedStrategy<Vec<PathPattern>> {
    vec(any_path_of(small(), 0), 0..4).boxed()
}

fn any_clause() -> BoxedStrategy<Clause> {
    let span = SourceSpan::default();
    prop_oneof![
        (any_name(), option::of(any_name()), option::of(any_text()), any_expr()).prop_map(
            move |(name, property, explanation, expr)| Clause::Projection { name, property, explanation, expr, span }
        ),
        (any_name(), option::of(any_text()), any_expr()).prop_map(move |(name, explanation, expr)| Clause::Condition {
            name: Some(name),
            explanation,
            expr,
            span
        }),
    ]
    .boxed()
}

fn any_assignments() -> BoxedStrategy<Vec<Assignment>> {
    let span = SourceSpan::default();
    vec((any_name(), any_expr()).prop_map(move |(name, value)| Assignment { name, value, span }), 0..3).boxed()
}

fn any_production() -> BoxedStrategy<Production> {
    let span = SourceSpan::default();
    prop_oneof![
        (option::of(any_name()), any_label(), any_assignments())
            .prop_map(move |(variable, label, values)| Production::Node { variable, label, values, span }),
        (any_name(), any_name(), any_predicate(), any_assignments()).prop_map(
            move |(source, target, predicate, values)| Production::Edge { source, target, predicate, values, span }
        ),
    ]
    .boxed()
}

fn any_define() -> BoxedStrategy<Statement> {
    let head = (any_node_of(small()), option::of(any_name()), any_predicate(), any_node_of(small()));
    let body = (any_structure(), vec(any_clause(), 0..4), vec(any_production(), 0..3), option::of(any_text()));
    (head, body)
        .prop_map(|((subject, variable, predicate, object), (structure, constraint, action, description))| {
            Statement::Define(Define {
                subject,
                variable,
                predicate,
                object,
                structure,
                constraint,
                action,
                description,
                span: SourceSpan::default(),
            })
        })
        .boxed()
}

fn any_concept_rule() -> BoxedStrategy<Statement> {
    let head = prop_oneof![
        any_concept().prop_map(ConceptHead::Member),
        (any_node_of(small()), option::of(any_name()), any_predicate(), any_node_of(small())).prop_map(
            |(subject, variable, predicate, object)| ConceptHead::Related {
                subject: Box::new(subject),
                variable,
                predicate,
                object: Box::new(object),
            }
        ),
    ];
    let conditions = (any::<bool>(), vec((any_name(), option::of(any_text()), any_expr()), 1..4)).prop_map(
        |(nameless, conditions)| {
            let clause = |(at, (name, explanation, expr)): (usize, (Name, Option<Name>, Expr))| {
                let bare = nameless && at == 0;
                let (name, explanation) = if bare { (None, None) } else { (Some(name), explanation) };
                Clause::Condition { name, explanation, expr, span: SourceSpan::default() }
            };
            conditions.into_iter().enumerate().map(clause).collect()
        },
    );
    (head, conditions, any_assignments(), option::of(any_text()))
        .prop_map(|(head, conditions, action, description)| {
            Statement::ConceptRule(ConceptRule { head, conditions, action, description, span: SourceSpan::default() })
        })
        .boxed()
}

fn any_priority() -> impl Strategy<Value = Statement> {
    let order = vec((any_name(), any_number().prop_map(Value::from)), 0..4);
    (any_type(), order, option::of(any_text())).prop_map(|(type_name, order, description)| {
        Statement::Priority(ConceptPriority { type_name, order, description, span: SourceSpan::default() })
    })
}

/// What `get` can show.
fn any_shown() -> impl Strategy<Value = ReturnItem> {
    let expr = prop_oneof![
        any_name().prop_map(Expr::variable),
        (any_name(), any_name()).prop_map(|(a, b)| Expr::variable(a).property(b)),
    ];
    let known = (expr, option::of(any_name()), option::of(any_text()));
    let literal = (any_literal().prop_map(Expr::literal), any_name().prop_map(Some), Just(None));
    prop_oneof![known, literal].prop_map(|(expr, alias, comment)| ReturnItem { expr, alias, comment })
}

fn any_query() -> impl Strategy<Value = Statement> {
    let shown =
        (vec(any_clause(), 0..3), vec(any_shown(), 1..4), any::<bool>()).prop_flat_map(|(rules, items, view)| {
            let columns = vec(any_name(), items.len());
            let view = (any_name(), columns).prop_map(move |named| view.then_some(named));
            (Just(rules), Just(items), view)
        });
    let asked = (Just(Vec::new()), vec((any_expr(), option::of(any_name())), 1..4)).prop_map(|(rules, items)| {
        let item = |(expr, alias)| ReturnItem { expr, alias, comment: None };
        (rules, items.into_iter().map(item).collect::<Vec<_>>(), None)
    });
    let paths = vec(any_path_of(small(), 0), 1..3).prop_map(|mut paths| {
        for path in &mut paths {
            path.start.start = false;
            path.steps.iter_mut().for_each(|(_, node)| node.start = false);
        }
        paths
    });
    let shape = prop_oneof![(any_structure(), shown.boxed()), (paths, asked.boxed())];
    (shape, option::of(any_expr()), any::<bool>(), option::of(any::<u32>())).prop_map(
        |((structure, (constraint, items, view)), condition, distinct, limit)| {
            Statement::Query(RuleQuery {
                structure,
                condition,
                constraint,
                items,
                distinct,
                limit: limit.map(u64::from),
                view,
                span: SourceSpan::default(),
            })
        },
    )
}

pub(crate) fn any_program() -> impl Strategy<Value = RuleProgram> {
    let statement = prop_oneof![
        4 => any_define(),
        2 => any_concept_rule(),
        1 => any_priority(),
        3 => any_query(),
    ];
    vec(statement, 0..3).prop_map(|statements| RuleProgram { statements })
}
