//! Any bytes are read as DOCX or refused, within bounds; and so are archives with any bytes as their text, styles and
//! lists, which bytes by themselves hardly ever are.
#![no_main]

use std::io::{Cursor, Write as _};

use kag_core::{Reader, Source};
use kag_readers::DocxReader;
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") { read(bytes.to_vec()) } else { read(archive(bytes)) }
});

/// An archive whose parts are what `bytes` are between form feeds.
fn archive(bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let names = ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "docProps/core.xml"];
    for (name, part) in names.iter().zip(bytes.split(|byte| *byte == 0x0c)) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(bytes: Vec<u8>) {
    let source = Source::new("a.docx", bytes);
    let Ok(reading) = futures::executor::block_on(DocxReader::new().with_limit(1 << 20).read(&source)) else { return };
    for read in &reading.documents {
        for heading in &read.headings {
            assert!(heading.span.of(&read.text).is_some());
        }
        for page in &read.pages {
            assert!(page.span.of(&read.text).is_some());
        }
    }
}
