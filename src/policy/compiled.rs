//! The compiled policy: all that a decision asks, worked out once.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::catalogue::{ActionRules, ActionType, Catalogue, Known};
use super::document::PolicyDocument;
use crate::error::{Error, ErrorCode, Result};
use crate::keywords::Keywords;
use crate::read::{Fields, Place};
use crate::text::fold_trimmed;
use crate::time::{Date, Timestamp};
use crate::value::{Value, quote};
use crate::zone::{Local, ZoneTable, Zones};

/// A policy that was read and found valid: it cannot be made otherwise, and is never changed.
///
/// ```
/// use agent_interlock::Policy;
/// let policy = Policy::from_json(r#"{"customerId": "noor", "autonomyMode": "safe_autopilot"}"#)?;
/// assert_eq!(policy.document().currency, "SAR");
/// assert_eq!(policy.digest().len(), 64);
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    document: PolicyDocument,
    digest: OnceLock<String>,
    catalogue: Catalogue,
    /// Compiled when a text is first searched.
    keywords: OnceLock<Keywords>,
    sectors: BTreeSet<String>,
    blocked_dates: BTreeSet<Date>,
    zones: Arc<Zones>,
}

impl Policy {
    /// Reads and compiles a policy document. Errors have the code `invalid_policy` and a path that begins with `policy`.
    pub fn new(document: &Value, zones: Arc<Zones>) -> Result<Self> {
        let argument = Place::ARGUMENT.with_code(ErrorCode::InvalidPolicy);
        Self::read(document, &argument.key("policy"), zones)?.sealed()
    }

    /// Reads and compiles a policy document from JSON text, with the bundled time zones.
    #[cfg(feature = "tzdb")]
    pub fn from_json(text: &str) -> Result<Self> {
        Self::from_json_with(text, Arc::new(Zones::bundled()))
    }

    /// Reads and compiles a policy document from JSON text.
    pub fn from_json_with(text: &str, zones: Arc<Zones>) -> Result<Self> {
        Self::new(&Value::from_json_as(text, ErrorCode::InvalidPolicy, "policy")?, zones)
    }

    /// The policy of a customer who has set nothing. Errors: an id that is empty, longer than 256 characters or has control characters.
    pub fn default_for(customer_id: &Value, zones: Arc<Zones>) -> Result<Self> {
        let id = crate::read::id(customer_id, &Place::ARGUMENT.key("customerId"))?;
        Self::compile(PolicyDocument::defaults(id), zones).sealed()
    }

    fn read(value: &Value, place: &Place<'_>, zones: Arc<Zones>) -> Result<Self> {
        Ok(Self::compile(PolicyDocument::read(value, place, &zones)?, zones))
    }

    fn compile(document: PolicyDocument, zones: Arc<Zones>) -> Self {
        Self {
            digest: OnceLock::new(),
            catalogue: Catalogue::new(&document.actions, document.default_level),
            keywords: OnceLock::new(),
            sectors: crate::collect::set(document.blocked_sectors.iter().map(|sector| fold_trimmed(sector))),
            blocked_dates: crate::collect::set(document.blocked_dates.iter().copied()),
            document,
            zones,
        }
    }

    /// With its digest: one that is compiled for a single answer needs none.
    fn sealed(self) -> Result<Self> {
        Ok(Self { digest: OnceLock::from(self.document.digest()?), ..self })
    }

    /// The whole document, defaults filled in.
    pub const fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of the document without its defaults.
    pub fn digest(&self) -> &str {
        // What a document is written to cannot fail: it was read from as much.
        self.digest.get_or_init(|| self.document.digest().unwrap_or_default())
    }

    /// The local date and hour, in the policy's zone. Errors: `internal`, where the host no longer knows the zone.
    pub fn local(&self, at: Timestamp) -> Result<Local> {
        self.zones.local(&self.document.time_zone, at).ok_or_else(|| self.unknown_zone())
    }

    /// Where the policy's zones come from, for another policy like it.
    pub(crate) fn zones(&self) -> Arc<Zones> {
        Arc::clone(&self.zones)
    }

    /// Every offset of the policy's zone. Errors: `internal`, where the host no longer knows the zone.
    pub(crate) fn zone_table(&self) -> Result<Arc<ZoneTable>> {
        self.zones.table(&self.document.time_zone).ok_or_else(|| self.unknown_zone())
    }

    fn unknown_zone(&self) -> Error {
        let zone = quote(&self.document.time_zone);
        Error::new(ErrorCode::Internal, "", format!("this host does not know the zone {zone}"))
    }

    /// What the catalogue says of a type.
    pub(crate) fn action(&self, action_type: &ActionType, place: &Place<'_>) -> Result<Known<'_>> {
        self.catalogue.find(action_type, place)
    }

    /// The blocked keywords that stand in a text, in the policy's order.
    pub(crate) fn keywords_in<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a String> {
        let keywords = &self.document.blocked_keywords;
        self.keyword_places_in(text).into_iter().filter_map(|index| keywords.get(index))
    }

    /// Where in the policy's list the blocked keywords stand that a text has, in the list's order.
    pub(crate) fn keyword_places_in(&self, text: &str) -> Vec<usize> {
        self.keywords.get_or_init(|| Keywords::new(&self.document.blocked_keywords)).in_text(text)
    }

    /// Whether there are words to look for in a text.
    #[cfg(target_family = "wasm")]
    pub(crate) fn has_keywords(&self) -> bool {
        !self.document.blocked_keywords.is_empty()
    }

    /// The entries of the catalogue that are not as they are built in.
    pub(crate) fn own_actions(&self) -> impl Iterator<Item = (&String, &ActionRules)> {
        let built_in = super::catalogue::built_in();
        self.document.actions.iter().filter(move |(key, rules)| built_in.get(*key) != Some(*rules))
    }

    /// Whether nothing goes out on that local day.
    pub(crate) fn blocks_date(&self, date: Date) -> bool {
        self.blocked_dates.contains(&date)
    }

    /// What people call an agent; one that is not listed is its id.
    pub(crate) fn agent_name<'a>(&'a self, agent: &'a str) -> &'a str {
        self.document.agents.get(agent).map_or(agent, |agent| &agent.name)
    }

    /// Who answers for an agent.
    pub(crate) fn creator(&self, agent: &str) -> Option<&str> {
        self.document.agents.get(agent)?.creator.as_deref()
    }

    pub(crate) fn blocks_sector(&self, sector: &str) -> bool {
        self.sectors.contains(&fold_trimmed(sector))
            || self.document.blocked_sectors.iter().any(|blocked| blocked == sector)
    }
}

/// The `policy` of an argument: the handle that came with the call, or the document in its field.
pub(crate) fn policy_argument(
    fields: &Fields<'_, '_>,
    handle: Option<&Arc<Policy>>,
    zones: &Arc<Zones>,
) -> Result<Option<Arc<Policy>>> {
    let place = fields.place().with_code(ErrorCode::InvalidPolicy);
    match (handle, fields.get("policy")) {
        (Some(handle), None) => Ok(Some(Arc::clone(handle))),
        (None, Some(document)) => {
            Policy::read(document, &place.key("policy"), Arc::clone(zones)).map(|policy| Some(Arc::new(policy)))
        }
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(place.key("policy").error("given twice: as a handle and as a document")),
    }
}
