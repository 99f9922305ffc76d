//! A small version of the incident benchmark: four days of one service.

use incident_benchmark::{
    profile::SERVICES,
    replay::replay,
    score::{Score, Watcher},
    table,
};

#[tokio::test]
async fn incidents_are_found() {
    let game = SERVICES.into_iter().find(|profile| profile.name == "game");
    let replay = replay(game.expect("the service"), 1, 4, &[], None);
    let replay = replay.await.expect("replayed");
    let mut analysis = Score::default();
    analysis.add(&replay, Watcher::Analysis);
    let mut rules = Score::default();
    rules.add(&replay, Watcher::Rules);
    let report = format!(
        "{}\n{}\n{}",
        table::table(&analysis, &rules),
        table::summary("log-analysis", &analysis),
        table::findings(&analysis)
    );
    assert_eq!(replay.incidents.len(), 4, "{report}");
    assert_eq!(analysis.total().found, 4, "{report}");
    assert!(analysis.recall() >= 0.75, "{report}");
    assert_eq!(analysis.false_alarms.len(), 0, "{report}");
    assert!(analysis.total().most_messages <= 3, "{report}");
    // The static rules show that the days are not easy.
    assert!(rules.false_alarms.len() > 10, "{report}");
}
