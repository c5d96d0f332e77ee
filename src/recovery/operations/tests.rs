//! Tests of [`super`]: on operations as real services publish them.

use proptest::prelude::*;

use super::*;
use crate::policy::Access;

fn class(method: &str, operation_id: &str, summary: &str) -> ToolClass {
    let method = ApiOperation::read_method(&Value::Text(method.into()), &Place::ARGUMENT).unwrap();
    classify_operation(method, &ApiOperation { operation_id: operation_id.into(), summary: summary.into() })
}

fn all(access: Access, method: &str, operations: &[(&str, &str)]) {
    for (id, summary) in operations {
        assert_eq!(class(method, id, summary).access, access, "{method} {id}: {summary}");
    }
}

#[test]
fn reads_by_post_of_public_services() {
    all(
        Access::Read,
        "post",
        &[
            // Algolia
            ("searchSingleIndex", "Search an index"),
            ("searchForFacetValues", "Search for facet values"),
            ("browse", "Browse for records"),
            ("getObjects", "Retrieve records"),
            // Datadog
            ("ListLogs", "Search logs"),
            ("FetchUptimes", "Fetch uptime for multiple tests"),
            // Elasticsearch
            ("search-1", "Run a search"),
            ("count", "Count search results"),
            ("mget-1", "Get multiple documents"),
            ("field-caps-1", "Get the field capabilities"),
            ("security-query-api-keys-1", "Find API keys with a query"),
            // Notion
            ("post-search", "Search by title"),
            ("post-database-query", "Query a database"),
            ("query-data-source", "Query a data source"),
            // Pinecone
            ("query_vectors", "Search with a vector"),
            ("describe_index_stats", "Get index stats"),
            ("fetch_vectors_by_metadata", "Fetch vectors by metadata"),
            // Others
            ("contacts/lookup", ""),
            ("", "Looks up a place by its name"),
            ("POST_Search", ""),
            ("bigtable.tables.list", ""),
            ("queries", ""),
        ],
    );
}

#[test]
fn writes_by_post_of_public_services() {
    all(
        Access::Write,
        "post",
        &[
            // Algolia
            ("saveObject", "Add a new record (with auto-generated object ID)"),
            ("batch", "Batch indexing operations on one index"),
            ("deleteBy", "Delete records matching a filter"),
            // Datadog
            ("CreateDashboard", "Create a new dashboard"),
            // Elasticsearch
            ("delete-by-query", "Delete documents"),
            ("update-by-query", "Update documents"),
            ("sql-query", "Get SQL search results"),
            ("msearch", "Run multiple searches"),
            // Notion
            ("post-page", "Create a page"),
            // Pinecone
            ("get_token", "Get an access token"),
            ("upsertVectors", "Upsert vectors"),
            // Slack
            ("chat_postMessage", ""),
            // Stripe
            ("PostCharges", "Create a charge"),
            // Others
            ("getOrCreateUser", ""),
            ("fetchAndLock", "Fetch and lock external tasks"),
            ("searchThenNotify", ""),
            ("searchOrders", "Searches orders and deletes them"),
            ("searchOrders", "Search orders, then pushes the result"),
            ("listing", ""),
            ("research", ""),
            ("searching", ""),
            ("look", "Up"),
            ("", "Look at it"),
            ("", ""),
        ],
    );
}

#[test]
fn safe_methods_read_unless_their_words_write() {
    all(
        Access::Read,
        "get",
        &[
            ("GetCharges", "List all charges"),
            ("repos/get-commit", "Get a commit"),
            ("users_list", ""),
            ("listOpenIssues", ""),
            ("ml-get-trained-models", ""),
            ("", ""),
            ("updates", "The latest news"),
        ],
    );
    all(
        Access::Write,
        "get",
        &[
            ("auth_revoke", ""),
            ("views_update", ""),
            ("indices-refresh-1", "Refresh an index"),
            ("customGet", "Send requests to the Algolia REST API"),
            ("deleteUser", "Get rid of a user"),
            ("account/remove", ""),
            ("logout", ""),
        ],
    );
}

#[test]
fn the_method_decides_the_rest() {
    let of = |method| {
        let class = class(method, "searchOrders", "Search orders");
        (class.access.as_str(), class.needs_interrupt, class.idempotent)
    };
    assert_eq!([of("PUT"), of("Delete")], [("write", true, true); 2]);
    assert_eq!([of("PATCH"), of("LINK")], [("write", true, false); 2]);
    assert_eq!(
        [of("GET"), of("head"), of("OPTIONS"), of("trace"), of("QUERY"), of("post")],
        [("read", false, true); 6]
    );
    let written = class("post", "pay", "");
    assert_eq!((written.needs_interrupt, written.idempotent), (true, false));
    assert!(!class("get", "auth_revoke", "").idempotent);
}

#[test]
fn words_are_told_apart_however_they_are_joined() {
    assert_eq!(words("getHTTPStatus2-of_the/URL"), ["get", "http", "status", "of", "the", "url"]);
    assert_eq!(words("GetOrder"), ["get", "order"]);
    assert_eq!(words("Search for X, then Y!"), ["search", "for", "x", "then", "y"]);
    assert_eq!(words("2ndSearch"), ["nd", "search"]);
    assert_eq!(words("  "), [""; 0]);
    assert_eq!(words("ابحث عن"), ["ابحث", "عن"]);
}

#[test]
fn the_lists_are_sorted_and_apart() {
    assert!(READS.is_sorted() && WRITES.is_sorted() && OPAQUE.is_sorted());
    assert!(!READS.iter().any(|word| forbids_read(word)));
}

#[test]
fn an_operation_is_read_as_documents_have_it() {
    let read = |json: &str| {
        let value = Value::from_json(json).unwrap();
        ApiOperation::read(&value, &Place::ARGUMENT.key("operation")).map_err(|error| error.to_string())
    };
    let operation = read(r#"{"operationId": "a", "summary": "b", "tags": [], "responses": {}, "x-internal": true}"#);
    assert_eq!(operation, Ok(ApiOperation { operation_id: "a".into(), summary: "b".into() }));
    assert_eq!(read("{}"), Ok(ApiOperation::default()));
    assert_eq!(read(r#"{"summary": 5}"#), Err("operation.summary: expected a string, got 5".into()));
    assert!(read(r#"{"operationId": null}"#).is_err());
    for method in [Value::Text(String::new()), Value::Text("GET /".into()), Value::Null, Value::Number(1.0)] {
        let refused = ApiOperation::read_method(&method, &Place::ARGUMENT.key("method")).unwrap_err();
        assert!(refused.to_string().starts_with("method: expected a"), "{refused}");
    }
}

proptest! {
    #[test]
    fn a_word_that_writes_is_never_read_by_post(read in 0..READS.len(), write in 0..WRITES.len(), between in "( [a-z]{1,5}){0,3}") {
        let summary = format!("{}{between} {} it", READS[read], WRITES[write]);
        prop_assert_eq!(class("post", "", &summary).access, Access::Write);
        prop_assert_eq!(class("post", &summary, "").access, Access::Write);
        prop_assert_eq!(class("post", READS[read], &summary).access, Access::Write);
    }
}
