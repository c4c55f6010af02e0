//! Functions of places.
//!
//! A place is a text in WKT (`POINT(120.15 30.28)`, `LINESTRING`, `POLYGON` and the `MULTI`
//! forms), longitude before latitude in degrees, or the two numbers alone.

use super::{Gives, Kind, Row, TEXT, Takes};

pub(super) const ROWS: &[Row] = &[
    Row {
        names: &["geo_distance", "geoDistance"],
        forms: &[(&[Takes::One("from", TEXT), Takes::One("to", TEXT)], Gives::Is(Kind::Number))],
        doc: "The least distance between two places in metres, 0 where they meet.",
    },
    Row {
        names: &["geo_within", "geoWithin"],
        forms: &[(&[Takes::One("inner", TEXT), Takes::One("outer", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether the first place lies within the second; what lies on its border alone does not.",
    },
    Row {
        names: &["geo_is_intersects", "geo_intersects", "geoIntersects"],
        forms: &[(&[Takes::One("left", TEXT), Takes::One("right", TEXT)], Gives::Is(Kind::Boolean))],
        doc: "Whether two places have a point in common.",
    },
];
