//! The time of day behind a date. A date is read the same way with and without one.

use jiff::civil;

/// The date, and the time behind it as ISO 8601 writes it, empty where there is none.
pub(super) fn parted(text: &str) -> Option<(&str, String)> {
    let Some(colon) = text.find(':') else {
        return Some((text, String::new()));
    };
    let hour = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    let day = match hour.strip_suffix(['T', 't']) {
        Some(day) if day.ends_with(|c: char| c.is_ascii_digit()) => day,
        _ if hour.ends_with(|c: char| c.is_whitespace() || c == ',') => hour,
        _ => return None,
    };
    Some((day, time(&text[hour.len()..])?))
}

/// `2:30 pm` as `T14:30`.
fn time(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
    let clock = half.map_or(lower.as_str(), |half| &lower[..lower.len() - half.len()]);
    let clock = clock.trim_end();
    let end = clock.find(['z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let parts: Vec<&str> = clock.trim().split(':').collect();
    let (hour, rest) = parts.split_first()?;
    let seconds_whole = |part: &str| {
        part.split_once('.')
            .map_or(part.len(), |(whole, _)| whole.len())
    };
    let number = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !(1..=2).contains(&rest.len())
        || !rest
            .iter()
            .all(|part| seconds_whole(part) == 2 && number(part))
    {
        return None;
    }
    let hour: u8 = hour.parse().ok()?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("am") => hour % 12,
        Some(_) => hour % 12 + 12,
    };
    let zone = zone.to_ascii_uppercase();
    let iso = format!("{hour:02}:{}", rest.join(":"));
    let is_time = iso.parse::<civil::Time>().is_ok();
    let is_zone = zone.is_empty() || zone == "Z" || (zone.len() == 6 && zone.as_bytes()[3] == b':');
    (is_time && is_zone).then(|| format!("T{iso}{zone}"))
}
