//! Any bytes are read as DOCX or refused, within bounds.
#![no_main]

use kag_core::{Reader, Source};
use kag_readers::DocxReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
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
});
