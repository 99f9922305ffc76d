//! Assembles metrics from the answers of CloudWatch. Pure.
//!
//! Invariants: every field is in every record; a field has a value only where every metric that it
//! is made of has one in the same bucket; a failure is reported with the fields that it concerns, and with no
//! other.

use jiff::Timestamp;
use shared::{
    format::duration,
    model::{
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        window::Window,
    },
};

use crate::{
    answer::{Series, SeriesAnswers, SeriesOutcome},
    plan::{Formula, Metric, Plan, Recipe, Service},
    presets::availability::LOAD_BALANCER,
    span::{Span, retention},
};

mod notice;

/// The metrics of a service in every bucket, oldest first.
#[must_use]
pub fn assemble(
    plan: &Plan,
    service: &Service,
    answers: &SeriesAnswers,
    span: &Span,
) -> Vec<SystemMetrics> {
    let reading = ServiceReading {
        plan,
        service,
        answers,
        span,
    };
    let notices = notice::notices(&reading);
    let buckets = span.buckets.iter();
    buckets
        .map(|bucket| {
            let mut metrics = SystemMetrics::new(
                service.name.clone(),
                *bucket,
                Source::CloudWatch,
                Scope::PerTaskAverage,
            );
            for (field, recipe) in &service.recipes {
                let (value, quality) = reading.field(*field, recipe, *bucket);
                metrics.set(*field, value, quality);
            }
            metrics.notices.clone_from(&notices);
            metrics
        })
        .collect()
}

/// What is read for one service.
struct ServiceReading<'a> {
    plan: &'a Plan,
    service: &'a Service,
    answers: &'a SeriesAnswers,
    span: &'a Span,
}

/// One metric of a formula.
struct MetricInput<'a> {
    metric: &'a Metric,
    /// What makes its values those of the field, with the sign.
    factor: Option<f64>,
    series: Option<&'a Series>,
}

impl MetricInput<'_> {
    fn value(&self, bucket: Window) -> Option<f64> {
        self.series?.values.get(&bucket.start).copied()
    }

    fn outcome(&self) -> SeriesOutcome {
        self.series
            .map_or(SeriesOutcome::Missing, |series| series.outcome)
    }

    fn reason(&self) -> &str {
        let reason = self.series.and_then(|series| series.reason.as_deref());
        reason.unwrap_or("CloudWatch gave no answer")
    }
}

