//! Converts a DashboardConfig to a body for CloudWatch. Pure.
//!
//! A DashboardConfig is `{name, widgets: [{type, properties, x?, y?, width?, height?}]}`: a CloudWatch
//! body with a name, whose widgets may leave out their position and size. It is kept as JSON, so that
//! everything that CloudWatch accepts, now or later, passes through.

use serde_json::{Map, Value, json};

use crate::{
    layout::{self, Placement},
    owner::Owner,
    validate::MOST_WIDGETS,
};

/// A dashboard's configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DashboardConfig {
    /// Its name; `None` means the name in the settings.
    pub name: Option<String>,
    /// Everything else: `widgets`, `start`, `end`, `periodOverride` and `variables` as in CloudWatch.
    /// Without `widgets`, the default dashboard.
    pub body: Map<String, Value>,
}

/// The reason a value is not a DashboardConfig.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It is not an object.
    #[error("a dashboard is a JSON object with a name and widgets")]
    NoObject,
    /// Its name is not a string.
    #[error("the dashboard's name is not a string")]
    Name,
}

impl DashboardConfig {
    /// Reads a configuration. [`validate`](crate::validate) checks the body.
    ///
    /// # Errors
    ///
    /// If it is not an object, or its name is not a string.
    pub fn read(value: Value) -> Result<Self, ConfigError> {
        let Value::Object(mut body) = value else {
            return Err(ConfigError::NoObject);
        };
        let name = match body.remove("name") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(ConfigError::Name),
        };
        Ok(Self { name, body })
    }
}

/// The body, with a position and a size for each widget.
#[must_use]
pub fn body(config: &DashboardConfig) -> Value {
    let mut body = config.body.clone();
    if let Some(Value::Array(widgets)) = body.get_mut("widgets") {
        lay_out(widgets);
    }
    Value::Object(body)
}

/// The body, with the owner's note as its last widget.
#[must_use]
pub fn owned_body(config: &DashboardConfig, owner: &Owner) -> Value {
    let mut config = config.clone();
    if let Some(Value::Array(widgets)) = config.body.get_mut("widgets") {
        // Lay out first, so that the note goes below all widgets.
        lay_out(widgets);
        widgets.push(owner.widget(row_below(widgets)));
    }
    body(&config)
}

/// The first row below all widgets.
fn row_below(widgets: &[Value]) -> u64 {
    let bottom = |widget: &Value| {
        let placement = placement(widget)?;
        placement
            .position
            .map(|(_, y)| y.saturating_add(placement.height))
    };
    widgets.iter().filter_map(bottom).max().unwrap_or(0)
}

fn lay_out(widgets: &mut [Value]) {
    if widgets.len() > MOST_WIDGETS {
        // Validation refuses it, and layout is quadratic.
        return;
    }
    let placements: Vec<Option<Placement>> = widgets.iter().map(placement).collect();
    let known: Vec<Placement> = placements.iter().copied().flatten().collect();
    let mut places = layout::place(&known).into_iter();
    for (widget, placement) in widgets.iter_mut().zip(&placements) {
        let (Some(_), Some(place), Value::Object(widget)) = (placement, places.next(), widget)
        else {
            continue;
        };
        for (key, value) in [
            ("x", place.x),
            ("y", place.y),
            ("width", place.width),
            ("height", place.height),
        ] {
            widget.entry(key).or_insert_with(|| json!(value));
        }
    }
}

/// The placement that a widget requests; `None` if it is invalid, which validation reports.
fn placement(widget: &Value) -> Option<Placement> {
    let object = widget.as_object()?;
    let number = |key: &str| match object.get(key) {
        None => Some(None),
        Some(value) => value.as_u64().filter(|n| *n <= 1_000_000).map(Some),
    };
    let (width, height) = default_size(widget);
    Some(Placement {
        position: match (number("x")?, number("y")?) {
            (Some(x), Some(y)) => Some((x, y)),
            (None, None) => None,
            // x without y is refused.
            _ => return None,
        },
        width: number("width")?.unwrap_or(width),
        height: number("height")?.unwrap_or(height),
    })
}

