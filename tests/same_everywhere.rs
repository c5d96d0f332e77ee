//! What must come out the same natively and in every WebAssembly host: run by `cargo test`, by wasm-bindgen-test in Node
//! and by wasm-bindgen-test in a browser.

use agent_interlock::fold;
use sha2::{Digest, Sha256};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test;

/// SHA-256 of the folded form of every character between letters. It changes with the version of Unicode.
const FOLDED: &str = "771961e06c4ae8d54ac67af8930d8e98e5bdabe14796d3d4d3a966ce0c1bb3c3";

#[cfg_attr(target_family = "wasm", wasm_bindgen_test)]
#[cfg_attr(not(target_family = "wasm"), test)]
fn every_character_folds_alike() {
    let mut hash = Sha256::new();
    for character in '\0'..=char::MAX {
        hash.update(fold(&format!("aΣ{character}\u{301}z")));
        // No text holds this byte, so that it matters where one ends.
        hash.update([0xff]);
    }
    assert_eq!(hex(&hash.finalize()), FOLDED);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
