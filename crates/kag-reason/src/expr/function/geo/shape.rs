//! Places as texts: WKT, or longitude and latitude alone.

/// A point on the earth: longitude and latitude in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

/// A place: points, lines and areas.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) points: Vec<Point>,
    pub(super) lines: Vec<Vec<Point>>,
    pub(super) areas: Vec<Area>,
}

/// An area within a ring and outside of others. Rings are closed: the last point is the
/// first.
#[derive(Debug, PartialEq)]
pub(super) struct Area {
    pub(super) outer: Vec<Point>,
    pub(super) holes: Vec<Vec<Point>>,
}

/// The most points of a place: comparing two takes time with their product.
const MOST_POINTS: usize = 4096;

impl Shape {
    /// The place that `text` is: in WKT (`POINT`, `LINESTRING`, `POLYGON`, and `MULTI` before
    /// each, at most 4096 points), or `120.15 30.28`, with a comma if one likes. `None` for
    /// anything else, for a place of nothing, and for degrees that do not exist.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
            let mut numbers = text.split([' ', ',', '，']).filter(|part| !part.is_empty());
            let point = Point::of(numbers.next()?, numbers.next()?)?;
            return numbers.next().is_none().then(|| Self { points: vec![point], ..Self::default() });
        }
        let open = text.find('(')?;
        let (name, lists) = text.split_at_checked(open)?;
        let mut reader = Reader { rest: lists, points: 0 };
        let mut shape = Self::default();
        match name.trim().to_ascii_uppercase().as_str() {
            "POINT" => shape.points = reader.positions()?,
            "MULTIPOINT" => shape.points = reader.multipoint()?,
            "LINESTRING" => shape.lines.push(reader.positions()?),
            "MULTILINESTRING" => shape.lines = reader.list(Reader::positions)?,
            "POLYGON" => shape.areas.push(reader.area()?),
            "MULTIPOLYGON" => shape.areas = reader.list(Reader::area)?,
            _ => return None,
        }
        let whole = reader.rest.trim().is_empty() && (name.trim().len() != 5 || shape.points.len() == 1);
        let lines = shape.lines.iter().all(|line| line.len() > 1);
        (whole && lines && shape.all_points().next().is_some()).then_some(shape)
    }

    /// Every point that is written down.
    pub(super) fn all_points(&self) -> impl Iterator<Item = Point> {
        let lines = self.lines.iter().flatten();
        let rings = self.areas.iter().flat_map(Area::rings).flatten();
        self.points.iter().chain(lines).chain(rings).copied()
    }

    /// The stretches of its lines and borders.
    pub(super) fn segments(&self) -> impl Iterator<Item = [Point; 2]> {
        let rings = self.areas.iter().flat_map(Area::rings);
        let pairs = |line: &Vec<Point>| line.iter().copied().zip(line.iter().copied().skip(1)).collect::<Vec<_>>();
        self.lines.iter().chain(rings).flat_map(pairs).map(|(from, to)| [from, to])
    }
}

impl Area {
    pub(super) fn rings(&self) -> impl Iterator<Item = &Vec<Point>> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

impl Point {
    fn of(longitude: &str, latitude: &str) -> Option<Self> {
        let (longitude, latitude): (f64, f64) = (longitude.parse().ok()?, latitude.parse().ok()?);
        let exists = longitude.abs() <= 180.0 && latitude.abs() <= 90.0;
        exists.then_some(Self { longitude, latitude })
    }
}

struct Reader<'t> {
    rest: &'t str,
    points: usize,
}

impl Reader<'_> {
    /// `(item, item, …)`
    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.expect('(')?;
        let mut items = vec![item(self)?];
        while self.expect(',').is_some() {
            items.push(item(self)?);
        }
        self.expect(')')?;
        Some(items)
    }

    /// `(120.1 30.2, 120.2 30.2)`
    fn positions(&mut self) -> Option<Vec<Point>> {
        self.list(Self::position)
    }

    /// `((1 2), (3 4))` or `(1 2, 3 4)`
    fn multipoint(&mut self) -> Option<Vec<Point>> {
        self.list(|reader| {
            if reader.expect('(').is_none() {
                return reader.position();
            }
            let point = reader.position();
            reader.expect(')')?;
            point
        })
    }

    /// Longitude and latitude; a height after them does not count.
    fn position(&mut self) -> Option<Point> {
        self.points += 1;
        if self.points > MOST_POINTS {
            return None;
        }
        let end = self.rest.find([',', ')'])?;
        let (numbers, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let mut numbers = numbers.split_whitespace();
        let point = Point::of(numbers.next()?, numbers.next()?);
        if numbers.count() > 2 { None } else { point }
    }

    fn area(&mut self) -> Option<Area> {
        let mut rings = self.list(Self::positions)?.into_iter();
        let outer = rings.next()?;
        let area = Area { outer, holes: rings.collect() };
        let closed = |ring: &Vec<Point>| ring.len() > 3 && ring.first() == ring.last();
        let rings = area.rings().all(closed);
        rings.then_some(area)
    }

    fn expect(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(c)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_nonsense_is_not() {
        let counts =
            |text: &str| Shape::read(text).map(|shape| (shape.points.len(), shape.lines.len(), shape.areas.len()));
        assert_eq!(counts("120.15 30.28"), Some((1, 0, 0)));
        assert_eq!(counts("120.15,30.28"), Some((1, 0, 0)));
        assert_eq!(counts("Point (120.15 30.28)"), Some((1, 0, 0)));
        assert_eq!(counts("POINT(120.15 30.28 5)"), Some((1, 0, 0)));
        assert_eq!(counts("MULTIPOINT((1 2), (3 4))"), Some((2, 0, 0)));
        assert_eq!(counts("MULTIPOINT(1 2, 3 4)"), Some((2, 0, 0)));
        assert_eq!(counts("LINESTRING(1 2, 3 4)"), Some((0, 1, 0)));
        assert_eq!(counts("POLYGON((0 0, 4 0, 4 4, 0 0),(1 1, 2 1, 2 2, 1 1))"), Some((0, 0, 1)));
        assert_eq!(counts("MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)))"), Some((0, 0, 1)));
        for wrong in [
            "",
            "1",
            "1 2 3",
            "杭州",
            "POINT EMPTY",
            "POINT(1 2, 3 4)",
            "POINT(200 2)",
            "POINT(nan 2)",
            "LINESTRING(1 2)",
            "POLYGON((0 0, 4 0, 4 4))",
            "POLYGON((0 0, 4 0, 4 4, 0 0)",
            "POINT(1 2) x",
            "CIRCLE(1 2)",
        ] {
            assert_eq!(Shape::read(wrong), None, "{wrong}");
        }
        assert_eq!(Shape::read(&format!("MULTIPOINT({})", vec!["1 2"; 5000].join(","))), None);
    }
}
