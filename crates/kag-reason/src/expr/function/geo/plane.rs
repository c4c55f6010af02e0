//! Places against each other.
//!
//! Places are taken to be flat in degrees, which is right for what is much smaller than the
//! earth and does not reach over the date line or a pole. Time grows with the product of the
//! numbers of points.

use super::shape::{Area, Point, Shape};

/// The mean radius of the earth in metres (IUGG: 6 371 008.8).
const RADIUS: f64 = 6_371_008.8;

/// The least distance in metres; 0 where they meet.
///
/// Between points that of the great circle on a sphere, by the haversine formula
/// (R. W. Sinnott, *Virtues of the Haversine*, Sky and Telescope 68, 1984); which points of
/// lines are nearest is found with degrees of longitude shortened by the cosine of the
/// latitude.
pub(super) fn distance(from: &Shape, to: &Shape) -> f64 {
    if meet(from, to) {
        return 0.0;
    }
    let one_way = |points: &Shape, lines: &Shape| {
        let mut least = f64::INFINITY;
        let segments: Vec<_> = lines.segments().collect();
        for point in points.all_points() {
            for other in &lines.points {
                least = least.min(great_circle(point, *other));
            }
            for segment in &segments {
                least = least.min(great_circle(point, nearest(point, *segment)));
            }
        }
        least
    };
    one_way(from, to).min(one_way(to, from))
}

fn great_circle(from: Point, to: Point) -> f64 {
    let half = |left: f64, right: f64| ((left - right).to_radians() / 2.0).sin().powi(2);
    let along = half(from.longitude, to.longitude) * from.latitude.to_radians().cos() * to.latitude.to_radians().cos();
    let haversine = (half(from.latitude, to.latitude) + along).clamp(0.0, 1.0);
    2.0 * RADIUS * haversine.sqrt().asin()
}

/// The point of the stretch that is nearest to `point`.
fn nearest(point: Point, [from, to]: [Point; 2]) -> Point {
    let scale = point.latitude.to_radians().cos();
    let (x, y) = ((to.longitude - from.longitude) * scale, to.latitude - from.latitude);
    let (px, py) = ((point.longitude - from.longitude) * scale, point.latitude - from.latitude);
    let length = x * x + y * y;
    let share = if length > 0.0 { ((px * x + py * y) / length).clamp(0.0, 1.0) } else { 0.0 };
    between(from, to, share)
}

/// Whether the two have a point in common.
pub(super) fn meet(left: &Shape, right: &Shape) -> bool {
    let segments: Vec<_> = right.segments().collect();
    let lines = left.segments().any(|one| segments.iter().any(|other| touch(one, *other)));
    let at_points = |points: &Shape, whole: &Shape| {
        let on_line = |point: Point| whole.segments().any(|segment| on(point, segment));
        points.points.iter().any(|point| whole.points.contains(point) || on_line(*point))
    };
    let inside = |points: &Shape, whole: &Shape| {
        points.all_points().any(|point| whole.areas.iter().any(|area| side(point, area) == Side::Inside))
    };
    lines || at_points(left, right) || at_points(right, left) || inside(left, right) || inside(right, left)
}

/// Whether `inner` has no point outside of `outer`, and at least one within it that is not on
/// the border of an area.
pub(super) fn within(inner: &Shape, outer: &Shape) -> bool {
    let mut reached = false;
    let mut covered = |point: Point| {
        let place = place(point, outer);
        reached |= place == Side::Inside;
        place != Side::Outside
    };
    let points = inner.all_points().all(&mut covered);
    // Between two crossings of the border a stretch is on one side of it.
    let borders: Vec<_> = outer.segments().collect();
    let stretches = points
        && inner.segments().all(|[from, to]| {
            let mut cuts: Vec<f64> = borders.iter().filter_map(|border| crossing([from, to], *border)).collect();
            cuts.extend([0.0, 1.0]);
            cuts.sort_by(f64::total_cmp);
            cuts.iter().zip(cuts.iter().skip(1)).all(|(a, b)| covered(between(from, to, f64::midpoint(*a, *b))))
        });
    // Neither does a hole of the outer lie in an area of the inner.
    let holes = || outer.areas.iter().flat_map(|area| &area.holes).flatten();
    let filled = |point: &Point| inner.areas.iter().any(|area| side(*point, area) == Side::Inside);
    stretches && !holes().any(filled) && (reached || !inner.areas.is_empty())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Inside,
    Border,
    Outside,
}

/// Where `point` is in the place: on its points and lines it is inside.
fn place(point: Point, whole: &Shape) -> Side {
    let on_line = |line: &Vec<Point>| line.iter().zip(line.iter().skip(1)).any(|(a, b)| on(point, [*a, *b]));
    if whole.points.contains(&point) || whole.lines.iter().any(on_line) {
        return Side::Inside;
    }
    let mut found = Side::Outside;
    for area in &whole.areas {
        match side(point, area) {
            Side::Inside => return Side::Inside,
            Side::Border => found = Side::Border,
            Side::Outside => {}
        }
    }
    found
}