impl<'a> ServiceReading<'a> {
    fn series(&self, metric: &Metric) -> Option<&'a Series> {
        self.answers.get(self.plan.id(self.service, metric)?)
    }

    fn inputs<'b>(&self, field: Field, formula: &'b Formula) -> Vec<MetricInput<'b>>
    where
        'a: 'b,
    {
        let input = |metric: &'b Metric, sign: f64| MetricInput {
            metric,
            factor: metric
                .unit
                .factor(field, &metric.statistic, self.plan.period)
                .map(|factor| sign * factor),
            series: self.series(metric),
        };
        let plus = formula.plus.iter().map(|metric| input(metric, 1.0));
        let minus = formula.minus.iter().map(|metric| input(metric, -1.0));
        plus.chain(minus).collect()
    }

    fn field(&self, field: Field, recipe: &Recipe, bucket: Window) -> (Option<f64>, Quality) {
        match recipe {
            Recipe::Measured(formula) => self.of_formula(field, formula, bucket),
            Recipe::Missing(status, reason) => {
                let quality = Quality {
                    status: *status,
                    source: None,
                    statistic: None,
                    unit: field.unit().to_owned(),
                    time: None,
                    reason: Some(reason.clone()),
                };
                (None, quality)
            }
        }
    }

    fn of_formula(
        &self,
        field: Field,
        formula: &Formula,
        bucket: Window,
    ) -> (Option<f64>, Quality) {
        let inputs = self.inputs(field, formula);
        let assembled = match self.value(field, formula, &inputs, bucket) {
            Ok(value) => self.assembled(value, formula, &inputs, bucket),
            Err(missing) => {
                if let Some(instead) = &formula.instead
                    && let (Some(value), quality) = self.of_formula(field, instead, bucket)
                {
                    return (Some(value), quality);
                }
                missing
            }
        };
        let quality = Quality {
            status: assembled.status,
            source: Some(name(formula)),
            statistic: inputs.first().map(|input| input.metric.statistic.clone()),
            unit: field.unit().to_owned(),
            time: assembled.time,
            reason: assembled.reason,
        };
        (assembled.value, quality)
    }

    /// The value, if every input has one and they make sense.
    fn value(
        &self,
        field: Field,
        formula: &Formula,
        inputs: &[MetricInput<'_>],
        bucket: Window,
    ) -> Result<f64, AssembledField> {
        let mut sum = 0.0;
        for input in inputs {
            let Some(factor) = input.factor else {
                let reason = format!("{:?} cannot become {}", input.metric.unit, field.unit());
                return Err(AssembledField::missing(Status::Error, reason));
            };
            let absent = || self.is_absent(formula, input, bucket).then_some(0.0);
            let Some(value) = input.value(bucket).or_else(absent) else {
                return Err(self.missing(inputs, bucket));
            };
            sum += factor * value;
        }
        if !sum.is_finite() || (sum < 0.0 && !field.may_be_negative()) {
            let reason = format!("CloudWatch's values make {sum}, which cannot be");
            return Err(AssembledField::missing(Status::Error, reason));
        }
        // There is a zero below zero, which is read as less than nothing.
        Ok(if sum == 0.0 { 0.0 } else { sum })
    }

    /// Whether nothing was published because the counter is 0. That is known only if the load balancer
    /// published another metric at the time: a wrong name publishes nothing either.
    fn is_absent(&self, formula: &Formula, input: &MetricInput<'_>, bucket: Window) -> bool {
        let dimension = "LoadBalancer";
        let of_same = |metric: &&Metric| {
            metric.namespace == LOAD_BALANCER
                && metric.dimensions.get(dimension) == input.metric.dimensions.get(dimension)
        };
        let has_value = |metric: &Metric| {
            let series = self.series(metric);
            series.is_some_and(|series| series.values.contains_key(&bucket.start))
        };
        formula.absent_is_zero
            && input.outcome() == SeriesOutcome::Complete
            && input.value(bucket).is_none()
            && self.service.metrics().filter(of_same).any(has_value)
    }

    fn assembled(
        &self,
        value: f64,
        formula: &Formula,
        inputs: &[MetricInput<'_>],
        bucket: Window,
    ) -> AssembledField {
        let partial = inputs
            .iter()
            .find(|input| input.outcome() < SeriesOutcome::Complete);
        let (status, reason) = if let Some(input) = partial {
            let reason = format!("{}: {}", input.metric.name, input.reason());
            (Status::Partial, Some(reason))
        } else if inputs.iter().all(|input| input.value(bucket).is_none()) {
            let reason = "CloudWatch publishes this counter only if it is not 0".to_owned();
            (Status::Inferred, Some(reason))
        } else if self.span.is_provisional(bucket) {
            (Status::Provisional, formula.remark.map(str::to_owned))
        } else {
            (Status::Ok, formula.remark.map(str::to_owned))
        };
        AssembledField {
            value: Some(value),
            status,
            time: Some(bucket.start),
            reason,
        }
    }

    /// Why a bucket has no value: the worst that happened to an input that is missing.
    fn missing(&self, inputs: &[MetricInput<'_>], bucket: Window) -> AssembledField {
        let missing = inputs.iter().filter(|input| input.value(bucket).is_none());
        let Some(worst) = missing.min_by_key(|input| input.outcome()) else {
            return AssembledField::missing(Status::NoData, String::new());
        };
        let name = &worst.metric.name;
        let status = match worst.outcome() {
            SeriesOutcome::Complete => return self.not_measured(inputs, worst.metric, bucket),
            SeriesOutcome::Partial => Status::Partial,
            SeriesOutcome::Forbidden => Status::Forbidden,
            SeriesOutcome::Missing | SeriesOutcome::Rejected | SeriesOutcome::Failed => {
                Status::Error
            }
        };
        AssembledField::missing(status, format!("{name}: {}", worst.reason()))
    }

    fn not_measured(
        &self,
        inputs: &[MetricInput<'_>],
        metric: &Metric,
        bucket: Window,
    ) -> AssembledField {
        let before = self.span.buckets.iter().rev();
        let mut before = before.filter(|earlier| earlier.end <= bucket.start);
        let last =
            before.find(|earlier| inputs.iter().all(|input| input.value(**earlier).is_some()));
        if let Some(last) = last {
            return AssembledField {
                value: None,
                status: Status::Stale,
                time: Some(last.start),
                reason: Some(format!("measured last at {}", last.start)),
            };
        }
        let name = &metric.name;
        let reason = match self.tasks(bucket.start) {
            _ if !self.span.is_retained(bucket) => {
                let period = self.span.period;
                let [period, retention] = [period, retention(period)].map(duration);
                format!("CloudWatch retains values of {period} for {retention}")
            }
            Some(0.0) => "no task of the service was running".to_owned(),
            _ if name == "TargetResponseTime" => "there was no request".to_owned(),
            _ => format!("CloudWatch has no value of {name}"),
        };
        AssembledField::missing(Status::NoData, reason)
    }

    /// How many tasks ran, if anybody counted.
    fn tasks(&self, time: Timestamp) -> Option<f64> {
        let series = self.series(self.service.task_count.as_ref()?)?;
        series.values.get(&time).copied()
    }
}

/// The value of a field and where it comes from.
struct AssembledField {
    value: Option<f64>,
    status: Status,
    time: Option<Timestamp>,
    reason: Option<String>,
}

impl AssembledField {
    fn missing(status: Status, reason: String) -> Self {
        Self {
            value: None,
            status,
            time: None,
            reason: Some(reason),
        }
    }
}

/// `ECS/ContainerInsights MemoryReserved − MemoryUtilized`.
fn name(formula: &Formula) -> String {
    let mut text = String::new();
    let mut namespace = "";
    let plus = formula.plus.iter().map(|metric| ("+", metric));
    let minus = formula.minus.iter().map(|metric| ("−", metric));
    for (number, (sign, metric)) in plus.chain(minus).enumerate() {
        if number > 0 {
            text.push(' ');
            text.push_str(sign);
            text.push(' ');
        }
        if metric.namespace != namespace {
            text.push_str(&metric.namespace);
            text.push(' ');
            namespace = &metric.namespace;
        }
        text.push_str(&metric.name);
    }
    text
}

#[cfg(test)]
mod tests;
