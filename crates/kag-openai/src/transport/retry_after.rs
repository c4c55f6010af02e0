//! When the server wants to be asked again.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::HeaderMap;

/// The wait that `headers` ask for: `retry-after-ms`, or `retry-after` in seconds or as a
/// date. A date is taken relative to the server's own `date` where it sends one, so that
/// clocks that differ do no harm; one in the past is no wait at all.
pub(crate) fn wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(ms) = text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(ms / 1000.0).ok();
    }
    let after = text("retry-after")?;
    if let Ok(seconds) = after.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = http_date(after)?;
    let now = text("date").and_then(http_date).unwrap_or(now);
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pairs: &[(&'static str, &'static str)]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        wait(&headers, "1994-11-06T08:49:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_whole_and_fractional() {
        assert_eq!(waits(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(waits(&[("retry-after", " 0.25 ")]), Some(Duration::from_millis(250)));
        assert_eq!(waits(&[("retry-after", "9"), ("retry-after-ms", "120")]), Some(Duration::from_millis(120)));
    }

    #[test]
    fn a_date_is_relative_to_the_servers_clock_if_it_tells_it() {
        let at = ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(waits(&[at]), Some(Duration::from_secs(37)));
        assert_eq!(waits(&[at, ("date", "Sun, 06 Nov 1994 08:49:30 GMT")]), Some(Duration::from_secs(7)));
        assert_eq!(waits(&[at, ("date", "Sun, 06 Nov 1994 09:00:00 GMT")]), Some(Duration::ZERO));
    }

    #[test]
    fn what_makes_no_sense_is_no_wait_known() {
        for odd in ["", "soon", "-3", "NaN", "1e400", "Sun, 99 Nov 1994"] {
            assert_eq!(waits(&[("retry-after", odd)]), None, "{odd}");
        }
    }
}
