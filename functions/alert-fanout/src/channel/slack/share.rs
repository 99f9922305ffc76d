//! A picture in the thread of a message. It is never a reason for a message to fail.

use std::time::Duration;

use serde_json::{Value, json};
use shared::deadline::Deadline;

use super::{
    SlackApi,
    verdict::{SlackVerdict, verdict},
};
use crate::channel::graph::Graph;

/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(8);

/// The longest text for those who do not see a picture, in characters: `alt_txt_too_large` in
/// <https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors>.
const LONGEST_ALT: usize = 1_000;

/// The longest title that is readable beneath a picture, in characters.
const LONGEST_TITLE: usize = 150;

/// Shares a picture in the thread of the message `ts`:
/// <https://docs.slack.dev/messaging/working-with-files#uploading_files>.
///
/// # Errors
///
/// What went wrong, in words.
pub(super) async fn share(
    api: &dyn SlackApi,
    graph: &Graph,
    channel: &str,
    ts: &str,
    deadline: Deadline,
) -> Result<(), String> {
    let time = deadline.remaining().min(LONGEST);
    let deadline = Deadline::after(time);
    let alt = |longest| graph.alt.chars().take(longest).collect::<String>();
    let asked = json!({
        "filename": "graph.png",
        "length": graph.png.len(),
        "alt_txt": alt(LONGEST_ALT),
    });
    let message_ref = call(api, "files.getUploadURLExternal", &asked, deadline).await?;
    let url = text(&message_ref, "upload_url")?;
    let id = text(&message_ref, "file_id")?;
    let answer = api.upload(url, &graph.png, deadline).await;
    let answer = answer.map_err(|error| format!("the picture was not uploaded: {error}"))?;
    if answer.status != 200 {
        return Err(format!("the upload was answered {}", answer.status));
    }
    let shared = json!({
        "files": [{"id": id, "title": alt(LONGEST_TITLE)}],
        "channel_id": channel,
        "thread_ts": ts,
    });
    call(api, "files.completeUploadExternal", &shared, deadline).await?;
    Ok(())
}

async fn call(
    api: &dyn SlackApi,
    method: &str,
    arguments: &Value,
    deadline: Deadline,
) -> Result<Value, String> {
    let answer = api.call(method, arguments, deadline).await;
    let answer = answer.map_err(|error| format!("{method}: {error}"))?;
    match verdict(&answer) {
        (SlackVerdict::Done, _) => serde_json::from_str(&answer.body)
            .map_err(|error| format!("{method}: the answer is no JSON: {error}")),
        (_, reason) => Err(format!("{method}: {reason}")),
    }
}

fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str, String> {
    let text = answer.get(name).and_then(Value::as_str);
    text.ok_or_else(|| format!("files.getUploadURLExternal answered without {name}"))
}
