//! `[operate]`: addresses that can be posted to, commands that name a program.

use super::files::Files;
use crate::checked::{Problem, place};
use crate::text::host;

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let Some(operate) = files.workspace.map(|workspace| &workspace.operate) else { return };
    for (name, hook) in [("on_failure", &operate.on_failure), ("on_hotspots", &operate.on_hotspots)] {
        let Some(hook) = hook else { continue };
        if let Some(address) = hook.webhook.as_deref().filter(|address| !is_address(address)) {
            let message = "`webhook` is no address that can be posted to";
            let problem = files.document.error(place!["operate", name, "webhook"], message);
            // Whatever else it is, it may hold a secret.
            let help = "write it whole, as \"https://chat.example.org/hooks/...\"";
            problems.push(problem.help(help).secret(address));
        }
        let program = hook.command.first().map(|program| program.trim());
        if program == Some("") {
            let message = "`command` names no program";
            let problem = files.document.error(place!["operate", name, "command"], message);
            problems.push(problem.help("write it as [\"PROGRAM\", \"ARGUMENT\"]"));
        } else if program.is_none() && hook.webhook.is_none() {
            let message = format!("`{name}` says neither `command` nor `webhook`, so nobody is told");
            problems.push(
                files.document.error(place!["operate", name], message).help("state one, or take it out"),
            );
        }
    }
}

/// Whether something is an address of the web, with a server in it.
fn is_address(address: &str) -> bool {
    let web = ["https://", "http://"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme));
    let host = host(address);
    let name = host.split(':').next().unwrap_or_default();
    let port = host.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
    let whole = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    web && whole && (!name.is_empty() && port || host.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "https://chat.example.org/hooks/a?b=c",
            "http://127.0.0.1:8065/x",
            "HTTPS://u:p@h/x",
            "http://[::1]:80/",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "chat.example.org/hooks/a",
            "https://",
            "ftp://h/x",
            "https:///x",
            "http://h:port/",
            "https://h/a b",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
