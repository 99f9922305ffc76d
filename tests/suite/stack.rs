//! Deploys `template.yaml` into an AWS emulator that runs the real functions, with a real
//! Elasticsearch and a fake Slack.
//!
//! It is one test because all steps need the stack, which is created, updated and deleted once.
//!
//! The emulator differs from AWS, and the test makes up for it:
//!
//! - CloudWatch Logs and SNS invoke a function once and ignore its failure; on AWS, Lambda retries and
//!   then moves the event to the failure queue. The test passes an event that has to fail to Lambda's
//!   asynchronous invocation, as both services do on AWS. Retries follow after 1 and 2 seconds.
//! - It has no dead-letter queues of functions, and sends no failed event to a bucket. The test makes the
//!   failure queue of log-ingest the destination.
//! - Alarms cannot evaluate metric math. The test gives those of the failure queue a single metric.
//! - Permissions are not checked: `template.rs` checks the policies.
//! - CloudWatch Logs does not write to a Kinesis stream.

mod alarms;
mod alerts;
mod deployed;
mod failures;
mod logs;
mod resources;

use std::{panic, rc::Rc};

use bongsu_tests::say;
use deployed::Deployed;
use tokio::task::LocalSet;

#[tokio::test]
async fn a_deployed_stack_watches_a_service_notifies_its_team_and_loses_nothing() {
    let Some(stack) = Deployed::new().await else {
        return;
    };
    let stack = Rc::new(stack);
    let tasks = LocalSet::new();
    let watched = tasks.spawn_local(watch(Rc::clone(&stack)));
    if let Err(error) = tasks.run_until(watched).await {
        stack.show_logs().await;
        panic::resume_unwind(error.into_panic());
    }
}

async fn watch(stack: Rc<Deployed>) {
    step("the resources of the template exist");
    resources::exist(&stack).await;
    step("log lines become documents");
    logs::are_stored_once(&stack).await;
    alerts::do_not_report_the_first_ok_of_a_new_alarm(&stack);
    step("the schedules find problems, and every channel is notified");
    alerts::of_the_schedules_reach_every_channel(&stack).await;
    step("an alarm fires and resolves");
    alarms::are_sent(&stack).await;
    step("Slack is rate limited");
    alerts::are_sent_once_if_slack_is_rate_limited(&stack).await;
    step("Elasticsearch is down");
    failures::are_kept_in_the_queue(&stack).await;
    step("Elasticsearch is up again");
    failures::are_replayed_without_duplicates(&stack).await;
    step("the stack is updated");
    resources::update(&stack).await;
    step("logs arrive through a stream");
    failures::of_a_stream_are_documents(&stack).await;
    step("the stack is deleted");
    resources::are_deleted(&stack).await;
    stack.slack.assert_well_used();
}

fn step(what: &str) {
    say(format_args!("stack: {what}"));
}
