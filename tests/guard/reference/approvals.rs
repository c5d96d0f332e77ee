//! What a person is asked, and answers.

use super::{Act, Answer, DAY, Obligation, Reason, Reference, Stage, creator, name, refused, strictest};
use crate::commands::{Asked, PEOPLE};

const MINUTE: i64 = 60_000;

/// How an approval ended; without one it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Rejected(i64),
    Consumed,
    /// Another one was opened in its place.
    Superseded,
}

#[derive(Clone, Debug)]
pub(super) struct Approval {
    action: u8,
    content: (&'static str, &'static str, u8),
    requested_by: Option<&'static str>,
    /// The texts of what asked for a person.
    reasons: Vec<String>,
    opened_at: i64,
    /// How often the action had been granted by then.
    attempt: u64,
    pub(super) expires_at: i64,
    approved: bool,
    end: Option<End>,
    votes: Vec<(&'static str, bool)>,
}

/// What can be seen of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenApproval {
    pub action: u8,
    pub opened_at: i64,
    pub status: &'static str,
    pub expires_at: i64,
    pub requested_by: Option<String>,
    pub reasons: Vec<String>,
    pub votes: Vec<(String, bool)>,
}

impl Approval {
    /// At its end it has expired, approved or not; what was rejected or has run stays so.
    pub(super) fn status(&self, now: i64) -> &'static str {
        match self.end {
            Some(End::Rejected(_)) => "rejected",
            Some(End::Consumed) => "consumed",
            Some(End::Superseded) => "expired",
            None if now >= self.expires_at => "expired",
            None if self.approved => "approved",
            None => "pending",
        }
    }

    fn is_open(&self, now: i64) -> bool {
        matches!(self.status(now), "pending" | "approved")
    }

    /// Since when it is no use any more, where it was not used.
    pub(super) fn ended(&self, now: i64) -> Option<i64> {
        match (self.end, self.status(now)) {
            (Some(End::Rejected(at)), _) => Some(at),
            (_, "expired") => Some(self.expires_at),
            _ => None,
        }
    }

    pub(super) fn seen(&self, now: i64) -> SeenApproval {
        let votes = self.votes.iter().map(|(by, approve)| ((*by).to_owned(), *approve));
        SeenApproval {
            action: self.action,
            opened_at: self.opened_at,
            status: self.status(now),
            expires_at: self.expires_at,
            requested_by: self.requested_by.map(str::to_owned),
            reasons: self.reasons.clone(),
            votes: votes.collect(),
        }
    }
}

/// What a reason that asks for a person says.
pub(super) fn text(reason: &Reason, kind: &str) -> String {
    match reason.code {
        "level" => "level=L3".to_owned(),
        "outbound_requires_human" => "mode=draft_and_approve_requires_human_for_outbound".to_owned(),
        "unknown_action_type" => format!("unknown_action_type={kind}"),
        code => code.to_owned(),
    }
}

impl Reference {
    pub(super) fn latest(&self, action: u8) -> Option<&Approval> {
        self.approvals.iter().rfind(|approval| approval.action == action)
    }

    fn latest_mut(&mut self, action: u8) -> Option<&mut Approval> {
        self.approvals.iter_mut().rfind(|approval| approval.action == action)
    }

    /// Whether people have said yes to all that asks for them now, and to as much as is still to be done: once, and what failed again.
    pub(super) fn covers(&self, now: i64, asked: &Asked, asks: &[String]) -> bool {
        let action = asked.id;
        let Some(approval) = self.latest(action) else { return false };
        let to_be_retried = matches!(self.stage(action, now), Some(Stage::Failed { retry_at: Some(_), .. }));
        let holds = match approval.status(now) {
            "approved" => true,
            "consumed" => to_be_retried,
            _ => false,
        };
        holds && self.suffices(approval, asked.requested_by) && asks.iter().all(|text| approval.reasons.contains(text))
    }

    /// Whether as many people have said yes as today's policy wants, and none of them asked for it, first or now, where that matters.
    fn suffices(&self, approval: &Approval, asks_now: Option<&str>) -> bool {
        let said_yes = approval.votes.iter().filter(|(_, approve)| *approve).count();
        let has_voted = |who: &str| approval.votes.iter().any(|(by, _)| *by == who);
        let apart = approval.requested_by.is_some_and(|first| !has_voted(first)) && !asks_now.is_some_and(has_voted);
        said_yes >= self.facts().quorum && (!self.facts().separate_duties || apart)
    }

    /// Whether a person has said no to another try.
    pub(super) fn is_rejected_since(&self, act: &Act) -> bool {
        let said_no = |approval: &Approval| matches!(approval.end, Some(End::Rejected(_)));
        self.latest(act.id).is_some_and(|approval| approval.attempt == act.attempt && said_no(approval))
    }

