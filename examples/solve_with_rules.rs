//! Shows rules at work in an answer: what nobody wrote down follows, and says why.

use std::sync::Arc;

use kag::{
    BuildPipeline, GivenPlan, KnowledgeBase, LengthSplitter, MemoryKnowledgeBase, Pattern, Patterns, Schema, Scope,
    Solver, Source, TextReader, logical,
    reason::RuleBase,
    schema::{PropertyDef, TypeDef},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A teammate played for the same club; a veteran has played for three clubs or more.
const RULES: &str = r#"
Define (s:Person)-[p:teammate]->(o:Person) {
    Structure {
        (s)-[:playsFor]->(c:Club)
        (o)-[:playsFor]->(c)
    }
    Constraint {
        R1("not the same person"): s.name != o.name
    }
}
Define (s:Person)-[p:clubs]->(o:Integer) {
    Structure {
        (s)-[:playsFor]->(c:Club)
    }
    Constraint {
        o("number of clubs") = group(s).count(c)
    }
}
"#;

const TEXTS: [(&str, &str); 3] = [
    (
        "note:figo",
        "Luís Figo played for Sporting CP. Luís Figo played for Barcelona. Luís Figo played for Real Madrid.",
    ),
    ("note:ronaldo", "Ronaldo Nazário played for Barcelona. Ronaldo Nazário played for Real Madrid."),
    ("note:messi", "Lionel Messi played for Barcelona."),
];

const QUESTIONS: [(&str, &str); 2] = [
    (
        "Who of Figo's teammates played for two clubs or more?",
        "Retrieval(s=s1:Person[`Luís Figo`], p=p1:teammate, o=o1:Person)\n\
         Retrieval(s=o1, p=p2:clubs, o=o2)\n\
         Filter(o2 >= 2)\n\
         Output(o1, o2)",
    ),
    (
        "Who played for the most clubs?",
        "Retrieval(s=s1:Person, p=p1:clubs, o=o1)\n\
         Sort(set=s1, orderby=o1, direction=max, limit=1)\n\
         Output(s1, o1)",
    ),
];

fn schema() -> Result<Arc<Schema>, Failure> {
    let person = TypeDef::entity("Person")
        .with_property(PropertyDef::relation("playsFor", ["Club"]).many())
        .with_property(PropertyDef::relation("teammate", ["Person"]).many())
        .with_property(PropertyDef::property("clubs", "Integer"));
    let schema = Schema::builder("Football").with_type(person).with_type(TypeDef::entity("Club")).build();
    schema.map(Arc::new).map_err(|problems| problems.iter().map(|p| format!("{p}\n")).collect::<String>().into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let played = r"(?<subject>\w+ \w+) played for (?<object>\w+(?: \w+)?)\.";
    let extractor =
        Patterns::new("football").with(Pattern::relation("playsFor", "Person", "Club", played)).compile()?;
    let base = MemoryKnowledgeBase::new();
    let sources = TEXTS.map(|(uri, text)| Source::new(uri, text.as_bytes()));
    BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), extractor).run(&base, sources).await?;

    let rules = RuleBase::builder(schema()?).with_text("teammates.rule", RULES).build();
    let rules = Arc::new(rules.map_err(|problems| format!("{problems:?}"))?);
    let snapshot = base.snapshot(&Scope::All).await?;
    for (question, form) in QUESTIONS {
        let solver = Solver::new(GivenPlan(logical::parse(form).0)).with_rules(Arc::clone(&rules));
        let answer = solver.solve(&snapshot, question).await?;
        println!("{question}\n{}\n{}", answer.outcome, answer.trace);
    }
    Ok(())
}
