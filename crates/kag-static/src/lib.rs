//! The sentence embedder that needs no download: an int8 table of 128 dimensions.
