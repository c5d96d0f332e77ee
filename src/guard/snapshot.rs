//! Snapshots: all that a guard remembers, as versioned JSON, checked in full when it is read.

use std::sync::Arc;

use serde_json::json;

use super::state::State;
use super::wire::is_digest;
use super::{AuditHead, Guard};
use crate::error::{ErrorCode, Result};
use crate::json::{canonical, sha256_hex};
use crate::policy::Policy;
use crate::read::{self, Fields, Place, Shape, field};
use crate::value::Value;
use crate::zone::ZoneTable;

const VERSION: u32 = 1;

/// What the host kept of the snapshot it wants back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The audit's head: an older or forked snapshot has another.
    pub head: Option<AuditHead>,
    /// The snapshot's digest: an edited one has another.
    pub digest: Option<String>,
}

impl Guard {
    /// All that this guard remembers, as JSON text. Its `digest` field, kept elsewhere, tells an edited one.
    pub fn snapshot(&self) -> Result<String> {
        let (mut text, digest) = self.seal()?;
        text.pop();
        text.extend([",\"digest\":\"", &digest, "\"}"]);
        Ok(text)
    }

    /// The canonical JSON of a snapshot without its digest, and the digest: SHA-256 of that.
    fn seal(&self) -> Result<(String, String)> {
        let body = canonical(&json!({
            "version": VERSION,
            "customerId": self.policy.document().customer_id,
            "policyDigest": self.policy.digest(),
            "zone": self.zone.write(),
            "state": self.state.write(),
        }))?;
        let digest = sha256_hex(&body);
        Ok((body, digest))
    }

    /// A guard that goes on where a snapshot was taken.
    ///
    /// Errors: `invalid_snapshot` where it is damaged, of a later version, of another customer or policy, or not the expected one.
    pub fn restore(policy: Arc<Policy>, snapshot: &str, expected: &Expected) -> Result<Self> {
        const SNAPSHOT: Shape = Shape::strict(&[
            field("version"),
            field("customerId"),
            field("policyDigest"),
            field("zone"),
            field("state"),
            field("digest"),
        ]);
        let value = Value::from_json_as(snapshot, ErrorCode::InvalidSnapshot, "snapshot")?;
        let argument = Place::ARGUMENT.with_code(ErrorCode::InvalidSnapshot);
        let place = argument.key("snapshot");
        // A later version may have other fields: what it is comes first.
        let head = Fields::of(&value, &place, &Shape { open: true, ..SNAPSHOT })?;
        head.required("version", read_version)?;
        let fields = Fields::of(&value, &place, &SNAPSHOT)?;
        fields.required("customerId", |value, place| bound(value, place, &policy.document().customer_id, CUSTOMER))?;
        fields.required("policyDigest", |value, place| bound(value, place, policy.digest(), POLICY))?;
        let zone = fields.required("zone", ZoneTable::read)?;
        if zone.name() != policy.document().time_zone {
            return Err(place.key("zone").error("not the offsets of the policy's zone"));
        }
        let customer = &policy.document().customer_id;
        let digest = fields.required("digest", |value, place| read::text(value, place).map(str::to_owned))?;
        let state = fields.required("state", |value, place| State::read(value, place, customer))?;
        let guard = Self { policy, zone: Arc::new(zone), state };
        // One state has one snapshot, so that to write it again finds every edit.
        if !is_digest(&digest) || guard.seal()?.1 != digest {
            let message = "not the digest of what the snapshot holds: it was cut or edited";
            return Err(place.key("digest").error(message));
        }
        guard.check_expected(expected, &digest, &place).map(|()| guard)
    }

    fn check_expected(&self, expected: &Expected, digest: &str, place: &Place<'_>) -> Result<()> {
        if expected.digest.as_ref().is_some_and(|expected| expected != digest) {
            return Err(place.key("digest").error("not the expected one"));
        }
        if expected.head.as_ref().is_some_and(|head| *head != self.state.audit.head) {
            let (state, message) = (place.key("state"), "not the expected head: an older or forked snapshot");
            return Err(state.key("audit").key("head").error(message));
        }
        Ok(())
    }
}

const CUSTOMER: &str = "the snapshot of another customer";
const POLICY: &str = "taken under another policy; restore under that one, then set the new one";

fn read_version(value: &Value, place: &Place<'_>) -> Result<()> {
    if *value == Value::Number(VERSION.into()) {
        return Ok(());
    }
    Err(place.expected(&format!("version {VERSION}, which this engine reads"), value))
}

/// What binds a snapshot.
fn bound(value: &Value, place: &Place<'_>, to: &str, otherwise: &str) -> Result<()> {
    if read::text(value, place)? == to { Ok(()) } else { Err(place.error(otherwise)) }
}
