//! A country whose truth is known: what each child's probability is, and so what each zone's share is.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// How large the country is.
#[derive(Clone, Copy)]
pub struct Size {
    pub zones: usize,
    /// Children of the survey in each zone that is in it.
    pub surveyed: usize,
    /// Zones without a child in the survey: every so many.
    pub unsurveyed_every: usize,
    /// Households of the census in each zone, of two children.
    pub households: usize,
    /// Adults of each besides head and spouse.
    pub others: usize,
    /// Standard deviation between zones.
    pub sd: f64,
}

/// The truth.
pub struct Truth {
    /// Weighted share of the census's children, by key.
    pub share: Vec<(String, f64)>,
    /// Girls less boys.
    pub gap: Vec<f64>,
    pub country: f64,
    pub persons: u64,
    pub children: u64,
}

/// Coefficients: intercept, girl, age - 11, not at school, rural, schooling of the head - 8, farming, trade, no work.
pub const BETA: [f64; 9] = [-2.6, -0.5, 0.16, 0.9, 0.35, -0.07, 0.8, 0.3, -0.2];

/// SplitMix64: small, and the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (2.0 * std::f64::consts::PI * self.unit()).cos()
    }
}

struct Zone {
    department: usize,
    district: usize,
    rural: f64,
    schooling: f64,
    farming: f64,
    u: f64,
}

struct Head {
    schooling: u64,
    /// 0 no work, 1 farming, 2 trade, 3 other.
    sector: usize,
}

struct Child {
    girl: bool,
    age: u64,
    school: bool,
}

fn zones(size: Size, dice: &mut Dice) -> Vec<Zone> {
    (0..size.zones)
        .map(|i| {
            let rural = dice.unit();
            Zone {
                department: i / 75 + 1,
                district: i % 75 + 1,
                rural,
                schooling: 10.0 - 4.0 * rural + dice.normal(),
                farming: 0.1 + 0.5 * rural,
                u: size.sd * dice.normal(),
            }
        })
        .collect()
}

fn head(zone: &Zone, dice: &mut Dice) -> Head {
    let schooling = (zone.schooling + 3.5 * dice.normal()).round().clamp(0.0, 20.0) as u64;
    let sector = if dice.chance(0.1) {
        0
    } else if dice.chance(zone.farming) {
        1
    } else if dice.chance(0.3) {
        2
    } else {
        3
    };
    Head { schooling, sector }
}

fn child(dice: &mut Dice) -> Child {
    let age = 5 + dice.below(13);
    let school = !dice.chance(if age < 12 { 0.02 } else { 0.04 * (age - 10) as f64 });
    Child { girl: dice.chance(0.49), age, school }
}

fn probability(zone: &Zone, rural: bool, head: &Head, child: &Child) -> f64 {
    let yes = |condition: bool| f64::from(u8::from(condition));
    let eta = BETA[0]
        + BETA[1] * yes(child.girl)
        + BETA[2] * (child.age as f64 - 11.0)
        + BETA[3] * yes(!child.school)
        + BETA[4] * yes(rural)
        + BETA[5] * (head.schooling as f64 - 8.0)
        + [BETA[8], BETA[6], BETA[7], 0.0][head.sector]
        + zone.u;
    1.0 / (1.0 + (-eta).exp())
}

/// Writes `survey.csv` and `census.csv`, as the codebooks of Imaginaria describe them, and tells the truth.
pub fn write(dir: &Path, size: Size, seed: u64) -> Truth {
    let mut dice = Dice::new(seed);
    let zones = zones(size, &mut dice);
    survey(&dir.join("survey.csv"), size, &zones, &mut dice);
    census(&dir.join("census.csv"), size, &zones, &mut dice)
}

