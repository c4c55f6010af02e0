//! A number for a value, the same wherever it is computed.

use kag_core::Value;

use super::{Arguments, Term, Why, reading};

/// `hashCode` of Java without its sign: of a whole number, a truth, a number with a point
/// as a `double`, and of anything else the text it is written as.
///
/// Source: the documentation of `hashCode` of `java.lang.String`, `Long`, `Double` and
/// `Boolean`.
pub(super) fn hash(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    let code = match (&value, value.as_number()) {
        (Value::Integer(number), _) => i32::try_from(*number).unwrap_or_else(|_| folded(number.cast_unsigned())),
        (_, Some(number)) => folded(number.to_f64().to_bits()),
        (Value::Boolean(truth), _) => {
            if *truth {
                1231
            } else {
                1237
            }
        }
        (value, _) => of_text(&reading::shown(value, context.environment)),
    };
    Ok(Term::Value(i64::from(code.unsigned_abs()).into()))
}

/// Both halves of the bits in one.
fn folded(bits: u64) -> i32 {
    let [low, high] = [bits, bits >> 32].map(|half| u32::try_from(half & u64::from(u32::MAX)).unwrap_or_default());
    (low ^ high).cast_signed()
}

fn of_text(text: &str) -> i32 {
    text.encode_utf16().fold(0, |code: i32, unit| code.wrapping_mul(31).wrapping_add(unit.into()))
}
