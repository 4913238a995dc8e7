# SPDX-License-Identifier: GPL-2.0
# vmh: thin rules over tools/lab (kernels, test machine) and tests/ (what to run).

KERNEL	?= lab
W	?= 1
LAB	:= tools/lab/lab
DEPS	:= tools/lab/deps
# The kernels that come ready from Debian; the others are compiled here.
DEBIANS	:= stock debian612 rt rt612

.PHONY: help
help:
	@echo "make run         boot Debian's kernel in a VM under vmh   (GUEST='--cpus 2 ...')"
	@echo "make check       all tests; the last line is 'N passed, N failed'"
	@echo "make check-debug tests on a kernel with KASAN, lockdep and fault injection, 25 min"
	@echo "make fuzz        random instructions against Zydis and the processor  (SECONDS=600)"
	@echo "make mutate      one token of the pure layer wrong at a time: do the host tests notice?  (ARGS='--seed 7')"
	@echo "make fuzz-calls  random calls of both magics on the debug kernel  (CALLS=10000000)"
	@echo "make check-qemu  Debian's QEMU on vmh: machine types, monitor, debugger, migration; 25 min"
	@echo "make check-guests  other systems as guests of vmhctl: Documentation/guests.md; 10 min"
	@echo "make check-models on each processor that Bochs has with VT-x, 15 min"
	@echo "make check-nested on KVM's nested VT-x, each control of it switched off, 40 min"
	@echo "make check-kvm-selftests  the kernel's own KVM selftests on KVM and on vmh, 6 min"
	@echo "make check-package  the Debian packages on another kernel than 6.1: ARGS=debian612, 5 min"
	@echo "make check-hardware  on this very computer, if it has VT-x; writes one report; asks first"
	@echo "make bench       vmh beside KVM in one boot; writes build/bench.json  (NESTED=1: both on KVM's VT-x)"
	@echo "make module      vmh.ko in build/mod-KERNEL/   (KERNEL=lab|stock|debian612|rt612, C=1: sparse, TESTS=1;"
	@echo "                 KDIR=/lib/modules/\$$(uname -r)/build: against those headers)"
	@echo "make vmhctl      build/vmhctl, a static program; needs no kernel headers"
	@echo "make install     program, manual pages, udev rule … (DESTDIR=, prefix=/usr/local); make uninstall"
	@echo "make modules_install  the module for the running kernel, or KDIR's; see Documentation/install.md"
	@echo "make deb         Debian packages of all that in build/deb"
	@echo "make lab-shell   a root shell in the test machine     (KERNEL=, ARGS='--cpus 2 ...')"
	@echo "make deps        install the Debian packages that are missing"
	@echo "make clean       remove build/"
	@echo "make distclean   and the kernels and images kept in ~/.cache/vmh"
	@echo "LAB=bochs|nested|qemu-kvm|qemu-tcg|here chooses the test machine's back end; see Documentation/lab.md"

.PHONY: deps
deps:
	@$(DEPS)

.PHONY: module
module:
	@$(DEPS) $(if $(KDIR)$(filter $(DEBIANS),$(KERNEL)),kdir,module)
	+@tools/lab/build-module $(or $(abspath $(KDIR)),$(KERNEL)) W=$(W) TESTS=$(TESTS)

.PHONY: vmhctl
vmhctl:
	@$(DEPS) vmhctl
	@mkdir -p build
	@$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$$(nproc)) -C tools/vmhctl

# Where things go: see dist/install. Not $(KDIR)'s, which is for the module.
export DESTDIR prefix bindir libexecdir datadir mandir includedir libdir

.PHONY: install
install: vmhctl
	@dist/install

# The module goes away with the rest, for whatever kernel it is.
.PHONY: uninstall
uninstall:
	@dist/install --remove
	@dist/modules-install --remove

.PHONY: modules_install
modules_install: KDIR ?= /lib/modules/$(shell uname -r)/build
modules_install:
	@$(DEPS) kdir
	+@tools/lab/build-module $(abspath $(KDIR)) W=$(W)
	@dist/modules-install $(abspath $(KDIR))

.PHONY: deb
deb:
	@$(DEPS) deb
	@dist/deb

# On Debian's kernel unless another is named: to compile one is not what a first run needs.
.PHONY: run
run: KERNEL := $(if $(filter file,$(origin KERNEL)),stock,$(KERNEL))
run: module vmhctl
	@$(DEPS) machine
	@$(LAB) run --no-build --kernel $(KERNEL) --guest --timeout 280 $(ARGS) \
		tools/lab/boot-guest $(GUEST)

.PHONY: lab-shell
lab-shell: deps module vmhctl
	@$(LAB) shell --no-build --kernel $(KERNEL) --guest $(ARGS)

.PHONY: check
check: deps
	@tests/run

.PHONY: check-debug
check-debug: deps
	@tests/run --debug

.PHONY: fuzz
fuzz: SECONDS ?= 600
fuzz: deps
	@tests/host/fuzz $(SECONDS)

# Fails below 97 %. ARGS="--since HEAD~3": only files changed since.
.PHONY: mutate
mutate: deps
	@tests/mutate/run $(ARGS)

# A third of them on each kind of fd. Another SEED makes others.
.PHONY: fuzz-calls
fuzz-calls: CALLS ?= 10000000
fuzz-calls: SEED ?= 24301
fuzz-calls: deps
	@tests/ioctl/run --module kvm_abi=1 --calls $$((($(CALLS) + 2) / 3)) --seed $(SEED) \
		--lab "--kernel debug --mem 512 --timeout 36000" fuzz

.PHONY: check-qemu
check-qemu: deps
	@tests/qemu/run $(ARGS)

.PHONY: check-guests
check-guests: deps
	@tests/guests/run $(ARGS)

# Each Bochs model that has VT-x; each control of VT-x switched off, by QEMU under KVM under Bochs.
.PHONY: check-models
check-models: deps
	@tests/platforms/run --lane models $(ARGS)

.PHONY: check-nested
check-nested: deps
	@tests/platforms/run --lane nested $(ARGS)

# The step 70-package, for another of Debian's kernels: ARGS=debian612.
.PHONY: check-package
check-package: deps
	@tests/package/run $(ARGS)

.PHONY: check-kvm-selftests
check-kvm-selftests: deps
	@tests/selftests/run --kvm $(ARGS)

# Loads the module into the running kernel, and asks first: YES=1 is an answer. ARGS="guest boot" are some suites.
.PHONY: check-hardware
check-hardware:
	@tests/hardware/run $(if $(YES),--yes) $(ARGS)

.PHONY: bench
bench: deps
	@tests/bench/run $(if $(NESTED),--nested) $(ARGS)

.PHONY: clean
clean:
	rm -rf build

.PHONY: distclean
distclean: clean
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/vmh"
