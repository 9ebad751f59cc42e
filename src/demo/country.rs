//! The invented country as plain data.

/// A position on WGS84 in whole millionths of a degree, so that shared vertices are
/// exactly equal and print the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Longitude, millionths of a degree, east positive.
    pub lon_e6: i32,
    /// Latitude, millionths of a degree, north positive.
    pub lat_e6: i32,
}

impl Position {
    /// Longitude, degrees.
    pub fn lon_deg(self) -> f64 {
        f64::from(self.lon_e6) / 1e6
    }

    /// Latitude, degrees.
    pub fn lat_deg(self) -> f64 {
        f64::from(self.lat_e6) / 1e6
    }
}

/// A closed ring: first and last position are equal. Exteriors run counter-clockwise,
/// holes clockwise.
pub type Border = Vec<Position>;

/// A state: a contiguous group of municipalities.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Two digits, leading zero kept.
    pub code: String,
    /// Name, unique in the country.
    pub name: String,
}

/// A municipality with all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Municipality {
    /// Five digits, leading zero kept: two of the state and three of its own.
    pub code: String,
    /// Name, unique within its state.
    pub name: String,
    /// Index into [`Country::states`].
    pub state: usize,
    /// People who live there.
    pub population: u32,
    /// The town that governs it, inside its largest polygon.
    pub seat: Position,
    /// Polygons, largest first; the first ring of each is its exterior.
    pub polygons: Vec<Vec<Border>>,
    /// Indices of the municipalities that share a border with it, ascending.
    pub neighbours: Vec<usize>,
    /// Planted hot cluster that it belongs to, counted from 1.
    pub cluster: Option<u8>,
    /// Indicator values in the order of [`INDICATORS`]; `None` is missing.
    pub indicators: [Option<f64>; INDICATORS.len()],
}

/// How people travel along a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Freight trains.
    Rail,
    /// Buses, lorries and on foot along roads.
    Road,
    /// Both.
    Mixed,
}

impl Mode {
    /// The word that the files use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rail => "rail",
            Self::Road => "road",
            Self::Mixed => "mixed",
        }
    }
}

/// A migration route from the south coast to the north coast.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// "R1" to "R5".
    pub id: String,
    /// Name, unique.
    pub name: String,
    /// How people travel.
    pub mode: Mode,
    /// People per month.
    pub flow: u32,
    /// Vertices every 2 to 5 km, in the direction of travel.
    pub line: Vec<Position>,
    /// Indices of the municipalities whose towns it was led through, in order.
    pub through: Vec<usize>,
}

/// A shelter at a town.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelter {
    /// "A001" and on.
    pub id: String,
    /// Name.
    pub name: String,
    /// Index of the municipality; the town bears its name.
    pub municipality: usize,
    /// Where it stands.
    pub position: Position,
    /// Services, in the files separated by `|`.
    pub services: Vec<&'static str>,
    /// Beds, where known.
    pub capacity: Option<u32>,
    /// How sure the position is: `high`, `medium` or `low`.
    pub certainty: &'static str,
    /// Whether it takes only women and children.
    pub women_only: bool,
}

/// A dated incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// "I00001" and on, in order of date.
    pub id: String,
    /// Year, 2023 to 2025.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 28.
    pub day: u8,
    /// What happened: `robbery`, `extortion`, `kidnapping`, `assault`, `death`, `disappearance`.
    pub kind: &'static str,
    /// Victims in all: women, men, and those of unknown sex.
    pub persons: u32,
    /// Female victims.
    pub female: u32,
    /// Male victims.
    pub male: u32,
    /// Where it happened.
    pub position: Position,
    /// Index of the municipality that holds it; `None` is at sea.
    pub municipality: Option<usize>,
}

/// A settlement inside a municipality: people finer than the zones.
#[derive(Clone, Debug, PartialEq)]
pub struct Locality {
    /// Nine digits: five of the municipality and four of its own, from 0001, the seat.
    pub id: String,
    /// Name, unique within its municipality; the seat bears the municipality's.
    pub name: String,
    /// Index of the municipality.
    pub municipality: usize,
    /// Where it lies.
    pub position: Position,
    /// People who live there; those of a municipality add up to its own.
    pub population: u32,
}

/// What a work centre makes and a supply corridor carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// The word that the files use.
    pub name: &'static str,
    /// Sector of the work centres that make it.
    pub sector: &'static str,
}

