//! Disks that are full, and those that cannot be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::faults::{FIRST, assert_as_fresh, assert_whole, nightly};
use super::ground::{self, Ground};
use crate::fixtures::{Need, skip};

/// A file system of its own, unmounted when dropped.
pub struct Mount(PathBuf);

impl Mount {
    /// `None`, said aloud, where this user may not mount.
    pub fn new(arguments: &[&str], at: &Path) -> Option<Self> {
        let done = Command::new("mount").args(arguments).arg(at).stderr(Stdio::null()).status();
        if done.is_ok_and(|status| status.success()) {
            return Some(Self(at.to_owned()));
        }
        skip(Need::System, "this user may not mount");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_is_full_at_each_write() {
    let dir = TempDir::new().unwrap();
    let Some(mount) = Mount::new(&["-t", "tmpfs", "-o", "size=12m", "tmpfs"], dir.path()) else { return };
    let ground = Ground::at(&mount.0);
    ground.publish_at(FIRST);
    let filler = ground.path("filler");
    let (mut refused, mut published) = (0, 0);
    for case in 0..48_u64 {
        ground.put("data/table.csv", &ground::table(case as usize + 1));
        let before = ground.current();
        // All of it but so much.
        let left = case * 40_960;
        fill(&filler, left);
        let when = format!("with {left} bytes left");
        match nightly(&ground) {
            Ok(()) => published += 1,
            Err(told) => {
                refused += 1;
                assert!(told.contains("No space left") || told.contains("os error 28"), "{when}: {told}");
                assert_eq!(ground.current(), before, "{when}");
            }
        }
        assert_whole(&ground, &when);
        fs::remove_file(&filler).unwrap();
        nightly(&ground).unwrap();
        assert_whole(&ground, "with room again");
    }
    assert!(refused > 3 && published > 3, "{refused} refused, {published} published");
    assert_as_fresh(&ground, "after the disk was full");
    // With nothing kept that could give way, it is told.
    fs::remove_dir_all(ground.path(".corredor/cache-1")).unwrap();
    fill(&filler, 0);
    let told = ground.told(&["build", "--force", "--quiet"]);
    assert!(told.starts_with("exit 2") && told.contains("the disk is full"), "{told}");
}

/// Fills the file system but for some bytes.
fn fill(path: &Path, left: u64) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(left)).unwrap();
}

#[test]
fn a_target_that_cannot_be_written() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    ground.put("data/table.csv", &ground::table(9));
    let before = ground.current();
    for part in ["published", ".corredor"] {
        let at = ground.path(part);
        let text = at.to_string_lossy().into_owned();
        let Some(mount) = Mount::new(&["--bind", &text], &at) else { return };
        let read_only = Command::new("mount").args(["-o", "remount,ro,bind", &text]).status().unwrap();
        assert!(read_only.success());
        let told = ground.told(&["build", "--quiet"]);
        drop(mount);
        assert!(told.starts_with("exit 2") && told.contains("Read-only") && told.contains(part), "{told}");
        assert_whole(&ground, part);
        assert_eq!(ground.current(), before);
    }
    nightly(&ground).unwrap();
    assert_as_fresh(&ground, "after it could be written again");
}
