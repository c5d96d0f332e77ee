use super::*;
use proptest::prelude::*;

fn hour(zones: &Zones, zone: &str, at: &str) -> u8 {
    zones.local(zone, at.parse().unwrap()).unwrap().hour.get()
}

#[test]
fn reads_the_clock_on_both_sides_of_a_change() {
    let zones = Zones::bundled();
    assert_eq!(hour(&zones, "Europe/Berlin", "2025-03-30T00:59:59Z"), 1);
    assert_eq!(hour(&zones, "Europe/Berlin", "2025-03-30T01:00:00Z"), 3);
    assert_eq!(hour(&zones, "Asia/Riyadh", "2025-03-30T21:00:00Z"), 0);
    assert_eq!(
        zones.local("Asia/Riyadh", "2025-03-30T21:00:00Z".parse().unwrap()).unwrap().date.to_string(),
        "2025-03-31"
    );
    assert_eq!(hour(&zones, "America/New_York", "1970-01-01T00:00:00Z"), 19);
    assert_eq!(zones.local("America/New_York", Timestamp::MIN).unwrap().date.days(), -1);
    assert_eq!(zones.local("Mars/Olympus", Timestamp::MIN), None);
}

#[test]
fn finds_the_first_instant_that_is_wanted() {
    let zones = Zones::bundled();
    let first = |zone: &str, from: &str, wanted: &dyn Fn(Local) -> bool| {
        zones.clock(zone).first_instant(from.parse().unwrap(), 400, wanted).map(|at| at.to_string())
    };
    let eight = |local: Local| local.hour.get() >= 8;
    assert_eq!(
        first("Asia/Riyadh", "2026-03-20T19:30:00.5Z", &|local| (8..21).contains(&local.hour.get())).unwrap(),
        "2026-03-21T05:00:00Z"
    );
    assert_eq!(first("UTC", "2026-03-20T09:30:00.5Z", &eight).unwrap(), "2026-03-20T09:30:00.500000Z");
    // The clock jumps from 2 to 3: whoever waits for 2 o'clock waits until the next day.
    assert_eq!(
        first("Europe/Berlin", "2025-03-30T00:30:00Z", &|local| local.hour.get() == 2).unwrap(),
        "2025-03-31T00:00:00Z"
    );
    assert_eq!(
        first("Europe/Berlin", "2025-03-30T00:30:00Z", &|local| local.hour.get() == 3).unwrap(),
        "2025-03-30T01:00:00Z"
    );
    // No midnight on this day: it begins at 1 o'clock.
    let sunday = |local: Local| local.date.to_string() == "2024-09-08";
    assert_eq!(first("America/Santiago", "2024-09-07T12:00:00Z", &sunday).unwrap(), "2024-09-08T04:00:00Z");
    assert_eq!(
        first("Asia/Kathmandu", "2026-03-20T01:00:00Z", &|local| local.hour.get() == 9).unwrap(),
        "2026-03-20T03:15:00Z"
    );
    assert_eq!(first("UTC", "2026-03-20T09:30:00Z", &|_| false), None);
    assert_eq!(
        first("UTC", "2026-12-31T23:30:00Z", &|local| local.date.to_string() == "2027-01-01").unwrap(),
        "2027-01-01T00:00:00Z"
    );
}

/// Newfoundland changed its clocks at one minute past midnight until 2011: within an hour, and across a date.
#[test]
fn a_change_within_an_hour_is_an_instant_of_its_own() {
    let zones = Zones::bundled();
    let table = zones.table("America/St_Johns").unwrap();
    let named = zones.clock("America/St_Johns");
    let from = |text: &str| text.parse::<Timestamp>().unwrap();
    let one = |local: Local| local.hour.get() == 1;
    let spring = from("2010-03-14T03:00:00Z");
    assert_eq!(named.first_instant(spring, 1, one), Some(from("2010-03-14T03:31:00Z")));
    assert_eq!(table.first_instant(spring, 1, one), Some(from("2010-03-14T03:31:00Z")));
    let the_sixth = |local: Local| local.date.to_string() == "2010-11-06";
    let autumn = from("2010-11-07T02:30:00Z");
    assert_eq!(named.first_instant(autumn, 1, the_sixth), Some(from("2010-11-07T02:31:00Z")));
    assert_eq!(table.first_instant(autumn, 1, the_sixth), Some(from("2010-11-07T02:31:00Z")));
}

