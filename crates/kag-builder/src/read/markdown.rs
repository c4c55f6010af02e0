//! Markdown.

use std::sync::Arc;

use kag_core::{BoxError, Heading, ReadDocument, Reader, Reading, Source, Span, async_trait};
use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::decode_any;

/// Reads Markdown (CommonMark with tables, footnotes, attributes of headings and front matter) as one document.
///
/// The text is kept as it stands, marks included, so that spans are bytes of it; lists, code and
/// tables are in it unchanged. Headings are those that Markdown sees, so a `#` inside a
/// code block is none, nor is what a quotation or an item of a list has for one. The title is that of the front matter (`title:` in YAML,
/// `title =` in TOML), or else the first heading of level 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarkdownReader;

impl MarkdownReader {
    /// The reader.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Reader for MarkdownReader {
    fn version(&self) -> &str {
        "markdown 2"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let decoded = decode_any(&source.bytes, None)?;
        let outline = Outline::of(&decoded.text);
        let document = source.document().with_media_type(decoded.media_type("text/markdown"));
        let document = document.with_title(outline.title());
        Ok(ReadDocument::new(document, decoded.text).with_headings(outline.headings).into())
    }
}

#[derive(Default)]
struct Outline {
    headings: Vec<Heading>,
    front_title: Option<Arc<str>>,
}

impl Outline {
    fn of(text: &str) -> Self {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
        let mut outline = Self::default();
        let mut heading: Option<(u8, String, Span)> = None;
        let mut front: Option<MetadataBlockKind> = None;
        // In how many quotations and items.
        let mut inside = 0_usize;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::BlockQuote(_) | Tag::Item) => inside += 1,
                Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => inside -= 1,
                Event::Start(Tag::Heading { level, .. }) if inside == 0 => {
                    heading = Some((level as u8, String::new(), range.into()));
                }
                Event::Start(Tag::MetadataBlock(kind)) => front = Some(kind),
                Event::End(TagEnd::MetadataBlock(_)) => front = None,
                Event::End(TagEnd::Heading(_)) => {
                    if let Some((level, title, span)) = heading.take() {
                        outline.headings.push(Heading { level, title: title.trim().into(), span });
                    }
                }
                Event::Text(words) | Event::Code(words) => {
                    if let Some((_, title, _)) = &mut heading {
                        title.push_str(&words);
                    } else if let Some(kind) = front {
                        outline.front_title = outline.front_title.or_else(|| title_in(&words, kind));
                    }
                }
                Event::SoftBreak | Event::HardBreak => {
                    if let Some((_, title, _)) = &mut heading {
                        title.push(' ');
                    }
                }
                _ => {}
            }
        }
        outline
    }

    fn title(&self) -> Arc<str> {
        let first = self.headings.iter().find(|heading| heading.level == 1).map(|heading| &heading.title);
        self.front_title.as_ref().or(first).cloned().unwrap_or_default()
    }
}

/// The value of `title` in front matter: a line of its own, with or without quotes.
fn title_in(front: &str, kind: MetadataBlockKind) -> Option<Arc<str>> {
    let separator = if kind == MetadataBlockKind::YamlStyle { ':' } else { '=' };
    let value = front.lines().find_map(|line| line.strip_prefix("title")?.trim_start().strip_prefix(separator))?;
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    Some(quoted.unwrap_or(value)).filter(|title| !title.is_empty()).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_those_markdown_sees_with_exact_spans() {
        let text = "# 足球 *Football* {#top}\n\n```sh\n# not a heading\n```\n\n> # quoted\n\n- # listed\n\nClubs\n-----\n\n| a | b |\n|---|---|\n| 1 | # no |\n";
        let outline = Outline::of(text);
        let seen: Vec<_> =
            outline.headings.iter().map(|h| (h.level, &*h.title, h.span.of(text).unwrap().trim_end())).collect();
        assert_eq!(seen, [(1, "足球 Football", "# 足球 *Football* {#top}"), (2, "Clubs", "Clubs\n-----")]);
        assert_eq!(&*outline.title(), "足球 Football");
    }

    #[test]
    fn the_front_matter_names_the_document() {
        assert_eq!(&*Outline::of("---\nlang: zh\ntitle: \"年报: 2011\"\n---\n# 第一章\n").title(), "年报: 2011");
        assert_eq!(&*Outline::of("+++\ntitle = 'Report'\n+++\n\ntext\n").title(), "Report");
        assert_eq!(&*Outline::of("## only a section\n").title(), "");
        assert_eq!(&*Outline::of("").title(), "");
    }
}
