//! Reading server-sent events from bytes as they come.
//!
//! Knows nothing of HTTP, of JSON or of what the events mean.

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// The `event` field; empty if there was none.
    pub(crate) name: String,
    /// The `data` fields, joined by line feeds.
    pub(crate) data: String,
}

/// What cannot be read as events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadStream {
    /// A line is not UTF-8.
    NotUtf8,
    /// An event is longer than allowed.
    TooLong,
}

/// Cuts bytes into lines and lines into events, wherever the bytes were split: inside a
/// character, a line end or an event. Comments and unknown fields are passed over.
///
/// Lines end in LF, CR LF or CR; an event ends at an empty line or at the end of the bytes.
#[derive(Debug)]
pub(crate) struct SseReader {
    /// Bytes of lines that are not yet read.
    pending: Vec<u8>,
    /// Where in `pending` the next line begins.
    start: usize,
    /// Where in `pending` to look on for its end.
    scanned: usize,
    /// The last line ended in CR, so that an LF that follows belongs to it.
    after_cr: bool,
    at_beginning: bool,
    event: Event,
    has_data: bool,
    max_event: usize,
}

impl SseReader {
    /// A reader of events of at most `max_event` bytes.
    pub(crate) fn new(max_event: usize) -> Self {
        Self {
            pending: Vec::new(),
            start: 0,
            scanned: 0,
            after_cr: false,
            at_beginning: true,
            event: Event::default(),
            has_data: false,
            max_event,
        }
    }

    /// Takes more bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.pending.drain(..self.start);
            self.scanned -= self.start;
            self.start = 0;
        }
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole event; `None` if more bytes are needed.
    pub(crate) fn next_event(&mut self) -> Result<Option<Event>, BadStream> {
        while let Some(line) = self.next_line()? {
            if let Some(event) = self.take_line(&line) {
                return Ok(Some(event));
            }
        }
        let held = self.event.data.len() + (self.pending.len() - self.start);
        if held > self.max_event {
            return Err(BadStream::TooLong);
        }
        Ok(None)
    }

    /// The event that the end of the bytes completes, if one was begun.
    pub(crate) fn last_event(&mut self) -> Result<Option<Event>, BadStream> {
        self.push(b"\n\n");
        self.next_event()
    }

    fn next_line(&mut self) -> Result<Option<String>, BadStream> {
        if self.after_cr {
            match self.pending.get(self.start) {
                None => return Ok(None),
                Some(b'\n') => {
                    self.start += 1;
                    self.scanned = self.start;
                }
                Some(_) => {}
            }
            self.after_cr = false;
        }
        let rest = self.pending.get(self.scanned..).unwrap_or_default();
        let Some(found) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.scanned = self.pending.len();
            return Ok(None);
        };
        let end = self.scanned + found;
        self.after_cr = self.pending.get(end) == Some(&b'\r');
        let line = self.pending.get(self.start..end).unwrap_or_default();
        let line = std::str::from_utf8(line).map_err(|_| BadStream::NotUtf8)?;
        let mark = std::mem::take(&mut self.at_beginning).then_some('\u{feff}');
        let line = mark.and_then(|mark| line.strip_prefix(mark)).unwrap_or(line);
        let line = line.to_owned();
        self.start = end + 1;
        self.scanned = self.start;
        Ok(Some(line))
    }

    fn take_line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            "event" => value.clone_into(&mut self.event.name),
            // A comment (the empty field), `id`, `retry` or a field not known.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<Event>, BadStream> {
        let mut reader = SseReader::new(1 << 20);
        let mut events = Vec::new();
        for piece in pieces {
            reader.push(piece);
            while let Some(event) = reader.next_event()? {
                events.push(event);
            }
        }
        events.extend(reader.last_event()?);
        Ok(events)
    }

    fn data(text: &str) -> Vec<String> {
        let events = read(&[text.as_bytes()]).unwrap();
        events.into_iter().map(|event| event.data).collect()
    }

    #[test]
    fn lines_of_one_event_are_joined_and_line_ends_may_be_of_any_kind() {
        assert_eq!(data("data: 知\ndata: 识\n\ndata:x\n\n"), ["知\n识", "x"]);
        assert_eq!(data("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"), ["a\nb", "c"]);
        assert_eq!(data("data: a\rdata: b\r\rdata: c\r\r"), ["a\nb", "c"]);
    }

    #[test]
    fn comments_unknown_fields_and_empty_events_are_passed_over() {
        assert_eq!(data(": keep-alive\n\n\n\nid: 7\nretry: 3\n\ndata: a\nnope\n\n"), ["a"]);
        assert_eq!(data("\u{feff}data: a\n\n"), ["a"]);
        assert_eq!(data("data\n\n"), [""]);
        assert_eq!(data("data:  two spaces\n\n"), [" two spaces"]);
    }

    #[test]
    fn an_event_has_the_name_it_was_given() {
        let events = read(&[b"event: error\ndata: 1\n\ndata: 2\n\n"]).unwrap();
        let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["error", ""]);
    }

    #[test]
    fn the_end_of_the_bytes_ends_the_last_event() {
        assert_eq!(data("data: [DONE]"), ["[DONE]"]);
        assert_eq!(data("data: [DONE]\r"), ["[DONE]"]);
        assert_eq!(data("data: a\n\n"), ["a"]);
    }

    #[test]
    fn bytes_that_are_not_text_and_events_without_end_are_refused() {
        assert_eq!(read(&[b"data: \xff\xfe\n\n"]), Err(BadStream::NotUtf8));
        let mut reader = SseReader::new(64);
        reader.push(&[b'x'; 65]);
        assert_eq!(reader.next_event(), Err(BadStream::TooLong));
        let mut reader = SseReader::new(64);
        reader.push("data: 12345678\n".repeat(9).as_bytes());
        assert_eq!(reader.next_event(), Err(BadStream::TooLong));
    }

    fn stream() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "data: ?[a-z识🙂é]{0,6}",
            Just(": note".to_owned()),
            Just("event: error".to_owned()),
            Just(String::new()),
        ];
        let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
        prop::collection::vec((line, end), 0..12)
            .prop_map(|lines| lines.iter().map(|(line, end)| format!("{line}{end}")).collect())
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_split_makes_no_difference(
            text in stream(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let bytes = text.as_bytes();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let pieces: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(read(&pieces), read(&[bytes]));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&[&bytes]);
        }
    }
}
