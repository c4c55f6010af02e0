//! An OpenAI-compatible adapter for kag-llm.
