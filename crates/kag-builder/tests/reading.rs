//! Readers: the text of each format in both languages, and what no bytes may do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::fmt::Write as _;

use encoding_rs::{BIG5, GB18030, SHIFT_JIS, WINDOWS_1252};
use expect_test::{ExpectFile, expect_file};
use futures::executor::block_on;
use kag_builder::{
    BuildPipeline, CsvReader, HtmlReader, JsonReader, JsonlReader, LengthSplitter, MarkdownReader, MentionExtractor,
    ReaderSet, RecordFields, TextReader,
};
use kag_core::{
    BoxError, KnowledgeBase, ReadDocument, Reader, Reading, Scope, Source, TextBuilder, async_trait,
    memory::MemoryKnowledgeBase,
};
use proptest::prelude::*;

/// What was read, with its outline, in a form to look at.
fn shown(read: &ReadDocument) -> String {
    let mut shown = format!("title: {}\nmedia type: {}\n", read.document.title, read.document.media_type);
    for heading in &read.headings {
        writeln!(shown, "heading {} at {}: {}", heading.level, heading.span, heading.title).unwrap();
    }
    writeln!(shown, "---\n{}", read.text).unwrap();
    shown
}

fn check(reader: &impl Reader, bytes: &[u8], expect: &ExpectFile) {
    let reading = block_on(reader.read(&Source::new("file:club", bytes))).unwrap();
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    check_spans(&reading.documents[0]);
    expect.assert_eq(&shown(&reading.documents[0]));
}

/// Spans lie on bounds of characters and in order, and chunks cover the text.
fn check_spans(read: &ReadDocument) {
    let mut before = 0;
    for heading in &read.headings {
        assert!(heading.span.of(&read.text).is_some_and(|text| !text.trim().is_empty()), "{heading:?}");
        assert!(heading.span.start >= before, "{heading:?} is behind the one before");
        before = heading.span.end;
    }
    let mut covered = 0;
    for chunk in LengthSplitter::new(20).cut(read) {
        assert_eq!(chunk.span.of(&read.text), Some(&*chunk.text));
        assert!(chunk.span.start <= covered && chunk.span.end > covered, "{chunk:?}");
        covered = chunk.span.end;
    }
    assert!(covered == read.text.len() || read.text.trim().is_empty());
}

#[test]
fn html_is_read_as_people_read_it() {
    let reader = HtmlReader::new();
    check(&reader, include_bytes!("fixtures/club.en.html"), &expect_file!["golden/club.en.html.txt"]);
    let chinese = GB18030.encode(include_str!("fixtures/club.zh.html")).0;
    check(&reader, &chinese, &expect_file!["golden/club.zh.html.txt"]);
}

#[test]
fn markdown_keeps_its_text_and_has_its_outline() {
    let reader = MarkdownReader::new();
    check(&reader, include_bytes!("fixtures/club.en.md"), &expect_file!["golden/club.en.md.txt"]);
    check(&reader, include_bytes!("fixtures/club.zh.md"), &expect_file!["golden/club.zh.md.txt"]);
}

#[test]
fn tables_are_paragraphs_of_their_rows() {
    let reader = CsvReader::new();
    check(&reader, include_bytes!("fixtures/boats.en.csv"), &expect_file!["golden/boats.en.csv.txt"]);
    let chinese = GB18030.encode(include_str!("fixtures/boats.zh.csv")).0;
    check(&reader, &chinese, &expect_file!["golden/boats.zh.csv.txt"]);
}

#[test]
fn json_is_written_out() {
    let reader = JsonReader::new(RecordFields::default());
    check(&reader, include_bytes!("fixtures/club.en.json"), &expect_file!["golden/club.en.json.txt"]);
    check(&reader, include_bytes!("fixtures/club.zh.json"), &expect_file!["golden/club.zh.json.txt"]);
}

#[test]
fn text_is_read_in_the_encoding_it_is_in() {
    let texts = [
        ("海湾赛艇会创立于一八八四年，会址在温德河边。", GB18030, "GBK"),
        ("海灣賽艇會創立於一八八四年，會址在溫德河邊。", BIG5, "Big5"),
        ("ハーバー・ローイング・クラブは川のほとりにあります。", SHIFT_JIS, "Shift_JIS"),
        ("Le club a été fondé à l’été 1884, où l’on naviguait déjà.", WINDOWS_1252, "windows-1252"),
    ];
    for (text, encoding, name) in texts {
        let source = Source::new("file:club.txt", encoding.encode(text).0.as_ref());
        let reading = block_on(TextReader::new().read(&source)).unwrap();
        assert_eq!(&*reading.documents[0].text, text);
        assert_eq!(*reading.documents[0].document.media_type, *format!("text/plain; charset={name}"));
    }
}