    /// Once rejected it stays so; the same under another name for a day.
    pub(super) fn was_rejected(&self, now: i64, asked: &Asked) -> bool {
        let content = (asked.agent, asked.kind, asked.args);
        let own = self.latest(asked.id).is_some_and(|approval| approval.status(now) == "rejected");
        own || self.approvals.iter().any(|approval| {
            approval.content == content && matches!(approval.end, Some(End::Rejected(at)) if now < at + DAY)
        })
    }

    /// Opens an approval where somebody has to be asked and is not yet.
    pub(super) fn ask_a_person(&mut self, now: i64, asked: &Asked, reasons: &[Reason], until: Option<i64>) {
        let texts: Vec<_> =
            reasons.iter().filter(|reason| reason.effect == "approve").map(|reason| text(reason, asked.kind)).collect();
        let paused = reasons.iter().any(|reason| reason.code == "paused_behind");
        if texts.is_empty() || paused || !matches!(strictest(reasons), "approve" | "defer") {
            return;
        }
        let separate = self.facts().separate_duties;
        if let Some(latest) = self.latest_mut(asked.id) {
            match latest.status(now) {
                // Nobody could say yes to one of which nobody knows who requested it.
                "pending" if !separate || latest.requested_by.is_some() => return,
                "pending" | "approved" => {
                    latest.end = Some(End::Superseded);
                    self.events.insert("superseded");
                }
                _ => {}
            }
        }
        if until.is_some() {
            self.events.insert("opened while deferred");
        }
        self.approvals.push(Approval {
            action: asked.id,
            content: (asked.agent, asked.kind, asked.args),
            requested_by: asked.requested_by,
            reasons: texts,
            opened_at: now,
            attempt: self.act(asked.id).map_or(0, |act| act.attempt),
            expires_at: until.unwrap_or(now) + self.facts().expires_after * MINUTE,
            approved: false,
            end: None,
            votes: Vec::new(),
        });
        let title = format!("[{}] requests approval: {}", name(asked.agent), asked.kind);
        self.outbox.push(Obligation::notify(creator(asked.agent), title));
    }

    /// What has run is no question any more.
    pub(super) fn consume(&mut self, now: i64, action: u8) {
        if let Some(approval) = self.latest_mut(action)
            && approval.is_open(now)
        {
            let unresolved = !approval.approved;
            approval.end = Some(End::Consumed);
            if unresolved {
                self.events.insert("consumed unresolved");
            }
        }
    }

    pub(super) fn resolve(&mut self, now: i64, action: u8, by: usize, approve: bool) -> Result<Answer, Answer> {
        let Some(approval) = self.latest(action) else { return refused("not_found", "approvalId") };
        let (agent, kind, _) = approval.content;
        let requested_by = approval.requested_by;
        match approval.status(now) {
            "pending" => {}
            status => {
                let code = if status == "expired" { "expired" } else { "already_resolved" };
                self.commit(now);
                return refused(code, "approvalId");
            }
        }
        let (person, role) = PEOPLE[by];
        let has_twice = approval.votes.iter().any(|(voter, _)| *voter == person);
        let apart = !self.facts().separate_duties || requested_by.map_or(!approve, |asked| asked != person);
        let may = role == "platform_admin" || creator(agent) == Some(person);
        self.authority(by, may && apart, now)?;
        if has_twice {
            return refused("conflict", "by");
        }
        self.commit(now);
        self.latest_mut(action).unwrap().votes.push((person, approve));
        // A person's yes is the last word on what was refused before.
        for act in self.acts.iter_mut().filter(|act| approve && act.id == action) {
            (act.refused, act.skipped) = (None, None);
        }
        let suffices = self.latest(action).is_some_and(|approval| self.suffices(approval, None));
        let quorum = self.facts().quorum;
        let approval = self.latest_mut(action).unwrap();
        if !approve {
            approval.end = Some(End::Rejected(now));
        } else if suffices {
            approval.approved = true;
        }
        let status = approval.status(now);
        if status != "pending" {
            let title = format!("[{}] {kind} {status}", name(agent));
            let requester = requested_by.filter(|asked| creator(agent) != Some(*asked));
            if requester.is_some() {
                self.events.insert("resolved for a requester");
            }
            if status == "approved" && quorum == 2 {
                self.events.insert("quorum of two");
            }
            for to in creator(agent).into_iter().chain(requester) {
                self.outbox.push(Obligation::notify(Some(to), title.clone()));
            }
        }
        Ok(Answer::Resolved { status })
    }
}
