//! What the elements of HTML mean for its text.

/// What an element does to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: its text goes on where the text before ended.
    Inline,
    /// It stands apart.
    Paragraph,
    /// As [`Paragraph`](Self::Paragraph), and ends where another block begins.
    Text,
    /// It stands on lines of its own.
    Line,
    /// As [`Paragraph`](Self::Paragraph), and holds the content proper of a page.
    Content,
    Heading(u8),
    List(Listing),
    Item,
    /// A name or a description in a list of them.
    Description,
    Table,
    Rows,
    Row,
    Cell,
    Code,
    /// The title of the page.
    Title,
    Ruby,
    /// The reading of characters.
    Reading,
    /// What is not read for its content.
    Dropped,
    /// As [`Dropped`](Self::Dropped) outside of [`Content`](Self::Content).
    Aside,
    /// `body` and `html`, which end with the source.
    Whole,
}

/// How the items of a list are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    Dashes,
    Numbers,
}

/// The kind of the element called `name`, in lower case.
pub(super) fn kind_of(name: &[u8]) -> Kind {
    match name {
        b"h1" => Kind::Heading(1),
        b"h2" => Kind::Heading(2),
        b"h3" => Kind::Heading(3),
        b"h4" => Kind::Heading(4),
        b"h5" => Kind::Heading(5),
        b"h6" => Kind::Heading(6),
        b"p" => Kind::Text,
        b"article" | b"main" => Kind::Content,
        b"address" | b"blockquote" | b"center" | b"details" | b"dl" | b"fieldset" | b"figure" | b"form" | b"header"
        | b"hgroup" | b"search" | b"section" => Kind::Paragraph,
        b"div" | b"caption" | b"figcaption" | b"legend" | b"summary" => Kind::Line,
        b"ul" | b"menu" | b"dir" => Kind::List(Listing::Dashes),
        b"ol" => Kind::List(Listing::Numbers),
        b"li" => Kind::Item,
        b"dt" | b"dd" => Kind::Description,
        b"table" => Kind::Table,
        b"thead" | b"tbody" | b"tfoot" => Kind::Rows,
        b"tr" => Kind::Row,
        b"td" | b"th" => Kind::Cell,
        b"pre" | b"listing" | b"xmp" => Kind::Code,
        b"title" => Kind::Title,
        b"ruby" => Kind::Ruby,
        b"rt" | b"rp" => Kind::Reading,
        b"script" | b"style" | b"noscript" | b"template" | b"svg" | b"canvas" | b"audio" | b"video" | b"iframe"
        | b"object" | b"map" | b"nav" | b"select" | b"datalist" | b"button" | b"textarea" | b"dialog" | b"noframes" => {
            Kind::Dropped
        }
        b"aside" | b"footer" => Kind::Aside,
        b"html" | b"body" | b"head" => Kind::Whole,
        _ => Kind::Inline,
    }
}

/// Whether the element called `name` has no end tag.
pub(super) fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"basefont"
            | b"bgsound"
            | b"br"
            | b"col"
            | b"embed"
            | b"frame"
            | b"hr"
            | b"img"
            | b"input"
            | b"keygen"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

impl Kind {
    /// Whether a paragraph ends where this begins.
    pub(super) fn ends_text(self) -> bool {
        !matches!(
            self,
            Self::Inline
                | Self::Title
                | Self::Ruby
                | Self::Reading
                | Self::Dropped
                | Self::Rows
                | Self::Row
                | Self::Cell
        )
    }

    /// Whether an end tag inside, but for those of tables, ends nothing outside.
    pub(super) fn is_boundary(self) -> bool {
        matches!(self, Self::Cell | Self::Table)
    }

    pub(super) fn is_of_tables(self) -> bool {
        matches!(self, Self::Table | Self::Rows | Self::Row | Self::Cell)
    }
}
