/* scenario_reader.h - what the files of the scenario reader share; others read scenario.h. */
#ifndef SIM_SCENARIO_SCENARIO_READER_H
#define SIM_SCENARIO_SCENARIO_READER_H

#include "sim/flow/flow_reader.h"
#include "sim/scenario/scenario.h"
#include "sim/yaml/schema.h"

/* A scenario file's top with its groups. NULL: absent or of a wrong shape. */
struct raw_scenario {
	const struct tree_node *title, *flow, *variant, *wires, *profile, *outcome, *reaches, *by,
		*attack, *falls, *sees, *trace;
	const struct tree_node *devices, *crash, *adversary, *reveal, *guess, *readable;
	const struct tree_node *dropped, *amplified;
	uint64_t seed;
	int verdict, unchanged; /* -1 when absent */
	int64_t virtual_ns, steps, bytes;
};

extern const struct schema scenario_schema; /* struct raw_scenario */
extern const struct schema outcome_schema;  /* int32_t result */
extern const struct schema devices_schema, devices_fields[], crash_schema,
	entry_schema; /* scenario_plan.c */

/* How many devices; before anything that names one. */
void scenario_read_devices(struct scenario *s, const struct tree_node *node);
/* Crashes and the adversary; flow and variant are known. */
void scenario_read_plan(struct flow_reading *names, struct scenario *s,
			const struct raw_scenario *raw);

/* What is handed over, and what must then be readable; flow and variant are known. */
void scenario_read_reveals(struct flow_reading *names, struct scenario *s,
			   const struct raw_scenario *raw);
/* Guesses, with the words of their dictionaries; and their release. */
void scenario_read_guesses(struct flow_reading *names, struct scenario *s,
			   const struct tree_node *guess);
void scenario_free_guesses(struct scenario *s);
extern const struct schema guess_schema; /* scenario_guess.c */
extern const struct schema reveal_schema, readable_schema; /* scenario_reveal.c */
/* What is dropped, and what is said for what is heard; flow known. And their release. */
void scenario_read_traffic(struct flow_reading *names, struct scenario *s,
			   const struct raw_scenario *raw);
void scenario_free_traffic(struct scenario *s);
extern const struct schema dropped_schema, amplified_schema; /* scenario_traffic.c */

/* Put a case into the tree of a scenario file, before it is read, and keep the case's name. Errors
 * go to d; false when nothing more should be read. */
bool scenario_choose_case(struct tree *t, size_t index, struct scenario *s, const char *file,
			  struct diags *d);
/* Keep expect.by, a node of a shape that has been checked, or NULL. */
void scenario_read_by(struct scenario *s, const struct tree_node *by, const char *file,
		      struct diags *d);

/* Keep expect.falls, a node of a shape that has been checked, or NULL; the flow is known. What
 * falls is a violation, so `verdict:` may say nothing else, and need not say that. */
void scenario_read_falls(struct flow_reading *names, struct scenario *s,
			 const struct tree_node *falls);

/* Keep expect.sees, likewise. */
void scenario_read_sees(struct flow_reading *names, struct scenario *s,
			const struct tree_node *sees);

/* Keep attack:, likewise. */
void scenario_read_attacks(struct scenario *s, const struct tree_node *attack, const char *file,
			   struct diags *d);

/* Where the flow file of a scenario is: below the nearest folder "scenarios" above the scenario's
 * real location. Written with the operator's own words for that folder where they name it. NULL
 * when there is no such folder. The caller frees it. */
char *scenario_find_flow(const char *file, const char *flow_name);

/* A literal block in a file's text, by offsets into it. */
struct block {
	size_t header_begin, header_end; /* the indicator: "|", "|2+" */
	size_t begin, end; /* whole lines of content, without blank ones behind them */
	size_t blank_end;  /* behind the blank lines that follow */
	size_t indent;     /* columns before each line's text */
	bool keeps;        /* "+": blank lines behind are part of it */
};

/* Find the lines of a literal block. node: the block, below a mapping in block style. */
struct block block_find(struct bytes text, const struct tree_node *node);

/* Write bytes in the place of a file: through a temporary file in the same folder and a rename, so
 * that at any time either the old or the new text is there, whole. Keeps mode and, where allowed,
 * owner; follows symbolic links. ERR_WRITE: the file is as it was, the reason is in d. */
enum err file_replace(const char *file, struct bytes text, struct diags *d);

/* Offset of a line's first byte; the text's size when it has fewer lines. line from 1. */
size_t text_line(struct bytes text, int line);

#endif
