//! What an audit found, on a page of plain words.

use super::report::{Fault, FaultKind, Report};
use crate::lang::Lang;

impl Report {
    /// The page, line by line.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let mut lines = Vec::new();
        let edition =
            self.edition.as_ref().map(|name| format!(" \u{201c}{name}\u{201d}")).unwrap_or_default();
        lines.push(lang_text(
            lang,
            format!(
                "Edición{edition}, para lectores del nivel {}: {}",
                self.level,
                verdict(self.passed, lang)
            ),
            format!("Edition{edition}, for readers of level {}: {}", self.level, verdict(self.passed, lang)),
        ));
        lines.push(String::new());
        self.what_is_left(lang, &mut lines);
        self.what_was_tried(lang, &mut lines);
        self.what_differences_say(lang, &mut lines);
        for alike in &self.alike {
            let super::Alike { layer, points, sites, found, .. } = alike;
            lines.push(lang_text(
                lang,
                format!("Aviso: `{layer}` tiene {points} puntos a la vista, y en {found} de los sitios de `{sites}` hay uno."),
                format!("Warning: `{layer}` has {points} points in sight, and there is one at {found} of the sites of `{sites}`."),
            ));
            lines.push(String::new());
        }
        lines.push(lang.pick("Lo que queda", "What remains").to_owned());
        lines.push(
            lang.pick(
                "  Se ve en qué grupos de localidades hay un sitio o más, y en cuáles ninguno. Quien conoce algunos sitios por \
                 otra vía puede descontarlos.",
                "  It is seen which groups of settlements hold a site or more, and which hold none. Those who know some sites \
                 from elsewhere can leave them out.",
            )
            .to_owned(),
        );
        if !self.faults.is_empty() {
            lines.push(String::new());
            lines.push(lang.pick("Por qué no se publica", "Why it is not published").to_owned());
            for fault in &self.faults {
                let sites = lang.pick("sitios", "sites");
                let count =
                    if fault.sites > 0 { format!(" ({} {sites})", fault.sites) } else { String::new() };
                lines.push(format!("  - {}{count}", fault.message(self.k, lang)));
                lines.push(format!("    {}", fault.advice(lang)));
            }
        }
        lines
    }

    fn what_is_left(&self, lang: Lang, lines: &mut Vec<String>) {
        lines.push(lang.pick("Sitios protegidos", "Hidden sites").to_owned());
        if self.sites == 0 {
            lines.push(
                lang.pick(
                    "  Ninguno: nada de lo que se publica se deriva de sitios por encima de este nivel.",
                    "  None: nothing that is published derives from sites above this level.",
                )
                .to_owned(),
            );
        } else {
            let (sites, k) = (self.sites, self.k);
            lines.push(lang_text(
                lang,
                format!("  {sites} sitios; a cada uno deben quedarle {k} localidades posibles o más."),
                format!("  {sites} sites; each must be left with {k} possible settlements or more."),
            ));
        }
        if let Some([fewest, median]) = self.candidates {
            lines.push(lang_text(
                lang,
                format!("  Localidades que quedan: {fewest:.0} la que menos, {median:.0} en la mediana."),
                format!("  Settlements left: {fewest:.0} at the least, {median:.0} in the median."),
            ));
        }
        if let Some([least, median]) = self.km2 {
            lines.push(lang_text(
                lang,
                format!("  Superficie que abarcan: {least:.0} km² la menor, {median:.0} km² en la mediana."),
                format!("  Area that they span: {least:.0} km² at the least, {median:.0} km² in the median."),
            ));
        }
        if let Some([fewest, median]) = self.effective {
            lines.push(lang_text(
                lang,
                format!(
                    "  Tan inciertas, si los sitios siguen a la población, como {fewest:.1} localidades iguales la que \
                     menos, {median:.1} en la mediana."
                ),
                format!(
                    "  As unsure, if sites follow people, as {fewest:.1} equal settlements at the least, {median:.1} in \
                     the median."
                ),
            ));
        }
        if let Some([most, median]) = self.likeliest {
            let (most, median) = (100.0 * most, 100.0 * median);
            lines.push(lang_text(
                lang,
                format!(
                    "  Quien apueste por la localidad más poblada acierta, si los sitios siguen a la población, en el \
                     {median:.0} % de los casos (mediana) y el {most:.0} % a lo más."
                ),
                format!(
                    "  Those who bet on the most populous settlement are right, if sites follow people, in {median:.0} % of \
                     cases (median) and {most:.0} % at most."
                ),
            ));
        }
        lines.push(String::new());
    }

    fn what_was_tried(&self, lang: Lang, lines: &mut Vec<String>) {
        lines.push(lang.pick("Lo que se intentó", "What was tried").to_owned());
        lines.push(
            lang.pick(
                "  Con cada distancia y cada extremo de brecha publicados se trazó un círculo, y se buscó dónde se cruzan; \
                 se excluyó donde no puede haber ninguno; se compararon todas las corridas aún publicadas.",
                "  Each published distance and each end of a gap was made a circle, and where they meet was looked for; \
                 where none can be was excluded; all runs that are still published were compared.",
            )
            .to_owned(),
        );
        for run in &self.runs {
            let (said, places, pinned) = (run.said, run.places, run.pinned);
            let staged = if run.staged { lang.pick(" (por publicar)", " (to be published)") } else { "" };
            let edition = run.edition.as_ref().map(|name| format!("{name}/")).unwrap_or_default();
            let [one, five, ten] = run.within;
            lines.push(lang_text(
                lang,
                format!(
                    "  {edition}{}{staged}: {said} datos apuntan a {places} lugares, {pinned} de ellos precisos; \
                     sitios protegidos a 1, 5 y 10 km de uno: {one}, {five}, {ten}.",
                    run.run
                ),
                format!(
                    "  {edition}{}{staged}: {said} data point to {places} places, {pinned} of them precise; hidden sites \
                     within 1, 5 and 10 km of one: {one}, {five}, {ten}.",
                    run.run
                ),
            ));
            for source in &run.sources {
                let (layer, field, of, off) = (&source.layer, &source.field, source.said, source.unexplained);
                lines.push(lang_text(
                    lang,
                    format!(
                        "    {layer}.{field}: {of}, de ellos {off} sin explicar por los lugares desplazados"
                    ),
                    format!("    {layer}.{field}: {of}, of them {off} not explained by the displaced places"),
                ));
            }
        }
        lines.push(String::new());
    }

    fn what_differences_say(&self, lang: Lang, lines: &mut Vec<String>) {
        lines.push(lang.pick("Lo que dicen las diferencias", "What differences say").to_owned());
        if self.differences.is_empty() {
            lines.push(
                lang.pick("  Nada: las corridas dicen lo mismo.", "  Nothing: the runs say the same.")
                    .to_owned(),
            );
        } else {
            lines.push(
                lang.pick(
                    "  Se ve que algo abrió, cerró o se mudó, y dónde está su lugar desplazado, que puede ser el de todas \
                     las localidades de arriba.",
                    "  That something opened, closed or moved is seen, and its displaced place, which may stand for all the \
                     settlements above.",
                )
                .to_owned(),
            );
        }
        for difference in &self.differences {
            let (from, to) = (&difference.from, &difference.to);
            let (appeared, vanished, changed, pinned) =
                (difference.appeared, difference.vanished, difference.changed, difference.pinned);
            lines.push(lang_text(
                lang,
                format!(
                    "  {from} → {to}: {changed} datos distintos; {appeared} lugares nuevos, {vanished} menos; {pinned} se \
                     precisan solo con lo que cambió."
                ),
                format!(
                    "  {from} → {to}: {changed} data differ; {appeared} places appeared, {vanished} vanished; {pinned} are \
                     pinned by what changed alone."
                ),
            ));
        }
        lines.push(String::new());
    }
}

