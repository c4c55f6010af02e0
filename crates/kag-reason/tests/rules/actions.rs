//! Concepts, actions and the chains they make.

use kag_schema::{ConceptName, Hypernym, PropertyDef, Schema, SemanticGroup, TypeDef};

use crate::world::{World, ask, inference, rules, table};

fn schema() -> Schema {
    let event = |name: &str, subject: &str, concept: &str| {
        TypeDef::event(name)
            .with_property(PropertyDef::property("subject", subject))
            .with_property(PropertyDef::property("index", "Index"))
            .with_property(PropertyDef::property("trend", "Trend"))
            .with_property(PropertyDef::property("belongTo", concept).with_group(SemanticGroup::Ind))
            .with_property(PropertyDef::relation("leadTo", ["FirmEvent"]).with_group(SemanticGroup::Cau))
    };
    Schema::builder("Chain")
        .with_type(
            TypeDef::entity("Product")
                .with_zh("产品")
                .with_property(PropertyDef::property("supplies", "Product").with_zh("供应").many()),
        )
        .with_type(
            TypeDef::entity("Firm").with_zh("企业").with_property(PropertyDef::property("makes", "Product").many()),
        )
        .with_type(TypeDef::concept("Index", Hypernym::IsA))
        .with_type(TypeDef::concept("Trend", Hypernym::IsA))
        .with_type(TypeDef::concept("ProductEventKind", Hypernym::IsA))
        .with_type(TypeDef::concept("FirmEventKind", Hypernym::IsA))
        .with_type(event("ProductEvent", "Product", "ProductEventKind"))
        .with_type(event("FirmEvent", "Firm", "FirmEventKind"))
        .build()
        .unwrap()
}

const RULES: &str = "
    Define (e:ProductEvent)-[p:belongTo]->(o:`ProductEventKind`/`涨价`) {
        Structure { }
        Constraint { R1: e.index == '价格'
                     R2: e.trend == '上涨' }
    }
    Define (e:FirmEvent)-[p:belongTo]->(o:`FirmEventKind`/`成本上涨`) {
        Structure { } Constraint { R1: e.index == '成本'  R2: e.trend == '上涨' }
    }
    Define (e:FirmEvent)-[p:belongTo]->(o:`FirmEventKind`/`利润下跌`) {
        Structure { } Constraint { R1: e.index == '利润'  R2: e.trend == '下跌' }
    }
    Define (s:`ProductEventKind`/`涨价`)-[p:leadTo]->(o:`FirmEventKind`/`成本上涨`) {
        Structure { (s)-[:subject]->(a:Product)-[:supplies]->(b:Product)<-[:makes]-(c:Firm) }
        Constraint { eventName = concat(c.name, '成本上升') }
        Action {
            made = createNodeInstance(type=FirmEvent, value={ subject=c.id name=eventName trend='上涨' index='成本' })
            createEdgeInstance(src=s, dst=made, type=leadTo, value={ })
        }
    }
    Define (s:`FirmEventKind`/`成本上涨`)-[p:leadTo]->(o:`FirmEventKind`/`利润下跌`) {
        Structure { (s)-[:subject]->(c:Firm) }
        Constraint { eventName = concat(c.name, '利润下跌') }
        Action {
            made = createNodeInstance(type=FirmEvent, value={ subject=c.id name=eventName trend='下跌' index='利润' })
            createEdgeInstance(src=s, dst=made, type=leadTo, value={ })
        }
    }";

fn world() -> World {
    World::read(
        "Product 橡胶
         Product 轮胎
         Product Hoses
         Firm 甲公司
         Firm Acme
         Index 价格
         Trend 上涨
         ProductEventKind 涨价
         ProductEvent 橡胶涨价
         橡胶 supplies 轮胎
         橡胶 supplies Hoses
         甲公司 makes 轮胎
         甲公司 makes Hoses
         Acme makes Hoses
         橡胶涨价 subject 橡胶
         橡胶涨价 index 价格
         橡胶涨价 trend 上涨",
    )
}

#[test]
fn causal_chains_run_to_their_end_and_fire_once_a_match() {
    let base = rules(&schema(), RULES);
    let inference = inference(&base, &world());
    let created = inference.created().unwrap();
    let mut shown: Vec<(String, u64)> =
        created.iter().map(|created| (created.node.name.to_string(), created.firings)).collect();
    shown.sort();
    let expect = [("Acme利润下跌", 1), ("Acme成本上升", 1), ("甲公司利润下跌", 1), ("甲公司成本上升", 2)];
    assert_eq!(shown, expect.map(|(name, firings)| (name.to_owned(), firings)));
    assert_eq!(
        ask(&inference, "MATCH (e:`FirmEventKind`/`利润下跌`) RETURN e.name"),
        ["Acme利润下跌", "甲公司利润下跌"]
    );
    let chain = "MATCH (a:ProductEvent)-[:leadTo]->(b:FirmEvent)-[:leadTo]->(c:FirmEvent)-[:subject]->(f) RETURN a.name, b.name, c.name, f.name";
    assert_eq!(
        ask(&inference, chain),
        ["橡胶涨价,Acme成本上升,Acme利润下跌,Acme", "橡胶涨价,甲公司成本上升,甲公司利润下跌,甲公司"]
    );
}

#[test]
fn a_proof_goes_down_to_what_is_stored() {
    let base = rules(&schema(), RULES);
    let inference = inference(&base, &world());
    let rows = table(
        &inference,
        "MATCH (e:`FirmEventKind`/`利润下跌`)-[:subject]->(f:Firm) WHERE f.name == 'Acme' RETURN e.name",
    );
    let proof = inference.proof(rows.rows[0].proof).unwrap();
    let text = proof.to_string();
    let json = serde_json::to_value(&proof).unwrap();
    let first = &json["conclusion"]["reason"]["rule"]["premises"][0];
    assert_eq!(first["statement"], "Acme利润下跌 subject Acme");
    assert_eq!(first["reason"]["rule"]["clauses"][0]["result"], "Acme利润下跌");
    for part in ["橡胶 supplies Hoses [stored", "Acme makes Hoses [stored", "eventName", "R1"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn members_come_with_the_facts_that_show_it() {
    let mut world = world();
    world.node("FirmEventKind", "坏消息");
    world.node("FirmEventKind", "成本上涨");
    world.add(kag_core::Fact::new(world.id("成本上涨"), "isA", world.id("坏消息")));
    let base = rules(&schema(), RULES);
    let inference = inference(&base, &world);
    let members = inference.members(&ConceptName::new("FirmEventKind", "坏消息")).unwrap();
    assert_eq!(members.len(), 2);
    for member in &members {
        let path: Vec<&str> = member.path.iter().map(|fact| fact.fact.predicate.as_str()).collect();
        assert_eq!((path, member.concept), (vec!["belongTo", "isA"], world.id("坏消息")));
    }
    let of = inference.concepts_of(members[0].node).unwrap();
    let concepts: Vec<_> = of.iter().map(|member| member.concept).collect();
    assert_eq!(concepts.len(), 2);
    assert!(concepts.contains(&world.id("成本上涨")) && concepts.contains(&world.id("坏消息")));
    // A concept above is met by the members of those below.
    assert_eq!(ask(&inference, "MATCH (e:`FirmEventKind`/`坏消息`)-[:subject]->(f) RETURN f.name"), ["Acme", "甲公司"]);
    assert_eq!(
        ask(&inference, "MATCH (e)-[:belongTo]->(c:`FirmEventKind`/`坏消息`) RETURN c.name"),
        ["成本上涨", "成本上涨"]
    );
}
