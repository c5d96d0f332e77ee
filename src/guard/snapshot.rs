//! Snapshots: all that a guard remembers, as versioned JSON, checked in full when it is read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::state::State;
use super::{AuditHead, Guard};
use crate::error::{Error, ErrorCode, Result};
use crate::json::sha256_hex;
use crate::policy::Policy;
use crate::zone::ZoneTable;

const VERSION: u32 = 1;

/// A snapshot, but for its digest.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    version: u32,
    customer_id: String,
    policy_digest: String,
    zone: ZoneTable,
    state: State,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(flatten)]
    body: serde_json::Map<String, serde_json::Value>,
    digest: String,
}

/// What the host kept of the snapshot it wants back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The audit's head: an older or forked snapshot has another.
    pub head: Option<AuditHead>,
    /// The snapshot's digest: an edited one has another.
    pub digest: Option<String>,
}

fn refused(path: &str, message: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidSnapshot, path, message)
}

impl Guard {
    /// All that this guard remembers, as JSON text. Its `digest` field, kept elsewhere, tells an edited one.
    pub fn snapshot(&self) -> Result<String> {
        crate::json::text(&self.seal()?)
    }

    fn seal(&self) -> Result<Sealed> {
        let body = Body {
            version: VERSION,
            customer_id: self.policy.document().customer_id.clone(),
            policy_digest: self.policy.digest().to_owned(),
            zone: (*self.zone).clone(),
            state: self.state.clone(),
        };
        let body =
            serde_json::to_value(&body).map_err(|error| Error::new(ErrorCode::Internal, "", error.to_string()))?;
        let serde_json::Value::Object(body) = body else {
            return Err(Error::new(ErrorCode::Internal, "", "a snapshot that is no object"));
        };
        Ok(Sealed { digest: digest(&body)?, body })
    }

    /// A guard that goes on where a snapshot was taken.
    ///
    /// Errors: `invalid_snapshot` where it is damaged, of a later version, of another customer or policy, or not the expected one.
    pub fn restore(policy: Arc<Policy>, snapshot: &str, expected: &Expected) -> Result<Self> {
        // The strict reader finds a name that stands twice; the other would silently take the last.
        crate::Value::from_json_as(snapshot, ErrorCode::InvalidSnapshot, "snapshot")?;
        let sealed: Sealed = serde_json::from_str(snapshot).map_err(|error| refused("snapshot", error.to_string()))?;
        if sealed.body.get("version") != Some(&VERSION.into()) {
            return Err(refused("snapshot.version", format!("not of version {VERSION}, which this engine reads")));
        }
        if digest(&sealed.body)? != sealed.digest {
            return Err(refused("snapshot.digest", "not the digest of what the snapshot holds: it was cut or edited"));
        }
        if expected.digest.as_ref().is_some_and(|digest| *digest != sealed.digest) {
            return Err(refused("snapshot.digest", "not the expected one"));
        }
        let body = serde_json::Value::Object(sealed.body);
        let body: Body = serde_json::from_value(body).map_err(|error| refused("snapshot", error.to_string()))?;
        check(&body, &policy, expected)?;
        let guard = Self { policy, zone: Arc::new(body.zone), state: body.state };
        // One state has one snapshot: another spelling of the same is none that an engine wrote.
        if guard.seal()?.digest != sealed.digest {
            return Err(refused("snapshot.state", "not as an engine writes it: it was edited"));
        }
        Ok(guard)
    }
}

/// SHA-256 of a snapshot without its digest: of its text, since the canonical form would round instants of far years.
fn digest(body: &serde_json::Map<String, serde_json::Value>) -> Result<String> {
    Ok(sha256_hex(crate::json::text(body)?.as_bytes()))
}

/// Whether what was read can be a guard of this policy.
fn check(body: &Body, policy: &Policy, expected: &Expected) -> Result<()> {
    let document = policy.document();
    if body.customer_id != document.customer_id {
        return Err(refused("snapshot.customerId", "the snapshot of another customer"));
    }
    if body.policy_digest != policy.digest() {
        return Err(refused(
            "snapshot.policyDigest",
            "taken under another policy; restore under that one, then set the new one",
        ));
    }
    if body.zone.name() != document.time_zone || !body.zone.is_sound() {
        return Err(refused("snapshot.zone", "not the offsets of the policy's zone"));
    }
    if expected.head.as_ref().is_some_and(|head| *head != body.state.audit.head) {
        return Err(refused("snapshot.state.audit.head", "not the expected head: an older or forked snapshot"));
    }
    body.state.unsound().map_or(Ok(()), |(path, message)| Err(refused(path, message)))
}
