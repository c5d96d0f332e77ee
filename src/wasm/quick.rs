//! The quick way to the most frequent answer: that nothing speaks against an action.
//!
//! JavaScript reads its object strictly and hands over numbers; what comes back is `true` where the rule finds nothing. Whatever else is the
//! case (a reason, an unknown handle, a number out of range, a text that cannot be read), the answer is `false`, and the same
//! values go through [`super::call`], which has the words for it. So nothing can be allowed here that is not allowed there.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use super::policy;
use crate::number::{Amount, Count};
use crate::policy::{ActionType, Policy, Traits, Velocity};
use crate::read::Place;
use crate::rules::{RiskFactors, Usage, determine_tier, reasons_against, within_budget};
use crate::time::Timestamp;

// What JavaScript keeps of a type of action, and gives back with the facts of each request (pkg-template/src/quick.js).
const KNOWN: u32 = 1;
const OUTBOUND: u32 = 2;
const MESSAGING: u32 = 4;
const LISTED: u32 = 8;
/// Its drafts are searched for keywords.
const SEARCHED: u32 = 16;
// What is so of one request.
const FIRST_SEND: u32 = 32;
const LEGAL_TOPIC: u32 = 64;

thread_local! {
    /// Where JavaScript writes a text or many numbers, without a copy of them being made for each call.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The place in memory of room for so many bytes.
#[wasm_bindgen(js_name = roomFor)]
pub fn room_for(bytes: usize) -> usize {
    ROOM.with_borrow_mut(|room| {
        room.resize(bytes, 0);
        room.as_ptr() as usize
    })
}

/// What is to be known of a type of action; 0 where it is none, or another one in disguise.
#[wasm_bindgen(js_name = actionTraits)]
pub fn action_traits(policy: u32, action_type: &str) -> u32 {
    let traits = |policy: &Policy| {
        let traits = policy.action(&ActionType::new(action_type)?, &Place::ARGUMENT).ok()?.traits();
        let bit = |holds: bool, bit: u32| if holds { bit } else { 0 };
        Some(
            KNOWN
                | bit(traits.outbound, OUTBOUND)
                | bit(traits.messaging, MESSAGING)
                | bit(traits.listed, LISTED)
                | bit(traits.messaging && policy.has_keywords(), SEARCHED),
        )
    };
    policy::with(policy, traits).flatten().unwrap_or_default()
}

/// Whether a sector is none of the blocked ones.
#[wasm_bindgen(js_name = allowsSector)]
pub fn allows_sector(policy: u32, sector: &str) -> bool {
    policy::with(policy, |policy| !policy.blocks_sector(sector)) == Some(true)
}

/// Whether nothing speaks against an action, the sector aside; `text` is how many bytes of the draft stand in the room for it.
#[wasm_bindgen(js_name = needsNobody)]
pub fn needs_nobody(policy: u32, facts: u32, deal_value: f64, followups: f64, text: usize) -> bool {
    let has = |bit: u32| facts & bit != 0;
    let finds_nothing = |policy: &Policy| {
        let risk = RiskFactors {
            is_first_send_to_account: has(FIRST_SEND),
            deal_value,
            contains_legal_topic: has(LEGAL_TOPIC),
            consecutive_followup_index: Count::from_f64(followups)?,
            ..RiskFactors::default()
        };
        let traits = Traits { outbound: has(OUTBOUND), messaging: has(MESSAGING), listed: has(LISTED) };
        let is_free = deal_value.is_finite() && reasons_against(policy, "", traits, &risk).is_empty();
        Some(has(KNOWN) && is_free && (text == 0 || is_clean(policy, text)?))
    };
    policy::with(policy, finds_nothing).flatten() == Some(true)
}

/// Whether no keyword stands in the text that was written; `None` where it is no text.
fn is_clean(policy: &Policy, length: usize) -> Option<bool> {
    ROOM.with_borrow(|room| Some(policy.keywords_in(std::str::from_utf8(room.get(..length)?).ok()?).next().is_none()))
}

/// Whether no cap of the policy is reached.
#[wasm_bindgen(js_name = hasBudget)]
pub fn has_budget(policy: u32, messages: f64, llm_tokens: f64, api_calls: f64, cost: f64) -> bool {
    let is_within = |policy: &Policy| {
        let usage = Usage {
            messages_today: Count::from_f64(messages)?,
            llm_tokens_today: Count::from_f64(llm_tokens)?,
            api_calls_today: Count::from_f64(api_calls)?,
            cost_today: Amount::new(cost)?,
        };
        Some(within_budget(&usage, &policy.document().budget, "").within)
    };
    policy::with(policy, is_within).flatten() == Some(true)
}

/// `determineTier` of the times that stand in the room: milliseconds as doubles, or RFC 3339 texts with a line break after each. Policy 0 stands for the
/// defaults. The result is JSON text, or nothing where any time is none.
#[wasm_bindgen(js_name = tierOfTimes)]
pub fn tier_of_times(policy: u32, bytes: usize, texts: bool, now: f64) -> String {
    let velocity = match policy {
        0 => Some(Velocity::default()),
        policy => policy::with(policy, |policy| policy.document().velocity),
    };
    let verdict = ROOM.with_borrow(|room| {
        let (room, now, velocity) = (room.get(..bytes)?, Timestamp::from_millis(now)?, velocity?);
        let mut all_read = true;
        let mut read = |time: Option<Timestamp>| {
            all_read &= time.is_some();
            time
        };
        let verdict = if texts {
            let lines = std::str::from_utf8(room).ok()?.split_terminator('\n');
            determine_tier(lines.map_while(|line| read(line.parse().ok())), now, &velocity)
        } else {
            let numbers = room.chunks_exact(8).filter_map(|number| number.try_into().ok()).map(f64::from_le_bytes);
            determine_tier(numbers.map_while(|millis| read(Timestamp::from_millis(millis))), now, &velocity)
        };
        all_read.then(|| crate::json::text(&verdict).ok()).flatten()
    });
    verdict.unwrap_or_default()
}
