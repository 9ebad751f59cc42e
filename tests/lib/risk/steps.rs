//! `[composite]`, `[crosswalk]` and `[difference]` on a small country, by hand.

use super::support::{COMPOSITE, TABLE, ZONES, built, column, country, numbers, parameters, table};

fn close(got: &[Option<f64>], wanted: &[Option<f64>]) {
    assert_eq!(got.len(), wanted.len());
    for (got, wanted) in got.iter().zip(wanted) {
        assert_eq!(got.is_some(), wanted.is_some(), "{got:?} {wanted:?}");
        assert!((got.unwrap_or(0.0) - wanted.unwrap_or(0.0)).abs() < 1e-9, "{got:?} {wanted:?}");
    }
}

/// Poverty between 0 and 100, school between 0 and 15 inverted: 80 and 6 years give (80 + 60) / 2 = 70.
#[test]
fn a_composite_by_hand() {
    let dir = country(&[]);
    built(dir.path()).unwrap();
    let of = |field: &str| numbers(dir.path(), "index", field);
    let wanted = [Some(70.0), Some(320.0 / 6.0), Some(220.0 / 6.0), Some(35.0), Some(15.0), None];
    close(&of("score"), &wanted);
    close(
        &of("rank"),
        &[1.0, 2.0, 3.0, 4.0, 5.0].map(Some).iter().copied().chain([None]).collect::<Vec<_>>(),
    );
    close(&of("d_school")[..1], &[Some(60.0)]);
    let (low, high, score) = (of("score_lo"), of("score_hi"), of("score"));
    for row in 0..5 {
        assert!(low[row] <= score[row] && score[row] <= high[row]);
        assert!(of("rank_lo")[row] <= of("rank")[row] && of("rank")[row] <= of("rank_hi")[row]);
        assert!((0.0..=100.0).contains(&of("class_pct")[row].unwrap()));
    }
    // A zone whose indicators all lack: every statement about it is null, and its class too.
    assert_eq!(of("ind_miss")[5], Some(2.0));
    for field in ["score_lo", "score_hi", "rank_lo", "rank_hi", "risk_class", "class_pct", "up_1", "d_school"]
    {
        assert_eq!(column(dir.path(), "index", field)[5], "", "{field}");
    }
    // 01: above the mean in poverty (44) by 36, in school (40) by 20 points, half of each counts.
    assert_eq!(column(dir.path(), "index", "up_1")[0], "poor");
    close(&of("up_1_pts")[..1], &[Some(18.0)]);
    close(&of("up_2_pts")[..1], &[Some(10.0)]);
    let said = parameters(dir.path(), "index");
    assert_eq!((&said["recipe"], &said["version"]), (&"two".into(), &"1".into()));
    assert_eq!(said["from_data"], false);
    let class = &said["classes"][0];
    assert_eq!((&class["rule"], class["counts"].as_array().unwrap().len()), (&"jenks".into(), 3));
    assert_eq!(class["cuts"].as_array().unwrap().len(), 2);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let texts: Vec<String> = [1, 3]
        .into_iter()
        .map(|threads| {
            let dir = country(&[]);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| built(dir.path())).unwrap();
            std::fs::read_to_string(dir.path().join("published/current/index.csv")).unwrap()
        })
        .collect();
    assert_eq!(texts[0], texts[1]);
}

/// People of 0101 to 0103: 100, 200, 300; of 0201 to 0203: 200, 400, 600, the last without a score.
#[test]
fn states_have_the_mean_of_their_people() {
    let states = format!("{COMPOSITE}sobol = 64\n")
        .replace("recipe = \"two\"", "recipe = \"two\"\nweight = \"pop\"\ngroup = 2\nlike = \"index\"");
    let dir = country(&[("layers/states.toml", &states)]);
    built(dir.path()).unwrap();
    let of = |field: &str| numbers(dir.path(), "states", field);
    let north = (70.0 * 100.0 + 320.0 / 6.0 * 200.0 + 220.0 / 6.0 * 300.0) / 600.0;
    close(&of("score"), &[Some(north), Some((35.0 * 200.0 + 15.0 * 400.0) / 600.0)]);
    assert_eq!(column(dir.path(), "states", "name"), ["Norte", "Sur"]);
    close(&of("unscored"), &[Some(0.0), Some(1.0)]);
    close(&of("pop"), &[Some(600.0), Some(1200.0)]);
    let sobol = &parameters(dir.path(), "states")["sobol"];
    assert_eq!(sobol["inputs"].as_array().unwrap().len(), 8);
    assert_eq!(sobol["runs"], 64 * 10);
}

