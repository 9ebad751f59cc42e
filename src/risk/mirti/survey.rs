//! A survey to a fitted model.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::MirtiError;
use super::encode::Encoder;
use super::estimate::{Direct, Estimate, Options, direct, estimate};
use super::frame::Frame;
use super::link::Link;
use super::model::{DesignInfo, DirectInfo, Intercepts, Model, Quality, SurveyInfo, TermInfo, VariableInfo};
use super::variables::choose;
use crate::risk::microdata::{Codebook, Opened, People, Purpose, Reading, Variable, read};

/// Children left out because the outcome is unknown are counted under this.
const NO_OUTCOME: &str = "outcome";

/// A survey as a frame, and what was read.
struct Survey {
    frame: Frame,
    /// State of each row.
    states: Vec<u32>,
    /// Keys of the zones of the frame, by number.
    zones: Vec<String>,
    left_out: BTreeMap<String, u64>,
    people: People,
}

/// Reads a survey and fits a model to it.
///
/// Children whose outcome or a variable is missing are left out and counted, by what is missing first. Memory
/// grows with the children of the survey, not with the rows of the file.
///
/// # Errors
/// What the codebook, the file, or the fit refuses.
pub fn fit(
    file: &str,
    opened: &Opened,
    names: &[String],
    options: Options,
) -> Result<(Model, Estimate), MirtiError> {
    let codebook = &opened.codebook;
    let Some(outcome) = &codebook.outcome else {
        return Err(MirtiError::CodebookLacks { codebook: codebook.name.clone(), what: "outcome" });
    };
    if options.random && codebook.state.as_ref() == Some(&codebook.zone) {
        return Err(MirtiError::ZonesAreStates { codebook: codebook.name.clone() });
    }
    let variables = choose(codebook, names)?;
    let survey = gather(file, codebook, &variables)?;
    let fitted = estimate(&survey.frame, options)?;
    let (format, version) = Model::mark();
    let frame = &survey.frame;
    let model = Model {
        format,
        version,
        link: options.link,
        outcome: outcome.label.clone(),
        survey: SurveyInfo {
            file: Path::new(file).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            codebook: codebook.name.clone(),
            codebook_version: codebook.version.clone(),
            codebook_sha256: opened.sha256.clone(),
            rows: survey.people.rows,
            children: survey.people.children,
            used: frame.len() as u64,
            with_outcome: frame.y.iter().filter(|y| **y).count() as u64,
            weight: frame.weight_sum(),
            zones: survey.zones.len() as u64,
            left_out: survey.left_out.clone(),
        },
        design: DesignInfo {
            lonely: options.lonely,
            strata: fitted.design.strata as u64,
            clusters: fitted.design.clusters as u64,
            lonely_strata: fitted.design.lonely as u64,
            df: fitted.df,
            by_design: fitted.intercept.is_none(),
        },
        quality: Quality {
            log_lik: fitted.glm.log_lik,
            null_log_lik: fitted.glm.null_log_lik,
            pseudo_r2: fitted.pseudo_r2,
            auc: fitted.auc,
            hosmer_lemeshow: fitted.hosmer_lemeshow.map(|h| h.statistic),
            hosmer_lemeshow_df: fitted.hosmer_lemeshow.map(|h| h.df),
            hosmer_lemeshow_p: fitted.hosmer_lemeshow.map(|h| h.p_value),
        },
        variable: variables.iter().map(|v| variable_info(v)).collect(),
        term: terms(frame, &fitted),
        intercepts: intercepts(&fitted, &survey.zones),
        direct: shares(&survey, options)?,
    };
    Ok((model, fitted))
}

