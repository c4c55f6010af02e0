//! Patterns, conditions, properties, groups.

use kag_reason::Matching;
use kag_schema::{PropertyDef, Schema, TypeDef};

use crate::world::{World, ask, inference, rules};

fn films() -> Schema {
    Schema::builder("Cinema")
        .with_type(
            TypeDef::entity("Film")
                .with_zh("电影")
                .with_property(PropertyDef::property("budget", "Integer").with_zh("预算"))
                .with_property(
                    PropertyDef::relation("star", ["Actor"])
                        .with_zh("主演")
                        .many()
                        .with_qualifier(PropertyDef::property("joined", "Integer").with_zh("加入")),
                )
                .with_property(PropertyDef::relation("like", ["Film"]).with_zh("相似").many())
                .with_property(PropertyDef::property("starNum", "Integer"))
                .with_property(PropertyDef::property("report", "Text")),
        )
        .with_type(
            TypeDef::entity("Actor")
                .with_zh("演员")
                .with_property(PropertyDef::property("age", "Integer"))
                .with_property(PropertyDef::property("gender", "Text")),
        )
        .build()
        .unwrap()
}

fn world() -> World {
    World::read(
        "Film 长城
         Film Heat
         Film Solo
         Actor 张三
         Actor Ann
         Actor Bob
         张三 age = 60
         Ann age = 30
         Bob age = 18
         Ann gender = 女
         Bob gender = 男
         张三 gender = 男
         Heat budget = 100
         长城 star 张三 joined=100
         长城 star Ann joined=200
         长城 star Bob joined=300
         Heat star 张三 joined=10
         Heat star Ann joined=600
         Solo star Bob joined=7",
    )
}

fn check(rule: &str, query: &str, expect: &[&str]) {
    let base = rules(&films(), rule);
    assert_eq!(ask(&inference(&base, &world()), query), expect, "{query}");
}

#[test]
fn patterns_are_matched_both_ways_with_conditions_on_nodes_and_edges() {
    check(
        "",
        "MATCH (s:Film)-[p:star]->(o:Actor) WHERE o.age > 20 and p.joined < 500 RETURN s.name, o.name",
        &["Heat,张三", "长城,Ann", "长城,张三"],
    );
    check("", "MATCH (o:Actor)<-[:主演]-(s:电影) WHERE s.name == '长城' RETURN o.name", &["Ann", "Bob", "张三"]);
    check(
        "",
        "MATCH (s:Film)-[:star]->(o)<-[:star]-(t:Film) WHERE s.id < t.id RETURN s.id, o.id, t.id",
        &["Heat,Ann,长城", "Heat,张三,长城", "Solo,Bob,长城"],
    );
    check("", "MATCH (s:Film) RETURN s.id, s.budget", &["Heat,100", "Solo,-", "长城,-"]);
}

#[test]
fn a_derived_property_is_computed_where_it_is_read() {
    let rule = "Define (s:Film)-[p:starNum]->(o:Integer) {
        Structure { (s)-[:star]->(u:Actor) }
        Constraint { o = group(s).count(u) }
    }
    Define (s:Film)-[p:report]->(o:Text) {
        Structure { (s) }
        Constraint { o = concat('stars: ', s.starNum) }
    }";
    check(rule, "MATCH (s:Film) RETURN s.id, s.report", &["Heat,stars: 2", "Solo,stars: 1", "长城,stars: 3"]);
    check(rule, "MATCH (s:Film) WHERE s.starNum > 2 RETURN s.id", &["长城"]);
}

#[test]
fn a_group_takes_each_thing_once_unless_it_speaks_of_several() {
    let query = "GraphStructure { (s:Film)-[p:star]->(o:Actor)<-[q:star]-(t:Film) }
        Rule { total = group(s).sum(o.age)
               pairs = group(s).sum(p.joined + q.joined)
               men = group(s).countIf(o.gender == '男', o)
               young = group(s).if(o.age < 50).sum(o.age) }
        Action { get(s.id, t.id, o.id, total, pairs, men, young) }";
    // 长城 shares 张三 and Ann with Heat, Bob with Solo.
    check(
        "",
        query,
        &[
            "Heat,长城,Ann,90,910,1,30",
            "Heat,长城,张三,90,910,1,30",
            "Solo,长城,Bob,18,307,1,18",
            "长城,Heat,Ann,108,1217,2,48",
            "长城,Heat,张三,108,1217,2,48",
            "长城,Solo,Bob,108,1217,2,48",
        ],
    );
}

