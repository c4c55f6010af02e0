//! Any bytes are read as PDF or refused, within bounds. Where what interprets pages panics, the page is reported as
//! damaged: that is no finding here.
#![no_main]

use kag_core::{Reader, Source};
use kag_readers::PdfReader;
use libfuzzer_sys::fuzz_target;

/// Lets panics of what interprets pages pass; all others end the run.
fn let_pass() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| place.file().contains("hayro")) {
            end(panic);
        }
    }));
}

fuzz_target!(init: let_pass(), |bytes: &[u8]| {
    let source = Source::new("a.pdf", bytes);
    let Ok(reading) = futures::executor::block_on(PdfReader::new().with_limit(1 << 20).read(&source)) else { return };
    for read in &reading.documents {
        for heading in &read.headings {
            assert!(heading.span.of(&read.text).is_some());
        }
        for page in &read.pages {
            assert!(page.span.of(&read.text).is_some());
        }
    }
});
