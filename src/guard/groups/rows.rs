//! How plans stand in a snapshot: a row each, without names of fields.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Group, Groups, IDLE, Key, Member, Standing};
use crate::action::MAX_GROUP;
use crate::error::Result;
use crate::guard::wire::{Row, instant, nullable, read_past, row_length};
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::Timestamp;
use crate::value::Value;

/// More than fit a snapshot: what is read stays bounded before it is looked at.
const MOST: usize = 1 << 14;

/// As many bytes does a row take, comma included.
pub(super) fn length(key: &Key, group: &Group) -> usize {
    row_length(&write_row(key, group))
}

impl Groups {
    /// Those of which something is held by their names, the others by when anything last came of them.
    pub(crate) fn write(&self) -> Json {
        let held: Json =
            self.by_key.iter().filter(|(_, group)| group.is_held()).map(|(key, group)| write_row(key, group)).collect();
        let idle: Json = self.idle.keys().filter_map(|key| Some(write_row(key, self.by_key.get(key)?))).collect();
        json!({"held": held, "idle": idle})
    }

    /// Reads them back; `now` is the snapshot's instant.
    pub(crate) fn read(value: &Value, place: &Place<'_>, now: Timestamp) -> Result<Self> {
        const GROUPS: Shape = Shape::strict(&[field("held"), field("idle")]);
        let fields = Fields::of(value, place, &GROUPS)?;
        let mut groups = Self::default();
        for (name, held, most) in [("held", true, MOST), ("idle", false, IDLE)] {
            fields.required(name, |rows, place| {
                let rows = read::list(rows, place, most)?;
                rows.iter().enumerate().try_for_each(|(index, row)| groups.row(row, &place.index(index), held, now))
            })?;
        }
        Ok(groups)
    }

    fn row(&mut self, value: &Value, place: &Place<'_>, held: bool, now: Timestamp) -> Result<()> {
        let (key, mut group) = read_row(value, place, now)?;
        if group.is_held() != held {
            return Err(place.error("among those that are held, or that are not, where it does not belong"));
        }
        if self.by_key.contains_key(&key) {
            return Err(place.error("a group that stands twice"));
        }
        if group.members.values().any(|member| self.by_action.contains_key(&member.action)) {
            return Err(place.error("an action that has two places"));
        }
        group.number = self.next;
        group.length = length(&key, &group);
        self.keep(key, group);
        Ok(())
    }
}

fn write_row((agent, id): &Key, group: &Group) -> Json {
    let members = group.members.iter().map(|(index, member)| json!([index, *member.action, member.standing as u8]));
    json!([**agent, **id, group.size, group.ended.map(instant), members.collect::<Json>()])
}

fn read_row(value: &Value, place: &Place<'_>, now: Timestamp) -> Result<(Key, Group)> {
    let mut row = Row::of(value, place, 5)?;
    let name = |value: &Value, place: &Place<'_>| read::id(value, place).map(Arc::from);
    let key: Key = (row.take(name)?, row.take(name)?);
    let size = row.take(|value, place| read::within(value, place, 1, MAX_GROUP))?;
    let ended = row.take(nullable(|value, place| read_past(value, place, now)))?;
    let members = row.take(|value, place| {
        read::items(value, place, usize::from(size), |value, place| read_member(value, place, size))
    })?;
    row.end()?;
    let count = members.len();
    let members: std::collections::BTreeMap<_, _> = members.into_iter().collect();
    if members.len() != count || count == 0 {
        return Err(place.error("a place that stands twice, or none at all"));
    }
    if ended.is_some() != members.values().all(|member| member.standing.is_over()) {
        return Err(place.error("ended before all that it holds, or not with it"));
    }
    Ok((key, Group { size, members, ended, number: 0, length: 0 }))
}

fn read_member(value: &Value, place: &Place<'_>, size: u8) -> Result<(u8, Member)> {
    let mut row = Row::of(value, place, 3)?;
    let index = row.take(|value, place| read::within(value, place, 0, size - 1))?;
    let action = row.take(|value, place| read::id(value, place).map(Arc::from))?;
    let standing = match row.take(|value, place| read::within(value, place, 0, 4))? {
        0 => Standing::Open,
        1 => Standing::Held,
        2 => Standing::Succeeded,
        3 => Standing::Ended,
        _ => Standing::Skipped,
    };
    row.end().map(|()| (index, Member { action, standing }))
}
