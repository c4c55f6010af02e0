//! What every knowledge base must do, as tests that a back end runs on itself.
//!
//! Each public function is one behaviour. It takes a new, empty knowledge base and panics,
//! naming it, where the behaviour is not there. [`knowledge_base_conformance!`](crate::knowledge_base_conformance)
//! turns all of them into tests:
//!
//! ```
//! # mod hidden {
//! use kag_core::{conformance, memory::MemoryKnowledgeBase};
//!
//! kag_core::knowledge_base_conformance!(async { MemoryKnowledgeBase::new().with_space(conformance::space()) });
//! # }
//! ```
//!
//! A base that takes no vectors skips the behaviours that need them, and prints so.
//! [`deriving_knowledge_base_conformance!`](crate::deriving_knowledge_base_conformance) does the same for a base
//! that was given the deriver [`Foundings`].
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a behaviour that is not there is reported by a panic"
)]

mod commits;
mod derivers;
mod fixture;
mod graph;
mod history;
mod scope;
mod search;
mod secrets;
mod sight;

pub use commits::*;
pub use derivers::*;
pub use fixture::{contribution, space};
pub use graph::*;
pub use history::*;
pub use scope::*;
pub use search::*;
pub use secrets::*;

use crate::{KnowledgeBase, Scope, dump};

/// The logical dump of what `scope` sees.
pub async fn dump_of(base: &dyn KnowledgeBase, scope: &Scope) -> String {
    let snapshot = base.snapshot(scope).await.expect("a snapshot");
    let mut bytes = Vec::new();
    dump::write(&snapshot, &mut bytes).await.expect("a dump");
    String::from_utf8(bytes).expect("a dump is text")
}

/// Turns every behaviour into a `#[tokio::test]`.
///
/// The argument is a future that gives a new, empty knowledge base each time, taking
/// vectors of [`space`](crate::conformance::space) if it can take any.
#[macro_export]
macro_rules! knowledge_base_conformance {
    ($new:expr) => {
        $crate::knowledge_base_conformance! { @each $new =>
            an_empty_base_shows_nothing
            a_commit_shows_all_it_brings
            a_refused_change_set_shows_nothing
            putting_the_same_again_writes_nothing
            replacing_a_document_changes_only_its_own
            removing_a_document_leaves_no_trace
            removing_what_is_not_there_changes_nothing
            order_of_commits_does_not_matter
            a_snapshot_never_changes
            settings_are_kept_with_the_commit
            a_dump_loads_into_an_equal_base
            a_long_history_equals_its_outcome
            a_scope_is_a_base_that_never_held_the_rest
            hidden_documents_show_nowhere
            changes_of_hidden_documents_show_nowhere
            a_document_can_be_hidden_later
            every_label_is_needed
            a_hidden_id_is_answered_like_one_that_never_was
            nodes_are_found_by_every_name
            a_name_is_a_vote
            facts_unite_their_evidence
            facts_are_found_from_both_ends_in_order
            columns_say_what_the_records_say
            mentions_are_an_index_in_both_directions
            unknown_ids_are_not_errors
            the_mutual_graph_joins_nodes_and_chunks
            text_search_finds_both_languages
            text_search_takes_operators_for_words
            the_last_word_may_be_only_begun
            vector_search_is_exact_and_ordered
            vectors_of_another_length_are_refused
        }
    };
    (@each $new:expr => $($case:ident)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                $crate::conformance::$case(&$new.await).await;
            }
        )*
    };
}

/// Turns every behaviour of a base with the deriver
/// [`Foundings`](crate::conformance::Foundings) into a `#[tokio::test]`.
///
/// The argument is a future that gives a new, empty knowledge base with that one deriver
/// each time.
///
/// ```
/// # mod hidden {
/// use kag_core::{conformance::Foundings, memory::MemoryKnowledgeBase};
///
/// kag_core::deriving_knowledge_base_conformance!(async { MemoryKnowledgeBase::new().with_deriver(Foundings) });
/// # }
/// ```
#[macro_export]
macro_rules! deriving_knowledge_base_conformance {
    ($new:expr) => {
        $crate::knowledge_base_conformance! { @each $new =>
            derived_nodes_show_themselves
            a_node_both_stored_and_derived_is_one
            derived_nodes_go_with_their_premises
            derived_nodes_do_not_depend_on_order
            derived_nodes_keep_to_their_scope
            hidden_documents_show_nowhere
            changes_of_hidden_documents_show_nowhere
            a_document_can_be_hidden_later
            every_label_is_needed
            a_dump_with_derived_nodes_loads_into_an_equal_base
        }
    };
}
