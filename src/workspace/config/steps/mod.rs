//! The steps, one a file, and the one list of them.
//!
//! A step is added by its file here, its row in [`for_each_step`], and its computation in `build::steps`; all else reads its
//! [`StepSpec`].

mod carry;
mod composite;
mod corridor;
mod counts;
mod coverage;
mod crosswalk;
mod difference;
mod exposure;
mod geometry_kind;
mod hotspot;
mod lixels;
mod lowering;
mod priority;
mod rates;
mod read;
mod role;
mod rollup;
mod score;
mod spec;
mod zonal;

use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

pub use carry::Carry;
pub use composite::{ClassRule, ClassSpec, Composite, Part, Uncertainty};
pub use corridor::{Corridor, CorridorOutput};
pub use counts::Counts;
pub use coverage::{Coverage, CoverageOutput};
pub use crosswalk::Crosswalk;
pub use difference::Difference;
pub use exposure::{Exposure, ExposureOutput};
pub use geometry_kind::GeometryKind;
pub use hotspot::{ContiguityBy, Hotspot, HotspotP};
pub use lixels::Lixels;
pub(crate) use lowering::{Rule, Why};
pub use priority::{Among, Component, Priority};
pub(crate) use rates::MEETING_KM;
pub use rates::{Period, Rates};
pub(super) use rates::{snap, year};
pub use read::{Fetch, FieldType, Guard, Parts, Read, Secret};
pub use role::{Input, Role};
pub use rollup::{CountOf, Rollup, RollupBy};
pub use score::{Classes, Goalposts, IndicatorSpec, Mean, Observed, Score};
pub(crate) use spec::{Definition, Features, FieldRow, Output, StepSpec};
pub use zonal::Zonal;

/// Hands all steps to a macro, in the order in which data flow: what a layer file says of it, its table, its type.
macro_rules! for_each_step {
    ($callback:ident! $($head:tt)*) => {
        $callback! {
            $($head)*
            /// Read from a file or database.
            read: Read,
            /// Indicators to a score of 0..1 per zone.
            score: Score,
            /// Indicators to a score by a recipe, with intervals, classes and factors.
            composite: Composite,
            /// A table keyed by old zones, carried over to new ones.
            crosswalk: Crosswalk,
            /// One estimate less another, with its interval.
            difference: Difference,
            /// Routes over scored zones.
            exposure: Exposure,
            /// The area within a width of the routes.
            corridor: Corridor,
            /// Routes cut into pieces of nearly equal length.
            lixels: Lixels,
            /// What is within reach of a site, and what is not.
            coverage: Coverage,
            /// Incidents per zone.
            counts: Counts,
            /// Dated events per kilometre and year of lixels, smoothed along the network of routes.
            rates: Rates,
            /// Statistics of lixels per zone.
            zonal: Zonal,
            /// Where high values cluster more than chance would.
            hotspot: Hotspot,
            /// The composite that ranks where to act.
            priority: Priority,
            /// Totals per state or for the country.
            rollup: Rollup,
        }
    };
}
pub(super) use for_each_step;

macro_rules! steps {
    ($( $(#[$doc:meta])* $table:ident: $Step:ident, )*) => {
        /// The step that makes a layer, borrowed from its file.
        #[derive(Clone, Copy, Debug)]
        pub enum Step<'a> {
            $(
                #[doc = concat!("See [`", stringify!($Step), "`].")]
                $Step(&'a $Step),
            )*
        }

        /// The name of a step table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            $(
                #[doc = concat!("`[", stringify!($table), "]`")]
                $Step,
            )*
        }

        impl StepKind {
            /// All steps, in the order in which data flow.
            pub const ALL: [Self; [$(stringify!($table)),*].len()] = [$(Self::$Step),*];

            /// Name of the step's table in a layer file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$Step => stringify!($table),)*
                }
            }

            /// What holds of the step whatever its settings.
            pub(crate) fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$Step => const { &<$Step as StepSpec>::DEFINITION },)*
                }
            }
        }

        impl<'a> Step<'a> {
            /// The name of the step's table.
            pub fn kind(self) -> StepKind {
                match self {
                    $(Self::$Step(_) => StepKind::$Step,)*
                }
            }

            /// Which of its outputs the step makes.
            fn output_at(self) -> usize {
                match self {
                    $(Self::$Step(step) => step.output(),)*
                }
            }

            /// The layers that the step refers to, in the order of the file's settings. A layer that is
            /// used twice comes twice.
            pub fn inputs(self) -> Vec<Input<'a>> {
                match self {
                    $(Self::$Step(step) => step.inputs(),)*
                }
            }

            /// The kind of geometry that the step makes; where it hands on the features of another layer, zones and lixels
            /// alike, that of zones.
            pub fn geometry(self) -> GeometryKind {
                match self {
                    $(Self::$Step(step) => step.geometry(),)*
                }
            }

            /// Whose features the step hands on.
            pub(crate) fn features(self) -> Features<'a> {
                match self {
                    $(Self::$Step(step) => step.features(),)*
                }
            }

            /// The layer of routes, and that of zones, that stretches or lixels are cut from; `None` for other steps.
            pub fn cut_from(self) -> Option<(&'a str, Option<&'a str>)> {
                match self {
                    $(Self::$Step(step) => step.cut_from(),)*
                }
            }

            /// Looks for the fields that the step reads.
            pub(crate) fn look(self, look: &mut Look<'_>) {
                match self {
                    $(Self::$Step(step) => step.look(look),)*
                }
            }

            /// The fields that the step writes, given those of the layers that it uses.
            pub(crate) fn writes(self, upstream: &Upstream<'_>) -> OutputFields {
                match self {
                    $(Self::$Step(step) => step.writes(upstream),)*
                }
            }
        }
    };
}
for_each_step!(steps!);

impl StepKind {
    /// The step whose table has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl std::fmt::Display for StepKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Step<'_> {
    /// What the step hands out.
    pub(crate) fn output(self) -> &'static Output {
        // A step that says of itself what it does not define is one whose test has failed.
        const NONE: Output = Output::new("");
        self.kind().definition().outputs.get(self.output_at()).unwrap_or(&NONE)
    }
}
