//! `[lixels]`, `[rates]`, `[zonal]` and `[validate]` on a small country with dangerous stretches that are known.

use std::fmt::Write as _;

use corredor::geodesy::distance_km;
use corredor::publish::record::Validation;

use super::fixtures::told;
use super::support::{built, column, country, numbers, parameters};

/// Two roads through all zones, one along each row, 333 km each.
const ROADS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"R1","n":"Sur"},"geometry":{"type":"LineString","coordinates":[[0.001,0.5],[1.5,0.5],[2.999,0.5]]}},
{"type":"Feature","properties":{"id":"R2","n":"Norte"},"geometry":{"type":"LineString","coordinates":[[0.001,1.5],[1.5,1.5],[2.999,1.5]]}}]}"#;

const ROUTES: &str = "level = \"public\"\n[read]\npath = \"roads.geojson\"\ngeometry = \"line\"\nkey = \"id\"\nname = \"n\"\nfields = []\n";
const EVENTS: &str = "level = \"public\"\n[read]\npath = \"events.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\nfields = [\"day\"]\ntypes = { day = \"text\" }\n";
const LIXELS: &str = "[lixels]\nroutes = \"routes\"\nzones = \"zones\"\ncarry = [{ layer = \"table\", fields = [\"poor\"] }]\n";
const PROTECT: &str = "[protect]\nto = \"public\"\nreason = { es = \"tasa\", en = \"rate\" }\n";
const ZONAL: &str =
    "publish = true\n[zonal]\nlixels = \"rates\"\nzones = \"zones\"\nmean = [\"inc_km\"]\nmax = [\"poor\"]\n";

fn rates(more: &str) -> String {
    format!("publish = true\n[rates]\nlixels = \"lixels\"\npoints = \"events\"\ndate = \"day\"\n{more}")
}

/// The same for readers who may not see the events.
fn lowered(more: &str) -> String {
    rates(more).replace("publish = true\n", &format!("publish = true\n{PROTECT}"))
}

/// Where the way is dangerous: from and to, degrees east, of the road in each row. No two are in the poorest zones only.
const DANGEROUS: [(f64, f64, f64); 4] =
    [(0.5, 0.3, 0.45), (0.5, 2.4, 2.6), (1.5, 0.9, 1.1), (1.5, 2.0, 2.15)];

/// Events of six years: every 2 km a year within the dangerous stretches, every 300 km elsewhere; one far from all roads,
/// one without a date.
fn events() -> String {
    let mut text = String::from("id,lon,lat,day\n");
    let mut add = |lon: f64, lat: f64, year: i32| {
        let id = text.lines().count();
        let _ = writeln!(text, "e{id:04},{lon:.5},{lat:.5},{year}-0{}-11", id % 9 + 1);
    };
    for year in 2014..2020 {
        for (lat, from, to) in DANGEROUS {
            let count = ((to - from) * 55.0) as i32;
            for n in 0..count {
                let share = (f64::from(n) + 0.1 + f64::from(year % 5) * 0.17) / f64::from(count);
                add(from + (to - from) * share.min(1.0), lat + 0.003 * f64::from(n % 5), year);
            }
        }
        add(0.1 + f64::from(year - 2014) * 0.45, 0.51, year);
        add(2.8 - f64::from(year - 2014) * 0.45, 1.49, year);
    }
    add(1.5, 1.0, 2015);
    text + "e9999,1.5,0.5,\n"
}

fn way(files: &[(&str, &str)]) -> tempfile::TempDir {
    let events = events();
    let rates = rates("");
    let mut all = vec![
        ("data/roads.geojson", ROADS),
        ("data/events.csv", events.as_str()),
        ("layers/routes.toml", ROUTES),
        ("layers/events.toml", EVENTS),
        ("layers/lixels.toml", LIXELS),
        ("layers/rates.toml", rates.as_str()),
    ];
    all.extend(files);
    country(&all)
}