/// Ten years before: the same recipe, on the goalposts, weights and cut points of today.
#[test]
fn older_years_are_scored_like_the_newer() {
    let older = TABLE.replace("0101,Norte,80,6", "0101,Norte,90,3");
    let recipe = super::support::RECIPE.replace("goalposts = [0, 100]", "goalposts = \"observed\"");
    let then = COMPOSITE
        .replace("\"table\"", "\"before\"")
        .replace("recipe = \"two\"", "recipe = \"two\"\nlike = \"index\"");
    let fields = ["poor", "school", "girls_out", "boys_out"];
    let dir = country(&[
        ("recipes/two.toml", &recipe),
        ("data/before.csv", &older),
        ("layers/before.toml", &table("before.csv", &fields)),
        ("layers/then.toml", &then),
        ("layers/anew.toml", &then.replace("like = \"index\"", "")),
    ]);
    built(dir.path()).unwrap();
    let of = |layer: &str| numbers(dir.path(), layer, "score");
    // 60 of 2020 lies at (60 - 10) / 70 then as now; found anew it would lie at 50 / 80.
    close(&of("then")[1..], &of("index")[1..]);
    assert!((of("anew")[1].unwrap() - of("index")[1].unwrap()).abs() > 1.0);
    let kept = parameters(dir.path(), "then");
    assert_eq!(kept["kept"], parameters(dir.path(), "index")["kept"]);
    assert_eq!(kept["classes"][0]["cuts"], parameters(dir.path(), "index")["classes"][0]["cuts"]);
}

/// Girls and boys by one recipe on one scale: 12 % and 8 % out of school of 100 are 12 and 8 points of a half.
#[test]
fn parts_of_the_people_and_their_gap() {
    let parts = format!(
        "{COMPOSITE}[[composite.part]]\nname = \"girls\"\nfields = {{ poor = \"girls_out\" }}\n\
         [[composite.part]]\nname = \"boys\"\nfields = {{ poor = \"boys_out\" }}\n"
    );
    let dir = country(&[("layers/index.toml", &parts)]);
    built(dir.path()).unwrap();
    let of = |field: &str| numbers(dir.path(), "index", field);
    close(&of("girls")[..1], &[Some((12.0 + 60.0) / 2.0)]);
    close(&of("gap"), &[Some(2.0), Some(0.0), Some(-1.0), Some(2.5), Some(0.0), None]);
    for row in [0, 3] {
        assert!(of("gap_lo")[row] <= Some(2.5) && of("gap_lo")[row] > Some(0.0), "{:?}", of("gap_lo"));
        assert!(of("gap_hi")[row] >= of("gap")[row]);
    }
}

/// 0101 of old was cut in two: 40 % of its people went to 0101, 60 % to 0102.
#[test]
fn a_crosswalk_keeps_totals() {
    let walk = "title = { es = \"a\", en = \"b\" }\npublish = true\n[crosswalk]\ntable = \"old\"\nzones = \"zones\"\n\
                links = \"links\"\nsum = [\"people\"]\nmean = [\"poor\"]\nweight = \"people\"\n";
    let old = "id,state,people,poor\n0101,N,1000,50\n0102,N,500,20\n0103,N,10,\n0201,S,7,3\n9999,S,1,1\n";
    let links = |share: &str| format!("old,new,share\n0101,0101,0.4\n0101,0102,{share}\n");
    let read_links = "level = \"public\"\n[read]\npath = \"links.csv\"\ngeometry = \"none\"\nkey = \"row\"\nnumber_rows = true\n\
                      fields = [\"old\", \"new\", \"share\"]\n[read.types]\nold = \"text\"\nnew = \"text\"\nshare = \"number\"\n";
    let files = |links: &'static str| {
        country(&[
            ("layers/walk.toml", walk),
            ("data/old.csv", old),
            ("layers/old.toml", &table("old.csv", &["people", "poor"])),
            ("data/links.csv", links),
            ("layers/links.toml", read_links),
        ])
    };
    let dir = files(Box::leak(links("0.6").into_boxed_str()));
    built(dir.path()).unwrap();
    let of = |field: &str| numbers(dir.path(), "walk", field);
    close(&of("people"), &[Some(400.0), Some(1100.0), Some(10.0), Some(7.0), None, None]);
    close(
        &of("poor"),
        &[Some(50.0), Some((0.6 * 1000.0 * 50.0 + 500.0 * 20.0) / 1100.0), None, Some(3.0), None, None],
    );
    close(&of("old_n"), &[Some(1.0), Some(2.0), Some(1.0), Some(1.0), Some(0.0), Some(0.0)]);
    let totals = &parameters(dir.path(), "walk")["totals"]["people"];
    // 9999 leads nowhere: one of 1,518 is told as lost.
    assert_eq!((totals["old"].as_f64(), totals["new"].as_f64()), (Some(1518.0), Some(1517.0)));

    let told = |links: String| built(files(Box::leak(links.into_boxed_str())).path()).unwrap_err();
    insta::assert_snapshot!(
        [told(links("0.5")), told(links("0.6").replace("0101,0102", "0101,0199")), told(links("6")),]
            .join("\n")
    );
}