/// A farm, yard or workshop: a site that inspectors visit.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkCentre {
    /// "W0001" and on.
    pub id: String,
    /// Name, unique.
    pub name: String,
    /// Index of the municipality that holds it.
    pub municipality: usize,
    /// Where it lies.
    pub position: Position,
    /// What it makes.
    pub product: Product,
    /// People who work there.
    pub workers: u32,
    /// Whether it bears a certificate of work free of child labour.
    pub certified: bool,
}

/// Children of 5 to 17 years of a municipality, and the modelled risk of child labour by sex.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Children {
    /// Girls who live there.
    pub girls: u32,
    /// Boys who live there.
    pub boys: u32,
    /// What the model says of them; `None` where it has no estimate.
    pub risk: Option<ChildLabour>,
}

/// Probability of child labour by sex, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChildLabour {
    /// Girls, per cent.
    pub girls_pct: f64,
    /// Boys, per cent.
    pub boys_pct: f64,
    /// Standard error of the first, percentage points.
    pub girls_se: f64,
    /// Standard error of the second, percentage points.
    pub boys_se: f64,
}

/// A line that a product takes from where it is made to a port.
#[derive(Clone, Debug, PartialEq)]
pub struct SupplyRoute {
    /// "S1" to "S4".
    pub id: String,
    /// Name, unique.
    pub name: String,
    /// What it carries.
    pub product: Product,
    /// Tonnes per year.
    pub tonnes: u32,
    /// Vertices every 2 to 5 km, toward the port.
    pub line: Vec<Position>,
    /// Indices of the municipalities whose towns it was led through, the port last.
    pub through: Vec<usize>,
}

/// An invented country.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// The options that it was made with.
    pub options: super::Options,
    /// States, by code.
    pub states: Vec<State>,
    /// Municipalities, by code.
    pub municipalities: Vec<Municipality>,
    /// The five routes, by id.
    pub routes: Vec<Route>,
    /// Shelters, by id.
    pub shelters: Vec<Shelter>,
    /// Incidents, by id.
    pub incidents: Vec<Incident>,
    /// Settlements, by id.
    pub localities: Vec<Locality>,
    /// Work centres, by id.
    pub work_centres: Vec<WorkCentre>,
    /// Children of each municipality, in their order.
    pub children: Vec<Children>,
    /// The four supply corridors, by id.
    pub supply_routes: Vec<SupplyRoute>,
}

impl Country {
    /// Name in Spanish; says that the country is invented.
    pub const NAME_ES: &'static str = "República de Valdoria (país inventado)";
    /// Name in English; says that the country is invented.
    pub const NAME_EN: &'static str = "Republic of Valdoria (invented country)";
}

/// An indicator of vulnerability: higher counts as more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indicator {
    /// Field name, ASCII lower case, at most 10 characters.
    pub name: &'static str,
    /// What it measures, in Spanish.
    pub label_es: &'static str,
    /// What it measures, in English.
    pub label_en: &'static str,
    /// Goalpost that counts as 0.
    pub low: f64,
    /// Goalpost that counts as 1.
    pub high: f64,
}

const fn indicator(
    name: &'static str,
    label_es: &'static str,
    label_en: &'static str,
    high: f64,
) -> Indicator {
    Indicator { name, label_es, label_en, low: 0.0, high }
}

/// The ten indicators of the demo, with the goalposts that their composite uses.
pub const INDICATORS: [Indicator; 10] = [
    indicator("pob_pct", "Población en pobreza (%)", "People in poverty (%)", 100.0),
    indicator(
        "school_out",
        "Niñez de 6 a 17 años fuera de la escuela (%)",
        "Children aged 6-17 out of school (%)",
        50.0,
    ),
    indicator("precar_pct", "Empleo precario (%)", "Precarious employment (%)", 100.0),
    indicator("hom_rate", "Homicidios por 100,000 habitantes", "Homicides per 100,000 people", 100.0),
    indicator("no_svc_pct", "Viviendas sin servicios básicos (%)", "Homes without basic services (%)", 80.0),
    indicator("remit_pct", "Hogares que reciben remesas (%)", "Households with remittances (%)", 40.0),
    indicator(
        "birth_gap",
        "Nacimientos sin registro en el primer año (%)",
        "Births unregistered in the first year (%)",
        40.0,
    ),
    indicator(
        "indig_pct",
        "Hablantes de lengua indígena (%)",
        "Speakers of an indigenous language (%)",
        100.0,
    ),
    indicator(
        "deport_k",
        "Personas retornadas por 1,000 habitantes",
        "Returned migrants per 1,000 people",
        30.0,
    ),
    indicator("gap_gender", "Brecha de género en ingresos (%)", "Gender income gap (%)", 60.0),
];
