//! What happens to each row between two matrix products, in place and on the calling thread.
//!
//! The operators of candle would allocate a tensor for each of these steps, and share larger ones
//! among threads of its own beside those of the caller.

use std::f32::consts::{LN_2, LOG2_E};

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, bail};

use crate::activation::Activation;

/// Adds a bias to each row, and then applies the activation if there is one.
#[derive(Debug)]
pub(crate) struct AddBias {
    pub(crate) bias: Vec<f32>,
    pub(crate) activation: Option<Activation>,
}

/// Adds a bias and the row of another tensor to each row, and brings it to mean 0 and deviation 1
/// before weight and shift.
#[derive(Debug)]
pub(crate) struct AddNorm {
    pub(crate) bias: Vec<f32>,
    pub(crate) weight: Vec<f32>,
    pub(crate) shift: Vec<f32>,
    pub(crate) eps: f32,
}

/// Makes each row positive with sum 1, by powers of e.
#[derive(Debug)]
pub(crate) struct Softmax;

impl InplaceOp1 for AddBias {
    fn name(&self) -> &'static str {
        "add-bias"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        for row in values_mut(storage, layout)?.chunks_exact_mut(self.bias.len().max(1)) {
            row.iter_mut().zip(&self.bias).for_each(|(x, bias)| *x += bias);
            if let Some(activation) = self.activation {
                activation.apply(row);
            }
        }
        Ok(())
    }
}

impl InplaceOp2 for AddNorm {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout, other: &CpuStorage, at: &Layout) -> Result<()> {
        let width = self.bias.len().max(1);
        let rows = values_mut(storage, layout)?.chunks_exact_mut(width);
        for (row, other) in rows.zip(values(other, at)?.chunks_exact(width)) {
            for ((x, other), bias) in row.iter_mut().zip(other).zip(&self.bias) {
                *x += other + bias;
            }
            let mean = sum(row, |x| x) / width as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let scale = (variance + self.eps).sqrt().recip();
            for ((x, weight), shift) in row.iter_mut().zip(&self.weight).zip(&self.shift) {
                *x = (*x - mean) * scale * weight + shift;
            }
        }
        Ok(())
    }
}

impl InplaceOp1 for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = layout.dims().last().copied().unwrap_or(1).max(1);
        for row in values_mut(storage, layout)?.chunks_exact_mut(width) {
            let top = row.iter().fold(f32::MIN, |top, x| if *x > top { *x } else { top });
            row.iter_mut().for_each(|x| *x = exp_below_one(*x - top));
            let scale = sum(row, |x| x).recip();
            row.iter_mut().for_each(|x| *x *= scale);
        }
        Ok(())
    }
}

fn values_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let CpuStorage::F32(values) = storage else { bail!("rows that are not f32") };
    match layout.contiguous_offsets().and_then(|(start, end)| values.get_mut(start..end)) {
        Some(values) => Ok(values),
        None => bail!("rows that are not contiguous"),
    }
}

fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let CpuStorage::F32(values) = storage else { bail!("rows that are not f32") };
    match layout.contiguous_offsets().and_then(|(start, end)| values.get(start..end)) {
        Some(values) => Ok(values),
        None => bail!("rows that are not contiguous"),
    }
}

/// The sum of `map` over the values, in eight parts side by side, so that it runs on vectors.
fn sum(values: &[f32], map: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = values.as_chunks::<8>();
    let mut parts = [0.0; 8];
    for block in blocks {
        parts.iter_mut().zip(block).for_each(|(part, x)| *part += map(*x));
    }
    parts.iter().sum::<f32>() + rest.iter().map(|x| map(*x)).sum::<f32>()
}

/// `exp(x)` for x <= 0 with a relative error under 1e-5, and about 1e-38 for what is below that.
///
/// `exp(x) = 2^n · exp(r)` with |r| <= ln 2 / 2. Adding 1.5 · 2^23 rounds to a whole n, which is
/// then in the lowest bits; the rest is a Taylor series. No branch, so that it runs on vectors.
fn exp_below_one(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let scaled = x.max(-87.0) * LOG2_E;
    let shifted = scaled + ROUND;
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    let r = (scaled - (shifted - ROUND)) * LN_2;
    let series = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    power * series.into_iter().fold(0.0, |sum, c| sum * r + c)
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Tensor};

    use super::*;

    fn tensor(rows: &[&[f32]]) -> Tensor {
        Tensor::from_vec(rows.concat(), (rows.len(), rows[0].len()), &Device::Cpu).unwrap()
    }

    #[test]
    fn the_power_of_e_is_close_down_to_the_smallest() {
        for n in 0..=8_700 {
            let x = -(n as f32) / 100.0;
            let (found, expect) = (f64::from(exp_below_one(x)), f64::from(x).exp());
            assert!((found / expect - 1.0).abs() < 1e-5, "{x}: {found} {expect}");
        }
        assert_eq!(exp_below_one(0.0), 1.0);
        assert!(exp_below_one(f32::MIN) < 1e-37);
    }

    #[test]
    fn softmax_rows_sum_to_one_and_keep_their_proportions() {
        let rows = tensor(&[&[0.0, 2_f32.ln(), 5_f32.ln()], &[-500.0, 300.0, 300.0]]);
        rows.inplace_op1(&Softmax).unwrap();
        let found: Vec<Vec<f32>> = rows.to_vec2().unwrap();
        for (row, expect) in found.iter().zip([[0.125, 0.25, 0.625], [0.0, 0.5, 0.5]]) {
            assert!(row.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-6), "{row:?}");
        }
    }

    #[test]
    fn a_norm_is_over_the_sum_of_row_residual_and_bias() {
        let width = 11;
        let row: Vec<f32> = (0..width).map(|n| (n * n % 7) as f32).collect();
        let other: Vec<f32> = (0..width).map(|n| n as f32 / 3.0).collect();
        let norm = AddNorm { bias: vec![0.5; width], weight: vec![2.0; width], shift: vec![-1.0; width], eps: 1e-12 };
        let rows = tensor(&[&row, &other]);
        rows.inplace_op2(&tensor(&[&other, &row]), &norm).unwrap();
        let found: Vec<Vec<f32>> = rows.to_vec2().unwrap();
        let apart = found[0].iter().zip(&found[1]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-5, "row and residual are alike: {apart}");
        let whole: Vec<f64> = row.iter().zip(&other).map(|(a, b)| f64::from(a + b) + 0.5).collect();
        let mean = whole.iter().sum::<f64>() / width as f64;
        let deviation = (whole.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64).sqrt();
        for (found, x) in found[0].iter().zip(whole) {
            assert!((f64::from(*found) - ((x - mean) / deviation * 2.0 - 1.0)).abs() < 1e-5);
        }
    }

    #[test]
    fn what_is_not_rows_of_f32_is_an_error() {
        let doubles = Tensor::zeros((2, 2), DType::F64, &Device::Cpu).unwrap();
        assert!(doubles.inplace_op1(&Softmax).is_err());
        let turned = tensor(&[&[1.0, 2.0], &[3.0, 4.0]]).t().unwrap();
        assert!(turned.inplace_op1(&AddBias { bias: vec![0.0; 2], activation: None }).is_err());
    }
}
