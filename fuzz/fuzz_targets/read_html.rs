//! Any bytes are read as HTML, and headings are spans of the text.
#![no_main]

use kag_core::{Reader, Source};
use kag_builder::HtmlReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new("a.html", bytes);
    let Ok(reading) = futures::executor::block_on(HtmlReader::new().read(&source)) else { return };
    for read in &reading.documents {
        for heading in &read.headings {
            assert!(heading.span.of(&read.text).is_some());
        }
        for page in &read.pages {
            assert!(page.span.of(&read.text).is_some());
        }
    }
});
