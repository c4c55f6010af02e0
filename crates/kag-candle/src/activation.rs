//! The activation between the two halves of a feed-forward layer.

/// The functions that published models name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `x · Φ(x)`, Φ the normal distribution.
    Gelu,
    /// The approximation of [`Gelu`](Self::Gelu) by a hyperbolic tangent.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
}

impl Activation {
    /// The function that configuration files call `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "gelu" => Some(Self::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Some(Self::GeluTanh),
            "relu" => Some(Self::Relu),
            _ => None,
        }
    }

    /// Applies the function to each value.
    pub(crate) fn apply(self, values: &mut [f32]) {
        match self {
            Self::Gelu => values.iter_mut().for_each(|x| *x = gelu(*x)),
            Self::GeluTanh => values.iter_mut().for_each(|x| *x = gelu_tanh(*x)),
            Self::Relu => values.iter_mut().for_each(|x| *x = x.max(0.0)),
        }
    }
}

/// `erf(x) / x` on |x| <= 4 as a polynomial in `x² / 8 - 1`, lowest power first: a Chebyshev fit of
/// degree 16, off by less than 2e-7.
#[rustfmt::skip]
const ERF: [f32; 17] = [
    0.353_531, -0.176_576_17, 0.131_675, -0.107_713_364,
    0.090_212_04, -0.074_687_53, 0.059_855_994, -0.046_014_32,
    0.033_217, -0.021_662_531, 0.013_908_146, -0.010_085_907,
    0.005_577_363_5, -0.001_076_942_1, 0.000_616_610_7, -0.001_372_815_1,
    0.000_596_425_1,
];

/// `x · Φ(x)`, off by less than 1e-6; without a branch, so that it runs on vectors.
fn gelu(x: f32) -> f32 {
    let at = (x * std::f32::consts::FRAC_1_SQRT_2).clamp(-4.0, 4.0);
    let place = at * at * 0.125 - 1.0;
    let ratio = ERF.iter().rev().fold(0.0, |sum, c| sum * place + c);
    0.5 * x * (1.0 + at * ratio)
}

fn gelu_tanh(x: f32) -> f32 {
    let inner = (2.0 / std::f32::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
    0.5 * x * (1.0 + inner.tanh())
}

#[cfg(test)]
mod tests {
    use super::{gelu, gelu_tanh};

    #[test]
    fn gelu_is_close_to_its_integral() {
        // x · Φ(x), Φ integrated by Simpson's rule from 0.
        let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        for n in -120_i32..=120 {
            let x = f64::from(n) / 20.0;
            let step = x / 400.0;
            let area: f64 = (0..400)
                .map(|k| {
                    let a = f64::from(k) * step;
                    (density(a) + 4.0 * density(a + step / 2.0) + density(a + step)) * step / 6.0
                })
                .sum();
            let expect = x * (0.5 + area);
            let found = f64::from(gelu(x as f32));
            assert!((found - expect).abs() < 1e-6, "{x}: {found} {expect}");
            let near = f64::from(gelu_tanh(x as f32));
            assert!((near - expect).abs() < 1e-3, "{x}: {near} {expect}");
        }
        assert_eq!(gelu(40.0), 40.0);
        assert_eq!(gelu(-40.0), 0.0);
    }
}
