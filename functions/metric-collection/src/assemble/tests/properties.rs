//! Properties of metrics that are assembled from any answers.

use proptest::prelude::*;
use shared::model::metric::{Field, Status};

use super::{all, ids, made, plan, span};
use crate::{
    answer::{Series, SeriesAnswers, SeriesOutcome},
    plan::Plan,
};

fn outcome() -> impl Strategy<Value = SeriesOutcome> {
    prop::sample::select(vec![
        SeriesOutcome::Missing,
        SeriesOutcome::Rejected,
        SeriesOutcome::Forbidden,
        SeriesOutcome::Failed,
        SeriesOutcome::Partial,
        SeriesOutcome::Complete,
    ])
}

/// A part of an answer: the number of a query, an outcome, values in some of the buckets.
fn part() -> impl Strategy<Value = (usize, SeriesOutcome, [Option<f64>; 3])> {
    let value = prop::option::of(prop_oneof![0.0..1e6, Just(f64::NAN), Just(-1.0)]);
    (
        0_usize..17,
        outcome(),
        [value.clone(), value.clone(), value],
    )
}

fn absorb(plan: &Plan, parts: &[(usize, SeriesOutcome, [Option<f64>; 3])]) -> SeriesAnswers {
    let mut answers = SeriesAnswers::default();
    let ids = ids(plan);
    for (query, outcome, values) in parts {
        let buckets = span().buckets.into_iter().zip(values);
        let values = buckets.filter_map(|(bucket, value)| Some((bucket.start, (*value)?)));
        let series = Series {
            values: values.collect(),
            outcome: *outcome,
            reason: (*outcome != SeriesOutcome::Complete).then(|| format!("{outcome:?}")),
        };
        answers.absorb(&ids[*query], 0, series);
    }
    answers
}

proptest! {
    #[test]
    fn a_missing_value_never_becomes_a_number(parts in prop::collection::vec(part(), 0..30)) {
        let plan = plan();
        let answers = absorb(&plan, &parts);
        for (metrics, bucket) in made(&plan, &answers).iter().zip(span().buckets) {
            prop_assert_eq!(metrics.quality.len(), 17);
            let measured = Field::ALL.iter().filter(|field| metrics.value(**field).is_some());
            prop_assert_eq!(metrics.coverage.measured, measured.count());
            for (field, recipe) in &plan.services[0].recipes {
                let value = metrics.value(*field);
                let quality = &metrics.quality[field];
                let has_value = matches!(
                    quality.status,
                    Status::Ok | Status::Provisional | Status::Inferred
                ) || (quality.status == Status::Partial && value.is_some());
                prop_assert_eq!(has_value, value.is_some(), "{} {:?}", field, quality);
                prop_assert!(value.is_none_or(f64::is_finite));
                prop_assert!(value.is_some() || quality.reason.is_some());
                let crate::plan::Recipe::Measured(formula) = recipe else {
                    prop_assert_eq!(value, None);
                    continue;
                };
                let all_there = |formula: &crate::plan::Formula| {
                    formula.plus.iter().chain(&formula.minus).all(|metric| {
                        let id = plan.id(&plan.services[0], metric).expect("an id");
                        answers.get(id).is_some_and(|s| s.values.contains_key(&bucket.start))
                    })
                };
                let there = all_there(formula)
                    || formula.instead.as_deref().is_some_and(all_there)
                    || (formula.absent_is_zero && value.is_some_and(|value| value >= 0.0));
                prop_assert!(there || value.is_none(), "{} of nothing", field);
            }
        }
    }

    #[test]
    fn any_order_and_repetition_of_pages_gives_the_same_record(
        (parts, shuffled) in prop::collection::vec(part(), 0..30)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle())),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let plan = plan();
        let once = made(&plan, &absorb(&plan, &parts));
        let mut repeated = shuffled.clone();
        if !shuffled.is_empty() {
            repeated.extend(again.iter().map(|index| *index.get(&shuffled)));
        }
        let other = made(&plan, &absorb(&plan, &repeated));
        let text = |metrics| serde_json::to_string(metrics).expect("JSON");
        prop_assert_eq!(text(&once), text(&other));
    }

    #[test]
    fn any_split_into_pages_gives_the_same_record(
        pages in prop::collection::vec((0_usize..17, 0_usize..3), 0..60),
    ) {
        let plan = plan();
        let whole = all(&plan);
        let ids = ids(&plan);
        let mut answers = SeriesAnswers::default();
        // Pages with one value each, in any order, then whatever none of them had.
        for (query, bucket) in pages {
            let time = span().buckets[bucket].start;
            let value = whole.get(&ids[query]).expect("there").values[&time];
            let series = Series {
                values: [(time, value)].into(),
                outcome: SeriesOutcome::Partial,
                reason: Some("PartialData".to_owned()),
            };
            answers.absorb(&ids[query], 0, series);
        }
        for id in &ids {
            answers.absorb(id, 0, whole.get(id).expect("there").clone());
        }
        prop_assert_eq!(made(&plan, &answers), made(&plan, &whole));
    }
}
