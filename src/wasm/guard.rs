//! Guards, held by number.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use super::{answer, decode, handles::Handles, policy};
use crate::error::{Error, ErrorCode, Result};
use crate::guard::{AuditHead, Expected, Guard};
use crate::read::{self, Fields, Place, Shape, field};

thread_local! {
    static GUARDS: RefCell<Handles<Guard>> = const { RefCell::new(Handles::new()) };
}

/// A guard that has seen nothing yet.
#[wasm_bindgen(js_name = guardNew)]
pub fn guard_new(policy: u32, audit: bool) -> String {
    answer(policy::required(policy).and_then(|policy| Guard::new(policy, audit)).map(keep))
}

/// A guard that goes on where a snapshot was taken; `expected` is an encoded `{expectedHead?: {seq, hash}, expectedDigest?,
/// audit?}`.
#[wasm_bindgen(js_name = guardRestore)]
pub fn guard_restore(policy: u32, snapshot: &str, expected: &[u8]) -> String {
    answer(restore(policy, snapshot, expected).map(keep))
}

fn restore(policy: u32, snapshot: &str, expected: &[u8]) -> Result<Guard> {
    let (expected, audit) = read_expected(expected)?;
    let guard = Guard::restore(policy::required(policy)?, snapshot, &expected)?;
    match audit {
        Some(audit) if audit != guard.is_audited() => {
            let kept = if audit { "no audit" } else { "an audit" };
            let message = format!("the guard of this snapshot keeps {kept}, and goes on so; leave `audit` out");
            Err(Error::new(ErrorCode::Conflict, "audit", message))
        }
        _ => Ok(guard),
    }
}

/// A command or a view of a guard.
#[wasm_bindgen(js_name = guardCall)]
pub fn guard_call(guard: u32, name: &str, argument: &[u8], options: &[u8]) -> String {
    answer(with(guard, |guard| guard.call(name, &decode::value(argument)?, &decode::value(options)?)))
}

/// Forgets a guard.
#[wasm_bindgen(js_name = guardFree)]
pub fn guard_free(guard: u32) {
    GUARDS.with_borrow_mut(|guards| guards.remove(guard));
}

fn keep(guard: Guard) -> String {
    GUARDS.with_borrow_mut(|guards| guards.insert(guard)).to_string()
}

fn with<T>(handle: u32, run: impl FnOnce(&mut Guard) -> Result<T>) -> Result<T> {
    let unknown = || Error::new(ErrorCode::Internal, "", "no guard is held under this handle");
    GUARDS.with_borrow_mut(|guards| run(guards.get_mut(handle).ok_or_else(unknown)?))
}

/// What is expected of a snapshot, and whether its guard is to keep an audit.
fn read_expected(bytes: &[u8]) -> Result<(Expected, Option<bool>)> {
    const EXPECTED: Shape = Shape::strict(&[field("expectedHead"), field("expectedDigest"), field("audit")]);
    let value = decode::value(bytes)?;
    let fields = Fields::of(&value, &Place::ARGUMENT, &EXPECTED)?;
    let head = fields.optional("expectedHead", AuditHead::read)?;
    let digest = fields.optional("expectedDigest", read::id)?;
    Ok((Expected { head, digest }, fields.optional("audit", read::boolean)?))
}
