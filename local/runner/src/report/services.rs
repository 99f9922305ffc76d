//! The services of the store, as a table.

use jiff::tz::TimeZone;
use shared::{format::count, log_store::ServiceSummary};

use super::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
    time,
};

/// The list of services. A name is cut only in a terminal that is too narrow for it.
#[must_use]
pub fn list(services: &[ServiceSummary], style: Style, zone: &TimeZone) -> String {
    let columns = [
        Column::Text("service", 1),
        Column::Number("entries"),
        Column::Word("newest"),
    ];
    let rows = services.iter().map(|one| {
        vec![
            CellValue::new(one.service.as_str()).painted(Paint::Name),
            count(one.documents).into(),
            time::moment(one.newest, zone).into(),
        ]
    });
    table(style, &columns, rows.collect())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use shared::log_store::ServiceSummary;

    use super::list;
    use crate::report::{style::Style, width::columns};

    #[test]
    fn long_names_stay_distinguishable_in_a_narrow_terminal() {
        let service = |name: &str| ServiceSummary {
            service: name.parse().expect("a name"),
            documents: 1_234_567,
            newest: "2026-11-24T00:33:24Z".parse().expect("an instant"),
        };
        let services = ["staging", "production"]
            .map(|end| service(&format!("payments-and-refunds-of-the-whole-shop-{end}")));
        let text = |width| {
            let style = Style {
                colours: false,
                width,
            };
            list(&services, style, &TimeZone::UTC)
        };
        let narrow = text(60);
        assert!(narrow.lines().all(|line| columns(line) <= 60), "{narrow}");
        insta::assert_snapshot!(narrow);
        assert!(!text(120).contains('…'));
    }
}
