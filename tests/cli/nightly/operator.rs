//! An operator of many nights who reads `status --nagios`, the metrics and what the hook was told, and nothing else: every
//! mishap that stopped or changed a publication is heard of, and no other.

use serde_json::Value;

use super::ends::{events, figure, nagios, watched};
use super::faults::{Dice, assert_as_fresh, assert_whole};
use super::ground;
use super::mishaps::{Effect, MISHAPS, Mishap, Stage, serve};
use super::sources::Server;

/// So many nights pass.
const NIGHTS: usize = 60;

/// What the operator sees in the morning.
#[derive(Debug)]
struct Morning {
    code: i32,
    line: String,
    events: Vec<Value>,
    /// Of the metrics; none where they cannot be read.
    success: Option<f64>,
    began: Option<f64>,
    ended: Option<f64>,
}

impl Morning {
    fn look(stage: &Stage) -> Self {
        let ground = &stage.ground;
        let (code, line) = nagios(ground);
        Self {
            code,
            line,
            events: events(ground),
            success: figure(ground, "last_run_success"),
            began: figure(ground, "last_run_began_timestamp_seconds"),
            ended: figure(ground, "last_run_timestamp_seconds"),
        }
    }

    /// Whether all is said to be well.
    fn is_quiet(&self) -> bool {
        self.code == 0
            && self.line.starts_with("CORREDOR OK")
            && self.events.is_empty()
            && self.success == Some(1.0)
    }
}

#[test]
fn sixty_nights_of_an_operator() {
    let stage = watched();
    let server = Server::new();
    stage.edit("layers/incidents.toml", "incidents.csv", &format!("{}/incidents.csv", server.address));
    let layer = stage.text("layers/incidents.toml");
    stage.put("layers/incidents.toml", &format!("{layer}[read.fetch]\ntimeout_s = 1\n"));
    stage.edit("corredor.toml", "[operate]", "[publish]\nkeep = 3\nkeep_months = 0\n[operate]");
    let mut stage = Stage { ground: stage, server, night: 0 };
    serve(&stage);
    for night in 90..94 {
        stage.ground.put("data/table.csv", &ground::table(night));
        stage.ground.build(&[]);
    }
    let mut dice = Dice(19);
    // Each kind once before any comes twice, in an order of chance.
    let mut order: Vec<&Mishap> = Vec::new();
    let mut skipped = 0;
    while order.len() < NIGHTS {
        let mut all: Vec<&Mishap> = MISHAPS.iter().collect();
        while !all.is_empty() {
            order.push(all.swap_remove(dice.below(all.len() as u64) as usize));
        }
    }
    for (night, mishap) in order.into_iter().take(NIGHTS.max(MISHAPS.len())).enumerate() {
        stage.night = night + 1;
        let when = format!("night {}, {}", stage.night, mishap.name);
        // Every night has something new.
        stage.ground.put("data/table.csv", &ground::table(stage.night));
        serve(&stage);
        let Some(cure) = (mishap.strike)(&stage) else {
            skipped += 1;
            continue;
        };
        let before = stage.ground.path("published/current").canonicalize().unwrap();
        events(&stage.ground);
        (mishap.build)(&stage);
        let morning = Morning::look(&stage);
        let current = || stage.ground.path("published/current").canonicalize().unwrap();
        let said = |what: &str| {
            assert!(morning.code != 0 && morning.line.contains(mishap.says), "{when}, {what}: {morning:?}")
        };
        match mishap.effect {
            Effect::None => assert!(morning.is_quiet(), "{when}: {morning:?}"),
            Effect::Stops => {
                said("stopped");
                assert_eq!((morning.success, morning.events.len()), (Some(0.0), 1), "{when}: {morning:?}");
            }
            Effect::Kills => {
                said("killed");
                assert!(morning.began >= morning.ended && morning.events.is_empty(), "{when}: {morning:?}");
            }
            Effect::Changes => {
                said("changed");
                assert_eq!((morning.success, morning.events.len()), (Some(1.0), 0), "{when}: {morning:?}");
            }
            Effect::Leaves => {
                said("left");
                assert_eq!(morning.events.len(), 0, "{when}: {morning:?}");
            }
        }
        if matches!(mishap.effect, Effect::Stops | Effect::Kills)
            && before.is_dir()
            && mishap.says != "current"
        {
            assert_eq!(current(), before, "{when}");
        }
        cure(&stage);
        assert_whole(&stage.ground, &when);
        stage.ground.build(&[]);
        let heard = events(&stage.ground);
        let cut_off = usize::from(mishap.effect == Effect::Kills);
        assert_eq!(
            heard.iter().filter(|event| event["how"] == "cut_off").count(),
            cut_off,
            "{when}: {heard:?}"
        );
        assert_eq!(heard.len(), cut_off, "{when}: {heard:?}");
        let noon = Morning::look(&stage);
        assert!(noon.is_quiet(), "after {when}: {noon:?}");
        assert_whole(&stage.ground, &format!("after {when}"));
        if night % 12 == 11 {
            assert_as_fresh(&stage.ground, &format!("after {when}"));
        }
    }
    assert!(skipped < 6, "{skipped} mishaps cannot happen here");
}
