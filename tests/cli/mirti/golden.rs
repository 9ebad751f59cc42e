//! Fits against R's `survey`, `glm` and `lme4`; `tests/oracles/mirti/make_golden.R` made the answers.

use std::collections::HashMap;
use std::path::PathBuf;

use corredor::risk::mirti::{Frame, Link, Lonely, MirtiError, Options, Term, direct, estimate};

const NEAR: f64 = 1e-6;

fn golden(name: &str) -> PathBuf {
    crate::fixtures::top().join("tests/oracles/mirti").join(name)
}

fn table(name: &str) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(golden(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// What of the design a case knows.
#[derive(Clone, Copy, PartialEq)]
enum Knows {
    Nothing,
    Weights,
    Strata,
    Clusters,
}

struct Children {
    frame: Frame,
    states: Vec<String>,
    zones: Vec<String>,
}

/// The children, coded as R does; `subset` leaves some out and keeps the design of all.
fn children(knows: Knows, subset: bool) -> Children {
    let rows = table("children.csv");
    let mut frame = Frame {
        terms: vec![
            Term::intercept(),
            Term::number("girl"),
            Term::number("school"),
            Term::level("sector", "farm"),
            Term::level("sector", "trade"),
        ],
        ..Frame::default()
    };
    let mut strata: Vec<String> = Vec::new();
    let mut clusters: Vec<(u32, String)> = Vec::new();
    let (mut states, mut zones) = (Vec::new(), Vec::new());
    for (i, row) in rows.iter().enumerate() {
        let stratum = if matches!(knows, Knows::Strata | Knows::Clusters) { &*row["stratum"] } else { "all" };
        let h = strata.iter().position(|s| s == stratum).unwrap_or_else(|| {
            strata.push(stratum.to_owned());
            frame.clusters_in_stratum.push(0);
            strata.len() - 1
        }) as u32;
        let cluster = if knows == Knows::Clusters { row["cluster"].clone() } else { i.to_string() };
        let c = clusters.iter().position(|c| *c == (h, cluster.clone())).unwrap_or_else(|| {
            clusters.push((h, cluster));
            frame.clusters_in_stratum[h as usize] += 1;
            clusters.len() - 1
        });
        let school: f64 = row["school"].parse().unwrap();
        let out = row["cluster"] == "2" && matches!(&*row["stratum"], "3" | "8");
        if subset && (out || school <= 2.0) {
            continue;
        }
        let is = |level: &str| f64::from(u8::from(row["sector"] == level));
        frame.x.extend([1.0, row["girl"].parse().unwrap(), school, is("farm"), is("trade")]);
        frame.y.push(row["y"] == "1");
        frame.weight.push(if knows == Knows::Nothing { 1.0 } else { row["weight"].parse().unwrap() });
        frame.stratum.push(h);
        frame.cluster.push(c as u32);
        let z = zones.iter().position(|z| *z == row["zone"]).unwrap_or_else(|| {
            zones.push(row["zone"].clone());
            zones.len() - 1
        });
        frame.zone.push(z as u32);
        states.push(row["state"].clone());
    }
    Children { frame, states, zones }
}

fn near(found: f64, wanted: &str, what: &str) {
    let wanted: f64 = wanted.parse().unwrap();
    assert!((found - wanted).abs() <= NEAR * wanted.abs().max(1.0), "{what}: {found}, R has {wanted}");
}

#[test]
fn coefficients_and_errors_equal_svyglm_and_glm() {
    let answers = table("coefficients.csv");
    let cases = [
        ("weights", Knows::Weights, Link::Logit, Lonely::Adjust),
        ("weights_probit", Knows::Weights, Link::Probit, Lonely::Adjust),
        ("strata", Knows::Strata, Link::Logit, Lonely::Adjust),
        ("clusters_adjust", Knows::Clusters, Link::Logit, Lonely::Adjust),
        ("clusters_certainty", Knows::Clusters, Link::Logit, Lonely::Certainty),
        ("clusters_average", Knows::Clusters, Link::Logit, Lonely::Average),
        ("subset", Knows::Clusters, Link::Logit, Lonely::Adjust),
        ("none", Knows::Nothing, Link::Logit, Lonely::Adjust),
        ("none_probit", Knows::Nothing, Link::Probit, Lonely::Adjust),
    ];
    for (case, knows, link, lonely) in cases {
        let frame = children(knows, case == "subset").frame;
        let fit = estimate(&frame, Options { link, lonely, random: false }).unwrap();
        let wanted: Vec<_> = answers.iter().filter(|row| row["case"] == case).collect();
        assert_eq!(wanted.len(), 5);
        for (k, (row, found)) in wanted.iter().zip(fit.coefficients()).enumerate() {
            let what = |name: &str| format!("{case}, {}: {name}", row["term"]);
            near(found.value, &row["b"], &what("b"));
            if knows == Knows::Nothing {
                // Without a design R's glm takes the model's word for the variance.
                let se = (fit.glm.inverse.at(k, k)).sqrt();
                near(se, &row["se"], &what("se"));
                continue;
            }
            near(found.se, &row["se"], &what("se"));
            near(fit.df, &row["df"], &what("df"));
            near(found.p_value, &row["p"], &what("p"));
            near(found.value.exp(), &row["or"], &what("odds ratio"));
            near(found.lo.exp(), &row["or_lo"], &what("lower"));
            near(found.hi.exp(), &row["or_hi"], &what("upper"));
        }
    }
}

#[test]
fn shares_without_a_model_equal_svymean() {
    let Children { frame, states, .. } = children(Knows::Clusters, false);
    for row in table("shares.csv") {
        let domain = &*row["domain"];
        let inside = |i: usize| domain == "all" || states[i] == domain;
        let found = direct(&frame, Lonely::Adjust, inside).unwrap().unwrap();
        near(found.share, &row["share"], domain);
        near(found.se, &row["se"], domain);
    }
    assert_eq!(direct(&frame, Lonely::Adjust, |_| false).unwrap(), None);
}

#[test]
fn quality_equals_the_formulas() {
    let fit = estimate(&children(Knows::Weights, false).frame, Options::default()).unwrap();
    let row = &table("quality.csv")[0];
    near(fit.pseudo_r2, &row["pseudo_r2"], "pseudo R2");
    near(fit.auc, &row["auc"], "AUC");
    let test = fit.hosmer_lemeshow.unwrap();
    near(test.statistic, &row["hl"], "Hosmer-Lemeshow");
    near(f64::from(test.df), &row["hl_df"], "its df");
    near(test.p_value, &row["hl_p"], "its p");
}

/// lme4 stops its own search and its differences earlier than ours: 1e-4 of a standard error or better.
#[test]
fn zone_intercepts_equal_lme4() {
    let Children { frame, zones, .. } = children(Knows::Nothing, false);
    let fit = estimate(&frame, Options { random: true, ..Options::default() }).unwrap();
    let intercept = fit.intercept.clone().unwrap();
    let rows = table("intercept.csv");
    for (row, found) in rows.iter().zip(fit.coefficients()) {
        let (wanted, se): (f64, f64) = (row["value"].parse().unwrap(), row["se"].parse().unwrap());
        assert!((found.value - wanted).abs() < 1e-4 * se, "{}: {} {wanted}", row["name"], found.value);
        assert!((found.se / se - 1.0).abs() < 1e-3, "{}: se {} {se}", row["name"], found.se);
    }
    let sd: f64 = rows[5]["value"].parse().unwrap();
    let log_lik: f64 = rows[6]["value"].parse().unwrap();
    assert!((intercept.sd / sd - 1.0).abs() < 1e-4, "sd {} {sd}", intercept.sd);
    assert!((intercept.log_lik - log_lik).abs() < 1e-5, "log likelihood {} {log_lik}", intercept.log_lik);
    // lme4 tells modes, we tell means: near each other, on the skewed side, and in the same order.
    for row in table("modes.csv") {
        let zone = zones.iter().position(|z| *z == row["zone"]).unwrap();
        let mode: f64 = row["mode"].parse().unwrap();
        let found = intercept.effects[zone];
        assert!((found.mean - mode).abs() < 0.25 * found.sd, "{}: {found:?} {mode}", row["zone"]);
        assert!(found.sd < intercept.sd, "a zone with children is known better than one without");
    }
}

#[test]
fn a_lonely_cluster_may_be_refused() {
    let frame = children(Knows::Clusters, false).frame;
    let fit = |lonely| estimate(&frame, Options { lonely, ..Options::default() });
    assert!(matches!(fit(Lonely::Fail), Err(MirtiError::LonelyClusters { strata: 1 })));
    assert_eq!(fit(Lonely::Adjust).unwrap().design.lonely, 1);
}

/// statsmodels' standard errors come from the observed information; with the logit it is the expected one.
#[test]
fn coefficients_equal_statsmodels_without_a_design() {
    let rows = table("statsmodels.csv");
    for (name, link) in [("logit", Link::Logit), ("probit", Link::Probit)] {
        let frame = children(Knows::Nothing, false).frame;
        let fit = estimate(&frame, Options { link, ..Options::default() }).unwrap();
        let wanted: Vec<_> = rows.iter().filter(|row| row["link"] == name).collect();
        for (k, row) in wanted.iter().enumerate() {
            near(fit.glm.beta[k], &row["b"], &format!("{name}, {}", row["term"]));
            if link == Link::Logit {
                near(fit.glm.inverse.at(k, k).sqrt(), &row["se"], &row["term"]);
            }
        }
        near(fit.glm.log_lik, &wanted[0]["log_lik"], "log likelihood");
        near(fit.pseudo_r2, &wanted[0]["pseudo_r2"], "pseudo R2");
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let mut frame = children(Knows::Clusters, false).frame;
    let few = 300;
    frame.x.truncate(few * frame.width());
    frame.y.truncate(few);
    frame.weight.truncate(few);
    frame.stratum.truncate(few);
    frame.cluster.truncate(few);
    frame.zone.truncate(few);
    let options = Options { random: true, ..Options::default() };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let fit = pool.install(|| estimate(&frame, options)).unwrap();
        (fit.glm.beta.clone(), fit.beta().to_vec(), fit.covariance.clone())
    };
    assert_eq!(with(1), with(4));
}
