//! Rules that need themselves look only at what is new: a bound on rows that what there is
//! would exceed by far is kept in every round.

use std::sync::Arc;

use kag_core::Fact;
use kag_reason::{Inference, Limits, RuleBase};
use kag_schema::{Hypernym, PropertyDef, Schema, SemanticGroup, TypeDef};

use crate::world::{World, inference, rules};

/// So long are the chains.
const LENGTH: usize = 220;

fn at_most(rows: usize, base: &Arc<RuleBase>, world: &World) -> Inference<'static> {
    inference(base, world).with_limits(Limits::default().with_rows(rows))
}

fn events() -> Schema {
    let firm = TypeDef::entity("Firm")
        .with_zh("企业")
        .with_property(PropertyDef::relation("supplies", ["Firm"]).with_zh("供应").many());
    let event = TypeDef::event("Event")
        .with_property(PropertyDef::property("subject", "Firm"))
        .with_property(PropertyDef::property("trend", "Text"))
        .with_property(PropertyDef::property("belongTo", "Kind").with_group(SemanticGroup::Ind))
        .with_property(PropertyDef::relation("leadTo", ["Event"]).many().with_group(SemanticGroup::Cau));
    let kind = TypeDef::concept("Kind", Hypernym::IsA);
    Schema::builder("Chain").with_type(firm).with_type(kind).with_type(event).build().unwrap()
}

/// Firms that supply each other in a row, and an event at the first.
fn firms() -> World {
    let mut world = World::default();
    (0..LENGTH).for_each(|at| world.node("Firm", &format!("企业{at}")));
    world.node("Event", "停产");
    for at in 1..LENGTH {
        world.add(Fact::new(world.id(&format!("企业{}", at - 1)), "supplies", world.id(&format!("企业{at}"))));
    }
    world.add(Fact::new(world.id("停产"), "subject", world.id("企业0")));
    world.add(Fact::new(world.id("停产"), "trend", kag_core::Value::from("down")));
    world
}

/// How an event leads to one at the next firm; `{path}` says where that is, `{asked}` what
/// else must hold.
fn causes(path: &str, asked: &str) -> String {
    format!(
        "Define (e:Event)-[p:belongTo]->(o:`Kind`/`shortage`) {{
             Structure {{ }} Constraint {{ R1: e.trend == 'down' }}
         }}
         Define (s:`Kind`/`shortage`)-[p:leadTo]->(o:`Kind`/`shortage`) {{
             Structure {{ {path} }}
             Constraint {{ title = concat(d.name, ' short') {asked} }}
             Action {{
                 made = createNodeInstance(type=Event, value={{ subject=d.id name=title trend='down' }})
                 createEdgeInstance(src=s, dst=made, type=leadTo, value={{ }})
             }}
         }}"
    )
}

#[test]
fn a_chain_of_events_looks_at_new_events_alone() {
    let plain = "(s)-[:subject]->(c:Firm)-[:supplies]->(d:Firm)";
    for (path, asked) in [
        (plain, ""),
        (plain, "R1: exists((d)-[:supplies]->(e:Firm))"),
        ("(s)-[:subject]->(c:Firm)-[:supplies]->(d:Firm) (f:Firm)-[:supplies]->?(c)", ""),
        ("(s)-[:subject]->(c:Firm)-[:supplies]->{1,1}(d:Firm)", ""),
    ] {
        let base = rules(&events(), &causes(path, asked));
        let created =
            at_most(LENGTH * 5 / 6, &base, &firms()).created().unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(created.len(), LENGTH - 1 - usize::from(!asked.is_empty()), "{path}");
    }
}

fn people() -> Schema {
    let person =
        ["knows", "tells", "heard"].into_iter().fold(TypeDef::entity("Person").with_zh("人"), |person, name| {
            person.with_property(PropertyDef::relation(name, ["Person"]).many())
        });
    Schema::builder("Rumour").with_type(person).build().unwrap()
}

/// People who know each other in a row. The first of them tells the second.
fn row() -> World {
    let mut world = World::default();
    (0..LENGTH).for_each(|at| world.node("Person", &format!("人{at}")));
    for at in 1..LENGTH {
        world.add(Fact::new(world.id(&format!("人{}", at - 1)), "knows", world.id(&format!("人{at}"))));
    }
    world.add(Fact::new(world.id("人0"), "heard", world.id("人0")));
    world
}

#[test]
fn a_walk_over_new_facts_begins_where_it_can_pass_them() {
    let text = "
        Define (s:Person)-[p:tells]->(o:Person) {
            Structure { (a:Person)-[:heard]->(s)-[:knows]->(o) } Constraint { }
        }
        Define (s:Person)-[p:heard]->(o:Person) {
            Structure { (s)-[:tells]->{1,2}(o) } Constraint { }
        }";
    let base = rules(&people(), text);
    // The first round may look at everybody, but later ones at no more walks than that.
    let heard = at_most(LENGTH, &base, &row()).facts(None, "heard", None).unwrap();
    // Each but the first by the one before, each but two by the one before that, and the stored one.
    assert_eq!(heard.len(), (LENGTH - 1) + (LENGTH - 2) + 1);
}
