//! The stack as a whole: `template.yaml`, deployed by CloudFormation into an emulator of AWS that
//! runs the real functions, with a real Elasticsearch beside it and a Slack that fails as told.
//!
//! It is one test, since all of it needs one stack, which is made once, changed once and deleted.
//!
//! What the emulator does not do as AWS does, and what is done here instead:
//!
//! - CloudWatch Logs and SNS give an event to a function once and look away; on AWS Lambda repeats
//!   what failed and keeps it in the failure queue. What has to fail is handed to Lambda's
//!   asynchronous invocation, where both of them would hand it to. Retries come after 1 and 2
//!   seconds, not minutes.
//! - Nothing makes metrics of the lines that functions log for that. What would become of them is
//!   put into CloudWatch here, and the alarm goes off by itself then.
//! - Permissions are not checked: `template.rs` looks at the policies.
//! - CloudWatch Logs does not write into a Kinesis stream.

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
async fn a_deployed_stack_watches_a_service_tells_its_team_and_loses_nothing() {
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
    step("the stack is what the template says");
    resources::are_there(&stack).await;
    step("lines of the watched log group are documents");
    logs::arrive_once(&stack).await;
    alerts::say_nothing_of_alarms_that_are_new(&stack);
    step("the schedules find what is wrong, and everybody is told");
    alerts::of_the_schedules_reach_everybody(&stack).await;
    step("an alarm goes off, and is over");
    alarms::are_told(&stack).await;
    step("Slack has no time");
    alerts::survive_a_busy_slack(&stack).await;
    step("Elasticsearch is down");
    failures::keep_what_cannot_be_stored(&stack).await;
    step("the stack is changed");
    resources::change(&stack).await;
    step("what was kept is replayed");
    failures::are_replayed_without_duplicates(&stack).await;
    step("logs come through a stream");
    failures::of_a_stream_are_documents(&stack).await;
    step("the stack is deleted");
    resources::are_gone(&stack).await;
    stack.slack.assert_well_used();
}

fn step(what: &str) {
    say(format_args!("stack: {what}"));
}
