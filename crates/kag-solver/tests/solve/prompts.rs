//! That the examples of the prompts are what the prompts ask for.

use std::sync::Arc;

use kag_llm::{Format, LanguageModel, Request, Scripted, When};
use kag_solver::{ModelPlanner, SolveOptions, Solver};

use crate::world::solve;

/// Every request with JSON as its format that a solve of `question` makes.
fn asked(question: &str, plan: &str, reads_per_call: usize) -> Vec<Request> {
    let script = Scripted::new()
        .on("plan", [plan.to_owned()])
        .on(When::any(), [r#"{"values": [], "answer": "1902", "missing": [], "next": "", "sentences": []}"#]);
    let model = Arc::new(script);
    let served: Arc<dyn LanguageModel> = model.clone();
    let options = SolveOptions::default().with_rounds(1).with_reads_per_call(reads_per_call);
    let solver = Solver::new(ModelPlanner::new(Arc::clone(&served))).with_model(served).with_options(options);
    solve(&solver, question).unwrap();
    model.requests().into_iter().filter(|request| matches!(request.format, Format::Json { .. })).collect()
}

/// Whether `value` has what `schema` requires, and nothing else.
fn fits(value: &serde_json::Value, schema: &serde_json::Value) -> bool {
    match (value, &schema["properties"], &schema["items"]) {
        (serde_json::Value::Object(object), serde_json::Value::Object(properties), _) => {
            object.len() == properties.len()
                && object.iter().all(|(key, value)| properties.get(key).is_some_and(|schema| fits(value, schema)))
        }
        (serde_json::Value::Array(items), _, schema) => items.iter().all(|item| fits(item, schema)),
        (serde_json::Value::String(_), ..) => schema["type"] == "string",
        (serde_json::Value::Number(_), ..) => schema["type"] == "integer",
        (serde_json::Value::Bool(_), ..) => schema["type"] == "boolean",
        _ => false,
    }
}

#[test]
fn examples_fit_the_schema_with_their_keys_in_its_order() {
    let read = "Retrieval(s=s1:Club, p=p1:founded, o=o0)\nRetrieval(s=s1, p=p2:`opening`, o=o1)\nOutput(o1)";
    let known = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)";
    let mut seen = Vec::new();
    for question in ["When did it open?", "何时开放？"] {
        let requests =
            [(read, 1), (read, 4), (known, 1)].into_iter().flat_map(|(plan, calls)| asked(question, plan, calls));
        for request in requests {
            let Format::Json { schema, .. } = &request.format else { continue };
            let examples: Vec<&str> = request.messages[0].text.lines().filter(|line| line.starts_with('{')).collect();
            assert!(!examples.is_empty(), "{}", request.prompt.name);
            for example in examples {
                let value: serde_json::Value = serde_json::from_str(example).unwrap();
                assert!(fits(&value, schema), "{}: {example}", request.prompt.name);
                // Printed again, keys are sorted, as in a schema that is sent.
                let spaced = |text: &str| text.replace(": ", ":").replace(", ", ",");
                assert_eq!(spaced(&value.to_string()), spaced(example), "{}", request.prompt.name);
            }
            seen.push(request.prompt.name.to_string());
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["generate", "judge", "read_many", "read_values"]);
}
