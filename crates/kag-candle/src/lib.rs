//! Sentence embeddings in-process from BERT-family safetensors.
