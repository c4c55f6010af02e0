//! The day that rules take for now.

use kag::PartialDate;

/// The day that `text` says: `2023-09-01`, `20230901`, `2023年9月1日`.
///
/// # Errors
/// A text that says none.
pub(crate) fn read(text: &str) -> Result<PartialDate, String> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = (text.get(..4), text.get(4..6), text.get(6..));
    let text = match parts {
        (Some(year), Some(month), Some(day)) if digits => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    };
    let date = text.parse().ok().or_else(|| PartialDate::read(&text));
    date.ok_or_else(|| format!("{text:?} is no day, such as 2023-09-01"))
}
