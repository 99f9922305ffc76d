//! The property of late values: what is stored and sent does not depend on delays and failures.

use std::collections::BTreeMap;

use metric_collection::Config;
use proptest::prelude::*;
use shared::env::Settings;

use super::fixture::{LateFixture, PERIOD};

/// What happens in the time of one window.
#[derive(Clone, Copy, Debug)]
struct Turn {
    usage: Option<f64>,
    /// How many windows late the value is there.
    delay: i64,
    /// How many runs there are: none, one, or repetitions.
    runs: usize,
    fails: bool,
}

fn turn() -> impl Strategy<Value = Turn> {
    let usage = prop::sample::select(vec![None, Some(50.0), Some(75.0), Some(85.0), Some(99.0)]);
    (usage, 0_i64..3, 0_usize..3, any::<bool>()).prop_map(|(usage, delay, runs, fails)| Turn {
        usage,
        delay,
        runs,
        fails,
    })
}

/// What a service of these turns stores and sends.
async fn play(turns: &[Turn], in_order: bool) -> (BTreeMap<i64, Option<f64>>, Vec<String>) {
    let mut fixture = LateFixture::new().await;
    let mut arrived = 0;
    for (number, turn) in (0..).zip(turns) {
        // Values arrive in order: a late one keeps the later ones back.
        while let Some(next) = turns.get(arrived) {
            let position = i64::try_from(arrived).expect("small");
            if position > number || (!in_order && position + next.delay > number) {
                break;
            }
            if let Some(usage) = next.usage {
                fixture.arrives(position, usage);
            }
            arrived += 1;
        }
        if in_order {
            fixture.run(number).await;
        } else if turn.fails && number > 0 {
            fixture.fail(number).await;
        } else {
            for _ in 0..turn.runs.max(usize::from(number == 0)) {
                fixture.run(number).await;
            }
        }
    }
    for turn in turns.iter().enumerate().skip(arrived) {
        if let (
            position,
            Turn {
                usage: Some(usage), ..
            },
        ) = turn
        {
            fixture.arrives(i64::try_from(position).expect("small"), *usage);
        }
    }
    let last = i64::try_from(turns.len()).expect("small");
    fixture.run(last).await;
    (fixture.usage().await, fixture.sent())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_delay_failure_and_repetition_stores_and_sends_what_a_run_in_order_does(
        turns in prop::collection::vec(turn(), 1..18),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let expected = runtime.block_on(play(&turns, true));
        let found = runtime.block_on(play(&turns, false));
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn the_period_of_the_tests_is_that_of_the_settings() {
    assert_eq!(Config::read(&mut Settings::from_pairs([])).period, PERIOD);
}
