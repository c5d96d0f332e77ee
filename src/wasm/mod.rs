//! JavaScript's way in: conversions and exports, and nothing else.
//!
//! An argument arrives as bytes (see [`decode`]), a result leaves as JSON text: `{"ok": …}` or `{"error": {code, path, message}}`. Strings and numbers
//! alone cross the boundary: an export that returned an object could take the whole process down on Node 20 when its caller is
//! deoptimised.

mod decode;
mod guard;
mod handles;
mod intl;
mod policy;
mod quick;
mod replay;

use std::sync::Arc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Result;
use crate::zone::Zones;

thread_local! {
    static ZONES: Arc<Zones> = Arc::new(Zones::new(intl::Intl));
}

fn zones() -> Arc<Zones> {
    ZONES.with(Arc::clone)
}

/// Calls a rule by its name; `policy` is the handle of a compiled one, or 0.
#[wasm_bindgen]
pub fn call(name: &str, argument: &[u8], policy: u32) -> String {
    answer(policy::optional(policy).and_then(|policy| {
        let argument = decode::value(argument)?;
        crate::call::call(name, &argument, policy.as_ref(), &zones())
    }))
}

/// The envelope of every answer. The result is JSON text already.
fn answer(result: Result<String>) -> String {
    match result {
        Ok(json) => format!(r#"{{"ok":{json}}}"#),
        Err(error) => match crate::json::text(&error) {
            Ok(json) => format!(r#"{{"error":{json}}}"#),
            Err(_) => {
                r#"{"error":{"code":"internal","path":"","message":"an error that could not be written"}}"#.into()
            }
        },
    }
}
