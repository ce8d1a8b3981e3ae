# Every verb does its own set-up; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=

# A warning is an error, and a target may import only what Package.swift says it depends on.
STRICT := --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors \
	-Xcc -Wall -Xcc -Wextra -Xcc -Werror
# Start-up time: the Swift runtime, libstdc++ and libgcc are linked in (LINK holds libstdc++.a alone, so that -lstdc++
# finds no shared one), a fixed load address spares the relocations, and nothing imports the regular expressions or the
# concurrency library unasked.
LINK := .build/link
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xlinker -L$(CURDIR)/$(LINK) -Xlinker -no-pie \
	-Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
	-Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import \
	-Xswiftc -Xfrontend -Xswiftc -disable-implicit-concurrency-module-import
BINARY := .build/release/sockexplain
PROBE := .build/release/sockexplain-probe
# A linker fills its output piecemeal, which leaves it in the page cache in small pieces and gives every start more page faults. The same bytes
# written in one go start a tenth faster; file and time stay the same, so that the next build finds nothing to do. A program that runs is left.
REWRITE = cp -p $(BINARY) $(LINK)/copy && { { cat $(LINK)/copy >$(BINARY); } 2>/dev/null && touch -r $(LINK)/copy $(BINARY) || true; } && \
	rm -f $(LINK)/copy

BUILD_PACKAGES := libmnl-dev libbpf-dev pkg-config
TEST_PACKAGES := iproute2 nftables util-linux procps net-tools bpftool
TEST_COMMANDS := ip ss nft nsenter sysctl netstat bpftool

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: release ## Build the release and run it: make run ARGS='-l 8080'
	@$(BINARY) $(ARGS)

.PHONY: build
build: deps ## Build for debugging
	swift build $(STRICT)

# Build messages go to stderr, so that the standard output of `make run` is the program's alone.
.PHONY: release
release: deps ## Build the released program and its side-car into .build/release
	@mkdir -p $(LINK)
	@archive=$$(clang -print-file-name=libstdc++.a); [[ $$archive != /* ]] || ln -sf "$$archive" $(LINK)/libstdc++.a
	@swift build --product sockexplain $(RELEASE) $(STRICT) >&2
	@swift build --product sockexplain-probe $(RELEASE) $(STRICT) >&2
	@$(REWRITE)

.PHONY: test
test: deps test-deps ## All tests; those on live sockets need root and say so when they are skipped
	swift test $(STRICT)

.PHONY: live-test
live-test: deps test-deps ## Only the tests on live sockets, in network namespaces of their own (root)
	swift test $(STRICT) --filter LiveTests

# ARGS names images: make kernels ARGS=/boot/vmlinuz-6.1.0-56-amd64
.PHONY: kernels
kernels: build ## Boot other kernels in QEMU, and check what the side-car and the commands say on each
	@Tests/Kernels/run $(ARGS)

# ARGS chooses sizes: make bench ARGS=2000
.PHONY: bench
bench: release ## Time it against ss on farms of sockets, and its reliability under churn (root)
	@swift build --product makesockets >&2
	@swift build --product probedump >&2
	@Benchmarks/run $(ARGS)

.PHONY: check
check: deps ## Formatting, and the arrows between the targets
	swift format lint --strict --parallel -r Sources Tests Package.swift
	swift test $(STRICT) --filter ArchitectureTests

.PHONY: fmt
fmt: ## Format the sources in place
	swift format --in-place --parallel -r Sources Tests Package.swift

.PHONY: docs
docs: deps ## Write what is generated from the program's own tables
	SOCKEXPLAIN_UPDATE_DOCS=1 swift test $(STRICT) --filter 'ManualTests|DocsTests'

# A recording run fails on purpose; what counts is the difference that git shows.
.PHONY: record
record: deps ## Record Tests/Golden, Docs/phrases.tsv and the documents of the catalog again, after wording changed
	swift build --build-tests $(STRICT)
	-RECORD_SNAPSHOTS=1 swift test $(STRICT) --skip-build --filter RenderingTests >/dev/null
	git diff --stat Tests/Golden Docs

# Where the program, its manual and the completions of bash, zsh and fish go.
ROOT := $(DESTDIR)$(PREFIX)
COMPLETIONS := bash:bash-completion/completions/sockexplain zsh:zsh/site-functions/_sockexplain \
	fish:fish/vendor_completions.d/sockexplain.fish

.PHONY: install
install: release ## Install under $(DESTDIR)$(PREFIX)
	install -D -s -m 755 $(BINARY) $(ROOT)/bin/sockexplain
	install -D -m 644 Docs/sockexplain.1 $(ROOT)/share/man/man1/sockexplain.1
	for each in $(COMPLETIONS); do \
		$(BINARY) --completions $${each%%:*} | install -D -m 644 /dev/stdin $(ROOT)/share/$${each#*:}; done
	install -D -s -m 750 $(PROBE) $(ROOT)/libexec/sockexplain-probe
	@.ci/grant "$(ROOT)/libexec/sockexplain-probe" "$(DESTDIR)"

.PHONY: uninstall
uninstall: ## Remove what install put there
	rm -f $(ROOT)/bin/sockexplain $(ROOT)/libexec/sockexplain-probe $(ROOT)/share/man/man1/sockexplain.1
	@.ci/grant --undo
	for each in $(COMPLETIONS); do rm -f $(ROOT)/share/$${each#*:}; done

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build

.PHONY: deps
deps: ## Install what the build needs, only if it is missing
	@pkg-config --exists libmnl libbpf 2>/dev/null || .ci/packages $(BUILD_PACKAGES)

# Without these the tests that compare with other tools are skipped, so that they are no condition.
.PHONY: test-deps
test-deps:
	@PATH=$$PATH:/usr/sbin:/sbin; for name in $(TEST_COMMANDS); do \
		command -v $$name >/dev/null || { .ci/packages $(TEST_PACKAGES) || true; break; }; done
