//! DOCX: what is read, and what no file may do. The files are written here, part by part.
#![cfg(feature = "docx")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::io::{Cursor, Write as _};

use expect_test::{Expect, expect};
use futures::executor::block_on;
use kag_core::{ReadDocument, Reader, Source};
use kag_readers::{DocxError, DocxReader};
use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

const RELATIONSHIPS: &str = r#"<?xml version="1.0"?><Relationships><Relationship Id="rId1"
    Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/word/document.xml"/>
    </Relationships>"#;

const STYLES: &str = r#"<w:styles xmlns:w="w">
    <w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>
    <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>
    <w:style w:type="paragraph" w:styleId="2"><w:name w:val="Heading 2"/><w:basedOn w:val="1"/></w:style>
    <w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Clause"/><w:basedOn w:val="a"/>
        <w:pPr><w:outlineLvl w:val="2"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
    <w:style w:type="paragraph" w:styleId="loop"><w:name w:val="x"/><w:basedOn w:val="loop"/></w:style>
    </w:styles>"#;

const NUMBERING: &str = r#"<w:numbering xmlns:w="w">
    <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="1">
        <w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
    </w:abstractNum>
    <w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
    <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
    <w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
    </w:numbering>"#;

/// A file of these parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A file whose body is `body`, with styles, lists and notes.
fn docx(body: &str) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:id="1"><w:p><w:r><w:t>See the log.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    archive(&[
        ("_rels/.rels", RELATIONSHIPS),
        ("word/document.xml", &document),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
        ("word/footnotes.xml", notes),
        ("docProps/core.xml", "<cp:core xmlns:dc=\"dc\"><dc:title> From the properties </dc:title></cp:core>"),
    ])
}

