//! What has been read so far: definitions, and where each part of them stands.

use kag_core::Span;

use super::keyword::Keyword;
use crate::TypeDef;

/// Types as they were read, not yet found to fit together.
///
/// `types` and `places` are parallel, and so are the properties in them.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) types: Vec<TypeDef>,
    pub(super) places: Vec<TypePlace>,
}

/// Where the parts of a type stand.
#[derive(Clone, Debug, Default)]
pub(super) struct TypePlace {
    pub(super) name: Span,
    /// The end of all that is said of it.
    pub(super) end: usize,
    pub(super) parent: Span,
    /// Whether only its parent says of what kind it is.
    pub(super) takes_kind: bool,
    /// What follows the keywords that were read.
    pub(super) settings: Settings,
    pub(super) related: Vec<Span>,
    pub(super) properties: Vec<PropertyPlace>,
}

/// Where the parts of a property or sub-property stand.
#[derive(Clone, Debug, Default)]
pub(super) struct PropertyPlace {
    pub(super) name: Span,
    /// The end of all that is said of it.
    pub(super) end: usize,
    pub(super) group: Span,
    pub(super) objects: Vec<Span>,
    pub(super) settings: Settings,
    pub(super) constraints: Vec<Span>,
    pub(super) qualifiers: Vec<PropertyPlace>,
}

/// The keywords that were read, with the place of what follows each.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings(Vec<(Keyword, Span)>);

impl Settings {
    /// Where what follows `keyword` stands.
    pub(super) fn place(&self, keyword: Keyword) -> Option<Span> {
        self.0.iter().find(|(known, _)| *known == keyword).map(|(_, span)| *span)
    }

    /// Notes `keyword`; `false` where it was there already.
    pub(super) fn note(&mut self, keyword: Keyword, value: Span) -> bool {
        let new = self.place(keyword).is_none();
        if new {
            self.0.push((keyword, value));
        }
        new
    }
}

impl Draft {
    /// Notes that something was said of the last type, up to byte `end`; also of its last
    /// property where `of_property`.
    pub(super) fn reach(&mut self, end: usize, of_property: bool) {
        let Some(place) = self.places.last_mut() else { return };
        place.end = place.end.max(end);
        if of_property && let Some(property) = place.properties.last_mut() {
            property.end = property.end.max(end);
            if let Some(qualifier) = property.qualifiers.last_mut() {
                qualifier.end = qualifier.end.max(end);
            }
        }
    }
}