/// An hour more from half past midnight on the first of July to the end of the year, every year.
struct HalfPast;

impl ZoneSource for HalfPast {
    fn knows(&self, _: &str) -> bool {
        true
    }

    fn year(&self, _: &str, year: i64) -> Option<YearOffsets> {
        let change = format!("{year}-07-01T00:30:00Z").parse::<Timestamp>().unwrap();
        Some(YearOffsets { first: 0, changes: vec![(change.as_seconds(), 3600)] })
    }
}

#[test]
fn a_rule_within_an_hour_goes_on_after_2099() {
    let zones = Zones::new(HalfPast);
    let table = zones.table("A").unwrap();
    for year in [2026, 2150, 2400, 9998] {
        let at = |rest: &str| format!("{year}-{rest}").parse::<Timestamp>().unwrap();
        let (from, change) = (at("06-30T23:45:00Z"), at("07-01T00:30:00Z"));
        let one = |local: Local| local.hour.get() == 1;
        assert_eq!(zones.clock("A").first_instant(from, 1, one), Some(change));
        assert_eq!(table.first_instant(from, 1, one), Some(change));
    }
}

/// Greenwich time until the end of 1999, an hour more from then on; and how often it was asked.
struct Millennium(Arc<Mutex<usize>>);

impl ZoneSource for Millennium {
    fn knows(&self, _: &str) -> bool {
        true
    }

    fn year(&self, _: &str, year: i64) -> Option<YearOffsets> {
        *lock(&self.0) += 1;
        Some(YearOffsets { first: if year < 2000 { 0 } else { 3600 }, changes: Vec::new() })
    }
}

#[test]
fn a_year_has_its_own_changes_alone() {
    // The last Sundays of March and October, at one o'clock by Greenwich.
    let changes =
        ["2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z"].map(|at| at.parse::<Timestamp>().unwrap().as_seconds());
    let [summer, winter] = changes;
    let year = Zones::bundled().year("Europe/Berlin", 2025).unwrap();
    assert_eq!(*year, YearOffsets { first: 3600, changes: vec![(summer, 7200), (winter, 3600)] });
}

#[test]
fn a_year_may_begin_with_a_change() {
    let zones = Zones::new(Millennium(Arc::default()));
    let table = zones.table("A").unwrap();
    assert_eq!((table.first, &table.changes[..]), (0, &[(946_684_800, 3600)][..]));
    let before = "1999-12-31T23:59:59Z".parse().unwrap();
    let after = "2000-01-01T00:00:00Z".parse().unwrap();
    let hours = |local: &dyn Fn(Timestamp) -> Option<Local>| [before, after].map(|at| local(at).unwrap().hour.get());
    assert_eq!(hours(&|at| table.local(at)), [23, 1]);
    assert_eq!(hours(&|at| zones.local("A", at)), [23, 1]);
}

#[test]
fn a_source_is_asked_once() {
    let asked = Arc::new(Mutex::new(0));
    let zones = Zones::new(Millennium(Arc::clone(&asked)));
    for _ in 0..3 {
        for zone in ["A", "B"] {
            zones.local(zone, Timestamp::MIN).unwrap();
            zones.table(zone).unwrap();
        }
    }
    // One year alone, and the 130 of the whole table, of each.
    assert_eq!(*lock(&asked), 2 * 131);
    assert_eq!(format!("{zones:?}"), "Zones");
}

#[test]
fn a_table_from_outside_is_looked_at() {
    let sound = ZoneTable { name: "Europe/Berlin".into(), first: -86_399, changes: vec![(1, 86_399), (2, 0)] };
    let read = |table: &ZoneTable| ZoneTable::read(&table.write().into(), &Place::ARGUMENT);
    assert_eq!(read(&sound).unwrap(), sound);
    let changed = |change: &dyn Fn(&mut ZoneTable)| {
        let mut table = sound.clone();
        change(&mut table);
        read(&table).is_ok()
    };
    assert!(!changed(&|table| table.name = String::new()));
    assert!(!changed(&|table| table.first = 86_400));
    assert!(!changed(&|table| table.first = -86_400));
    assert!(!changed(&|table| table.changes = vec![(1, 86_400)]));
    assert!(!changed(&|table| table.changes = vec![(1, -86_400), (2, 0)]));
    assert!(!changed(&|table| table.changes = vec![(1, 3600), (1, 0)]));
    assert!(!changed(&|table| table.changes = vec![(2, 3600), (1, 0)]));
}