/// The default size of a widget.
fn default_size(widget: &Value) -> (u64, u64) {
    let properties = widget.get("properties").unwrap_or(&Value::Null);
    let view = properties.get("view").and_then(Value::as_str);
    let count = |key: &str| {
        properties
            .get(key)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    match (widget.get("type").and_then(Value::as_str), view) {
        (Some("text"), _) => {
            let markdown = properties.get("markdown").and_then(Value::as_str);
            let lines = markdown.map_or(1, |text| text.lines().count());
            (24, (lines as u64).clamp(1, 12))
        }
        (Some("metric"), Some("singleValue")) => (24, 3),
        (Some("metric"), Some("gauge" | "pie")) => (6, 6),
        (Some("metric"), Some("table")) | (Some("log"), Some("timeSeries" | "bar" | "pie")) => {
            (12, 6)
        }
        (Some("metric"), _) => (8, 6),
        (Some("log"), _) => (24, 7),
        // About six alarms fit in a row.
        (Some("alarm"), _) => (24, 1 + (count("alarms") as u64).div_ceil(6).max(1)),
        (Some("explorer"), _) => (24, 12),
        _ => (6, 6),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ConfigError, DashboardConfig, body, owned_body};
    use crate::owner::Owner;

    fn config(value: Value) -> DashboardConfig {
        DashboardConfig::read(value).expect("a configuration")
    }

    fn corners(body: &Value) -> Vec<String> {
        let widgets = body["widgets"].as_array().expect("widgets");
        let corner = |widget: &Value| {
            format!(
                "{},{} {}x{}",
                widget["x"], widget["y"], widget["width"], widget["height"]
            )
        };
        widgets.iter().map(corner).collect()
    }

    #[test]
    fn widgets_have_the_size_of_their_type_and_flow() {
        let config = config(json!({"name": "a", "widgets": [
            {"type": "text", "properties": {"markdown": "# One\nTwo"}},
            {"type": "alarm", "properties": {"alarms": ["a", "b"]}},
            {"type": "metric", "properties": {}},
            {"type": "metric", "properties": {}},
            {"type": "metric", "properties": {}, "width": 4, "height": 3},
            {"type": "metric", "properties": {"view": "singleValue"}},
            {"type": "log", "properties": {}},
            {"type": "metric", "properties": {}, "x": 2, "y": 50},
        ]}));
        let expected = [
            "0,0 24x2",
            "0,2 24x2",
            "0,4 8x6",
            "8,4 8x6",
            "16,4 4x3",
            "0,10 24x3",
            "0,13 24x7",
            "2,50 8x6",
        ];
        assert_eq!(corners(&body(&config)), expected);
        let owned = owned_body(&config, &Owner::by_hand());
        assert_eq!(
            corners(&owned).last().map(String::as_str),
            Some("0,56 24x1")
        );
        assert_eq!(corners(&owned)[..8], expected);
    }

    #[test]
    fn an_invalid_widget_is_left_for_validation() {
        let wrong = json!([
            7,
            {"type": "metric", "properties": {}, "x": 1},
            {"type": "metric", "properties": {}, "x": "1", "y": 1},
            {"type": "metric", "properties": {}, "width": -1},
        ]);
        let laid_out = body(&config(json!({"widgets": wrong})));
        assert_eq!(laid_out["widgets"], wrong);
        assert_eq!(body(&config(json!({"widgets": "x"})))["widgets"], "x");
    }

    #[test]
    fn a_configuration_is_an_object_whose_name_is_a_string() {
        assert_eq!(DashboardConfig::read(json!([])), Err(ConfigError::NoObject));
        assert_eq!(
            DashboardConfig::read(json!({"name": 1})),
            Err(ConfigError::Name)
        );
        let read = config(json!({"name": "a", "start": "-PT3H", "widgets": []}));
        assert_eq!(read.name.as_deref(), Some("a"));
        assert_eq!(body(&read), json!({"start": "-PT3H", "widgets": []}));
    }
}
