/* scenario.h - a scenario file as a struct, with the place of everything in it.
 *
 * YAML in, struct out; every mistake of a file is reported at once, with line and column. The
 * flow that it names is read too, so that variant, channels and actors can be checked here.
 */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include "sim/adversary/plan.h"
#include "sim/diag.h"
#include "sim/flow/claim_names.h"
#include "sim/flow/checker.h"
#include "sim/flow/flow.h"
#include "sim/flow/verdict.h"
#include "sim/scenario/expected.h"

enum {
	SCENARIO_OUTCOMES_MAX = 16,
	SCENARIO_REACHES_MAX = 64,
	SCENARIO_BY_MAX = 16,
	SCENARIO_FALLS_MAX = 16,
	SCENARIO_ATTACKS_MAX = 8,
	SCENARIO_READABLE_MAX = 64,
	SCENARIO_GUESSES_MAX = 8,
};

/* Guesses at a key. */
struct scenario_guess {
	struct guess what; /* points at what stands below */
	char *letters;
	char **words;
	size_t words_count;
	int finds; /* 1: some guess must be confirmed; 0: none may be; -1: not asked */
	struct place place;
};

struct scenario {
	char *file;      /* as the operator named it */
	char *case_name; /* "step=S1.5,outage=10s"; NULL when the file has no `for:` */
	char *title;     /* scenario: */
	size_t attacks_count;
	struct {
		char *id; /* "K27"; whether there is such a case, tools know */
		struct place place;
	} attacks[SCENARIO_ATTACKS_MAX]; /* attack: the cases of the catalogue that it shows */
	char *flow_name;                 /* flow: as written, "knox/flow.yaml" */
	struct flow flow;
	size_t variant; /* index into flow.variants */
	uint64_t seed;
	struct wire_spec
		wires[FLOW_CHANNELS_MAX]; /* the flow's, with the scenario's overrides applied */
	struct flow_setting settings[FLOW_SETTINGS_MAX]; /* profile: on top of the variant's */
	size_t settings_count;
	struct {
		uint32_t count;   /* from 1 */
		int64_t apart_ns; /* how much later each begins than the one before */
	} devices;
	struct plan plan; /* crashes, and the adversary */
	size_t reveals_count;
	struct {
		struct reveal what;
		char *at; /* as written: "S1.17", "10s" */
		struct place place;
	} reveals[REVEALS_MAX];
	size_t guesses_count;
	struct scenario_guess guesses[SCENARIO_GUESSES_MAX];
	struct {
		bool has_verdict; /* said, or implied by `falls` */
		enum verdict verdict;
		struct place verdict_place;
		size_t outcomes_count;
		struct {
			char *actor;
			int32_t result;
			struct place place;
		} outcomes[SCENARIO_OUTCOMES_MAX];
		size_t by_count; /* 0: not asked; else all checks that fall, by first fall */
		struct {
			char *check; /* an id; whether there is such a check, tools know */
			struct place place;
		} by[SCENARIO_BY_MAX];
		size_t falls_count; /* 0: not asked; else all rules and claims that are violated */
		struct {
			char name[CLAIM_NAME_SIZE]; /* one of claim_names_of(flow) */
			struct place place;
		} falls[SCENARIO_FALLS_MAX];
		size_t reaches_count;
		struct {
			uint32_t device; /* from 1; 0: every device of which no other line speaks */
			size_t step;     /* its last attempt ends there: index into flow.steps */
			struct place place;
		} reaches[SCENARIO_REACHES_MAX];
		size_t readable_count;
		struct {
			size_t reveal; /* index; reveals_count: with everything handed over */
			enum message_type type;
			enum readable wanted;
			struct place place;
		} readable[SCENARIO_READABLE_MAX];
		size_t sees_count; /* 0: not asked; else all that each actor in it is shown */
		struct expected_sight sees[SCENARIO_SEES_MAX];
		bool steps_unchanged;     /* each session does what it does without the plan */
		struct place steps_place;
		size_t drops_count; /* 0: not asked; else all that is dropped in the run */
		struct expected_drop drops[SCENARIO_DROPS_MAX];
		size_t amplified_count;
		struct expected_ratio amplified[SCENARIO_AMPLIFIED_MAX];
		char *trace;              /* golden story; NULL when absent */
		struct place trace_place; /* of its first line of text */
	} expect;
	struct {
		int64_t virtual_ns; /* default 10 min */
		int64_t steps;      /* default 10,000 */
		int64_t bytes;      /* bytes on all wires; default 16 MiB */
	} limits;
};

/* Read a scenario. The flow is searched from the scenario's own folder upwards: the nearest folder
 * called "scenarios" is the root of `flow:`. All errors of both files go to d; ERR_INPUT then and
 * *s is empty. */
enum err scenario_read(const char *file, struct scenario *s, struct diags *d);
/* The same of one case of a file with `for:` (cases.h), counted from 0; scenario_read reads the
 * first. Of other files there is only 0. */
enum err scenario_read_case(const char *file, size_t index, struct scenario *s, struct diags *d);
void scenario_fini(struct scenario *s);

/* Print the JSON Schema (draft-07) of scenario files, for editors. */
void scenario_print_schema(FILE *out);
/* Print a scenario file with all keys, to begin a new one from (sim/yaml/schema.h). */
struct schema_example;
void scenario_print_template(const struct schema_example *examples, FILE *out);

/* Replace the text of expect.trace in the file by `story` (lines ended by \n), keeping everything
 * else byte for byte; adds expect.trace at the end of `expect:` when absent. */
enum err scenario_update_golden(const struct scenario *s, const char *story, struct diags *d);

/* Append a scenario file with only some of the acts of s (plan.h), of its index-th case (from 0) when it
 * has cases; it has the seed of s, and expects a violation, and what s expects to be reached. What cannot be
 * read again is in d. */
enum err scenario_format_reduced(const struct scenario *s, size_t index,
				 const struct plan_left *left, struct buffer *out, struct diags *d);

/* Compare a golden story with an actual one: "..." on a line of its own skips any number of lines.
 * Returns 0 when equal, else the 1-based line of the golden that has no match; *actual_line
 * receives the line of the actual story (1-based, 0 at its end). */
int scenario_golden_differs(const char *golden, const char *actual, int *actual_line);

#endif
