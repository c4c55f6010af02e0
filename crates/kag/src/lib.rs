//! Knowledge Augmented Generation: the facade over the kag family of crates.
