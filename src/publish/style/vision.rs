//! Tests of the colours: can they be told apart without red, green or blue cones, and in grey?

use super::definition::{COLOURS, THEME};
use super::model::{Pattern, Rgb};

/// Full loss of one kind of cone, on linear RGB (Machado, Oliveira and Fernandes 2009, severity 1.0).
const LOSSES: [(&str, [[f64; 3]; 3]); 4] = [
    ("none", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

/// Least CIEDE2000 between two classes of one palette: some eight times what is just noticeable side by side.
const LEAST_DIFFERENCE: f64 = 8.0;

/// Least difference of lightness (L*) between two classes that nothing but their grey tells apart.
const LEAST_GREY: f64 = 5.0;

fn linear(Rgb(r, g, b): Rgb) -> [f64; 3] {
    [r, g, b].map(|channel| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

fn apply(matrix: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|row| (0..3).map(|at| matrix[row][at] * v[at]).sum())
}

/// CIE L*a*b* under D65.
fn lab(rgb: [f64; 3]) -> [f64; 3] {
    const XYZ: [[f64; 3]; 3] = [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175_0],
        [0.019_333_9, 0.119_192_0, 0.950_304_1],
    ];
    let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
    let [x, y, z] = apply(&XYZ, rgb.map(|c| c.clamp(0.0, 1.0)));
    let (x, y, z) = (f(x / 0.95047), f(y), f(z / 1.08883));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000 (Sharma, Wu and Dalal 2005).
fn difference(one: [f64; 3], two: [f64; 3]) -> f64 {
    let mean = (one[1].hypot(one[2]) + two[1].hypot(two[2])) / 2.0;
    let g = 0.5 * (1.0 - (mean.powi(7) / (mean.powi(7) + 25_f64.powi(7))).sqrt());
    let polar = |c: [f64; 3]| {
        let a = c[1] * (1.0 + g);
        let hue = if a == 0.0 && c[2] == 0.0 { 0.0 } else { c[2].atan2(a).to_degrees().rem_euclid(360.0) };
        (a.hypot(c[2]), hue)
    };
    let ((c1, h1), (c2, h2)) = (polar(one), polar(two));
    let turn = match h2 - h1 {
        _ if c1 * c2 == 0.0 => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (dl, dc) = (two[0] - one[0], c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = ((one[0] + two[0]) / 2.0, c1.midpoint(c2));
    let h = match h1 + h2 {
        sum if c1 * c2 == 0.0 => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0)
        - 0.2 * cos(4.0 * h - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rotation = -(60.0 * (-((h - 275.0) / 25.0).powi(2)).exp()).to_radians().sin()
        * 2.0
        * (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let (l, c, h) = (dl / sl, dc / sc, dh / sh);
    (l * l + c * c + h * h + rotation * c * h).sqrt()
}

/// A legend by name: the colour and pattern of each class.
type Legend = (String, Vec<(Rgb, Option<Pattern>)>);

/// Every palette with the classes that stand beside it in a legend.
fn legends() -> Vec<Legend> {
    let missing = (COLOURS.colour("missing"), Some(Pattern::Falling));
    let palettes = COLOURS.palettes.iter().map(|(name, palette)| {
        let mut classes: Vec<_> = palette.iter().map(|s| (s.colour, s.pattern)).collect();
        if name == "quantity" {
            classes.push((COLOURS.colour("zero"), None));
        }
        classes.push(missing);
        (name.clone(), classes)
    });
    // Colours that a theme gives to single codes. Lines have no pattern, but their widths tell them apart in grey.
    let areas = THEME.iter().flat_map(|(name, theme)| theme.draw.iter().map(move |draw| (name, draw)));
    let areas = areas.filter(|(_, draw)| !draw.of.is_empty() && draw.on.iter().all(|on| on == "polygon"));
    let of = areas.map(|(name, draw)| {
        let classes = draw.of.values().map(|s| (s.colour, s.pattern));
        (name.clone(), classes.chain([missing]).collect())
    });
    palettes.chain(of).collect()
}

#[test]
fn the_measure_is_that_of_its_authors() {
    // Sharma, Wu and Dalal (2005), table 1, pairs 1, 4, 7, 10, 17, 25 and 34.
    let pairs = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0010], 7.1792),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ];
    for (one, two, stated) in pairs {
        assert!((difference(one, two) - stated).abs() < 1e-4, "{one:?} {two:?} {}", difference(one, two));
    }
}

#[test]
fn classes_stay_apart_without_one_kind_of_cone() {
    for (palette, classes) in legends() {
        for (loss, matrix) in &LOSSES {
            let seen: Vec<_> = classes.iter().map(|(rgb, _)| lab(apply(matrix, linear(*rgb)))).collect();
            for one in 0..seen.len() {
                for two in one + 1..seen.len() {
                    let apart = difference(seen[one], seen[two]);
                    let (one, two) = (classes[one].0.hex(), classes[two].0.hex());
                    assert!(
                        apart >= LEAST_DIFFERENCE,
                        "{palette}, {loss}: {one} and {two} differ by {apart:.1}"
                    );
                }
            }
        }
    }
}

#[test]
fn classes_stay_apart_in_grey() {
    for (palette, classes) in legends() {
        for (at, (one, pattern)) in classes.iter().enumerate() {
            for (two, _) in classes[at + 1..].iter().filter(|(_, other)| other == pattern) {
                let apart = (lab(linear(*one))[0] - lab(linear(*two))[0]).abs();
                assert!(
                    apart >= LEAST_GREY,
                    "{palette}: {} and {} differ by {apart:.1}",
                    one.hex(),
                    two.hex()
                );
            }
        }
    }
}

#[test]
fn lines_that_came_and_went_stay_apart() {
    let draws = THEME.values().flat_map(|theme| &theme.draw);
    let lines: Vec<_> = draws.filter(|draw| !draw.of.is_empty() && draw.on == ["line"]).collect();
    assert!(!lines.is_empty());
    for draw in lines {
        let colours: Vec<Rgb> =
            draw.of.values().map(|s| s.colour).chain([COLOURS.colour("missing")]).collect();
        for (loss, matrix) in &LOSSES {
            for (at, one) in colours.iter().enumerate() {
                for two in &colours[at + 1..] {
                    let apart =
                        difference(lab(apply(matrix, linear(*one))), lab(apply(matrix, linear(*two))));
                    assert!(apart >= LEAST_DIFFERENCE, "{loss}: {} and {}", one.hex(), two.hex());
                }
            }
        }
    }
}

#[test]
fn a_palette_runs_one_way_in_grey() {
    for (name, palette) in &COLOURS.palettes {
        let lightness: Vec<f64> = palette.iter().map(|s| lab(linear(s.colour))[0]).collect();
        // From hot to the middle, and from cold to the middle, where there are two ends.
        let top = lightness.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(at, _)| at);
        assert!(
            lightness[..=top].is_sorted() && lightness[top..].is_sorted_by(|a, b| a > b),
            "{name}: {lightness:?}"
        );
    }
}
