//! The types of actions: what is built in, what a policy adds, and which entry a type falls under.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::document::{Access, Level};
use crate::error::Result;
use crate::number::{Amount, Count};
use crate::read::{self, Place, words};
use crate::text::fold_trimmed;
use crate::value::{Value, quote};

/// The longest type of an action, in characters.
pub const MAX_ACTION_TYPE: usize = 128;

/// The type of an action: 1 to 128 of the characters `A-Z a-z 0-9 _ . : / -`.
///
/// ```
/// use agent_interlock::ActionType;
/// assert_eq!(ActionType::new("send_message").unwrap().as_str(), "send_message");
/// assert!(ActionType::new("send message").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ActionType(String);

impl ActionType {
    /// A type, or `None` where the text cannot be one.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '/' | '-');
        ((1..=MAX_ACTION_TYPE).contains(&text.len()) && text.chars().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let text = read::text(value, place)?;
        Self::new(text).ok_or_else(|| {
            place.expected(&format!("an action type (1 to {MAX_ACTION_TYPE} of `A-Z a-z 0-9 _ . : / -`)"), value)
        })
    }
}

impl fmt::Display for ActionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

words! {
    /// A risk factor that a policy can map to a place in an action's `args`.
    Factor {
        /// Whether nothing was ever sent to the account.
        IsFirstSendToAccount = "isFirstSendToAccount",
        /// What the deal is worth.
        DealValue = "dealValue",
        /// Whether the message speaks of legal matters.
        ContainsLegalTopic = "containsLegalTopic",
        /// The account's sector.
        Sector = "sector",
        /// The text that would be sent.
        DraftText = "draftText",
        /// How many follow-ups went before without an answer.
        ConsecutiveFollowupIndex = "consecutiveFollowupIndex",
    }
}

/// Risk factors and where an action's `args` have them.
pub type Factors = BTreeMap<Factor, Pointer>;

/// A JSON pointer (RFC 6901) into an action's `args`: empty for the whole, else `/` before each step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Pointer(
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^(/([^~]|~[01])*)?$"), length(max = 1024)))] String,
);

impl Pointer {
    /// The longest pointer, in bytes.
    const MAX: usize = 1024;

    /// A pointer, or `None` where the text is none.
    pub fn new(text: &str) -> Option<Self> {
        let escapes = |text: &str| text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
        let valid = text.len() <= Self::MAX && (text.is_empty() || text.starts_with('/')) && escapes(text);
        valid.then(|| Self(text.to_owned()))
    }

    /// The pointer as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the pointer leads to in `args`, or `None` where they do not have it.
    pub fn find<'v>(&self, args: &'v Value) -> Option<&'v Value> {
        self.0.split('/').skip(1).try_fold(args, |value, step| {
            let name = step.replace("~1", "/").replace("~0", "~");
            match value {
                Value::Object(fields) => fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value),
                Value::List(items) => {
                    is_index(&name).then(|| name.parse().ok()).flatten().and_then(|index: usize| items.get(index))
                }
                _ => None,
            }
        })
    }

    pub(super) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let pointer = match value {
            Value::Text(text) => Self::new(text),
            _ => None,
        };
        pointer.ok_or_else(|| place.expected("a JSON pointer such as `/body`", value))
    }
}

/// Digits without a leading zero: RFC 6901 knows no other index.
fn is_index(name: &str) -> bool {
    name == "0" || (!name.starts_with('0') && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A cost that is known beforehand, or where an action's `args` have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}OrPointer"))]
#[serde(untagged)]
pub enum CostSource<T> {
    /// The same for each action of the type.
    Fixed(T),
    /// In the `args`.
    Pointer(Pointer),
}

/// What an action of a type costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// Messages. Default: 1 for a messaging type, else 0.
    pub messages: CostSource<Count>,
    /// Tokens of language models. Default: 0.
    pub llm_tokens: CostSource<Count>,
    /// Calls to other services. Default: 0.
    pub api_calls: CostSource<Count>,
    /// Money, in the policy's currency. Default: 0.
    pub amount: CostSource<Amount>,
}

impl Cost {
    pub(super) const fn default_for(messaging: bool) -> Self {
        let none = CostSource::Fixed(Count::ZERO);
        Self {
            messages: if messaging { CostSource::Fixed(Count::of(1)) } else { CostSource::Fixed(Count::ZERO) },
            llm_tokens: CostSource::Fixed(Count::ZERO),
            api_calls: none,
            amount: CostSource::Fixed(Amount::ZERO),
        }
    }
}

/// What a type of action is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionRules {
    /// Whether it changes anything. Default: `write`.
    pub access: Access,
    /// It leaves the house. Default: false.
    pub outbound: bool,
    /// It is a message to somebody. Default: false.
    pub messaging: bool,
    /// Done twice it is as if done once. Default: false.
    pub idempotent: bool,
    /// A word to group types by, or `null`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 256)))]
    pub category: Option<String>,
    /// How far it may go without the agent's creator. Default: the policy's `defaultLevel`.
    pub level: Level,
    /// A person confirms each one. Default: false.
    pub needs_interrupt: bool,
    /// The same content is refused for this many minutes from 1 on; `null` for never.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 1)))]
    pub duplicate_window_minutes: Option<Count>,
    /// Where its `args` have risk factors.
    pub factors: Factors,
    /// What it costs.
    pub cost: Cost,
}

