//! What the rows and columns of the tables are in the graph.

use super::sql::Column;

/// How the rows of a table are read out of the graph.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    table: &'static str,
    /// The type of the things that the rows are about.
    pub(super) type_name: &'static str,
    /// The column of their names.
    own: &'static str,
    /// The property that says the name as a text.
    pub(super) own_text: &'static str,
    /// What joins the thing to a state, and the state's column.
    pub(super) edge: Option<(&'static str, &'static str)>,
    /// Columns and the properties they are; whether they are texts.
    properties: &'static [(&'static str, &'static str, bool)],
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The thing that the row is about.
    Node,
    /// The state that it is joined to.
    Edge,
    /// The name of that state as a text.
    EdgeText,
    /// A property of the thing.
    Property(&'static str),
}

const SHAPES: [Shape; 7] = [
    Shape {
        table: "state",
        type_name: "State",
        own: "state_name",
        own_text: "stateName",
        edge: None,
        properties: &[
            ("population", "population", false),
            ("area", "area", false),
            ("capital", "capital", true),
            ("density", "density", false),
            ("country_name", "country", true),
        ],
    },
    Shape {
        table: "city",
        type_name: "City",
        own: "city_name",
        own_text: "cityName",
        edge: Some(("inState", "state_name")),
        properties: &[("population", "population", false), ("country_name", "country", true)],
    },
    Shape {
        table: "river",
        type_name: "River",
        own: "river_name",
        own_text: "riverName",
        edge: Some(("traverses", "traverse")),
        properties: &[("length", "length", false), ("country_name", "country", true)],
    },
    Shape {
        table: "mountain",
        type_name: "Mountain",
        own: "mountain_name",
        own_text: "mountainName",
        edge: Some(("inState", "state_name")),
        properties: &[("mountain_altitude", "altitude", false), ("country_name", "country", true)],
    },
    Shape {
        table: "lake",
        type_name: "Lake",
        own: "lake_name",
        own_text: "lakeName",
        edge: Some(("inState", "state_name")),
        properties: &[("area", "area", false), ("country_name", "country", true)],
    },
    Shape {
        table: "border_info",
        type_name: "State",
        own: "state_name",
        own_text: "stateName",
        edge: Some(("borders", "border")),
        properties: &[],
    },
    Shape {
        table: "highlow",
        type_name: "State",
        own: "state_name",
        own_text: "stateName",
        edge: None,
        properties: &[
            ("highest_point", "highestPoint", true),
            ("highest_elevation", "highestElevation", true),
            ("lowest_point", "lowestPoint", true),
            ("lowest_elevation", "lowestElevation", true),
        ],
    },
];

/// The shape of `table`.
pub(super) fn shape(table: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.table == table)
}

impl Shape {
    /// What `column` is.
    pub(super) fn part(&self, column: &Column) -> Option<Part> {
        if column.name == self.own {
            return Some(Part::Node);
        }
        if self.edge.is_some_and(|(_, name)| name == column.name) {
            return Some(Part::Edge);
        }
        let property = self.properties.iter().find(|(name, ..)| *name == column.name);
        property.map(|(_, predicate, _)| Part::Property(predicate))
    }

    /// The type of what stands in a part; `None` for a value.
    pub(super) fn type_of(&self, part: Part) -> Option<&'static str> {
        match part {
            Part::Node => Some(self.type_name),
            Part::Edge => Some("State"),
            Part::EdgeText | Part::Property(_) => None,
        }
    }

    /// The part that says as a text what `part` does.
    pub(super) fn as_text(&self, part: Part) -> Part {
        match part {
            Part::Node => Part::Property(self.own_text),
            Part::Edge => Part::EdgeText,
            text => text,
        }
    }

    /// Whether a property is a text, whose numbers compare as texts.
    pub(super) fn is_text(&self, part: Part) -> bool {
        match part {
            Part::Property(predicate) => {
                let known = self.properties.iter().find(|(_, known, _)| *known == predicate);
                known.is_none_or(|(.., text)| *text)
            }
            Part::EdgeText => true,
            Part::Node | Part::Edge => false,
        }
    }
}
