//! PDF: what is read, and what no file may do. The files are written here, object by object.
#![cfg(feature = "pdf")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use futures::executor::block_on;
use kag_core::{Reader, Reading, Source};
use kag_readers::{PdfError, PdfReader};
use proptest::prelude::*;

/// The objects before those of the pages: catalogue, a Latin and a Chinese font, title.
fn fixed(pages: usize, title: &str) -> Vec<String> {
    let kids: String = (0..pages).map(|at| format!("{} 0 R ", 8 + 2 * at)).collect();
    let cmap = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange \
        1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end";
    vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
         /Supplement 0 >> /DW 1000 >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{cmap}\nendstream", cmap.len()),
        format!("<< /Title ({title}) >>"),
    ]
}

/// A file whose pages draw these contents.
fn pdf(title: &str, pages: &[String]) -> Vec<u8> {
    let mut objects = fixed(pages.len(), title);
    for content in pages {
        let number = objects.len() + 2;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number} 0 R \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    file(&objects)
}

/// A file of these objects, numbered from 1: the catalogue is the first, the title's is the seventh.
fn file(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        writeln!(file, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let xref = file.len();
    writeln!(file, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1).unwrap();
    places.iter().for_each(|place| writeln!(file, "{place:010} 00000 n ").unwrap());
    writeln!(file, "trailer\n<< /Size {} /Root 1 0 R /Info 7 0 R >>\nstartxref\n{xref}\n%%EOF", objects.len() + 1)
        .unwrap();
    file.into_bytes()
}

/// Draws `text` from (`x`, `y`) on, in points from the lower left.
fn draw(size: u32, x: u32, y: u32, text: &str) -> String {
    let shown = if text.is_ascii() {
        format!("/F1 {size} Tf {x} {y} Td ({}) Tj", text.replace('(', "\\(").replace(')', "\\)"))
    } else {
        let code: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
        format!("/F2 {size} Tf {x} {y} Td <{code}> Tj")
    };
    format!("BT {shown} ET\n")
}

/// Lines of one size below each other.
fn lines(size: u32, x: u32, y: u32, texts: &[&str]) -> String {
    (0..).zip(texts).map(|(at, text)| draw(size, x, y - at * (size + 3), text)).collect()
}

fn read(bytes: &[u8]) -> Reading {
    block_on(PdfReader::new().read(&Source::new("file:club.pdf", bytes))).unwrap()
}

fn shown(reading: &Reading) -> String {
    let read = &reading.documents[0];
    let mut shown = format!("title: {}\n", read.document.title);
    for heading in &read.headings {
        writeln!(shown, "heading {} at {}: {}", heading.level, heading.span, heading.title).unwrap();
    }
    let mut covered = 0;
    for page in &read.pages {
        assert!(page.span.of(&read.text).is_some() && page.span.start == covered, "{page:?}");
        covered = page.span.end;
        writeln!(shown, "page {} at {}", page.number, page.span).unwrap();
    }
    assert_eq!(covered, read.text.len());
    for problem in &reading.problems {
        writeln!(shown, "{}: {}", problem.place, problem.reason).unwrap();
    }
    writeln!(shown, "---\n{}", read.text).unwrap();
    shown
}

fn check(bytes: &[u8], expect: &Expect) {
    expect.assert_eq(&shown(&read(bytes)));
}

#[test]
fn lines_become_paragraphs_headings_and_pages() {
    let first = [
        draw(24, 72, 760, "Harbour Rowing Club"),
        draw(16, 72, 720, "Its history"),
        lines(
            11,
            72,
            690,
            &[
                "The club was founded in 1884 by Ada Quill, who built the first eight herself, and it re-",
                "mained the only one on the Wend for a long time. It has always been open to women and",
                "men, and to anybody who can swim.",
            ],
        ),
        lines(
            11,
            72,
            632,
            &[
                "The second paragraph stands apart, but it is the last one of the page, and its sentence is",
                "not at its end where the page is, since the paper was too short for all of it and for some",
            ],
        ),
    ];
    let second = [
        lines(
            11,
            72,
            760,
            &[
                "words more.",
                "A new line that is as long as all the others are, so that it reaches the margin of the page.",
            ],
        ),
        draw(16, 72, 700, "Its boats"),
        draw(11, 72, 680, "Heron"),
        draw(11, 200, 680, "1901"),
        draw(11, 72, 666, "Teal"),
        draw(11, 200, 666, "1950"),
    ];
    let bytes = pdf("", &[first.concat(), second.concat(), String::new()]);
    check(
        &bytes,
        &expect![[r#"
        title: Harbour Rowing Club
        heading 1 at 0..19: Harbour Rowing Club
        heading 2 at 21..32: Its history
        heading 2 at 531..540: Its boats
        page 1 at 0..423
        page 2 at 423..562
        page 3 at 562..562
        page 3: the page is empty
        ---
        Harbour Rowing Club

        Its history

        The club was founded in 1884 by Ada Quill, who built the first eight herself, and it remained the only one on the Wend for a long time. It has always been open to women and men, and to anybody who can swim.

        The second paragraph stands apart, but it is the last one of the page, and its sentence is not at its end where the page is, since the paper was too short for all of it and for some words more.

        A new line that is as long as all the others are, so that it reaches the margin of the page.

        Its boats

        Heron 1901
        Teal 1950
    "#]],
    );
}

#[test]
fn chinese_is_read_without_spaces_that_are_none() {
    let page = [
        draw(22, 72, 760, "海湾赛艇会"),
        draw(11, 94, 720, "海湾赛艇会由阿达·奎尔创立于一八八四年，会址在温德河边，每周训练三次，会员"),
        lines(
            11,
            72,
            706,
            &["约有两百人，其中半数不到三十岁，每年夏天都要去上游露营，秋天则参加各地的比赛", "并接待来访的友会。"],
        ),
        draw(11, 94, 664, "第二段从这里开始，说的是赛艇：苍鹭号是八人艇，一九〇一年由会员们自己造成，至"),
        draw(11, 72, 650, "今仍在使用。"),
    ];
    check(
        &pdf("\\376\\377\\155\\167\\156\\176", &[page.concat()]),
        &expect![[r#"
        title: 海湾
        heading 1 at 0..15: 海湾赛艇会
        page 1 at 0..402
        ---
        海湾赛艇会

        海湾赛艇会由阿达·奎尔创立于一八八四年，会址在温德河边，每周训练三次，会员约有两百人，其中半数不到三十岁，每年夏天都要去上游露营，秋天则参加各地的比赛并接待来访的友会。

        第二段从这里开始，说的是赛艇：苍鹭号是八人艇，一九〇一年由会员们自己造成，至今仍在使用。
    "#]],
    );
}

#[test]
fn text_that_is_drawn_upwards_twice_or_turned_is_read() {
    let upwards: String = (0..8).map(|at| draw(11, 72, 500 + at * 14, &format!("Line number {}.", 8 - at))).collect();
    let text = read(&pdf("", &[upwards])).documents[0].text.replace('\n', " ");
    assert!(text.starts_with("Line number 1. Line number 2.") || text.contains("1.  Line number 2."), "{text}");
    let twice = [draw(11, 72, 700, "bold"), "BT /F1 11 Tf 72.2 700 Td (bold) Tj ET".to_owned()].concat();
    assert_eq!(&*read(&pdf("", &[twice])).documents[0].text, "bold");
    let turned = "BT /F1 11 Tf 0 1 -1 0 300 100 Tm (turned by a quarter) Tj ET BT /F1 11 Tf 72 700 Td [(ker) -20 (ned) -300 (words)] TJ ET";
    assert_eq!(
        &*read(&pdf("", &[turned.to_owned()])).documents[0].text.replace('\n', " "),
        "turned by a quarter kerned words"
    );
}

/// A composite font by its encoding, the collection of its characters and its program, without a map to Unicode.
#[derive(Clone, Copy)]
struct Composite {
    encoding: &'static str,
    ordering: &'static str,
    is_embedded: bool,
}

/// A file whose page shows each of `codes`, hexadecimal, in the font beside it; all fonts have one name.
fn composite(fonts: &[(Composite, &str)]) -> Vec<u8> {
    let font = |at: usize| 8 + 3 * at;
    let names: String = (0..fonts.len()).map(|at| format!("/F{at} {} 0 R ", font(at))).collect();
    let shown: String = (0..)
        .zip(fonts)
        .map(|(at, (_, code))| format!("BT /F{at} 11 Tf 72 {} Td <{code}> Tj ET ", 700 - 14 * at))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
        ),
        "<< /Length 5 >>\nstream\n/X Do\nendstream".to_owned(),
        format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << {names}>> >> /Length {} >>\nstream\n{shown}\nendstream",
            shown.len()
        ),
        format!("<< /Filter /ASCIIHexDecode /Length {} >>\nstream\n{}\nendstream", truetype().len(), truetype()),
        "<< /Title () >>".to_owned(),
    ];
    for (at, (Composite { encoding, ordering, is_embedded }, _)) in fonts.iter().enumerate() {
        let (descendant, descriptor) = (font(at) + 1, font(at) + 2);
        let program = if *is_embedded { "/FontFile2 6 0 R" } else { "" };
        objects.extend([
            format!(
                "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Song {encoding} /DescendantFonts [{descendant} 0 R] >>"
            ),
            format!(
                "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Song /CIDSystemInfo << /Registry (Adobe) /Ordering \
                 ({ordering}) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 1000 >>"
            ),
            format!("<< /Type /FontDescriptor /FontName /ABCDEF+Song /Flags 4 {program} >>"),
        ]);
    }
    file(&objects)
}

/// The smallest font there is, with one glyph of no outline, hexadecimal.
fn truetype() -> String {
    let tables: [(&str, &str); 6] = [
        ("glyf", "00000000"),
        (
            "head",
            "0001000000000000000000005f0f3cf5000003e8000000000000000000000000000000000000000000000000000000000000000000000000",
        ),
        ("hhea", "000100000320ff38000003e800000000000000000000000000000000000000000000000000000001"),
        ("hmtx", "03e80000"),
        ("loca", "00000000"),
        ("maxp", "0001000000010000000000000000000000000000000000000000000000000000"),
    ];
    let mut font = format!("00010000{:04x}000000000000", tables.len());
    let mut place = 12 + 16 * tables.len();
    for (tag, table) in &tables {
        let tag: String = tag.bytes().map(|byte| format!("{byte:02x}")).collect();
        write!(font, "{tag}00000000{place:08x}{:08x}", table.len() / 2).unwrap();
        place += table.len() / 2;
    }
    tables.iter().for_each(|(_, table)| font.push_str(table));
    font + ">"
}

/// The text and the problem of a file's only page.
fn text_and_problem(bytes: &[u8]) -> (String, Option<String>) {
    let reading = read(bytes);
    let problem = reading.problems.first().map(|problem| problem.reason.to_string());
    (reading.documents[0].text.trim().to_owned(), problem)
}

#[test]
fn codes_of_known_encodings_and_collections_are_characters() {
    let utf16 = |text: &str| text.encode_utf16().map(|unit| format!("{unit:04x}")).collect::<String>();
    for (encoding, ordering, code, expect) in [
        ("/Encoding /UniGB-UCS2-H", "GB1", utf16("海湾 ab"), "海湾 ab"),
        ("/Encoding /UniGB-UTF16-H", "GB1", utf16("海湾"), "海湾"),
        ("/Encoding /UniGB-UTF16-V", "GB1", utf16("海湾"), "海湾"),
        ("/Encoding /UniJIS-UTF16-H", "Japan1", utf16("漢字かな"), "漢字かな"),
        ("/Encoding /UniKS-UTF16-H", "Korea1", utf16("한국"), "한국"),
        ("/Encoding /UniCNS-UTF16-H", "CNS1", utf16("賽艇"), "賽艇"),
        ("/Encoding /GBK-EUC-H", "GB1", "baa3cde56162".into(), "海湾ab"),
        ("/Encoding /GB-EUC-H", "GB1", "baa3cde5".into(), "海湾"),
        ("/Encoding /90ms-RKSJ-H", "Japan1", "8abf8e9a82a982c8".into(), "漢字かな"),
        ("/Encoding /ETen-B5-H", "CNS1", "c1c9b8a5".into(), "賽艇"),
        ("/Encoding /KSCms-UHC-H", "Korea1", "c7d1b1b9".into(), "한국"),
        ("/Encoding /Identity-H", "GB1", "00220023".into(), "AB"),
    ] {
        for is_embedded in [false, true] {
            let font = Composite { encoding, ordering, is_embedded };
            let read = text_and_problem(&composite(&[(font, &code)]));
            assert_eq!(read, (expect.to_owned(), None), "{encoding} {ordering} {is_embedded}");
        }
    }
}

#[test]
fn codes_that_nothing_tells_the_meaning_of_are_reported_and_left_out() {
    let nameless = |count: usize| Some(format!("{count} characters have no Unicode value and are left out"));
    let font = |encoding, ordering| Composite { encoding, ordering, is_embedded: true };
    let glyphs = font("/Encoding /Identity-H", "Identity");
    for is_embedded in [false, true] {
        let glyphs = Composite { is_embedded, ..glyphs };
        let read = text_and_problem(&composite(&[(glyphs, "004100420043")]));
        assert_eq!(read, (String::new(), nameless(3)), "codes are glyphs: {is_embedded}");
        let unheard_of = Composite { encoding: "/Encoding /Own-H", ordering: "GB1", is_embedded };
        let read = text_and_problem(&composite(&[(unheard_of, "004100420043")]));
        assert_eq!(read, (String::new(), nameless(3)), "an encoding that is not known: {is_embedded}");
    }
    let known = font("/Encoding /GBK-EUC-H", "GB1");
    let (text, problem) =
        text_and_problem(&composite(&[(known, "baa3"), (font("/Encoding /90ms-RKSJ-H", "Japan1"), "8abf")]));
    assert_eq!((&*text, problem), ("", nameless(2)), "two fonts of one name mean other things");
    let (text, problem) = text_and_problem(&composite(&[(known, "baa3"), (glyphs, "00220023")]));
    assert_eq!((&*text, problem), ("", nameless(3)), "or one of them means nothing");
    let (text, problem) = text_and_problem(&composite(&[(known, "baa3"), (known, "cde5")]));
    assert_eq!((&*text.replace('\n', ""), problem), ("海湾", None), "two fonts of one name mean the same");
    let (_, problem) = text_and_problem(&composite(&[(font("", "GB1"), "baa3")]));
    assert!(problem.as_ref().is_some_and(|problem| problem.starts_with("a font could not be read")), "{problem:?}");
}

#[test]
fn pages_without_text_are_reported() {
    let image = "q 100 0 0 100 72 600 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q";
    let pages = [draw(11, 72, 700, "text"), image.to_owned(), image.to_owned(), String::new()];
    let reading = read(&pdf("A title", &pages));
    let problems: Vec<_> = reading.problems.iter().map(|problem| (&*problem.place, &*problem.reason)).collect();
    assert_eq!(problems, [("pages 2-3", "no text but images: it may be a scan"), ("page 4", "the page is empty")]);
    assert_eq!((&*reading.documents[0].document.title, reading.documents[0].pages.len()), ("A title", 4));
}

#[test]
fn broken_files_are_errors_that_say_why() {
    let error = |reader: &PdfReader, bytes: &[u8]| {
        *block_on(reader.read(&Source::new("a.pdf", bytes))).unwrap_err().downcast::<PdfError>().unwrap()
    };
    let reader = PdfReader::new();
    for bytes in [&b""[..], b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"hello"] {
        assert!(matches!(error(&reader, bytes), PdfError::Malformed | PdfError::NoPages), "{bytes:?}");
    }
    let long = pdf("", &[draw(11, 72, 700, &"word ".repeat(100)), draw(11, 72, 700, &"word ".repeat(100))]);
    let refused = error(&reader.clone().with_limit(700), &long);
    assert_eq!(refused, PdfError::TooLarge { page: 2, limit: 700 });
    assert!(block_on(reader.read(&Source::new("a.pdf", long))).is_ok());
}

#[test]
fn cut_files_are_read_as_far_as_they_go_or_refused() {
    let bytes = pdf("", &[draw(11, 72, 700, "first"), draw(11, 72, 700, "第二")]);
    for cut in (0..bytes.len()).step_by(11) {
        if let Ok(reading) = block_on(PdfReader::new().read(&Source::new("a.pdf", &bytes[..cut]))) {
            shown(&reading);
        }
    }
}

proptest! {
    #[test]
    fn damaged_files_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        content in "(BT|ET|Tj|TJ|Td|Tf|Tm|q|Q|cm|Do|/F[1-3]|\\(a\\)|<4e00>|[0-9]{1,3}|-1|\\[|\\]| ){0,60}",
    ) {
        let mut bytes = pdf("", &[draw(11, 72, 700, "first"), content]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(reading) = block_on(PdfReader::new().read(&Source::new("a.pdf", bytes))) {
            shown(&reading);
        }
    }
}