fn survey(path: &Path, size: Size, zones: &[Zone], dice: &mut Dice) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    writeln!(
        out,
        "depto,distrito,localidad,estrato,upm,peso,hogar,parentesco,sexo,edad,asiste,anios_estudio,rama,trabaja,peligroso"
    )
    .unwrap();
    for (i, zone) in zones.iter().enumerate() {
        if size.unsurveyed_every > 0 && i % size.unsurveyed_every == 0 {
            continue;
        }
        // Five children a cluster, each in a household of its own.
        for n in 0..size.surveyed {
            let cluster = i * 1000 + n / 5;
            let mut of_cluster = Dice::new(cluster as u64 * 7 + 1);
            let rural = of_cluster.chance(zone.rural);
            let weight = 50.0 + 100.0 * of_cluster.unit();
            let (head, child) = (head(zone, dice), child(dice));
            let works = dice.chance(probability(zone, rural, &head, &child));
            let place = format!(
                "{},{},{},{},{cluster},{weight:.4},{n}",
                zone.department,
                zone.district,
                if rural { 2 } else { 1 },
                zone.department * 10 + usize::from(rural),
            );
            writeln!(out, "{place},1,1,40,2,{},{},NA,NA", head.schooling, head.sector).unwrap();
            writeln!(
                out,
                "{place},3,{},{},{},NA,NA,{},{}",
                if child.girl { 2 } else { 1 },
                child.age,
                if child.school { 1 } else { 2 },
                if works { 1 } else { 2 },
                match (works, child.age) {
                    (false, _) => "NA",
                    (true, _) => "1",
                }
            )
            .unwrap();
        }
    }
    out.flush().unwrap();
}

fn census(path: &Path, size: Size, zones: &[Zone], dice: &mut Dice) -> Truth {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    writeln!(out, "DEP,DIS,LOC,VIV,FACTOR,PAR,SEXO,EDAD,ASI,ESC,RAMA").unwrap();
    let mut truth = Truth { share: Vec::new(), gap: Vec::new(), country: 0.0, persons: 0, children: 0 };
    let (mut all, mut all_weight) = (0.0, 0.0);
    let mut text = String::new();
    for (i, zone) in zones.iter().enumerate() {
        // Girls, boys: probabilities and weights.
        let mut sums = [[0.0; 2]; 2];
        for h in 0..size.households {
            let rural = dice.chance(zone.rural);
            let weight = 1 + dice.below(3);
            let head = head(zone, dice);
            let home = i * 1_000_000 + h;
            let place = (zone.department, zone.district, if rural { 'R' } else { 'U' }, home, weight);
            let mut row = |rest: std::fmt::Arguments<'_>| {
                let (dep, dis, loc, home, weight) = place;
                writeln!(text, "{dep},{dis},{loc},{home},{weight},{rest}").unwrap();
                truth.persons += 1;
            };
            let sector = ["", "11", "21", "54"][head.sector];
            row(format_args!("1,M,41,3,{},{sector}", head.schooling));
            row(format_args!("2,F,39,3,8,"));
            for _ in 0..size.others {
                row(format_args!("5,F,62,3,5,54"));
            }
            for _ in 0..2 {
                let child = child(dice);
                let p = probability(zone, rural, &head, &child);
                let sum = &mut sums[usize::from(!child.girl)];
                sum[0] += weight as f64 * p;
                sum[1] += weight as f64;
                row(format_args!(
                    "3,{},{},{},4,",
                    if child.girl { 'F' } else { 'M' },
                    child.age,
                    if child.school { 1 } else { 3 }
                ));
                truth.children += 1;
            }
            if text.len() > 1 << 19 {
                out.write_all(text.as_bytes()).unwrap();
                text.clear();
            }
        }
        let [girls, boys] = sums;
        truth.share.push((
            format!("{:02}{:03}", zone.department, zone.district),
            (girls[0] + boys[0]) / (girls[1] + boys[1]),
        ));
        truth.gap.push(girls[0] / girls[1] - boys[0] / boys[1]);
        all += girls[0] + boys[0];
        all_weight += girls[1] + boys[1];
    }
    out.write_all(text.as_bytes()).unwrap();
    out.flush().unwrap();
    truth.country = all / all_weight;
    truth
}
