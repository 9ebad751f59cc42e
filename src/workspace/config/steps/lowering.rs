//! What `[protect]` may lower past: the kinds of rules that steps state.

/// Whether a level may be lowered past that of a layer that a step uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Never.
    Never(Why),
    /// Where nobody below the level of the sites gets distances to their true places, and no distance unrounded.
    Displaced,
    /// Where what is handed out is that of a group of zones, none of which stands out.
    Groups,
    /// Where only a number of points remains, of zones that are large or populous.
    Areas,
    /// Where only a rate remains that is smoothed over kilometres of route.
    Smoothed,
}

/// Why never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The rows of what is read are its rows.
    Source,
    /// Its geometry or its fields stand in the rows of the result.
    Rows,
    /// Each row of the result is computed from one row of it, or leads back to it.
    RowByRow,
    /// A result may come from one of its rows alone.
    Alone,
    /// A border drawn at will cuts off as few of its rows as one likes.
    Border,
    /// Its values are the names of groups.
    Names,
}

impl Rule {
    /// The rule in words, for the reference.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Never(why) => why.words(),
            Self::Displaced => {
                "yes: who may not see the sites gets distances to displaced ones, each rounded to `round_km`; the step \
                 itself must carry [protect], not one that follows"
            }
            Self::Groups => {
                "where each group has `min_zones` zones with a value, and none of them gives more than `max_share_pct` \
                 of a sum or mean; no `max`, one `count` a field; borders of the zones, and distances to sites on the \
                 way, must be lowered by themselves"
            }
            Self::Smoothed => {
                "where lixels are 5 km long or longer and `bandwidth_km` is 5 or more, once for the same points; rates are then \
                 coarse, without intervals and numbers of events; not the sites of a coverage"
            }
            Self::Areas => {
                "where each zone has `min_km2`, or `min_people` in the field `population`; no `weight`; not the sites \
                 of a coverage; not over two sets of zones"
            }
        }
    }
}

impl Why {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Source => "never: its rows would pass as they are",
            Self::Rows => "never: its rows come along",
            Self::RowByRow => "never: each row follows from one row of it",
            Self::Alone => "never: a result may come from one of its rows alone",
            Self::Border => "never: a border drawn at will cuts off as few of its rows as one likes",
            Self::Names => "never: its values name the groups",
        }
    }
}
