//! Does a tool read or write? As its annotations say (Model Context Protocol), or its operation (`OpenAPI` 3). When
//! unsure, it writes.

use serde::Serialize;

use super::operations::{ApiOperation, classify_operation};
use crate::call::Context;
use crate::error::Result;
use crate::policy::Access;
use crate::read::{self, Fields, Place, Shape, field};
use crate::value::Value;

/// What a tool does, in the words of a policy's catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolClass {
    /// Whether it changes anything.
    pub access: Access,
    /// Whether a person has to confirm.
    pub needs_interrupt: bool,
    /// Whether doing it twice is the same as doing it once.
    pub idempotent: bool,
}

impl ToolClass {
    /// It changes nothing.
    pub(super) const READ: Self = Self { access: Access::Read, needs_interrupt: false, idempotent: true };

    /// It changes something, and a person has to confirm.
    pub(super) const fn write(idempotent: bool) -> Self {
        Self { access: Access::Write, needs_interrupt: true, idempotent }
    }
}

/// What a server says of its tool, in the Model Context Protocol. The defaults are the protocol's, for a tool of which
/// nothing is said.
///
/// ```
/// use agent_interlock::ToolAnnotations;
/// let unknown = ToolAnnotations::default();
/// assert!(!unknown.read_only_hint && unknown.destructive_hint && !unknown.idempotent_hint && unknown.open_world_hint);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the protocol has four, each a hint of its own")]
pub struct ToolAnnotations {
    /// It changes nothing.
    pub read_only_hint: bool,
    /// What it changes may be lost; otherwise it only adds.
    pub destructive_hint: bool,
    /// Doing it twice is the same as doing it once.
    pub idempotent_hint: bool,
    /// It deals with a world of unknown others. This decides nothing here.
    pub open_world_hint: bool,
}

impl Default for ToolAnnotations {
    fn default() -> Self {
        Self { read_only_hint: false, destructive_hint: true, idempotent_hint: false, open_world_hint: true }
    }
}

/// What a tool does by its annotations: a read needs nobody; a write needs a person, unless it is said to only add.
///
/// Annotations are what a server says of itself: trust them as far as the server.
///
/// ```
/// use agent_interlock::{Access, ToolAnnotations, classify_annotations};
/// let read = classify_annotations(ToolAnnotations { read_only_hint: true, ..ToolAnnotations::default() });
/// assert_eq!((read.access, read.needs_interrupt, read.idempotent), (Access::Read, false, true));
/// assert!(classify_annotations(ToolAnnotations::default()).needs_interrupt);
/// ```
pub const fn classify_annotations(annotations: ToolAnnotations) -> ToolClass {
    if annotations.read_only_hint {
        // The other hints have a meaning for writes alone.
        return ToolClass::READ;
    }
    ToolClass { needs_interrupt: annotations.destructive_hint, ..ToolClass::write(annotations.idempotent_hint) }
}

impl ToolAnnotations {
    /// Titles and hints of later versions are passed over.
    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const ANNOTATIONS: Shape = Shape {
            fields: &[field("readOnlyHint"), field("destructiveHint"), field("idempotentHint"), field("openWorldHint")],
            originals: false,
            open: true,
        };
        let fields = Fields::of(value, place, &ANNOTATIONS)?;
        let base = Self::default();
        Ok(Self {
            read_only_hint: fields.or("readOnlyHint", base.read_only_hint, read::boolean)?,
            destructive_hint: fields.or("destructiveHint", base.destructive_hint, read::boolean)?,
            idempotent_hint: fields.or("idempotentHint", base.idempotent_hint, read::boolean)?,
            open_world_hint: fields.or("openWorldHint", base.open_world_hint, read::boolean)?,
        })
    }
}

/// `classifyTool({annotations?} | {operation, method})`: a tool that says nothing of itself has the annotations'
/// defaults.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("annotations"), field("operation"), field("method")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let annotations = fields.optional("annotations", ToolAnnotations::read)?;
    if fields.get("operation").is_none() && fields.get("method").is_none() {
        return crate::json::text(&classify_annotations(annotations.unwrap_or_default()));
    }
    if annotations.is_some() {
        return Err(Place::ARGUMENT.key("annotations").error("either `annotations`, or `operation` and `method`"));
    }
    let operation = fields.required("operation", ApiOperation::read)?;
    let method = fields.required("method", ApiOperation::read_method)?;
    crate::json::text(&classify_operation(method, &operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(json: &str) -> std::result::Result<(&'static str, bool, bool), String> {
        let read = ToolAnnotations::read(&Value::from_json(json).unwrap(), &Place::ARGUMENT.key("annotations"));
        let class = read.map(classify_annotations).map_err(|error| error.to_string())?;
        Ok((class.access.as_str(), class.needs_interrupt, class.idempotent))
    }

    #[test]
    fn a_tool_that_says_nothing_writes_and_destroys() {
        assert_eq!(classified("{}"), Ok(("write", true, false)));
        assert_eq!(classified(r#"{"title": "Pay", "newHint": 1}"#), Ok(("write", true, false)));
    }

    #[test]
    fn hints_are_believed_where_they_have_a_meaning() {
        assert_eq!(classified(r#"{"readOnlyHint": true}"#), Ok(("read", false, true)));
        assert_eq!(
            classified(r#"{"readOnlyHint": true, "destructiveHint": true, "idempotentHint": false}"#),
            Ok(("read", false, true))
        );
        assert_eq!(classified(r#"{"destructiveHint": false}"#), Ok(("write", false, false)));
        assert_eq!(classified(r#"{"idempotentHint": true, "openWorldHint": false}"#), Ok(("write", true, true)));
    }

    #[test]
    fn a_hint_of_the_wrong_type_is_an_error() {
        for name in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            let refused = classified(&format!(r#"{{"{name}": "true"}}"#)).unwrap_err();
            assert_eq!(refused, format!("annotations.{name}: expected true or false, got the string `true`"));
        }
        assert!(classified("null").is_err());
    }
}
