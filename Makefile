# The extension, built by PGXS. The service and the unit tests are CMake's (CMakeLists.txt); the targets are here too.
#
#   make && make install && make installcheck     as for any extension, against any running cluster
#   make check                                    everything, in a cluster of its own (test/all)
#   make PG_CONFIG=/usr/lib/postgresql/16/bin/pg_config …     for another server ("make clean" in between)

EXTENSION = extension/rowhouse
MODULE_big = rowhouse
# Beside it, loaded by those sessions alone that look phone numbers up: it takes longer to load than most statements run.
MODULES = rowhouse_phone

# rowhouse.control is the one place that holds the version.
ROWHOUSE_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(EXTENSION).control)

# ---- SQL: the parts of the install script, in the order in which they are run --------------------------------------
SQL_PARTS = \
	extension/context/roles.sql \
	extension/context/context.sql \
	extension/isolation/isolation.sql \
	extension/profiles/profiles.sql \
	extension/profiles/accounts.sql \
	extension/context/organizations.sql \
	extension/context/quotas.sql \
	extension/profiles/sync.sql \
	extension/imports/csv.sql \
	extension/imports/csv_check.sql \
	extension/imports/shape.sql \
	extension/imports/targets.sql \
	extension/imports/clients.sql \
	extension/imports/imports.sql \
	extension/imports/limits.sql \
	extension/imports/purge.sql \
	extension/imports/metrics.sql \
	extension/resources/resources.sql \
	extension/isolation/lint_scope.sql \
	extension/isolation/lint_tables.sql \
	extension/isolation/lint_keys.sql \
	extension/isolation/lint_code.sql \
	extension/isolation/lint_roles.sql \
	extension/isolation/lint.sql \
	extension/context/health.sql

INSTALL_SQL := build/rowhouse--$(ROWHOUSE_VERSION).sql
DATA_built = $(INSTALL_SQL)

# ---- C++ -----------------------------------------------------------------------------------------------------------
PHONE_SOURCES := $(wildcard extension/phone/*.cpp)
SOURCES := $(filter-out $(PHONE_SOURCES),$(wildcard extension/*.cpp extension/*/*.cpp))
OBJS := $(patsubst extension/%.cpp,build/obj/%.o,$(SOURCES))
PHONE_OBJS := $(patsubst extension/%.cpp,build/obj/%.o,$(PHONE_SOURCES))

ROWHOUSE_CXXFLAGS = -std=c++20 -fPIC -fvisibility=hidden -fvisibility-inlines-hidden \
	-Wall -Wextra -Wshadow -Werror -Iextension -MMD -MP
SHLIB_LINK += -lstdc++ -lcrypto -lre2
PHONE_LINK = -lphonenumber -lprotobuf
# PGXS would also compile every file with clang, without our -std, to bitcode that nothing here uses.
override with_llvm = no

# ---- tests: sql/schedule names the suites in their order -----------------------------------------------------------
REGRESS := $(shell sed 's/\#.*//' sql/schedule)

EXTRA_CLEAN = build
JOBS ?= $(shell nproc)

