//! What rules of the host add to questions and conclusions, without a model.

use std::sync::Arc;

use futures::executor::block_on;
use kag_reason::{Limits, RuleBase};
use kag_schema::{Hypernym, PropertyDef, RuleProgram, Schema, SemanticGroup, TypeDef};
use kag_solver::{
    Answer, Outcome, SolveOptions,
    trace::{Note, StepTrace},
};

use crate::world::{answered, as_given, column, snapshot_of, solver};

const WORLD: &str = "
    Company:北方钢铁 sells Product:steel
    Company:北方钢铁 supplies Company:Volta
    Company:Volta supplies Company:远航汽车
    Company:Gamma supplies Company:远航汽车
    Company:远航汽车 capital \"5000\"
    Company:Volta capital \"300\"
    Person:韩梅梅 owns Company:远航汽车
    Person:Li owns Company:Volta
    ClientClass:大客户 isA ClientClass:重点客户
    ClientClass:重点客户 handledBy Person:Li
    Happening:钢厂停产 subject Company:北方钢铁
    Happening:钢厂停产 kind \"停产\"
";

const RULES: &str = "
Define (s:Company)-[p:dependsOn]->(o:Company) {
    Structure { (o)-[:supplies]->(s) }
    Constraint { }
}
Define (s:Company)-[p:supplierCount]->(o:Integer) {
    Structure { (x:Company)-[:supplies]->(s) }
    Constraint { o(\"供应商数量\") = group(s).count(x) }
}
Define (s:Company)-[p:belongTo]->(o:`ClientClass`/`大客户`) {
    Structure { (s) }
    Constraint { R1(\"注册资本超过一千\"): s.capital > 1000 }
}
Define (s:Person)-[p:belongTo]->(o:`OwnerClass`/`大股东`) {
    Structure { (s)-[:owns]->(c:`ClientClass`/`大客户`) }
    Constraint { }
}
Define (s:Happening)-[p:belongTo]->(o:`Trouble`/`停产`) {
    Structure { (s) }
    Constraint { R1: s.kind == \"停产\" }
}
Define (s:Happening)-[p:belongTo]->(o:`Trouble`/`断供`) {
    Structure { (s) }
    Constraint { R1: s.kind == \"断供\" }
}
Define (s:`Trouble`/`停产`)-[p:leadTo]->(o:`Trouble`/`断供`) {
    Structure { (s)-[:subject]->(c:Company)-[:supplies]->(d:Company) }
    Constraint { title = concat(d.name, \"断供\") }
    Action {
        e = createNodeInstance(type=Happening, value={ name=title subject=d.name kind=\"断供\" })
        createEdgeInstance(src=s, dst=e, type=leadTo, value={})
    }
}
Define (s:`Trouble`/`断供`)-[p:leadTo]->(o:`Trouble`/`停产`) {
    Structure { (s)-[:subject]->(c:Company) }
    Constraint { title = concat(c.name, \"停产\") }
    Action {
        e = createNodeInstance(type=Happening, value={ name=title subject=c.name kind=\"停产\" })
        createEdgeInstance(src=s, dst=e, type=leadTo, value={})
    }
}
";

fn schema() -> Arc<Schema> {
    let company = TypeDef::entity("Company")
        .with_zh("公司")
        .with_property(PropertyDef::relation("supplies", ["Company"]).with_zh("供应").many())
        .with_property(PropertyDef::relation("dependsOn", ["Company"]).with_zh("依赖").many())
        .with_property(PropertyDef::relation("sells", ["Product"]).many())
        .with_property(PropertyDef::property("supplierCount", "Integer").with_zh("供应商数量"))
        .with_property(PropertyDef::property("capital", "Integer").with_zh("注册资本"))
        .with_property(
            PropertyDef::relation("belongTo", ["ClientClass"]).with_zh("属于").with_group(SemanticGroup::Ind).many(),
        );
    let person = TypeDef::entity("Person")
        .with_zh("自然人")
        .with_property(PropertyDef::relation("owns", ["Company"]).with_zh("持有").many())
        .with_property(
            PropertyDef::relation("belongTo", ["OwnerClass"]).with_zh("属于").with_group(SemanticGroup::Ind).many(),
        );
    let clients = TypeDef::concept("ClientClass", Hypernym::IsA)
        .with_zh("客户分类")
        .with_property(PropertyDef::relation("handledBy", ["Person"]));
    let happening = TypeDef::event("Happening")
        .with_zh("事件")
        .with_property(PropertyDef::relation("subject", ["Company"]).with_zh("主体"))
        .with_property(PropertyDef::property("kind", "Text"))
        .with_property(
            PropertyDef::relation("belongTo", ["Trouble"]).with_zh("属于").with_group(SemanticGroup::Ind).many(),
        )
        .with_property(
            PropertyDef::relation("leadTo", ["Happening"]).with_zh("导致").with_group(SemanticGroup::Cau).many(),
        );
    let schema = Schema::builder("Trade")
        .with_types([happening, TypeDef::concept("Trouble", Hypernym::IsA).with_zh("事件分类")])
        .with_types([company, person, clients, TypeDef::concept("OwnerClass", Hypernym::IsA).with_zh("股东分类")])
        .with_type(TypeDef::entity("Product"));
    Arc::new(schema.build().unwrap())
}

fn rules() -> Arc<RuleBase> {
    let (program, diagnostics) = RuleProgram::parse(RULES);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    Arc::new(RuleBase::builder(schema()).with_program("trade.rule", program).build().unwrap())
}

fn solve(form: &str) -> Answer {
    block_on(solver(form).with_rules(rules()).solve(&snapshot_of(WORLD), "?")).unwrap()
}

fn step(answer: &Answer, at: usize) -> &StepTrace {
    &answer.trace.rounds[0].steps[at]
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

#[test]
fn a_derived_relation_answers_as_if_it_were_stored() {
    let answer = solve("Retrieval(s=s1:Company[`远航汽车`], p=p1:dependsOn, o=o1)\nOutput(o1)");
    let (companies, quotes) = answered(&answer);
    assert_eq!(sorted(companies), ["Gamma", "Volta"]);
    assert_eq!(
        sorted(quotes),
        ["Company:Gamma supplies Company:远航汽车", "Company:Volta supplies Company:远航汽车"],
        "what is stored under it is cited"
    );
    assert_eq!((step(&answer, 0).layers.rules, step(&answer, 0).layers.knowledge), (2, 0));
    let text = answer.trace.to_string();
    assert!(text.contains("answered by: rules 2"), "{text}");
    assert!(text.contains("Volta supplies 远航汽车 [stored"), "the proof is in the trace: {text}");
    let json = serde_json::to_value(&answer.trace).unwrap();
    let notes = json["rounds"][0]["steps"][0]["notes"].as_array().unwrap();
    assert!(
        notes.iter().any(|note| note["note"] == "proved" && note["proof"]["conclusion"]["reason"]["rule"].is_object())
    );
    let page = answer.to_html();
    assert!(
        page.contains("rules</span> 2, best")
            && page.contains("<summary>proof</summary><pre>")
            && page.contains("trade.rule"),
        "{page}"
    );
}

#[test]
fn a_derived_relation_is_entered_from_either_end_and_in_either_language() {
    let found = |form: &str| sorted(answered(&solve(form)).0);
    assert_eq!(found("Retrieval(s=s1:公司, p=p1:依赖, o=o1:公司[`北方钢铁`])\nOutput(s1)"), ["Volta"]);
    assert_eq!(found("Retrieval(s=s1:Company, p=p1:dependsOn, o=o1)\nOutput(s1)"), ["Volta", "远航汽车"]);
    let chain = "Retrieval(s=s1:Company[`远航汽车`], p=p1:dependsOn, o=o1)
Retrieval(s=o1, p=p2:dependsOn, o=o2)
Output(o2)";
    assert_eq!(found(chain), ["∅", "北方钢铁"]);
}

#[test]
fn a_derived_property_is_a_value_like_any_other() {
    let found = |form: &str| answered(&solve(form)).0;
    assert_eq!(found("Retrieval(s=s1:Company[`远航汽车`], p=p1:供应商数量, o=o1)\nOutput(o1)"), ["2"]);
    assert_eq!(found("Retrieval(s=s1:Company, p=p1:capital, o=o1, s.supplierCount>=2)\nOutput(s1)"), ["远航汽车"]);
    let most = "Retrieval(s=s1:Company, p=p1:supplies, o=o1)
Sort(set=o1, orderby=o1.supplierCount, direction=max, limit=1)
Output(o1)";
    assert_eq!(found(most), ["远航汽车"]);
}

#[test]
fn membership_by_rules_answers_for_a_concept_type() {
    let answer = solve("Retrieval(s=s1:公司[`远航汽车`], p=p1:属于, o=o1:客户分类)\nOutput(o1)");
    let (concepts, quotes) = answered(&answer);
    assert_eq!((concepts, quotes), (vec!["大客户".to_owned()], vec!["Company:远航汽车 capital \"5000\""]));
    let text = answer.trace.to_string();
    assert!(text.contains("注册资本超过一千"), "the proof tells the condition in words: {text}");
    let none = solve("Retrieval(s=s1:公司[Volta], p=p1:属于, o=o1:客户分类)\nOutput(o1)");
    assert!(matches!(none.outcome, Outcome::Insufficient { .. }), "{:?}", none.outcome);
}

#[test]
fn a_concept_that_only_rules_know_can_be_named() {
    let found = |form: &str| answered(&solve(form)).0;
    assert_eq!(found("Retrieval(s=s1:自然人[`韩梅梅`], p=p1:属于, o=o1:股东分类)\nOutput(o1)"), ["大股东"]);
    assert_eq!(found("Retrieval(s=s1:自然人, p=p1:属于, o=o1:股东分类[`大股东`])\nOutput(s1)"), ["韩梅梅"]);
    assert_eq!(found("Retrieval(s=s1:`大股东`, p=p1:owns, o=o1)\nOutput(s1)"), ["韩梅梅"]);
}

#[test]
fn members_by_rules_are_found_under_the_concepts_above() {
    let found = |form: &str| answered(&solve(form)).0;
    assert_eq!(found("Retrieval(s=s1:Person, p=p1:owns, o=o1:ClientClass[`重点客户`])\nOutput(s1)"), ["韩梅梅"]);
    assert_eq!(found("Retrieval(s=s1:Company[`远航汽车`], p=p1:handledBy, o=o1)\nOutput(o1)"), ["Li"]);
}

#[test]
fn conclusions_follow_by_rules_where_the_concept_graph_has_no_path() {
    let answer = solve("Deduce(left=\"远航汽车\", right=\"重点客户\", op=is_a)->d1\nOutput(d1)");
    let (values, quotes) = answered(&answer);
    assert_eq!(values, ["true"]);
    assert_eq!(sorted(quotes), ["ClientClass:大客户 isA ClientClass:重点客户", "Company:远航汽车 capital \"5000\""]);
    let notes = &step(&answer, 0).notes;
    assert!(notes.iter().any(|note| matches!(note, Note::Proved { .. })), "{notes:?}");
    let owner = solve("Deduce(left=\"韩梅梅\", right=\"大股东\", op=belong_to)->d1\nOutput(d1)");
    assert_eq!(answered(&owner).0, ["true"]);
    let not = solve("Deduce(left=\"Volta\", right=\"重点客户\", op=is_a)->d1\nOutput(d1)");
    assert_eq!(step(&not, 0).notes, [Note::NotConcluded]);
}

#[test]
fn without_rules_nothing_is_derived_and_a_bound_ends_the_solve_with_its_reason() {
    let form = "Retrieval(s=s1:Company[`远航汽车`], p=p1:dependsOn, o=o1)\nOutput(o1)";
    let plain = block_on(solver(form).with_schema(schema()).solve(&snapshot_of(WORLD), "?")).unwrap();
    assert!(matches!(plain.outcome, Outcome::Insufficient { .. }));
    let tight = SolveOptions::default().with_rule_limits(Limits::default().with_rows(1));
    let form = "Retrieval(s=s1:Company, p=p1:dependsOn, o=o1)\nOutput(o1)";
    let refused = block_on(solver(form).with_rules(rules()).with_options(tight).solve(&snapshot_of(WORLD), "?"));
    let error = std::error::Error::source(&refused.unwrap_err()).map(ToString::to_string);
    assert_eq!(error.as_deref(), Some("rules could not be run"));
}

/// The rules of a world in which what is founded before a day is a big client.
fn rules_with(constraint: &str) -> Arc<RuleBase> {
    let text = format!(
        "Define (s:Company)-[p:belongTo]->(o:`ClientClass`/`大客户`) {{
            Structure {{ (s) }}
            Constraint {{ R1: {constraint} }}
        }}"
    );
    let (program, diagnostics) = RuleProgram::parse(&text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    Arc::new(RuleBase::builder(schema()).with_program("clock.rule", program).build().unwrap())
}

#[test]
fn rules_that_fail_beside_the_question_are_told_and_do_not_end_it() {
    let rules = rules_with("now() > s.capital");
    let form = "Retrieval(s=s1:Company[`远航汽车`], p=p1:sells, o=o1)
Retrieval(s=s2:Person, p=p2:owns, o=o2:Company[`远航汽车`])
Output(s2)";
    let beside = solver(form).with_rules(Arc::clone(&rules)).with_options(as_given());
    let answer = block_on(beside.solve(&snapshot_of(WORLD), "?")).unwrap();
    let failed = |note: &Note| matches!(note, Note::RulesFailed { reason } if reason.contains("大客户"));
    assert!(step(&answer, 0).notes.iter().any(failed), "there is no clock: {}", answer.trace);
    assert_eq!(column(&step(&answer, 1).table, 0), ["韩梅梅"]);

    let asked = "Retrieval(s=s1:Company[`远航汽车`], p=p1:belongTo, o=o1)\nOutput(o1)";
    assert!(block_on(solver(asked).with_rules(Arc::clone(&rules)).solve(&snapshot_of(WORLD), "?")).is_err());
    let today = SolveOptions::default().with_now("2024-05-01".parse().unwrap());
    let solver = solver(asked).with_rules(rules).with_options(today);
    let answer = block_on(solver.solve(&snapshot_of(WORLD), "?")).unwrap();
    assert_eq!(answered(&answer).0, ["大客户"]);
}

#[test]
fn matches_that_a_rule_leaves_out_are_told() {
    let lines = format!("{WORLD}\nCompany:Gamma capital \"much\"");
    let form = "Retrieval(s=s1:Company, p=p1:belongTo, o=o1)\nOutput(s1)";
    let answer = block_on(solver(form).with_rules(rules_with("s.capital * 2 > 1000")).solve(&snapshot_of(&lines), "?"));
    let answer = answer.unwrap();
    assert_eq!(answered(&answer).0, ["远航汽车"]);
    let told = |note: &Note| matches!(note, Note::RowsFailed { rule, rows: 1, .. } if rule.contains("大客户"));
    assert!(step(&answer, 0).notes.iter().any(told), "{}", answer.trace);
}

#[test]
fn stored_and_derived_facts_stand_side_by_side() {
    let lines = format!("{WORLD}\nCompany:远航汽车 dependsOn Company:北方钢铁");
    let form = "Retrieval(s=s1:Company[`远航汽车`], p=p1:dependsOn, o=o1)\nOutput(o1)";
    let answer = block_on(solver(form).with_rules(rules()).solve(&snapshot_of(&lines), "?")).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(sorted(column(values, 0)), ["Gamma", "Volta", "北方钢铁"]);
    assert_eq!((step(&answer, 0).layers.rules, step(&answer, 0).layers.knowledge), (2, 1));
}

#[test]
fn causal_chains_of_created_events_are_followed_to_their_end() {
    let found = |form: &str| sorted(answered(&solve(form)).0);
    assert_eq!(found("Retrieval(s=s1:事件[`钢厂停产`], p=p1:导致, o=o1)\nOutput(o1)"), ["Volta断供"]);
    let next = "Retrieval(s=s1:事件[`钢厂停产`], p=p1:leadTo, o=o1)
Retrieval(s=o1, p=p2:leadTo, o=o2)
Retrieval(s=o2, p=p3:leadTo, o=o3)
Retrieval(s=o3, p=p4:subject, o=o4)
Output(o4)";
    assert_eq!(found(next), ["远航汽车"], "events that only rules know have names, facts and effects");
}

#[test]
fn that_one_leads_to_another_follows_by_rules() {
    let answer = solve("Deduce(left=\"钢厂停产\", right=\"断供\", op=causes)->d1\nOutput(d1)");
    let (values, quotes) = answered(&answer);
    assert_eq!(values, ["true"]);
    assert!(quotes.contains(&"Happening:钢厂停产 subject Company:北方钢铁"), "{quotes:?}");
    let text = answer.trace.to_string();
    assert!(text.contains("钢厂停产 leadTo Volta断供; Volta断供 belongTo 断供"), "{text}");
    let concepts = solve("Deduce(left=\"停产\", right=\"断供\", op=导致)->d1\nOutput(d1)");
    assert_eq!(answered(&concepts).0, ["true"], "of concepts, by what belongs to them");
    let event = solve("Deduce(left=\"钢厂停产\", right=\"远航汽车停产\", op=导致)->d1\nOutput(d1)");
    assert_eq!(answered(&event).0, ["true"], "to an event that a rule created");
    let not = solve("Deduce(left=\"断供\", right=\"钢厂停产\", op=causes)->d1\nOutput(d1)");
    assert!(matches!(not.outcome, Outcome::Insufficient { .. }), "{:?}", not.outcome);
}
