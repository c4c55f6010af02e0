//! Numbers for values, so that equal ones are told by number.

use kag_core::Value;

use super::world::{FastMap, NONE};

/// A number for each different value, in the order in which they come first.
pub(super) fn value_numbers(values: &[Option<Value>]) -> Vec<u32> {
    if let Some(numbers) = integer_numbers(values) {
        return numbers;
    }
    let mut numbers: FastMap<Option<&Value>, u32> = FastMap::default();
    let number = |value| {
        let next = u32::try_from(numbers.len()).unwrap_or(NONE);
        *numbers.entry(value).or_insert(next)
    };
    values.iter().map(Option::as_ref).map(number).collect()
}

/// The same without hashing; `None` where not all are integers.
fn integer_numbers(values: &[Option<Value>]) -> Option<Vec<u32>> {
    let integer = |value: &Option<Value>| match value {
        Some(Value::Integer(value)) => Some(*value),
        _ => None,
    };
    let integers: Vec<i64> = values.iter().map(integer).collect::<Option<_>>()?;
    let mut numbers = IntegerNumbers::among(integers.iter().copied());
    Some(integers.into_iter().map(|integer| numbers.number(integer)).collect())
}

/// Numbers for integers, in the order in which they are met.
pub(super) struct IntegerNumbers {
    least: i64,
    /// By what they are above the least, where they are not far apart.
    near: Vec<u32>,
    far: FastMap<i64, u32>,
    /// By number.
    pub(super) met: Vec<i64>,
}

impl IntegerNumbers {
    /// No numbers yet; those that will be asked for are these.
    pub(super) fn among(integers: impl ExactSizeIterator<Item = i64> + Clone) -> Self {
        let count = integers.len();
        let (least, most) = integers.fold((i64::MAX, i64::MIN), |(least, most), at| (least.min(at), most.max(at)));
        let span = most.checked_sub(least).and_then(|span| usize::try_from(span).ok()).filter(|span| *span < count);
        let near = vec![NONE; span.map_or(0, |span| span + 1)];
        Self { least, near, far: FastMap::default(), met: Vec::new() }
    }

    pub(super) fn number(&mut self, integer: i64) -> u32 {
        let above = integer.checked_sub(self.least).and_then(|above| usize::try_from(above).ok());
        let number = match above.and_then(|above| self.near.get_mut(above)) {
            Some(number) => number,
            None => self.far.entry(integer).or_insert(NONE),
        };
        if *number == NONE {
            *number = u32::try_from(self.met.len()).unwrap_or(NONE);
            self.met.push(integer);
        }
        *number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_number() {
        let numbers = |values: &[Option<Value>]| value_numbers(values);
        let integers: Vec<_> = [7, 5, 7, 6, 5].map(|value| Some(Value::Integer(value))).into();
        assert_eq!(numbers(&integers), [0, 1, 0, 2, 1]);
        let apart: Vec<_> = [i64::MAX, i64::MIN, i64::MAX].map(|value| Some(Value::Integer(value))).into();
        assert_eq!(numbers(&apart), [0, 1, 0]);
        let mixed = [Some(Value::read("2.00")), None, Some(Value::Integer(2)), Some(Value::from("2")), None];
        assert_eq!(numbers(&mixed), [0, 1, 0, 2, 1]);
        assert_eq!(numbers(&[]), [0; 0]);
    }
}