impl Fault {
    /// What is wrong: layer, field and run; neither a site nor how many, for it may be sent elsewhere.
    pub fn message(&self, k: usize, lang: Lang) -> String {
        let Self { run, layer, field, fewest, .. } = self;
        match self.kind {
            FaultKind::Traced => lang_text(
                lang,
                format!(
                    "`{field}` de la capa `{layer}` permite ubicar sitios protegidos: a alguno le quedan {fewest} localidades \
                     posibles, y se piden {k}"
                ),
                format!(
                    "`{field}` of layer `{layer}` traces hidden sites back: one is left with {fewest} possible \
                     settlements, and {k} are asked for"
                ),
            ),
            FaultKind::TracedBefore => lang_text(
                lang,
                format!(
                    "`{field}` de la capa `{layer}` en la corrida {run}, aún publicada, permite ubicar sitios protegidos: \
                     a alguno le quedan {fewest} localidades posibles, y se piden {k}"
                ),
                format!(
                    "`{field}` of layer `{layer}` in the run {run}, which is still published, traces hidden sites back: \
                     one is left with {fewest} possible settlements, and {k} are asked for"
                ),
            ),
            FaultKind::Unknown => lang_text(
                lang,
                format!(
                    "no se sabe cómo se desplazaron los sitios en la corrida {run}, aún publicada (`{field}` de la capa \
                     `{layer}`)"
                ),
                format!(
                    "it is not known how sites were displaced in the run {run}, which is still published (`{field}` of \
                     layer `{layer}`)"
                ),
            ),
            FaultKind::Together => lang_text(
                lang,
                format!(
                    "junto con la corrida {run}, aún publicada, a algún sitio le quedan {fewest} localidades posibles, y \
                     se piden {k}"
                ),
                format!(
                    "together with the run {run}, which is still published, a site is left with {fewest} possible \
                     settlements, and {k} are asked for"
                ),
            ),
            FaultKind::Lists => lang_text(
                lang,
                format!(
                    "las corridas {run}, aún publicadas, desplazaron los sitios entre otra lista de localidades: con las \
                     dos listas a algún sitio le quedan {fewest} localidades posibles, y se piden {k}"
                ),
                format!(
                    "sites were displaced among another list of settlements in {run}, still published: both lists leave a \
                     site with {fewest} possible settlements, and {k} are asked for"
                ),
            ),
            FaultKind::Span => lang_text(
                lang,
                format!("las {fewest} localidades que le quedan a algún sitio abarcan menos de 1 km²"),
                format!("the {fewest} settlements that a site is left with span less than 1 km²"),
            ),
            FaultKind::Copied => lang_text(
                lang,
                format!(
                    "la capa `{layer}`, que estos lectores ven, tiene sus puntos donde hay sitios protegidos"
                ),
                format!("layer `{layer}`, which these readers see, has its points where hidden sites are"),
            ),
            FaultKind::Groups => lang_text(
                lang,
                format!("a algún sitio le quedan {fewest} localidades posibles, y se piden {k}"),
                format!("a site is left with {fewest} possible settlements, and {k} are asked for"),
            ),
        }
    }

