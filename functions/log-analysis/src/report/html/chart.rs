//! Charts as inline SVG, without text in them: a mail program that drops them leaves nothing behind, and
//! the sentence beside each chart says the same.

use std::fmt::Write as _;

use shared::html::escape;

/// The size of a chart in its own units; it is as wide as the page.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 72.0;
/// The room between the window before and the window.
const GAP: f64 = 10.0;
/// The size of a gauge.
const GAUGE: (f64, f64) = (120.0, 14.0);

/// A part of the time in a bar chart.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bar {
    /// Its value; `None` draws no bar.
    pub value: Option<f64>,
    /// The band in which it usually is.
    pub usual: Option<(f64, f64)>,
}

/// The bars of the window before and of the window.
#[derive(Clone, Debug)]
pub(super) struct BarChart {
    pub before: Vec<Bar>,
    pub now: Vec<Bar>,
    /// `bar` for failures, `calm` for the rest.
    pub class: &'static str,
}

impl BarChart {
    /// The highest value.
    pub(super) fn most(&self) -> f64 {
        let bars = self.before.iter().chain(&self.now);
        bars.filter_map(|bar| bar.value.filter(|value| value.is_finite()))
            .fold(0.0, f64::max)
    }

    /// The chart, with its contents in words.
    pub(super) fn draw(&self, label: &str) -> String {
        let bars = self.before.iter().chain(&self.now);
        let band = bars
            .filter_map(|bar| Some(bar.usual?.1))
            .fold(0.0, f64::max);
        let top = self.most().max(band);
        let parts = self.before.len() + self.now.len();
        if top <= 0.0 || parts == 0 {
            return String::new();
        }
        let gap = if self.before.is_empty() { 0.0 } else { GAP };
        let step = (WIDTH - gap) / parts as f64;
        let now = self.before.len() as f64 * step + gap;
        let (mut bands, mut shapes) = (String::new(), String::new());
        for (start, bars) in [(0.0, &self.before), (now, &self.now)] {
            for (number, bar) in bars.iter().enumerate() {
                let x = start + number as f64 * step;
                if let Some((lower, upper)) = bar.usual {
                    let [low, high] =
                        [lower, upper].map(|end| HEIGHT * (1.0 - (end / top).clamp(0.0, 1.0)));
                    // Writing to a string cannot fail.
                    let _ = write!(
                        bands,
                        "<rect class=\"band\" x=\"{x:.1}\" y=\"{high:.1}\" width=\"{:.1}\" \
                         height=\"{:.1}\" fill=\"#cfe8d6\"/>",
                        step + 0.3,
                        (low - high).max(1.0)
                    );
                }
                if let Some(value) = bar.value.filter(|value| *value > 0.0) {
                    let height = (HEIGHT * (value / top).clamp(0.0, 1.0)).max(1.0);
                    let fill = if self.class == "bar" {
                        "#b42318"
                    } else {
                        "#8793a1"
                    };
                    let _ = write!(
                        shapes,
                        "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" \
                         fill=\"{fill}\"/>",
                        self.class,
                        x + step * 0.08,
                        HEIGHT - height,
                        step * 0.84
                    );
                }
            }
        }
        let divider = if self.before.is_empty() {
            String::new()
        } else {
            let x = now - GAP / 2.0;
            format!(
                "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{HEIGHT}\" \
                 stroke=\"#8793a1\" stroke-dasharray=\"3 3\"/>"
            )
        };
        format!(
            "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             preserveAspectRatio=\"none\" width=\"100%\" height=\"{HEIGHT}\" \
             style=\"display:block;width:100%;height:{HEIGHT}px;\">{bands}{shapes}{divider}\
             <line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\" \
             stroke=\"#8793a1\"/></svg>",
            escape(label)
        )
    }
}

/// A value before its usual band.
pub(super) fn gauge(value: f64, band: (f64, f64), label: &str) -> String {
    let (width, height) = GAUGE;
    let (lower, upper) = band;
    let most = value.max(upper) * 1.1;
    if !(most > 0.0 && most.is_finite()) {
        return String::new();
    }
    let x = |value: f64| width * (value / most).clamp(0.0, 1.0);
    let (low, high) = (x(lower), x(upper));
    format!(
        "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" style=\"vertical-align:middle;\">\
         <line class=\"axis\" x1=\"0\" x2=\"{width}\" y1=\"{middle}\" y2=\"{middle}\" stroke=\"#8793a1\"/>\
         <rect class=\"band\" x=\"{low:.1}\" y=\"1\" width=\"{:.1}\" height=\"{}\" fill=\"#cfe8d6\"/>\
         <rect class=\"{class}\" x=\"{:.1}\" y=\"0\" width=\"4\" height=\"{height}\" fill=\"{fill}\"/></svg>",
        escape(label),
        (high - low).max(2.0),
        height - 2.0,
        (x(value) - 2.0).clamp(0.0, width - 4.0),
        middle = height / 2.0,
        class = if value < lower || value > upper {
            "bar"
        } else {
            "mark"
        },
        fill = if value < lower || value > upper {
            "#b42318"
        } else {
            "#16191d"
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{Bar, BarChart, gauge};

    fn bar(value: f64) -> Bar {
        Bar {
            value: Some(value),
            usual: Some((1.0, 2.0)),
        }
    }

    #[test]
    fn bars_stand_before_their_usual_band_and_inside_of_the_chart() {
        let chart = BarChart {
            before: vec![bar(1.0), Bar::default()],
            now: vec![bar(20.0), bar(f64::INFINITY)],
            class: "bar",
        };
        let svg = chart.draw("20 \"failed\" & more");
        assert!(
            svg.contains("aria-label=\"20 &quot;failed&quot; &amp; more\""),
            "{svg}"
        );
        assert_eq!(svg.matches("class=\"band\"").count(), 3, "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        let nothing = BarChart {
            before: Vec::new(),
            now: vec![Bar::default()],
            class: "bar",
        };
        assert_eq!(nothing.draw("nothing"), "");
    }

    #[test]
    fn a_gauge_marks_a_value_outside_of_its_band() {
        assert!(gauge(9.0, (1.0, 2.0), "x").contains("class=\"bar\""));
        assert!(gauge(1.5, (1.0, 2.0), "x").contains("class=\"mark\""));
        for (value, band) in [(0.0, (0.0, 0.0)), (f64::NAN, (0.0, f64::NAN))] {
            assert_eq!(gauge(value, band, "x"), "");
        }
    }
}
