//! Metrics for Prometheus' textfile collector.

use std::fmt::Write;
use std::path::Path;

use super::Status;
use crate::build::cache::put_whole;

/// Writes the metrics, whole or not at all: the collector may read at any instant.
pub fn write(path: &Path, status: &Status) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    put_whole(path, text(status).as_bytes())?;
    // A collector runs as another user; temporary files are private.
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

/// The metrics as Prometheus reads them.
fn text(status: &Status) -> String {
    let mut out = String::new();
    let last = &status.last;
    let own = format!("workspace=\"{}\"", escaped(&status.workspace));
    let mut gauge = |name: &str, help: &str, values: &[(String, f64)]| {
        if values.is_empty() {
            return;
        }
        // Writing to a text cannot fail.
        let _ = writeln!(out, "# HELP corredor_{name} {help}\n# TYPE corredor_{name} gauge");
        for (labels, value) in values {
            let comma = if labels.is_empty() { "" } else { "," };
            let _ = writeln!(out, "corredor_{name}{{{own}{comma}{labels}}} {value}");
        }
    };
    let plain = |value: f64| vec![(String::new(), value)];
    let layer = |layer: &str| format!("layer=\"{}\"", escaped(layer));
    let flag = |yes: bool| plain(f64::from(u8::from(yes)));
    gauge("last_run_success", "Whether the last build went well.", &flag(last.is_success()));
    if let Some(time) = status.began {
        gauge("last_run_began_timestamp_seconds", "When the last build began.", &plain(time as f64));
    }
    if let Some(time) = status.last_cut_off {
        gauge("last_cut_off_timestamp_seconds", "When a build was last found cut off.", &plain(time as f64));
    }
    gauge(
        "rolled_back",
        "Whether an earlier run was made current again.",
        &flag(status.rolled_back.is_some()),
    );
    gauge(
        "operation_warnings",
        "What went wrong around the last build and left it as it is.",
        &plain(last.operation.len() as f64),
    );
    gauge("last_run_timestamp_seconds", "When the last build ended.", &plain(last.ended as f64));
    if let Some(time) = status.last_success {
        gauge("last_success_timestamp_seconds", "When a build last went well.", &plain(time as f64));
    }
    gauge("run_seconds", "How long the last build took.", &plain(last.seconds));
    gauge("publish_seconds", "How long its publication took.", &plain(last.publish_seconds));
    gauge("warnings", "Warnings of the last build.", &plain(last.warnings as f64));
    gauge("stale_sources", "Sources that the last build did without.", &plain(last.stale as f64));
    let stale = last.stale_sources.iter().map(|stale| (layer(&stale.layer), stale.age_days));
    gauge("stale_source_age_days", "Age of what served for a source.", &stale.collect::<Vec<_>>());
    gauge("hotspots_entered", "Zones that became hot spots.", &plain(last.entered as f64));
    let steps =
        last.steps.iter().map(|(name, step, seconds)| (format!("{},step=\"{step}\"", layer(name)), *seconds));
    gauge("step_seconds", "How long a step of the last build took.", &steps.collect::<Vec<_>>());
    let features = last.features.iter().map(|(name, count)| (layer(name), *count as f64));
    gauge("features", "Features of a layer.", &features.collect::<Vec<_>>());
    let ages = last.sources.iter().map(|source| (layer(&source.layer), source.seconds));
    gauge("source_age_seconds", "Since a source last changed.", &ages.collect::<Vec<_>>());
    out
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::ops::{LastRun, SourceAge};

    #[test]
    fn metrics_as_prometheus_reads_them() {
        let last = LastRun {
            ended: 1_790_000_000,
            how: "done".into(),
            seconds: 1.5,
            steps: vec![("risk".into(), "score".into(), 0.25)],
            features: vec![("risk".into(), 16)],
            sources: vec![SourceAge { layer: "zones".into(), seconds: 60.0 }],
            ..LastRun::default()
        };
        let status = Status {
            workspace: "a\"b".into(),
            last,
            last_success: Some(1_790_000_000),
            began: Some(1_789_999_998),
            ..Status::default()
        };
        let text = text(&status);
        for line in [
            "# TYPE corredor_last_run_success gauge",
            "corredor_last_run_success{workspace=\"a\\\"b\"} 1",
            "corredor_last_success_timestamp_seconds{workspace=\"a\\\"b\"} 1790000000",
            "corredor_last_run_began_timestamp_seconds{workspace=\"a\\\"b\"} 1789999998",
            "corredor_rolled_back{workspace=\"a\\\"b\"} 0",
            "corredor_step_seconds{workspace=\"a\\\"b\",layer=\"risk\",step=\"score\"} 0.25",
            "corredor_features{workspace=\"a\\\"b\",layer=\"risk\"} 16",
            "corredor_source_age_seconds{workspace=\"a\\\"b\",layer=\"zones\"} 60",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} in\n{text}");
        }
        for how in ["failed", "interrupted", "turned_away", "cut_off"] {
            let last = LastRun { how: how.into(), ..LastRun::default() };
            let text = super::text(&Status { last, ..Status::default() });
            assert!(text.contains("corredor_last_run_success{workspace=\"\"} 0"), "{how}");
        }
    }
}