/// A paragraph with properties.
fn p(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn styled(style: &str, text: &str) -> String {
    p(&format!("<w:pStyle w:val=\"{style}\"/>"), text)
}

fn item(list: u8, level: u8, text: &str) -> String {
    p(&format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>"), text)
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<w:tc><w:tcPr/>{cell}</w:tc>")).collect();
    format!("<w:tr>{cells}</w:tr>")
}

fn read(bytes: &[u8]) -> ReadDocument {
    let mut reading = block_on(DocxReader::new().read(&Source::new("file:club.docx", bytes))).unwrap();
    assert!(reading.problems.is_empty());
    reading.documents.remove(0)
}

fn check(body: &str, expect: &Expect) {
    let read = read(&docx(body));
    let mut shown = format!("title: {}\n", read.document.title);
    for heading in &read.headings {
        assert!(heading.span.of(&read.text).is_some_and(|text| !text.is_empty()));
        shown.push_str(&format!("heading {} at {}: {}\n", heading.level, heading.span, heading.title));
    }
    expect.assert_eq(&format!("{shown}---\n{}\n", read.text));
}

#[test]
fn headings_lists_tables_and_notes_are_read() {
    let body = [
        styled("T", "Harbour Rowing &amp; Friends"),
        styled("1", "The club"),
        "<w:p><w:r><w:t>Founded in 18</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>84</w:t><w:footnoteReference w:id=\"1\"/></w:r><w:r><w:t> by Ada Quill.</w:t></w:r></w:p>".to_owned(),
        styled("2", "Boats"),
        item(2, 0, "Heron"),
        item(2, 1, "built in 1901"),
        item(2, 1, "repaired"),
        item(2, 0, "Teal"),
        item(2, 1, "new"),
        item(1, 0, "a bullet"),
        p("<w:outlineLvl w:val=\"1\"/>", "Results"),
        format!("<w:tbl>{}{}</w:tbl>", row(&[&p("", "Year"), &p("", "Place")]), row(&[&p("", "1899"), &format!("{}{}", p("", "Wend"), p("", "Bridge"))])),
        p("", "After the table."),
    ];
    check(
        &body.concat(),
        &expect![[r#"
        title: Harbour Rowing & Friends
        heading 1 at 26..34: The club
        heading 2 at 82..87: Boats
        heading 2 at 166..173: Results
        ---
        Harbour Rowing & Friends

        The club

        Founded in 1884 [See the log.] by Ada Quill.

        Boats

        3. Heron
          3.a) built in 1901
          3.b) repaired
        4. Teal
          4.a) new
        - a bullet

        Results

        Year | Place
        1899 | Wend Bridge

        After the table.
    "#]],
    );
}

#[test]
fn chinese_documents_are_read() {
    let body = [
        styled("1", "海湾赛艇会章程"),
        styled("Own", "会员应爱护赛艇。"),
        styled("Own", "会员每周训练三次。"),
        format!("<w:tbl>{}{}</w:tbl>", row(&[&p("", "船名"), &p("", "年份")]), row(&[&p("", "苍鹭"), &p("", "1901")])),
        "<w:p><w:r><w:t>第一行</w:t><w:br/><w:t>第二行</w:t><w:tab/><w:t>末</w:t></w:r></w:p>".to_owned(),
    ];
    check(
        &body.concat(),
        &expect![[r#"
        title: From the properties
        heading 1 at 0..21: 海湾赛艇会章程
        heading 3 at 23..57: 第一条 会员应爱护赛艇。
        heading 3 at 59..96: 第二条 会员每周训练三次。
        ---
        海湾赛艇会章程

        第一条 会员应爱护赛艇。

        第二条 会员每周训练三次。

        船名 | 年份
        苍鹭 | 1901

        第一行
        第二行 末
    "#]],
    );
}

#[test]
fn what_is_not_shown_is_left_out() {
    let body = [
        "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:t>gone</w:t><w:delText>gone</w:delText></w:r></w:del>",
        "<w:ins><w:r><w:t> new</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t> shown</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>visible</w:t></w:r></w:p>",
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></mc:Choice>",
        "<mc:Fallback><w:p><w:r><w:t>in a box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:t>around</w:t></w:r></w:p>",
    ];
    assert_eq!(&*read(&docx(&body.concat())).text, "kept new shown\n\nvisible\n\nin a box\n\naround");
}

#[test]
fn broken_files_are_errors_that_say_why() {
    let error = |reader: &DocxReader, bytes: &[u8]| {
        *block_on(reader.read(&Source::new("a.docx", bytes))).unwrap_err().downcast::<DocxError>().unwrap()
    };
    let reader = DocxReader::new();
    assert!(matches!(error(&reader, b"not a zip"), DocxError::Archive(_)));
    assert!(matches!(error(&reader, b""), DocxError::Archive(_)));
    let no_text = archive(&[("xl/workbook.xml", "<a/>")]);
    assert!(matches!(error(&reader, &no_text), DocxError::NoPart { part } if &*part == "word/document.xml"));
    let whole = |xml: &str| archive(&[("word/document.xml", xml)]);
    assert!(matches!(error(&reader, &whole("<w:document><w:p></w:document>")), DocxError::Xml { byte: 14.., .. }));
    assert!(matches!(error(&reader, &whole("<w:document><w:p>")), DocxError::CutOff { .. }));
    assert!(matches!(error(&reader, &whole(&"<w:p>".repeat(100_000))), DocxError::TooDeep { limit: 512, .. }));
    // Ten megabytes that are packed into ten thousand bytes.
    let bomb = docx(&" ".repeat(10_000_000));
    assert!(bomb.len() < 20_000, "{}", bomb.len());
    let refused = error(&reader.clone().with_limit(1_000_000), &bomb);
    assert!(matches!(refused, DocxError::TooLarge { limit: 1_000_000, .. }), "{refused}");
    assert!(refused.to_string().contains("word/document.xml"), "{refused}");
    assert!(block_on(reader.read(&Source::new("a.docx", bomb))).is_ok());
}

#[test]
fn a_document_without_styles_and_lists_is_text() {
    let bytes = archive(&[(
        "word/document.xml",
        "\u{feff}<w:document><w:p><w:pPr><w:pStyle w:val=\"1\"/><w:numPr><w:numId w:val=\"7\"/></w:numPr></w:pPr><w:r><w:t>甲&#x4e59;</w:t></w:r></w:p></w:document>",
    )]);
    let read = read(&bytes);
    assert_eq!((&*read.text, &*read.document.title, read.headings.len()), ("- 甲乙", "", 0));
    let cycle = docx(&styled("loop", "a"));
    assert_eq!(&*crate::read(&cycle).text, "a");
}

proptest! {
    #[test]
    fn damaged_files_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        xml in "(</?w:(p|r|t|tbl|tr|tc|pPr|numPr)>|<w:numId w:val=\"[0-4]\"/>|<w:ilvl w:val=\"[0-9a]\"/>|[a皇 &<])*{0,60}",
    ) {
        let mut bytes = docx(&[styled("1", "a"), item(2, 1, "b")].concat());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [bytes, docx(&xml)] {
            if let Ok(reading) = block_on(DocxReader::new().read(&Source::new("a.docx", bytes))) {
                for heading in &reading.documents[0].headings {
                    prop_assert!(heading.span.of(&reading.documents[0].text).is_some());
                }
            }
        }
    }
}
