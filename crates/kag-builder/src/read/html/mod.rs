//! HTML.

mod element;
mod walk;

use kag_core::{BoxError, Reader, Reading, Source, async_trait};

use self::walk::read_page;
use super::decode_any;

/// Reads HTML as one document of readable text.
///
/// Headings are the outline. Paragraphs stand apart; items of lists begin with `-` or their
/// number, nested ones indented; the cells of a row stand on one line with ` | ` between them,
/// unless the table only lays out the page; code keeps its white space. Left out is what nobody
/// reads for its content: scripts, styles, navigation, forms' controls, embedded media, readings
/// of characters (`rt`), what is hidden, and `footer` and `aside` outside of `article` and `main`.
/// The title is that of the page, or else its first heading of level 1.
///
/// Any bytes are read in time linear in their number: the tags of the source are followed, not
/// a tree, and no more than 512 levels of them. An element that is left out but never ends is
/// not left out. The encoding is that of the mark, the one declared, or the likely one, see [`decode_any`].
///
/// ```
/// use kag_builder::HtmlReader;
/// use kag_core::{Reader, Source};
///
/// # futures::executor::block_on(async {
/// let page = "<title>Clubs</title><nav>Home</nav><h1>俱乐部</h1><p>Real <b>Madrid</b><ul><li>1902<li>Madrid</ul>";
/// let reading = HtmlReader::new().read(&Source::new("https://example.org/clubs", page.as_bytes())).await?;
/// let read = &reading.documents[0];
/// assert_eq!(&*read.text, "俱乐部\n\nReal Madrid\n\n- 1902\n- Madrid");
/// assert_eq!((&*read.document.title, &*read.headings[0].title), ("Clubs", "俱乐部"));
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HtmlReader;

impl HtmlReader {
    /// The reader.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Reader for HtmlReader {
    fn version(&self) -> &str {
        "html 1"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let declared = declared_encoding(&source.bytes);
        let decoded = decode_any(&source.bytes, declared.as_deref())?;
        let page = read_page(&decoded.text);
        let document = source.document().with_media_type(decoded.media_type("text/html")).with_title(page.title);
        Ok(page.text.finish(document).into())
    }
}

/// How far into the source an encoding may be declared; the HTML standard's.
const PRESCAN: usize = 1024;

/// What stands behind `charset=` in a `meta` element, or `encoding=` in an XML declaration.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let beginning = String::from_utf8_lossy(bytes.get(..PRESCAN).unwrap_or(bytes)).to_ascii_lowercase();
    let declaration = beginning.find("<?xml").and_then(|at| label_behind(beginning.get(at..)?, "encoding"));
    let metas = beginning.split("<meta").skip(1).filter_map(|meta| meta.split('>').next());
    declaration.or_else(|| metas.into_iter().find_map(|meta| label_behind(meta, "charset")))
}

fn label_behind(text: &str, key: &str) -> Option<String> {
    let (_, behind) = text.split_once(key)?;
    let value = behind.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label = value.split(|character: char| !(character.is_ascii_alphanumeric() || "-_:.".contains(character)));
    label.into_iter().next().filter(|label| !label.is_empty()).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_declared_in_either_way() {
        for (page, expect) in [
            ("<!doctype html><meta charset=GB2312>", Some("gb2312")),
            ("<META http-equiv=\"Content-Type\" content=\"text/html; charset = Big5\">", Some("big5")),
            ("<?xml version='1.0' encoding='Shift_JIS'?><html>", Some("shift_jis")),
            ("<p>charset=utf-16</p><meta name=a>", None),
            ("<meta charset=", None),
        ] {
            assert_eq!(declared_encoding(page.as_bytes()).as_deref(), expect, "{page}");
        }
    }
}