    /// The smallest change that helps.
    pub fn advice(&self, lang: Lang) -> String {
        let Self { run, layer, field, .. } = self;
        match self.kind {
            FaultKind::Traced => lang_text(
                lang,
                format!(
                    "Mida `{layer}` desde la capa de sitios con su nivel, para que se desplacen, o quite `{field}` de \
                     `{layer}`."
                ),
                format!(
                    "Measure `{layer}` from the layer of sites with its level, so that they are displaced, or take \
                     `{field}` out of `{layer}`."
                ),
            ),
            FaultKind::TracedBefore | FaultKind::Unknown | FaultKind::Together => lang_text(
                lang,
                format!("Retire esa corrida: corredor withdraw {run}"),
                format!("Withdraw that run: corredor withdraw {run}"),
            ),
            FaultKind::Lists => lang_text(
                lang,
                format!(
                    "Retire esas corridas: corredor withdraw {run}; o vuelva a la lista de localidades de antes \
                     ([protect] gazetteer)."
                ),
                format!(
                    "Withdraw those runs: corredor withdraw {run}; or go back to the former list of settlements \
                     ([protect] gazetteer)."
                ),
            ),
            FaultKind::Copied => lang_text(
                lang,
                format!("Dé a `{layer}` el nivel de esos sitios, o no la publique ni mida desde ella."),
                format!("Give `{layer}` the level of those sites, or neither publish it nor measure from it."),
            ),
            FaultKind::Groups | FaultKind::Span => lang_text(
                lang,
                "Amplíe los grupos de localidades: un k mayor en [protect.k], o un nomenclátor más fino en [protect] \
                 gazetteer."
                    .to_owned(),
                "Widen the groups of settlements: a greater k in [protect.k], or a finer gazetteer in [protect] gazetteer."
                    .to_owned(),
            ),
        }
    }
}

fn verdict(passed: bool, lang: Lang) -> &'static str {
    match passed {
        true => lang.pick("pasa", "passes"),
        false => lang.pick("NO pasa", "does NOT pass"),
    }
}

fn lang_text(lang: Lang, es: String, en: String) -> String {
    match lang {
        Lang::Es => es,
        Lang::En => en,
    }
}
