//! What collecting from CloudWatch costs.

use metric_collection::plan::{Plan, Recipe};
use shared::{
    format::{count, counted, duration},
    model::metric::Status,
};

use crate::report::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
};

/// What a plan asks for, and what that costs.
#[must_use]
pub fn cost(plan: &Plan, style: Style) -> String {
    let title = style.paint(Paint::Heading, "What collecting these metrics costs");
    let columns = [
        Column::Word("service"),
        Column::Word("region"),
        Column::Number("fields"),
        Column::Number("metrics"),
        Column::Text("without a source", 2),
    ];
    let rows = plan.services.iter().map(|service| {
        let missing = |status: Status| {
            let recipes = service.recipes.iter();
            let names = recipes.filter_map(move |(field, recipe)| match recipe {
                Recipe::Missing(found, _) if *found == status => Some(field.name()),
                _ => None,
            });
            names.collect::<Vec<_>>()
        };
        let all = [missing(Status::NotConfigured), missing(Status::Unsupported)].concat();
        let wanted: std::collections::BTreeSet<_> = service.metrics().collect();
        vec![
            CellValue::new(service.name.as_str()),
            CellValue::new(
                service
                    .place
                    .region
                    .as_deref()
                    .unwrap_or("the function's own"),
            ),
            CellValue::new(format!(
                "{}/{}",
                service.recipes.len().saturating_sub(all.len()),
                service.recipes.len()
            )),
            CellValue::new(count(wanted.len() as u64)),
            CellValue::new(all.join(", ")).painted(Paint::Aside),
        ]
    });
    let table = table(style, &columns, rows.collect());
    let metrics = count(plan.metrics_per_run());
    let calls = counted(plan.batches.len() as u64, "call", "calls");
    format!(
        "{title}\n\n{table}\n  {metrics} metrics a run, in {calls}, every {}: about ${:.2} a \
         month\n  (AWS takes $0.01 for 1,000 metrics that are asked for).\n",
        duration(plan.period),
        plan.monthly_cost(),
    )
}

#[cfg(test)]
mod tests {
    use metric_collection::Config;
    use shared::env::{Settings, names};

    use super::cost;
    use crate::report::style::Style;

    #[test]
    fn the_cost_of_a_configuration_is_shown() {
        let mut settings = Settings::from_pairs([(
            names::METRICS_SERVICES,
            r#"[{"cluster": "games", "service": "gm-tool", "loadBalancer": "app/front/1"},
                {"cluster": "games", "service": "old", "preset": "fargate-basic",
                 "region": "eu-west-1"}]"#,
        )]);
        let plan = Config::read(&mut settings).plan(&mut settings);
        settings.finish().expect("valid");
        let style = Style {
            colours: false,
            width: 100,
        };
        insta::assert_snapshot!(cost(&plan, style));
    }
}