#[test]
fn only_names_are_zones() {
    for name in ["Asia/Riyadh", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "EST5EDT"] {
        assert!(is_iana(name), "{name}");
    }
    for name in ["", "+03:00", "+03", "3", "Asia/", "/Asia", ":UTC", "Asia/Riyadh\0", "../UTC", "Asia Riyadh"] {
        assert!(!is_iana(name), "{name}");
    }
    assert!(is_iana(&"x".repeat(64)) && !is_iana(&"x".repeat(65)));
}

#[test]
fn model_years_have_the_same_calendar() {
    assert_eq!(model_year(2099), 2099);
    for year in 2100..10_000 {
        let model = model_year(year);
        assert!((2072..2100).contains(&model), "{year}");
        assert_eq!(days_before(model + 1) - days_before(model), days_before(year + 1) - days_before(year));
        assert_eq!(days_before(model).rem_euclid(7), days_before(year).rem_euclid(7));
    }
    assert_eq!(days_before(1970), 0);
    assert_eq!(days_before(2000), 10_957);
}

const ZONES: &[&str] = &[
    "Asia/Riyadh",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Monrovia",
    "Africa/Casablanca",
    "America/Santiago",
    "UTC",
];

proptest! {
    #[test]
    fn agrees_with_an_independent_library(zone in prop::sample::select(ZONES), seconds in 0_i64..4_102_444_800) {
        let at = Timestamp::from_micros(seconds * 1_000_000).unwrap();
        let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
        let ours = Zones::bundled().local(zone, at).unwrap();
        prop_assert_eq!(i64::from(ours.hour.get()), i64::from(theirs.hour()));
        prop_assert_eq!(Zones::bundled().table(zone).unwrap().local(at), Some(ours));
        prop_assert_eq!(ours.date.civil(), (theirs.year().into(), theirs.month().into(), theirs.day().into()));
    }

    /// Looked for half a minute at a time, from up to an hour and a half before a change of the clocks on.
    #[test]
    fn an_hour_ends_when_an_independent_library_says(
        zone in prop::sample::select(ZONES), year in 1970_i64..2090, later in 0_i64..200, nth in 0_usize..2, before in 0_i64..180,
    ) {
        let theirs = jiff::tz::TimeZone::get(zone).unwrap();
        // Only of zones that change twice a year, for ever and by rule, is anything known that far ahead.
        let ruled = theirs.following("2100-01-01T00:00:00Z".parse().unwrap()).next().is_some() && zone != "Africa/Casablanca";
        let start = days_before(if ruled { year + later } else { year }) * DAY;
        let change = theirs.following(jiff::Timestamp::from_second(start).unwrap()).nth(nth);
        let from = change.map_or(start + DAY, |change| change.timestamp().as_second()) - 30 * before;
        let local = |seconds| {
            let at = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(theirs.clone());
            (i64::from(at.hour()), (i64::from(at.year()), i64::from(at.month()), i64::from(at.day())))
        };
        prop_assume!(from >= 0);
        let first = local(from);
        let end = (1..=2 * DAY / 30).map(|step| from + 30 * step).find(|at| local(*at) != first).unwrap();
        let another = |local: Local| (i64::from(local.hour.get()), local.date.civil()) != first;
        let from = Timestamp::from_micros(from * MICROS).unwrap();
        let end = Timestamp::from_micros(end * MICROS);
        let zones = Zones::bundled();
        prop_assert_eq!(zones.clock(zone).first_instant(from, 1, another), end);
        prop_assert_eq!(zones.table(zone).unwrap().first_instant(from, 1, another), end);
    }

    #[test]
    fn rules_go_on_after_2099(zone in prop::sample::select(&["Europe/Berlin", "America/New_York", "America/Santiago"][..]), seconds in 4_102_444_800_i64..200_000_000_000) {
        let at = Timestamp::from_micros(seconds * 1_000_000).unwrap();
        let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
        prop_assert_eq!(i64::from(Zones::bundled().local(zone, at).unwrap().hour.get()), i64::from(theirs.hour()));
    }
}
