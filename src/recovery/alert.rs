//! What a user is told when a credential could not be renewed.

use serde::Serialize;

use super::credentials::{ChannelStatus, TaskStatus, TokenTask};
use crate::number::Count;
use crate::time::Timestamp;
use crate::value::{printable, quote};

/// What a user is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CredentialAlert {
    /// What the credential is for.
    pub platform: String,
    /// Whether it goes on only when the user does something.
    pub requires_user_action: bool,
    /// How the channel stands.
    pub channel_status: ChannelStatus,
    /// Why it is not tried again.
    pub terminal_failure_reason: Option<String>,
    /// When it is tried again.
    pub next_retry_at: Option<Timestamp>,
    /// Failed attempts to renew since the last success.
    pub refresh_attempts: Count,
    /// With so many it is over.
    pub max_refresh_retries: Count,
    /// What happened, in a few words.
    pub title: String,
    /// What happened and what the user can do. Words of others stand in it shortened and without control characters.
    pub message: String,
}

/// What to tell the user of a task that has just failed.
pub(super) fn alert(task: &TokenTask, max_refresh_retries: Count) -> CredentialAlert {
    let (title, message) = words(task, max_refresh_retries);
    CredentialAlert {
        platform: task.platform.clone(),
        requires_user_action: task.status != TaskStatus::Degraded,
        channel_status: task.channel_status,
        terminal_failure_reason: task.terminal_failure_reason.clone(),
        next_retry_at: task.next_retry_at,
        refresh_attempts: task.refresh_attempts,
        max_refresh_retries,
        title,
        message,
    }
}

fn words(task: &TokenTask, max_retries: Count) -> (String, String) {
    let platform = printable(&task.platform);
    let reason = quote(task.failure_reason.as_deref().unwrap_or_default());
    let (attempts, max_retries) = (task.refresh_attempts.get(), max_retries.get());
    match (task.status, task.next_retry_at) {
        (TaskStatus::Degraded, Some(next)) => (
            format!("{platform}: access could not be renewed yet"),
            format!(
                "Renewing the access to {platform} failed (attempt {attempts} of {max_retries}): {reason}. \
                 It is tried again at {next}; there is nothing you need to do."
            ),
        ),
        (TaskStatus::NeedsIntervention, _) => (
            format!("{platform}: access keeps failing"),
            format!(
                "Renewing the access to {platform} keeps failing, the last time with {reason}. \
                 It is not tried again by itself: please check the account and connect {platform} again."
            ),
        ),
        _ => (
            format!("{platform}: access has ended"),
            format!(
                "Renewing the access to {platform} failed after {attempts} attempts, the last time with {reason}. \
                 Please connect {platform} again."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(status: TaskStatus, next_retry_at: Option<Timestamp>) -> CredentialAlert {
        let task = TokenTask {
            status,
            next_retry_at,
            channel_status: ChannelStatus::Disconnected,
            refresh_attempts: Count::of(2),
            failure_reason: Some("token\u{202e} expired\n".into()),
            terminal_failure_reason: Some("x".into()),
            ..TokenTask::new("t", "u", "wix")
        };
        alert(&task, Count::of(3))
    }

    #[test]
    fn says_what_happened_and_what_to_do() {
        let waits = failing(TaskStatus::Degraded, Some(Timestamp::MIN));
        assert_eq!(waits.title, "wix: access could not be renewed yet");
        assert_eq!(
            waits.message,
            "Renewing the access to wix failed (attempt 2 of 3): `token\\u{202e} expired\\u{a}`. \
             It is tried again at 1970-01-01T00:00:00Z; there is nothing you need to do."
        );
        let keeps = failing(TaskStatus::NeedsIntervention, None);
        assert_eq!(keeps.title, "wix: access keeps failing");
        assert!(keeps.message.ends_with("please check the account and connect wix again."), "{}", keeps.message);
        let ended = failing(TaskStatus::Failed, None);
        assert_eq!(ended.title, "wix: access has ended");
        assert!(ended.message.starts_with("Renewing the access to wix failed after 2 attempts"), "{}", ended.message);
        let needs = [waits, keeps, ended].map(|alert| alert.requires_user_action);
        assert_eq!(needs, [false, true, true]);
    }

    #[test]
    fn hands_on_what_an_interface_needs() {
        let json = serde_json::to_value(failing(TaskStatus::Failed, None)).unwrap();
        let fields = serde_json::json!({
            "platform": "wix", "requiresUserAction": true, "channelStatus": "disconnected", "terminalFailureReason": "x",
            "nextRetryAt": null, "refreshAttempts": 2, "maxRefreshRetries": 3,
        });
        for (name, value) in fields.as_object().unwrap() {
            assert_eq!(&json[name], value, "{name}");
        }
    }
}
