# Two commands do everything on a fresh Debian 12 with rustup's toolchain, gcc and Python:
#   make demo    build Corredor, generate an invented country, find its hotspots, publish its layers, write a map page
#   make test    pass the tests

CARGO ?= cargo
FUZZ_SECONDS ?= 60

.PHONY: demo install page test test-qgis test-catalogue test-page lint doc deny deps deps-qgis fuzz mutants bench clean

# Without SQL: DataFusion would take the build from minutes to the better part of an hour on two cores.
# The page is built first, so that the program has it in it. Where Node or npm's registry cannot be had, the
# demo goes on without it.
demo: deps
	@$(MAKE) --no-print-directory page || echo "The map page is left out: Node 18 and npm's registry are needed to build it once." >&2
	@echo "Building without the feature sql (corredor query), which takes long to compile: cargo build --release has it."
	$(CARGO) build --release --locked -p corredor-cli --no-default-features
	@target="$${CARGO_TARGET_DIR:-target}"; "$$target/release/corredor" demo && \
	if [ -f web/dist/page.js ]; then "$$target/release/corredor" -C demo view; fi

# Puts the program, with SQL, where PATH finds it: ~/.cargo/bin, or PREFIX/bin. The page is in it where it was built.
install: deps
	$(CARGO) install --locked --path crates/corredor-cli $(if $(PREFIX),--root "$(PREFIX)")

# Builds the map page into web/dist, which the next `cargo build --release` puts into the program.
page:
	@bash contrib/install-deps.sh web
	@cd web && npm ci --omit=dev --no-audit --no-fund --loglevel=error && npm run --silent build

# What could not be tried here is counted at the end; CORREDOR_REQUIRE makes it fail (tests/README.md).
test: deps
	@rm -f "$${CARGO_TARGET_DIR:-target}/tmp/skipped"
	$(CARGO) test --locked --workspace
	@sort -u "$${CARGO_TARGET_DIR:-target}/tmp/skipped" 2>/dev/null | cut -f1 | uniq -c | \
	  while read -r count need; do echo "skipped for want of $$need: $$count tests"; done

# Loads every published layer in real QGIS with its styles and draws it; also the independent RFC 7946 check.
# It takes the binary that the tests build, so that nothing is compiled twice.
test-qgis: deps deps-qgis
	$(CARGO) test --locked --no-run --test cli
	@bash tests/qgis/run.sh

# Checks the catalogue descriptions, HXL, the GeoPackage and simplified layers with foreign programs from PyPI and
# Debian, whose virtual environments stay in the user's cache, and recomputes scores from the published files.
test-catalogue: deps deps-qgis
	@bash contrib/install-deps.sh bench
	$(CARGO) test --locked --no-run --test cli
	@bash tests/catalogue/run.sh

# Opens the map page in Chromium without any network and uses it: tests/page/. PAGE_MEXICO names a built workspace
# of Mexico, if it is to be tried too. It takes the binary that the tests build, which reads the page from web/dist.
test-page: deps page
	@bash contrib/install-deps.sh browser
	@cd web && npm ci --no-audit --no-fund --loglevel=error && npm test --silent
	$(CARGO) test --locked --no-run --test cli
	@bash tests/page/run.sh

lint: deps
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

# Runs every fuzz target for FUZZ_SECONDS; what it finds stays in fuzz/artifacts. The nightly flags that
# cargo-fuzz needs are let through to the stable compiler; no sanitizer, since the project has no unsafe code.
fuzz: deps
	@command -v cargo-fuzz >/dev/null || $(CARGO) install cargo-fuzz --locked
	@bash fuzz/run.sh $(FUZZ_SECONDS)

# Changes the code of hot spots, of scores and of what guards a publication, a place at a time, and tells which changes no test
# notices; hours. MUTANTS="crates/corredor-geo/src/hotspot/fdr.rs" tries some files.
mutants: deps
	@command -v cargo-mutants >/dev/null || $(CARGO) install cargo-mutants --locked
	@bash tests/mutants.sh $(MUTANTS)

# Measures Corredor beside other tools and writes docs/benchmarks.md; BENCH="locate overlay" runs some tasks,
# QUICK=1 tries it out on small data. Needs the real data (CORREDOR_DATA) and PyPI.
bench: deps
	@bash contrib/install-deps.sh bench
	@cd benches && CARGO="$(CARGO)" python3 -B -m peers.run $(BENCH) $(if $(QUICK),--quick)

# Licences, bans and sources of all dependencies, by deny.toml; advisories need the network and are asked for by hand.
deny:
	@command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --locked
	$(CARGO) deny --locked --workspace check --hide-inclusion-graph licenses bans sources

doc: deps
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps

deps:
	@bash contrib/install-deps.sh build

deps-qgis:
	@bash contrib/install-deps.sh qgis

clean:
	$(CARGO) clean
	rm -rf demo
