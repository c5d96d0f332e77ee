//! Compiled policies, held by number.

use std::cell::RefCell;
use std::sync::Arc;

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{answer, decode, handles::Handles, zones};
use crate::error::{Error, ErrorCode, Result};
use crate::policy::{Policy, PolicyDocument};

thread_local! {
    static POLICIES: RefCell<Handles<Arc<Policy>>> = const { RefCell::new(Handles::new()) };
}

#[derive(Serialize)]
struct Compiled<'a> {
    handle: u32,
    digest: &'a str,
    document: &'a PolicyDocument,
}

/// Compiles a policy from an encoded document.
#[wasm_bindgen(js_name = compilePolicy)]
pub fn compile_policy(document: &[u8]) -> String {
    answer(decode::value(document).and_then(|document| Policy::new(&document, zones())).and_then(keep))
}

/// Compiles a policy from JSON text.
#[wasm_bindgen(js_name = compilePolicyJson)]
pub fn compile_policy_json(text: &str) -> String {
    answer(Policy::from_json_with(text, zones()).and_then(keep))
}

/// The document of a customer who has set nothing.
#[wasm_bindgen(js_name = defaultPolicy)]
pub fn default_policy(customer_id: &[u8]) -> String {
    let policy = decode::value(customer_id).and_then(|id| Policy::default_for(&id, zones()));
    answer(policy.and_then(|policy| crate::json::text(policy.document())))
}

/// Forgets a policy.
#[wasm_bindgen(js_name = freePolicy)]
pub fn free_policy(handle: u32) {
    POLICIES.with_borrow_mut(|policies| policies.remove(handle));
}

fn keep(policy: Policy) -> Result<String> {
    let policy = Arc::new(policy);
    let handle = POLICIES.with_borrow_mut(|policies| policies.insert(Arc::clone(&policy)));
    crate::json::text(&Compiled { handle, digest: policy.digest(), document: policy.document() })
}

/// The policy of a handle; 0 is none.
pub(super) fn optional(handle: u32) -> Result<Option<Arc<Policy>>> {
    if handle == 0 { Ok(None) } else { required(handle).map(Some) }
}

pub(super) fn required(handle: u32) -> Result<Arc<Policy>> {
    let unknown = || Error::new(ErrorCode::Internal, "policy", "no policy is held under this handle");
    POLICIES.with_borrow(|policies| policies.get(handle).cloned()).ok_or_else(unknown)
}

/// Asks the policy of a handle, in place; `None` where there is none.
pub(super) fn with<T>(handle: u32, ask: impl FnOnce(&Policy) -> T) -> Option<T> {
    POLICIES.with_borrow(|policies| policies.get(handle).map(|policy| ask(policy)))
}
