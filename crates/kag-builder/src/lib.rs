//! Documents to change sets: readers, splitters, extractors, aligners and the pipeline.
