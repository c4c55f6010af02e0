//! Shows an operation of your own in a plan: clubs within a distance of a city.

use std::{any::Any, error::Error, sync::Arc};

use kag::{
    BindingTable, Cell, ChangeSet, Chunk, Confidence, ContentHash, ContributionDraft, Document, Evidence, Fact,
    GivenPlan, KnowledgeBase, Layer, MemoryKnowledgeBase, Operator, OperatorInput, OperatorOutput, OperatorPlanner,
    Origin, Row, Scope, Solver, Unmatched, Value, async_trait,
    logical::{Argument, CustomOp, CustomReader, Operand, Parser, Path, Var},
};

type Failure = Box<dyn Error + Send + Sync>;

/// `Near(of=o1, city="Lisbon", km=700)->d1`, as data.
#[derive(Clone, Debug)]
struct Near {
    of: Var,
    city: Arc<str>,
    km: i64,
}

impl CustomOp for Near {
    fn name(&self) -> &str {
        "Near"
    }

    fn inputs(&self) -> Vec<Var> {
        vec![self.of.clone()]
    }

    fn arguments(&self) -> Vec<Argument> {
        let city = Operand::text(Arc::clone(&self.city));
        let km = Value::Integer(self.km);
        vec![Argument::named("of", self.of.clone()), Argument::named("city", city), Argument::named("km", km)]
    }
}

/// Reads the operation out of a plan's text.
#[derive(Debug)]
struct NearReader;

impl CustomReader for NearReader {
    fn name(&self) -> &str {
        "Near"
    }

    fn read(&self, arguments: Vec<Argument>) -> Result<Arc<dyn CustomOp>, Failure> {
        match arguments.into_iter().map(|argument| argument.value).collect::<Vec<_>>().as_slice() {
            [
                Operand::Path(Path { var, property: None }),
                Operand::Value(Value::Text(city)),
                Operand::Value(Value::Integer(km)),
            ] => Ok(Arc::new(Near { of: var.clone(), city: Arc::clone(city), km: *km })),
            _ => Err("Near wants of=variable, city=\"name\", km=number".into()),
        }
    }
}

impl OperatorPlanner for NearReader {
    fn plan(&self, op: &dyn CustomOp) -> Option<Arc<dyn Operator>> {
        let near = (op as &dyn Any).downcast_ref::<Near>()?;
        Some(Arc::new(NearOperator(near.clone())))
    }
}

/// Runs it: the host knows how far cities are from each other.
#[derive(Debug)]
struct NearOperator(Near);

#[async_trait]
impl Operator for NearOperator {
    async fn run(&self, input: OperatorInput<'_>) -> Result<OperatorOutput, Failure> {
        let Near { of, city, km } = &self.0;
        let from_lisbon = [("Real Madrid", 503), ("Juventus", 1670), ("Sporting CP", 5)];
        let mut rows = BindingTable::new([of.clone()]);
        for cell in input.memory.values(of).unwrap_or_default() {
            let distance = from_lisbon.iter().find(|(club, _)| &**city == "Lisbon" && *club == cell.to_string());
            if distance.is_some_and(|(_, distance)| distance <= km) {
                rows.push(Row::new([Some(Cell::clone(cell))]))?;
            }
        }
        Ok(OperatorOutput { rows, unmatched: Unmatched::Go })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let text = "Cristiano Ronaldo played for Sporting CP, Real Madrid and Juventus.";
    let mut draft = ContributionDraft::new(Document::new("note:1", ContentHash::of(text)));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
    let player = draft.add_node("Person", "Cristiano Ronaldo", Layer::Information);
    for club in ["Sporting CP", "Real Madrid", "Juventus"] {
        let club = draft.add_node("Club", club, Layer::Information);
        let (origin, layer) = (Origin::Extracted { by: "by hand".into() }, Layer::Information);
        let evidence = Evidence { chunk, span: None, origin, layer, confidence: Confidence::CERTAIN };
        draft.add_fact(Fact::new(player, "playsFor", club), evidence);
    }
    let base = MemoryKnowledgeBase::new();
    base.commit(ChangeSet::new().put(draft.seal()?)).await?;

    let form = "Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1:Club)\n\
                Near(of=o1, city=\"Lisbon\", km=700)\n\
                Output(o1)";
    let reading = Parser::default().with_operator(Arc::new(NearReader)).parse(form);
    let solver = Solver::new(GivenPlan(reading.plan)).with_operators(NearReader);
    let answer = solver.solve(&base.snapshot(&Scope::All).await?, "Which of his clubs lie near Lisbon?").await?;
    println!("{}\n{}", answer.trace, answer.outcome);
    Ok(())
}