fn gather(file: &str, codebook: &Codebook, variables: &[&Variable]) -> Result<Survey, MirtiError> {
    let (encoder, terms) = Encoder::of(variables);
    let mut frame = Frame { terms, ..Frame::default() };
    let mut states = Vec::new();
    let mut left_out = BTreeMap::new();
    let mut zones: Vec<u32> = Vec::new();
    let mut zone_numbers: HashMap<u32, u32> = HashMap::new();
    let reading = Reading { file, codebook, variables, purpose: Purpose::Survey };
    let people = read(&reading, &mut |child| {
        let missing = match child.outcome {
            None => Some(NO_OUTCOME),
            Some(_) => {
                let at = child.values.iter().position(|value| value.is_nan());
                at.map(|at| variables[at].name.as_str())
            }
        };
        if let Some(missing) = missing {
            *left_out.entry(missing.to_owned()).or_insert(0) += 1;
            return Ok(());
        }
        encoder.push(child.values, &mut frame.x);
        frame.y.push(child.outcome == Some(true));
        frame.weight.push(child.weight);
        frame.stratum.push(child.stratum);
        frame.cluster.push(child.cluster);
        let next = zones.len() as u32;
        let zone = *zone_numbers.entry(child.zone).or_insert(next);
        if zone == next {
            zones.push(child.zone);
        }
        frame.zone.push(zone);
        states.push(child.state);
        Ok(())
    })?;
    frame.clusters_in_stratum.clone_from(&people.clusters_in_stratum);
    let zones = zones.iter().map(|&zone| people.zones[zone as usize].clone()).collect();
    Ok(Survey { frame, states, zones, left_out, people })
}

fn variable_info(variable: &Variable) -> VariableInfo {
    let levels: Vec<String> = variable.levels.iter().map(|level| level.name.clone()).collect();
    let base = levels.get(variable.base_level()).cloned();
    VariableInfo {
        name: variable.name.clone(),
        of: variable.of,
        label_es: variable.label.es.clone(),
        label_en: variable.label.en.clone(),
        number: variable.number.map(Into::into),
        base: base.filter(|_| variable.is_category()),
        levels,
    }
}

fn terms(frame: &Frame, fitted: &Estimate) -> Vec<TermInfo> {
    let odds = fitted.glm.link == Link::Logit;
    let each = frame.terms.iter().zip(fitted.coefficients()).enumerate().map(|(i, (term, c))| TermInfo {
        variable: term.variable.clone(),
        level: term.level.clone(),
        coefficient: c.value,
        se: c.se,
        t: c.t,
        p_value: c.p_value,
        lo: c.lo,
        hi: c.hi,
        odds_ratio: odds.then(|| libm::exp(c.value)),
        odds_ratio_95: odds.then(|| [libm::exp(c.lo), libm::exp(c.hi)]),
        covariance: fitted.covariance.row(i)[..=i].to_vec(),
    });
    each.collect()
}

fn intercepts(fitted: &Estimate, zones: &[String]) -> Option<Intercepts> {
    let intercept = fitted.intercept.as_ref()?;
    let of_zones = zones.iter().zip(&intercept.effects);
    Some(Intercepts {
        sd: intercept.sd,
        log_sd_se: intercept.log_sd_se,
        log_lik: intercept.log_lik,
        zones: of_zones
            .map(|(key, effect)| (key.clone(), (effect.mean, effect.sd, effect.children)))
            .collect(),
    })
}

/// Shares of the country and of each state, without a model.
fn shares(survey: &Survey, options: Options) -> Result<Vec<DirectInfo>, MirtiError> {
    let info = |key: &str, share: Direct| DirectInfo {
        key: key.to_owned(),
        share: share.share,
        se: share.se,
        children: share.children,
    };
    let mut all = Vec::new();
    all.extend(direct(&survey.frame, options.lonely, |_| true)?.map(|share| info("", share)));
    let mut states: Vec<usize> = (0..survey.people.states.len()).collect();
    states.sort_by_key(|&state| &survey.people.states[state]);
    for state in states {
        let inside = |i: usize| survey.states[i] as usize == state;
        let share = direct(&survey.frame, options.lonely, inside)?;
        all.extend(share.map(|share| info(&survey.people.states[state], share)));
    }
    Ok(all)
}