#[test]
fn a_choice_keeps_rows() {
    let most = "Define (s:Film)-[p:like]->(o:Film) {
        Structure { (s)-[:star]->(a:Actor)<-[:star]-(o) }
        Constraint {
            same('相同演员') = group(s, o).count(a)
            R1('最多'): group(s).desc(same).limit(1)
        }
    }";
    check(most, "MATCH (s:Film)-[:like]->(o:Film) RETURN s.id, o.id", &["Heat,长城", "Solo,长城", "长城,Heat"]);
    check(
        "",
        "GraphStructure { (s:Film)-[p:star]->(o:Actor) } Rule { R: top(p.joined, 2) } Action { get(s.id, o.id) }",
        &["Heat,Ann", "长城,Bob"],
    );
}

#[test]
fn a_condition_that_others_name_is_a_definition() {
    let query = "GraphStructure { (o:Actor) }
        Rule { R1: o.age > 50
               R2: o.gender == '男'
               R3: (R1 and R2) or (not R2)
               kind = rule_value(R1, 'old', 'young') }
        Action { get(o.name, kind) }";
    check("", query, &["Ann,young", "张三,old"]);
}

#[test]
fn what_may_be_missing_does_not_take_the_row_with_it() {
    let query =
        "GraphStructure { (o:Actor)<-[p:star]-?(s:Film WHERE s.budget > 50) } Rule { } Action { get(o.name, s.name) }";
    check("", query, &["Ann,Heat", "Bob,-", "张三,Heat"]);
}

/// Firms that hold shares in each other, as in a public test of repeated edges with a loop.
fn holdings() -> (Schema, World) {
    let firm = TypeDef::entity("Firm")
        .with_property(PropertyDef::property("kind", "Text"))
        .with_property(
            PropertyDef::relation("holds", ["Firm"]).many().with_qualifier(PropertyDef::property("rate", "Integer")),
        )
        .with_property(
            PropertyDef::relation("votes", ["Firm"]).many().with_qualifier(PropertyDef::property("weight", "Integer")),
        );
    let schema = Schema::builder("Holdings").with_type(firm).build().unwrap();
    let world = World::read(
        "Firm A
         Firm 乙
         Firm C
         A kind = bank
         乙 kind = bank
         乙 holds A rate=60
         A holds 乙 rate=50
         乙 holds C rate=40
         C holds A rate=30",
    );
    (schema, world)
}

#[test]
fn how_much_of_a_match_may_be_one_thing_can_be_chosen() {
    let (schema, world) = holdings();
    let base = rules(&schema, "");
    let query =
        "MATCH (b:Firm)-[f:holds]->(a:Firm), (b)-[g:holds]->{1,20}(c:Firm) WHERE a.id == 'A' RETURN a.id, b.id, c.id";
    assert_eq!(ask(&inference(&base, &world).with_matching(Matching::DistinctNodes), query), ["A,乙,C"]);
    assert_eq!(ask(&inference(&base, &world), query), ["A,乙,A", "A,乙,C", "A,乙,乙"]);
}

#[test]
fn paths_are_lists_of_edges_and_nodes() {
    let (schema, world) = holdings();
    let base = rules(&schema, "");
    let query = "GraphStructure { (b:Firm)-[g:holds]->{1,3}(c:Firm) }
        Rule { R0: b.id == '乙'
               R1: g.edges().constraint((pre, cur) => cur.rate < pre.rate)
               product = g.edges().reduce((x, y) => y.rate * x, 1)
               longest: group(b).keep_longest_path(g) }
        Action { get(b.id, c.id, product) }";
    assert_eq!(ask(&inference(&base, &world), query), ["乙,C,120000"]);
}

