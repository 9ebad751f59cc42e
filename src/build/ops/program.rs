//! A program that is given a text and a time, and takes nobody else's.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// How much of what a program says of its failure is listened to, bytes.
const HEARD: u64 = 4096;

/// How long to wait for the last words of a program that has ended: one that it left behind may hold its place.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How often to look whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs a program in a folder, `input` on its standard input. After `longest` it is ended. What it started ends with it,
/// however it ends: nothing is at work any more that nobody waits for.
///
/// # Errors
/// Why it cannot be started, or how it failed, with the last line that it said.
pub(super) fn run(
    program: &str,
    arguments: &[String],
    folder: &Path,
    input: &str,
    longest: Duration,
) -> Result<(), String> {
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A group of its own, which can be ended whole.
        .process_group(0)
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_owned();
        // One that does not read keeps this thread waiting until it ends, and nobody else. One that reads no further is
        // none the worse.
        std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    }
    let said = child.stderr.take().map(listen);
    let status = wait(&mut child, began, longest)?;
    end_group(child.id());
    if status.success() {
        return Ok(());
    }
    let said = said.and_then(|said| said.recv_timeout(LAST_WORDS).ok()).unwrap_or_default();
    Err(match said.lines().map(str::trim).rfind(|line| !line.is_empty()) {
        Some(line) => format!("{status}: {line}"),
        None => status.to_string(),
    })
}

fn wait(child: &mut Child, began: Instant, longest: Duration) -> Result<ExitStatus, String> {
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        if began.elapsed() >= longest {
            end(child);
            let seconds = (longest.as_secs_f64() * 10.0).round() / 10.0;
            return Err(format!("it took longer than {seconds} s and was ended"));
        }
        std::thread::sleep(LOOK);
    }
}

/// Ends a program and all that it started and that stayed in its group.
fn end(child: &mut Child) {
    end_group(child.id());
    // There may be no shell: then at least the program itself ends.
    let _ = child.kill();
    let _ = child.wait();
}

/// Ends all that is left of a group; most often nothing is.
fn end_group(group: u32) {
    // The shell can name a group, which the standard library cannot.
    let ended = Command::new("sh")
        .args(["-c", "kill -s KILL -- \"-$0\""])
        .arg(group.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // It fails where nobody is left.
    let _ = ended;
}

/// The beginning of what a program says; the rest is read and forgotten, so that it never waits to be heard.
fn listen(mut stderr: ChildStderr) -> Receiver<String> {
    let (tell, said) = mpsc::channel();
    std::thread::spawn(move || {
        let mut heard = Vec::new();
        // What cannot be read was not said.
        let _ = stderr.by_ref().take(HEARD).read_to_end(&mut heard);
        let _ = tell.send(String::from_utf8_lossy(&heard).into_owned());
        let mut block = [0; 4096];
        loop {
            match stderr.read(&mut block) {
                Ok(0) => break,
                Err(error) if error.kind() != ErrorKind::Interrupted => break,
                _ => {}
            }
        }
    });
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str, longest: Duration) -> (Result<(), String>, Duration) {
        let began = Instant::now();
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["-c".to_owned(), script.to_owned()];
        (run("sh", &arguments, folder.path(), input, longest), began.elapsed())
    }

    #[test]
    fn one_that_does_not_read_has_no_more_time_than_others() {
        // More than a pipe holds.
        let input = "x".repeat(1 << 20);
        let (told, took) = shell("sleep 30", &input, Duration::from_millis(300));
        assert_eq!(told, Err("it took longer than 0.3 s and was ended".to_owned()));
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    #[test]
    fn what_it_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let script = format!("(sleep 2; touch {}) & wait", mark.display());
        let (told, _) = shell(&script, "", Duration::from_millis(300));
        assert!(told.unwrap_err().contains("was ended"));
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!mark.exists());
    }

    #[test]
    fn what_it_leaves_behind_ends_too() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let script = format!("(sleep 1; touch {}) >/dev/null 2>&1 & exit 0", mark.display());
        assert_eq!(shell(&script, "", Duration::from_secs(20)).0, Ok(()));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists());
    }

    #[test]
    fn one_that_talks_or_leaves_something_behind_does_not_hold_the_build() {
        let (told, _) =
            shell("yes | head -c 5000000 >&2; echo no way >&2; exit 3", "", Duration::from_secs(20));
        assert!(told.unwrap_err().starts_with("exit status: 3: y"));
        let (told, took) = shell("sleep 20 & echo no way >&2; exit 3", "", Duration::from_secs(10));
        assert!(told.unwrap_err().starts_with("exit status: 3"));
        assert!(took < Duration::from_secs(5), "{took:?}");
        let (told, _) =
            shell("cat > got; test $(wc -c < got) = 1048576", &"x".repeat(1 << 20), Duration::from_secs(20));
        assert_eq!(told, Ok(()));
    }
}
