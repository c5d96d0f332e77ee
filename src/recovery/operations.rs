//! Does an operation of an `OpenAPI` document read or write?
//!
//! The method says it, but for two habits: reads by `POST`, because a query is too long for a URL, and writes by `GET`.
//! Both show in the words of an operation's id and summary. The lists below were chosen on the 1,300 operations that
//! seven services publish (Algolia, Datadog, Elasticsearch, Notion, Pinecone, Slack, Typesense); what they do not
//! settle is a write.

use super::tools::ToolClass;
use crate::error::Result;
use crate::read::{self, Fields, Place, Shape, field};
use crate::text::fold;
use crate::value::Value;

/// What a read by `POST` begins with. "Look up" is one too.
const READS: [&str; 12] =
    ["browse", "count", "describe", "fetch", "find", "get", "list", "lookup", "queries", "query", "retrieve", "search"];

/// What writes. Words that are more often the thing than the deed (an order, a release, a request) are not among them.
const WRITES: [&str; 101] = [
    "accept",
    "acknowledge",
    "acquire",
    "activate",
    "add",
    "append",
    "apply",
    "approve",
    "archive",
    "assign",
    "attach",
    "authorize",
    "ban",
    "book",
    "buy",
    "cancel",
    "claim",
    "clear",
    "clone",
    "close",
    "commit",
    "confirm",
    "consume",
    "copy",
    "create",
    "deactivate",
    "delete",
    "dequeue",
    "destroy",
    "detach",
    "disable",
    "drop",
    "edit",
    "enable",
    "enqueue",
    "exchange",
    "execute",
    "finalize",
    "flush",
    "generate",
    "grant",
    "import",
    "increment",
    "insert",
    "install",
    "invalidate",
    "invoke",
    "kill",
    "lease",
    "lock",
    "login",
    "logout",
    "mark",
    "merge",
    "modify",
    "move",
    "open",
    "overwrite",
    "patch",
    "pay",
    "pop",
    "provision",
    "publish",
    "purchase",
    "purge",
    "push",
    "put",
    "refresh",
    "register",
    "reindex",
    "reject",
    "remove",
    "rename",
    "renew",
    "replace",
    "reserve",
    "reset",
    "restart",
    "restore",
    "revert",
    "revoke",
    "rotate",
    "save",
    "send",
    "set",
    "share",
    "start",
    "stop",
    "submit",
    "subscribe",
    "switch",
    "sync",
    "terminate",
    "transfer",
    "trigger",
    "uninstall",
    "unlock",
    "unsubscribe",
    "update",
    "upload",
    "upsert",
];

/// What hands out a credential, or runs whatever it is given: no word beside it makes it a read.
const OPAQUE: [&str; 6] = ["cypher", "graphql", "mutation", "script", "sql", "token"];

/// An operation, as far as it matters here.
///
/// ```
/// use agent_interlock::{Access, ApiOperation, HttpMethod, classify_operation};
/// let query = ApiOperation { operation_id: "post-database-query".into(), summary: "Query a database".into() };
/// assert_eq!(classify_operation(HttpMethod::Post, &query).access, Access::Read);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiOperation {
    /// Its name, empty where it has none.
    pub operation_id: String,
    /// What it does in a few words, empty where nobody says.
    pub summary: String,
}

/// A method of HTTP, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpMethod {
    /// `GET`, `HEAD`, `OPTIONS`, `TRACE` and `QUERY`: safe, by the standard.
    Safe,
    /// `PUT` and `DELETE`: the same done twice is the same as done once, by the standard.
    Idempotent,
    /// `POST`.
    Post,
    /// All else.
    Other,
}