/// Where `point` is of the area: a line from it to the east crosses the borders an odd
/// number of times exactly when it is inside.
fn side(point: Point, area: &Area) -> Side {
    let mut inside = false;
    for ring in area.rings() {
        for (from, to) in ring.iter().zip(ring.iter().skip(1)) {
            if on(point, [*from, *to]) {
                return Side::Border;
            }
            if (from.latitude > point.latitude) != (to.latitude > point.latitude) {
                let share = (point.latitude - from.latitude) / (to.latitude - from.latitude);
                inside ^= point.longitude < from.longitude + share * (to.longitude - from.longitude);
            }
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// Twice the area of the triangle, positive where the three turn left.
fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (c.longitude - a.longitude)
}

/// Whether `point` lies on the stretch, to about a tenth of a millimetre.
fn on(point: Point, [from, to]: [Point; 2]) -> bool {
    const NEAR: f64 = 1e-9;
    let length = (to.longitude - from.longitude).hypot(to.latitude - from.latitude);
    let beside = |value: f64, a: f64, b: f64| value >= a.min(b) - NEAR && value <= a.max(b) + NEAR;
    turn(from, to, point).abs() <= NEAR * length.max(NEAR)
        && beside(point.longitude, from.longitude, to.longitude)
        && beside(point.latitude, from.latitude, to.latitude)
}

fn touch([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let crosses = (turn(a, b, c) > 0.0) != (turn(a, b, d) > 0.0) && (turn(c, d, a) > 0.0) != (turn(c, d, b) > 0.0);
    crosses || on(a, [c, d]) || on(b, [c, d]) || on(c, [a, b]) || on(d, [a, b])
}

/// How far along the first stretch it meets the line of the second, where that is on both.
fn crossing([a, b]: [Point; 2], [c, d]: [Point; 2]) -> Option<f64> {
    let (from, to) = (turn(c, d, a), turn(c, d, b));
    if (from > 0.0) == (to > 0.0) {
        return None;
    }
    let share = from / (from - to);
    (share.is_finite() && on(between(a, b, share), [c, d])).then_some(share)
}

fn between(from: Point, to: Point, share: f64) -> Point {
    let at = |from: f64, to: f64| from + share * (to - from);
    Point { longitude: at(from.longitude, to.longitude), latitude: at(from.latitude, to.latitude) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        Shape::read(text).unwrap_or_default()
    }

    const SQUARE: &str = "POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))";
    const RING: &str = "POLYGON((0 0, 4 0, 4 4, 0 4, 0 0),(1 1, 3 1, 3 3, 1 3, 1 1))";

    #[test]
    fn distances_are_those_of_the_sphere() {
        let check = |from: &str, to: &str, expect: f64, off: f64| {
            let found = distance(&shape(from), &shape(to));
            assert!((found - expect).abs() <= off, "{from} to {to}: {found}");
            assert!((distance(&shape(to), &shape(from)) - found).abs() < 1e-6);
        };
        // A degree of a great circle.
        check("0 0", "0 1", 111_195.08, 0.01);
        check("0 0", "180 0", 20_015_114.4, 1.0);
        // Beijing to Shanghai.
        check("116.4074 39.9042", "121.4737 31.2304", 1_067_311.0, 1500.0);
        check("120 30", "120 30", 0.0, 0.0);
        check("2 2", SQUARE, 0.0, 0.0);
        check("2 5", SQUARE, 111_195.08, 1.0);
        check("2 2", RING, 111_130.0, 100.0);
        check("LINESTRING(-1 5, 9 5)", SQUARE, 111_195.08, 1.0);
        check("LINESTRING(-1 2, 9 2)", SQUARE, 0.0, 0.0);
    }

    #[test]
    fn what_is_within_is_not_outside_anywhere() {
        for (inner, outer, expect) in [
            ("2 2", SQUARE, true),
            ("5 2", SQUARE, false),
            ("0 2", SQUARE, false),
            ("2 2", RING, false),
            ("0.5 2", RING, true),
            ("POLYGON((1 1, 2 1, 2 2, 1 1))", SQUARE, true),
            (SQUARE, SQUARE, true),
            ("POLYGON((1 1, 5 1, 2 2, 1 1))", SQUARE, false),
            ("POLYGON((0.5 0.5, 3.5 0.5, 3.5 3.5, 0.5 3.5, 0.5 0.5))", RING, false),
            ("LINESTRING(0.5 0.5, 3.5 3.5)", SQUARE, true),
            ("LINESTRING(0.5 0.5, 3.5 3.5)", RING, false),
            ("LINESTRING(0 0, 4 0)", SQUARE, false),
            ("MULTIPOINT(1 1, 9 9)", SQUARE, false),
            ("1 1", "1 1", true),
            ("1 1", "LINESTRING(0 0, 2 2)", true),
        ] {
            assert_eq!(within(&shape(inner), &shape(outer)), expect, "{inner} within {outer}");
        }
    }

    #[test]
    fn what_meets_has_a_point_in_common() {
        for (left, right, expect) in [
            (SQUARE, "POLYGON((3 3, 6 3, 6 6, 3 3))", true),
            (SQUARE, "POLYGON((5 5, 6 5, 6 6, 5 5))", false),
            (SQUARE, "POLYGON((1 1, 2 1, 2 2, 1 1))", true),
            (RING, "POLYGON((1.5 1.5, 2 1.5, 2 2, 1.5 1.5))", false),
            (SQUARE, "4 4", true),
            ("LINESTRING(0 0, 2 2)", "LINESTRING(0 2, 2 0)", true),
            ("LINESTRING(0 0, 2 2)", "LINESTRING(0 1, 2 3)", false),
            ("1 1", "1 1", true),
            ("1 1", "LINESTRING(0 0, 2 2)", true),
        ] {
            assert_eq!(meet(&shape(left), &shape(right)), expect, "{left} and {right}");
            assert_eq!(meet(&shape(right), &shape(left)), expect, "{right} and {left}");
        }
    }
}
