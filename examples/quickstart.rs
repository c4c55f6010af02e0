//! Shows the whole idea: documents and a table in, a cited answer out, without a model.

mod football;

use std::{fs, path::Path, sync::Arc};

use football::Failure;
use kag::{
    Embedder, EmbeddingSpace, GivenPlan, KnowledgeBase, MemoryKnowledgeBase, Pattern, PatternExtractor, Patterns,
    Scope, Solver, StaticEmbedder, logical,
};

const QUESTION: &str = "2011年C罗效力的球队中，哪支成立最晚？";

const FORM: &str = "Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team, p1.time=2011)
Retrieval(s=o1, p=p2:founded, o=o2)
Sort(set=o1, orderby=o2, direction=max, limit=1)
Output(o1)";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let space = EmbeddingSpace::new(embedder.id(), embedder.dim());
    let base = MemoryKnowledgeBase::new().with_space(space);
    for (what, report) in ["texts", "table"].iter().zip(football::build(&base, patterns()?, embedder.clone()).await?) {
        println!("Built from the {what}:\n{report}\n");
    }

    let (plan, diagnostics) = logical::parse(FORM);
    for diagnostic in &diagnostics {
        eprintln!("{}", diagnostic.render("plan", FORM));
    }
    let solver = Solver::new(GivenPlan(plan)).with_schema(Arc::new(football::schema()?)).with_embedder(embedder);
    let answer = solver.solve(&base.snapshot(&Scope::All).await?, QUESTION).await?;
    println!("{}\nAnswer:\n{}", answer.trace, answer.outcome);

    let page = Path::new("quickstart-trace.html");
    fs::write(page, answer.to_html())?;
    println!("The trace as a page: {}", page.display());
    Ok(())
}

/// The few ways in which the texts say who played where and what was founded when.
fn patterns() -> Result<PatternExtractor, Failure> {
    let mut patterns = Patterns::new("football").with_names(football::names()?);
    for team in ["Club", "NationalTeam"] {
        let team_group = format!("(?<object>{{{{{team}}}}})");
        let subject = format!("(?<subject>{{{{{team}}}}})");
        for expression in [
            format!("(?<subject>{{{{Person}}}})于(?<from>[0-9]{{4}})年至(?<until>[0-9]{{4}})年效力于{team_group}"),
            format!("(?<subject>{{{{Person}}}})自(?<from>[0-9]{{4}})年起效力于{team_group}"),
            format!(
                "(?<subject>{{{{Person}}}}) played for (?:the )?{team_group} from (?<from>[0-9]{{4}}) to (?<until>[0-9]{{4}})"
            ),
        ] {
            patterns = patterns.with(Pattern::relation("playsFor", "Person", team, expression).within_sentence());
        }
        for expression in [
            format!("{subject}成立于(?<object>[0-9]{{4}}年(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?)?)"),
            format!("{subject} was founded in (?<object>[0-9]{{4}})"),
        ] {
            patterns = patterns
                .with(Pattern::property("founded", team, expression).with_cast(kag::Cast::Date).within_sentence());
        }
    }
    Ok(patterns.compile()?)
}