#[test]
fn html_of_any_shape_loses_no_words() {
    let text = |html: &str| {
        let reading = block_on(HtmlReader::new().read(&Source::new("a", html.as_bytes()))).unwrap();
        check_spans(&reading.documents[0]);
        reading.documents[0].text.to_string()
    };
    assert_eq!(text("<nav>Menu <p>All the rest"), "Menu\n\nAll the rest", "navigation that never ends");
    assert_eq!(text("a<nav>b<ul><li>c</nav>d"), "a\nd", "and one that ends");
    assert_eq!(text("<p>a</div></b></td>b</p>c"), "ab\n\nc", "ends of nothing");
    assert_eq!(text("<li>a<li>b"), "- a\n- b");
    assert_eq!(text("<td>a<td>b"), "a\nb");
    assert_eq!(text("<table>x<tr><td>a<table><tr><td>b<td>c</table>d</table>e"), "x\n\na\n\nb | c\n\nd\n\ne");
    assert_eq!(text("<h1><h2>a</h2></h1>&lt;b&gt; &amp;&nbsp;c"), "a\n\n<b> & c");
    assert_eq!(text("<script>if (a<b) '</p>'"), "");
    assert_eq!(text("<pre>\n a\r\n\tb</pre><p>x<br><br>y"), " a\n\tb\n\nx\ny");
    assert_eq!(text(""), "");
}

#[test]
fn deep_and_endless_html_takes_linear_time() {
    let begun = std::time::Instant::now();
    for piece in
        ["<div>", "<table><tr><td>", "<nav><b>", "<ul><li>", "<b hidden>", "<p>x", "</p>", "<h1>", "<a ", "&amp"]
    {
        let html = piece.repeat(300_000 / piece.len());
        let reading = block_on(HtmlReader::new().read(&Source::new("a", html.as_bytes()))).unwrap();
        check_spans(&reading.documents[0]);
    }
    // Quadratic time would be hours.
    assert!(begun.elapsed().as_secs() < 200, "{:?}", begun.elapsed());
}

/// Reads text with a form feed between its pages.
#[derive(Debug)]
struct FormFeeds;

#[async_trait]
impl Reader for FormFeeds {
    fn version(&self) -> &str {
        "form feeds 1"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let mut text = TextBuilder::new();
        for (number, page) in (1..).zip(std::str::from_utf8(&source.bytes)?.split('\u{c}')) {
            text.begin_page(number);
            text.begin_heading(1);
            text.words(&format!("第{number}页"));
            text.end_heading();
            text.words(page);
        }
        Ok(text.finish(source.document()).into())
    }
}

#[test]
fn chunks_know_their_bytes_pages_headings_and_neighbours() {
    let pipeline = BuildPipeline::new(FormFeeds, LengthSplitter::new(8), MentionExtractor::new());
    let base = MemoryKnowledgeBase::new();
    let source = Source::new("a", "One sentence. Another sentence.\u{c}\u{c}The third page.".as_bytes());
    let report = block_on(pipeline.run(&base, [source])).unwrap();
    let contribution = block_on(async {
        let snapshot = base.snapshot(&Scope::All).await.unwrap();
        snapshot.chunks().contributions(&[report.documents[0].document]).await.unwrap().remove(0).unwrap()
    });
    let mut seen = Vec::new();
    let mut end = 0;
    for (ordinal, chunk) in contribution.chunks().iter().enumerate() {
        assert_eq!((chunk.id.ordinal() as usize, chunk.span.start), (ordinal, end), "behind the one before");
        end = chunk.span.end;
        seen.push((chunk.pages.unwrap().to_string(), chunk.headings[0].to_string()));
    }
    let page = |page: &str, heading: &str| (page.to_owned(), heading.to_owned());
    assert_eq!(seen.first(), Some(&page("1", "第1页")));
    assert_eq!(seen.last(), Some(&page("3", "第3页")));
    assert!(seen.len() > 3, "{seen:?}");
}

fn readers() -> ReaderSet {
    ReaderSet::of_all_formats()
}

/// Every extension that is read.
const EXTENSIONS: [&str; 7] = ["txt", "md", "html", "csv", "tsv", "json", "jsonl"];

#[test]
fn broken_files_are_errors_or_documents_but_never_panics() {
    let jsonl = JsonlReader::new(RecordFields::default());
    let whole: [&[u8]; 6] = [
        include_bytes!("fixtures/club.en.html"),
        include_bytes!("fixtures/club.zh.html"),
        include_bytes!("fixtures/club.zh.md"),
        include_bytes!("fixtures/boats.en.csv"),
        include_bytes!("fixtures/club.zh.json"),
        b"{\"id\": 1, \"text\": \"a\"}\n{\"id\": ",
    ];
    for bytes in whole {
        for cut in (0..bytes.len()).step_by(7) {
            for extension in EXTENSIONS {
                let source = Source::new(format!("file:a.{extension}"), &bytes[..cut]);
                for read in block_on(readers().read(&source)).iter().flat_map(|reading| &reading.documents) {
                    check_spans(read);
                }
            }
        }
        assert!(block_on(jsonl.read(&Source::new("a", bytes))).is_ok());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        tags in "(</?(p|nav|table|tr|td|li|ul|h2|pre|div|br|rt)( hidden)?>|[a皇 \n]|&lt;|[,;\"\t\\[{}\\]:]){0,60}",
    ) {
        for bytes in [&bytes[..], tags.as_bytes()] {
            for extension in EXTENSIONS {
                let source = Source::new(format!("file:a.{extension}"), bytes);
                for read in block_on(readers().read(&source)).iter().flat_map(|reading| &reading.documents) {
                    check_spans(read);
                }
            }
        }
    }
}
