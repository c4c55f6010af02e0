//! Questions to cited answers: logical forms, retrieval, reasoning, reflection and traces.
