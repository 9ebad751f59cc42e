//! The diff in the lines that a person reads in a minute.

use super::LayerDiff;
use super::differences::{Diff, Gap, Mover, SourceChange};
use crate::lang::Lang;
use crate::text::{counted, number};

/// How many zones or gaps a line names.
const NAMED: usize = 8;

impl Diff {
    /// A few lines for a person.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let say = |es: &'static str, en: &'static str| lang.pick(es, en);
        if self.is_empty() {
            return vec![match lang {
                Lang::Es => format!("Nada cambió entre {} y {}.", self.from, self.to),
                Lang::En => format!("Nothing changed between {} and {}.", self.from, self.to),
            }];
        }
        let mut lines = vec![match lang {
            Lang::Es => format!("Qué cambió desde {}:", self.from),
            Lang::En => format!("What changed since {}:", self.from),
        }];
        if let Some(hot) = &self.hotspots {
            let [before, after] = hot.count;
            lines.push(match lang {
                Lang::Es => format!("  Puntos calientes al 95 % o más: {before} -> {after}"),
                Lang::En => format!("  Hot spots at 95 % or more: {before} -> {after}"),
            });
            lines.extend(named(say("entraron", "entered"), &hot.entered, zone));
            lines.extend(named(say("salieron", "left"), &hot.left, zone));
        }
        if !self.movers.is_empty() {
            lines.push(format!("  {}", say("Los que más se movieron:", "Largest movers:")));
            lines.extend(self.movers.iter().map(|mover| format!("    {}", moved(mover, lang))));
        }
        if let Some(gaps) = &self.gaps {
            let [before, after] = gaps.km;
            lines.push(format!(
                "  {} {} -> {} km",
                say("Brechas, en toda la ruta:", "Gaps, on the whole route:"),
                number(before, 0),
                number(after, 0)
            ));
            lines.extend(named(say("se abrieron", "opened"), &gaps.opened, stretch));
            lines.extend(named(say("se cerraron", "closed"), &gaps.closed, stretch));
            lines.extend(named(say("de otra extensión", "of another extent"), &gaps.changed, stretch));
        }
        lines.extend(self.sources.iter().map(|change| format!("  {}", source(change, lang))));
        let listed = |names: &[String]| names.join(", ");
        if !self.layers_added.is_empty() {
            lines.push(format!("  {} {}", say("Capas nuevas:", "New layers:"), listed(&self.layers_added)));
        }
        if !self.layers_removed.is_empty() {
            let gone = say("Capas que ya no están:", "Layers that are gone:");
            lines.push(format!("  {gone} {}", listed(&self.layers_removed)));
        }
        lines.extend(self.layers.iter().map(|layer| format!("  {}", counts(layer, lang))));
        lines
    }
}

fn named<T>(what: &str, all: &[T], name: impl Fn(&T) -> String) -> Option<String> {
    if all.is_empty() {
        return None;
    }
    let shown: Vec<String> = all.iter().take(NAMED).map(name).collect();
    let more = all.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(", +{more}") } else { String::new() };
    Some(format!("    {what} ({}): {}{more}", all.len(), shown.join(", ")))
}

fn zone(mover: &Mover) -> String {
    match mover.name.is_empty() {
        true => mover.key.clone(),
        false => format!("{} {}", mover.key, mover.name),
    }
}

fn stretch(gap: &Gap) -> String {
    format!("{} km {:.0}-{:.0}", gap.route, gap.from_km, gap.to_km)
}

fn moved(mover: &Mover, lang: Lang) -> String {
    let value = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    let field = match mover.field.as_str() {
        "priority" => lang.pick("prioridad", "priority"),
        _ => lang.pick("vulnerabilidad", "vulnerability"),
    };
    let rank = match mover.rank {
        [Some(before), Some(after)] => {
            format!(" ({} {before} -> {after})", lang.pick("lugar", "rank"))
        }
        _ => String::new(),
    };
    format!("{}: {field} {} -> {}{rank}", zone(mover), value(mover.before), value(mover.after))
}

fn source(change: &SourceChange, lang: Lang) -> String {
    match change {
        SourceChange::New { source } => format!("{} {source}", lang.pick("Fuente nueva:", "New source:")),
        SourceChange::Vanished { source } => {
            format!("{} {source}", lang.pick("Fuente que ya no está:", "Source that is gone:"))
        }
        SourceChange::Changed { source, features: [before, after] } => {
            let word = lang.pick("Fuente con cambios:", "Changed source:");
            let after = match lang {
                Lang::Es => counted(*after, "elemento", "elementos"),
                Lang::En => counted(*after, "feature", "features"),
            };
            format!("{word} {source} ({} -> {after})", number(*before as f64, 0))
        }
    }
}

fn counts(layer: &LayerDiff, lang: Lang) -> String {
    let mut parts = Vec::new();
    let mut part = |count: usize, es: [&str; 2], en: [&str; 2]| {
        let [one, many] = if lang == Lang::Es { es } else { en };
        if count > 0 {
            parts.push(counted(count, one, many));
        }
    };
    part(layer.added.len(), ["nuevo", "nuevos"], ["added"; 2]);
    part(layer.removed.len(), ["quitado", "quitados"], ["removed"; 2]);
    part(layer.changed.len(), ["con cambios"; 2], ["changed"; 2]);
    part(layer.moved(), ["con otra geometría"; 2], ["of other geometry"; 2]);
    part(layer.fields_added.len(), ["campo nuevo", "campos nuevos"], ["new field", "new fields"]);
    part(layer.fields_removed.len(), ["campo menos", "campos menos"], ["field less", "fields less"]);
    let fields = layer.by_field();
    let shown: Vec<String> = fields.iter().take(NAMED).map(|(field, n)| format!("{field} {n}")).collect();
    let shown = if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) };
    format!("`{}`: {}{shown}", layer.layer, parts.join(", "))
}