#[test]
fn rates_find_the_dangerous_stretches() {
    let dir = way(&[]);
    built(dir.path()).unwrap();
    let of = |field: &str| column(dir.path(), "rates", field);
    let number = |field: &str| -> Vec<f64> {
        numbers(dir.path(), "rates", field).into_iter().map(|value| value.unwrap()).collect()
    };
    let (ids, routes, zones) = (of("lixel_id"), of("route"), of("zone"));
    // 333.7 and 333.6 km make 67 pieces each.
    assert_eq!((ids.len(), ids[0].as_str(), ids[133].as_str()), (134, "R1-0001", "R2-0067"));
    assert_eq!((zones[0].as_str(), zones[133].as_str(), of("poor")[0].as_str()), ("0101", "0203", "80.0"));
    let (from, km, rate) = (number("from_km"), number("km"), number("inc_km"));
    let (low, high) = (number("inc_km_lo"), number("inc_km_hi"));
    assert!((0..134).all(|i| low[i] <= rate[i] && rate[i] <= high[i]));
    assert!(km.iter().all(|km| (km - 5.0).abs() < 0.1));
    // What is above the mean by its whole interval is called dangerous. Beside a stretch it may be so too: one piece.
    let mean = parameters(dir.path(), "rates")["mean"].as_f64().unwrap();
    let (mut found, mut planted, mut false_finds, mut finds) = (0, 0, 0, 0);
    for i in 0..134 {
        let lat = if routes[i] == "R1" { 0.5 } else { 1.5 };
        let middle = 0.001 + (from[i] + km[i] / 2.0) / 111.3;
        let inside = |aside: f64| {
            DANGEROUS.iter().any(|&(y, a, b)| y == lat && a - aside <= middle && middle <= b + aside)
        };
        let hot = low[i] > mean;
        planted += usize::from(inside(0.0));
        found += usize::from(hot && inside(0.0));
        finds += usize::from(hot);
        false_finds += usize::from(hot && !inside(0.05));
    }
    assert!(found * 10 >= planted * 9, "{found} of {planted}");
    assert!(false_finds * 10 <= finds, "{false_finds} of {finds}");
    assert_eq!(number("inc_n").iter().sum::<f64>() as usize, events().lines().count() - 3);
    let findings = std::fs::read_to_string(dir.path().join("published/current/metadata.json")).unwrap();
    for said in ["more than 25 km from every route", "does not say of which year"] {
        assert!(findings.contains(said), "{said}");
    }
}

#[test]
fn below_the_level_of_the_events_their_numbers_stay_inside() {
    let whole = lowered("");
    let restricted = EVENTS.replace("public", "restricted");
    let dir = way(&[("layers/rates.toml", &whole), ("layers/events.toml", &restricted)]);
    built(dir.path()).unwrap();
    let text = std::fs::read_to_string(dir.path().join("published/current/rates.csv")).unwrap();
    let header = text.lines().next().unwrap();
    assert!(
        header.contains("inc_km") && !header.contains("inc_km_lo") && !header.contains("inc_n"),
        "{header}"
    );
    let narrow = lowered("bandwidth_km = 1\n");
    let dir = way(&[("layers/rates.toml", &narrow), ("layers/events.toml", &restricted)]);
    let said = built(dir.path()).unwrap_err();
    assert!(said.contains("raise `bandwidth_km` to 5 or more"), "{said}");
}

