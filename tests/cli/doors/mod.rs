//! Everything above a level has a token that stands nowhere else; every door is driven; no token may come out.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod drive;
mod ground;
mod look;
use crate::fixtures::postgres;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use drive::{Ear, Said};
use ground::{Ground, Template};
use postgres::Server;
use tokens::Tokens;

/// Three nights: as it came; sites opened, closed and moved; and sources that cannot be read.
fn three_nights(template: Template, editions: bool) {
    let mut ground = Ground::new(template, editions);
    let ear = Ear::new();
    ground.listen(&ear);
    ground.fetch_from(&ear);
    // Said aloud where there is none.
    let server = Server::start();
    if let Some(server) = &server {
        ground.publish_to(server);
    }
    let mut said = Said::new();
    assert!(ground.say(&mut said, &["build", "--log", "json", "-vv"]), "{}", last(&said));
    ground.write_sites(1);
    ground.write_incidents(1);
    assert!(ground.say(&mut said, &["build", "--json", "-v"]), "{}", last(&said));
    ground.read_back(&mut said);
    ground.inspect(&mut said);
    if let Some(server) = &server {
        ground.dump(server, &mut said);
    }
    // From here on a copy of the last time is used, which is told.
    ear.lose();
    ground.say(&mut said, &["rollback", "previous"]);
    ground.say(&mut said, &["build", "--force", "--log", "human", "-v", "--lang", "es"]);
    for (file, broken) in [
        (
            "zzrsites.csv",
            "id,name,town,lon,lat,services,capacity,certainty\nzzrbadkey,zzrbadname,t,-92.1,zzrbadcell,x,1,x\n",
        ),
        (
            "zzrsites.csv",
            "id,name,town,lon,lat,services,capacity,certainty\nzzrtwice,a,t,-40.1,21.0,x,1,x\nzzrtwice,a,t,-40.1,21.0,x,1,x\n",
        ),
        (
            "zzrsites.csv",
            "id,name,town,lon,lat,services,capacity,certainty\nzzrfar,a,t,-40.1,921.7654321,x,zzrbadnumber,x\n",
        ),
        ("zzrincidents.csv", "id,zzrwrongcolumn\n1,zzrbadcell\n"),
    ] {
        ground.break_source(file, broken);
        for arguments in
            [vec!["build", "--log", "json"], vec!["build", "--log", "human"], vec!["build", "--json"]]
        {
            assert!(!ground.say(&mut said, &arguments), "{file} was read");
        }
        for arguments in [vec!["status"], vec!["status", "--json"], vec!["status", "--nagios"]] {
            ground.say(&mut said, &arguments);
        }
        ground.mend_source(file);
    }
    for bad in ["zzrbad", "zzrtwice", "zzrfar", "921.765", "zzrwrong"] {
        ground.restricted.text(bad, "what cannot be read:");
    }
    ground.withdraw(&mut said, if editions { &["public", "partners"] } else { &[""] });
    if let Some(server) = &server {
        ground.dump(server, &mut said);
    }
    said.extend(ground.written(&ear));
    judge(&ground, &said, editions);
}

/// Fails with every token that came out, each door once.
fn judge(ground: &Ground, said: &Said, editions: bool) {
    let with = |more: &[&Tokens]| {
        let mut tokens = ground.secrets.clone();
        more.iter().for_each(|more| tokens.extend(more));
        tokens
    };
    let all = with(&[&ground.restricted, &ground.confidential]);
    let (of_partners, inside) = (with(&[&ground.confidential]), with(&[]));
    assert!(all.len() > 300, "{} tokens", all.len());
    let mut hits = BTreeSet::new();
    // The same bytes come out of many doors: looked through once.
    let mut known: BTreeMap<([u8; 32], u8), bool> = BTreeMap::new();
    for (door, bytes) in said {
        let partners = ["published/partners", "postgis corredor_partners"];
        let (which, tokens) = match door {
            _ if editions && partners.iter().any(|place| door.starts_with(place)) => (0, &of_partners),
            // The workspace's own; the status is read by others.
            _ if door.starts_with(".corredor/") && door != ".corredor/status.json" => (1, &inside),
            _ => (2, &all),
        };
        let print = (*blake3::hash(bytes).as_bytes(), which);
        if known.get(&print) == Some(&true) {
            continue;
        }
        let found = look::found(tokens, door, bytes);
        known.insert(print, found.is_empty());
        // A text that the asker typed, and that the answer repeats, tells the asker nothing.
        let asked = door.starts_with("corredor query -e ");
        let told = found.into_iter().filter(|(_, token)| !(asked && token.was_typed(door)));
        hits.extend(told.map(|(door, token)| format!("{door}: {}", token.what)));
    }
    for beginning in ["published/", "postgis ", ".corredor/", "corredor withdraw", "corredor inspect"] {
        let doors = said.iter().filter(|(door, _)| door.starts_with(beginning)).count();
        let least = if beginning == "published/" { 50 } else { 1 };
        assert!(
            doors >= least || (beginning == "postgis " && ground.password.is_none()),
            "{doors} {beginning}"
        );
    }
    let shown: Vec<&String> = hits.iter().take(60).collect();
    assert!(hits.is_empty(), "{} tokens came out:\n{shown:#?}", hits.len());
}

fn last(said: &Said) -> String {
    said.last().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

#[test]
fn the_demo() {
    three_nights(Template::Demo, false);
}

#[test]
fn the_demo_in_two_editions() {
    three_nights(Template::Demo, true);
}

#[test]
fn the_template_of_mexico() {
    three_nights(Template::Mexico, false);
}

#[test]
fn the_template_of_mexico_in_two_editions() {
    three_nights(Template::Mexico, true);
}
