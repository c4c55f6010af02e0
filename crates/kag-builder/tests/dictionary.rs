//! Extraction by a fixed vocabulary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag_builder::{
    BuildPipeline, Dictionary, DictionaryExtractor, DictionaryFields, Extractor as _, LengthSplitter, Passage, Term,
    TextReader,
};
use kag_core::{Chunk, ContentHash, Document, KnowledgeBase, Scope, Source, memory::MemoryKnowledgeBase};
use proptest::prelude::*;

fn dictionary() -> Dictionary {
    Dictionary::new()
        .with(Term::new("Club", "皇家马德里").with_aliases(["皇马", "Real Madrid"]))
        .with(Term::new("Club", "曼联").with_aliases(["Man United", "Manchester United"]))
        .with(Term::new("City", "Manchester"))
        .with(Term::new("Person", "Man"))
        .with(Term::new("Disease", "Acute leukaemia").with_aliases(["ALL", "blood cancer"]))
        .with(Term::new("Disease", "Lymphoma").with_aliases(["blood cancer", "曼"]))
}

/// `type name: spellings as the text has them`, a line a term.
fn found(extractor: &DictionaryExtractor, text: &str) -> Vec<String> {
    let document = Document::new("note:1", ContentHash::of(text));
    let chunk = Chunk::new(document.id, 0, 0, text);
    let found = extractor.read(&Passage::new(&document, &chunk));
    let line = |entity: &kag_builder::ExtractedEntity| {
        let spans: Vec<&str> = entity.spans.iter().map(|span| span.of(text).unwrap()).collect();
        format!("{} {}: {}", entity.entity.type_name, entity.entity.name, spans.join(", "))
    };
    found.entities.iter().map(line).collect()
}

#[test]
fn the_longest_spelling_counts_and_only_as_whole_words() {
    let extractor = dictionary().compile().unwrap();
    for (text, expect) in [
        ("皇马主场迎战皇家马德里二队。", vec!["Club 皇家马德里: 皇马, 皇家马德里"]),
        ("MAN　UNITED and Manchester", vec!["City Manchester: Manchester", "Club 曼联: MAN　UNITED"]),
        // Where the longest is no whole word, the shorter one within it counts.
        ("Man Unitedly, Mandy", vec!["Person Man: Man"]),
        ("Manchester Uniteds", vec!["City Manchester: Manchester"]),
        ("效力于Ｒeal Madrid俱乐部", vec!["Club 皇家马德里: Ｒeal Madrid"]),
        ("real\n madrid", vec!["Club 皇家马德里: real\n madrid"]),
        ("", vec![]),
        ("曼哈顿", vec![]),
    ] {
        assert_eq!(found(&extractor, text), expect, "{text}");
    }
}

#[test]
fn acronyms_are_found_as_they_are_written_and_shared_aliases_name_all() {
    let extractor = dictionary().compile().unwrap();
    assert_eq!(found(&extractor, "all of them; ＡＬＬ, All"), ["Disease Acute leukaemia: ＡＬＬ"]);
    let both = ["Disease Acute leukaemia: Blood cancer", "Disease Lymphoma: Blood cancer"];
    assert_eq!(found(&extractor, "Blood cancer"), both);
    // What is the name of one thing is not the alias of another.
    let named = dictionary().with(Term::new("Disease", "Blood cancer")).compile().unwrap();
    assert_eq!(found(&named, "Blood cancer"), ["Disease Blood cancer: Blood cancer"]);
    let without = dictionary().without(["BLOOD cancer"]).compile().unwrap();
    assert_eq!(found(&without, "Blood cancer"), Vec::<String>::new());
}

#[test]
fn lines_that_are_no_terms_are_problems() {
    let text = "\u{feff}{\"name\": \"皇马\", \"type\": \"Club\", \"aliases\": [\"Real\", [\"RMA\", \"code\"]]}\n\n\
        [1]\n{\"name\": 7}\n{\"name\": \"x\", \"aliases\": \"y\"}\n{\"name\": \"皇马\", \"type\": \"Club\", \"aliases\": null}\n{";
    let (dictionary, problems) = Dictionary::from_jsonl(text, &DictionaryFields::default());
    let terms: Vec<&Term> = dictionary.terms().collect();
    assert_eq!(terms, [&Term::new("Club", "皇马").with_aliases(["Real", "RMA"])]);
    let lines: Vec<&str> = problems.iter().map(|problem| &*problem.place).collect();
    assert_eq!(lines, ["line 3", "line 4", "line 5", "line 7"]);
}

#[test]
fn the_version_is_that_of_what_the_vocabulary_says() {
    let version = |dictionary: Dictionary| dictionary.compile().unwrap().version().to_owned();
    let [one, other] = [Term::new("T", "a").with_aliases(["b"]), Term::new("T", "c")];
    let forth = Dictionary::new().with(one.clone()).with(other.clone());
    let back = Dictionary::new().with(other).with(one.clone());
    assert_eq!(version(forth.clone()), version(back));
    assert_ne!(version(forth.clone()), version(Dictionary::new().with(one)));
    assert_ne!(version(forth.clone()), version(forth.without(["b"])));
}

#[tokio::test]
async fn nodes_have_the_aliases_of_their_term() {
    let base = MemoryKnowledgeBase::new();
    let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(50), dictionary().compile().unwrap());
    let report = pipeline.run(&base, [Source::new("note:1", "皇马。".as_bytes())]).await.unwrap();
    assert_eq!((report.documents[0].nodes, report.documents[0].mentions), (1, 1));
    let snapshot = base.snapshot(&Scope::All).await.unwrap();
    let id = [kag_core::DocumentId::of("note:1")];
    let contribution = snapshot.chunks().contributions(&id).await.unwrap().remove(0).unwrap();
    let aliases: Vec<&str> = contribution.nodes()[0].aliases.iter().map(|alias| &**alias).collect();
    assert_eq!(aliases, ["Real Madrid", "皇马"]);
}

proptest! {
    #[test]
    fn places_lie_on_character_bounds_and_do_not_overlap(
        text in "([Mm]an|Manchester| United|皇马|皇家马德里|Ｍan|é|e\u{301}|👩‍👩‍👧|ﬁ| |。){0,30}",
    ) {
        let extractor = dictionary().with(Term::new("T", "fi")).compile().unwrap();
        let document = Document::new("note:1", ContentHash::of(&text));
        let chunk = Chunk::new(document.id, 0, 0, &*text);
        let read = extractor.read(&Passage::new(&document, &chunk));
        let mut spans: Vec<_> = read.entities.iter().flat_map(|entity| entity.spans.clone()).collect();
        spans.sort();
        for pair in spans.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{pair:?}");
        }
        prop_assert!(spans.iter().all(|span| span.of(&text).is_some()));
    }
}
