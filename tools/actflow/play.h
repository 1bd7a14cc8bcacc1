/* play.h - one scenario from its file to what is said about it. Runs in a worker process. */
#ifndef TOOLS_ACTFLOW_PLAY_H
#define TOOLS_ACTFLOW_PLAY_H

#include "proto/bytes.h"
#include "sim/flow/verdict.h"
#include "sim/trace/trace.h"
#include "tools/actflow/command.h"
#include "tools/actflow/paths.h"

/* What is asked for. All borrowed. */
struct play {
	const struct found *scenario;
	const struct options *options;
	const char *folder; /* for the files of the run; NULL: none are kept */
	bool whole;         /* the report; else one line */
	bool swept;         /* one of many of a sweep, which says itself how to run it again */
	bool colour, timed; /* timed: wall-clock time is shown too */
	size_t width;       /* cells of a line */
	size_t name_width;  /* cells for the file's name in the one line */
	bool apart; /* a longer name has a line of its own, as the terminal would break it */
};
/* The run in numbers. */
struct sample {
	bool judged; /* it came to an end and to a verdict */
	enum verdict verdict;
	uint64_t seed;
	char result[24]; /* as report_result says it */
	int64_t virtual_ns;
	uint64_t tunnels, lost; /* attempts; packets */
	uint8_t head[TRACE_HEAD_SIZE];
};
/* What came of it. Zero it to begin. */
struct answer {
	enum err status;
	bool late; /* there is none: its deadline ended it */
	struct sample sample;
	struct buffer out;      /* for stdout */
	struct buffer messages; /* for stderr */
	struct buffer again; /* for the end, where failures are repeated; empty when as expected */
	struct buffer answers; /* of refusals that hang on a secret, as answers_pack packs them */
};

void play(const struct play *p, struct answer *a);
void answer_fini(struct answer *a);

/* To bytes and back; false when they are not whole. */
void answer_pack(const struct answer *a, struct buffer *out);
bool answer_unpack(struct bytes packed, struct answer *a);

#endif
