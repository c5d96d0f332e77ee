//! What the SDKs of MCP throw and return, as it comes: an error of somebody else's, in which any field may be missing
//! or be something else.
//!
//! Read are, where they have the type that is expected, and passed over where not: `status`, `statusCode`,
//! `response.status`, `data.status` (numbers); `code` (a number or a text); `error.code` (a number); `name`, `message`,
//! `error.message` (texts); and the texts of `content`. A text may begin with a code: `MCP error -32602: …`.

use super::taxonomy::{ErrorCategory, by_status, by_words};
use crate::value::Value;

/// The kind of a failure, from what an MCP SDK threw (a protocol, transport or OAuth error) or returned (a JSON-RPC
/// error, a result with `isError`).
///
/// The first of these that decides: an HTTP status (also a `code` of 100 to 599); a JSON-RPC code; the SDK's own words
/// for it in `code` or `name`; the words of the message. Nothing that is handed over here is an error: what cannot be
/// read is [`ErrorCategory::Unknown`].
///
/// ```
/// use agent_interlock::{ErrorCategory, Value, classify_foreign_error};
/// let thrown = Value::from_json(r#"{"name": "McpError", "code": -32001, "message": "MCP error -32001: Request timed out"}"#)?;
/// assert_eq!(classify_foreign_error(&thrown), ErrorCategory::Transient);
/// let returned = Value::from_json(r#"{"isError": true, "content": [{"type": "text", "text": "Invalid order id"}]}"#)?;
/// assert_eq!(classify_foreign_error(&returned), ErrorCategory::Validation);
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn classify_foreign_error(error: &Value) -> ErrorCategory {
    let status = http_status(error).and_then(by_status);
    let decided = status.or_else(|| json_rpc_code(error).and_then(by_json_rpc)).or_else(|| by_name(error));
    decided.unwrap_or_else(|| by_words(&message(error)))
}

/// Whether what failed in this way may have been done all the same: the answer was lost, not the request.
pub(crate) fn may_have_happened(error: &Value) -> bool {
    const LOST: [u64; 4] = [408, 500, 502, 504];
    const WORDS: [&str; 2] = ["timeout", "timed out"];
    let message = message(error).to_ascii_lowercase();
    let names = [at(error, &["code"]), at(error, &["name"])].into_iter().flatten();
    http_status(error).is_some_and(|status| LOST.contains(&status))
        || json_rpc_code(error).is_some_and(|code| TRANSIENT.contains(&code))
        || names.filter_map(text).any(|name| LOST_NAMES.contains(&name))
        || WORDS.iter().any(|word| message.contains(word))
}

/// Connection closed and request timed out: they may pass, and what was asked may have been done.
const TRANSIENT: [f64; 2] = [-32000.0, -32001.0];
const LOST_NAMES: [&str; 4] = ["REQUEST_TIMEOUT", "CONNECTION_CLOSED", "TimeoutError", "AbortError"];

/// The first HTTP status there is.
fn http_status(error: &Value) -> Option<u64> {
    const PATHS: [&[&str]; 5] = [&["status"], &["statusCode"], &["response", "status"], &["data", "status"], &["code"]];
    PATHS.into_iter().find_map(|path| {
        let number = number(at(error, path)?)?;
        (100..=599_u32).find(|status| f64::from(*status) == number).map(u64::from)
    })
}

/// The first code of JSON-RPC there is: all are negative. A result of version 1 has it in its text alone.
fn json_rpc_code(error: &Value) -> Option<f64> {
    let codes = [at(error, &["code"]), at(error, &["error", "code"])].into_iter().flatten();
    codes.filter_map(number).find(|code| *code < 0.0).or_else(|| code_in_text(&message(error)))
}

/// The code of a text that begins as those of version 1 do: `MCP error -32602: Tool pay not found`.
fn code_in_text(message: &str) -> Option<f64> {
    let (code, _) = message.strip_prefix("MCP error ")?.split_once(':')?;
    code.parse().ok().filter(|code: &i32| *code < 0).map(f64::from)
}

/// What is transient may pass; a message, request, method or parameters that the server does not understand will not.
/// An internal error (-32603) says nothing: its words may.
fn by_json_rpc(code: f64) -> Option<ErrorCategory> {
    const VALIDATION: [f64; 4] = [-32700.0, -32600.0, -32601.0, -32602.0];
    if TRANSIENT.contains(&code) {
        Some(ErrorCategory::Transient)
    } else if VALIDATION.contains(&code) {
        Some(ErrorCategory::Validation)
    } else {
        None
    }
}

/// The names that the SDKs give their own errors: the string codes of version 2, those of OAuth (RFC 6749, 6750, 7009,
/// 9449), and errors that have no code.
fn by_name(error: &Value) -> Option<ErrorCategory> {
    let names = [at(error, &["code"]), at(error, &["name"])].into_iter().flatten();
    names.filter_map(text).find_map(|name| match name {
        "REQUEST_TIMEOUT" | "CONNECTION_CLOSED" | "server_error" | "temporarily_unavailable" | "too_many_requests" => {
            Some(ErrorCategory::Transient)
        }
        "CLIENT_HTTP_AUTHENTICATION"
        | "CLIENT_HTTP_FORBIDDEN"
        | "UnauthorizedError"
        | "InsufficientScopeError"
        | "access_denied"
        | "insufficient_scope"
        | "invalid_client"
        | "invalid_dpop_proof"
        | "invalid_grant"
        | "invalid_token"
        | "unauthorized_client"
        | "use_dpop_nonce" => Some(ErrorCategory::Auth),
        "CAPABILITY_NOT_SUPPORTED"
        | "METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION"
        | "invalid_client_metadata"
        | "invalid_redirect_uri"
        | "invalid_request"
        | "invalid_scope"
        | "invalid_target"
        | "method_not_allowed"
        | "unsupported_grant_type"
        | "unsupported_response_type"
        | "unsupported_token_type" => Some(ErrorCategory::Validation),
        _ => None,
    })
}

/// The error's own message, else the one it carries, else the texts of a result; a thrown text is its own message.
fn message(error: &Value) -> String {
    let own = [text(error), at(error, &["message"]).and_then(text), at(error, &["error", "message"]).and_then(text)];
    own.into_iter().flatten().find(|message| !message.is_empty()).map_or_else(|| content(error), str::to_owned)
}

fn content(error: &Value) -> String {
    let Some(Value::List(items)) = at(error, &["content"]) else { return String::new() };
    let texts: Vec<_> = items.iter().filter_map(|item| at(item, &["text"]).and_then(text)).collect();
    texts.join("\n")
}

/// The value at the end of a path of fields.
fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Object(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, value)| value),
        _ => None,
    })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