/// What an operation does, by its method and the words of its id and summary.
///
/// A safe method reads, unless id or summary begin with a word that writes, or the id holds one and nothing begins with
/// a word that reads. `POST` writes, unless id or summary begin with a word that reads and none of their words writes;
/// an id that joins words by `and`, `or`, `then` (`getOrCreate`) writes. Every other method writes.
///
/// ```
/// use agent_interlock::{Access, ApiOperation, HttpMethod, classify_operation};
/// let class = |method, id: &str| {
///     classify_operation(method, &ApiOperation { operation_id: id.into(), ..ApiOperation::default() }).access
/// };
/// assert_eq!(class(HttpMethod::Post, "searchOrders"), Access::Read);
/// assert_eq!(class(HttpMethod::Post, "getOrCreateOrder"), Access::Write);
/// assert_eq!(class(HttpMethod::Safe, "getOrder"), Access::Read);
/// assert_eq!(class(HttpMethod::Safe, "deleteOrder"), Access::Write);
/// ```
pub fn classify_operation(method: HttpMethod, operation: &ApiOperation) -> ToolClass {
    let (id, summary) = (words(&operation.operation_id), words(&operation.summary));
    // `repos/list-commits`, `jobs.query`: what comes before is the group it belongs to.
    let name = operation.operation_id.rsplit(['/', '.']).next().map(words).unwrap_or_default();
    let starts = [&id, &name, &summary];
    let says_read = starts.into_iter().any(|words| begins_with_read(words));
    let says_write = starts.into_iter().any(|words| words.first().is_some_and(|word| is_write(word)));
    let reads = match method {
        HttpMethod::Safe => !says_write && (says_read || !id.iter().any(|word| is_write(word))),
        HttpMethod::Post => {
            says_read
                && !id.iter().any(|word| ["and", "or", "then"].contains(&word.as_str()))
                && !id.iter().chain(&summary).any(|word| forbids_read(word))
        }
        HttpMethod::Idempotent | HttpMethod::Other => false,
    };
    if reads { ToolClass::READ } else { ToolClass::write(method == HttpMethod::Idempotent) }
}

/// Some name the method first: `post-search`.
fn begins_with_read(words: &[String]) -> bool {
    let mut words = words.iter().map(String::as_str).skip_while(|word| *word == "post");
    match (words.next(), words.next()) {
        (Some("look" | "looks"), Some("up")) => true,
        (Some(first), _) => READS.contains(&first) || singular(first).any(|word| READS.contains(&word)),
        (None, _) => false,
    }
}

fn is_write(word: &str) -> bool {
    WRITES.contains(&word)
}

/// Also as "deletes" and "pushes".
fn forbids_read(word: &str) -> bool {
    OPAQUE.contains(&word) || is_write(word) || singular(word).any(is_write)
}

/// The word without the ending of the third person.
fn singular(word: &str) -> impl Iterator<Item = &str> {
    [word.strip_suffix('s'), word.strip_suffix("es")].into_iter().flatten()
}

/// The words of an identifier or a sentence, folded: `getHTTPStatus2` is get, http, status.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let begins =
            c.is_uppercase() && (before != Some(Case::Upper) || rest.peek().is_some_and(|next| next.is_lowercase()));
        if !c.is_alphabetic() || begins {
            words.push(String::new());
        }
        before = c.is_alphabetic().then(|| if c.is_uppercase() { Case::Upper } else { Case::Lower });
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.push(c);
        }
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Upper,
    Lower,
}

impl ApiOperation {
    /// An operation has much beside that does not matter here.
    pub(super) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const OPERATION: Shape =
            Shape { fields: &[field("operationId"), field("summary")], originals: false, open: true };
        let fields = Fields::of(value, place, &OPERATION)?;
        let text = |name| Ok(fields.optional(name, read::text)?.unwrap_or_default().to_owned());
        Ok(Self { operation_id: text("operationId")?, summary: text("summary")? })
    }

    pub(super) fn read_method(value: &Value, place: &Place<'_>) -> Result<HttpMethod> {
        let method = read::text(value, place)?.to_ascii_uppercase();
        match method.as_str() {
            "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY" => Ok(HttpMethod::Safe),
            "PUT" | "DELETE" => Ok(HttpMethod::Idempotent),
            "POST" => Ok(HttpMethod::Post),
            method if !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                Ok(HttpMethod::Other)
            }
            _ => Err(place.expected("a method of HTTP such as `GET`", value)),
        }
    }
}

#[cfg(test)]
mod tests;
