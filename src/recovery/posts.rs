//! A post that nobody looks at any more: what to do about it? (Contract 2.9.)

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::MAX_RECORDS;
use super::history::{RecoveryAction, RecoveryRecord, RecoveryStatus, recovery_key};
use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::rules::{Tier, window_start};
use crate::time::{self, Timestamp};
use crate::value::Value;

/// How a post was doing at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostMetrics {
    /// When it was measured.
    pub timestamp: Timestamp,
    /// How often it had been shown by then.
    pub impressions: Count,
    /// How often people had done something with it by then.
    pub engagements: Count,
}

/// When a post stagnates and how often something may be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryConfig {
    /// How far back metrics and records count, in minutes. Default: 90.
    pub per_post_window_minutes: Count,
    /// With fewer metrics in the window nothing is done. Default: 3.
    pub min_samples_required: Count,
    /// How long an action rests on a post, in seconds. Default: 30 minutes, 2 hours and 3 hours.
    pub cooldowns: Cooldowns,
    /// With so many records of the post in the window nothing is done. Default: 2.
    pub max_actions_per_window: Count,
}

/// How long each action rests on a post, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cooldowns {
    /// After a comment.
    pub comment: Count,
    /// After an edit.
    pub edit: Count,
    /// After a thread.
    pub thread: Count,
}

impl Default for RecoveryConfig {
    fn default() -> Self {
        Self {
            per_post_window_minutes: Count::of(90),
            min_samples_required: Count::of(3),
            cooldowns: Cooldowns {
                comment: Count::of(30 * 60),
                edit: Count::of(2 * 3600),
                thread: Count::of(3 * 3600),
            },
            max_actions_per_window: Count::of(2),
        }
    }
}

words! {
    /// Why nothing is done although a post may stagnate.
    RecoveryRefusal {
        /// The very same was done, or is being done.
        DuplicateAction = "duplicate_action",
        /// Enough was done lately.
        WindowFrequencyExceeded = "window_frequency_exceeded",
        /// The action rests.
        ActionCooldownActive = "action_cooldown_active",
    }
}

/// What to do about a post.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RecoveryPlan {
    /// Too little is known of it.
    InsufficientSamples {
        /// The metrics in the window.
        sample_count: usize,
    },
    /// Nothing, for now.
    Refused {
        /// Why.
        reason: RecoveryRefusal,
        /// The key of what would have been done.
        idempotency_key: String,
    },
    /// This.
    Eligible {
        /// From 0, engaging, to 1, nobody cares.
        stagnation_score: f64,
        /// How much has to be done.
        tier: Tier,
        /// What.
        action_type: RecoveryAction,
        /// Its key.
        idempotency_key: String,
    },
}

/// What to do about a post that may stagnate: one action, or the reason why none.
///
/// Metrics and records count from `now` minus the window on, that instant included; those later than `now` count too. A
/// cooldown ends when it has passed in full.
///
/// ```
/// use agent_interlock::{Count, PostMetrics, RecoveryAction, RecoveryConfig, RecoveryPlan, Timestamp, plan_recovery};
/// let metrics = |minute: i64, impressions| PostMetrics {
///     timestamp: Timestamp::from_micros(minute * 60_000_000).unwrap(),
///     impressions: Count::new(impressions).unwrap(),
///     engagements: Count::ZERO,
/// };
/// let seen = [metrics(0, 0), metrics(10, 500), metrics(20, 900)];
/// let plan = plan_recovery("post-1", &seen, &[], metrics(30, 0).timestamp, &RecoveryConfig::default());
/// assert!(matches!(plan, RecoveryPlan::Eligible { action_type: RecoveryAction::Thread, .. }));
/// ```
pub fn plan_recovery(
    post_id: &str,
    metrics: &[PostMetrics],
    history: &[RecoveryRecord],
    now: Timestamp,
    config: &RecoveryConfig,
) -> RecoveryPlan {
    let since = window_start(now, config.per_post_window_minutes);
    let samples: Vec<_> = metrics.iter().filter(|sample| sample.timestamp.as_micros() >= since).collect();
    if (samples.len() as u64) < config.min_samples_required.get() {
        return RecoveryPlan::InsufficientSamples { sample_count: samples.len() };
    }
    let stagnation_score = stagnation(&samples);
    let (tier, action_type) = treatment(stagnation_score);
    let idempotency_key = recovery_key(post_id, action_type, tier);
    let of_post = history.iter().filter(|record| record.post_id == post_id);
    let in_window = of_post.clone().filter(|record| record.initiated_at.as_micros() >= since).count() as u64;
    let reason = if is_duplicate(history, &idempotency_key) {
        RecoveryRefusal::DuplicateAction
    } else if in_window >= config.max_actions_per_window.get() {
        RecoveryRefusal::WindowFrequencyExceeded
    } else if is_resting(of_post, action_type, now, &config.cooldowns) {
        RecoveryRefusal::ActionCooldownActive
    } else {
        return RecoveryPlan::Eligible { stagnation_score, tier, action_type, idempotency_key };
    };
    RecoveryPlan::Refused { reason, idempotency_key }
}