impl ActionRules {
    /// What an entry is where nothing is said.
    pub(super) fn blank(level: Level, messaging: bool) -> Self {
        Self {
            access: Access::Write,
            outbound: false,
            messaging,
            idempotent: false,
            category: None,
            level,
            needs_interrupt: false,
            duplicate_window_minutes: None,
            factors: Factors::new(),
            cost: Cost::default_for(messaging),
        }
    }

    /// A type outside the catalogue, whatever it says of itself.
    fn unknown(level: Level) -> Self {
        Self { outbound: true, ..Self::blank(level, true) }
    }
}

/// The types that are always there.
pub(super) fn built_in() -> BTreeMap<String, ActionRules> {
    let read = || ActionRules { access: Access::Read, ..ActionRules::blank(Level::L1, false) };
    let write = |level| ActionRules::blank(level, false);
    let outbound = || ActionRules { outbound: true, ..write(Level::L2) };
    let message = || ActionRules { outbound: true, ..ActionRules::blank(Level::L2, true) };
    let types = [
        ("discover_leads", read()),
        ("enrich_lead", read()),
        ("classify_reply", read()),
        ("score_deal", read()),
        ("compute_health", read()),
        ("draft_message", write(Level::L1)),
        ("generate_qbr", write(Level::L1)),
        ("send_message", message()),
        ("book_meeting", outbound()),
        ("generate_proposal", outbound()),
        ("publish_pulse", write(Level::L2)),
    ];
    crate::collect::map(types.into_iter().map(|(name, rules)| (name.to_owned(), rules)))
}

/// Which entry a type falls under: the exact one, else that of the longest prefix.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue {
    exact: BTreeMap<String, ActionRules>,
    /// Prefixes without their `*`.
    prefixes: BTreeMap<String, ActionRules>,
    /// Every key by its folded form: no two are alike.
    folded: BTreeMap<String, String>,
    unknown: ActionRules,
}

/// What the catalogue says of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) rules: &'a ActionRules,
    /// False for a type outside the catalogue.
    pub(crate) listed: bool,
}

/// As much of it as the need for approval hangs on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    pub(crate) outbound: bool,
    pub(crate) messaging: bool,
    pub(crate) listed: bool,
}

impl Known<'_> {
    pub(crate) fn traits(&self) -> Traits {
        Traits { outbound: self.rules.outbound, messaging: self.rules.messaging, listed: self.listed }
    }
}

impl Catalogue {
    pub(super) fn new(actions: &BTreeMap<String, ActionRules>, default_level: Level) -> Self {
        let mut catalogue = Self {
            exact: BTreeMap::new(),
            prefixes: BTreeMap::new(),
            folded: BTreeMap::new(),
            unknown: ActionRules::unknown(default_level),
        };
        for (key, rules) in actions {
            catalogue.folded.insert(fold_trimmed(key), key.clone());
            match key.strip_suffix('*') {
                Some(prefix) => catalogue.prefixes.insert(prefix.to_owned(), rules.clone()),
                None => catalogue.exact.insert(key.clone(), rules.clone()),
            };
        }
        catalogue
    }

