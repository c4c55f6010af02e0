//! Rules that rest on the negation of what they say: the check of rules finds those that running them
//! would refuse, and no others.

use kag_reason::RuleBase;
use kag_schema::{Functions, Hypernym, PropertyDef, RuleProgram, Schema, SemanticGroup, TypeDef, check_rules};

fn schema() -> Schema {
    let dress = TypeDef::entity("Dress")
        .with_property(PropertyDef::relation("belongTo", ["Style"]).with_group(SemanticGroup::Ind).many())
        .with_property(PropertyDef::relation("inStyle", ["Style"]).with_group(SemanticGroup::Ind).many());
    let person = TypeDef::entity("Person")
        .with_property(PropertyDef::relation("buys", ["Dress"]).many())
        .with_property(PropertyDef::relation("likes", ["Style", "Dress"]).many());
    let sale = TypeDef::event("Sale")
        .with_property(PropertyDef::relation("subject", ["Dress"]))
        .with_property(PropertyDef::relation("leadTo", ["Sale"]).with_group(SemanticGroup::Cau).many());
    let styles = [
        TypeDef::concept("Style", Hypernym::IsA),
        TypeDef::concept("Cut", Hypernym::IsA).with_parent("Style"),
        TypeDef::concept("Colour", Hypernym::IsA),
    ];
    let types = styles.into_iter().chain([dress, person, sale]);
    types.fold(Schema::builder("Shop"), |builder, def| builder.with_type(def)).build().unwrap()
}

/// Rules without a circle through a negation.
const FINE: &[&str] = &[
    "Define (d:Dress)-[p:belongTo]->(o:Style/`plain`) { Structure { (d)-[:belongTo]->(w:Style/`white`) } }
     Define (d:Dress)-[p:belongTo]->(o:Style/`fancy`) {
         Structure { (d) } Constraint { R1: not (d)-[:belongTo]->(x:Style/`plain`) } }",
    "Define (d:Dress)-[:belongTo]->(o:Style/`fancy`) { R1: not (d)-[:belongTo]->(x:Style/`plain`) }",
    "Define (Style/`fancy`) { R1: not (d)-[:belongTo]->(x:Style/`plain`) }",
    "Define (s:Person)-[p:likes]->(o:Style/`a`) {
         Structure { (s) } Constraint { R1: not (s)-[:likes]->(x:Style/`b`) } }",
    "Define (s:Person)-[p:likes]->(o:Style/`a`) {
         Structure { (s) } Constraint { R1: not (s)-[:likes]->(x:Style/`b`|Style/`c`) } }",
];

/// Rules with one.
const CIRCLES: &[&str] = &[
    "Define (d:Dress)-[p:belongTo]->(o:Style/`fancy`) {
         Structure { (d) } Constraint { R1: not (d)-[:belongTo]->(x:Style/`fancy`) } }",
    // What an action makes.
    "Define (a:`Style`/`a`)-[p:leadTo]->(o:`Style`/`b`) {
         Structure { (e:Sale)-[:subject]->(d:Dress) (f:Sale)-[:subject]->(d) }
         Constraint { R1: not (e)-[:leadTo]->(f) }
         Action { createEdgeInstance(src=e, dst=f, type=leadTo, value={}) } }",
    // A head whose object is in the pattern leads to what belongs to the concept.
    "Define (s:Person)-[p:likes]->(o:Style/`plain`) {
         Structure { (s)-[:buys]->(o) } Constraint { R1: not (s)-[:likes]->(d:Dress) } }",
    // Membership by another name.
    "Define (d:Dress)-[p:inStyle]->(o:Style/`fancy`) {
         Structure { (d) } Constraint { R1: not (p:Person)-[:buys]->(d:Style/`fancy`) } }",
    // A rule in the short form says facts too.
    "Define (Style/`bare`) { R1: not (d)-[:belongTo]->(x:Style) }",
    // Several concepts, and alternatives.
    "Define (s:Person)-[p:likes]->(o:Style/`b`) {
         Structure { (s) } Constraint { R1: not (s)-[:likes]->(x:Style/`a`|Style/`b`) } }",
    "Define (s:Person)-[p:likes]->(o:Style/`b`) {
         Structure { (s) } Constraint { R1: not (s)-[:likes]->(x:Style/`a`+Style/`b`) } }",
    // The concept may be of a type that inherits from the one named.
    "Define (s:Person)-[p:likes]->(o:Cut/`long`) {
         Structure { (s) } Constraint { R1: not (s)-[:likes]->(x:Style/`long`) } }",
];

fn rests_on_itself(text: &str) -> bool {
    let (program, wrong) = RuleProgram::parse(text);
    assert!(wrong.is_empty(), "{text}: {wrong:?}");
    let found = check_rules(&[&program], &schema(), &Functions::standard());
    let mut errors = found.iter().flatten().filter(|wrong| wrong.is_error()).peekable();
    let any = errors.peek().is_some();
    assert!(errors.all(|wrong| wrong.message.contains("rests on the negation")), "{text}: {found:?}");
    any
}

#[test]
fn circles_are_found_before_rules_run() {
    for text in FINE {
        assert!(!rests_on_itself(text), "{text}");
        let built = RuleBase::builder(schema()).with_text("rules", text).build();
        assert!(built.is_ok(), "{text}: {:?}", built.err());
    }
    for text in CIRCLES {
        assert!(rests_on_itself(text), "{text}");
    }
}
