//! Properties that several kinds of widget share: region, period, the ARN of an alarm.

use super::{
    names::is_region,
    schema::{At, Checked},
};

/// Checks the period: whole minutes, or one of the short periods that CloudWatch accepts although the
/// documentation says 60 and above.
pub(super) fn period(of: &At<'_>, checked: &mut Checked) {
    let Some(found) = of.get("period") else {
        return;
    };
    let Some(number) = found.value.as_f64() else {
        let is_variable = found.value.as_str().is_some_and(|text| text.contains('$'));
        if !is_variable {
            checked.error(found.path, "Should be integer");
        }
        return;
    };
    if is_period(number) {
        return;
    }
    if number < 60.0 {
        checked.error(&*found.path, "Should be >= 60");
    }
    if number % 60.0 != 0.0 {
        checked.error(&*found.path, "Should be multiple of 60");
    }
    checked.error(&*found.path, "Should match exactly one schema in oneOf");
}

/// True for a number of seconds that CloudWatch accepts as a period.
pub(super) fn is_period(number: f64) -> bool {
    const SHORT: [f64; 5] = [1.0, 5.0, 10.0, 20.0, 30.0];
    SHORT.contains(&number) || number >= 60.0 && number % 60.0 == 0.0
}

/// True for `#` and three or six hexadecimal digits.
pub(super) fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        [3, 6].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Reports a `color` that is none.
pub(super) fn colour(of: &At<'_>, checked: &mut Checked) {
    let found = of.text(checked, "color");
    if found.is_some_and(|text| !is_colour(text) && !text.contains('$')) {
        checked.error(
            format!("{}/color", of.path),
            "Should match pattern \"^#[0-9a-fA-F]{6}$\"",
        );
    }
}

/// Warns of a value that is not an alarm's ARN.
pub(super) fn alarm_arn(alarm: &At<'_>, checked: &mut Checked) {
    let Some(arn) = alarm.value.as_str() else {
        checked.error(&*alarm.path, "Should be string");
        return;
    };
    let mut parts = arn.split(':');
    let is_arn = parts.next() == Some("arn")
        && parts.nth(1) == Some("cloudwatch")
        && parts.nth(2) == Some("alarm")
        && parts.next().is_some_and(|name| !name.is_empty());
    // A variable or a template fills in the rest.
    if !is_arn && !arn.contains('$') {
        checked.warn(
            &*alarm.path,
            format!("{arn:?} is not an alarm's ARN (arn:aws:cloudwatch:region:account:alarm:name)"),
        );
    }
}

/// Warns of a value that does not look like a region.
pub(super) fn region(properties: &At<'_>, checked: &mut Checked) {
    if let Some(region) = properties
        .text(checked, "region")
        .filter(|text| !is_region(text))
    {
        checked.warn(
            format!("{}/region", properties.path),
            format!("{region:?} does not look like a region, such as ap-northeast-2"),
        );
    }
}
