//! What each layer said to a retrieval.

use std::collections::BTreeMap;

use kag_core::{Layer, Score};

use super::{
    Context,
    graph::{End, Matched},
};
use crate::{
    logical::Retrieval,
    trace::{AnswerLayer, LayerAnswer, LayerCounts, Note, Why},
};

/// What matching met in one layer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    /// The best score of what matched.
    pub(super) best: Option<Score>,
    /// Facts that fail a condition or do not decide it.
    pub(super) failing: usize,
}

/// What matching met, by layer.
pub(super) type MetByLayer = BTreeMap<AnswerLayer, Met>;

/// The layer whose answers are facts of `layer`.
pub(super) fn of_facts(layer: Layer) -> AnswerLayer {
    match layer {
        Layer::Knowledge => AnswerLayer::Knowledge,
        Layer::Information => AnswerLayer::Information,
        Layer::Chunk => AnswerLayer::Text,
    }
}

/// What the layers of the graph said, the most trusted first.
pub(super) fn of_graph(context: &Context<'_>, retrieval: &Retrieval, matched: &Matched) -> Vec<LayerAnswer> {
    let layers = [AnswerLayer::Knowledge, AnswerLayer::Rules, AnswerLayer::Information];
    let answers = layers.map(|layer| {
        let Met { best, failing } = matched.met.get(&layer).copied().unwrap_or_default();
        if let Some(best) = best {
            return LayerAnswer::answered(layer, count(matched.layers, layer), best);
        }
        if layer == AnswerLayer::Rules && !matched.rules_asked {
            let why = if context.rules.is_none() { Why::NoRules } else { Why::NotDefined };
            return LayerAnswer::not_asked(layer, why);
        }
        if matched.subject.is_nothing() {
            return LayerAnswer::not_asked(layer, Why::NothingBound);
        }
        let why = match (failing, unlinked(retrieval, &matched.notes)) {
            (1.., _) => Why::Conditions { facts: failing },
            (0, Some(name)) => Why::NotInGraph { name },
            (0, None) if layer == AnswerLayer::Rules => Why::NotDerived,
            (0, None) => Why::NoFact,
        };
        LayerAnswer::nothing(layer, why)
    });
    answers.into()
}

/// Why passages were not read.
pub(super) fn text_not_asked(subject: &End, best: Option<Score>, threshold: Score) -> LayerAnswer {
    let why = match best {
        Some(best) if !subject.is_nothing() => Why::Enough { best, threshold },
        _ => Why::NothingBound,
    };
    LayerAnswer::not_asked(AnswerLayer::Text, why)
}

/// What passages said, given the rows and notes of reading them.
pub(super) fn of_text(rows: usize, best: Option<Score>, notes: &[Note]) -> LayerAnswer {
    let layer = AnswerLayer::Text;
    if let (1.., Some(best)) = (rows, best) {
        return LayerAnswer::answered(layer, rows, best);
    }
    let of = |what: fn(&Note) -> bool| notes.iter().filter(|note| what(note)).count();
    let refused = of(|note| matches!(note, Note::QuoteRefused { .. } | Note::NotAbout { .. }));
    let unusable = of(|note| matches!(note, Note::ReplyUnusable { .. }));
    let read = of(|note| matches!(note, Note::PassagesRead { .. }));
    let unread = of(|note| matches!(note, Note::PassagesFound { chunks } if !chunks.is_empty()));
    LayerAnswer::nothing(
        layer,
        match (refused, unusable, read, unread) {
            (1.., ..) => Why::Refused { values: refused },
            (_, 1.., ..) => Why::Unusable,
            (_, _, 1.., _) => Why::NothingRead,
            (.., 1..) => Why::NoModel,
            _ => Why::NoPassage,
        },
    )
}

fn count(layers: LayerCounts, layer: AnswerLayer) -> usize {
    match layer {
        AnswerLayer::Knowledge => layers.knowledge,
        AnswerLayer::Rules => layers.rules,
        AnswerLayer::Information => layers.information,
        _ => layers.text,
    }
}

/// A name of the pattern that links to nothing.
fn unlinked(retrieval: &Retrieval, notes: &[Note]) -> Option<std::sync::Arc<str>> {
    let named = retrieval.subject.is_constant() || retrieval.object.is_constant();
    notes.iter().filter(|_| named).find_map(|note| match note {
        Note::Linked { name, links } if links.is_empty() => Some(name.clone()),
        _ => None,
    })
}