# ---- PGXS: left out for the targets that need no server headers, so that they work before those are installed ------
# (and because its own check only says no)
PLAIN_TARGETS := help check bench fuzz unit service cmake format lint schedule-check reference
ifneq ($(filter-out $(PLAIN_TARGETS),$(or $(MAKECMDGOALS),all)),)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq ($(PGXS),)
$(error no $(PG_CONFIG): install the server's development package, or name it with PG_CONFIG=…)
endif
include $(PGXS)
ifneq ($(filter 9.% 10 11 12 13 14,$(MAJORVERSION)),)
$(error rowhouse needs PostgreSQL 15 or newer, $(PG_CONFIG) is of $(VERSION))
endif

# Server headers are system headers: their warnings are not ours. Before PostgreSQL 16 PGDLLEXPORT is empty and our
# entry points would be hidden with everything else.
SERVER_CPPFLAGS = $(patsubst -I%,-isystem%,$(filter-out -I. -I./ -I$(srcdir) -I/usr/include,$(CPPFLAGS))) \
	-DPGDLLEXPORT='__attribute__((visibility("default")))' -DROWHOUSE_VERSION='"$(ROWHOUSE_VERSION)"'

# How objects are compiled; written anew only when that has changed, so that a new file in a list does not rebuild all.
COMPILERS = $(CXX) $(CXXFLAGS) $(ROWHOUSE_CXXFLAGS) $(SERVER_CPPFLAGS)
$(shell mkdir -p build && { echo '$(subst ','"'"',$(COMPILERS))' | cmp -s - build/compilers || echo '$(subst ','"'"',$(COMPILERS))' >build/compilers; })

# core sees no PostgreSQL header. Of two patterns that match, make takes the one with the shorter stem.
build/obj/core/%.o: extension/core/%.cpp build/compilers
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(ROWHOUSE_CXXFLAGS) -c -o $@ $<

build/obj/%.o: extension/%.cpp build/compilers $(EXTENSION).control
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(ROWHOUSE_CXXFLAGS) $(SERVER_CPPFLAGS) -c -o $@ $<

rowhouse_phone$(DLSUFFIX): $(PHONE_OBJS) Makefile
	$(CXX) $(CXXFLAGS) -shared -o $@ $(PHONE_OBJS) $(LDFLAGS) $(PHONE_LINK)

-include $(OBJS:.o=.d) $(PHONE_OBJS:.o=.d)

# PGXS calls every file .SECONDARY: while a library is there, a missing object would not be missed.
ifneq ($(filter-out $(wildcard $(OBJS) $(PHONE_OBJS)),$(OBJS) $(PHONE_OBJS)),)
.PHONY: missing-objects
$(shlib) rowhouse_phone$(DLSUFFIX): missing-objects
endif

# A plain CREATE fails where somebody has planted an object of that name; OR REPLACE would adopt it, owner and all.
$(INSTALL_SQL): $(SQL_PARTS) Makefile $(EXTENSION).control
	@mkdir -p $(@D)
	@if grep -niE '\bor[[:space:]]+replace\b' $(SQL_PARTS) /dev/null; then \
	    echo 'OR REPLACE in an install part: it would take over an object that somebody else made first' >&2; \
	    exit 1; fi
	@{ printf '%s\n' '\echo Use "CREATE EXTENSION rowhouse CASCADE" to load this file. \quit'; \
	    for part in $(SQL_PARTS); do printf '\n-- %s\n\n' "$$part"; cat "$$part"; done; } > $@.tmp
	mv $@.tmp $@

else

check:
	test/all

endif

# ---- targets beside PGXS's: help lists the lines with two number signs -----------------------------------------------
.PHONY: help check bench fuzz unit service cmake format lint schedule-check reference

## all             the extension: rowhouse.so and its install script
## install         into the server that pg_config belongs to (as root)
## installcheck    the pg_regress suites against a running cluster (PGHOST, PGPORT, PGUSER; superuser)

## check           everything: builds, unit tests, suites, service tests, in a cluster of its own (test/all)

## bench           what it costs, beside other ways, in clusters of their own (docs/performance.md)
bench:
	test/bench/isolation
	test/bench/profiles
	test/bench/csv
	test/bench/imports
	test/bench/service

## fuzz            the fuzz targets, FUZZ_SECONDS=600 each; needs clang and libclang-rt-dev
FUZZ_SECONDS ?= 600
fuzz:
	test/fuzz/run $(FUZZ_SECONDS)

## unit            build and run the unit tests of extension/core
unit: cmake
	cmake --build build/cmake -j $(JOBS) --target unit_tests
	build/cmake/test/unit/unit_tests

## service         build the HTTP service
service: cmake
	cmake --build build/cmake -j $(JOBS) --target rowhouse

cmake:
	@mkdir -p build
	@cmake -S . -B build/cmake >build/cmake.log 2>&1 || { cat build/cmake.log >&2; exit 1; }

## reference       docs/reference.md from the comments of the extension in the database of the last installcheck
reference:
	@mkdir -p build
	psql -X --dbname contrib_regression --file test/tools/reference.sql >build/reference.md
	mv build/reference.md docs/reference.md

## format          clang-format over all C++
format:
	find extension service test/unit test/pool test/fuzz test/bench -name '*.[ch]pp' -print0 | xargs -0r clang-format -i

## lint            the rules of the house that a compiler does not check
lint:
	test/tools/lint $(SQL_PARTS)

## schedule-check  every suite in sql/ is in sql/schedule and has its expected output
schedule-check:
	test/tools/schedule-check

## clean           remove everything that was built
## help            this list
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))
