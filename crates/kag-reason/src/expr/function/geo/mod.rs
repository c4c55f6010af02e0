//! Functions of places.

mod plane;
mod shape;

use kag_core::{Float, Value};

use super::{Arguments, Family, Term, Why, unreadable};
use shape::Shape;

pub(super) const FAMILY: Family = &[
    ("geo_distance", |arguments| of_two(arguments, |from, to| Float::new(plane::distance(from, to)).map(Value::Float))),
    ("geo_within", |arguments| of_two(arguments, |inner, outer| Some(plane::within(inner, outer).into()))),
    ("geo_is_intersects", |arguments| of_two(arguments, |left, right| Some(plane::meet(left, right).into()))),
];

fn of_two(arguments: Arguments<'_>, of: impl Fn(&Shape, &Shape) -> Option<Value>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some(places) = arguments.values_of::<2>()? else {
        return Ok(Term::Missing);
    };
    let mut shapes = Vec::with_capacity(2);
    for (at, place) in places.iter().enumerate() {
        let text = context.text(place, at + 1)?;
        match Shape::read(&text) {
            Some(shape) => shapes.push(shape),
            None if context.is_rule() => return Ok(Term::Missing),
            None => return Err(unreadable(&text, "a place in WKT or as longitude and latitude")),
        }
    }
    match &*shapes {
        [left, right] => Ok(of(left, right).into()),
        _ => Ok(Term::Missing),
    }
}
