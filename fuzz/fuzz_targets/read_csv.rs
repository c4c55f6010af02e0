//! Any bytes are read as a table or refused.
#![no_main]

use kag_core::{Reader, Source};
use kag_builder::CsvReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new("a.csv", bytes);
    let Ok(reading) = futures::executor::block_on(CsvReader::new().read(&source)) else { return };
    for read in &reading.documents {
        for heading in &read.headings {
            assert!(heading.span.of(&read.text).is_some());
        }
        for page in &read.pages {
            assert!(page.span.of(&read.text).is_some());
        }
    }
});
