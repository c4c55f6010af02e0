//! The in-memory knowledge base does what every knowledge base must.
#![allow(missing_docs, reason = "tests")]

use kag_core::{conformance, memory::MemoryKnowledgeBase};

kag_core::knowledge_base_conformance!(async { MemoryKnowledgeBase::new().with_space(conformance::space()) });

mod without_vectors {
    use kag_core::memory::MemoryKnowledgeBase;

    kag_core::knowledge_base_conformance!(async { MemoryKnowledgeBase::new() });
}

mod with_a_deriver {
    use kag_core::{conformance::Foundings, memory::MemoryKnowledgeBase};

    kag_core::deriving_knowledge_base_conformance!(async { MemoryKnowledgeBase::new().with_deriver(Foundings) });
}
