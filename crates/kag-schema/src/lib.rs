//! The LLMFriSPG schema: types, constraints, expressions and the checking of records.
