//! Tests of [`super`].

use proptest::prelude::*;

use super::*;

fn category(json: &str) -> &'static str {
    classify_foreign_error(&Value::from_json(json).unwrap()).as_str()
}

#[test]
fn a_status_is_found_wherever_the_sdks_put_it() {
    for field in [
        r#""status": 503"#,
        r#""statusCode": 503"#,
        r#""response": {"status": 503}"#,
        r#""data": {"status": 503}"#,
        r#""code": 503"#,
    ] {
        assert_eq!(category(&format!(r#"{{{field}, "message": "forbidden"}}"#)), "transient", "{field}");
    }
    assert_eq!(category(r#"{"status": 401, "code": 503}"#), "auth");
    assert_eq!(category(r#"{"status": 404}"#), "validation");
    assert_eq!(category(r#"{"status": "503", "statusCode": null, "response": 5, "code": 403}"#), "auth");
    for beside in ["99", "600", "503.5", "0", "1e300"] {
        assert_eq!(category(&format!(r#"{{"code": {beside}, "message": "timeout"}}"#)), "transient", "{beside}");
        assert_eq!(category(&format!(r#"{{"code": {beside}}}"#)), "unknown", "{beside}");
    }
    assert_eq!([category(r#"{"code": 100}"#), category(r#"{"code": 599}"#)], ["unknown"; 2]);
}

#[test]
fn a_status_that_decides_nothing_leaves_it_to_the_rest() {
    assert_eq!(category(r#"{"status": 200, "error": {"code": -32602, "message": "timeout"}}"#), "validation");
    assert_eq!(category(r#"{"status": 501, "message": "rate limit"}"#), "transient");
}

#[test]
fn the_codes_of_json_rpc() {
    for code in [-32000, -32001] {
        assert_eq!(category(&format!(r#"{{"code": {code}, "message": "invalid"}}"#)), "transient");
    }
    for code in [-32700, -32600, -32601, -32602] {
        assert_eq!(category(&format!(r#"{{"error": {{"code": {code}, "message": "timeout"}}}}"#)), "validation");
    }
    for code in [-32603, -32002, -32021, -32022, -32042, -1] {
        assert_eq!(category(&format!(r#"{{"code": {code}, "message": "boom"}}"#)), "unknown");
        assert_eq!(category(&format!(r#"{{"code": {code}, "message": "upstream timed out"}}"#)), "transient");
    }
    assert_eq!(category(r#"{"code": "-32001", "message": "boom"}"#), "unknown");
    assert_eq!(category(r#"{"code": 0, "error": {"code": -32601}}"#), "validation");
}

#[test]
fn the_names_of_the_sdks_and_of_oauth() {
    assert_eq!(category(r#"{"name": "SdkError", "code": "REQUEST_TIMEOUT", "message": "late"}"#), "transient");
    assert_eq!(category(r#"{"code": "CONNECTION_CLOSED", "message": "Connection closed"}"#), "transient");
    assert_eq!(category(r#"{"code": "CLIENT_HTTP_AUTHENTICATION", "message": "Server returned 401"}"#), "auth");
    assert_eq!(category(r#"{"name": "OAuthError", "code": "invalid_grant", "message": "Bad Request"}"#), "auth");
    assert_eq!(category(r#"{"name": "UnauthorizedError", "message": "no token"}"#), "auth");
    assert_eq!(
        category(r#"{"code": "CAPABILITY_NOT_SUPPORTED", "message": "Server does not support tools"}"#),
        "validation"
    );
    assert_eq!(category(r#"{"code": "temporarily_unavailable"}"#), "transient");
    assert_eq!(category(r#"{"name": "Error", "code": "ECONNREFUSED", "message": "connect failed"}"#), "unknown");
}

#[test]
fn the_text_is_the_last_resort() {
    assert_eq!(category(r#""Request timed out""#), "transient");
    assert_eq!(category(r#"{"message": "", "error": {"message": "forbidden"}}"#), "auth");
    assert_eq!(category(r#"{"message": "boom", "error": {"message": "forbidden"}}"#), "unknown");
    let content = r#"{"isError": true, "content": [{"type": "image"}, {"type": "text", "text": "it is"}, 5, {"type": "text", "text": "missing"}]}"#;
    assert_eq!(category(content), "validation");
    assert_eq!(category(r#"{"content": [{"text": "time"}, {"text": "out"}]}"#), "unknown");
    assert_eq!([category("null"), category("[]"), category("5"), category("{}")], ["unknown"; 4]);
}

#[test]
fn a_code_may_stand_at_the_beginning_of_a_text_alone() {
    assert_eq!(category(r#"{"message": "MCP error -32001: the invalid one"}"#), "transient");
    assert_eq!(category(r#"{"content": [{"text": "MCP error -32602: Tool nope not found"}]}"#), "validation");
    assert_eq!(category(r#"{"code": -32000, "message": "MCP error -32602: gone"}"#), "transient");
    for text in [
        "it said: MCP error -32602: no",
        "MCP error -32602 no",
        "MCP error 32602: no",
        "MCP error -99999999999: no",
        "MCP error : no",
        "mcp error -32602: no",
    ] {
        assert_eq!(category(&format!(r#"{{"message": "{text}"}}"#)), "unknown", "{text}");
    }
    let lost = |text: &str| may_have_happened(&Value::Text(text.into()));
    assert_eq!(["MCP error -32000: gone", "MCP error -32602: gone"].map(lost), [true, false]);
}

/// As the SDKs handed them over when tools were called over their in-memory transport and a local server: version 1.32
/// of `@modelcontextprotocol/sdk` and 2.4 of its successors.
const HANDED_OVER: &[(&str, &str)] = &[
    // A tool that throws.
    (r#"{"content": [{"type": "text", "text": "boom"}], "isError": true}"#, "unknown"),
    (r#"{"content": [{"type": "text", "text": "403 Forbidden"}], "isError": true}"#, "auth"),
    // Arguments that do not fit.
    (
        r#"{"content": [{"type": "text", "text": "MCP error -32602: Input validation error: Invalid arguments for tool pay"}], "isError": true}"#,
        "validation",
    ),
    // A tool that nobody knows: version 1 returns a text, version 2 throws.
    (
        r#"{"content": [{"type": "text", "text": "MCP error -32602: Tool nope not found"}], "isError": true}"#,
        "validation",
    ),
    (r#"{"name": "ProtocolError", "message": "Tool nope not found", "code": -32602}"#, "validation"),
    // A method that nobody knows.
    (r#"{"name": "McpError", "message": "MCP error -32601: Method not found", "code": -32601}"#, "validation"),
    // A time-out, and a connection that is closed meanwhile.
    (r#"{"name": "McpError", "message": "MCP error -32001: Request timed out", "code": -32001}"#, "transient"),
    (r#"{"name": "SdkError", "message": "Request timed out", "code": "REQUEST_TIMEOUT"}"#, "transient"),
    (r#"{"name": "McpError", "message": "MCP error -32000: Connection closed", "code": -32000}"#, "transient"),
    (r#"{"name": "SdkError", "message": "Connection closed", "code": "CONNECTION_CLOSED"}"#, "transient"),
    (r#"{"name": "Error", "message": "Not connected"}"#, "unknown"),
    // HTTP.
    (r#"{"name": "Error", "message": "Streamable HTTP error: Error POSTing to endpoint: no", "code": 401}"#, "auth"),
    (
        r#"{"name": "SdkHttpError", "message": "Error POSTing to endpoint: no", "code": "CLIENT_HTTP_NOT_IMPLEMENTED", "status": 429, "data": {"status": 429}}"#,
        "transient",
    ),
    (
        r#"{"name": "Error", "message": "Streamable HTTP error: Error POSTing to endpoint: no", "code": 503}"#,
        "transient",
    ),
    (r#"{"name": "TypeError", "message": "fetch failed"}"#, "unknown"),
];

#[test]
fn what_the_sdks_really_hand_over() {
    for (error, expected) in HANDED_OVER {
        assert_eq!(category(error), *expected, "{error}");
    }
}

#[test]
fn a_lost_answer_is_not_a_lost_request() {
    let lost = |json: &str| may_have_happened(&Value::from_json(json).unwrap());
    for status in [408, 500, 502, 504] {
        assert!(lost(&format!(r#"{{"status": {status}}}"#)), "{status}");
    }
    for status in [400, 401, 429, 501, 503] {
        assert!(!lost(&format!(r#"{{"status": {status}}}"#)), "{status}");
    }
    for told in [
        r#"{"code": -32000}"#,
        r#"{"error": {"code": -32001}}"#,
        r#"{"code": "REQUEST_TIMEOUT"}"#,
        r#"{"name": "AbortError"}"#,
        r#""It Timed Out""#,
        r#"{"message": "TIMEOUT"}"#,
    ] {
        assert!(lost(told), "{told}");
    }
    for told in [r#"{"code": -32602}"#, r#"{"code": "ECONNREFUSED"}"#, r#"{"message": "rate limit"}"#, "{}"] {
        assert!(!lost(told), "{told}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("code"),
        Just("status"),
        Just("message"),
        Just("error"),
        Just("content"),
        Just("data"),
        Just("text")
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        ".{0,12}".prop_map(Value::Text),
        Just(Value::Alien("a function".into())),
        any::<f64>().prop_map(Value::Date),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let field = (name.clone().prop_map(str::to_owned), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::List),
            proptest::collection::vec(field, 0..5).prop_map(Value::Object),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_foreign_is_too_odd(error in any_value()) {
        let once = classify_foreign_error(&error);
        prop_assert_eq!(classify_foreign_error(&error), once);
    }
}
