//! Statements and commands from a pipe.

use super::ground::{demo, done, piped, said};

#[test]
fn statements_are_asked_one_after_the_other() {
    let output = piped(demo(), &[], "SELECT 1 AS one;\n-- two\nSELECT\n  ';' AS two\n; SELECT 3 AS three");
    assert_eq!(done(&output), "one\r\n1\r\ntwo\r\n;\r\nthree\r\n3\r\n");
    assert_eq!(said(&output).matches("1 row; ").count(), 3, "{}", said(&output));
}

#[test]
fn the_first_error_is_the_end() {
    let output = piped(demo(), &[], "SELECT 1 AS one;\nSELECT nothing;\nSELECT 3;\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "one\r\n1\r\n");
}

#[test]
fn commands_show_what_there_is() {
    let layers = done(&piped(demo(), &[], "\\d\n"));
    for part in ["hotspots", "published", "public", "shelters", "restricted"] {
        assert!(layers.contains(part), "{part}: {layers}");
    }
    let fields = done(&piped(demo(), &["--format", "csv"], "\\d zones\n"));
    assert!(fields.contains("pop") && fields.contains("geom"), "{fields}");
    let hidden = done(&piped(demo(), &["--format", "csv"], "\\d shelters\n"));
    assert!(hidden.contains("capacity"), "fields are no secret: {hidden}");
    let functions = done(&piped(demo(), &[], "\\df _km\n"));
    assert!(functions.contains("within_km(a, b, km)") && !functions.contains("st_area"), "{functions}");
    assert!(done(&piped(demo(), &[], "\\?\n")).contains("\\timing"));
    let timing = said(&piped(demo(), &[], "\\timing\nSELECT 1;\n\\timing\nSELECT 2;\n"));
    assert_eq!((timing.matches("1 row\n").count(), timing.matches("1 row; ").count()), (1, 1), "{timing}");
    assert_eq!(done(&piped(demo(), &[], "\\q\nSELECT 1;")), "");
}

#[test]
fn commands_that_are_wrong_are_told() {
    for (text, told) in [
        ("\\dd", "there is no command `\\dd`"),
        ("\\d zonse", "there is no layer `zonse`; did you mean `zones`?"),
        ("\\timing off", "`\\timing` takes no argument"),
    ] {
        let output = piped(demo(), &[], text);
        assert!(said(&output).contains(told), "{}", said(&output));
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn an_empty_pipe_asks_nothing() {
    assert_eq!(said(&piped(demo(), &[], " -- nothing\n;;\n")), "exit 0\n");
}
