//! dashboard-deployment: dashboards from outside.

use dashboard_deployment::{
    body::{self, DashboardConfig},
    finding::FindingSeverity,
    trigger, validate as validator,
};
use serde_json::Value;

use super::text;

/// A text is validated, the same way each time; and a configuration is laid out, validated again, and
/// keeps every widget.
pub fn dashboard(data: &[u8]) {
    let text = text(data);
    validate(&text);
    let Ok(value @ Value::Object(_)) = serde_json::from_str::<Value>(&text) else {
        let findings = validator::text(&text);
        assert!(validator::refuses(&findings), "{text:?} is no object");
        return;
    };
    // An event that is refused says why.
    if let Ok(trigger::Trigger::Direct(event)) = trigger::kind_of(&text)
        && let Err(error) = trigger::deploy_request(event)
    {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(config) = DashboardConfig::read(value) {
        let laid_out = body::body(&config);
        validate(&laid_out.to_string());
        let count = |body: Option<&Value>| body.and_then(Value::as_array).map(Vec::len);
        assert_eq!(
            count(config.body.get("widgets")),
            count(laid_out.get("widgets"))
        );
    }
}

/// Findings are the same each time, errors first, and each says something.
pub fn validate(text: &str) {
    let findings = validator::text(text);
    assert_eq!(findings, validator::text(text));
    let errors = findings
        .iter()
        .take_while(|finding| finding.severity == FindingSeverity::Error)
        .count();
    for (position, finding) in findings.iter().enumerate() {
        assert_eq!(
            position < errors,
            finding.severity == FindingSeverity::Error
        );
        assert!(!finding.message.is_empty());
    }
    assert_eq!(validator::refuses(&findings), errors > 0);
}
