/* scenario_reader.h - what the files of the scenario reader share; others read scenario.h. */
#ifndef SIM_SCENARIO_SCENARIO_READER_H
#define SIM_SCENARIO_SCENARIO_READER_H

#include "sim/scenario/scenario.h"
#include "sim/yaml/schema.h"

/* A scenario file's top with its groups. NULL: absent or of a wrong shape. */
struct raw_scenario {
	const struct tree_node *title, *flow, *variant, *wires, *profile, *outcome, *reaches,
		*trace;
	uint64_t seed;
	int verdict; /* -1 when absent */
	int64_t virtual_ns, steps, bytes;
};

extern const struct schema scenario_schema; /* struct raw_scenario */
extern const struct schema outcome_schema;  /* int32_t result */

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
