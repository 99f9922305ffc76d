//! A small run of `tests/examples/proof.rs`: every kind of fault, kills and the failure queue.

use bongsu_tests::{
    faults::ClusterFault,
    packages,
    proof::{ProofPlan, prove},
    servers,
};

#[test]
fn each_event_is_one_document_whatever_the_cluster_and_the_process_do() {
    let Some(cluster) = servers::elasticsearch() else {
        return;
    };
    let plan = ProofPlan {
        events: 20_000,
        batch: 400,
        fault_every: 8,
        kill_every: 6,
        queue_every: 10,
        seed: 1,
        function: packages::function("log-ingest").into(),
    };
    let report = prove(&plan, cluster, |_, _| {}).expect("no event is lost");
    assert_eq!(report.documents, plan.events);
    for fault in ClusterFault::ALL {
        assert!(report.faults.contains_key(fault.name()), "{report:?}");
    }
    assert!(report.kills >= 3, "{report:?}");
    assert!(report.queued >= 1, "{report:?}");
    assert!(report.duplicates > 0, "{report:?}");
}
