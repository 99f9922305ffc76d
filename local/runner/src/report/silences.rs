//! The silences of the ledger, as a table.

use alert_fanout::routing::mute::TeamSilence;
use jiff::tz::TimeZone;

use super::{
    style::Style,
    table::{CellValue, Column, table},
    time,
};

/// The list of silences.
#[must_use]
pub fn list(silences: &[TeamSilence], style: Style, zone: &TimeZone) -> String {
    if silences.is_empty() {
        return "No silences. Those of ALERT_SILENCES are not in this list.\n".to_owned();
    }
    let columns = [
        Column::Word("id"),
        Column::Word("until"),
        Column::Text("alerts", 3),
        Column::Word("by"),
        Column::Text("reason", 3),
    ];
    let rows = silences.iter().map(|silence| {
        let conditions = serde_json::to_string(&silence.conditions).unwrap_or_default();
        let alerts = match silence.incidents.as_slice() {
            [] => conditions,
            [incident] => format!("{} (incident {incident})", silence.title),
            several => format!("{} ({} incidents)", silence.title, several.len()),
        };
        vec![
            CellValue::new(&silence.id),
            CellValue::new(time::moment(silence.until, zone)),
            CellValue::new(alerts),
            CellValue::new(&silence.by),
            CellValue::new(&silence.reason),
        ]
    });
    table(style, &columns, rows.collect())
}