    /// The entry of a type. One that would fall under another entry but for its case is refused: it is a
    /// known type in disguise, or a slip that would quietly change its treatment.
    pub(crate) fn find(&self, action_type: &ActionType, place: &Place<'_>) -> Result<Known<'_>> {
        let given = action_type.as_str();
        let found = self.exact.get_key_value(given);
        let found = found.map(|(key, rules)| (key.as_str(), "", rules)).or_else(|| self.longest_prefix(given));
        let key = found.map(|(key, star, _)| format!("{key}{star}"));
        match self.folded_key(given) {
            Some(meant) if key.as_deref() != Some(meant) => {
                Err(place.error(format!("{} differs from the known type {} only by case", quote(given), quote(meant))))
            }
            _ => Ok(found
                .map_or(Known { rules: &self.unknown, listed: false }, |(.., rules)| Known { rules, listed: true })),
        }
    }

    fn longest_prefix(&self, given: &str) -> Option<(&str, &'static str, &ActionRules)> {
        let mut beginnings = (1..=given.len()).rev().filter_map(|length| given.get(..length));
        let found = beginnings.find_map(|beginning| self.prefixes.get_key_value(beginning));
        found.map(|(prefix, rules)| (prefix.as_str(), "*", rules))
    }

    /// The key under which the type falls when nobody looks at case.
    fn folded_key(&self, given: &str) -> Option<&str> {
        let folded = given.to_ascii_lowercase();
        let exact = self.folded.get(&folded).filter(|key| !key.ends_with('*'));
        exact.map(String::as_str).or_else(|| {
            let keys = self.folded.iter().filter_map(|(folded, key)| Some((folded.strip_suffix('*')?, key)));
            let matching = keys.filter(|(prefix, _)| folded.starts_with(prefix));
            matching.max_by_key(|(prefix, _)| prefix.len()).map(|(_, key)| key.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(keys: &[&str]) -> Catalogue {
        let mut actions = built_in();
        actions.extend(keys.iter().map(|key| {
            let category = Some((*key).to_owned());
            ((*key).to_owned(), ActionRules { category, ..ActionRules::blank(Level::L2, false) })
        }));
        Catalogue::new(&actions, Level::L3)
    }

    fn find(catalogue: &Catalogue, given: &str) -> std::result::Result<Option<String>, String> {
        let known = catalogue.find(&ActionType::new(given).unwrap(), &Place::ARGUMENT);
        known
            .map(|known| known.listed.then(|| known.rules.category.clone().unwrap_or_default()))
            .map_err(|e| e.message().to_owned())
    }

    #[test]
    fn exact_wins_then_the_longest_prefix() {
        let catalogue = catalogue(&["get_*", "get_secret_*", "get_secret_name"]);
        assert_eq!(find(&catalogue, "get_user").unwrap().unwrap(), "get_*");
        assert_eq!(find(&catalogue, "get_").unwrap().unwrap(), "get_*");
        assert_eq!(find(&catalogue, "get_secret_key").unwrap().unwrap(), "get_secret_*");
        assert_eq!(find(&catalogue, "get_secret_name").unwrap().unwrap(), "get_secret_name");
        assert_eq!(find(&catalogue, "get"), Ok(None));
        assert_eq!(find(&catalogue, "send_message").unwrap().unwrap(), "");
    }

    #[test]
    fn another_spelling_never_changes_the_entry() {
        let catalogue = catalogue(&["delete_*", "d*", "Tool.Run"]);
        assert_eq!(
            find(&catalogue, "Send_Message").unwrap_err(),
            "`Send_Message` differs from the known type `send_message` only by case"
        );
        assert_eq!(
            find(&catalogue, "dElete_all").unwrap_err(),
            "`dElete_all` differs from the known type `delete_*` only by case"
        );
        assert!(find(&catalogue, "DELETE_all").is_err());
        assert!(find(&catalogue, "tool.run").is_err());
        assert_eq!(find(&catalogue, "Tool.Run").unwrap().unwrap(), "Tool.Run");
        assert_eq!(find(&catalogue, "delete_All").unwrap().unwrap(), "delete_*");
    }

    #[test]
    fn outside_the_catalogue_all_care_applies() {
        let catalogue = catalogue(&[]);
        let known = catalogue.find(&ActionType::new("wipe_disk").unwrap(), &Place::ARGUMENT).unwrap();
        let rules = known.rules;
        assert!(!known.listed && rules.outbound && rules.messaging && rules.access == Access::Write);
        assert_eq!((rules.level, &rules.cost.messages), (Level::L3, &CostSource::Fixed(Count::of(1))));
    }

    #[test]
    fn types_have_a_closed_alphabet() {
        assert!(ActionType::new(&"x".repeat(128)).is_some());
        for text in ["", "a b", "ａ", "a*", "a\u{200b}", &"x".repeat(129)] {
            assert!(ActionType::new(text).is_none(), "{text:?}");
        }
        assert!(ActionType::new("mcp:files/read-all.v2_X9").is_some());
    }

    #[test]
    fn pointers_lead_where_rfc_6901_says() {
        let args = Value::from_json(r#"{"a": {"b/c": [1, {"m~n": true}], "": 7}, "0": "zero"}"#).unwrap();
        let find = |pointer: &str| Pointer::new(pointer).unwrap().find(&args).cloned();
        assert_eq!(find("/a/b~1c/1/m~0n"), Some(Value::Bool(true)));
        assert_eq!(find("/a/b~1c/0"), Some(Value::Number(1.0)));
        assert_eq!(find("/a/"), Some(Value::Number(7.0)));
        assert_eq!(find("/0"), Some(Value::Text("zero".into())));
        assert_eq!(find(""), Some(args.clone()));
        for nowhere in ["/a/b~1c/01", "/a/b~1c/2", "/a/b~1c/-", "/a/b~1c/+1", "/x", "/0/0"] {
            assert_eq!(find(nowhere), None, "{nowhere}");
        }
        for text in ["a", "/~", "/~2", "/a~"] {
            assert_eq!(Pointer::new(text), None, "{text}");
        }
    }
}