#[test]
fn a_condition_within_a_repeated_edge_is_asked_of_each_edge() {
    let (schema, world) = holdings();
    let inference = inference(&rules(&schema, ""), &world);
    let over = |condition: &str| {
        ask(&inference, &format!("MATCH (b:Firm)-[g:holds WHERE {condition}]->{{1,3}}(c:Firm) RETURN b.id, c.id"))
    };
    assert_eq!(over("rate > 45"), ["A,A", "A,乙", "乙,A", "乙,乙"]);
    assert_eq!(over("g.rate > 45 and g.rate < 55"), ["A,乙"]);
    // What else it speaks of is asked as soon as it is there: here, by the path's own end.
    assert_eq!(over("rate > 35 and c.kind == 'bank'"), ["A,A", "A,乙", "乙,A", "乙,乙"]);
    assert_eq!(over("rate > 70"), [""; 0]);
    // No edge is none that fails.
    let none = "MATCH (b:Firm)-[g:holds WHERE rate > 70]->{0,3}(c:Firm) RETURN b.id, c.id";
    assert_eq!(ask(&inference, none), ["A,A", "C,C", "乙,乙"]);
    let table = crate::world::table(
        &inference,
        "MATCH (b:Firm)-[g:holds WHERE rate > 45]->{2,2}(c:Firm) WHERE b.id == 'A' RETURN c.id",
    );
    let proof = inference.proof(table.rows[0].proof).unwrap().to_string();
    assert!(proof.contains("[g.rate = 50, 60]"), "{proof}");
}

#[test]
fn what_each_edge_must_meet_prunes_the_walk() {
    let (schema, _) = holdings();
    let mut world = World::default();
    let names: Vec<String> = (0..12).map(|at| format!("企业{at}")).collect();
    names.iter().for_each(|name| world.node("Firm", name));
    for (at, from) in names.iter().enumerate() {
        for to in names.iter().filter(|to| *to != from) {
            let next = names.get(at + 1) == Some(to);
            let fact = kag_core::Fact::new(world.id(from), "holds", world.id(to));
            world.add(fact.with("rate", kag_core::Value::Integer(if next { 60 } else { 5 })));
        }
    }
    let limits = kag_reason::Limits::default().with_rows(100);
    let inference = inference(&rules(&schema, ""), &world).with_limits(limits);
    let query = "MATCH (b:Firm)-[g:holds WHERE rate > 50]->{1,11}(c:Firm) WHERE b.id == '企业0' RETURN c.id";
    assert_eq!(ask(&inference, query).len(), 11);
}

#[test]
fn whether_there_is_a_path_may_be_asked_with_and_without_exists() {
    let (schema, world) = holdings();
    let inference = inference(&rules(&schema, ""), &world);
    let all = ask(&inference, "MATCH (b:Firm) RETURN b.id");
    for path in
        ["(b)-[:holds]->(c:Firm WHERE c.id == 'A')", "(b)<-[:holds]-(:Firm)-[:holds]->(d:Firm WHERE d.id == 'A')"]
    {
        let asked = |condition: String| ask(&inference, &format!("MATCH (b:Firm) WHERE {condition} RETURN b.id"));
        let (some, none) = (asked(format!("exists({path})")), asked(format!("not exists({path})")));
        assert_eq!(some, asked(path.to_owned()));
        assert_eq!(none, asked(format!("not {path}")));
        assert!(!some.is_empty() && !none.is_empty() && some.len() + none.len() == all.len(), "{some:?} {none:?}");
    }
}

#[test]
fn what_hangs_on_something_missing_is_missing_with_it_or_takes_the_match() {
    let (schema, world) = holdings();
    let base = rules(&schema, "");
    let inference = inference(&base, &world);
    // Nobody votes: the further path may have no edge, so the match stands.
    let may = "GraphStructure { (a:Firm)-[v:votes]-?(b:Firm)  (b)-[h:holds]->{0,3}(c:Firm) }
        Rule { R1: a.id == 'A'  R2: v.weight > 3  R3: (not exists(c)) or c.kind == 'bank' }
        Action { get(a.id, b.id, c.id) }";
    assert_eq!(ask(&inference, may), ["A,-,-"]);
    let must = "GraphStructure { (a:Firm)-[v:votes]-?(b:Firm)  (b)-[h:holds]->(c:Firm) } Rule { } Action { get(a.id) }";
    assert_eq!(ask(&inference, must), [""; 0]);
}
