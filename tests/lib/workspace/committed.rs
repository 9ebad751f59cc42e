//! Files that are generated from the code stand committed as the code makes them.

use corredor::workspace::schema;

/// Compares a committed file with what the code makes; `CORREDOR_BLESS=1` writes it.
fn committed(path: &str, made: &str) {
    let path = crate::fixtures::top().join(path);
    if std::env::var_os("CORREDOR_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == made,
        "{} is not what the code makes: CORREDOR_BLESS=1 cargo test --test lib workspace",
        path.display()
    );
}

#[test]
fn workspace_schema() {
    committed("layers/schema/workspace.schema.json", &schema::workspace_schema());
}

#[test]
fn layer_schema() {
    committed("layers/schema/layer.schema.json", &schema::layer_schema());
}

#[test]
fn recipe_schema() {
    committed("layers/schema/recipe.schema.json", &schema::recipe_schema());
}

#[test]
fn run_schema() {
    committed("layers/schema/run.schema.json", &corredor::publish::record::schema());
}

#[test]
fn messages_of_reading() {
    committed("docs/reading-messages.md", &corredor::layer::read::messages());
}

#[test]
fn reference() {
    committed("docs/workspace.md", &schema::reference());
}