/// Old zones one and a half squares wide: the middle square gets half of each.
#[test]
fn a_crosswalk_by_area_keeps_totals() {
    let square = |key: &str, from: f64, to: f64| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"{key}\",\"n\":\"{key}\",\"pop\":1}},\"geometry\":{{\"type\":\"Polygon\",\
             \"coordinates\":[[[{from},0],[{to},0],[{to},1],[{from},1],[{from},0]]]}}}}"
        )
    };
    let old = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{},{}]}}",
        square("a", 0.0, 1.5),
        square("b", 1.5, 3.0)
    );
    let walk = "title = { es = \"a\", en = \"b\" }\npublish = true\n[crosswalk]\ntable = \"old\"\nzones = \"zones\"\n\
                old_zones = \"old_zones\"\nsum = [\"people\"]\n";
    let dir = country(&[
        ("layers/walk.toml", walk),
        ("data/old.csv", "id,state,people\na,N,300\nb,N,30\n"),
        ("layers/old.toml", &table("old.csv", &["people"])),
        ("data/old.geojson", &old),
        ("layers/old_zones.toml", &ZONES.replace("zones.geojson", "old.geojson")),
    ]);
    built(dir.path()).unwrap();
    let people = numbers(dir.path(), "walk", "people");
    for (got, wanted) in people.iter().zip([200.0, 110.0, 20.0]) {
        assert!((got.unwrap() - wanted).abs() < 1e-6, "{got:?} {wanted}");
    }
    assert!((people.iter().flatten().sum::<f64>() - 330.0).abs() < 1e-9);
}

/// 12 less 8 with errors 3 and 4: 4 and 1.96 * 5 on either side; two-sided p of 0.8 is 0.4237.
#[test]
fn a_difference_by_hand() {
    let layer = "title = { es = \"a\", en = \"b\" }\npublish = true\n[difference]\nzones = \"zones\"\ntable = \"est\"\n\
                 a = \"g\"\na_se = \"g_se\"\nb = \"m\"\nb_se = \"m_se\"\n";
    let est = "id,state,g,g_se,m,m_se\n0101,N,12,3,8,4\n0102,N,,,1,1\n0103,N,5,0,5,0\n";
    let files = |est: &str| {
        country(&[
            ("layers/d.toml", layer),
            ("data/est.csv", est),
            ("layers/est.toml", &table("est.csv", &["g", "g_se", "m", "m_se"])),
        ])
    };
    let dir = files(est);
    built(dir.path()).unwrap();
    let of = |field: &str| numbers(dir.path(), "d", field);
    close(&of("gap")[..3], &[Some(4.0), None, Some(0.0)]);
    close(&of("gap_lo")[..1], &[Some(4.0 - 5.0 * 1.959963984540054)]);
    assert!((of("gap_p")[0].unwrap() - 0.423_710_8).abs() < 1e-6);
    // Without any error there is nothing to test.
    assert_eq!((of("gap_p")[2], of("gap_lo")[2]), (None, Some(0.0)));
    insta::assert_snapshot!(built(files(&est.replace("12,3,", "12,-3,")).path()).unwrap_err());
}