/// From 0 to 1: what the share of engagements in the impressions gained leaves to be desired. Five in a hundred are all
/// one can want.
fn stagnation(samples: &[&PostMetrics]) -> f64 {
    // Of several at the same time the first in the list is the first, and the last the last.
    let first = samples.iter().min_by_key(|sample| sample.timestamp);
    let last = samples.iter().max_by_key(|sample| sample.timestamp);
    let gained = |of: fn(&PostMetrics) -> Count| {
        first.zip(last).map_or(0, |(first, last)| of(last).get().saturating_sub(of(first).get()))
    };
    let (impressions, engagements) = (gained(|sample| sample.impressions), gained(|sample| sample.engagements));
    let rate = if impressions == 0 { 0.0 } else { engagements as f64 / impressions as f64 };
    1.0 - (rate * 20.0).min(1.0)
}

/// The more a post stagnates, the more is done about it.
fn treatment(stagnation_score: f64) -> (Tier, RecoveryAction) {
    if stagnation_score >= 0.8 {
        (Tier::Tier3, RecoveryAction::Thread)
    } else if stagnation_score >= 0.55 {
        (Tier::Tier2, RecoveryAction::Edit)
    } else {
        (Tier::Tier1, RecoveryAction::Comment)
    }
}

fn is_duplicate(history: &[RecoveryRecord], key: &str) -> bool {
    history.iter().any(|record| record.idempotency_key == key && record.status != RecoveryStatus::Failed)
}

/// Whether the last such action in the post's history is younger than its cooldown.
fn is_resting<'h>(
    of_post: impl DoubleEndedIterator<Item = &'h RecoveryRecord>,
    action_type: RecoveryAction,
    now: Timestamp,
    cooldowns: &Cooldowns,
) -> bool {
    let seconds = match action_type {
        RecoveryAction::Comment => cooldowns.comment,
        RecoveryAction::Edit => cooldowns.edit,
        RecoveryAction::Thread => cooldowns.thread,
    };
    let cooldown = i64::try_from(seconds.get()).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    let last = of_post.rev().find(|record| record.action_type == action_type);
    last.is_some_and(|record| now.as_micros() - record.initiated_at.as_micros() < cooldown)
}

/// A plan as it is handed out, with the post it is for.
struct PlanFor<'a>(&'a str, &'a RecoveryPlan);

impl Serialize for PlanFor<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("postId", self.0)?;
        map.serialize_entry("eligible", &matches!(self.1, RecoveryPlan::Eligible { .. }))?;
        match self.1 {
            RecoveryPlan::InsufficientSamples { sample_count } => {
                map.serialize_entry("reason", "insufficient_samples")?;
                map.serialize_entry("sampleCount", sample_count)?;
            }
            RecoveryPlan::Refused { reason, idempotency_key } => {
                map.serialize_entry("reason", reason)?;
                map.serialize_entry("idempotencyKey", idempotency_key)?;
            }
            RecoveryPlan::Eligible { stagnation_score, tier, action_type, idempotency_key } => {
                map.serialize_entry("stagnationScore", stagnation_score)?;
                map.serialize_entry("tier", tier)?;
                map.serialize_entry("actionType", action_type)?;
                map.serialize_entry("idempotencyKey", idempotency_key)?;
            }
        }
        map.end()
    }
}

fn read_metrics(value: &Value, place: &Place<'_>) -> Result<PostMetrics> {
    const METRICS: Shape = Shape::open(&[field("timestamp"), field("impressions"), field("engagements")]);
    let fields = Fields::of(value, place, &METRICS)?;
    Ok(PostMetrics {
        timestamp: fields.required("timestamp", time::instant)?,
        impressions: fields.required("impressions", read::count)?,
        engagements: fields.required("engagements", read::count)?,
    })
}

fn read_config(value: &Value, place: &Place<'_>) -> Result<RecoveryConfig> {
    const CONFIG: Shape = Shape::document(&[
        field("perPostWindowMinutes"),
        field("minSamplesRequired"),
        field("cooldownByActionSeconds"),
        field("maxActionsPerWindow"),
    ]);
    const COOLDOWNS: Shape = Shape::document(&[field("comment"), field("edit"), field("thread")]);
    let fields = Fields::of(value, place, &CONFIG)?;
    let base = RecoveryConfig::default();
    Ok(RecoveryConfig {
        per_post_window_minutes: fields.or(
            "perPostWindowMinutes",
            base.per_post_window_minutes,
            read::positive_count,
        )?,
        min_samples_required: fields.or("minSamplesRequired", base.min_samples_required, read::positive_count)?,
        cooldowns: fields.or("cooldownByActionSeconds", base.cooldowns, |value, place| {
            let fields = Fields::of(value, place, &COOLDOWNS)?;
            Ok(Cooldowns {
                comment: fields.or("comment", base.cooldowns.comment, read::count)?,
                edit: fields.or("edit", base.cooldowns.edit, read::count)?,
                thread: fields.or("thread", base.cooldowns.thread, read::count)?,
            })
        })?,
        max_actions_per_window: fields.or("maxActionsPerWindow", base.max_actions_per_window, read::count)?,
    })
}

/// `planRecovery({postId, metrics, history, now, config?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape =
        Shape::strict(&[field("postId"), field("metrics"), field("history"), field("now"), field("config")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let post_id = fields.required("postId", read::id)?;
    let metrics = fields.required("metrics", |v, p| read::items(v, p, MAX_RECORDS, read_metrics))?;
    let history = fields.required("history", |v, p| read::items(v, p, MAX_RECORDS, RecoveryRecord::read))?;
    let now = fields.required("now", time::instant)?;
    let config = fields.or("config", RecoveryConfig::default(), read_config)?;
    crate::json::text(&PlanFor(&post_id, &plan_recovery(&post_id, &metrics, &history, now, &config)))
}

#[cfg(test)]
mod tests;