#[test]
fn zones_have_the_mean_of_their_kilometres() {
    let dir = way(&[("layers/byzone.toml", ZONAL)]);
    built(dir.path()).unwrap();
    let zones = column(dir.path(), "rates", "zone");
    let (km, rate) = (numbers(dir.path(), "rates", "km"), numbers(dir.path(), "rates", "inc_km"));
    // A segment over the border counts in both zones, by its kilometres in each.
    let border = distance_km(0.001, 0.5, 1.0, 0.5);
    let from = numbers(dir.path(), "rates", "from_km");
    let inside = |i: usize| (border - from[i].unwrap()).clamp(0.0, km[i].unwrap());
    let rows: Vec<usize> =
        (0..zones.len()).filter(|&i| ["0101", "0102"].contains(&zones[i].as_str())).collect();
    let sum: f64 = rows.iter().map(|&i| inside(i) * rate[i].unwrap()).sum();
    let all: f64 = rows.iter().map(|&i| inside(i)).sum();
    let told = numbers(dir.path(), "byzone", "inc_km")[0].unwrap();
    assert!((told / (sum / all) - 1.0).abs() < 1e-4, "{told} {}", sum / all);
    assert_eq!(numbers(dir.path(), "byzone", "poor")[..2], [Some(80.0), Some(60.0)]);
    // 0203 has no indicators: all that it has is the segment over its border, whose middle lies in 0202.
    assert_eq!(numbers(dir.path(), "byzone", "poor")[5], Some(10.0));
}

const VALIDATE: &str = "[validate]\nfield = \"inc_km\"\nevents = \"events\"\ndate = \"day\"\nuntil = 2017\nbeside = [\"poor\"]\n";

#[test]
fn a_layer_is_judged_by_the_events_that_came_later() {
    let file = rates("") + VALIDATE;
    let dir = way(&[("layers/rates.toml", &file)]);
    built(dir.path()).unwrap();
    let found: Validation =
        serde_json::from_value(parameters(dir.path(), "rates")["validation"].clone()).unwrap();
    assert_eq!((found.made_from, found.judged_by), ([2014, 2017], [2018, 2019]));
    let names: Vec<&str> = found.scores.iter().map(|score| score.name.as_str()).collect();
    assert_eq!(names, ["inc_km", "chance", "history", "poor"]);
    let [own, chance, _, poor] = &found.scores[..] else { panic!("four scores") };
    assert!((chance.capture[1] - 0.1).abs() < 1e-12 && (chance.auc - 0.5).abs() < 1e-12);
    assert!(own.capture[2] > 0.8 && own.capture[2] > 2.0 * poor.capture[2], "{own:?} {poor:?}");
    assert!(own.interval[1][0] <= own.capture[1] && own.capture[1] <= own.interval[1][1]);
    assert_eq!(found.by_year.iter().map(|part| part.events).sum::<usize>(), found.events);
    assert!(
        (found.calibration.iter().map(|group| group.came).sum::<f64>() - found.events as f64).abs() < 1e-9
    );
    // The layer itself is made from all years.
    assert_eq!(parameters(dir.path(), "rates")["years"], serde_json::json!([2014, 2019]));
    let said = told(dir.path(), &["validate"]);
    assert!(said.starts_with("exit 0"), "{said}");
    assert!(told(dir.path(), &["validate", "rate"]).contains("did you mean `rates`?"));
}

/// Too few years stop no night; what cannot be judged says so.
#[test]
fn what_cannot_be_judged_goes_out_unjudged() {
    for (until, why) in [("2030", "nothing to judge by"), ("2001", "nothing to make the score from")] {
        let file = rates("") + &VALIDATE.replace("2017", until);
        let dir = way(&[("layers/rates.toml", &file)]);
        built(dir.path()).unwrap();
        assert!(parameters(dir.path(), "rates")["not_judged"].as_str().unwrap().contains(why));
        let said = told(dir.path(), &["validate"]);
        assert!(said.starts_with("exit 1") && said.contains(why), "{said}");
    }
}

/// A segment brings along what its route has, without any zones; what happened where nobody counted people is told.
#[test]
fn rates_per_person_take_the_flow_of_the_routes() {
    let roads = ROADS.replace("\"n\":\"Sur\"", "\"n\":\"Sur\",\"flow\":1000");
    let routes_file = ROUTES.replace("fields = []", "fields = [\"flow\"]");
    let lixels = "[lixels]\nroutes = \"routes\"\ncarry = [{ layer = \"routes\", fields = [\"flow\"] }]\n";
    let rates = rates("flow = \"flow\"\n");
    let dir = way(&[
        ("data/roads.geojson", &roads),
        ("layers/routes.toml", &routes_file),
        ("layers/lixels.toml", lixels),
        ("layers/rates.toml", &rates),
    ]);
    built(dir.path()).unwrap();
    let (routes, rate) = (column(dir.path(), "rates", "route"), numbers(dir.path(), "rates", "inc_km"));
    assert!((0..134).all(|i| rate[i].is_some() == (routes[i] == "R1")));
    let mean = parameters(dir.path(), "rates")["mean"].as_f64().unwrap();
    let told = parameters(dir.path(), "rates")["counted"].as_f64().unwrap();
    let counted = numbers(dir.path(), "rates", "inc_n")[..67].iter().flatten().sum::<f64>();
    assert_eq!(told, counted);
    // Six years, a thousand people a year.
    assert!((mean / (counted / (333.7 * 6.0 * 1000.0) * 1e6) - 1.0).abs() < 1e-3, "{mean}");
    let metadata = std::fs::read_to_string(dir.path().join("published/current/metadata.json")).unwrap();
    assert!(metadata.contains("whose flow is not known or zero"));
    // Counted by the month, each kilometre has twelve times as many.
    let monthly = rates.replace("flow = ", "flow_per = \"month\"\nflow = ");
    let more = way(&[
        ("data/roads.geojson", &roads),
        ("layers/routes.toml", &routes_file),
        ("layers/lixels.toml", lixels),
        ("layers/rates.toml", &monthly),
    ]);
    built(more.path()).unwrap();
    let twelfth = parameters(more.path(), "rates")["mean"].as_f64().unwrap();
    assert!((mean / twelfth / 12.0 - 1.0).abs() < 1e-9, "{mean} {twelfth}");
    let none = lixels.replace("\"routes\", fields", "\"table\", fields").replace("flow", "poor");
    let said = built(way(&[("layers/lixels.toml", &none)]).path()).unwrap_err();
    assert!(said.contains("nothing of zones along without `zones`"), "{said}");
}

#[test]
fn a_route_of_one_place_is_named() {
    let roads = ROADS.replace("[0.001,0.5],[1.5,0.5],[2.999,0.5]", "[1.5,0.5],[1.5,0.5]");
    let said = built(way(&[("data/roads.geojson", &roads)]).path()).unwrap_err();
    assert!(said.contains("R1") && said.contains("no length"), "{said}");
}

/// A year that nobody meant makes the span long, and all rates small.
#[test]
fn a_wrong_year_is_told() {
    let wrong = events() + "e8888,0.4,0.5,1018-03-04\n";
    let dir = way(&[("data/events.csv", &wrong)]);
    built(dir.path()).unwrap();
    let metadata = std::fs::read_to_string(dir.path().join("published/current/metadata.json")).unwrap();
    assert!(metadata.contains("one wrong year dilutes all rates"));
}

#[test]
fn what_cannot_be_made_or_judged_is_refused_with_the_place() {
    let refused = |file: &str| built(way(&[("layers/rates.toml", file)]).path()).unwrap_err();
    let said = refused(&rates("within_km = 0.0001\nyears = [2001, 2002]\n"));
    assert!(said.contains("none of the") && said.contains("2001 to 2002"), "{said}");
    let said = refused(&rates("years = [2019, 2014]\n"));
    assert!(said.contains("before it begins"), "{said}");
    let said = refused(&rates("").replace("date = \"day\"", "date = \"id\""));
    assert!(said.contains("holds no year in any row") && said.contains("e0001"), "{said}");
    let said = refused(&(rates("") + &VALIDATE.replace("\"events\"", "\"index\"")));
    assert!(
        said.contains("not made from `index`") && said.contains("it is made from these points"),
        "{said}"
    );
    let said = refused(&rates("").replace("\"lixels\"", "\"zones\""));
    assert!(said.contains("needs lixels"), "{said}");
}
